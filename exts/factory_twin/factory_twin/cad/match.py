# SPDX-License-Identifier: Apache-2.0
"""The mesh's tree beside the file's own product structure: which node is which product."""

from __future__ import annotations

from .scene import Node
from .structure import Structure, Use


def match(root: Node, found: Structure) -> int:
    """Write the product's key on each node that can be told; return how many could not.

    Children of a node and uses of its product are paired by name first, and what is left by order when both are as many.
    """
    pairs: list[tuple[Node, str]] = []
    if len(found.tops) == 1:
        pairs.append((root, found.tops[0]))
    else:
        uses = [Use(found.names[key], key) for key in found.tops]
        pairs += _pairs(root.children, uses)
    while pairs:
        node, key = pairs.pop()
        node.product = key
        pairs += _pairs(node.children, found.uses.get(key, []))
    return sum(1 for node in root.walk() if not node.product) - (len(found.tops) != 1)


def _pairs(nodes: list[Node], uses: list[Use]) -> list[tuple[Node, str]]:
    by_name: dict[str, list[Use]] = {}
    for use in reversed(uses):
        by_name.setdefault(use.name, []).append(use)
    result, others, taken = [], [], set()
    for node in nodes:
        same = by_name.get(node.name)
        if same:
            use = same.pop()
            taken.add(id(use))
            result.append((node, use.product))
        else:
            others.append(node)
    left = [use for use in uses if id(use) not in taken]
    if len(left) == len(others):
        result += [(node, use.product) for node, use in zip(others, left)]
    return result
