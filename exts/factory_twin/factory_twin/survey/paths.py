# SPDX-License-Identifier: Apache-2.0
"""Conveyors and vehicle paths along curves, and the vehicles bound to them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from pxr import Usd, UsdGeom

from .. import geometry
from ..plant import Conveyor, Node, Vehicle, VehiclePath
from .fields import Fields
from .findings import Findings

PATH = "FactoryTwinPathAPI"
TRANSPORTER = "FactoryTwinTransporterAPI"
SHORTEST = 1e-6  # m
_SERVES = "factoryTwin:transporter:paths"


class Paths:
    """Makes conveyors and vehicle paths.

    Args:
        found: Prims with the values of each applied schema.
        frame: Turns local coordinates into metres.
        findings: Gets what is wrong.
    """

    def __init__(self, found: list[tuple[Usd.Prim, dict[str, Fields]]], *, frame: geometry.Frame, findings: Findings) -> None:
        self._frame, self._findings = frame, findings
        self._vehicles: dict[str, list[Vehicle]] = {}
        types = {str(prim.GetPath()): schemas[PATH]["type"] for prim, schemas in found if PATH in schemas}
        for prim, schemas in found:
            if TRANSPORTER in schemas:
                self._bind(prim, schemas[TRANSPORTER], types)

    def node(self, prim: Usd.Prim, f: Fields, common: dict[str, Any]) -> Node | None:
        """Return the conveyor or vehicle path; None for a kind that moves no parts in the simulator."""
        kind = f["type"]
        if kind not in ("conveyor", "vehicle"):
            self._check_idle(prim, kind, common)
            return None
        points, length = self._measure(prim, f)
        common |= {"points": points, "length": length, "speed": f["speed"]}
        if points:
            common["position"] = points[0]
        if kind == "conveyor":
            return Conveyor(**common, capacity=max(1, math.floor(length / f["gap"] + 1e-9)), gap=f["gap"])
        vehicles = tuple(self._vehicles.get(common["path"], ()))
        if not vehicles:
            hint = f"Apply {TRANSPORTER} to a prim and point its {_SERVES} here."
            self._findings.error("path.no_vehicle", prim, "No vehicle serves this path.", hint=hint)
        return VehiclePath(**common, vehicles=vehicles)

    def _measure(self, prim: Usd.Prim, f: Fields) -> tuple[tuple[tuple[float, float, float], ...], float]:
        if not prim.IsA(UsdGeom.BasisCurves):
            message = f"The path is a {prim.GetTypeName() or 'prim without type'}, not a BasisCurves."
            self._findings.error("path.not_a_curve", prim, message, hint="Draw the path as a linear BasisCurves prim.")
            return (), 0.0
        local = geometry.curve(prim)
        if len(local) < 2:
            hint = "Give two points or more; a cubic curve needs four. For straight pieces set type to linear."
            self._findings.error("path.no_points", prim, "The path has too few points.", hint=hint, attribute="points")
            return (), 0.0
        points = self._frame.points(prim, local + np.array(f["partPosition"]))
        length = geometry.length(points)
        if not math.isfinite(length) or length < SHORTEST:
            hint = "Check its points and the stage's metersPerUnit."
            self._findings.error("path.too_short", prim, f"The path is {length:g} m long.", hint=hint, attribute="points")
        if len(UsdGeom.BasisCurves(prim).GetCurveVertexCountsAttr().Get(Usd.TimeCode.EarliestTime()) or ()) > 1:
            hint = "Make a path prim for each curve."
            self._findings.warning(
                "path.several_curves", prim, "Only the first curve is used.", hint=hint, attribute="curveVertexCounts"
            )
        return tuple((float(x), float(y), float(z)) for x, y, z in points), length

    def _check_idle(self, prim: Usd.Prim, kind: str, common: dict[str, Any]) -> None:
        if common["successors"] and not self._findings.errors("path.type."):
            message = f"A path of type {kind} moves no parts in the simulator."
            hint = "Set factoryTwin:path:type to conveyor or vehicle, or remove its successors."
            self._findings.warning("unsupported", prim, message, hint=hint, attribute="factoryTwin:path:type")

    def _bind(self, prim: Usd.Prim, f: Fields, types: dict[str, str]) -> None:
        vehicle = Vehicle(path=str(prim.GetPath()), load_time=f["loadTime"], unload_time=f["unloadTime"])
        if not f["paths"]:
            hint = f"Point {_SERVES} to a vehicle path."
            self._findings.warning("vehicle.no_path", prim, "The vehicle serves no path.", hint=hint, attribute=_SERVES)
        if len(f["paths"]) > 1:
            hint = "Give each path a vehicle of its own."
            message = "The vehicle serves several paths, which is not supported yet."
            self._findings.error("vehicle.shared", prim, message, hint=hint, attribute=_SERVES)
        for target in f["paths"]:
            if types.get(target) == "vehicle":
                self._vehicles.setdefault(target, []).append(vehicle)
            else:
                hint = "Point it to a prim with FactoryTwinPathAPI whose type is vehicle."
                self._findings.error(
                    "vehicle.path.invalid", prim, f"{target} is no vehicle path.", hint=hint, attribute=_SERVES
                )
