# SPDX-License-Identifier: Apache-2.0
"""Edits of where things stand: metres in the world, degrees about the up axis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pxr import Gf, Sdf, Usd, UsdGeom

from ..errors import FactoryTwinError
from ..geometry import Frame
from ..plant import Point
from .base import Edit, prim_at
from .trace import Trace

ORDER = "xformOpOrder"
RESET = "!resetXformStack!"
TRANSLATE = "xformOp:translate"


def position(stage: Usd.Stage, path: str) -> Point:
    """Return where the prim's origin is in the world, m."""
    return Frame(stage).point(prim_at(stage, path), (0.0, 0.0, 0.0))


def heading(stage: Usd.Stage, path: str) -> float:
    """Return how far the prim is turned about the up axis, degrees in (-180, 180], counter-clockwise from above."""
    x, y, z = Frame(stage).matrix(prim_at(stage, path)).TransformDir(Gf.Vec3d(1, 0, 0))
    aside = y if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.z else -z
    return math.degrees(math.atan2(aside + 0.0, x))


@dataclass(frozen=True)
class Move(Edit):
    """Bring the prim's origin to a point of the world.

    Attributes:
        path: Prim path.
        to: World position, m.
    """

    path: str
    to: Point

    @property
    def label(self) -> str:
        """What goes where."""
        return f"Move {self.path.rpartition('/')[2]} to ({', '.join(f'{v:.3g}' for v in self.to)}) m"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Write xformOp:translate, made when missing."""
        prim = xformable(stage, self.path)
        if len(self.to) != 3 or not all(math.isfinite(v) for v in self.to):
            raise FactoryTwinError(f"{self.to} is no position.", where=self.path, hint="Give x, y, z in m.")
        frame = Frame(stage)
        goal = Gf.Vec3d(*self.to) / frame.meters_per_unit
        outer = _outer_matrix(prim, frame, TRANSLATE)
        if abs(outer.GetDeterminant3()) < 1e-30:
            raise FactoryTwinError(
                "The prim's parent is scaled to nothing.", where=self.path, hint="Give it a scale that is not 0."
            )
        step = outer.GetInverse().TransformDir(goal - frame.matrix(prim).ExtractTranslation())
        attribute = prim.GetAttribute(TRANSLATE)
        old = attribute.Get() if attribute and TRANSLATE in _order(prim) else None
        _write_op(prim, TRANSLATE, Gf.Vec3d(old or Gf.Vec3d(0)) + step, kind="double3", trace=trace)
        if TRANSLATE not in _order(prim):
            _write_order(prim, [TRANSLATE, *_order(prim)], trace=trace)


@dataclass(frozen=True)
class Rotate(Edit):
    """Turn the prim about the up axis through its origin.

    Attributes:
        path: Prim path.
        by: Degrees, counter-clockwise seen from above.
    """

    path: str
    by: float

    @property
    def label(self) -> str:
        """What is turned how far."""
        return f"Turn {self.path.rpartition('/')[2]} by {self.by:g} degrees"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Add to the outermost turn about the up axis, made when there is none."""
        prim = xformable(stage, self.path)
        if not math.isfinite(self.by):
            raise FactoryTwinError(f"{self.by} is no angle.", where=self.path, hint="Give degrees.")
        axis = str(UsdGeom.GetStageUpAxis(stage))
        order = _order(prim)
        place = next((i for i, op in enumerate(order) if _kind(op) != "translate"), len(order))
        name = order[place] if place < len(order) else ""
        if _kind(name) == f"rotate{axis}":
            value: Any = prim.GetAttribute(name).Get() + self.by
            _write_op(prim, name, value, kind="double", trace=trace)
        elif len(_kind(name)) == 9 and _kind(name).startswith("rotate") and _kind(name).endswith(axis):
            angles = Gf.Vec3d(prim.GetAttribute(name).Get())
            angles["XYZ".index(axis)] += self.by
            _write_op(prim, name, angles, kind="float3", trace=trace)
        else:
            new = next(n for n in _op_names(axis) if n not in order)
            _write_op(prim, new, self.by, kind="double", trace=trace)
            _write_order(prim, [*order[:place], new, *order[place:]], trace=trace)


def xformable(stage: Usd.Stage, path: str) -> Usd.Prim:
    """Return the prim that is going to be moved.

    Raises:
        FactoryTwinError: There is none, it lies inside an instance, or its type has no place.
    """
    prim = prim_at(stage, path)
    if not prim.IsA(UsdGeom.Xformable):
        message = f"A {prim.GetTypeName() or 'prim without type'} can't be moved."
        raise FactoryTwinError(message, where=path, hint="Move a prim below or above it.")
    return prim


def _order(prim: Usd.Prim) -> list[str]:
    """Return the names of the prim's operations, outermost first, without the reset mark."""
    return [str(op) for op in prim.GetAttribute(ORDER).Get() or () if op != RESET]


def _kind(name: str) -> str:
    """Return `rotateXYZ` for `xformOp:rotateXYZ:pivot`; empty for an inverted operation."""
    words = name.split(":")
    return words[1] if words[0] == "xformOp" and len(words) > 1 else ""


def _op_names(axis: str) -> list[str]:
    return [f"xformOp:rotate{axis}", *(f"xformOp:rotate{axis}:turn{i or ''}" for i in range(100))]


def _outer_matrix(prim: Usd.Prim, frame: Frame, name: str) -> Gf.Matrix4d:
    """Return what turns a step of the operation `name` (outermost when it is not there) into stage units of the world."""
    ops = UsdGeom.Xformable(prim).GetOrderedXformOps()
    names = [str(op.GetOpName()) for op in ops]
    matrix = Gf.Matrix4d(1.0)
    for op in ops[: names.index(name)] if name in names else ():
        matrix = op.GetOpTransform(Usd.TimeCode.EarliestTime()) * matrix
    parent = Gf.Matrix4d(1.0) if UsdGeom.Xformable(prim).GetResetXformStack() else frame.matrix(prim.GetParent())
    return matrix * parent


def _write_op(prim: Usd.Prim, name: str, value: Any, *, kind: str, trace: Trace) -> None:
    attribute = prim.GetAttribute(name)
    if attribute and attribute.GetNumTimeSamples():
        where = f"{prim.GetPath()}.{name}"
        raise FactoryTwinError("The prim moves over time.", where=where, hint="Remove its time samples first.")
    type_name = attribute.GetTypeName() if attribute else Sdf.ValueTypeNames.Find(kind)
    spec = trace.attribute(prim.GetPath().AppendProperty(name), type_name, uniform=False)
    spec.default = type_name.type.pythonClass(value) if isinstance(value, Gf.Vec3d) else value


def _write_order(prim: Usd.Prim, names: list[str], *, trace: Trace) -> None:
    reset = [RESET] if RESET in (prim.GetAttribute(ORDER).Get() or ()) else []
    spec = trace.attribute(prim.GetPath().AppendProperty(ORDER), Sdf.ValueTypeNames.TokenArray, uniform=True)
    spec.default = [*reset, *names]
