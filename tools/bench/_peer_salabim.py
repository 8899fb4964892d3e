# SPDX-License-Identifier: Apache-2.0
"""The three-machine line in salabim: components and Stores. Reads its job on stdin, see peers.py."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from time import process_time
from typing import Any

import salabim as sim

sim.yieldless(False)


class Part(sim.Component):
    """A part; it does nothing by itself."""


class Machine(sim.Component):
    """A machine whose clock of failures runs only while it works."""

    def setup(self, get: Any, put: Any, draws: dict[str, list[float]], cycle: float, departures: list[float]) -> None:
        """Take the stores before and behind; None: never starved, never blocked."""
        self.get, self.put, self.cycle, self.departures = get, put, cycle, departures
        self.ups, self.downs = iter(draws["up"]), iter(draws["down"])

    def process(self) -> Generator[Any, Any, None]:
        """Take a part, work on it, hand it over, for ever."""
        left = next(self.ups)
        while True:
            if self.get is None:
                part = Part()
            else:
                part = yield self.from_store(self.get)
            work = self.cycle
            while left < work:
                yield self.hold(left)
                work -= left
                yield self.hold(next(self.downs))
                left = next(self.ups)
            yield self.hold(work)
            left -= work
            if self.put is None:
                self.departures.append(self.env.now())
            else:
                yield self.to_store(self.put, part)


def main() -> None:
    """Run the job and print what came of it."""
    job = json.load(sys.stdin)
    departures: list[float] = []
    began = process_time()
    env = sim.Environment(trace=False)
    stores = [sim.Store(f"buffer{i}", capacity=job["buffer"]) for i in range(len(job["draws"]) - 1)]
    for get, put, draws in zip([None, *stores], [*stores, None], job["draws"]):
        Machine(get=get, put=put, draws=draws, cycle=job["cycle"], departures=departures)
    env.run(till=job["until"])
    print(json.dumps({"cpu": process_time() - began, "departures": departures}))


if __name__ == "__main__":
    main()
