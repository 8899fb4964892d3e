# SPDX-License-Identifier: Apache-2.0
"""The catalogue: its assets are what the generator writes and say what they become; placing one is one step, and it works."""

from __future__ import annotations

import functools
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from factory_twin.catalogue import OTHER, Asset, place, read_asset, read_catalogue
from factory_twin.check import check
from factory_twin.edit import ApplySchema, Connect, History, SetAttribute, SetTargets, free_path, heading, position
from factory_twin.errors import FactoryTwinError, Severity
from factory_twin.palette import LAMP
from factory_twin.read import read_plant
from factory_twin.survey.walk import applied
from pxr import Sdf, Usd, UsdGeom, UsdShade

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "data" / "assets"
SIZES = {
    "Mill": (3.4, 2.5, 2.6), "Lathe": (2.8, 1.8, 2.1), "AssemblyCell": (3.0, 2.0, 2.7), "RobotCell": (4.0, 3.6, 2.4),
    "Inspection": (2.7, 2.0, 2.6), "Oven": (4.1, 2.0, 2.6), "Rack": (3.0, 1.2, 3.9), "ConveyorStraight": (2.4, 0.7, 0.5),
    "ConveyorCurve": (1.6, 1.6, 0.65), "Agv": (1.8, 0.8, 1.0), "Forklift": (3.4, 1.2, 2.2), "Pallet": (1.2, 0.8, 0.14),
    "Operator": (0.7, 0.5, 1.8),
}  # fmt: skip
"""The assets asked for: about their length, width and height, m."""

BECOMES = {
    **dict.fromkeys(("Mill", "Lathe", "AssemblyCell", "RobotCell", "Inspection", "Oven"), "FactoryTwinStationAPI"),
    **dict.fromkeys(("Rack", "Pallet"), "FactoryTwinBufferAPI"),
    **dict.fromkeys(("ConveyorStraight", "ConveyorCurve"), "FactoryTwinPathAPI"),
    **dict.fromkeys(("Agv", "Forklift"), "FactoryTwinTransporterAPI"),
    "Operator": "FactoryTwinWorkerPoolAPI",
}
UNCONNECTED = {"flow.no_successor", "flow.no_sink", "flow.no_source", "stage.empty", "transporter.paths.missing"}
"""Errors that a thing standing alone has."""

STATIONS = [name for name, schema in BECOMES.items() if schema == "FactoryTwinStationAPI"]
PORTED = [name for name, schema in BECOMES.items() if schema.endswith(("StationAPI", "BufferAPI", "PathAPI"))]

sys.path.insert(0, str(ROOT / "tools"))


@pytest.fixture
def stage(tmp_path: Path) -> Usd.Stage:
    made = Usd.Stage.CreateNew(str(tmp_path / "hall.usda"))
    UsdGeom.SetStageUpAxis(made, "Z")
    UsdGeom.SetStageMetersPerUnit(made, 1.0)
    made.SetDefaultPrim(UsdGeom.Xform.Define(made, "/World").GetPrim())
    return made


def asset(name: str) -> Asset:
    return read_asset(FOLDER / name / f"{name}.usda")


@functools.cache
def _stage(name: str) -> Usd.Stage:
    return Usd.Stage.Open(asset(name).file)


def opened(name: str) -> Usd.Prim:
    return _stage(name).GetDefaultPrim()


# ---- what lies in the folder


def test_regenerating_gives_the_committed_files(tmp_path: Path) -> None:
    from bike_line.catalogue import catalogue
    from equipment.all import equipment
    from make_catalogue import make

    make(tmp_path)
    made = sorted(p.relative_to(tmp_path / "assets") for p in tmp_path.rglob("*") if p.is_file())
    kept = [p for name in equipment() for p in (FOLDER / name).iterdir() if p.suffix != ".png"]
    assert made == sorted(p.relative_to(FOLDER) for p in kept) and made
    for file in made:
        texts = [Sdf.Layer.OpenAsAnonymous(str(f / file)).ExportToString() for f in (FOLDER, tmp_path / "assets")]
        assert texts[0] == texts[1], f"{file} differs: run python tools/make_catalogue.py"
    assert {p.name for p in FOLDER.iterdir()} == {*equipment(), *catalogue()}


def test_the_equipment_asked_for_is_there_and_says_what_it_is() -> None:
    found = read_catalogue(FOLDER)
    assert found.issues == ()
    for name, schema in BECOMES.items():
        one = found.find(name)
        assert (one.schema, one.category != OTHER, one.words.endswith(".")) == (schema, True, True), name
        assert one.size == pytest.approx(SIZES[name], abs=0.12), name
    assert found.categories[-1] == OTHER and len(found.categories) >= 7
    assert len({one.title for one in found.assets}) == len(found.assets)


def test_every_asset_has_a_preview_on_a_plain_ground() -> None:
    image = pytest.importorskip("PIL.Image")
    pictures = set()
    for one in read_catalogue(FOLDER).assets:
        assert one.preview is not None, one.name
        data = Path(one.preview).read_bytes()
        assert struct.unpack(">II", data[16:24]) == (256, 256) and len(data) < 25_000, one.name
        pixels = np.asarray(image.open(one.preview).convert("RGB")).astype(int)
        ground = pixels[0, 0]
        edge = np.concatenate([pixels[:3].reshape(-1, 3), pixels[-3:].reshape(-1, 3)])
        assert abs(edge - ground).max() < 12, one.name
        shown = abs(pixels - ground).max(axis=2) > 5
        assert 0.03 < shown.mean() < 0.9 and len(np.unique(pixels[shown], axis=0)) > 10, one.name
        pictures.add(data)
    assert len(pictures) == len(read_catalogue(FOLDER).assets)


def test_the_folder_stays_small() -> None:
    assert sum(p.stat().st_size for p in FOLDER.rglob("*") if p.is_file()) < 840_000


@pytest.mark.parametrize("name", [n for n in SIZES if n not in ("ConveyorStraight", "Agv", "Operator")])
def test_an_asset_is_of_low_polygon(name: str) -> None:
    prims = Usd.PrimRange(opened(name))
    faces = sum(len(UsdGeom.Mesh(p).GetFaceVertexCountsAttr().Get()) for p in prims if p.IsA(UsdGeom.Mesh))
    assert 100 <= faces <= 2000


@pytest.mark.parametrize("name", STATIONS)
def test_a_station_has_a_lamp_that_can_be_coloured(name: str) -> None:
    lamp = opened(name).GetChild(LAMP)
    assert lamp.IsA(UsdGeom.Cylinder) and UsdGeom.Gprim(lamp).GetDisplayColorAttr().HasAuthoredValue()
    assert not UsdShade.MaterialBindingAPI(lamp).ComputeBoundMaterial()[0]


@pytest.mark.parametrize("name", SIZES)
def test_the_hint_of_its_size_is_the_box_of_its_geometry(name: str) -> None:
    root = opened(name)
    box = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default"]).ComputeLocalBound(root).ComputeAlignedRange()
    low, high = UsdGeom.ModelAPI(root).GetExtentsHint()
    assert np.allclose(low, box.GetMin(), atol=1e-3) and np.allclose(high, box.GetMax(), atol=1e-3)
    assert -0.005 <= low[2] <= 0.02


@pytest.mark.parametrize("name", PORTED)
def test_parts_come_in_and_go_out_at_its_sides(name: str) -> None:
    root = opened(name)
    low, high = (np.array(corner) for corner in UsdGeom.ModelAPI(root).GetExtentsHint())
    for port, word in (("In", "in"), ("Out", "out")):
        prim = root.GetChild(port)
        assert prim.IsA(UsdGeom.Xform) and applied(prim) == (f"FactoryTwinPortAPI:{word}",)
        assert prim.GetAttribute(f"factoryTwin:port:{word}:direction").Get() == word
        at = np.array(UsdGeom.Xformable(prim).GetLocalTransformation().ExtractTranslation())
        normal = np.array(prim.GetAttribute(f"factoryTwin:port:{word}:normal").Get())
        side = int(abs(normal).argmax())
        face = high[side] if normal[side] > 0 else low[side]
        assert at[side] == pytest.approx(face, abs=0.12) and np.linalg.norm(normal) == pytest.approx(1.0, abs=1e-5)
        assert ((at >= low - 0.12) & (at <= high + 0.12)).all()


@pytest.mark.parametrize("name", ["ConveyorStraight", "ConveyorCurve"])
def test_parts_travel_from_port_to_port(name: str) -> None:
    root = opened(name)
    points = UsdGeom.BasisCurves(root.GetChild("Path")).GetPointsAttr().Get()
    ends = [UsdGeom.Xformable(root.GetChild(p)).GetLocalTransformation().ExtractTranslation() for p in ("In", "Out")]
    assert np.allclose([points[0], points[-1]], ends, atol=1e-4)


@pytest.mark.parametrize("name", [n for n in PORTED if not n.startswith("Conveyor")])
def test_parts_lie_within_the_footprint(name: str) -> None:
    root = opened(name)

    def value(word: str, default: object) -> object:
        found = root.GetAttribute(f"factoryTwin:{word}")
        return found.Get() if found else default

    corners = np.array(value("footprint:polygon", ()))
    first, step = np.array(value("partPosition", None)), np.array(value("partSpacing", (0, 0, 0)))
    count = value("buffer:capacity", value("station:servers", 1))
    for k in range(int(str(count))):
        spot = first + k * step
        assert (corners.min(axis=0) <= spot[:2]).all() and (spot[:2] <= corners.max(axis=0)).all()
    assert first[2] > 0.1


# ---- placing


@pytest.mark.parametrize("name", SIZES)
def test_placing_is_one_step_that_leaves_nothing_behind(stage: Usd.Stage, name: str) -> None:
    history, before = History(stage), stage.GetRootLayer().ExportToString()
    one = asset(name)
    path = free_path(stage, "/World", one.file)
    history.do(place(one, path, (3.0, -2.0, 0.0), turn=90.0))
    after = stage.GetRootLayer().ExportToString()
    target = stage.GetPrimAtPath(f"{path}/{one.schema_prim}".rstrip("/"))
    assert one.schema in applied(target)
    assert ("FactoryTwinFootprintAPI" in applied(stage.GetPrimAtPath(path))) is one.has_footprint
    assert position(stage, path) == pytest.approx((3.0, -2.0, 0.0)) and heading(stage, path) == pytest.approx(90.0)
    errors = {i.code for i in check(stage) if i.severity is Severity.ERROR}
    assert errors <= UNCONNECTED, errors
    history.undo()
    assert stage.GetRootLayer().ExportToString() == before
    history.redo()
    assert stage.GetRootLayer().ExportToString() == after


def test_the_second_of_a_kind_has_a_name_and_an_id_of_its_own(stage: Usd.Stage) -> None:
    for name in ("ConveyorStraight", "ConveyorStraight", "Mill", "Mill"):
        one = asset(name)
        place(one, free_path(stage, "/World", one.file)).do(stage)
    second, first = stage.GetPrimAtPath("/World/ConveyorStraight_2/Path"), stage.GetPrimAtPath("/World/ConveyorStraight/Path")
    assert [p.GetDisplayName() for p in (first, second)] == ["Belt conveyor, straight", "Belt conveyor, straight 2"]
    assert [p.GetAttribute("factoryTwin:id").Get() for p in (first, second)] == ["ConveyorStraight", "ConveyorStraight_2"]
    assert stage.GetPrimAtPath("/World/Mill_2").GetDisplayName() == "Milling machine 2"
    assert stage.GetPrimAtPath("/World/Mill").GetDisplayName() == "Milling machine"


def test_it_is_turned_and_scaled_to_the_stage(stage: Usd.Stage) -> None:
    UsdGeom.SetStageUpAxis(stage, "Y")
    UsdGeom.SetStageMetersPerUnit(stage, 0.01)
    place(asset("Mill"), "/World/Mill", (1.0, 0.0, 2.0)).do(stage)
    box = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default"]).ComputeWorldBound(stage.GetPrimAtPath("/World/Mill"))
    size = box.ComputeAlignedRange().GetSize()
    length, width, height = asset("Mill").size
    assert tuple(size) == pytest.approx((100 * length, 100 * height, 100 * width), abs=0.5)


def test_a_line_of_placed_equipment_runs_and_is_shown(stage: Usd.Stage, tmp_path: Path) -> None:
    from factory_twin import kpi
    from factory_twin.log import Log
    from factory_twin.motion import write_motion
    from factory_twin.sim import Simulation

    history = History(stage)
    spots = {
        "Mill": 0.0,
        "Rack": 5.0,
        "Lathe": 10.0,
        "ConveyorStraight": 14.0,
        "Oven": 18.0,
        "Pallet": 22.0,
        "Inspection": 26.0,
    }
    for name, x in spots.items():
        history.do(place(asset(name), f"/World/{name}", (x, 0.0, 0.0)))
    for name, schema in (("Begin", "FactoryTwinSourceAPI"), ("End", "FactoryTwinSinkAPI")):
        UsdGeom.Xform.Define(stage, f"/World/{name}")
        history.do(ApplySchema(f"/World/{name}", schema))
    history.do(ApplySchema("/World", "FactoryTwinScenarioAPI"))
    history.do(SetAttribute("/World", "factoryTwin:scenario:horizon", 36000.0))
    places = [f"/World/{name}/Path" if name.startswith("Conveyor") else f"/World/{name}" for name in ("Begin", *spots, "End")]
    for before, after in zip(places, places[1:]):
        history.do(Connect(before, after))
    product = UsdGeom.Xform.Define(stage, "/World/Part").GetPath()
    history.do(ApplySchema(str(product), "FactoryTwinProductAPI"))
    history.do(SetTargets("/World/Begin", "factoryTwin:source:products", (str(product),)))
    assert [str(i) for i in check(stage) if i.severity is Severity.ERROR] == []
    plant, log = read_plant(stage), Log()
    Simulation(plant, seed=1, log=log).run(36000.0)
    measured = kpi.measure(log, plant, begin=7200.0, end=36000.0)
    assert 10.0 < measured.throughput_per_h < 22.0
    assert measured.bottleneck in ("/World/Mill", "/World/Oven")
    motion = Sdf.Layer.FindOrOpen(str(write_motion(log, plant, stage=stage, target=tmp_path / "motion.usda")))
    samples = {name: motion.GetNumTimeSamplesForPath(Sdf.Path(f"/World/{name}/{LAMP}.primvars:displayColor")) for name in spots}
    assert samples["Mill"] == 1 and samples["Oven"] > 1  # the mill never waits
    assert samples["Lathe"] > 300 and samples["Inspection"] > 300 and samples["Rack"] == 0


def test_a_vehicle_of_the_catalogue_serves_a_path(stage: Usd.Stage) -> None:
    place(asset("Forklift"), "/World/Forklift").do(stage)
    curve = UsdGeom.BasisCurves.Define(stage, "/World/Way")
    curve.CreateTypeAttr("linear")
    curve.CreatePointsAttr([(0, 0, 0), (20, 0, 0)])
    curve.CreateCurveVertexCountsAttr([2])
    for name, schema in (("Begin", "FactoryTwinSourceAPI"), ("Way", "FactoryTwinPathAPI"), ("End", "FactoryTwinSinkAPI")):
        if name != "Way":
            UsdGeom.Xform.Define(stage, f"/World/{name}")
        ApplySchema(f"/World/{name}", schema).do(stage)
    SetAttribute("/World/Way", "factoryTwin:path:type", "vehicle").do(stage)
    Connect("/World/Begin", "/World/Way").do(stage)
    Connect("/World/Way", "/World/End").do(stage)
    SetTargets("/World/Forklift", "factoryTwin:transporter:paths", ("/World/Way",)).do(stage)
    vehicle = next(n for n in read_plant(stage).nodes if n.path == "/World/Way").vehicles[0]  # type: ignore[union-attr,attr-defined]
    assert (vehicle.path, vehicle.speed, vehicle.load_time) == ("/World/Forklift", 2.0, 20.0)


# ---- folders of other people


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir()
    (folder / name / f"{name}.usda").write_text(f"#usda 1.0\n{text}", encoding="utf-8")


def test_an_asset_that_says_nothing_is_scenery(tmp_path: Path, stage: Usd.Stage) -> None:
    body = '(defaultPrim = "Crate"\nmetersPerUnit = 0.01\nupAxis = "Y")\n'
    _write(tmp_path, "Crate", body + 'def Cube "Crate" { double size = 80\nfloat3 xformOp:scale = (1, 2, 3)\n'
           'uniform token[] xformOpOrder = ["xformOp:scale"]\n}')  # fmt: skip
    found = read_catalogue(tmp_path)
    assert found.issues == ()
    (one,) = found.assets
    assert (one.category, one.schema, one.preview, one.title) == (OTHER, "", None, "Crate")
    assert one.size == pytest.approx((0.8, 2.4, 1.6))
    place(one, "/World/Crate").do(stage)
    assert applied(stage.GetPrimAtPath("/World/Crate")) == ()


def test_what_can_not_be_read_is_told_and_hides_nothing_else(tmp_path: Path) -> None:
    _write(tmp_path, "Good", '(defaultPrim = "Good")\ndef Xform "Good" {}')
    _write(tmp_path, "Torn", 'def Xform "Torn" {')
    _write(tmp_path, "Headless", 'def Xform "Headless" {}')
    for name, card in (("Odd", 'string schema = "FactoryTwinCoffeeAPI"'), ("Lost", 'string schemaPrim = "Path"')):
        head = f'(defaultPrim = "{name}")\ndef Xform "{name}"'
        _write(tmp_path, name, head + f" (customData = {{ dictionary factoryTwin = {{ {card} }} }}) {{}}")
    (tmp_path / "Empty").mkdir()
    found = read_catalogue(tmp_path)
    assert [one.name for one in found.assets] == ["Good"]
    assert sorted(Path(i.file).stem for i in found.issues) == ["Headless", "Lost", "Odd", "Torn"]
    assert all(i.message and i.hint for i in found.issues)
    assert all("Torn" in i.message for i in found.issues if Path(i.file).stem == "Torn"), found.issues  # where it tears
    with pytest.raises(FactoryTwinError, match="no such asset"):
        found.find("Torn")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FactoryTwinError, match="no such folder"):
        read_catalogue(tmp_path / "nowhere")
