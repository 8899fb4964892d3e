# SPDX-License-Identifier: Apache-2.0
"""Brings prims to points, headings and poses of the world; what the edits of many prims share."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom

from ..bounds import Bounds
from ..errors import FactoryTwinError
from ..floor import Array, Floor
from ..geometry import Frame
from .base import prim_at
from .trace import Trace
from .transform import ORDER, RESET, TRANSLATE, Move, Rotate, heading, position, xformable

POSE = "xformOp:transform:factoryTwinPose"
_CLOSE = 1e-9


def boxes(stage: Usd.Stage, prims: Sequence[Usd.Prim]) -> tuple[Array, Array]:
    """Return lowest and highest corners of world boxes along the floor's axes, shape (n, 3) each, m.

    The box of a prim with nothing to see is its origin.
    """
    low, high = (corner * Frame(stage).meters_per_unit for corner in Bounds(stage, [str(p.GetPath()) for p in prims]).boxes())
    origins = np.array([position(stage, str(p.GetPath())) for p in prims])
    ends = [Floor(stage).flat(np.where(np.isnan(corner), origins, corner)) for corner in (low, high)]
    return np.minimum(*ends), np.maximum(*ends)


def shift(stage: Usd.Stage, prims: Sequence[Usd.Prim], steps: Array, trace: Trace) -> None:
    """Move prims by steps along the floor's axes, shape (n, 3), m; those that stand right already are left alone."""
    starts = [position(stage, str(p.GetPath())) for p in prims]
    for prim, start, step in zip(prims, starts, Floor(stage).world(steps)):
        if np.abs(step).max() > _CLOSE:
            x, y, z = (float(v) for v in np.array(start) + step)
            Move(str(prim.GetPath()), (x, y, z)).write(stage, trace)


def turn(stage: Usd.Stage, path: str, goal: float, trace: Trace) -> None:
    """Turn a prim about the up axis to a heading in degrees.

    Raises:
        FactoryTwinError: It can't be turned so: it lies on its side, or a parent is tilted or mirrored.
    """
    by = math.remainder(goal - heading(stage, path), 360.0)
    if abs(by) < _CLOSE:
        return
    x, y, _ = Floor(stage).flat(Frame(stage).heading(prim_at(stage, path)))
    Rotate(path, by).write(stage, trace)
    if math.hypot(x, y) < 1e-6 or abs(math.remainder(heading(stage, path) - goal, 360.0)) > 1e-3:
        hint = "It lies on its side, or its parent is tilted or mirrored: put that right first."
        raise FactoryTwinError("The prim can't be turned to this heading.", where=path, hint=hint)


def keep(stage: Usd.Stage, path: str, world: Gf.Matrix4d, before: Gf.Matrix4d, trace: Trace) -> None:
    """Give a prim the pose it had below another parent.

    Args:
        stage: Where the prim is.
        path: Its path.
        world: Its matrix as it was, stage units.
        before: That of the parent it had.
        trace: Writes.

    Raises:
        FactoryTwinError: The prim moves over time, can't be moved at all, or its parent is scaled to nothing.
    """
    prim, frame = stage.GetPrimAtPath(path), Frame(stage)
    now = frame.matrix(prim.GetParent())
    if Gf.IsClose(before, now, _CLOSE) or (prim.IsA(UsdGeom.Xformable) and UsdGeom.Xformable(prim).GetResetXformStack()):
        return
    xformable(stage, path)
    if abs(now.GetDeterminant3()) < 1e-30:
        raise FactoryTwinError("The new parent is scaled to nothing.", where=path, hint="Give it a scale that is not 0.")
    by = _turned(before * now.GetInverse(), str(UsdGeom.GetStageUpAxis(stage)))
    if by is None:
        _write_pose(prim, world * now.GetInverse(), trace)
        return
    if abs(by) > _CLOSE:
        Rotate(path, by).write(stage, trace)
    x, y, z = (float(v) * frame.meters_per_unit for v in world.ExtractTranslation())
    Move(path, (x, y, z)).write(stage, trace)


def _turned(matrix: Gf.Matrix4d, axis: str) -> float | None:
    """Return the degrees when a matrix but turns about the up axis (and moves), else None."""
    x = matrix.TransformDir(Gf.Vec3d(1, 0, 0))
    angle = math.degrees(math.atan2(x[1] if axis == "Z" else -x[2], x[0]))
    up = Gf.Vec3d(0, 0, 1) if axis == "Z" else Gf.Vec3d(0, 1, 0)
    same = Gf.Matrix4d().SetRotate(Gf.Rotation(up, angle))
    return angle if Gf.IsClose(Gf.Matrix4d(matrix).SetTranslateOnly(Gf.Vec3d(0)), same, _CLOSE) else None


def _write_pose(prim: Usd.Prim, local: Gf.Matrix4d, trace: Trace) -> None:
    """Write a translation and one matrix in place of the operations that the prim has."""
    if any(op.GetNumTimeSamples() for op in UsdGeom.Xformable(prim).GetOrderedXformOps()):
        raise FactoryTwinError("The prim moves over time.", where=str(prim.GetPath()), hint="Remove its time samples first.")
    path, double3 = prim.GetPath(), Sdf.ValueTypeNames.Double3
    old = prim.GetAttribute(TRANSLATE)
    spec = trace.attribute(path.AppendProperty(TRANSLATE), old.GetTypeName() if old else double3, uniform=False)
    spec.default = spec.typeName.type.pythonClass(local.ExtractTranslation())
    spec = trace.attribute(path.AppendProperty(POSE), Sdf.ValueTypeNames.Matrix4d, uniform=False)
    spec.default = Gf.Matrix4d(local).SetTranslateOnly(Gf.Vec3d(0))
    spec = trace.attribute(path.AppendProperty(ORDER), Sdf.ValueTypeNames.TokenArray, uniform=True)
    reset = [RESET] if RESET in (prim.GetAttribute(ORDER).Get() or ()) else []
    spec.default = [*reset, TRANSLATE, POSE]
