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
from factory_twin.distribution import Distribution, constant, exponential, parse
from factory_twin.errors import PlantError, StageError
from factory_twin.plant import (
    Assembly,
    Batch,
    Buffer,
    Calendar,
    CardLoop,
    Change,
    Conveyor,
    Demand,
    Disassembly,
    Failure,
    Maintenance,
    Order,
    Plant,
    Product,
    Road,
    Setup,
    Shift,
    Sink,
    Source,
    Station,
    Step,
    Transport,
    Vehicle,
    VehiclePath,
    Wear,
    WorkerPool,
)  # fmt: skip
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
    assert way.vehicles == (Vehicle(path="/Factory/Agv", load_time=12.0, unload_time=5.0, roads=("/Factory/Way",)),)
    assert plant("y_up_centimetres.usda").vehicles == ()


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


def shop(name: str) -> Station:
    node = plant("workshop.usda").node(f"/Shop/{name}")
    assert isinstance(node, Station)
    return node


def test_a_station_with_everything() -> None:
    saw = shop("Saw")
    assert (saw.process_time, saw.process_times) == (constant(60.0), (("/Shop/Frame", constant(90.0)),))
    assert (saw.scrap_rate, saw.rework_rate, saw.rework) == (0.01, 0.02, "/Shop/Saws")
    assert saw.setup == Setup(
        time=constant(600.0),
        changes=(
            Change(before=("/Shop/Wheel",), after=("/Shop/Frame",), time=constant(300.0)),
            Change(before=(), after=(), time=constant(1200.0)),
        ),
        first=True,
        workers=2,
    )
    assert saw.workers == Demand(count=1, pools=("/Shop/Setters",)), "the skill says which pool"
    assert saw.shift == Shift(calendar="/Shop/TwoShifts", finish=True, no_start_within=300.0)
    assert (saw.release_when_down, saw.preemptive) == (False, True)
    assert (saw.power_busy, saw.power_idle, saw.power_setup, saw.power_down, saw.power_off) == (5000, 500, 800, 100, 10)
    assert (saw.cost_per_hour, saw.cost_per_part) == (60.0, 0.5)


def test_what_stops_a_station() -> None:
    saw = shop("Saw")
    assert saw.failures == (
        Failure(
            name="jam", clock="planned", time_to_failure=parse("weibull(mean=8 h, cv=0.5)"), time_to_repair=constant(600.0),
            crew="/Shop/Fitters", on_failure="scrap", wait_is_down=False, group="blade", renews_group=True,
        ),
    )  # fmt: skip
    assert saw.maintenance == (
        Maintenance(
            name="oil", clock="parts", every=constant(500.0), duration=constant(900.0), interrupts=True, crew="/Shop/Fitters",
            renews="blade",
        ),
    )  # fmt: skip
    assert saw.wear == Wear(
        per_part=parse("gamma(shape=2, scale=0.001)"), failure_level=2.0, maintenance_level=1.5, repair_time=constant(7200.0),
        maintenance_time=constant(1200.0), crew="/Shop/Fitters",
    )  # fmt: skip


def test_defaults_of_a_station_are_those_of_the_plant() -> None:
    saw = shop("Saw2")
    assert saw == Station(path=saw.path, id="Saw2", name="Saw2", successors=("/Shop/Welder",), process_time=constant(120.0))


def test_batches_and_workers_of_named_pools() -> None:
    welder = shop("Welder")
    assert welder.batch == Batch(minimum=2, maximum=4, same_product=True)
    assert welder.workers == Demand(count=1, pools=("/Shop/Setters", "/Shop/Fitters"))
    assert str(welder.process_time) == "discrete(values=[100.0, 200.0], p=[0.25, 0.75])"


def test_assembly_by_the_bill_of_materials_and_disassembly() -> None:
    parts = (("/Shop/Frame", 1), ("/Shop/Wheel", 2))
    assert shop("Join").assembly == Assembly(inputs=parts, product="/Shop/Bike")
    assert shop("Apart").disassembly == Disassembly(outputs=parts)
    assert shop("Saw").assembly is None and shop("Saw").disassembly is None


def test_assembly_from_places() -> None:
    stage = open_stage(HERE / "good" / "workshop.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    prim = stage.GetPrimAtPath("/Shop/Join")
    prim.GetRelationship("factoryTwin:assembly:inputs").SetTargets(["/Shop/WheelRack", "/Shop/FrameRack"])
    prim.GetAttribute("factoryTwin:assembly:quantities").Set([4, 3])
    inputs = (("/Shop/WheelRack", 4), ("/Shop/FrameRack", 3))
    assert read_plant(stage).node("/Shop/Join").assembly == Assembly(inputs=inputs, product="/Shop/Bike")  # type: ignore[attr-defined]
    prim.GetAttribute("factoryTwin:assembly:quantities").Clear()
    prim.GetRelationship("factoryTwin:assembly:product").SetTargets([])
    inputs = (("/Shop/WheelRack", 1), ("/Shop/FrameRack", 1))
    assert read_plant(stage).node("/Shop/Join").assembly == Assembly(inputs=inputs)  # type: ignore[attr-defined]


def test_a_load_is_split_into_parts_of_its_own_product() -> None:
    stage = open_stage(HERE / "good" / "workshop.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    prim = stage.GetPrimAtPath("/Shop/Apart")
    prim.GetRelationship("factoryTwin:disassembly:products").SetTargets([])
    prim.GetAttribute("factoryTwin:disassembly:quantities").Set([12])
    assert read_plant(stage).node("/Shop/Apart").disassembly == Disassembly(outputs=(("", 12),))  # type: ignore[attr-defined]


def test_buffers_and_where_parts_go_next() -> None:
    p = plant("workshop.usda")
    saws, rack = p.node("/Shop/Saws"), p.node("/Shop/FrameRack")
    assert isinstance(saws, Buffer) and isinstance(rack, Buffer)
    assert (saws.capacity, saws.discipline, saws.initial, saws.initial_product) == (-1, "EDD", 2, "/Shop/Frame")
    assert (saws.rule, saws.successors) == ("shortest", ("/Shop/Saw", "/Shop/Saw2"))
    assert (rack.rule, rack.minimum_time) == ("first", 60.0)


def test_a_given_sequence() -> None:
    stage = open_stage(HERE / "bad" / "buffer.sequence.missing.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    stage.GetPrimAtPath("/Line/Rack").GetAttribute("factoryTwin:buffer:sequence").Set([3, 1, 2])
    assert read_plant(stage).node("/Line/Rack").sequence == (3, 1, 2)  # type: ignore[attr-defined]


def test_sources() -> None:
    steel, wheels = plant("workshop.usda").of(Source)
    assert isinstance(steel, Source) and isinstance(wheels, Source)
    assert steel.orders == ("/Shop/Orders/O1", "/Shop/Orders/O3"), "one is cancelled"
    assert (wheels.interarrival, wheels.first, wheels.batch) == (exponential(300.0), constant(0.0), 4)
    assert (wheels.lose, wheels.cyclic, wheels.products) == (True, True, ("/Shop/Wheel",))


def test_products_with_plans_and_bills_of_materials() -> None:
    frame, wheel, bike = plant("workshop.usda").products
    # by sequence: Saw and Bend 10, Carry (done on the way, so left out) 20, Weld 30
    assert frame == Product(
        path="/Shop/Frame", id="F-1", name="Frame", priority=2, material_cost=12.5,
        plan=(
            Step(path="/Shop/Frame/Plan/Saw", stations=("/Shop/Saw", "/Shop/Saw2"), time=constant(120.0)),
            Step(path="/Shop/Frame/Plan/Bend", stations=("/Shop/Welder",), before=(0,)),  # after Carry, so after Saw
            Step(path="/Shop/Frame/Plan/Weld", stations=("/Shop/Welder",), before=(0, 1)),
        ),
    )  # fmt: skip
    assert wheel == Product(path="/Shop/Wheel", id="Wheel", name="Wheel")
    assert bike.parts == (("/Shop/Frame", 1), ("/Shop/Wheel", 2))
    assert [step.before for step in bike.plan] == [(), (0,)], "none authored: one after the other"


def test_orders_loops_and_pools() -> None:
    p = plant("workshop.usda")
    assert p.orders == (
        Order(path="/Shop/Orders/O1", product="/Shop/Frame", id="O1", quantity=5, release=600.0, due=7200.0, priority=1),
        Order(path="/Shop/Orders/O3", product="/Shop/Frame", id="O3"),
    )
    begin = ("/Shop/Steel", "/Shop/Saw")
    assert p.loops == (CardLoop(path="/Shop/Conwip", name="Conwip", cards=12, begin=begin, end=("/Shop/Join",)),)
    shift = Shift(calendar="/Shop/TwoShifts", finish=True)
    setters = WorkerPool(
        path="/Shop/Setters", name="Setters", size=3, skills=("setup", "weld"), shift=shift, cost_per_hour=40.0
    )
    assert p.pools == (setters, WorkerPool(path="/Shop/Fitters", name="Fitters"))
    assert not p.scenario.inclusive


def test_calendars_count_from_the_start_of_the_run() -> None:
    week, cycle = plant("workshop.usda").calendars
    hour = 3600.0
    assert week.period == 168 * hour and len(week.windows) == 5 * 3 + 1  # two shifts that meet, two breaks; Saturday night
    assert week.windows[:3] == ((0.0, 3 * hour), (3.25 * hour, 12 * hour), (12.5 * hour, 16 * hour))
    assert week.windows[-1] == (136 * hour, 140 * hour)
    christmas, monday = week.exceptions
    assert christmas == ((4 * 24 - 6) * hour, (5 * 24 - 6) * hour, ())
    begin = (7 * 24 - 6) * hour
    assert monday == (
        begin,
        begin + 24 * hour,
        ((begin + 8 * hour, begin + 9 * hour), (begin + 9.25 * hour, begin + 12 * hour)),
    )
    windows = ((0.0, 100.0), (200.0, 500.0), (900.0, 1000.0))
    assert cycle == Calendar(path="/Shop/Cycle", windows=windows, period=1000.0)


def test_a_transport_its_vehicles_and_roads() -> None:
    p = plant("transport.usda")
    to_mill, to_paint = p.of(Transport)
    assert isinstance(to_mill, Transport) and isinstance(to_paint, Transport)
    assert (to_mill.vehicles, to_mill.dispatch) == (("/Shop/Agv", "/Shop/Truck"), "nearest")
    assert (to_paint.vehicles, to_paint.dispatch) == (("/Shop/Agv",), "oldest")
    agv, truck = p.vehicles
    assert agv == Vehicle(
        path="/Shop/Agv", load_time=4.0, unload_time=6.0, roads=("/Shop/Main", "/Shop/Side"), speed=1.5, capacity=2,
        home=(20.0, 0.5, 0.0), goes_home=True, battery_time=14400.0, charge_time=3600.0, charge_below=0.3,
    )  # fmt: skip
    assert (truck.home, truck.roads) == ((3.0, 4.0, 0.0), ("/Shop/Main",))
    main = ((0.0, 0.0, 0.0), (20.0, 0.0, 0.0))
    side = ((20.0, 0.0, 0.0), (20.0, 10.0, 0.0))
    assert p.roads == (
        Road(path="/Shop/Main", points=main, speed=2.0, both_ways=True, exclusive=True),
        Road(path="/Shop/Side", points=side, speed=1.0, both_ways=True),
    )
    assert [n.path for n in p.of(VehiclePath)] == ["/Shop/Cart"], "mere roads are no places"
    assert p.node("/Shop/Cart").vehicles[0].path == "/Shop/Walker"  # type: ignore[attr-defined]


def test_a_path_is_home_at_its_begin() -> None:
    stage = open_stage(HERE / "good" / "transport.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    stage.GetPrimAtPath("/Shop/Truck").GetRelationship("factoryTwin:transporter:home").SetTargets(["/Shop/Side"])
    assert read_plant(stage).vehicles[1].home == (20.0, 0.0, 0.0)


def measured(tmp_path: Path, text: str | bytes, name: str = "./times.csv") -> Usd.Stage:
    """A stage in a file, with a process time of the values in another file beside it."""
    stage = Usd.Stage.CreateNew(str(tmp_path / "line.usda"))
    good = open_stage(HERE / "good" / "measured.usda")
    stage.GetRootLayer().TransferContent(good.GetRootLayer())
    stage.GetPrimAtPath("/Shop/Mill").GetAttribute("factoryTwin:station:processTime").Set(f"empirical(file='{name}')")
    (tmp_path / "times.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return stage


def test_measured_values_come_from_a_file_beside_the_layer() -> None:
    mill = plant("measured.usda").node("/Shop/Mill")
    assert isinstance(mill, Station)
    assert mill.process_time == Distribution("empirical", ((12.5, 0.0, 100.0),))
    assert mill.process_time.mean == 37.5 and hash(mill.process_time)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1\n2.5\n", (1.0, 2.5)),
        ("\ufeff7\n8\n", (7.0, 8.0)),
        ("\ufefftime\n1\n\n2\n# end\n", (1.0, 2.0)),
        ("a\t3\tc\r\nb\t4\td\r\n", (3.0, 4.0)),
        ("when,what,how long\nmon,x,5\ntue,y,6", (5.0, 6.0)),
    ],
)
def test_forms_of_files_with_values(tmp_path: Path, text: str, values: tuple[float, ...]) -> None:
    mill = read_plant(measured(tmp_path, text)).node("/Shop/Mill")
    assert mill.process_time == Distribution("empirical", (values,))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no number"),
        ("part,time\n1,52.4\n2,48.1\n", "2 columns of numbers"),
        ("time\n", "holds no number"),
        ("time\nfast\n", "'' in line 2"),
        ("1\n-2\n", "'-2' in line 2"),
        ("1\nnan\n", "'nan' in line 2"),
        ("1;a\n2;b\nx;3\n", "'x' in line 3"),
        (b"\xff\xfe\x00", "can't be read as text"),
        ("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        ("1\n" * 1_000_001, "more than 1000000"),
    ],
)
def test_files_without_values_say_why(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(PlantError) as caught:
        read_plant(measured(tmp_path, text))
    (issue,) = caught.value.issues
    assert issue.code == "station.process_time.invalid" and words in f"{issue.message} {issue.hint}"
    assert issue.attribute == "factoryTwin:station:processTime" and Path(issue.file).name == "line.usda"


@pytest.mark.parametrize("name", ["", ".", "./nowhere.csv", "/dev/zero"])
def test_files_that_are_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(PlantError, match="There is no file"):
        read_plant(measured(tmp_path, "1", name))


def test_a_file_with_values_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    stage = measured(tmp_path, "1\n")
    assert read_plant(stage).node("/Shop/Mill").process_time.mean == 1.0  # type: ignore[attr-defined]
    (tmp_path / "times.csv").write_text("22\n")
    assert read_plant(stage).node("/Shop/Mill").process_time.mean == 22.0  # type: ignore[attr-defined]


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
