# SPDX-License-Identifier: Apache-2.0
"""A USD file brought in as a prim: where it stands, how big, what the layer says, and nothing left after undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from factory_twin.edit import AddAsset, free_path, position
from factory_twin.errors import FactoryTwinError
from pxr import Gf, Usd, UsdGeom

AGV = Path(__file__).parents[1] / "data" / "assets" / "Agv" / "Agv.usda"


def hall(folder: Path, *, up: str = "Z", unit: float = 1.0) -> Usd.Stage:
    stage = Usd.Stage.CreateNew(str(folder / "hall.usda"))
    UsdGeom.SetStageUpAxis(stage, up)
    UsdGeom.SetStageMetersPerUnit(stage, unit)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/World").GetPrim())
    return stage


def box(stage: Usd.Stage, path: str) -> Gf.Range3d:
    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default", "render"])
    return cache.ComputeWorldBound(stage.GetPrimAtPath(path)).ComputeAlignedRange()


@pytest.mark.parametrize(("up", "unit"), [("Z", 1.0), ("Y", 0.01), ("Z", 0.001), ("Y", 1.0)])
def test_it_stands_upright_in_its_size_whatever_the_stage(tmp_path: Path, up: str, unit: float) -> None:
    stage = hall(tmp_path, up=up, unit=unit)
    edit = AddAsset("/World/Agv", str(AGV), (3.0, 4.0, 0.0))
    before = stage.GetRootLayer().ExportToString()
    edit.do(stage)
    assert position(stage, "/World/Agv") == pytest.approx((3.0, 4.0, 0.0))
    size = box(stage, "/World/Agv").GetSize() * unit
    across = (size[0], size[1], size[2]) if up == "Z" else (size[0], size[2], size[1])
    assert across == pytest.approx((1.80, 0.76, 0.99), abs=0.03)
    edit.undo(stage)
    assert stage.GetRootLayer().ExportToString() == before


def test_the_layer_names_the_file_from_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    Usd.Stage.Open(str(AGV)).Export(str(tmp_path / "parts" / "cart.usda"))
    stage = hall(tmp_path)
    AddAsset("/World/Cart", str(tmp_path / "parts" / "cart.usda")).do(stage)
    spec = stage.GetRootLayer().GetPrimAtPath("/World/Cart")
    assert [r.assetPath for r in spec.referenceList.prependedItems] == ["./parts/cart.usda"]
    assert stage.GetPrimAtPath("/World/Cart").GetDisplayName() == "Automated guided vehicle"


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    stage = hall(tmp_path)
    names = []
    for _ in range(3):
        path = free_path(stage, "/World", "C:\\cells\\6-axis%20arm.usd")
        names.append(path)
        stage.DefinePrim(path)
    assert names == ["/World/_6_axis_arm", "/World/_6_axis_arm_2", "/World/_6_axis_arm_3"]


def bad(folder: Path, name: str) -> str:
    path = folder / name
    if name == "text.usda":
        path.write_text("#usda 1.0\n(oops", encoding="utf-8")
    elif name == "empty.usda":
        Usd.Stage.CreateNew(str(path)).Save()
    elif name == "lost.usda":
        path.write_text('#usda 1.0\n(defaultPrim = "Gone")\n', encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("text.usda", "no USD file"),
        ("missing.usda", "can't be read"),
        ("empty.usda", "which of its prims"),
        ("lost.usda", "no prim Gone"),
        ("hall.usda", "layer of the stage itself"),
    ],
)
def test_a_file_that_can_not_come_in_is_refused_and_nothing_is_written(tmp_path: Path, name: str, words: str) -> None:
    stage = hall(tmp_path)
    stage.Save()
    before = stage.GetRootLayer().ExportToString()
    with pytest.raises(FactoryTwinError, match=words) as caught:
        AddAsset("/World/New", bad(tmp_path, name)).do(stage)
    assert caught.value.where.endswith(name) and caught.value.hint
    assert stage.GetRootLayer().ExportToString() == before


@pytest.mark.parametrize(
    ("path", "words"), [("/World", "already"), ("/Nowhere/Agv", "no such parent"), ("World/Agv", "no path"), ("/", "no path")]
)
def test_a_place_that_can_not_be_is_refused(tmp_path: Path, path: str, words: str) -> None:
    stage = hall(tmp_path)
    with pytest.raises(FactoryTwinError, match=words):
        AddAsset(path, str(AGV)).do(stage)


def test_below_an_instance_or_an_inactive_prim_nothing_comes_in(tmp_path: Path) -> None:
    stage = hall(tmp_path)
    AddAsset("/World/Agv", str(AGV)).do(stage)
    stage.GetPrimAtPath("/World/Agv").SetInstanceable(True)
    stage.DefinePrim("/World/Off", "Xform").SetActive(False)
    before = stage.GetRootLayer().ExportToString()
    for parent, words in (("/World/Agv", "below an instance"), ("/World/Off", "inactive")):
        with pytest.raises(FactoryTwinError, match=words):
            AddAsset(f"{parent}/Top", str(AGV)).do(stage)
    assert stage.GetRootLayer().ExportToString() == before
