# SPDX-License-Identifier: Apache-2.0
"""Three machines with failures and buffers: the simulator against plain SimPy on identical random streams and events."""

from __future__ import annotations

from typing import Any

from factory_twin.distribution import constant, exponential
from factory_twin.plant import Buffer, Failure, Node, Plant, Sink, Source, Station

from ._versus import versus

NAME = "line"
ABOUT = "three-machine line: speed against plain SimPy generators, Stores and interrupts, same streams, same events"
HORIZON, REPEATS, GOAL = 2e7, 3, 5.0


def line(machines: int = 3, *, clock: str = "operating") -> Plant:
    """Never starved, cycle 60 s, buffers of 10, failures 6000 s / 600 s, blocking after service."""
    wear = (Failure("wear", clock, exponential(6000), exponential(600)),)
    nodes: list[Node] = [Source(path="/S", successors=("/M1",))]
    for k in range(1, machines + 1):
        to = "/K" if k == machines else f"/B{k}"
        nodes.append(Station(path=f"/M{k}", successors=(to,), process_time=constant(60), failures=wear))
        if k < machines:
            nodes.append(Buffer(path=to, successors=(f"/M{k + 1}",), capacity=10))
    return Plant(nodes=(*nodes, Sink(path="/K")))


def run() -> list[dict[str, Any]]:
    """Return CPU-time ratios (medians of runs in turn); on a calendar clock plain SimPy uses interrupts."""
    return rows(3, HORIZON, REPEATS)


def rows(machines: int, horizon: float, repeats: int) -> list[dict[str, Any]]:
    """Return the rows of a line of so many machines."""
    operating, calendar = line(machines), line(machines, clock="calendar")
    span = {"horizon": horizon, "repeats": repeats}
    return [
        versus("calendar clock, log", calendar, **span, logged=True, goal=GOAL),
        versus("operating clock, log", operating, **span, logged=True, goal=GOAL),
        versus("operating clock, no log", operating, **span, logged=False, goal=None),
    ]
