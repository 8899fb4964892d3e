# SPDX-License-Identifier: Apache-2.0
"""The three-machine line in simantha. Reads its job on stdin, see peers.py.

Times in simantha are whole numbers. Its unit is one cycle here: a machine ages by a step or not in each unit, so a finer one
would only cost it more draws.
"""

from __future__ import annotations

import json
import random
import sys
from time import process_time
from typing import Any

from simantha import Buffer, Machine, Sink, Source, System


def build(machines: int, size: int, up: float, down: float) -> tuple[Any, Any]:
    """Return the system and its sink; mean times up and down in cycles."""
    source, sink = Source(), Sink()
    stations = [
        Machine(
            f"M{i}", cycle_time=1, degradation_matrix=[[1 - 1 / up, 1 / up], [0, 1]], cm_distribution={"geometric": 1 / down}
        )
        for i in range(machines)
    ]
    buffers = [Buffer(f"B{i}", capacity=size) for i in range(machines - 1)]
    before, behind = [source, *buffers], [*buffers, sink]
    for station, get, put in zip(stations, before, behind):
        station.define_routing(upstream=[get], downstream=[put])
        put.define_routing(upstream=[station])
    source.define_routing(downstream=[stations[0]])
    for buffer, station, then in zip(buffers, stations, stations[1:]):
        buffer.define_routing(upstream=[station], downstream=[then])
    return System([source, *stations, *buffers, sink]), sink


def main() -> None:
    """Run the job and print what came of it."""
    job = json.load(sys.stdin)
    random.seed(job["seed"])
    cycle = job["cycle"]
    began = process_time()
    system, sink = build(len(job["draws"]), job["buffer"], job["up"] / cycle, job["down"] / cycle)
    system.simulate(simulation_time=round(job["until"] / cycle), verbose=False)
    print(json.dumps({"cpu": process_time() - began, "parts": sink.level}))


if __name__ == "__main__":
    main()
