# SPDX-License-Identifier: Apache-2.0
"""Footprints lie where prims stand, are turned as they are, and are as large as their box or drawn outline."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from factory_twin.collide import overlaps
from factory_twin.edit import AddAsset, Move, Rotate, position
from factory_twin.errors import FactoryTwinError
from factory_twin.footprint import Footprints, footprints
from factory_twin.read import open_stage
from pxr import Gf, Sdf, Usd, UsdGeom

DATA = Path(__file__).parents[1] / "data"


def hall(up: str, unit: float) -> Usd.Stage:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, up)
    UsdGeom.SetStageMetersPerUnit(stage, unit)
    UsdGeom.Xform.Define(stage, "/World")
    return stage


def row(prints: Footprints, k: int = 0) -> list[float]:
    r = prints.rectangles
    return [*r.middle[k], *r.half[k], math.degrees(r.heading[k])]


@pytest.mark.parametrize(("up", "unit"), [("Z", 1.0), ("Y", 0.01), ("Z", 0.001), ("Y", 1.0)])
def test_an_asset_has_the_same_footprint_whatever_the_stage(up: str, unit: float) -> None:
    plain = hall("Z", 1.0)
    agv = str(DATA / "assets" / "Agv" / "Agv.usda")
    AddAsset("/World/A", agv).do(plain)
    x, y, *half, turn = row(footprints(plain, ["/World/A"]))
    assert half == pytest.approx([0.90, 0.38], abs=0.02) and turn == 0.0
    stage = hall(up, unit)
    AddAsset("/World/A", agv, (5.0, 6.0, 0.0) if up == "Z" else (5.0, 0.0, -6.0)).do(stage)
    Rotate("/World/A", 90.0).do(stage)
    assert row(footprints(stage, ["/World/A"])) == pytest.approx([5 - y, 6 + x, *half, 90.0], abs=1e-4)


def test_the_rectangle_is_turned_with_the_prim_and_tight_around_all_its_parts() -> None:
    stage = hall("Z", 1.0)
    machine = UsdGeom.Xform.Define(stage, "/World/M")
    machine.AddTranslateOp().Set(Gf.Vec3d(10, 20, 3))
    machine.AddRotateZOp().Set(30.0)
    machine.AddScaleOp().Set(Gf.Vec3f(2, 1, 1))
    UsdGeom.Cube.Define(stage, "/World/M/Bed").GetSizeAttr().Set(2.0)
    UsdGeom.Cube.Define(stage, "/World/M/Arm").AddTranslateOp().Set(Gf.Vec3d(2, 0, 5))
    c, s = math.cos(math.radians(30)), math.sin(math.radians(30))
    found = footprints(stage, ["/World/M"])
    assert row(found) == pytest.approx([10 + 2 * c, 20 + 2 * s, 4.0, 1.0, 30.0])  # from -2 to 6 along its x
    tight = found.rectangles.corners[0]
    assert tight[0] == pytest.approx((10 - 2 * c + s, 20 - 2 * s - c))


def test_a_tilted_prim_covers_its_shadow() -> None:
    stage = hall("Z", 1.0)
    UsdGeom.Cube.Define(stage, "/World/C").AddRotateXOp().Set(45.0)
    assert row(footprints(stage, ["/World/C"])) == pytest.approx([0, 0, 1, math.sqrt(2), 0], abs=1e-6)
    UsdGeom.Xformable(stage.GetPrimAtPath("/World/C")).ClearXformOpOrder()
    UsdGeom.Xformable(stage.GetPrimAtPath("/World/C")).AddRotateYOp().Set(-90.0)
    assert row(footprints(stage, ["/World/C"])) == pytest.approx([0, 0, 1, 1, 0], abs=1e-6)


@pytest.mark.parametrize("up", ["Y", "Z"])
def test_a_drawn_outline_counts_in_place_of_the_box(up: str) -> None:
    stage = hall(up, 0.01)
    prim = UsdGeom.Cube.Define(stage, "/World/M").GetPrim()
    prim.CreateAttribute("factoryTwin:footprint:polygon", Sdf.ValueTypeNames.Float2Array).Set([(0, 0), (300, 0), (0, 100)])
    prim.CreateAttribute("factoryTwin:footprint:safetyMargin", Sdf.ValueTypeNames.Float).Set(0.5)
    Move("/World/M", (7.0, 8.0, 0.0) if up == "Z" else (7.0, 0.0, -8.0)).do(stage)
    found = footprints(stage, ["/World/M"])
    assert row(found) == pytest.approx([8.5, 8.5, 1.5, 0.5, 0.0])
    assert found.margins.tolist() == [0.5] and found.zones.half.tolist() == pytest.approx(np.array([[2.0, 1.0]]))


def test_what_has_nothing_to_see_has_no_footprint_and_a_bad_margin_is_none() -> None:
    stage = hall("Z", 1.0)
    prim = stage.GetPrimAtPath("/World")
    prim.CreateAttribute("factoryTwin:footprint:safetyMargin", Sdf.ValueTypeNames.Float).Set(-3.0)
    found = footprints(stage, ["/World"])
    assert np.isnan(found.rectangles.middle).all() and found.margins.tolist() == [0.0]
    assert len(footprints(stage, []).rectangles) == 0
    with pytest.raises(FactoryTwinError, match="no such prim"):
        footprints(stage, ["/Nowhere"])


def test_two_stations_of_the_sample_plant_collide_once_one_is_moved_onto_the_other() -> None:
    stage = open_stage(DATA / "plants" / "bike_line.usda")
    line = stage.GetPrimAtPath("/BikeFactory/Hall/AssemblyLine")
    paths = [str(p.GetPath()) for p in line.GetChildren() if p.GetAttribute("factoryTwin:footprint:polygon").HasAuthoredValue()]
    assert len(paths) > 5
    before = overlaps(footprints(stage, paths).rectangles).tolist()
    with Usd.EditContext(stage, stage.GetSessionLayer()):
        Move(paths[1], position(stage, paths[0])).do(stage)
    after = overlaps(footprints(stage, paths).rectangles).tolist()
    assert [0, 1] in after and [0, 1] not in before


def test_a_turned_component_is_measured_along_its_own_axes_and_hidden_parts_do_not_count() -> None:
    stage = hall("Z", 1.0)
    UsdGeom.Xformable(stage.GetPrimAtPath("/World")).AddRotateZOp().Set(30.0)
    machine = UsdGeom.Xform.Define(stage, "/World/M")
    Usd.ModelAPI(machine).SetKind("component")
    for k in range(2):
        UsdGeom.Cube.Define(stage, f"/World/M/C{k}").AddTranslateOp().Set(Gf.Vec3d(3 * k, 0, 0))
    hidden = UsdGeom.Cube.Define(stage, "/World/Hidden")
    hidden.AddTranslateOp().Set(Gf.Vec3d(50, 0, 0))
    hidden.MakeInvisible()
    guide = UsdGeom.Cube.Define(stage, "/World/Guide")
    guide.AddTranslateOp().Set(Gf.Vec3d(90, 0, 0))
    guide.CreatePurposeAttr().Set("guide")
    for path in ("/World/M", "/World"):
        assert row(footprints(stage, [path]))[2:] == pytest.approx([2.5, 1.0, 30.0])
