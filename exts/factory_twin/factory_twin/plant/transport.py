# SPDX-License-Identifier: Apache-2.0
"""What moves parts: conveyors, vehicles, roads."""

from __future__ import annotations

from dataclasses import dataclass

from .node import Node, Point


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
    """A transporter.

    Attributes:
        path: Prim path.
        load_time: s.
        unload_time: s.
        roads: Prim paths of the roads of its network.
        speed: m/s; 0: that of each road.
        capacity: Parts carried at once, all for the same way.
        home: World point where it parks and charges, m; None: the start of its first road.
        goes_home: Whether it goes home when there is nothing to do; else it stays where it unloaded.
        battery_time: Travelling time of a full battery, s; 0: no battery.
        charge_time: From empty, s.
        charge_below: It goes charging when less than this share is left.
    """

    path: str
    load_time: float = 0.0
    unload_time: float = 0.0
    roads: tuple[str, ...] = ()
    speed: float = 0.0
    capacity: int = 1
    home: Point | None = None
    goes_home: bool = False
    battery_time: float = 0.0
    charge_time: float = 0.0
    charge_below: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """A curve that vehicles of a transport travel on.

    Attributes:
        path: Prim path.
        points: World, m; travelled from the first to the last.
        speed: m/s.
        both_ways: Whether it may be travelled back, too.
        exclusive: Whether only one vehicle at a time is on it.
    """

    path: str
    points: tuple[Point, ...]
    speed: float = 1.0
    both_ways: bool = False
    exclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport(Node):
    """Moves parts by vehicles over the network of roads, from the place before it to its successor.

    A part is fetched at the point of the network nearest to the place it comes from (`Node.position`; for a conveyor its end)
    and brought to the point nearest to the place it goes to.

    Attributes:
        vehicles: Prim paths of the vehicles; several transports may share them.
        dispatch: "oldest" (the part that has waited longest first) or "nearest".
    """

    vehicles: tuple[str, ...] = ()
    dispatch: str = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class VehiclePath(Node):
    """A path served by vehicles that wait where they unloaded: empty travel, load, loaded travel, unload."""

    length: float
    speed: float
    vehicles: tuple[Vehicle, ...] = ()
    points: tuple[Point, ...] = ()
