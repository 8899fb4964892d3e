# SPDX-License-Identifier: Apache-2.0
"""The three-machine line in Ciw: nodes with finite queues, which block after service. Reads its job on stdin, see peers.py.

Ciw has no breakdowns; a service time of our own holds the repairs that fall into it, which leaves every departure as it is.
Its sources can't wait, so a part arrives per cycle and is turned away where the queue of one before the first machine is full.
"""

from __future__ import annotations

import json
import sys
from time import process_time
from typing import Any

import ciw


class Service(ciw.dists.Distribution):
    """The cycle and the repairs of the failures whose time comes during it."""

    def __init__(self, cycle: float, draws: dict[str, list[float]]) -> None:
        super().__init__()
        self.cycle, self.ups, self.downs = cycle, draws["up"][::-1], draws["down"][::-1]
        self.left = self.ups.pop()

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        """Return the time one part takes, s."""
        work = total = self.cycle
        while self.left < work:
            work -= self.left
            total += self.downs.pop()
            self.left = self.ups.pop()
        self.left -= work
        return total


def main() -> None:
    """Run the job and print what came of it."""
    job = json.load(sys.stdin)
    machines = len(job["draws"])
    began = process_time()
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([0.0, *[job["cycle"]] * 9]), *[None] * (machines - 1)],
        service_distributions=[Service(job["cycle"], draws) for draws in job["draws"]],
        routing=[[float(j == i + 1) for j in range(machines)] for i in range(machines)],
        number_of_servers=[1] * machines,
        queue_capacities=[1, *[job["buffer"]] * (machines - 1)],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(job["until"])
    cpu = process_time() - began
    records = simulation.get_all_records(only=["service"])
    departures = sorted(r.exit_date for r in records if r.node == machines)
    print(json.dumps({"cpu": cpu, "departures": departures}))


if __name__ == "__main__":
    main()
