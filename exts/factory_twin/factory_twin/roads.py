# SPDX-License-Identifier: Apache-2.0
"""The network of roads that vehicles travel on: curves joined where they touch, stops beside them, quickest ways."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

from .plant import Conveyor, Node, Plant, Point, Road, Vehicle

JOIN = 0.05
"""Ends of curves that come this near to another curve are joined to it, m."""


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A piece of road between two nodes, in one direction.

    Attributes:
        road: Index of the road.
        begin: Where it begins on the road, m along the curve.
        end: Where it ends; smaller than `begin` when it is travelled back.
        to: Node at its end.
    """

    road: int
    begin: float
    end: float
    to: int

    @property
    def length(self) -> float:
        """In m."""
        return abs(self.end - self.begin)


Way = tuple[Edge, ...]


class Network:
    """Roads and the nodes on them.

    Args:
        roads: The curves.
        stops: World points that vehicles have to get to; each gets a node at the nearest point of the roads.

    Attributes:
        roads: As given.
    """

    def __init__(self, roads: Sequence[Road], stops: Iterable[Point] = ()) -> None:
        self.roads = tuple(roads)
        self._along = [_along(r.points) for r in self.roads]
        self._marks: list[dict[float, int]] = [{} for _ in self.roads]
        self._parent: list[int] = []
        self._edges: dict[int, list[Edge]] = {}
        self._ways: dict[tuple[int, int, float, frozenset[int] | None], Way | None] = {}
        for i, along in enumerate(self._along):
            self._mark(i, 0.0)
            self._mark(i, along[-1])
        self._join()
        self._stops = {stop: self._snap(stop) for stop in stops}
        self._connect()

    def node(self, point: Point, roads: frozenset[int] | None = None) -> int:
        """Return the node of a stop given to the constructor, on one of the `roads` (indices; None: any)."""
        best = min((c for c in self._stops[point] if roads is None or c[1] in roads), default=None)
        if best is None:
            raise KeyError(point)
        return self._root(best[2])

    def mark(self, node: int, roads: frozenset[int]) -> tuple[int, float]:
        """Return (index of a road of `roads`, length along it in m) of a node."""
        return next((i, s) for i in sorted(roads) for s, n in self._marks[i].items() if self._root(n) == node)

    def way(self, begin: int, end: int, speed: float = 0.0, roads: frozenset[int] | None = None) -> Way | None:
        """Return the quickest way between two nodes; None: there is none.

        Args:
            begin: Node.
            end: Node.
            speed: Of the vehicle, m/s; 0: that of each road.
            roads: Indices of the roads it may use; None: all.
        """
        key = begin, end, speed, roads
        if key not in self._ways:
            self._ways[key] = self._search(begin, end, speed, roads)
        return self._ways[key]

    def time(self, way: Way, speed: float = 0.0) -> float:
        """Return how long a way takes, s."""
        return math.fsum(e.length / (speed or self.roads[e.road].speed) for e in way)

    def point(self, road: int, along: float) -> Point:
        """Return the world point at a length along a road."""
        lengths, points = self._along[road], self.roads[road].points
        for (s, a), (t, b) in pairwise(zip(lengths, points)):
            if along <= t and t > s:
                share = (along - s) / (t - s)
                return (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2]))
        return points[-1]

    # ---- building
    def _mark(self, road: int, along: float) -> int:
        """Return the node at a length along a road, made when there is none near."""
        marks = self._marks[road]
        near = next((n for s, n in marks.items() if abs(s - along) < JOIN / 10), None)
        if near is not None:
            return near
        marks[along] = len(self._parent)
        self._parent.append(len(self._parent))
        return marks[along]

    def _join(self) -> None:
        for i, road in enumerate(self.roads):
            for end, along in ((road.points[0], 0.0), (road.points[-1], self._along[i][-1])):
                for j in range(len(self.roads)):
                    distance, where = self._nearest(j, end)
                    if j != i and distance <= JOIN:
                        self._unite(self._mark(i, along), self._mark(j, where))

    def _snap(self, stop: Point) -> list[tuple[float, int, int]]:
        """Return (distance, road, node) of the nearest point of every road."""
        found = []
        for i in range(len(self.roads)):
            distance, along = self._nearest(i, stop)
            found.append((distance, i, self._mark(i, along)))
        return found

    def _nearest(self, road: int, point: Point) -> tuple[float, float]:
        """Return (distance to the road, where that is along it), m."""
        best = (math.inf, 0.0)
        lengths = self._along[road]
        for i, (a, b) in enumerate(pairwise(self.roads[road].points)):
            span = lengths[i + 1] - lengths[i]
            dot = math.fsum((p - s) * (e - s) for p, s, e in zip(point, a, b))
            share = 0.0 if span <= 0 else min(1.0, max(0.0, dot / (span * span)))
            near = tuple(s + share * (e - s) for s, e in zip(a, b))
            best = min(best, (math.dist(point, near), lengths[i] + share * span))
        return best

    def _connect(self) -> None:
        for i, road in enumerate(self.roads):
            marks = sorted((s, self._root(n)) for s, n in self._marks[i].items())
            for (s, a), (t, b) in pairwise(marks):
                self._edges.setdefault(a, []).append(Edge(i, s, t, b))
                if road.both_ways:
                    self._edges.setdefault(b, []).append(Edge(i, t, s, a))

    def _root(self, node: int) -> int:
        while self._parent[node] != node:
            node = self._parent[node]
        return node

    def _unite(self, a: int, b: int) -> None:
        low, high = sorted((self._root(a), self._root(b)))
        self._parent[high] = low

    def _search(self, begin: int, end: int, speed: float, roads: frozenset[int] | None) -> Way | None:
        """Dijkstra; ties go to the fewest edges, then the lowest road."""
        heap: list[tuple[float, int, int, Way]] = [(0.0, 0, begin, ())]
        done: set[int] = set()
        while heap:
            time, count, node, way = heappop(heap)
            if node == end:
                return way
            if node in done:
                continue
            done.add(node)
            for edge in self._edges.get(node, ()):
                if edge.to not in done and (roads is None or edge.road in roads):
                    cost = edge.length / (speed or self.roads[edge.road].speed)
                    heappush(heap, (time + cost, count + 1, edge.to, (*way, edge)))
        return None


def of_plant(plant: Plant) -> tuple[Network, Callable[[Vehicle], Point]]:
    """Return the network of a plant's roads, with stops where its places hand over, and where each vehicle parks."""
    first = {v.path: next(r.points[0] for r in plant.roads if r.path in v.roads) for v in plant.vehicles if v.home is None}

    def home(vehicle: Vehicle) -> Point:
        return vehicle.home if vehicle.home is not None else first[vehicle.path]

    stops = {give_point(n) for n in plant.nodes} | {n.position for n in plant.nodes} | {home(v) for v in plant.vehicles}
    return Network(plant.roads, sorted(stops)), home


def give_point(node: Node) -> Point:
    """Return where parts are fetched from a place: the end of a conveyor, else where a part stands."""
    return node.points[-1] if isinstance(node, Conveyor) and node.points else node.position


def _along(points: Sequence[Point]) -> list[float]:
    """Return the length along the curve at each point, m."""
    lengths = [0.0]
    for a, b in pairwise(points):
        lengths.append(lengths[-1] + math.dist(a, b))
    return lengths
