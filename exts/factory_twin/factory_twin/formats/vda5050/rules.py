# SPDX-License-Identifier: Apache-2.0
"""Rules of an order that go beyond its shape: the sequence of nodes and edges, base before horizon, how an update joins on."""

from __future__ import annotations

from typing import Any

EDGES = "edges = nodes - 1"
CONTIGUOUS = "sequenceId contiguous"
PARITY = "nodes even, edges odd"
FIRST = "first node released"
HORIZON = "no released element after an unreleased one"
ENDS = "a released edge needs released start and end nodes"
NAMES = "startNodeId and endNodeId name the nodes beside the edge"
Json = dict[str, Any]


def broken(order: Json) -> list[str]:
    """Return the rules that an order of the right shape breaks."""
    nodes, edges = order["nodes"], order["edges"]
    ids = sorted(int(x["sequenceId"]) for x in (*nodes, *edges))
    parts = sorted((*nodes, *edges), key=lambda x: int(x["sequenceId"]))
    flags = [x["released"] for x in parts]
    first = min(nodes, key=lambda n: int(n["sequenceId"])) if nodes else None
    by_place = {int(n["sequenceId"]): n for n in nodes}
    beside = [(e, by_place.get(int(e["sequenceId"]) - 1), by_place.get(int(e["sequenceId"]) + 1)) for e in edges]
    rules = {
        EDGES: len(edges) == len(nodes) - 1,
        CONTIGUOUS: ids == list(range(ids[0], ids[0] + len(ids))) if ids else False,
        PARITY: all(n["sequenceId"] % 2 == 0 for n in nodes) and all(e["sequenceId"] % 2 == 1 for e in edges),
        FIRST: first is not None and first["released"],
        HORIZON: all(a or not b for a, b in zip(flags, flags[1:])),
        ENDS: all(not e["released"] or bool(a and a["released"] and b and b["released"]) for e, a, b in beside),
        NAMES: all(_named(e, "startNodeId", a) and _named(e, "endNodeId", b) for e, a, b in beside),
    }
    return [name for name, kept in rules.items() if not kept]


def base(order: Json) -> Json:
    """Return the last released node of an order that keeps the rules."""
    released: list[Json] = [n for n in order["nodes"] if n["released"]]
    return max(released, key=lambda n: int(n["sequenceId"]))


def update_fault(old: Json, new: Json) -> str:
    """Return why an order is no update of another; empty when it is one. Both keep the rules."""
    if new["orderId"] != old["orderId"]:
        return "it has another orderId"
    if new["orderUpdateId"] <= old["orderUpdateId"]:
        return f"its orderUpdateId {new['orderUpdateId']} is not above {old['orderUpdateId']}"
    last, first = base(old), min(new["nodes"], key=lambda n: int(n["sequenceId"]))
    if (first["nodeId"], first["sequenceId"]) != (last["nodeId"], last["sequenceId"]):
        return f"it does not start at the last base node {last['nodeId'][:40]!r} (sequenceId {last['sequenceId']:g})"
    return ""


def _named(edge: Json, key: str, node: Json | None) -> bool:
    """Return whether an edge names its end rightly; version 3 has no such key."""
    return key not in edge or node is None or edge[key] == node["nodeId"]
