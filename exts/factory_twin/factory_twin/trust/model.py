# SPDX-License-Identifier: Apache-2.0
"""A factory in the neutral format as frozen dataclasses; times are texts as they stand on a stage, empty for none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ROUTE = "route"
"""Target or process time of parts that follow their own route."""

Route = tuple[tuple[str, str], ...]
"""Steps of a job: (station, time)."""


@dataclass(frozen=True, slots=True)
class Job:
    """A part of a source that has its own route: release and due in s, due -1: none."""

    type: str
    route: Route = ()
    release: float = 0.0
    due: float = -1.0
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where parts enter.

    Attributes:
        name: Of the node.
        interarrival: s; empty: saturated.
        to: Node, or `ROUTE`.
        at_zero: Whether the first part comes at time 0.
        limit: Parts in all; -1: no end.
        batch: Parts per arrival.
        types: (type, share); one without share counts 1; empty: parts without type.
        cyclic: Whether types come in turn.
        priority: Type -> priority, low first.
        lose: Whether a part is lost that is not accepted.
        jobs: The parts, in order, instead of types.
    """

    name: str
    interarrival: str
    to: str
    at_zero: bool = False
    limit: int = -1
    batch: int = 1
    types: tuple[tuple[str, float], ...] = ()
    cyclic: bool = False
    priority: Mapping[str, int]
    lose: bool = False
    jobs: tuple[Job, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer:
    """A queue: `capacity` -1 is unlimited, 0 is hand-over only; `initial` parts at time 0."""

    name: str
    capacity: int
    order: str = "FIFO"
    sequence: tuple[int, ...] = ()
    initial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failure mode; `clock` operating or calendar; `group` whose clocks restart at the end of this stop when `renews`."""

    clock: str
    time_to_failure: str
    time_to_repair: str
    crew: str = ""
    on_failure: str = "resume"
    group: str = ""
    renews: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A machine with equal servers.

    Attributes:
        name: Of the node.
        inputs: (buffer, quantity); quantities count with `assembly` only.
        assembly: Whether one of each input makes one part.
        process: s per part; empty: by type, or by the part's route.
        by_type: (type, s per part).
        to: (node, share), or one `ROUTE` of share 1.
        servers: Servers.
        batch: (fewest, most) parts per load.
        setup: s before a part of another type; empty: none.
        first_free: Whether the first part needs none.
        failures: Failure modes.
        shift: (begin, end) of times on shift, s; None: always.
        finish_current: Whether the part in work at the end of a shift is finished.
        no_start_within: s before the end of a shift.
        release_when_down: Whether a finished part may leave a server that is down.
        output_type: Type of what leaves; empty: as it came.
    """

    name: str
    inputs: tuple[tuple[str, int], ...]
    assembly: bool = False
    process: str = ""
    by_type: tuple[tuple[str, str], ...] = ()
    to: tuple[tuple[str, float], ...]
    servers: int = 1
    batch: tuple[int, int] = (1, 1)
    setup: str = ""
    first_free: bool = True
    failures: tuple[Failure, ...] = ()
    shift: tuple[tuple[float, float], ...] | None = None
    finish_current: bool = False
    no_start_within: float = 0.0
    release_when_down: bool = True
    output_type: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A move of a fleet: from a buffer at a point to a node at a point."""

    source: str
    pickup: str
    to: str
    drop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Vehicles: speed in m/s, load and unload in s, points in m; `manhattan`: along x, then y."""

    name: str
    vehicles: int
    speed: float
    load: float
    unload: float
    home: str
    points: Mapping[str, tuple[float, float]]
    manhattan: bool = False
    moves: tuple[Transfer, ...] = ()


@dataclass(frozen=True, slots=True)
class Sink:
    """Where parts leave."""

    name: str


Node = Source | Buffer | Station | Fleet | Sink


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A factory.

    Attributes:
        nodes: By name, in order.
        cards: CONWIP cards; -1: none.
        crews: Repair crew -> members.
        routes: Type -> route.
        route_buffers: Station -> buffer in front of it.
        route_sink: Where parts go after their last step.
    """

    nodes: Mapping[str, Node]
    cards: int = -1
    crews: Mapping[str, int]
    routes: Mapping[str, Route]
    route_buffers: Mapping[str, str]
    route_sink: str = ""

    @property
    def is_random(self) -> bool:
        """Whether anything is drawn, so that runs differ."""
        for n in self.nodes.values():
            if isinstance(n, Source) and (_random(n.interarrival) or (len(n.types) > 1 and not n.cyclic)):
                return True
            if isinstance(n, Source) and any(_random(t) for job in n.jobs for _, t in job.route):
                return True
            if isinstance(n, Station):
                times = [n.process, n.setup, *(t for _, t in n.by_type)]
                times += [t for f in n.failures for t in (f.time_to_failure, f.time_to_repair)]
                if len(n.to) > 1 or any(map(_random, times)):
                    return True
        return any(_random(time) for route in self.routes.values() for _, time in route)


def _random(time: str) -> bool:
    return bool(time) and not time.startswith("constant(")
