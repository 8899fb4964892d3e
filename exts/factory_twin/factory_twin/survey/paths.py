# SPDX-License-Identifier: Apache-2.0
"""Paths along curves: conveyors, vehicle paths that are places, and roads that vehicles of a transport travel on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from pxr import Usd, UsdGeom

from .. import geometry
from ..plant import Conveyor, Node, Point, Road, Vehicle, VehiclePath
from .applied import Applied, Index
from .names import PATH, PLACES, STATION, TRANSPORTER

CARRYING = ("vehicle", "manual", "crane")
"""Types of path that are a place when they lead somewhere."""

TRAVELLED = (*CARRYING, "aisle")
"""Types of path that can be a road."""

SHORTEST = 1e-6  # m
MOST_PARTS = 1e6  # on a conveyor


class Paths:
    """Makes conveyors, vehicle paths and roads.

    Args:
        index: Everything of ours on the stage.
        frame: Turns local coordinates into metres.
    """

    def __init__(self, index: Index, frame: geometry.Frame) -> None:
        self._index, self._frame = index, frame
        self._fed = {t for one in index.of(*PLACES) for t in one["successors"]}
        self._fed |= {t for one in index.of(STATION) for t in one["rework"]}
        self._roads: dict[str, Road] = {}

    def node(self, one: Applied, common: dict[str, Any], vehicles: Mapping[str, tuple[Vehicle, ...]]) -> Node | None:
        """Return the conveyor or vehicle path; None for one that is no place.

        Args:
            one: The path.
            common: What all places have.
            vehicles: Path -> vehicles that serve it and belong to no transport.
        """
        kind = one["type"]
        if kind not in ("conveyor", *CARRYING):
            self._check_idle(one)
            return None
        mine = vehicles.get(one.path, ())
        if kind in CARRYING and not self._is_place(one, bool(mine)):
            self._check_road(one)
            return None
        points, length = self._measure(one, one["partPosition"])
        common |= {"points": points, "length": length, "speed": one["speed"]}
        if points:
            common["position"] = points[0]
        if kind == "conveyor":
            return Conveyor(**common, capacity=_capacity(one, length), gap=one["gap"])
        if not mine:
            hint = f"Apply {TRANSPORTER} to a prim and point its factoryTwin:transporter:paths here."
            self._index.findings.error("path.no_vehicle", one.prim, "No vehicle serves this path.", hint=hint)
        return VehiclePath(**common, vehicles=mine)

    def road(self, path: str) -> None:
        """Make a path a road of the transports, once."""
        one = self._index.at(path, PATH)
        if one is not None and path not in self._roads:
            points, _ = self._measure(one, (0.0, 0.0, 0.0))
            self._roads[path] = Road(path=path, points=points, speed=one["speed"], both_ways=one["bidirectional"],
                                     exclusive=one["exclusive"])  # fmt: skip

    def roads(self) -> tuple[Road, ...]:
        """Return the roads, in stage order."""
        return tuple(self._roads[one.path] for one in self._index.of(PATH) if one.path in self._roads)

    def begin(self, one: Applied) -> Point | None:
        """Return where a path begins, world, m; None without a curve."""
        if not one.prim.IsA(UsdGeom.BasisCurves):
            return None
        with np.errstate(all="ignore"):
            points = self._frame.points(one.prim, geometry.curve(one.prim)[:1] + np.array(one["partPosition"]))
        return (float(points[0][0]), float(points[0][1]), float(points[0][2])) if len(points) else None

    def _measure(self, one: Applied, offset: Point) -> tuple[tuple[Point, ...], float]:
        """Return the points (world, m) and the length (m) of a path; empty and 0 after an error."""
        prim, findings = one.prim, self._index.findings
        if any(i.path == one.path for i in findings.errors("path.not_a_curve", "path.no_points", "path.too_short")):
            return (), 0.0  # a path can be a place and a road
        if not prim.IsA(UsdGeom.BasisCurves):
            message = f"The path is a {prim.GetTypeName() or 'prim without type'}, not a BasisCurves."
            findings.error("path.not_a_curve", prim, message, hint="Draw the path as a linear BasisCurves prim.")
            return (), 0.0
        with np.errstate(all="ignore"):  # what is no number or too large shows in the length
            local = geometry.curve(prim)
            points = self._frame.points(prim, local + np.array(offset))
            length = geometry.length(points)
        if len(local) < 2:
            hint = "Give two points or more; a cubic curve needs four. For straight pieces set type to linear."
            findings.error("path.no_points", prim, "The path has too few points.", hint=hint, attribute="points")
            return (), 0.0
        if not math.isfinite(length) or length < SHORTEST:
            hint = "Check its points and the stage's metersPerUnit."
            findings.error("path.too_short", prim, f"The path is {length:g} m long.", hint=hint, attribute="points")
            return (), 0.0
        if len(UsdGeom.BasisCurves(prim).GetCurveVertexCountsAttr().Get(Usd.TimeCode.EarliestTime()) or ()) > 1:
            hint = "Make a path prim for each curve."
            findings.warning(
                "path.several_curves", prim, "Only the first curve is used.", hint=hint, attribute="curveVertexCounts"
            )
        return tuple((float(x), float(y), float(z)) for x, y, z in points), length

    def _is_place(self, one: Applied, served: bool) -> bool:
        """Return whether a path that carries parts is a place, and no mere road."""
        return served or bool(one["successors"]) or one.path in self._fed

    def _check_road(self, one: Applied) -> None:
        if one.path not in self._roads:
            hint = "Name it in factoryTwin:transporter:paths of a vehicle, give it successors, or set its type to aisle."
            message = "It leads to no place and no vehicle travels on it."
            self._index.findings.warning("path.unused", one.prim, message, hint=hint)

    def _check_idle(self, one: Applied) -> None:
        if one["successors"] and not one.is_flawed("type"):
            message = f"A path of type {one['type']} moves no parts in the simulator."
            hint = "Set factoryTwin:path:type to conveyor, vehicle, manual or crane, or remove its successors."
            self._index.findings.warning("unsupported", one.prim, message, hint=hint, attribute=one.attribute("type"))


def _capacity(one: Applied, length: float) -> int:
    """Return how many parts a conveyor of that length (m) holds."""
    if length / one["gap"] > MOST_PARTS:
        message = f"With a gap of {one['gap']:g} m, more than a million parts are on {length:g} m."
        one.error("gap", "invalid", message, hint="Give the length that a part takes.")
        return 1
    gap: float = one["gap"]
    return max(1, math.floor(length / gap + 1e-9))
