# SPDX-License-Identifier: Apache-2.0
"""The plant as frozen dataclasses, read from a stage and thrown away after use. All numbers SI; places are named by prim path.

Nothing here reads or writes USD: see `read` and `edit`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .distribution import Distribution

Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure mode of each server of a station.

    Attributes:
        name: Instance name of the failure schema.
        clock: "operating" (runs only while the server works) or "calendar" (runs whenever it is up).
        time_to_failure: s, on that clock.
        time_to_repair: s.
        crew: Prim path of the worker pool that repairs; empty: the repair begins at once.
    """

    name: str
    clock: str
    time_to_failure: Distribution
    time_to_repair: Distribution
    crew: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPool:
    """Workers of the same skill; `size` of them."""

    path: str
    name: str = ""
    size: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything material flows through.

    Attributes:
        path: Prim path.
        id: Id used in plans, messages and reports; the prim name when none is authored.
        name: Display name.
        successors: Prim paths of the next places, in order.
        weights: Shares per successor; empty: the first that is free.
        position: Where a part stands, world, m.
        spacing: From one waiting part (or server) to the next, world, m.
        heading: World direction of the prim's local x axis, unit length: where a part faces.
    """

    path: str
    id: str = ""
    name: str = ""
    successors: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    position: Point = (0.0, 0.0, 0.0)
    spacing: Point = (0.0, 0.0, 0.0)
    heading: Point = (1.0, 0.0, 0.0)

    @property
    def kind(self) -> str:
        """Lower-case word for the kind of place."""
        return type(self).__name__.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Node):
    """Where parts enter. `interarrival` None: never starved. `limit` -1: no end."""

    interarrival: Distribution | None = None
    limit: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Station(Node):
    """A work unit (ISA-95) with `servers` equal, parallel servers.

    `process_time` in s per part; `scrap_rate` is the share of finished parts that leave the plant as scrap, 0..1.
    """

    servers: int = 1
    process_time: Distribution
    scrap_rate: float = 0.0
    failures: tuple[Failure, ...] = ()
    power_busy: float = 0.0
    power_idle: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer(Node):
    """Storage. `capacity` -1: unlimited. `discipline`: "FIFO" or "LIFO". `minimum_time`: dwell time, s (FIFO only)."""

    capacity: int = 1
    discipline: str = "FIFO"
    minimum_time: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conveyor(Node):
    """An accumulating conveyor along `points` (world, m).

    `capacity` parts at most; transit takes length / speed; between two parts there are `gap` m at least.
    """

    length: float
    speed: float
    capacity: int
    gap: float = 0.0
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A transporter bound to one path. Times in s."""

    path: str
    load_time: float = 0.0
    unload_time: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VehiclePath(Node):
    """A path served by vehicles that wait where they unloaded: empty travel, load, loaded travel, unload."""

    length: float
    speed: float
    vehicles: tuple[Vehicle, ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink(Node):
    """Where parts leave."""


SCRAP = Sink(path="scrap", id="scrap", name="Scrap")
"""Where scrapped parts go, in logs; it is no prim, and its path can't be one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A step of a process plan and the stations that can do it."""

    path: str
    name: str
    sequence: int = 0
    stations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Run settings of the stage: s, s, count, integer."""

    horizon: float = 28800.0
    warmup: float = 0.0
    replications: int = 10
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """Everything a run needs, in reading (stage) order.

    Attributes:
        file: Root layer of the stage it was read from; empty for a plant made in Python.
        nodes: All places.
        operations: Steps of the process plans, by sequence.
        pools: Worker pools.
        scenario: Run settings.
        meters_per_unit: Of the stage.
        up_axis: "Y" or "Z".
    """

    nodes: tuple[Node, ...]
    operations: tuple[Operation, ...] = ()
    pools: tuple[WorkerPool, ...] = ()
    scenario: Scenario = field(default_factory=Scenario)
    file: str = ""
    meters_per_unit: float = 1.0
    up_axis: str = "Z"

    def node(self, path: str) -> Node:
        """Return the place with that prim path.

        Raises:
            KeyError: There is none.
        """
        for n in self.nodes:
            if n.path == path:
                return n
        raise KeyError(path)

    def of(self, *kinds: type[Node]) -> tuple[Node, ...]:
        """Return all places of these kinds, in reading order."""
        return tuple(n for n in self.nodes if isinstance(n, kinds))
