# SPDX-License-Identifier: Apache-2.0
"""Rules of the material flow as a whole: whether parts come from somewhere, get to the stations of their plan, and get out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..plant import Buffer, CardLoop, Node, Product, Sink, Source, Station, Step
from .applied import Index
from .flow import FLAWS, SUCCESSORS, Flow
from .names import CARD_LOOP, PRODUCT


class Reach:
    """Where parts can get to.

    Args:
        flow: Who feeds whom.
    """

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._known: dict[str, frozenset[str]] = {}

    def of(self, path: str) -> frozenset[str]:
        """Return the paths of all places that parts can get to from a place."""
        if path not in self._known:
            found = frozenset(node.path for node in self.through(path, lambda node: True))
            self._known |= dict.fromkeys(self._around(path, found), found)
        return self._known[path]

    def _around(self, path: str, found: frozenset[str]) -> set[str]:
        """Return the place and those from which parts come back to it: they get to the same places, `found`."""
        result, todo = {path}, [path] if path in found else []
        while todo:
            new = {node.path for node in self._flow.feeders(todo.pop()) if node.path in found} - result
            result |= new
            todo += new
        return result

    def through(self, path: str, passes: Callable[[Node], bool]) -> list[Node]:
        """Return the places that parts can get to, going on only from those for which `passes` holds."""
        nodes = self._flow.nodes
        todo, seen, result = [nodes[path]], set(), []
        while todo:
            for target in self._flow.targets(todo.pop()):
                node = nodes.get(target)
                if node is not None and target not in seen:
                    seen.add(target)
                    result.append(node)
                    if passes(node):
                        todo.append(node)
        return result


def check_reach(
    index: Index, flow: Flow, *, products: tuple[Product, ...], orders: dict[str, str], loops: tuple[CardLoop, ...]
) -> None:
    """Add what is wrong with the flow as a whole.

    Args:
        index: Everything of ours on the stage.
        flow: Who feeds whom.
        products: All products.
        orders: Work order -> product.
        loops: All card loops.
    """
    findings, nodes = index.findings, flow.nodes.values()
    sources = [n for n in nodes if isinstance(n, Source)]
    if not sources:
        findings.error(
            "flow.no_source", None, "No parts enter: there is no source.", hint="Apply FactoryTwinSourceAPI to a prim."
        )
    if not any(isinstance(n, Sink) for n in nodes):
        findings.error("flow.no_sink", None, "No parts leave: there is no sink.", hint="Apply FactoryTwinSinkAPI to a prim.")
    reach = Reach(flow)
    if not findings.errors("flow.", "successors.", *FLAWS):
        _check_ways(index, flow, reach)
        _check_plans(index, flow, reach, products=products, orders=orders)
        _check_loops(index, flow, reach, loops)
    busy = {station for product in products for step in product.plan for station in step.stations}
    for source in sources:
        if _is_endless(source, reach, loops, busy):
            message = "Parts come without end in no time: nothing on their way takes time or is full."
            findings.error("source.endless", index.stage.GetPrimAtPath(source.path), message,
                           hint="Set factoryTwin:source:interarrival or limit, or put a station behind the source.",
                           attribute="factoryTwin:source:interarrival")  # fmt: skip


def _check_ways(index: Index, flow: Flow, reach: Reach) -> None:
    """Add places that are never fed and sources that lead to no sink; only of use when each step is sound."""
    for node in flow.nodes.values():
        prim = index.stage.GetPrimAtPath(node.path)
        if isinstance(node, Source):
            if not any(isinstance(flow.nodes[path], Sink) for path in reach.of(node.path)):
                index.findings.error("flow.sink_unreachable", prim, "Parts from this source reach no sink.",
                                     hint="Connect the last place to a sink.", attribute=SUCCESSORS)  # fmt: skip
        elif not flow.feeders(node.path) and not (isinstance(node, Buffer) and node.initial):
            hint = "Name it as a successor of another place."
            index.findings.warning("flow.no_predecessor", prim, "No place feeds this one.", hint=hint)


def _check_plans(index: Index, flow: Flow, reach: Reach, *, products: tuple[Product, ...], orders: dict[str, str]) -> None:
    """Add products whose parts can't get to the stations of a step."""
    for product in products:
        starts = _starts(product.path, flow.nodes.values(), orders)
        plan = product.plan if starts else ()
        bad = next((s for s, last in zip(plan, _last_before(plan)) if not _can_come(s, last, starts=starts, reach=reach)), None)
        one = index.at(product.path, PRODUCT)
        if bad is not None and one is not None:
            message = f"Its parts never get to {' or '.join(bad.stations)} for the operation {bad.path}."
            hint = "Lead successors there, or correct the plan and its factoryTwin:operation:stations."
            index.findings.error("product.step.unreachable", one.prim, message, hint=hint,
                                 attribute="factoryTwin:product:process")  # fmt: skip


def _starts(product: str, nodes: Iterable[Node], orders: dict[str, str]) -> dict[str, bool]:
    """Return the places where parts of a product come into being, and whether they are there already (no way to go)."""
    result: dict[str, bool] = {}
    for node in nodes:
        if isinstance(node, Source):
            made = {orders.get(o) for o in node.orders} if node.orders else set(node.products)
            result |= {node.path: False} if product in made else {}
        elif isinstance(node, Buffer) and node.initial and node.initial_product == product:
            result[node.path] = False
        elif isinstance(node, Station):
            outputs = {p for p, _ in node.disassembly.outputs} if node.disassembly else set()
            if product in outputs or (node.assembly and node.assembly.product == product):
                result[node.path] = True
    return result


def _can_come(step: Step, last: list[Step], *, starts: dict[str, bool], reach: Reach) -> bool:
    """Return whether parts can get to a station of the step from a start, or from where the step before may have been done."""
    stations = set(step.stations)
    if not stations:
        return True
    if not step.before and any(stations & reach.of(path) or (here and path in stations) for path, here in starts.items()):
        return True
    return any(stations & reach.of(station) for other in last for station in other.stations)


def _last_before(plan: tuple[Step, ...]) -> list[list[Step]]:
    """Return for each step those that may be the last one done before it."""
    after: list[set[int]] = []
    for place in range(len(plan)):
        found, todo = set[int](), [place]
        while todo:
            new = set(plan[todo.pop()].before) - found
            found |= new
            todo += new
        after.append(found)
    return [
        [plan[j] for j in range(len(plan)) if j != i and i not in after[j] and not any(j in after[k] for k in after[i])]
        for i in range(len(plan))
    ]


def _check_loops(index: Index, flow: Flow, reach: Reach, loops: tuple[CardLoop, ...]) -> None:
    """Add loops whose cards never come back, or are too few to begin."""
    for loop in loops:
        one = index.at(loop.path, CARD_LOOP)
        if one is None or not loop.end:
            continue
        begins = [flow.nodes[path] for path in loop.begin if path in flow.nodes]
        lost = next((n.path for n in begins if not {n.path, *reach.of(n.path)} & set(loop.end)), "")
        if lost:
            message = f"Parts from {lost} never get to the end of the loop, so their cards don't come back."
            one.error("end", "unreachable", message, hint="Name a place they pass.")
        greedy = next((n for n in begins if isinstance(n, Station) and n.batch.minimum > loop.cards), None)
        if greedy is not None:
            message = (
                f"{greedy.path} waits for {greedy.batch.minimum} parts with a card each, but there are {loop.cards} cards."
            )
            one.error("number", "too_few", message, hint="Have more cards, or smaller batches.")


def _is_endless(source: Source, reach: Reach, loops: tuple[CardLoop, ...], busy: set[str]) -> bool:
    """Return whether a source gives infinitely many parts at one instant."""
    if source.limit >= 0 or source.orders or (source.interarrival is not None and source.interarrival.mean > 0):
        return False

    def passes(node: Node) -> bool:
        if isinstance(node, Buffer):
            return node.minimum_time <= 0
        return isinstance(node, Station) and node.path not in busy and _takes_no_time(node)

    reached = reach.through(source.path, passes)
    free = {n.path for n in reached if passes(n) or isinstance(n, Sink)}  # parts get through these in no time
    if any(source.path in loop.begin and loop.end and not free & set(loop.end) for loop in loops):
        return False  # the cards run out
    return any(isinstance(n, Sink) or (isinstance(n, Buffer) and n.capacity < 0) for n in reached)


def _takes_no_time(node: Station) -> bool:
    return node.process_time.mean <= 0 and not (node.process_times or node.setup.time or node.setup.changes or node.assembly)
