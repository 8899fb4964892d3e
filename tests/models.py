# SPDX-License-Identifier: Apache-2.0
"""Small plants made in Python, for tests of simulator, KPIs and motion."""

from __future__ import annotations

from factory_twin.distribution import Distribution, constant, exponential
from factory_twin.plant import Buffer, Failure, Node, Plant, Sink, Source, Station


def source(to: str, *, every: Distribution | None = None, limit: int = -1, path: str = "/S") -> Source:
    return Source(path=path, successors=(to,), interarrival=every, limit=limit)


def station(path: str, to: str, time: Distribution, *, servers: int = 1, failures: tuple[Failure, ...] = ()) -> Station:
    return Station(path=path, name=path[1:], successors=(to,), process_time=time, servers=servers, failures=failures)


def buffer(path: str, *to: str, capacity: int = 1) -> Buffer:
    return Buffer(path=path, successors=to, capacity=capacity)


def plant(*nodes: Node) -> Plant:
    return Plant(nodes=(*nodes, Sink(path="/K")))


def failure(up: Distribution, down: Distribution, *, clock: str = "operating", name: str = "wear", crew: str = "") -> Failure:
    return Failure(name, clock, up, down, crew)


def three_machines(*, failures: bool = True) -> Plant:
    """Never starved source, cycle 60 s, buffers of 10, operating-time failures 6000 s / 600 s, blocking after service."""
    modes = (failure(exponential(6000), exponential(600)),) if failures else ()
    return plant(
        source("/M1"),
        station("/M1", "/B1", constant(60), failures=modes),
        buffer("/B1", "/M2", capacity=10),
        station("/M2", "/B2", constant(60), failures=modes),
        buffer("/B2", "/M3", capacity=10),
        station("/M3", "/K", constant(60), failures=modes),
    )
