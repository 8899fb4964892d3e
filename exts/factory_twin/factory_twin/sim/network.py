# SPDX-License-Identifier: Apache-2.0
"""The network of places: made from the plant's nodes, connected by their successors, ranked downstream first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..distribution import Distribution
from ..errors import SimulationError
from ..plant import SCRAP, Buffer, Conveyor, Node, Sink, Source, Station, VehiclePath
from .buffer import BufferPlace
from .conveyor import ConveyorPlace
from .place import Place, Router
from .sink import SinkPlace
from .source import SourcePlace
from .station import SingleStation, StationPlace, draws

if TYPE_CHECKING:
    from .simulation import Simulation

_SHARE = Distribution("uniform", (0.0, 1.0))


def build(sim: Simulation) -> list[Place]:
    """Return one running place per node of the plant, in plant order; last the scrap, where any station makes some."""
    scrapping = any(s.scrap_rate > 0 for s in sim.plant.of(Station) if isinstance(s, Station))
    nodes = (*sim.plant.nodes, SCRAP) if scrapping else sim.plant.nodes
    return [_place(sim, n, i) for i, n in enumerate(nodes)]


def _place(sim: Simulation, node: Node, index: int) -> Place:
    if isinstance(node, Station | VehiclePath):
        times = draws(sim, node)
        plain = len(times) == len(node.successors) == 1 and getattr(node, "scrap_rate", 0) == 0
        kind = SingleStation if plain else StationPlace
        return kind(sim, node, index, times)
    if isinstance(node, Conveyor) or (isinstance(node, Buffer) and node.minimum_time > 0):
        return ConveyorPlace(sim, node, index)
    if isinstance(node, Buffer):
        return BufferPlace(sim, node, index)
    if isinstance(node, Source):
        return SourcePlace(sim, node, index)
    if isinstance(node, Sink):
        return SinkPlace(sim, node, index)
    raise SimulationError(f"A {node.kind} can't be simulated.", where=node.path)


def connect(places: list[Place]) -> None:
    """Tell each place where parts go, and its rank.

    Raises:
        SimulationError: A successor is missing or is no place.
    """
    by_path = {p.node.path: p for p in places}
    for place in places:
        node = place.node
        missing = [s for s in node.successors if s not in by_path]
        if missing:
            raise SimulationError(
                f"Successor {missing[0]} is no place of the plant.",
                where=node.path,
                hint="Run `factory-twin check` on the stage.",
            )
        if not node.successors and not isinstance(place, SinkPlace):
            raise SimulationError("The place has no successor.", where=node.path, hint="Connect it to a next place.")
        draw = place.sim.stream(_SHARE, node.path, "route") if node.weights else None
        router = Router(tuple(by_path[s] for s in node.successors), node.weights, draw)
        if isinstance(node, Station) and node.scrap_rate > 0:
            router.scrap(by_path[SCRAP.path], node.scrap_rate, place.sim.stream(_SHARE, node.path, "scrap"))
        place.connect(router)
    feeders = Counter(t.index for p in places for t in p.router.all)
    for place in places:
        if isinstance(place, BufferPlace):
            place.timed = any(feeders[t.index] > 1 for t in place.router.all)
    for rank, place in enumerate(_downstream_first(places)):
        place.rank = rank


def _downstream_first(places: list[Place]) -> list[Place]:
    """Depth first, successors before their predecessors; a loop is cut where it closes."""
    order: list[Place] = []
    seen: set[int] = set()
    for root in places:
        stack = [(root, iter(root.router.all))] if root.index not in seen else []
        seen.add(root.index)
        while stack:
            place, successors = stack[-1]
            following = next((s for s in successors if s.index not in seen), None)
            if following is None:
                order.append(place)
                stack.pop()
            else:
                seen.add(following.index)
                stack.append((following, iter(following.router.all)))
    return order
