# SPDX-License-Identifier: Apache-2.0
"""Where things are: local points and directions to metres in the world, and curves as polylines with a length."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pxr import Gf, Usd, UsdGeom

from .plant import Point

Points = NDArray[np.float64]
SAMPLES = 16  # straight pieces per segment of a cubic curve

_BASES = {
    "bezier": ([[-1, 3, -3, 1], [3, -6, 3, 0], [-3, 3, 0, 0], [1, 0, 0, 0]], 1.0, 3),
    "bspline": ([[-1, 3, -3, 1], [3, -6, 3, 0], [-3, 0, 3, 0], [1, 4, 1, 0]], 6.0, 1),
    "catmullRom": ([[-1, 3, -3, 1], [2, -5, 4, -1], [-1, 0, 1, 0], [0, 2, 0, 0]], 2.0, 1),
}  # basis -> (matrix, divisor, points from one segment to the next)


class Frame:
    """Turns local coordinates of prims into metres in the world. Keeps every transform it has asked for once.

    Args:
        stage: Stage to measure; transforms that change over time count at their first sample.
    """

    def __init__(self, stage: Usd.Stage) -> None:
        self.meters_per_unit = float(UsdGeom.GetStageMetersPerUnit(stage))
        self._cache = UsdGeom.XformCache(Usd.TimeCode.EarliestTime())

    def matrix(self, prim: Usd.Prim) -> Any:
        """Return the prim's local-to-world matrix in stage units."""
        return self._cache.GetLocalToWorldTransform(prim)

    def point(self, prim: Usd.Prim, local: Point) -> Point:
        """Return a local point in the world, m."""
        return self._metres(self.matrix(prim).Transform(Gf.Vec3d(*local)))

    def direction(self, prim: Usd.Prim, local: Point) -> Point:
        """Return a local direction (with its length) in the world, m."""
        return self._metres(self.matrix(prim).TransformDir(Gf.Vec3d(*local)))

    def heading(self, prim: Usd.Prim) -> Point:
        """Return the world direction of the prim's local x axis, unit length."""
        x, y, z = (float(v) for v in self.matrix(prim).TransformDir(Gf.Vec3d(1, 0, 0)).GetNormalized())
        return x, y, z

    def points(self, prim: Usd.Prim, local: Points) -> Points:
        """Return local points, shape (n, 3), in the world, m."""
        matrix = np.array(self.matrix(prim))
        return np.asarray((local @ matrix[:3, :3] + matrix[3, :3]) * self.meters_per_unit)

    def _metres(self, vector: Any) -> Point:
        x, y, z = (float(v) * self.meters_per_unit for v in vector)
        return x, y, z


def curve(prim: Usd.Prim) -> Points:
    """Return the first curve of a BasisCurves prim as a local polyline, shape (n, 3), stage units.

    A cubic curve is sampled. The result is empty when there are too few points for the curve's kind.
    """
    curves = UsdGeom.BasisCurves(prim)
    first = Usd.TimeCode.EarliestTime()
    points = np.array(curves.GetPointsAttr().Get(first) or (), np.float64).reshape(-1, 3)
    counts = list(curves.GetCurveVertexCountsAttr().Get(first) or ())
    if len(counts) and 0 <= counts[0] < len(points):
        points = points[: counts[0]]
    wrap = str(curves.GetWrapAttr().Get())
    if str(curves.GetTypeAttr().Get()) == "linear":
        ring = wrap == "periodic" and len(points) > 1
        return np.concatenate([points, points[:1]]) if ring else points
    return _cubic(points, basis=str(curves.GetBasisAttr().Get()), wrap=wrap)


def _cubic(points: Points, *, basis: str, wrap: str) -> Points:
    rows, divisor, step = _BASES.get(basis, _BASES["bezier"])
    if wrap == "pinned" and step == 1 and len(points) > 1:
        points = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    elif wrap == "periodic" and len(points) > 2:
        points = np.concatenate([points, points[: 4 - step]])
    if len(points) < 4:
        return np.empty((0, 3))
    u = np.linspace(0.0, 1.0, SAMPLES + 1)
    weights = np.stack([u**3, u**2, u, np.ones_like(u)], axis=1) @ np.array(rows, np.float64) / divisor
    pieces = [weights @ points[i : i + 4] for i in range(0, len(points) - 3, step)]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def length(points: Points) -> float:
    """Return the length of a polyline, shape (n, 3), in its own unit."""
    return math.fsum(np.linalg.norm(np.diff(points, axis=0), axis=1)) if len(points) > 1 else 0.0
