# SPDX-License-Identifier: Apache-2.0
"""What is drawn beside the machines themselves: andon lamps, and the centre lines of ways."""

from __future__ import annotations

from collections.abc import Sequence

from pxr import Gf, Usd, UsdGeom

from .layer import place
from .palette import PAINTS

Point = tuple[float, float, float]


def draw_lamp(stage: Usd.Stage, path: str, middle: Point, *, radius: float, height: float) -> None:
    """Draw an upright lamp, m."""
    lamp = UsdGeom.Cylinder.Define(stage, path)
    lamp.CreateRadiusAttr(radius)
    lamp.CreateHeightAttr(height)
    lamp.CreateAxisAttr(UsdGeom.Tokens.z)
    corner = Gf.Vec3f(radius, radius, height / 2)
    lamp.CreateExtentAttr([-corner, corner])
    lamp.CreateDisplayColorAttr([Gf.Vec3f(*PAINTS["Lamp"].color)])
    place(lamp.GetPrim(), middle)


def draw_way(stage: Usd.Stage, path: str, title: str, points: Sequence[Point]) -> Usd.Prim:
    """Draw a centre line as a guide, m; return its prim."""
    curve = UsdGeom.BasisCurves.Define(stage, path)
    curve.CreateTypeAttr(UsdGeom.Tokens.linear)
    corners = [Gf.Vec3f(*p) for p in points]
    curve.CreatePointsAttr(corners)
    curve.CreateCurveVertexCountsAttr([len(corners)])
    curve.CreateWidthsAttr([0.05])
    curve.SetWidthsInterpolation(UsdGeom.Tokens.constant)
    curve.CreateExtentAttr(UsdGeom.Curves.ComputeExtent(corners, [0.05]))
    curve.CreateDisplayColorAttr([Gf.Vec3f(0.17, 0.44, 0.7)])
    curve.CreatePurposeAttr(UsdGeom.Tokens.guide)
    curve.GetPrim().SetDisplayName(title)
    return curve.GetPrim()
