# SPDX-License-Identifier: Apache-2.0
"""Find the prims that wear our schemas, into instances too, without asking USD's schema registry."""

from __future__ import annotations

from collections.abc import Iterator

from pxr import Usd

PREFIX = "FactoryTwin"

_PREDICATE = Usd.TraverseInstanceProxies(Usd.PrimIsActive & ~Usd.PrimIsAbstract)


def applied(prim: Usd.Prim) -> tuple[str, ...]:
    """Return the applied schemas as composed, instance names included, whether or not they are registered with USD."""
    return tuple(str(name) for name in prim.GetPrimTypeInfo().GetAppliedAPISchemas())


def ours(prim: Usd.Prim) -> tuple[str, ...]:
    """Return the applied schemas that are ours."""
    return tuple(name for name in applied(prim) if name.startswith(PREFIX))


def find(stage: Usd.Stage) -> Iterator[Usd.Prim]:
    """Yield the active prims that wear our schemas, in stage order.

    Prims that are mere overs come, too (ask `IsDefined`). Instances that hold none of ours are not entered.
    """
    known: dict[str, bool] = {}
    walk = iter(Usd.PrimRange(stage.GetPseudoRoot(), _PREDICATE))
    for prim in walk:
        if prim.IsInstance() and not _holds_ours(prim.GetPrototype(), known):
            walk.PruneChildren()
        if ours(prim):
            yield prim


def _holds_ours(prototype: Usd.Prim, known: dict[str, bool]) -> bool:
    path = str(prototype.GetPath())
    if path not in known:
        below = (p for child in prototype.GetChildren() for p in Usd.PrimRange(child, _PREDICATE))
        known[path] = any(ours(p) for p in below)
    return known[path]
