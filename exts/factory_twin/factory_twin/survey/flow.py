# SPDX-License-Identifier: Apache-2.0
"""Rules of the material flow: where parts go, whether they come from somewhere and can get out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from pxr import Sdf, Usd

from ..plant import Buffer, Node, Sink, Source, Station
from .findings import Findings

SUCCESSORS = "factoryTwin:successors"
WEIGHTS = "factoryTwin:successorWeights"

_FLAWS = ("place.", "path.", "schema.")  # errors that keep a prim from becoming a place


def check_flow(stage: Usd.Stage, nodes: list[Node], findings: Findings) -> None:
    """Add what is wrong with the flow between the places."""
    by_path = {node.path: node for node in nodes}
    for node in nodes:
        prim = stage.GetPrimAtPath(node.path)
        _check_successors(prim, node, by_path=by_path, findings=findings)
        _check_weights(prim, node, findings)
    _check_ends(stage, nodes, by_path=by_path, findings=findings)
    _check_ids(stage, nodes, findings)


def _check_successors(prim: Usd.Prim, node: Node, *, by_path: dict[str, Node], findings: Findings) -> None:
    if isinstance(node, Sink):
        if node.successors:
            findings.warning("flow.sink_successor", prim, "Parts leave at a sink; its successors are ignored.",
                             hint="Remove them.", attribute=SUCCESSORS)  # fmt: skip
        return
    if not node.successors and not any(i.path == node.path for i in findings.errors("successors.")):
        findings.error("flow.no_successor", prim, "Parts can't leave this place.",
                       hint="Connect it to the next place.", attribute=SUCCESSORS)  # fmt: skip
    for target in node.successors:
        _check_target(prim, target, by_path=by_path, findings=findings)


def _check_target(prim: Usd.Prim, target: str, *, by_path: dict[str, Node], findings: Findings) -> None:
    there = prim.GetStage().GetPrimAtPath(Sdf.Path(target).GetPrimPath())
    if target == str(prim.GetPath()):
        findings.warning("flow.successor.itself", prim, "The place feeds itself.",
                         hint="Parts that come back should pass a buffer.", attribute=SUCCESSORS)  # fmt: skip
    elif isinstance(by_path.get(target), Source):
        findings.error("flow.successor.source", prim, f"Parts can't enter the source {target}.",
                       hint="Connect to a station, buffer, path or sink.", attribute=SUCCESSORS)  # fmt: skip
    elif not there or not there.IsActive() or not there.IsDefined():
        findings.error("flow.successor.missing", prim, f"The next place {target} is not there.",
                       hint="Connect it to a place that exists and is active.", attribute=SUCCESSORS)  # fmt: skip
    elif target not in by_path and not any(i.path == target for i in findings.errors(*_FLAWS)):
        findings.error("flow.successor.not_a_place", prim, f"{target} is no place that parts can enter.",
                       hint="Make it a station, buffer, conveyor, vehicle path or sink, or connect to another prim.",
                       attribute=SUCCESSORS)  # fmt: skip


def _check_weights(prim: Usd.Prim, node: Node, findings: Findings) -> None:
    if not node.weights:
        return
    if len(node.weights) != len(node.successors):
        message = f"There are {len(node.weights)} weights for {len(node.successors)} successors."
        findings.error("flow.weights.count", prim, message, hint="Give one weight per successor, or none.", attribute=WEIGHTS)
    elif sum(node.weights) <= 0:
        findings.error("flow.weights.invalid", prim, "All weights are zero.", hint="Give a weight > 0.", attribute=WEIGHTS)


def _check_ends(stage: Usd.Stage, nodes: list[Node], *, by_path: dict[str, Node], findings: Findings) -> None:
    sources = [n for n in nodes if isinstance(n, Source)]
    if not sources:
        findings.error(
            "flow.no_source", None, "No parts enter: there is no source.", hint="Apply FactoryTwinSourceAPI to a prim."
        )
    if not any(isinstance(n, Sink) for n in nodes):
        findings.error("flow.no_sink", None, "No parts leave: there is no sink.", hint="Apply FactoryTwinSinkAPI to a prim.")
    if not findings.errors("flow.", "successors.", *_FLAWS):
        _check_reach(stage, nodes, by_path=by_path, findings=findings)
    for source in sources:
        if _is_endless(source, by_path):
            message = "Parts come without end in no time: nothing on their way takes time or is full."
            findings.error("source.endless", stage.GetPrimAtPath(source.path), message,
                           hint="Set factoryTwin:source:interarrival or limit, or put a station behind the source.",
                           attribute="factoryTwin:source:interarrival")  # fmt: skip


def _check_reach(stage: Usd.Stage, nodes: list[Node], *, by_path: dict[str, Node], findings: Findings) -> None:
    """Add places that are never fed and sources that lead to no sink; only of use when each step is sound."""
    fed = {target for n in nodes if not isinstance(n, Sink) for target in n.successors if target != n.path}
    for node in nodes:
        prim = stage.GetPrimAtPath(node.path)
        if isinstance(node, Source):
            if not any(isinstance(n, Sink) for n in _reached(node, by_path)):
                findings.error("flow.sink_unreachable", prim, "Parts from this source reach no sink.",
                               hint="Connect the last place to a sink.", attribute=SUCCESSORS)  # fmt: skip
        elif node.path not in fed:
            hint = "Name it as a successor of another place."
            findings.warning("flow.no_predecessor", prim, "No place feeds this one.", hint=hint)


def _reached(start: Node, by_path: dict[str, Node], passes: Callable[[Node], bool] = lambda node: True) -> list[Node]:
    """Return the places that parts from `start` can get to, going on from places for which `passes` holds."""
    seen, todo, result = {start.path}, [start], []
    while todo:
        for target in todo.pop().successors:
            node = by_path.get(target)
            if node is not None and target not in seen:
                seen.add(target)
                result.append(node)
                if passes(node) and not isinstance(node, Sink):
                    todo.append(node)
    return result


def _is_endless(source: Source, by_path: dict[str, Node]) -> bool:
    if source.limit >= 0 or (source.interarrival is not None and source.interarrival.mean > 0):
        return False

    def passes(node: Node) -> bool:
        return isinstance(node, Buffer) or (isinstance(node, Station) and node.process_time.mean <= 0)

    reached = _reached(source, by_path, passes)
    return any(isinstance(n, Sink) or (isinstance(n, Buffer) and n.capacity < 0) for n in reached)


def _check_ids(stage: Usd.Stage, nodes: list[Node], findings: Findings) -> None:
    several = {name for name, count in Counter(n.id for n in nodes).items() if count > 1}
    first: dict[str, str] = {}
    for node in nodes:
        if node.id not in several:
            continue
        other = first.setdefault(node.id, node.path)
        if other != node.path:
            prim = stage.GetPrimAtPath(node.path)
            attribute = prim.GetAttribute("factoryTwin:id")
            add = findings.error if attribute and attribute.HasAuthoredValue() else findings.warning
            add("id.duplicate", prim, f"{other} has the id {node.id!r}, too.",
                hint="Set factoryTwin:id to a word that no other place has.", attribute="factoryTwin:id")  # fmt: skip
