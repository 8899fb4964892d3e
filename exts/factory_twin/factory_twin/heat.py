# SPDX-License-Identifier: Apache-2.0
"""A shift at one glance: pads below stations in the colour of a share of their time, ribbons as wide as the flow of parts.

All is plain USD (meshes, displayColor, primvars) in a layer of its own, so any viewer shows it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pxr import Gf, Sdf, Usd, UsdGeom, Vt

from . import session
from .geometry import Frame, curve
from .log import Log
from .plant import Point

STOPS = ((0.0, 0.13, 0.30), (0.25, 0.30, 0.42), (0.49, 0.48, 0.47), (0.74, 0.69, 0.44), (1.0, 0.92, 0.27))
"""sRGB colours from 0 to 1, dark blue to yellow: they differ in lightness, so that all eyes tell them apart."""
SHARE, FLOW = "primvars:factoryTwin:share", "primvars:factoryTwin:flow"
RIBBONS, PADS = "FactoryTwinFlow", "FactoryTwinShare"
"""Names of the prims at the root that hold ribbons and pads."""
WIDEST, MARGIN, _LIFT = 0.5, 0.3, 0.06
"""Width of the widest ribbon, how far a pad reaches beyond its place, and how high above the floor they lie, m."""
Floats = NDArray[np.float64]
Flows = Mapping[tuple[str, str], float]


def colour(share: float) -> tuple[float, float, float]:
    """Return the colour of a share, 0..1, as linear numbers, as USD's displayColor holds it."""
    at = min(max(share, 0.0), 1.0) * (len(STOPS) - 1)
    k = min(int(at), len(STOPS) - 2)
    r, g, b = (a + (b - a) * (at - k) for a, b in zip(STOPS[k], STOPS[k + 1]))
    return _linear(r), _linear(g), _linear(b)


def flows(log: Log, begin: float, end: float) -> dict[tuple[str, str], float]:
    """Return parts per hour by (from place, to place) within a window, s."""
    moves = log.moves.array()
    rows = moves[(moves[:, 0] >= begin) & (moves[:, 0] < end) & (moves[:, 1] >= 0) & (moves[:, 2] >= 0)][:, 1:3]
    pairs, counts = np.unique(rows.astype(np.int64), axis=0, return_counts=True)
    hours = max(end - begin, 1e-9) / 3600
    return {(log.places[a], log.places[b]): float(n) / hours for (a, b), n in zip(pairs, counts) if a != b}


class HeatMap:
    """Shares and flows on an open stage: a sublayer of the session layer, which the user's files know nothing of.

    Each place that has a share gets a pad on the floor below it in the share's colour, and the share as a primvar; assets keep
    their own colours, for many are instances, which can't be painted.

    Args:
        stage: Where to show it.
        shares: Prim path of a place -> 0..1.
        flow: Parts per hour by (from place, to place).

    Raises:
        StageError: The session layer may not be edited.
    """

    def __init__(self, stage: Usd.Stage, shares: Mapping[str, float], flow: Flows) -> None:
        self._stage: Usd.Stage | None = stage
        self._layer = Sdf.Layer.CreateAnonymous("factory_twin_heat.usda")
        self._unit = float(UsdGeom.GetStageMetersPerUnit(stage))
        self._up = 1 if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y else 2
        pads, values = self._pads(stage, shares)
        begin, end, rate = _ends(stage, flow)
        with Sdf.ChangeBlock():
            for path, share in shares.items():
                if stage.GetPrimAtPath(path):
                    over = Sdf.CreatePrimInLayer(self._layer, path)
                    Sdf.AttributeSpec(over, SHARE, Sdf.ValueTypeNames.Float).default = share
            self._mesh(PADS, pads, values, SHARE, 1.0)
            corners, rate = ribbons(begin, end, rate, up=self._up)
            self._mesh(RIBBONS, corners, rate, FLOW, max(rate, default=1.0))
        session.attach(stage, self._layer, strongest=True)

    def detach(self) -> None:
        """Take the layer away; the session layer is as it was before."""
        if self._stage is None:
            return
        session.detach(self._stage, self._layer)
        self._stage = None

    def _pads(self, stage: Usd.Stage, shares: Mapping[str, float]) -> tuple[Floats, Floats]:
        """Return the corners of the pads, m, shape (4 n, 3), and their shares."""
        boxes = UsdGeom.BBoxCache(Usd.TimeCode.EarliestTime(), [UsdGeom.Tokens.default_, UsdGeom.Tokens.render])
        first, second = (0, 2) if self._up == 1 else (0, 1)
        corners, values = [], []
        for path, share in shares.items():
            prim = stage.GetPrimAtPath(path)
            if not prim or prim.IsA(UsdGeom.BasisCurves):
                continue
            box = boxes.ComputeWorldBound(prim).ComputeAlignedRange()
            if box.IsEmpty():
                continue
            low, high = (np.array(v) * self._unit for v in (box.GetMin(), box.GetMax()))
            around = [(low[first] - MARGIN, low[second] - MARGIN), (high[first] + MARGIN, low[second] - MARGIN),
                      (high[first] + MARGIN, high[second] + MARGIN), (low[first] - MARGIN, high[second] + MARGIN)]  # fmt: skip
            for x, y in around:
                corner = np.full(3, low[self._up] + _LIFT / 2)
                corner[first], corner[second] = x, y
                corners.append(corner)
            values.append(share)
        return np.array(corners).reshape(-1, 3), np.array(values)

    def _mesh(self, name: str, corners: Floats, values: Floats, primvar: str, full: float) -> None:
        """Author quads with a value each, coloured by their share of `full`."""
        if not len(values):
            return
        types = Sdf.ValueTypeNames
        prim = Sdf.CreatePrimInLayer(self._layer, f"/{name}")
        prim.specifier, prim.typeName = Sdf.SpecifierDef, "Mesh"
        points = Vt.Vec3fArray.FromNumpy((corners / self._unit).astype(np.float32))
        colours = Vt.Vec3fArray([Gf.Vec3f(*colour(v / full)) for v in values.tolist()])
        for key, kind, value, interpolation in (
            ("points", types.Point3fArray, points, ""),
            ("faceVertexCounts", types.IntArray, Vt.IntArray([4] * len(values)), ""),
            ("faceVertexIndices", types.IntArray, Vt.IntArray(range(4 * len(values))), ""),
            (primvar, types.FloatArray, Vt.FloatArray(values.tolist()), "uniform"),
            ("primvars:displayColor", types.Color3fArray, colours, "uniform"),
        ):
            spec = Sdf.AttributeSpec(prim, key, kind)
            spec.default = value
            if interpolation:
                spec.SetInfo("interpolation", interpolation)
        for key, kind, value in (("doubleSided", types.Bool, True), ("subdivisionScheme", types.Token, "none")):
            Sdf.AttributeSpec(prim, key, kind, Sdf.VariabilityUniform).default = value


def _ends(stage: Usd.Stage, flow: Flows) -> tuple[Floats, Floats, Floats]:
    """Return where flows begin and end, m, shape (n, 3) each, and their rates; a path begins and ends with its curve."""
    frame, begin, end, rates = Frame(stage), [], [], []

    def at(prim: Usd.Prim, which: int) -> Point:
        points = curve(prim) if prim.IsA(UsdGeom.BasisCurves) else ()
        x, y, z = (float(v) for v in points[which]) if len(points) else (0.0, 0.0, 0.0)
        return frame.point(prim, (x, y, z))

    for (a, b), rate in flow.items():
        prims = stage.GetPrimAtPath(a), stage.GetPrimAtPath(b)
        if all(prims) and rate > 0:
            begin.append(at(prims[0], -1))
            end.append(at(prims[1], 0))
            rates.append(rate)
    return np.array(begin).reshape(-1, 3), np.array(end).reshape(-1, 3), np.array(rates)


def ribbons(begin: Floats, end: Floats, rate: Floats, *, up: int) -> tuple[Floats, Floats]:
    """Return flat ribbons from place to place, as wide as their flow; those of no length are left out.

    Args:
        begin: m, shape (n, 3).
        end: m, shape (n, 3).
        rate: Parts per hour, shape (n,).
        up: Number of the axis that points up, 1 or 2.

    Returns:
        Corners, m, shape (4 k, 3), four for each ribbon, and the rates of these, shape (k,).
    """
    way = end - begin
    way[:, up] = 0.0
    length = np.linalg.norm(way, axis=1)
    keep = length > 1e-6
    begin, end, way, length, rate = begin[keep], end[keep], way[keep], length[keep], rate[keep]
    normal = np.zeros(3)
    normal[up] = 1.0
    across = np.cross(normal, way) / length[:, None] * (0.5 * WIDEST * rate / max(rate, default=1.0))[:, None]
    corners = np.stack((begin - across, end - across, end + across, begin + across), axis=1)
    corners[:, :, up] += _LIFT
    return corners.reshape(-1, 3), rate


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
