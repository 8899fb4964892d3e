# SPDX-License-Identifier: Apache-2.0
"""The network of places: made from the plant's nodes, connected by their successors, ranked downstream first.

Each node gets the plainest, fastest kind of place that does what the node asks for (see `needs`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ..distribution import Distribution
from ..errors import SimulationError
from ..plant import CONSUMED, LOST, MADE, SCRAP, Buffer, Conveyor, Node, Plant, Sink, Source, Station, Transport, VehiclePath
from .buffer import BufferPlace, QueuePlace
from .conveyor import ConveyorPlace
from .job import JobPlace
from .lot_source import LotSource
from .needs import Needs, leads
from .place import Place
from .router import Plans, Router
from .single import SingleStation
from .sink import LotSink, SinkPlace
from .solo_job import SoloJob
from .source import SourcePlace
from .station import StationPlace, draws
from .store import StorePlace
from .transport import TransportPlace
from .workplace import WorkPlace

if TYPE_CHECKING:
    from .simulation import Simulation

_SHARE = Distribution("uniform", (0.0, 1.0))


def build(sim: Simulation) -> list[Place]:
    """Return one running place per node of the plant, in plant order; last the scrap and the like, where they are needed."""
    nodes = (*sim.plant.nodes, *_unseen(sim.plant))
    needs = Needs(sim.plant)
    return [_place(sim, n, i, needs) for i, n in enumerate(nodes)]


def _unseen(plant: Plant) -> list[Node]:
    """Return the places that are no prims: where parts go or come from that no source made and no sink takes."""
    stations = [s for s in plant.of(Station) if isinstance(s, Station)]
    wanted: list[tuple[Node, bool]] = [
        (SCRAP, any(s.scrap_rate > 0 or any(f.on_failure == "scrap" for f in s.failures) for s in stations)),
        (CONSUMED, any(s.assembly for s in stations)),
        (MADE, any(s.disassembly for s in stations) or any(b.initial for b in plant.of(Buffer) if isinstance(b, Buffer))),
        (LOST, any(s.lose for s in plant.of(Source) if isinstance(s, Source))),
    ]
    return [node for node, needed in wanted if needed]


def _place(sim: Simulation, node: Node, index: int, needs: Needs) -> Place:
    if isinstance(node, Station) and not needs.is_plain(node):
        return WorkPlace(sim, node, index)
    if isinstance(node, Station) and sim.items.kept:
        solo = node.servers == 1 and node.path in needs.queued and node.path not in needs.ruled
        return (
            SoloJob(sim, node, index, deferred=False) if solo else JobPlace(sim, node, index, deferred=node.path in needs.ruled)
        )
    if isinstance(node, Station | VehiclePath):
        times = draws(sim, node)
        plain = len(times) == len(node.successors) == 1 and getattr(node, "scrap_rate", 0) == 0
        kind = SingleStation if plain and node.path not in needs.shared else StationPlace
        return kind(sim, node, index, times)
    if isinstance(node, Conveyor) or (isinstance(node, Buffer) and node.minimum_time > 0):
        return ConveyorPlace(sim, node, index)
    if isinstance(node, Buffer):
        return _buffer(sim, node, index, needs)
    if isinstance(node, Source):
        if node is MADE:
            return SinkPlace(sim, node, index)  # only its index counts
        plain = node.is_plain and not sim.items.kept and node.path not in needs.lots
        return SourcePlace(sim, node, index) if plain else LotSource(sim, node, index)
    if isinstance(node, Transport):
        return TransportPlace(sim, node, index)
    if isinstance(node, Sink):
        return LotSink(sim, node, index) if sim.items.kept else SinkPlace(sim, node, index)
    raise SimulationError(f"A {node.kind} can't be simulated.", where=node.path)


def _buffer(sim: Simulation, node: Buffer, index: int, needs: Needs) -> Place:
    asked = node.path in needs.lots | needs.apart | needs.ends
    several = sim.items.kept and len(node.successors) > 1
    if asked or several or node.initial or node.discipline not in ("FIFO", "LIFO"):
        return StorePlace(sim, node, index, apart=node.path in needs.apart)
    return (QueuePlace if sim.items.kept and node.discipline == "FIFO" else BufferPlace)(sim, node, index)


def connect(sim: Simulation, places: list[Place]) -> None:
    """Tell each place where parts go, which cards it needs, and its rank.

    Raises:
        SimulationError: A successor is missing or is no place.
    """
    by_path = {p.node.path: p for p in places}
    reach = leads(sim.plant)
    planned = sim.items.kept and any(p.plan for p in sim.plant.products)
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
        draw = sim.stream(_SHARE, node.path, "route") if node.weights else None
        router = Router(tuple(by_path[s] for s in node.successors), node.weights, draw, rule=node.rule)
        if isinstance(node, Station):
            if node.scrap_rate > 0 or node.rework_rate > 0:
                router.faults(sim.stream(_SHARE, node.path, "scrap"))
            if node.scrap_rate > 0:
                router.scrap(by_path[SCRAP.path], node.scrap_rate)
            if node.rework_rate > 0:
                router.rework(by_path[node.rework], node.rework_rate, sim.items, reach(node.rework))
        if planned and len(node.successors) > 1:
            router.follow(Plans(sim.items, tuple((by_path[s], reach(s)) for s in node.successors)))
        place.connect(router)
    for place in places:
        if len(place.router.all) > 1:
            for target in place.router.all:
                target.shared = True
    _check_circles(places)
    _connect_loops(sim, by_path)
    _connect_initial(sim, by_path)
    _connect_transports(sim, places)
    feeders: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        for target in place.router.all:
            feeders[target.index].append(place)
    for place in places:
        if isinstance(place, BufferPlace):
            place.timed = any(len(feeders[t.index]) > 1 or t.choosy for t in place.router.all)
            place.sole = len(feeders[place.index]) == 1
    for rank, place in enumerate(_downstream_first(places)):
        place.rank = rank
    for place in places:
        if isinstance(place, SingleStation):
            place.link(feeders[place.index])
        elif isinstance(place, SoloJob):
            _link(place, feeders[place.index][0])


def _link(machine: SoloJob, queue: Place) -> None:
    assert isinstance(queue, QueuePlace)
    queue.solo = True
    machine.link(queue)


def _connect_loops(sim: Simulation, by_path: dict[str, Place]) -> None:
    for loop in sim.loops:
        for path in loop.node.begin:
            place = by_path[path]
            if not isinstance(place, LotSource | WorkPlace):
                raise SimulationError("Only a source or a station begins a card loop.", where=path)
            place.begins = (*place.begins, loop)
            loop.begin.append(place)
        for path in loop.node.end:
            place = by_path[path]
            if isinstance(place, StorePlace | WorkPlace):
                place.ends = (*place.ends, loop)
                if isinstance(place, StorePlace):
                    place.through = False
            elif not isinstance(place, LotSink):  # at a sink all cards come off
                raise SimulationError(
                    "A card loop ends at a buffer without dwell time, a station or a sink.",
                    where=path,
                    hint="Name another place in factoryTwin:cards:end.",
                )


def _check_circles(places: list[Place]) -> None:
    """Raise where buffers alone form a circle: parts would go round in no time.

    Raises:
        SimulationError: They do.
    """
    inside = {p.index: p for p in places if isinstance(p, BufferPlace | StorePlace)}
    while inside:
        ends = [i for i, p in inside.items() if not any(t.index in inside for t in p.router.all)]
        if not ends:
            paths = ", ".join(p.node.path for p in inside.values())
            raise SimulationError(
                "Buffers feed each other in a circle, in no time.",
                where=paths,
                hint="Put a station or a dwell time in between.",
            )
        for i in ends:
            del inside[i]


def _connect_initial(sim: Simulation, by_path: dict[str, Place]) -> None:
    """Tell stores with parts at the start which card loops they lie in: what begins there gets to them before it ends."""
    for loop in sim.loops:
        seen, todo = set(loop.node.begin), [t for path in loop.node.begin for t in by_path[path].router.all]
        while todo:
            place = todo.pop()
            if place.node.path in seen:
                continue
            seen.add(place.node.path)
            if isinstance(place, StorePlace) and place.node.initial:
                place.within = (*place.within, loop)
            if place.node.path not in loop.node.end:
                todo += place.router.all


def _connect_transports(sim: Simulation, places: list[Place]) -> None:
    transports = [p for p in places if isinstance(p, TransportPlace)]
    for transport in transports:
        transport.feeders = [p for p in places if transport in p.router.all]
    if sim.fleet is not None:
        sim.fleet.connect(transports)


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
