# SPDX-License-Identifier: Apache-2.0
"""What a plant asks of the model: which places need more than the plain, fast kind, and whether parts are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ..plant import Buffer, Node, Plant, Product, Sink, Source, Station, Transport


class Needs:
    """What the nodes of a plant ask of each other, worked out once.

    Attributes:
        shared: Places that a node with several successors feeds.
        ruled: Places that a buffer with a dispatching rule feeds.
        queued: Places that one plain buffer feeds and nothing else.
        lots: Places whose successors look at more than one part of theirs.
        apart: Places whose successors ask for parts of a product.
        looped: Places where a card loop begins or ends.
        ends: Places where one ends.
        shifts: Worker pools with a calendar.
    """

    def __init__(self, plant: Plant) -> None:
        by_path = {n.path: n for n in plant.nodes}
        self.shared = {s for n in plant.nodes if len(n.successors) > 1 for s in n.successors}
        buffers = [b for b in plant.of(Buffer) if isinstance(b, Buffer)]
        self.ruled = {s for b in buffers if b.discipline != "FIFO" for s in b.successors}
        fed = Counter(
            s for n in plant.nodes for s in {*n.successors, *([n.rework] if isinstance(n, Station) and n.rework else [])}
        )
        simple = [b for b in buffers if b.discipline == "FIFO" and not (b.initial or b.minimum_time) and len(b.successors) == 1]
        ends = {path for loop in plant.loops for path in loop.end}
        self.queued = {s for b in simple for s in b.successors if fed[s] == 1 and b.path not in ends}
        self.lots = {n.path for n in plant.nodes if any(_takes_lots(by_path.get(s)) for s in n.successors)}
        self.apart = {n.path for n in plant.nodes if any(_asks_products(by_path.get(s)) for s in n.successors)}
        self.ends = {path for loop in plant.loops for path in loop.end}
        self.looped = self.ends | {path for loop in plant.loops for path in loop.begin}
        self.shifts = {p.path for p in plant.pools if p.shift.calendar}

    def is_plain(self, station: Station) -> bool:
        """Whether a station has nothing but servers, a process time, scrap and plain failures, and nothing around asks more."""
        return (
            not (station.maintenance or station.wear or station.assembly or station.disassembly)
            and station.setup.time is None
            and not station.setup.changes
            and station.batch.maximum == 1
            and station.rework_rate == 0
            and station.workers.count == 0
            and not station.shift.calendar
            and station.release_when_down
            and not station.preemptive
            and all(f.is_plain and f.crew not in self.shifts for f in station.failures)
            and station.path not in self.looped
        )


def keeps_parts(plant: Plant) -> bool:
    """Whether something depends on which part it is: products, orders, priorities, cards, plans."""
    if plant.loops or any(s.orders for s in plant.of(Source) if isinstance(s, Source)):
        return True
    if any(b.discipline not in ("FIFO", "LIFO") for b in plant.of(Buffer) if isinstance(b, Buffer)):
        return True
    stations = [s for s in plant.of(Station) if isinstance(s, Station)]
    if any(s.process_times or s.setup.time or s.setup.changes or s.preemptive or s.batch.same_product for s in stations):
        return True
    if any((s.assembly and (s.assembly.product or _by_product(s, plant))) or s.disassembly for s in stations):
        return True
    made = _made(plant)
    return len(made) > 1 or any(_needs_plan(p, plant) for p in plant.products if p.path in made)


def _by_product(station: Station, plant: Plant) -> bool:
    products = {p.path for p in plant.products}
    return station.assembly is not None and any(path in products for path, _ in station.assembly.inputs)


def _made(plant: Plant) -> set[str]:
    """Return the products that enter; an empty path stands for parts without one."""
    made = {p for s in plant.of(Source) if isinstance(s, Source) for p in s.products or ("",)}
    return made | {b.initial_product for b in plant.of(Buffer) if isinstance(b, Buffer) and b.initial}


def _needs_plan(product: Product, plant: Plant) -> bool:
    """Whether parts of the only product have to be told apart by the steps done: a station comes twice, or ways part."""
    named = [s for step in product.plan for s in step.stations]
    if len(named) != len(set(named)):
        return True
    times = {s: step.time for step in product.plan for s in step.stations if step.time is not None}
    for node in plant.of(Station):
        if isinstance(node, Station) and times.get(node.path, node.process_time) != node.process_time:
            return True
    step_of = {s: i for i, step in enumerate(product.plan) for s in step.stations}
    reach = leads(plant)
    for node in plant.nodes:
        ways = {frozenset(step_of.get(p, -1) for p in reach(s)) for s in node.successors}
        if product.plan and not node.weights and len(ways) > 1:
            return True
    return False


def leads(plant: Plant) -> Callable[[str], frozenset[str]]:
    """Return the function place -> stations that parts get to from it without passing another; "" stands for a sink."""
    nodes = {n.path: n for n in plant.nodes}
    known: dict[str, frozenset[str]] = {}

    def find(path: str) -> frozenset[str]:
        if path not in known:
            known[path] = _reach(path, nodes)
        return known[path]

    return find


def _reach(path: str, nodes: dict[str, Node]) -> frozenset[str]:
    seen, todo, found = {path}, [path], set()
    while todo:
        node = nodes.get(todo.pop())
        if isinstance(node, Station):
            found.add(node.path)
        elif isinstance(node, Sink):
            found.add("")
        elif node is not None:
            todo += [s for s in node.successors if s not in seen]
            seen.update(node.successors)
    return frozenset(found)


def _takes_lots(node: Node | None) -> bool:
    """Whether a place looks at more than one part of a giver: a batch, an assembly, a transport."""
    return isinstance(node, Transport) or (isinstance(node, Station) and (node.batch.maximum > 1 or node.assembly is not None))


def _asks_products(node: Node | None) -> bool:
    """Whether a place asks for parts of a product."""
    return isinstance(node, Station) and (node.batch.same_product or node.assembly is not None)
