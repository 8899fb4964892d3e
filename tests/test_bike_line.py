# SPDX-License-Identifier: Apache-2.0
"""The sample factory is what its generator writes, is clean OpenUSD, and is the bicycle line it says it is."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade
from validator import findings

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
ENTRY = DATA / "plants" / "bike_line.usda"
ASSETS = sorted((DATA / "assets").glob("*/*.usda"))
SCENARIOS = ("base", "second_brake_station")
LINE, PLANS = "/BikeFactory/Hall/AssemblyLine", "/BikeFactory/Products/Bike/Process"
OPERATIONS = (
    "Frame Preparation", "Install the Seat", "Attach the Handlebars", "Install the Front Wheel", "Install the Rear Wheel",
    "Attach the Pedals", "Install Brakes", "Install Reflectors", "Final Check",
)  # fmt: skip
STATIONS = (
    "FramePreparation", "InstallSeat", "AttachHandlebars", "InstallFrontWheel", "InstallRearWheel", "AttachPedals",
    "InstallBrakes", "InstallReflectors", "FinalCheck",
)  # fmt: skip

sys.path.insert(0, str(ROOT / "tools"))


@functools.cache
def _open(scenario: str = "base") -> Usd.Stage:
    """The entry stage, with the scenario chosen in the session layer: the files stay as they are."""
    session = Sdf.Layer.CreateAnonymous()
    Sdf.CreatePrimInLayer(session, "/BikeFactory").variantSelections["scenario"] = scenario
    return Usd.Stage.Open(Sdf.Layer.FindOrOpen(str(ENTRY)), session)


@functools.cache
def _asset(name: str) -> Usd.Stage:
    return Usd.Stage.Open(str(DATA / "assets" / name / f"{name}.usda"))


def _meshes(name: str) -> list[UsdGeom.Mesh]:
    return [UsdGeom.Mesh(p) for p in _asset(name).Traverse() if p.IsA(UsdGeom.Mesh)]


def _top(asset: str, mesh: str) -> float:
    return UsdGeom.Mesh(_asset(asset).GetPrimAtPath(f"/{asset}/Geometry/{mesh}")).GetExtentAttr().Get()[1][2]


def _wearing(stage: Usd.Stage, schema: str) -> list[Usd.Prim]:
    return [p for p in stage.Traverse() if schema in p.GetPrimTypeInfo().GetAppliedAPISchemas()]


def _value(prim: Usd.Prim, name: str, default=None):
    attribute = prim.GetAttribute(f"factoryTwin:{name}")
    return attribute.Get() if attribute and attribute.HasAuthoredValue() else default


def _next(prim: Usd.Prim) -> list[Sdf.Path]:
    return prim.GetRelationship("factoryTwin:successors").GetTargets()


def _gprims(stage: Usd.Stage) -> list[Usd.Prim]:
    return [p for p in Usd.PrimRange(stage.GetPseudoRoot(), Usd.TraverseInstanceProxies()) if p.IsA(UsdGeom.Gprim)]


# Generator


def test_regenerating_gives_the_committed_files(tmp_path):
    from bike_line.catalogue import catalogue
    from make_bike_line import make

    make(tmp_path)
    made = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    folders = ["plants/bike_line", *(f"assets/{name}" for name in catalogue())]
    kept = [p for folder in folders for p in (DATA / folder).rglob("*") if p.is_file() and p.suffix != ".png"]
    assert made == sorted(p.relative_to(DATA) for p in [*kept, ENTRY])
    for file in made:
        texts = [Sdf.Layer.OpenAsAnonymous(str(folder / file)).ExportToString() for folder in (DATA, tmp_path)]
        assert texts[0] == texts[1], f"{file} differs: run python tools/make_bike_line.py"


# Clean OpenUSD: all rules of NVIDIA's validator, none left out, not even a warning


def test_the_entry_stage_passes_the_asset_validator():
    assert findings(str(ENTRY)) == []


def test_the_other_scenario_passes_the_asset_validator():
    assert findings(_open("second_brake_station")) == []


def test_every_asset_passes_the_asset_validator():
    assert len(ASSETS) >= 20
    assert {file.name: found for file in ASSETS if (found := findings(str(file)))} == {}


def test_the_validator_sees_a_broken_asset(tmp_path):
    stage = Usd.Stage.CreateNew(str(tmp_path / "broken.usda"))
    UsdGeom.Mesh.Define(stage, "/Broken")
    stage.Save()
    assert findings(str(tmp_path / "broken.usda")) != []


@pytest.mark.parametrize("file", [ENTRY, *ASSETS], ids=lambda f: f.stem)
def test_heads_are_the_same_everywhere(file):
    for path in [file, *file.parent.glob("*.usdc"), *(file.parent / file.stem).glob("*.usda")]:
        layer = Sdf.Layer.FindOrOpen(str(path))
        stage = Usd.Stage.Open(layer)
        assert layer.defaultPrim
        assert UsdGeom.GetStageMetersPerUnit(stage) == 1.0 and UsdGeom.GetStageUpAxis(stage) == "Z"
        assert layer.HasTimeCodesPerSecond() and layer.timeCodesPerSecond == 60.0


def test_equipment_is_closed_and_faces_outwards():
    for name in (f.stem for f in ASSETS if f.stem not in ("HallFloor", "HallWalls")):
        for mesh in _meshes(name):
            points, indices = np.array(mesh.GetPointsAttr().Get(), float), list(mesh.GetFaceVertexIndicesAttr().Get())
            edges: list[tuple[int, int]] = []
            volume, start = 0.0, 0
            for count in mesh.GetFaceVertexCountsAttr().Get():
                face = indices[start : start + count]
                start += count
                volume += sum(np.dot(points[face[0]], np.cross(points[a], points[b])) for a, b in zip(face[1:], face[2:]))
                edges += zip(face, [*face[1:], face[0]])
            assert len(set(edges)) == len(edges) and set(edges) == {(b, a) for a, b in edges}, f"{mesh.GetPath()} is open"
            assert volume > 0, f"{mesh.GetPath()} is inside out"


def test_simple_viewers_see_the_colour_of_the_material():
    for prim in _gprims(_open()):
        if prim.GetName() == "Andon" or not prim.IsA(UsdGeom.Mesh):
            continue
        material, _ = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()
        source = material.ComputeSurfaceSource("")[0]
        assert source.GetIdAttr().Get() == "UsdPreviewSurface"
        assert UsdGeom.Gprim(prim).GetDisplayColorAttr().Get()[0] == source.GetInput("diffuseColor").Get(), prim.GetPath()


def test_the_stage_is_light_enough_for_a_software_viewport():
    shown = [p for p in _gprims(_open()) if UsdGeom.Imageable(p).ComputeVisibility() != "invisible"]
    faces = sum(len(UsdGeom.Mesh(p).GetFaceVertexCountsAttr().Get()) for p in shown if p.IsA(UsdGeom.Mesh))
    assert len(shown) <= 300 and faces <= 8000
    bike = _meshes("Bicycle")
    assert len(bike) <= 3 and sum(len(m.GetFaceVertexCountsAttr().Get()) for m in bike) <= 220


# The plant


def test_every_schema_property_is_written_as_the_schema_says():
    source = Sdf.Layer.FindOrOpen(str(ROOT / "exts/factory_twin.schema/factory_twin_schema/usd/schema.usda"))
    schemas = {spec.name: spec for spec in source.rootPrims if spec.name != "GLOBAL"}
    seen = 0
    for prim in _open("second_brake_station").TraverseAll():
        for schema in (s for s in prim.GetPrimTypeInfo().GetAppliedAPISchemas() if s.startswith("FactoryTwin")):
            assert schema.split(":")[0] in schemas, f"{prim.GetPath()} wears {schema}"
        for prop in prim.GetAuthoredPropertiesInNamespace("factoryTwin"):
            spec = _declared(schemas, prim, prop.GetName())
            assert spec is not None, f"{prop.GetPath()} belongs to no schema it wears"
            assert not prop.IsCustom(), f"{prop.GetPath()} is custom"
            seen += 1
            if isinstance(prop, Usd.Attribute):
                assert (prop.GetTypeName(), prop.GetVariability()) == (spec.typeName, spec.variability), prop.GetPath()
                assert not spec.allowedTokens or prop.Get() in spec.allowedTokens, prop.GetPath()
    assert seen > 150


def _declared(schemas: dict[str, Sdf.PrimSpec], prim: Usd.Prim, name: str) -> Sdf.PropertySpec | None:
    card = prim.GetCustomDataByKey("factoryTwin") or {}  # of an asset that is a mere model here
    carded = [card["schema"], "FactoryTwinFootprintAPI"] if card else []
    applied = [*prim.GetPrimTypeInfo().GetAppliedAPISchemas(), "FactoryTwinNodeAPI", *carded]
    for schema, _, instance in (s.partition(":") for s in applied if s.startswith("FactoryTwin")):
        prefix = f"{schemas[schema].customData.get('propertyNamespacePrefix', '')}:{instance}:" if instance else ""
        found = schemas[schema].properties.get(name.removeprefix(prefix))
        if found and name.startswith(prefix):
            return found
    return None


def test_nine_operations_in_order_each_with_its_station():
    stage = _open()
    operations = sorted(_wearing(stage, "FactoryTwinOperationAPI"), key=lambda p: _value(p, "operation:sequence"))
    assert tuple(_value(p, "operation:name") for p in operations) == OPERATIONS
    stations = [p.GetRelationship("factoryTwin:operation:stations").GetTargets() for p in operations]
    assert stations == [[Sdf.Path(f"{LINE}/{name}")] for name in STATIONS]
    assert tuple(stage.GetPrimAtPath(s[0]).GetDisplayName() for s in stations) == OPERATIONS


def test_material_flows_from_the_source_past_all_nine_stations_to_the_sink():
    stage = _open()
    (place,), way = _wearing(stage, "FactoryTwinSourceAPI"), []
    while place:
        way.append(place)
        following = _next(place)
        place = stage.GetPrimAtPath(following[0]) if following else None
    assert "FactoryTwinSinkAPI" in way[-1].GetPrimTypeInfo().GetAppliedAPISchemas()
    assert tuple(p.GetName() for p in way if p in _wearing(stage, "FactoryTwinStationAPI")) == STATIONS
    flowing = {_value(p, "path:type") for p in way if p.IsA(UsdGeom.BasisCurves)}
    assert flowing == {"conveyor", "vehicle"}
    assert {3 <= _value(p, "buffer:capacity") <= 6 for p in way if _value(p, "buffer:capacity")} == {True}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_station_has_a_lamp_of_its_own(scenario):
    for station in _wearing(_open(scenario), "FactoryTwinStationAPI"):
        lamp, model = station.GetChild("Andon"), station.GetChild("Model")
        assert model.IsInstance() and not lamp.IsInstanceProxy()
        assert lamp.IsA(UsdGeom.Cylinder) and UsdGeom.Gprim(lamp).GetDisplayColorAttr().HasAuthoredValue()
        assert not UsdShade.MaterialBindingAPI(lamp).ComputeBoundMaterial()[0]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_parts_stand_within_their_place(scenario):
    stage = _open(scenario)
    for prim in (p for p in stage.Traverse() if _value(p, "partPosition") and not p.IsA(UsdGeom.BasisCurves)):
        corners = np.array(_value(prim, "footprint:polygon"))
        first, step = np.array(_value(prim, "partPosition")), np.array(_value(prim, "partSpacing", (0, 0, 0)))
        for k in range(_value(prim, "buffer:capacity", _value(prim, "station:servers", 1))):
            spot = first + k * step
            assert (corners.min(0) <= spot[:2]).all() and (spot[:2] <= corners.max(0)).all(), prim.GetPath()
            assert 0.0 <= spot[2] <= 0.6


def test_bicycles_stand_on_the_belt_and_on_the_rails():
    curve = UsdGeom.BasisCurves(_open().GetPrimAtPath("/BikeFactory/Hall/Logistics/TransferConveyor"))
    heights = {round(p[2], 4) for p in curve.GetPointsAttr().Get()}
    assert heights == {round(_top("ConveyorStraight", "Belt"), 4)} == {round(_top("ConveyorCorner", "Belt"), 4)}
    rail = _value(_open().GetPrimAtPath(f"{LINE}/SeatBuffer"), "partPosition")[2]
    assert rail == pytest.approx(_top("FlowRack4", "Channels"), abs=1e-4)
    deck = _value(_open().GetPrimAtPath("/BikeFactory/Hall/Logistics/ToShipping"), "partPosition")[2]
    assert deck == pytest.approx(_top("Agv", "Deck"), abs=1e-4)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_overlaps_and_all_of_it_is_inside_the_hall(scenario):
    stage, cache = _open(scenario), UsdGeom.XformCache()
    areas: dict[str, Gf.Range2d] = {}
    for prim in _wearing(stage, "FactoryTwinFootprintAPI"):
        matrix, area = cache.GetLocalToWorldTransform(prim), Gf.Range2d()
        for x, y in _value(prim, "footprint:polygon"):
            area.UnionWith(Gf.Vec2d(*matrix.Transform(Gf.Vec3d(x, y, 0))[:2]))
        areas[str(prim.GetPath())] = area
    assert len(areas) > 35
    hall = Gf.Range2d(Gf.Vec2d(-20, -12), Gf.Vec2d(20, 12))
    assert [p for p, a in areas.items() if not hall.Contains(a)] == []
    names = sorted(areas)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    assert [(a, b) for a, b in pairs if not Gf.Range2d.GetIntersection(areas[a], areas[b]).IsEmpty()] == []


def test_a_scenario_beats_the_base():
    base, more = _open("base"), _open("second_brake_station")
    second = Sdf.Path(f"{LINE}/InstallBrakes2")
    assert not base.GetPrimAtPath(second) and more.GetPrimAtPath(second)
    assert _next(base.GetPrimAtPath(f"{LINE}/BrakeBuffer")) == [Sdf.Path(f"{LINE}/InstallBrakes")]
    assert _next(more.GetPrimAtPath(f"{LINE}/BrakeBuffer")) == [Sdf.Path(f"{LINE}/InstallBrakes"), second]
    description = [_value(s.GetDefaultPrim(), "scenario:description") for s in (base, more)]
    assert description[0] != description[1]
    assert _value(more.GetDefaultPrim(), "scenario:horizon") == 28800.0


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_plant_reads_without_an_issue(scenario):
    from factory_twin.check import check
    from factory_twin.read import read_plant

    stage = _open(scenario)
    assert check(stage) == []
    assert len(read_plant(stage).nodes) == 21 + (scenario != "base")


def test_brakes_are_the_bottleneck_and_a_second_station_helps():
    from factory_twin import kpi
    from factory_twin.log import Log
    from factory_twin.read import read_plant
    from factory_twin.sim import Simulation

    results = {}
    for scenario in SCENARIOS:
        plant = read_plant(_open(scenario))
        log = Log()
        Simulation(plant, seed=1, log=log).run(28800.0)
        results[scenario] = kpi.measure(log, plant, begin=1800.0, end=28800.0)
    base, more = results["base"], results["second_brake_station"]
    assert base.bottleneck == f"{LINE}/InstallBrakes" and 25.0 <= base.throughput_per_h <= 30.0
    assert more.bottleneck != base.bottleneck and more.throughput_per_h > base.throughput_per_h + 1.5
    rear = base.stations[f"{LINE}/InstallRearWheel"]
    assert 0.03 < rear.down < 0.2
