# SPDX-License-Identifier: Apache-2.0
"""The items of one point instancer: an item for each instance and colour of its prototype, moved by arrays. No UI here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pxr import Usd, UsdGeom

from .geometry import GREY, Color, color
from .item import Item
from .shape import Shape

Array = NDArray[np.float64]
_ARRAYS = ("positions", "orientations", "orientationsf", "scales", "invisibleIds")
_ALL = Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate)


def moves_instances(name: str) -> bool:
    """Return whether a property moves or hides instances, and neither adds nor reshapes one."""
    return name in _ARRAYS


@dataclass(frozen=True, slots=True)
class _Piece:
    """All faces of a prototype that have one colour; None: the colour is that of the instance."""

    shape: Shape
    color: Color | None


class Instances:
    """What is drawn of a point instancer.

    Args:
        instancer: The prim.
        cache: World transforms at `time`.
        time: Time code.
        shape: Returns the faces of a geometric prim below a matrix; None when it has none.

    Attributes:
        items: One for each instance and piece of its prototype; those out of sight, too.
    """

    def __init__(
        self, instancer: UsdGeom.PointInstancer, cache: UsdGeom.XformCache, time: Usd.TimeCode,
        shape: Callable[[Usd.Prim, Array], Shape | None],
    ) -> None:  # fmt: skip
        self._instancer, self._prim, self._shape = instancer, instancer.GetPrim(), shape
        self._matrices = self._read(cache, time)
        indices = np.array(instancer.GetProtoIndicesAttr().Get(time) or (), np.int64)[: len(self._matrices)]
        stage = self._prim.GetStage()
        sources = [stage.GetPrimAtPath(p) for p in instancer.GetPrototypesRel().GetForwardedTargets()]
        pieces: dict[tuple[int, float], list[_Piece]] = {}
        self.items: list[Item] = []
        self._own: list[bool] = []
        for number, (index, matrix) in enumerate(zip(indices.tolist(), self._matrices)):
            if not 0 <= index < len(sources) or not sources[index]:
                continue
            key = index, round(float(np.linalg.norm(matrix[:3, :3], axis=1).max()), 3)
            if key not in pieces:
                pieces[key] = self._pieces(sources[index], matrix, cache, time)
            for piece in pieces[key]:
                item = Item(self._prim, piece.shape, matrix, piece.color or GREY, instance=number)
                item.moves = True
                self.items.append(item)
                self._own.append(piece.color is not None)
        self.refresh(cache, time)

    def refresh(self, cache: UsdGeom.XformCache, time: Usd.TimeCode) -> bool:
        """Let the items be where, and look as, the instances do at a time; false when there are more or fewer of them."""
        matrices = self._read(cache, time)
        if len(matrices) != len(self._matrices):
            return False
        moved = (matrices != self._matrices).any(axis=(1, 2)).tolist()
        self._matrices = matrices
        shown = UsdGeom.Imageable(self._prim).ComputeVisibility(time) != UsdGeom.Tokens.invisible
        mask = list(self._instancer.ComputeMaskAtTime(time)) or [True] * len(matrices)
        colors = self._colors(len(matrices), time)
        for item, own in zip(self.items, self._own):
            number = item.instance
            item.set("visible", bool(shown and mask[number]))
            if moved[number]:
                item.matrix = matrices[number]
                item.fresh.add("matrix")
            if not own:
                item.set("color", colors[number])
        return True

    def _read(self, cache: UsdGeom.XformCache, time: Usd.TimeCode) -> Array:
        """Return the world matrices of all instances, shape (n, 4, 4)."""
        kind = UsdGeom.PointInstancer
        found = self._instancer.ComputeInstanceTransformsAtTime(time, time, kind.ExcludeProtoXform, kind.IgnoreMask)
        world = np.array(cache.GetLocalToWorldTransform(self._prim))
        return np.array(found or (), float).reshape(-1, 4, 4) @ world

    def _colors(self, count: int, time: Usd.TimeCode) -> list[Color]:
        """Return the colours that the instancer has for its instances."""
        primvar = UsdGeom.PrimvarsAPI(self._prim).GetPrimvar("displayColor")
        found = primvar.ComputeFlattened(time) if primvar else None
        colors = [(r, g, b) for r, g, b in np.array(found or (), float).reshape(-1, 3).tolist()]
        return colors if len(colors) == count else (colors[:1] or [GREY]) * count

    def _pieces(self, source: Usd.Prim, matrix: Array, cache: UsdGeom.XformCache, time: Usd.TimeCode) -> list[_Piece]:
        """Return the faces of a prototype in its own frame, those of one colour together."""
        inverse = np.linalg.inv(np.array(cache.GetLocalToWorldTransform(source)))
        found: dict[Color | None, list[Shape]] = {}
        for child in Usd.PrimRange(source, _ALL):
            if not child.IsA(UsdGeom.Gprim) or UsdGeom.Imageable(child).ComputeVisibility(time) == UsdGeom.Tokens.invisible:
                continue
            local = np.array(cache.GetLocalToWorldTransform(child)) @ inverse
            faces = self._shape(child, local @ matrix)
            if faces is not None:
                own = UsdGeom.PrimvarsAPI(child).FindPrimvarWithInheritance("displayColor")
                paint = color(child, time) if own and own.HasAuthoredValue() else None
                points = faces.points @ local[:3, :3] + local[3, :3]
                found.setdefault(paint, []).append(Shape(points, faces.faces))
        return [_Piece(_joined(shapes), paint) for paint, shapes in found.items()]


def _joined(shapes: list[Shape]) -> Shape:
    first = np.cumsum([0, *(len(s.points) for s in shapes)]).tolist()
    faces = tuple(tuple(i + start for i in face) for s, start in zip(shapes, first) for face in s.faces)
    return Shape(np.concatenate([s.points for s in shapes]), faces)
