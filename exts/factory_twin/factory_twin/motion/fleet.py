# SPDX-License-Identifier: Apache-2.0
"""Where the vehicles of transports are over time, and which carries a part: from their departures, arrivals and loads."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from ..log import Log
from ..plant import Plant, Point, Vehicle
from ..roads import Network, of_plant
from .polyline import polyline

Key = tuple[float, Point, Point]


class Rides:
    """What a log says about the vehicles of a plant's transports.

    Attributes:
        keys: Vehicle prim path -> (time in s, place in world metres, unit heading).
    """

    def __init__(self, log: Log, plant: Plant) -> None:
        self.keys: dict[str, list[Key]] = {}
        self._loads: dict[int, list[tuple[float, str]]] = {}
        if not plant.vehicles:
            return
        network, home = of_plant(plant)
        names = {name: log.names.index(name) for name in ("depart", "arrive", "load") if name in log.names}
        rows = log.values.array()
        for vehicle in plant.vehicles:
            place = log.places.index(vehicle.path) if vehicle.path in log.places else -1
            roads = frozenset(i for i, r in enumerate(plant.roads) if r.path in vehicle.roads)
            mine = rows[rows[:, 1] == place]
            node = network.node(home(vehicle), roads)
            self.keys[vehicle.path] = track = [_at(network, node, 0.0, roads)]
            left, begun = node, 0.0
            for time, _, name, number in mine.tolist():
                if name == names.get("load", -1):
                    self._loads.setdefault(int(number), []).append((time, vehicle.path))
                elif name == names.get("depart", -1):
                    left, begun = int(number), time
                    track.append((time, *track[-1][1:]))
                elif name == names.get("arrive", -1):
                    track += _leg(network, vehicle, roads, (left, int(number)), (begun, time))

    def carried(self, part: int, enter: float, leave: float) -> list[Key]:
        """Return the keys of a part on its ride from `enter` to `leave`, s; empty when the log does not know the vehicle."""
        loads = self._loads.get(part, [])
        path = next((path for time, path in loads if enter <= time <= leave), None)
        if path is None:
            return []
        track = self.keys[path]
        times = [key[0] for key in track]
        first, last = bisect_right(times, enter), bisect_left(times, leave)
        begin = track[max(first - 1, 0)]
        inside = [key for key in track[first:last] if enter < key[0] < leave]
        end = inside[-1] if inside else begin
        return [(enter, *begin[1:]), *inside, (leave, *end[1:])]


def _at(network: Network, node: int, time: float, roads: frozenset[int]) -> Key:
    road, along = network.mark(node, roads)
    line = polyline(network.roads[road].points)
    return (time, line.point(along), line.heading(min(along, line.length - 1e-6)))


def _leg(
    network: Network, vehicle: Vehicle, roads: frozenset[int], ends: tuple[int, int], span: tuple[float, float]
) -> list[Key]:
    """Return the keys of a drive from node to node, the first one the heading it sets out with."""
    way = network.way(*ends, vehicle.speed, roads) or ()
    out: list[Key] = []
    time = span[0]
    for edge in way:
        points = network.roads[edge.road].points
        line = polyline(points)
        begin, end = edge.begin, edge.end
        if end < begin:
            line, begin, end = polyline(points[::-1]), line.length - begin, line.length - end
        arrive = time + network.time((edge,), vehicle.speed)
        if not out:
            out.append((time, line.point(begin), line.heading(begin)))
        out += line.between(begin, end, time, arrive)
        time = arrive
    return out
