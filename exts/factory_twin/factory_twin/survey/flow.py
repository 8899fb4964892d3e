# SPDX-License-Identifier: Apache-2.0
"""Rules of the material flow from one place to the next: successors, their weights, ids."""

from __future__ import annotations

from collections import Counter

from pxr import Usd

from ..plant import Buffer, Node, Sink, Source, Station
from .applied import Index
from .findings import Findings
from .names import ASSEMBLY, STATION

SUCCESSORS = "factoryTwin:successors"
WEIGHTS = "factoryTwin:successorWeights"
RULE = "factoryTwin:successorRule"

FLAWS = ("place.", "path.", "schema.")
"""Errors that keep a prim from becoming a place."""


class Flow:
    """Who feeds whom.

    Args:
        nodes: All places.

    Attributes:
        nodes: By path.
    """

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = {node.path: node for node in nodes}
        self._feeders: dict[str, list[Node]] = {}
        for node in nodes:
            for target in self.targets(node):
                self._feeders.setdefault(target, []).append(node)

    @staticmethod
    def targets(node: Node) -> tuple[str, ...]:
        """Return where parts go from a place: the successors, then the place of rework; nowhere from a sink."""
        if isinstance(node, Sink):
            return ()
        rework = (node.rework,) if isinstance(node, Station) and node.rework else ()
        return (*node.successors, *(r for r in rework if r not in node.successors))

    def feeders(self, path: str) -> list[Node]:
        """Return the other places that parts come from, in stage order."""
        return [node for node in self._feeders.get(path, ()) if node.path != path]


def check_flow(index: Index, flow: Flow) -> None:
    """Add what is wrong with the flow from each place to the next."""
    for node in flow.nodes.values():
        prim = index.stage.GetPrimAtPath(node.path)
        _check_successors(prim, node, flow=flow, index=index)
        _check_weights(prim, node, index.findings)
        if isinstance(node, Station):
            _check_supply(node, flow=flow, index=index)
    _check_ids(index, list(flow.nodes.values()))


def _check_successors(prim: Usd.Prim, node: Node, *, flow: Flow, index: Index) -> None:
    findings = index.findings
    if isinstance(node, Sink):
        if node.successors:
            findings.warning("flow.sink_successor", prim, "Parts leave at a sink; its successors are ignored.",
                             hint="Remove them.", attribute=SUCCESSORS)  # fmt: skip
        return
    if not node.successors and not any(i.path == node.path for i in findings.errors("successors.")):
        findings.error("flow.no_successor", prim, "Parts can't leave this place.",
                       hint="Connect it to the next place.", attribute=SUCCESSORS)  # fmt: skip
    for target in node.successors:
        _check_target(prim, target, flow=flow, index=index)


def _check_target(prim: Usd.Prim, target: str, *, flow: Flow, index: Index) -> None:
    findings = index.findings
    if target == str(prim.GetPath()):
        findings.warning("flow.successor.itself", prim, "The place feeds itself.",
                         hint="Parts that come back should pass a buffer.", attribute=SUCCESSORS)  # fmt: skip
    elif isinstance(flow.nodes.get(target), Source):
        findings.error("flow.successor.source", prim, f"Parts can't enter the source {target}.",
                       hint="Connect to a station, buffer, path or sink.", attribute=SUCCESSORS)  # fmt: skip
    elif not index.is_there(target):
        findings.error("flow.successor.missing", prim, f"The next place {target} is not there.",
                       hint="Connect it to a place that exists and is active.", attribute=SUCCESSORS)  # fmt: skip
    elif target not in flow.nodes and not any(i.path == target for i in findings.errors(*FLAWS)):
        findings.error("flow.successor.not_a_place", prim, f"{target} is no place that parts can enter.",
                       hint="Make it a station, buffer, conveyor, vehicle path, transport or sink, or connect to another prim.",
                       attribute=SUCCESSORS)  # fmt: skip


def _check_weights(prim: Usd.Prim, node: Node, findings: Findings) -> None:
    if not node.weights:
        return
    if len(node.weights) != len(node.successors):
        message = f"There are {len(node.weights)} weights for {len(node.successors)} successors."
        findings.error("flow.weights.count", prim, message, hint="Give one weight per successor, or none.", attribute=WEIGHTS)
    elif sum(node.weights) <= 0:
        findings.error("flow.weights.invalid", prim, "All weights are zero.", hint="Give a weight > 0.", attribute=WEIGHTS)
    elif node.rule != "first":
        message = f"The next place is drawn by the weights, so the rule {node.rule!r} is ignored."
        findings.warning("flow.rule.unused", prim, message, hint="Remove the weights, or the rule.", attribute=RULE)


def _check_supply(node: Station, *, flow: Flow, index: Index) -> None:
    """Add what a station waits for in vain: a batch, or parts to join, that never stand before it together."""
    feeders = flow.feeders(node.path)
    station = index.at(node.path, STATION)
    room = _room(feeders)
    if node.batch.minimum > room and station is not None:
        message = f"It waits for {node.batch.minimum} parts, but only {room:g} can stand before it."
        station.error("batchMinimum", "too_large", message, hint="Make the batch smaller, or the buffer before it larger.")
    one = index.at(node.path, ASSEMBLY)
    if one is None or node.assembly is None:
        return
    names = {f.path for f in feeders}
    for place, quantity in node.assembly.inputs:
        before = flow.nodes.get(place)
        if before is not None and place not in names:
            hint = f"Name the station in {SUCCESSORS} of {place}, or take it out of the inputs."
            one.error("inputs", "not_feeding", f"{place} does not feed the station.", hint=hint)
        elif before is not None and quantity > _room([before]):
            message = f"{quantity} parts of {place} are joined, but only {_room([before]):g} can stand there."
            one.error("quantities", "too_large", message, hint="Ask for fewer parts, or make the buffer larger.")


def _room(feeders: list[Node]) -> float:
    """Return how many parts can stand at these places together, ready to be taken; infinite when nobody can tell."""
    if not feeders or not all(isinstance(f, Buffer) and f.capacity > 0 and not f.minimum_time for f in feeders):
        return float("inf")
    return sum(f.capacity for f in feeders if isinstance(f, Buffer))


def _check_ids(index: Index, nodes: list[Node]) -> None:
    several = {name for name, count in Counter(n.id for n in nodes).items() if count > 1}
    first: dict[str, str] = {}
    for node in nodes:
        if node.id not in several:
            continue
        other = first.setdefault(node.id, node.path)
        if other != node.path:
            prim = index.stage.GetPrimAtPath(node.path)
            attribute = prim.GetAttribute("factoryTwin:id")
            add = index.findings.error if attribute and attribute.HasAuthoredValue() else index.findings.warning
            add("id.duplicate", prim, f"{other} has the id {node.id!r}, too.",
                hint="Set factoryTwin:id to a word that no other place has.", attribute="factoryTwin:id")  # fmt: skip
