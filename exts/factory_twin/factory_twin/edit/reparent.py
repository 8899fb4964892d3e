# SPDX-License-Identifier: Apache-2.0
"""The edit that moves prims below another one."""

from __future__ import annotations

from dataclasses import dataclass, field

from pxr import Gf, Sdf, Usd

from ..errors import FactoryTwinError
from ..geometry import Frame
from .base import Edit, parent_at
from .copies import Originals
from .pose import keep
from .remove import take_away
from .selection import names, tops
from .targets import follow, refuse_parts
from .trace import Trace


@dataclass(frozen=True)
class Reparent(Edit):
    """Move prims below another one; they stay where they are in the world, and what points at them follows.

    Where other layers define a prim, all they say is copied to the new place and the old prim is deactivated.

    Attributes:
        paths: Prim paths.
        parent: Prim path; `/` is the root of the stage.
    """

    paths: tuple[str, ...]
    parent: str
    _deactivated: list[str] = field(init=False, repr=False, compare=False, default_factory=list)

    @property
    def label(self) -> str:
        """What goes where; once it was done also what is deactivated in its old place."""
        text = f"Move {names(self.paths)} below {self.parent.rpartition('/')[2] or 'the root'}"
        return f"{text} (deactivated in the old place)" if self._deactivated else text

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Write the prims anew, take the old ones away, turn what pointed there, and put the poses right."""
        prims = tops(stage, self.paths)
        parent = parent_at(stage, self.parent)
        paths = [prim.GetPath() for prim in prims]
        _check(parent, paths)
        refuse_parts(stage, paths)
        frame = Frame(stage)
        poses = [(Gf.Matrix4d(frame.matrix(p)), Gf.Matrix4d(frame.matrix(p.GetParent()))) for p in prims]
        originals = Originals(stage, prims, trace)
        moved = originals.names(parent.GetPath())
        originals.write(moved)
        follow(stage, moved, trace)
        self._deactivated[:] = [str(path) for path in paths if not take_away(stage, path, trace)]
        for path, (world, before) in zip(paths, poses):
            keep(stage, str(moved[path]), world, before, trace)


def _check(parent: Usd.Prim, paths: list[Sdf.Path]) -> None:
    where = str(parent.GetPath())
    for path in paths:
        if parent.GetPath().HasPrefix(path):
            raise FactoryTwinError(f"{path} can't go below itself.", where=where, hint="Choose another prim.")
        if path.GetParentPath() == parent.GetPath():
            raise FactoryTwinError(f"{path} is below this prim already.", where=where, hint="Choose another prim.")
