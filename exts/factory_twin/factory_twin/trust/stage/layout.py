# SPDX-License-Identifier: Apache-2.0
"""Where the prims of a factory stand, so that someone who opens the stage sees the flow from left to right."""

from __future__ import annotations

from collections import Counter

from ..model import ROUTE, Fleet, Model, Source, Station

STEP = 4.0  # m between neighbours


def spread(model: Model) -> dict[str, tuple[float, float]]:
    """Return the point of each node, m: x by the number of hand-overs from a source, y by order."""
    depth = {name: 0 for name, node in model.nodes.items() if isinstance(node, Source)}
    todo = list(depth)
    after = _after(model)
    while todo:
        name = todo.pop(0)
        for target in after.get(name, ()):
            if target not in depth:
                depth[target] = depth[name] + 1
                todo.append(target)
    rows: Counter[int] = Counter()
    points = {}
    for name in model.nodes:
        column = depth.get(name, 0)
        points[name] = (STEP * column, -STEP * rows[column])
        rows[column] += 1
    return points


def _after(model: Model) -> dict[str, list[str]]:
    after: dict[str, list[str]] = {}
    shop = [*model.route_buffers.values(), *([model.route_sink] if model.route_sink else [])]
    for name, node in model.nodes.items():
        if isinstance(node, Source | Station):
            targets = [node.to] if isinstance(node, Source) else [to for to, _ in node.to]
            after[name] = [t for to in targets for t in (shop if to == ROUTE else [to])]
        if isinstance(node, Station):
            for buffer, _ in node.inputs:
                after.setdefault(buffer, []).append(name)
        if isinstance(node, Fleet):
            for move in node.moves:
                after.setdefault(move.source, []).append(move.to)
    return after
