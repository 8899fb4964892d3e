# SPDX-License-Identifier: Apache-2.0
"""Part what is drawn into layers: faces are sorted by depth, and a floor must never come before what stands on it."""

from __future__ import annotations

from .drawing import lies_flat
from .item import Item

_REACH = 0.02  # how far from the floor's level, by its width, a mark may be


def split(items: list[Item], up: int) -> tuple[list[Item], list[Item], list[Item]]:
    """Part items into floor, marks on it, and the rest: what lies flat is drawn underneath and not depth sorted."""
    sides = [a for a in range(3) if a != up]
    boxes = {id(i): i.box() for i in items if not (i.moves or i.hides)}
    sizes = {key: high - low for key, (low, high) in boxes.items()}
    flat = {key for key, box in boxes.items() if lies_flat(box, up)}
    if not flat:
        return [], [], list(items)
    areas = {key: float(sizes[key][sides].prod()) for key in flat}
    floor = max(flat, key=lambda key: areas[key])
    level, reach = boxes[floor][1][up], _REACH * sizes[floor][sides].min()
    found: tuple[list[Item], list[Item], list[Item]] = ([], [], [])
    for item in items:
        lies = id(item) in flat and -reach <= boxes[id(item)][1][up] - level <= reach / 4
        found[2 if not lies else 0 if areas[id(item)] > areas[floor] / 2 else 1].append(item)
    found[1].sort(key=lambda i: boxes[id(i)][1][up])
    return found
