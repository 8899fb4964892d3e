# SPDX-License-Identifier: Apache-2.0
"""Pads and ribbons: where they lie, how wide and in which colour, on stages of either up axis; nothing is left behind."""

from __future__ import annotations

import numpy as np
import pytest
from factory_twin.event import move
from factory_twin.heat import FLOW, MARGIN, PADS, RIBBONS, SHARE, WIDEST, HeatMap, colour, flows, ribbons
from factory_twin.log import Log
from pxr import Gf, Usd, UsdGeom


def stage_of(up: str, unit: float) -> Usd.Stage:
    """Return a stage with two boxes of 2 m, 10 m apart along x, and a curve from there 5 m on."""
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, up)
    UsdGeom.SetStageMetersPerUnit(stage, unit)
    for name, x in (("A", 0.0), ("B", 10.0)):
        place = UsdGeom.Xform.Define(stage, f"/{name}")
        place.AddTranslateOp().Set((x / unit, 0.0, 0.0))
        UsdGeom.Cube.Define(stage, f"/{name}/Body").GetSizeAttr().Set(2.0 / unit)
    belt = UsdGeom.BasisCurves.Define(stage, "/Belt")
    belt.GetTypeAttr().Set("linear")
    belt.GetPointsAttr().Set([Gf.Vec3f(10.0 / unit, 0, 0), Gf.Vec3f(15.0 / unit, 0, 0)])
    belt.GetCurveVertexCountsAttr().Set([2])
    return stage


@pytest.mark.parametrize(("up", "unit"), [("Z", 1.0), ("Y", 0.01)])
def test_pads_and_ribbons_lie_where_the_places_are(up: str, unit: float) -> None:
    stage = stage_of(up, unit)
    before = stage.GetSessionLayer().ExportToString()
    flow = {("/A", "/B"): 30.0, ("/B", "/Belt"): 20.0, ("/Belt", "/A"): 15.0, ("/A", "/Nowhere"): 9.0}
    shown = HeatMap(stage, {"/A": 0.25, "/B": 1.0, "/Belt": 0.5, "/Nowhere": 0.5}, flow)
    assert stage.GetAttributeAtPath(f"/A.{SHARE}").Get() == 0.25 and stage.GetAttributeAtPath(f"/Belt.{SHARE}").Get() == 0.5
    pads = UsdGeom.Mesh(stage.GetPrimAtPath(f"/{PADS}"))
    points = np.array(pads.GetPointsAttr().Get()) * unit
    height, across = (1, 2) if up == "Y" else (2, 1)
    assert points[:4, 0].min() == pytest.approx(-1 - MARGIN, abs=1e-4)
    assert points[4:, 0].max() == pytest.approx(11 + MARGIN, abs=1e-4) and len(points) == 8
    assert points[:, across].min() == pytest.approx(-1 - MARGIN, abs=1e-4)
    assert -1.0 < points[:, height].min() < -0.9
    assert list(pads.GetPrim().GetAttribute(SHARE).Get()) == [0.25, 1.0]
    paints = UsdGeom.PrimvarsAPI(pads).GetPrimvar("displayColor")
    assert paints.GetInterpolation() == "uniform" and np.allclose(paints.Get()[1], colour(1.0))
    bands = UsdGeom.Mesh(stage.GetPrimAtPath(f"/{RIBBONS}"))
    corners = np.array(bands.GetPointsAttr().Get()).reshape(-1, 4, 3) * unit
    assert list(bands.GetPrim().GetAttribute(FLOW).Get()) == [30.0, 15.0], "from B to where the belt begins there is no way"
    width = np.linalg.norm(corners[:, 0] - corners[:, 3], axis=1)
    assert width == pytest.approx([WIDEST, WIDEST / 2], abs=1e-4)
    assert sorted(set(np.round(corners[0, :, 0], 3))) == [0.0, 10.0] and sorted(set(np.round(corners[1, :, 0], 3))) == [
        0.0,
        15.0,
    ]
    shown.detach()
    shown.detach()
    assert stage.GetSessionLayer().ExportToString() == before and not stage.GetPrimAtPath(f"/{PADS}")


def test_nothing_to_show_makes_no_meshes() -> None:
    stage = stage_of("Z", 1.0)
    HeatMap(stage, {}, {})
    assert not stage.GetPrimAtPath(f"/{PADS}") and not stage.GetPrimAtPath(f"/{RIBBONS}")
    points, rates = ribbons(np.zeros((1, 3)), np.zeros((1, 3)), np.array([3.0]), up=2)
    assert points.shape == (0, 3) and len(rates) == 0


def test_flows_count_parts_between_places_within_a_window() -> None:
    log = Log(("/A", "/B", "/K"))
    for k in range(10):
        log.append(move(600.0 * k, "/A", "/B", k))
        if k % 2:
            log.append(move(600.0 * k + 1, "/B", "/K", k))
    assert flows(log, 1200.0, 4800.0) == {("/A", "/B"): 6.0, ("/B", "/K"): 3.0}
    assert flows(log, 9000.0, 9000.0) == {}


def test_the_colours_differ_in_lightness() -> None:
    light = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (colour(k / 20) for k in range(21))]
    assert all(a < b for a, b in zip(light, light[1:]))
    assert colour(-1.0) == colour(0.0) and colour(7.0) == colour(1.0)
