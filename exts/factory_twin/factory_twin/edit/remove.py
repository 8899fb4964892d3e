# SPDX-License-Identifier: Apache-2.0
"""The edit that takes prims away."""

from __future__ import annotations

from dataclasses import dataclass, field

from pxr import Sdf, Usd

from ..errors import FactoryTwinError
from .base import Edit
from .opinions import sites
from .selection import names, tops
from .targets import forget, refuse_parts
from .trace import Trace


@dataclass(frozen=True)
class Remove(Edit):
    """Remove prims with all below them; those that another layer defines are deactivated.

    Our relationships no longer point there. A prim that others are made from, and the default prim, are not removed.

    Attributes:
        paths: Prim paths.
    """

    paths: tuple[str, ...]
    _deactivated: list[str] = field(init=False, repr=False, compare=False, default_factory=list)

    @property
    def label(self) -> str:
        """What is removed; once it was done also what is deactivated only."""
        gone = tuple(p for p in self.paths if p not in self._deactivated)
        words = [f"remove {names(gone)}"] if gone else []
        if self._deactivated:
            words.append(f"deactivate {names(self._deactivated)} (another layer defines it)")
        text = ", ".join(words)
        return text[:1].upper() + text[1:]

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Clear what points there, then remove or deactivate each."""
        prims = tops(stage, self.paths)
        paths = [prim.GetPath() for prim in prims]
        refuse_parts(stage, paths)
        forget(stage, paths, trace)
        self._deactivated[:] = [str(path) for path in paths if not take_away(stage, path, trace)]


def take_away(stage: Usd.Stage, path: Sdf.Path, trace: Trace) -> bool:
    """Remove a prim and return True, or deactivate it and return False when the edit target alone does not define it.

    Raises:
        FactoryTwinError: It is inactive already, or a stronger layer keeps it active.
    """
    prim, own = stage.GetPrimAtPath(path), trace.find(path)
    specs = [layer.GetPrimAtPath(node.path) for node, layer, _ in sites(prim)]
    others = [spec for spec in specs if spec != own and spec.specifier != Sdf.SpecifierOver]
    if own and not others:
        trace.drop(path)
        return True
    if not prim.IsActive():
        hint = "Make the layer that defines it the edit target to remove it."
        raise FactoryTwinError("The prim is inactive already.", where=str(path), hint=hint)
    trace.field(path, "active").SetInfo("active", False)
    if stage.GetPrimAtPath(path).IsActive():
        raise FactoryTwinError(
            "A stronger layer keeps the prim active.", where=str(path), hint="Make that layer the edit target."
        )
    return False
