# SPDX-License-Identifier: Apache-2.0
"""Where the vehicles of a plant are while the events come in: drives on roads, and to and fro on paths of their own."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from ..event import Event, Kind, State
from ..plant import Plant, Point, Vehicle, VehiclePath
from ..roads import Network, of_plant

FORWARD = (1.0, 0.0, 0.0)
Key = tuple[float, Point, Point]  # s, world m, unit heading


class Pose(NamedTuple):
    """How a vehicle stands.

    Attributes:
        place: Where, world, m.
        heading: Unit direction it faces, world.
        speed: m/s.
        battery: Charge, 0..1.
        node: Number of the last node it passed; -1: it has none.
        loads: Numbers of the parts it carries.
        state: What it does.
        trip: Running number of its present or last drive; 0: none yet.
        way: Nodes of that drive.
    """

    place: Point
    heading: Point
    speed: float = 0.0
    battery: float = 1.0
    node: int = -1
    loads: tuple[int, ...] = ()
    state: State = State.IDLE
    trip: int = 0
    way: tuple[int, ...] = ()


@dataclass(slots=True)
class _Ride:
    vehicle: Vehicle
    last: Key
    keys: deque[Key] = field(default_factory=deque)
    nodes: deque[tuple[float, int]] = field(default_factory=deque)
    drives: deque[tuple[float, tuple[int, ...]]] = field(default_factory=deque)  # when one begins, its nodes
    trip: int = 0
    way: tuple[int, ...] = ()
    node: int = -1
    left: tuple[float, int] | None = None  # when and where it set out, while its arrival is not known
    driven: float = 0.0
    state: State = State.IDLE
    parts: set[int] = field(default_factory=set)


class Tour:
    """Follows the vehicles. Give it events as soon as they are known (`foresee`) and again when they happen (`take`).

    Args:
        plant: Its vehicles and roads.
    """

    def __init__(self, plant: Plant) -> None:
        self._rides: dict[str, _Ride] = {}
        self._network: Network | None = None
        self._roads: dict[str, frozenset[int]] = {}
        self._carrier: dict[int, str] = {}
        if plant.vehicles:
            network, home = of_plant(plant)
            self._network = network
            for vehicle in plant.vehicles:
                roads = frozenset(i for i, r in enumerate(plant.roads) if r.path in vehicle.roads)
                node = network.node(home(vehicle), roads)
                road, along = network.mark(node, roads)
                ride = _Ride(vehicle, (0.0, network.point(road, along), _along(network.roads[road].points, along)), node=node)
                self._rides[vehicle.path], self._roads[vehicle.path] = ride, roads
        self._paths = {n.path: n for n in plant.of(VehiclePath) if isinstance(n, VehiclePath)}
        self._slots: dict[str, dict[int, int]] = {p: {} for p in self._paths}
        for path in self._paths.values():
            for vehicle in path.vehicles:
                points = path.points or (path.position,)
                self._rides.setdefault(vehicle.path, _Ride(vehicle, (0.0, points[-1], _along(points[::-1], 0.0))))

    @property
    def vehicles(self) -> tuple[str, ...]:
        """Prim paths."""
        return tuple(self._rides)

    @property
    def open(self) -> bool:
        """Whether a vehicle is on a drive of which the end is not known yet."""
        return any(r.left is not None for r in self._rides.values())

    def foresee(self, event: Event) -> None:
        """Learn of an event that may lie ahead: drives have an end then."""
        ride = self._rides.get(event.place)
        if ride is None or event.kind is not Kind.VALUE:
            return
        if event.other == "depart":
            ride.left = (event.time, int(event.value))
        elif event.other == "arrive" and ride.left is not None:
            self._drive(ride, ride.left, (event.time, int(event.value)))
            ride.left = None

    def take(self, event: Event) -> None:
        """Follow an event that happens."""
        ride = self._rides.get(event.place)
        if event.kind is Kind.MOVE:
            self._move(event)
        elif event.kind is Kind.STATE and ride is not None:
            if ride.state is State.MAINTENANCE and event.state is not State.MAINTENANCE:
                ride.driven = 0.0  # charged
            ride.state = event.state
        elif ride is not None and event.other == "load":
            ride.parts.add(int(event.value))
            self._carrier[int(event.value)] = event.place
        elif not event.place and event.other == "again":
            self._begin_again()

    def pose(self, path: str, now: float) -> Pose:
        """Return how a vehicle stands at `now` (s); time only goes on."""
        ride = self._rides[path]
        while ride.nodes and ride.nodes[0][0] <= now:
            ride.node = ride.nodes.popleft()[1]
        while ride.drives and ride.drives[0][0] <= now:
            ride.way = ride.drives.popleft()[1]
            ride.trip += 1
        while ride.keys and ride.keys[0][0] <= now:
            key = ride.keys.popleft()
            if math.dist(key[1], ride.last[1]) > 0:
                ride.driven += key[0] - ride.last[0]
            ride.last = key
        place, heading, speed = ride.last[1], ride.last[2], 0.0
        if ride.keys:
            (begin, a, _), (end, b, way) = ride.last, ride.keys[0]
            if end > begin and math.dist(a, b) > 0:
                share = (now - begin) / (end - begin)
                place = (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2]))
                heading, speed = way, math.dist(a, b) / (end - begin)
        full = ride.vehicle.battery_time
        charge = max(0.0, 1.0 - ride.driven / full) if full > 0 else 1.0
        state = State.BUSY if speed > 0 and ride.state is State.IDLE else ride.state
        return Pose(place, heading, speed, charge, ride.node, tuple(sorted(ride.parts)), state, ride.trip, ride.way)

    def node(self, path: str, number: int) -> Point:
        """Return where a node of a vehicle's roads is, world, m."""
        assert self._network is not None
        return self._network.point(*self._network.mark(number, self._roads[path]))

    def _drive(self, ride: _Ride, begin: tuple[float, int], end: tuple[float, int]) -> None:
        assert self._network is not None
        network, time = self._network, begin[0]
        way = network.way(begin[1], end[1], ride.vehicle.speed, self._roads[ride.vehicle.path]) or ()
        length = math.fsum(e.length for e in way)
        ride.drives.append((begin[0], (begin[1], *(e.to for e in way))))
        for edge in way:
            line = network.roads[edge.road].points
            span = network.time((edge,), ride.vehicle.speed)
            points = _between(line, edge.begin, edge.end)
            self._along(ride, points, time, time + span)
            time += span
            ride.nodes.append((time, edge.to))
        if not way or length <= 0:
            ride.nodes.append(end)

    @staticmethod
    def _along(ride: _Ride, points: list[Point], begin: float, end: float) -> None:
        """Note that a vehicle stands at the first point until `begin`, and is at the last at `end`, s."""
        length = math.fsum(math.dist(a, b) for a, b in pairwise(points)) or 1.0
        at, way = 0.0, ride.last[2]
        ways = [_unit(a, b) for a, b in pairwise(points)] or [way]
        ride.keys.append((begin, points[0], ways[0]))
        for (a, b), way in zip(pairwise(points), ways):
            at += math.dist(a, b)
            ride.keys.append((begin + (end - begin) * at / length, b, way))

    def _move(self, event: Event) -> None:
        carrier = self._carrier.pop(event.number, None)
        if carrier is not None:
            self._rides[carrier].parts.discard(event.number)
        if event.place in self._paths:
            slot = self._slots[event.place].pop(event.number, None)
            if slot is not None:
                ride = self._on_path(event.place, slot)
                ride.parts.discard(event.number)
                ride.state = State.IDLE
        node = self._paths.get(event.other)
        if node is not None and node.vehicles:
            taken = set(self._slots[event.other].values())
            slot = next(s for s in range(len(taken) + 1) if s not in taken)
            self._slots[event.other][event.number] = slot
            ride, trip = self._on_path(event.other, slot), node.length / node.speed
            points = list(node.points or (node.position,))
            begin, load = event.time, ride.vehicle.load_time
            ride.keys.clear()
            self._along(ride, points[::-1], begin, begin + trip)
            self._along(ride, points, begin + trip + load, begin + 2 * trip + load)
            ride.parts.add(event.number)
            ride.state = State.BUSY

    def _on_path(self, place: str, slot: int) -> _Ride:
        vehicles = self._paths[place].vehicles
        return self._rides[vehicles[min(slot, len(vehicles) - 1)].path]

    def _begin_again(self) -> None:
        self._carrier.clear()
        for slots in self._slots.values():
            slots.clear()
        for ride in self._rides.values():
            ride.parts.clear()


def _unit(a: Point, b: Point) -> Point:
    length = math.dist(a, b)
    return ((b[0] - a[0]) / length, (b[1] - a[1]) / length, (b[2] - a[2]) / length) if length > 0 else FORWARD


def _lengths(points: tuple[Point, ...] | list[Point]) -> list[float]:
    out = [0.0]
    for a, b in pairwise(points):
        out.append(out[-1] + math.dist(a, b))
    return out


def _along(points: tuple[Point, ...], at: float) -> Point:
    """Return the unit direction of a line at a length along it, m."""
    lengths = _lengths(points)
    for k, (a, b) in enumerate(pairwise(points)):
        if at < lengths[k + 1] or k == len(points) - 2:
            return _unit(a, b)
    return FORWARD


def _between(points: tuple[Point, ...], begin: float, end: float) -> list[Point]:
    """Return the corners of a line from a length to another (which may be before it), both ends included."""
    if end < begin:
        return _between(points, end, begin)[::-1]
    lengths = _lengths(points)
    inside = [p for p, s in zip(points, lengths) if begin + 1e-9 < s < end - 1e-9]
    return [_point(points, lengths, begin), *inside, _point(points, lengths, end)]


def _point(points: tuple[Point, ...], lengths: list[float], at: float) -> Point:
    for k, (a, b) in enumerate(pairwise(points)):
        if at <= lengths[k + 1] and lengths[k + 1] > lengths[k]:
            share = max(0.0, at - lengths[k]) / (lengths[k + 1] - lengths[k])
            return (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2]))
    return points[-1]
