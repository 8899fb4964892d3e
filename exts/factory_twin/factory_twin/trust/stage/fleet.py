# SPDX-License-Identifier: Apache-2.0
"""Fleets: a road between every two points, vehicles on them, a transport for every move, and where the places stand."""

from __future__ import annotations

from itertools import combinations

from ..fields import NotBuilt
from ..model import Buffer, Fleet, Model, Node, Sink, Station
from .author import Author

Point = tuple[float, float]


class Stands:
    """Where the places stand that vehicles serve. One that is served at a second point gets a dock there.

    Args:
        model: The factory.

    Attributes:
        at: Name of a node -> its point, m.
        docks: (fleet, number of the move) -> point of the dock that the move serves instead of the node.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self.at: dict[str, Point] = {}
        self.docks: dict[tuple[str, int], Point] = {}
        fleets = [n for n in model.nodes.values() if isinstance(n, Fleet)]
        for fleet in fleets:
            for move in fleet.moves:
                self._pickup(fleet, move.source, fleet.points[move.pickup])
        for fleet in fleets:
            for i, move in enumerate(fleet.moves):
                self._drop((fleet.name, i), self.served(move.to), fleet.points[move.drop])

    def served(self, name: str) -> Node:
        """Return the node that a part is brought to; for a buffer without room the station behind it."""
        nodes = self._model.nodes
        node = nodes[name]
        if not isinstance(node, Buffer) or node.capacity != 0:
            return node
        behind = [n for n in nodes.values() if isinstance(n, Station) and name in dict(n.inputs)]
        if len(behind) != 1:
            raise NotBuilt("Vehicles bring parts to one station at a time.", where=name)
        return behind[0]

    def _pickup(self, fleet: Fleet, name: str, point: Point) -> None:
        node = self._model.nodes[name]
        if isinstance(node, Buffer) and node.capacity == 0:
            raise NotBuilt("A buffer without room that vehicles fetch from is not known.", where=name)
        if self.at.setdefault(name, point) != point:
            raise NotBuilt("A buffer whose parts are fetched at two points is not known.", where=f"{fleet.name}: {name}")

    def _drop(self, move: tuple[str, int], node: Node, point: Point) -> None:
        if self.at.setdefault(node.name, point) == point:
            return
        if isinstance(node, Sink) or (isinstance(node, Buffer) and node.capacity < 0):
            self.docks[move] = point
            return
        raise NotBuilt("A node with limited room that is served at two points is not known.", where=node.name)


def write_fleet(author: Author, fleet: Fleet) -> list[str]:
    """Write points, roads and vehicles of a fleet; return the vehicles."""
    marks = {}
    for name, (x, y) in fleet.points.items():
        marks[name] = author.name("Points", f"{fleet.name}_{name}")
        author.define(marks[name])
        author.place(marks[name], x, y)
    roads: list[str] = []
    for points in _roads(fleet):
        road = author.name("Roads", f"{fleet.name}_{len(roads) + 1}")
        author.curve(road, points)
        author.apply(road, "Path", type="vehicle", speed=fleet.speed, bidirectional=True)
        roads.append(road)
    vehicles = []
    for i in range(fleet.vehicles):
        path = author.name("Vehicles", f"{fleet.name}_{i + 1}")
        author.define(path)
        author.apply(
            path,
            "Transporter",
            paths=roads,
            speed=fleet.speed,
            loadTime=fleet.load,
            unloadTime=fleet.unload,
            home=[marks[fleet.home]],
        )
        vehicles.append(path)
    return vehicles


def _roads(fleet: Fleet) -> list[list[Point]]:
    """Return a line between every two points; the metric says how long it is."""
    found = []
    places = list(dict.fromkeys(fleet.points.values()))
    for (x, y), (u, v) in combinations(places, 2):
        bend = fleet.manhattan and x != u and y != v
        found.append([(x, y), (u, y), (u, v)] if bend else [(x, y), (u, v)])
    if not found:
        (x, y), *_ = places
        found.append([(x, y), (x + 1.0, y)])
    return found
