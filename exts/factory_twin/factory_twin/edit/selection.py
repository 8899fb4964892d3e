# SPDX-License-Identifier: Apache-2.0
"""The prims that one edit changes together."""

from __future__ import annotations

from collections.abc import Sequence

from pxr import Sdf, Usd

from ..errors import FactoryTwinError
from .base import prim_at


def tops(stage: Usd.Stage, paths: Sequence[str], *, least: int = 1) -> tuple[Usd.Prim, ...]:
    """Return the prims in the order given, without those below another one: they come along with it.

    Raises:
        FactoryTwinError: One is not there or lies inside an instance; there are fewer than `least`.
    """
    prims = [prim_at(stage, path) for path in dict.fromkeys(paths)]
    known = {prim.GetPath() for prim in prims}
    found = tuple(prim for prim in prims if known.isdisjoint(prim.GetPath().GetPrefixes()[:-1]))
    if len(found) < least:
        where, need = ", ".join(paths), "one prim" if least == 1 else f"{least} prims"
        raise FactoryTwinError(f"This needs at least {need}, not below each other.", where=where, hint="Select more.")
    return found


def names(paths: Sequence[str]) -> str:
    """Return words for a label: `A`, `A and B`, `A, B and 3 more`."""
    short = [path.rpartition("/")[2] for path in dict.fromkeys(paths)]
    if len(short) > 3:
        return f"{short[0]}, {short[1]} and {len(short) - 2} more"
    return " and ".join(filter(None, (", ".join(short[:-1]), *short[-1:])))


def free(stage: Usd.Stage, parent: Sdf.Path, name: str, taken: set[Sdf.Path]) -> Sdf.Path:
    """Return a path below `parent` that no prim has: the name, with a number after it when there is one of that name.

    Args:
        stage: Where the prims are.
        parent: Path of the parent.
        name: Wished name; a number after it counts on from `_2`.
        taken: Paths not to use; the one returned is added.
    """
    stem, _, number = name.rpartition("_")
    base = stem if stem and number.isdigit() else name
    k = 1
    path = parent.AppendChild(name)
    while path in taken or stage.GetPrimAtPath(path):
        k += 1
        path = parent.AppendChild(f"{base}_{k}")
    taken.add(path)
    return path
