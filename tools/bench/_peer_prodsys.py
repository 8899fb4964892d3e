# SPDX-License-Identifier: Apache-2.0
"""The three-machine line in prodsys. Reads its job on stdin, see peers.py.

In prodsys a transport resource carries every part, here in no time; a queue of ten before and of one behind each machine. Its
sources can't wait, so parts arrive at a pace which the line can follow.
"""

from __future__ import annotations

import json
import sys
from time import process_time
from typing import Any

import prodsys.express as psx


def build(job: dict[str, Any]) -> Any:
    """Return the system."""
    time = psx.FunctionTimeModel
    cycle, arrival = time("constant", job["cycle"], ID="cycle"), time("constant", job["every"], ID="arrival")
    up, down = time("exponential", job["up"], ID="up"), time("exponential", job["down"], ID="down")
    move = psx.TransportProcess(time("constant", 0.0, ID="zero"), ID="move")
    work = [psx.ProductionProcess(cycle, ID=f"P{i}") for i in range(len(job["draws"]))]
    machines = []
    for i, operation in enumerate(work):
        place = [i + 1.0, 0.0]
        machine = psx.Resource([operation], location=place, states=[psx.BreakDownState(up, down, ID=f"F{i}")], ID=f"M{i}")
        machine.ports = [
            psx.Queue(ID=f"I{i}", capacity=job["buffer"], location=place, interface_type="input"),
            psx.Queue(ID=f"O{i}", capacity=1, location=place, interface_type="output"),
        ]
        machines.append(machine)
    worker = psx.Resource([move], location=[0.0, 0.0], ID="worker")
    part = psx.Product(process=work, transport_process=move, ID="part")
    source = psx.Source(part, arrival, location=[0.0, 0.0], ID="source")
    sink = psx.Sink(part, location=[len(work) + 1.0, 0.0], ID="sink")
    return psx.ProductionSystem([*machines, worker], [source], [sink])


def main() -> None:
    """Run the job and print what came of it."""
    job = json.load(sys.stdin)
    system = build(job)
    began = process_time()
    system.run(job["until"], seed=job["seed"])
    cpu = process_time() - began
    parts = int(system.post_processor.get_aggregated_throughput_data()[0])
    print(json.dumps({"cpu": cpu, "parts": parts}))


if __name__ == "__main__":
    main()
