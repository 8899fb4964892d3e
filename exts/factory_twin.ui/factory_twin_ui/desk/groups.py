# SPDX-License-Identifier: Apache-2.0
"""Which items together are one thing to the eye: those of an instance or a component, as far as nothing of it ever changes."""

from __future__ import annotations

from pxr import Kind, Sdf, Usd

from .item import Item


def groups(items: list[Item]) -> list[list[int]]:
    """Return the numbers of the items of each thing; items that move, hide, change colour or are hidden belong to none."""
    known: dict[Sdf.Path, Sdf.Path] = {}
    found: dict[Sdf.Path, list[int]] = {}
    for k, item in enumerate(items):
        if item.moves or item.hides or item.paints or not item.visible or not item.prim:
            continue
        above = item.path.GetParentPath()
        if above not in known:
            known[above] = _whole(item.prim.GetParent())
        whole = known[above]
        found.setdefault(item.path if whole.isEmpty else whole, []).append(k)
    return list(found.values())


def _whole(prim: Usd.Prim) -> Sdf.Path:
    """Return the outermost component that a prim is or is part of, else the nearest instance; empty when there is neither."""
    whole, instance = Sdf.Path.emptyPath, Sdf.Path.emptyPath
    while prim and not prim.IsPseudoRoot():
        if Usd.ModelAPI(prim).GetKind() == Kind.Tokens.component:
            whole = prim.GetPath()
        if instance.isEmpty and prim.IsInstance():
            instance = prim.GetPath()
        prim = prim.GetParent()
    return instance if whole.isEmpty else whole
