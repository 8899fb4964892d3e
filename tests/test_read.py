# SPDX-License-Identifier: Apache-2.0
"""A stage reads as the same plant, in SI units, whether or not the schemas were registered in time."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from factory_twin import geometry
from factory_twin.distribution import constant, exponential, parse
from factory_twin.errors import PlantError, StageError
from factory_twin.plant import Buffer, Conveyor, Plant, Sink, Source, Station, Vehicle, VehiclePath
from factory_twin.read import applied, open_stage, read_plant
from pxr import Sdf, Usd

HERE = Path(__file__).parent
GOOD = sorted((HERE / "good").glob("*.usda"))


def plant(name: str) -> Plant:
    return read_plant(open_stage(HERE / "good" / name))


def near(*values: float) -> object:
    return pytest.approx(values, abs=1e-6)


def test_three_machines() -> None:
    p = plant("three_machines.usda")
    assert [n.kind for n in p.nodes] == ["source", "station", "buffer", "station", "buffer", "station", "sink"]
    assert p.of(Source)[0].interarrival is None and p.of(Source)[0].limit == -1
    assert [s.process_time for s in p.of(Station)] == [constant(60.0)] * 3
    (failure,) = p.of(Station)[2].failures
    assert (failure.name, failure.clock) == ("breakdown", "operating")
    assert (failure.time_to_failure, failure.time_to_repair) == (exponential(6000.0), exponential(600.0))
    assert [b.capacity for b in p.of(Buffer)] == [10, 10]
    assert p.node("/Line/M1").successors == ("/Line/B1",) and p.node("/Line/M1").position == (2.0, 0.0, 0.0)
    assert (p.scenario.horizon, p.scenario.warmup, p.scenario.replications, p.scenario.seed) == (1e6, 0.0, 100, 1)
    assert (p.meters_per_unit, p.up_axis, Path(p.file).name) == (1.0, "Z", "three_machines.usda")


def test_centimetres_and_y_up_become_metres_in_the_world() -> None:
    p = plant("y_up_centimetres.usda")
    assert (p.meters_per_unit, p.up_axis) == (0.01, "Y")
    press = p.node("/Factory/Press")
    assert isinstance(press, Station)
    assert (press.id, press.name, press.servers) == ("P-100", "Big Press", 2)
    # turned by 90 degrees about y, local x points to -z
    assert press.position == near(4.0, 0.5, 4.0)
    assert press.spacing == near(0.0, 0.0, -0.2)


def test_conveyor_length_comes_from_its_curve_and_capacity_from_the_gap() -> None:
    belt = plant("y_up_centimetres.usda").node("/Factory/Belt")
    assert isinstance(belt, Conveyor)
    assert belt.length == pytest.approx(7.0)
    assert (belt.speed, belt.capacity) == (0.5, 14)
    assert belt.points[0] == belt.position == near(1.0, 0.9, 0.0)
    assert belt.points[-1] == near(4.0, 0.9, 4.0)


def test_vehicles_are_found_through_the_paths_they_serve() -> None:
    way = plant("y_up_centimetres.usda").node("/Factory/Way")
    assert isinstance(way, VehiclePath)
    assert (way.length, way.speed) == (pytest.approx(12.0), 1.5)
    assert way.vehicles == (Vehicle(path="/Factory/Agv", load_time=12.0, unload_time=5.0),)


def test_behaviour_comes_along_with_an_instanced_asset() -> None:
    p = plant("instances.usda")
    assert [n.path for n in p.nodes] == ["/Shop/Source", "/Shop/PressA", "/Shop/PressB", "/Shop/Sink"]
    a, b = p.of(Station)
    assert (a.process_time, b.process_time) == (constant(45.0), constant(55.0))
    assert a.position == near(5.0, 0.0, 0.9)
    assert a.failures[0].time_to_failure == exponential(3600.0)
    assert p.of(Source)[0].weights == (3.0, 1.0)


def test_stations_inside_an_instance_are_found() -> None:
    p = plant("cells.usda")
    assert [n.path for n in p.nodes] == ["/Hall/Source", "/Hall/Cell1/Load", "/Hall/Cell1/Work", "/Hall/Cell1/Done"]
    assert p.node("/Hall/Cell1/Load").successors == ("/Hall/Cell1/Work",)
    assert p.node("/Hall/Cell1/Work").position == near(0.0, 7.0, 0.0)


def test_the_operation_says_how_long_when_the_station_does_not() -> None:
    p = plant("scenarios.usda")
    assert p.node("/Plant/Booth").process_time == parse("2 min")  # type: ignore[attr-defined]
    assert p.node("/Plant/Welder").process_time == constant(80.0)  # type: ignore[attr-defined]
    assert [(o.name, o.sequence, o.stations) for o in p.operations] == [
        ("Weld", 10, ("/Plant/Welder",)),
        ("Paint the Frame", 20, ("/Plant/Booth",)),
    ]


def test_the_selected_variant_counts() -> None:
    stage = open_stage(HERE / "good" / "scenarios.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    stage.GetPrimAtPath("/Plant").GetVariantSet("scenario").SetVariantSelection("twoBooths")
    assert read_plant(stage).node("/Plant/Booth").servers == 2  # type: ignore[attr-defined]
    assert plant("scenarios.usda").node("/Plant/Booth").servers == 1  # type: ignore[attr-defined]


def test_a_plant_with_errors_is_not_read_and_all_errors_are_told() -> None:
    stage = open_stage(HERE / "good" / "three_machines.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    stage.GetPrimAtPath("/Line/M1").GetAttribute("factoryTwin:station:processTime").Set("nonsense")
    stage.GetPrimAtPath("/Line/B2").GetAttribute("factoryTwin:buffer:capacity").Set(0)
    with pytest.raises(PlantError) as caught:
        read_plant(stage)
    assert [i.code for i in caught.value.issues] == ["station.process_time.invalid", "buffer.capacity.invalid"]
    assert "and 1 more" in str(caught.value)


def test_the_sample_factory_reads(bike_line: Path) -> None:
    p = read_plant(open_stage(bike_line))
    assert len(p.of(Station)) == 9 and p.of(Source) and p.of(Sink) and p.of(Conveyor) and p.of(VehiclePath)


READER = """
import sys
sys.path[:0] = {paths!r}
when = sys.argv[1]
from factory_twin_schema import register
if when == "early":
    register()
from pxr import Usd
stages = [Usd.Stage.Open(path) for path in sys.argv[2:]]
[len(list(stage.Traverse())) for stage in stages]
if when == "late":
    stages[0].GetPrimAtPath("/").GetAppliedSchemas()
    register()
from factory_twin.read import read_plant
known = bool(Usd.SchemaRegistry().FindAppliedAPIPrimDefinition("FactoryTwinStationAPI"))
print(known)
for stage in stages:
    print(repr(read_plant(stage)))
"""


def test_registered_early_late_or_never_the_plant_is_the_same(repo: Path, bike_line: Path) -> None:
    paths = [str(repo / "exts" / e) for e in ("factory_twin", "factory_twin.schema")]
    script = READER.format(paths=paths)
    texts = {}
    for when in ("early", "late", "never"):
        command = [sys.executable, "-c", script, when, *map(str, GOOD), str(bike_line)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stderr
        known, _, texts[when] = run.stdout.partition("\n")
        assert known == str(when == "early"), "the case is not what it claims to be"
    assert texts["early"] == texts["late"] == texts["never"]
    assert texts["early"].count("Plant(") == len(GOOD) + 1


def test_applied_names_instances_and_unknown_schemas_as_authored() -> None:
    stage = Usd.Stage.CreateInMemory()
    prim = stage.DefinePrim("/P")
    for name in ("FactoryTwinStationAPI", "FactoryTwinFailureAPI:jam", "NobodyKnowsAPI"):
        prim.AddAppliedSchema(name)
    assert applied(prim) == ("FactoryTwinStationAPI", "FactoryTwinFailureAPI:jam", "NobodyKnowsAPI")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.usda", "no such file"),
        ("bad", "folder"),
        ("bad/open.not_usd.txt", "no USD file"),
        ("bad/open.lfs_pointer.usda", "Git LFS pointer"),
        ("bad/open.empty.usda", "can't read"),
        ("bad/open.not_usd.usda", "can't read"),
        ("bad/open.garbage.usdc", "can't read"),
        ("bad/open.truncated.usda", "(usda:|line )22"),
        ("bad/open.syntax.usda", "(usda:|line )22"),
    ],
)
def test_what_can_not_be_opened_says_why(name: str, words: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StageError, match=words) as caught:
        open_stage(HERE / name)
    assert caught.value.where == str(HERE / name) and caught.value.hint
    assert capfd.readouterr().err == ""


def curve(text: str) -> np.ndarray:
    layer = Sdf.Layer.CreateAnonymous(".usda")
    layer.ImportFromString(f'#usda 1.0\ndef BasisCurves "C" {{\n{text}\n}}\n')
    stage = Usd.Stage.Open(layer)
    return geometry.curve(stage.GetPrimAtPath("/C"))


def test_a_bezier_quarter_circle_is_as_long_as_a_quarter_circle() -> None:
    k = 4 / 3 * (math.sqrt(2) - 1)
    points = curve(f"point3f[] points = [(1,0,0), (1,{k},0), ({k},1,0), (0,1,0)]")
    assert geometry.length(points) == pytest.approx(math.pi / 2, rel=1e-3)
    assert points[0] == near(1, 0, 0) and points[-1] == near(0, 1, 0)


@pytest.mark.parametrize("basis", ["bspline", "catmullRom"])
def test_pinned_curves_run_from_the_first_point_to_the_last(basis: str) -> None:
    points = curve(
        f'uniform token basis = "{basis}"\nuniform token wrap = "pinned"\npoint3f[] points = [(0,0,0), (1,0,0), (4,0,0)]'
    )
    assert points[0] == near(0, 0, 0) and points[-1] == near(4, 0, 0)
    assert geometry.length(points) == pytest.approx(4.0)


@pytest.mark.parametrize("kind", ["linear", "catmullRom"])
def test_a_periodic_curve_closes(kind: str) -> None:
    how = 'uniform token type = "linear"' if kind == "linear" else f'uniform token basis = "{kind}"'
    points = curve(f'{how}\nuniform token wrap = "periodic"\npoint3f[] points = [(0,0,0), (3,0,0), (3,4,0)]')
    assert points[0] == near(*points[-1])
    assert geometry.length(points) == pytest.approx(12.0) if kind == "linear" else geometry.length(points) > 12.0


def test_a_cubic_curve_with_too_few_points_is_empty() -> None:
    assert len(curve("point3f[] points = [(0,0,0), (1,0,0), (2,0,0)]")) == 0
