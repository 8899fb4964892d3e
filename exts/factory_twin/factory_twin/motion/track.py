# SPDX-License-Identifier: Apache-2.0
"""Where each part is over time: keys (time in s, place in world metres, unit heading) from the moves of a log.

Between keys a part moves in a straight line; two equal keys are a stay. A hand-over that takes no time in the log is drawn as
a short walk after it, so parts do not jump.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..log import Log
from ..plant import Conveyor, Node, Plant, Point, Sink, Source, Transport, VehiclePath
from .fleet import Rides
from .polyline import polyline

WALK = 1.0  # m/s, drawn speed of a hand-over
Key = tuple[float, Point, Point]


@dataclass(slots=True)
class Visit:
    """A part at a place, from `enter` to `leave` (s).

    Attributes:
        part: Part number.
        place: Index in the plant's nodes.
        enter: s.
        leave: s; the log's end when it is still there.
        ahead: Times at which the parts that were ahead left, ascending, s.
        slot: Lowest slot that was free on entering (server of a station, vehicle of a path).
    """

    part: int
    place: int
    enter: float
    leave: float
    slot: int
    ahead: list[float] = field(default_factory=list)


def visits(log: Log, plant: Plant) -> list[list[Visit]]:
    """Return the visits of each part, in the order parts were made; sources and sinks are no stays."""
    index = {n.path: i for i, n in enumerate(plant.nodes)}
    node = [index.get(p, -1) for p in log.places]
    outside = {i for i, n in enumerate(plant.nodes) if isinstance(n, Source)}
    ends = {i for i, n in enumerate(plant.nodes) if isinstance(n, Sink)}
    here: dict[int, list[Visit]] = {i: [] for i in range(len(plant.nodes))}
    parts: dict[int, list[Visit]] = {}
    for time, source, target, part in _moves(log):
        a, b = node[source], node[target]
        if a >= 0 and a not in outside:
            _leave(here[a], part, time)
        if b >= 0 and b not in ends:
            taken = {v.slot for v in here[b]}
            slot = next(s for s in range(len(taken) + 1) if s not in taken)
            visit = Visit(part, b, time, log.end, slot)
            here[b].append(visit)
            parts.setdefault(part, []).append(visit)
        elif part in parts and b >= 0:  # scrap vanishes where it stands
            parts[part].append(Visit(part, b, time, time, 0))
    for stay in here.values():
        for k, visit in enumerate(stay):
            visit.ahead += [float("inf")] * k
    return list(parts.values())


def _moves(log: Log) -> list[tuple[float, int, int, int]]:
    rows = log.moves.array()
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    return [(t, int(a), int(b), int(p)) for t, a, b, p in rows.tolist()]


def _leave(stay: list[Visit], part: int, time: float) -> None:
    for k, visit in enumerate(stay):
        if visit.part == part:
            visit.leave = time
            del stay[k]
            for behind in stay[k:]:
                behind.ahead.append(time)
            return


def keys(stays: list[Visit], plant: Plant, rides: Rides | None = None) -> list[Key]:
    """Return the key points of one part from its visits; `rides` for plants with transports."""
    out: list[Key] = []
    for visit in stays:
        node = plant.nodes[visit.place]
        if visit.enter == visit.leave and not isinstance(node, Sink):
            continue
        path = rides.carried(visit.part, visit.enter, visit.leave) if rides is not None and isinstance(node, Transport) else []
        path = path or stay(visit, node, out[-1] if out else None)
        if out:
            path = _walk(out[-1], path, visit)
        out += path
    return out


def _walk(before: Key, path: list[Key], visit: Visit) -> list[Key]:
    """Start the stay later by the time a walk takes, at most half of the stay."""
    start, place, heading = path[0]
    need = float(np.linalg.norm(np.subtract(place, before[1]))) / WALK
    room = need if visit.leave == visit.enter else min(need, (path[1][0] - start) / 2 if len(path) > 1 else need)
    depart = (visit.enter, before[1], before[2])
    moved = [(start + room, place, heading), *path[1:]]
    return [depart, *moved] if before != depart else moved


def stay(visit: Visit, node: Node, before: Key | None) -> list[Key]:
    """Return the keys of a part at one place; `before` is the last key ahead of them."""
    if isinstance(node, Conveyor):
        return _belt(visit, node)
    if isinstance(node, VehiclePath):
        return _ride(visit, node, before)
    if isinstance(node, Sink):
        return [(visit.enter, node.position, node.heading)]
    return _queue(visit, node)


def _queue(visit: Visit, node: Node) -> list[Key]:
    """Buffers and stations: stand at the slot; in a queue move up whenever one ahead leaves."""
    way = node.heading
    if node.kind != "buffer":
        return [(visit.enter, _spot(node, visit.slot), way), (visit.leave, _spot(node, visit.slot), way)]
    out: list[Key] = [(visit.enter, _spot(node, len(visit.ahead)), way)]
    times = [t for t in visit.ahead if t < visit.leave]
    for k, (time, following) in enumerate(zip(times, [*times[1:], float("inf")])):
        left = len(visit.ahead) - k
        if time > (times[k - 1] if k else visit.enter):
            out.append((time, _spot(node, left), way))
        if following != time:  # those that leave at one instant make room together
            out.append((min(time + 1.0, following, visit.leave), _spot(node, left - 1), way))
    out.append((visit.leave, out[-1][1], way))
    return out


def _spot(node: Node, number: int) -> Point:
    (x, y, z), (a, b, c) = node.position, node.spacing
    return x + number * a, y + number * b, z + number * c


def _belt(visit: Visit, node: Conveyor) -> list[Key]:
    """Travel at the belt's speed until the part ahead stands in the way; move up when one leaves at the end."""
    line = polyline(node.points)
    gap = node.gap or line.length / max(1, node.capacity)
    out: list[Key] = [(visit.enter, line.point(0.0), line.heading(0.0))]
    time, at = visit.enter, 0.0
    stops = [(line.length - gap * (len(visit.ahead) - k), t) for k, t in enumerate(visit.ahead)] + [(line.length, visit.leave)]
    for stop, free in stops:
        reach = max(at, stop)
        arrive = min(time + (reach - at) / node.speed, visit.leave)
        if free <= arrive and reach < line.length:
            continue
        out += line.between(at, reach, time, arrive)
        time, at = arrive, reach
        time = min(max(free, arrive), visit.leave)
        if time > arrive:
            out.append((time, *out[-1][1:]))
        if time >= visit.leave:  # those behind that stay to the log's end never get to the next stop
            break
    return out


def _ride(visit: Visit, node: VehiclePath, before: Key | None) -> list[Key]:
    """Wait for the vehicle, ride along the path, wait to be taken off."""
    line = polyline(node.points)
    trip = node.length / node.speed
    vehicle = node.vehicles[min(visit.slot, len(node.vehicles) - 1)]
    come, go = visit.enter + trip, visit.enter + trip + vehicle.load_time
    start = (line.point(0.0), line.heading(0.0))
    here = before[1:] if before else start
    out: list[Key] = [(visit.enter, *here)]
    for time, place, way in [(come, *here), (go, *start), *line.between(0.0, line.length, go, go + trip)]:
        if time <= visit.leave:
            out.append((time, place, way))
    out.append((visit.leave, *out[-1][1:]))
    return out
