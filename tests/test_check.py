# SPDX-License-Identifier: Apache-2.0
"""Each bad stage gives the issue it is named after, with prim, file and hint; good stages give none."""

from __future__ import annotations

import math
import re
from importlib import metadata
from pathlib import Path

import pytest
from factory_twin.check import check
from factory_twin.errors import PlantError, Severity
from factory_twin.plant import WorkerPool
from factory_twin.read import applied, open_stage, read_plant
from pxr import Sdf, Usd

HERE = Path(__file__).parent
BAD = sorted(p for p in (HERE / "bad").glob("*.usda") if not p.name.startswith("open."))
GOOD = sorted((HERE / "good").glob("*.usda"))
WARNINGS = {
    "attribute.unknown", "buffer.discipline.ineffective", "flow.no_predecessor", "flow.sink_successor", "flow.successor.itself",
    "order.due.before_release", "order.no_source", "bom.part.no_product", "path.several_curves", "path.unused",
    "place.undefined",
    "product.model.missing", "scenario.several", "source.interarrival.with_orders", "stage.composition",
    "stage.no_default_prim", "stage.units.missing", "station.setup_time.no_product",
    "health.alarm.invalid", "health.alarm.order", "health.hysteresis.invalid", "health.low_alarm.order",
    "health.low_warning.invalid", "health.low_warning.order", "health.quantity.invalid", "health.quantity.misspelt",
    "health.target.invalid", "health.tolerance.invalid", "health.warning.invalid",
    "telemetry.pointer.invalid", "telemetry.scale.invalid", "telemetry.states.invalid", "telemetry.target.invalid",
    "telemetry.target.misspelt", "telemetry.target.missing", "telemetry.target.twice", "telemetry.target.type",
    "telemetry.time_pointer.invalid", "telemetry.topic.invalid", "telemetry.unit.invalid", "transporter.charge_time.missing",
    "unsupported", "vehicle.no_path", "wear.maintenance_level.unreached",
}  # fmt: skip
WARNING_ENDS = (".unused", ".several", ".no_station", ".no_calendar", ".no_group")


def code(path: Path) -> str:
    return path.stem.removesuffix(".lfs")


def is_warning(name: str) -> bool:
    return name in WARNINGS or name.endswith(WARNING_ENDS)


def test_there_are_enough_bad_stages() -> None:
    assert len(BAD) >= 180


@pytest.mark.parametrize("path", BAD, ids=[p.stem for p in BAD])
def test_a_bad_stage_gives_the_issue_it_is_named_after(path: Path) -> None:
    stage = open_stage(path)
    issues = check(stage)
    first = issues[0]
    assert first.code == code(path), issues
    assert [i.code for i in issues].count(first.code) == 1
    assert first.severity is (Severity.WARNING if is_warning(first.code) else Severity.ERROR)
    assert first.message.endswith(".") and first.hint
    assert not first.path or stage.GetPrimAtPath(first.path) or first.code.startswith("stage.")
    assert not first.path or Path(first.file).name == path.name
    assert len(issues) == 1 or first.code == "flow.sink_unreachable"


@pytest.mark.parametrize("path", BAD, ids=[p.stem for p in BAD])
def test_only_errors_keep_a_plant_from_being_read(path: Path) -> None:
    stage = open_stage(path)
    if is_warning(code(path)):
        assert read_plant(stage).nodes
    else:
        with pytest.raises(PlantError, match=re.escape(code(path))):
            read_plant(stage)


@pytest.mark.parametrize("path", GOOD, ids=[p.stem for p in GOOD])
def test_a_good_stage_gives_no_issue(path: Path) -> None:
    assert check(open_stage(path)) == []


def edited(name: str) -> Usd.Stage:
    """A good stage whose session layer takes the changes of a test."""
    stage = open_stage(HERE / "good" / name)
    stage.SetEditTarget(stage.GetSessionLayer())
    return stage


def test_the_sample_factory_gives_no_issue(bike_line: Path) -> None:
    assert check(open_stage(bike_line)) == []


def test_the_file_named_is_the_layer_with_the_strongest_opinion(tmp_path: Path) -> None:
    top = Sdf.Layer.CreateNew(str(tmp_path / "top.usda"))
    top.subLayerPaths.append(str(HERE / "bad" / "station.servers.invalid.usda"))
    stage = Usd.Stage.Open(top)
    stage.GetPrimAtPath("/Line/Mill").GetAttribute("factoryTwin:station:powerIdle").Set(-1.0)
    top.Save()
    files = {i.attribute.rpartition(":")[2]: Path(i.file).name for i in check(stage) if i.attribute}
    assert files == {"servers": "station.servers.invalid.usda", "powerIdle": "top.usda"}


def test_for_what_is_missing_the_file_is_the_one_that_applies_the_schema() -> None:
    looks, rules, top = (Sdf.Layer.CreateAnonymous(f"{name}.usda") for name in ("looks", "rules", "top"))
    looks.ImportFromString('#usda 1.0\ndef Xform "Mill" {\n}\n')
    rules.ImportFromString('#usda 1.0\nover "Mill" (\n    prepend apiSchemas = ["FactoryTwinStationAPI"]\n)\n{\n}\n')
    top.ImportFromString('#usda 1.0\nover "Mill" {\n    uniform int factoryTwin:station:servers = 2\n}\n')
    top.subLayerPaths = [rules.identifier, looks.identifier]
    (issue,) = (i for i in check(Usd.Stage.Open(top)) if i.code == "station.process_time.missing")
    assert issue.file == rules.identifier


def test_a_missing_reference_on_a_place_is_a_warning_for_only_its_looks_are_missing() -> None:
    stage = open_stage(HERE / "good" / "three_machines.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    stage.GetPrimAtPath("/Line/M1").GetReferences().AddReference("./looks.usd")
    (issue,) = check(stage)
    assert (issue.code, issue.severity, issue.path) == ("stage.reference.missing", Severity.WARNING, "/Line/M1")


@pytest.mark.parametrize("how", ["interarrival", "limit", "capacity", "station"])
def test_a_never_starved_source_is_fine_when_something_bounds_it(how: str) -> None:
    stage = open_stage(HERE / "bad" / "source.endless.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    source, pile = stage.GetPrimAtPath("/Line/Source"), stage.GetPrimAtPath("/Line/Pile")
    if how == "interarrival":
        source.GetAttribute("factoryTwin:source:interarrival").Set("60")
    elif how == "limit":
        source.GetAttribute("factoryTwin:source:limit").Set(5)
    elif how == "capacity":
        pile.GetAttribute("factoryTwin:buffer:capacity").Set(5)
    else:
        source.GetRelationship("factoryTwin:successors").SetTargets(["/Line/Mill"])
    assert "source.endless" not in [i.code for i in check(stage)]


def test_arrivals_in_no_time_are_endless_too() -> None:
    stage = open_stage(HERE / "bad" / "source.endless.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    stage.GetPrimAtPath("/Line/Source").GetAttribute("factoryTwin:source:interarrival").Set("0")
    assert [i.code for i in check(stage)] == ["source.endless"]


def test_prims_of_one_name_are_warned_of_since_their_ids_are_equal() -> None:
    stage = open_stage(HERE / "good" / "cells.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    again = stage.DefinePrim("/Hall/Cell1_2/Load")
    for name in ("FactoryTwinSinkAPI",):
        again.AddAppliedSchema(name)
    codes = {i.code: i.severity for i in check(stage)}
    assert codes == {"id.duplicate": Severity.WARNING, "flow.no_predecessor": Severity.WARNING}


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("factoryTwin:transporter:speed", 2.0),
        ("factoryTwin:transporter:capacity", 2),
        ("factoryTwin:transporter:whenIdle", "home"),
        ("factoryTwin:transporter:batteryTime", 3600.0),
    ],
)
def test_what_counts_only_for_vehicles_of_a_transport_is_said_aloud(attribute: str, value: object) -> None:
    stage = edited("transport.usda")
    stage.GetPrimAtPath("/Shop/Walker").GetAttribute(attribute).Set(value)
    (issue,) = check(stage)
    assert (issue.code, issue.severity, issue.attribute) == ("unsupported", Severity.WARNING, attribute)


def test_an_aisle_moves_no_parts() -> None:
    stage = edited("transport.usda")
    stage.GetPrimAtPath("/Shop/Side").GetRelationship("factoryTwin:successors").SetTargets(["/Shop/Sink"])
    (issue,) = check(stage)
    assert (issue.code, issue.path) == ("unsupported", "/Shop/Side")


def test_a_buffer_is_read_with_its_order_and_dwell_time() -> None:
    stage = edited("three_machines.usda")
    prim = stage.GetPrimAtPath("/Line/B1")
    prim.GetAttribute("factoryTwin:buffer:minimumTime").Set(5.0)
    assert check(stage) == [] and read_plant(stage).node("/Line/B1").minimum_time == 5.0  # type: ignore[attr-defined]
    prim.GetAttribute("factoryTwin:buffer:discipline").Set("LIFO")
    assert [i.code for i in check(stage)] == ["buffer.minimum_time.invalid"]  # both together
    prim.GetAttribute("factoryTwin:buffer:minimumTime").Set(0.0)
    assert check(stage) == [] and read_plant(stage).node("/Line/B1").discipline == "LIFO"  # type: ignore[attr-defined]


@pytest.mark.parametrize("discipline", ["PRIORITY", "SPT", "LPT", "EDD", "MWKR", "LWKR", "MOPNR", "FOPNR", "CR"])
def test_a_discipline_needs_what_it_goes_by(discipline: str) -> None:
    """The workshop has due dates, priorities and plans; three machines in a line have none."""
    for file, path, count in (("workshop.usda", "/Shop/Saws", 0), ("three_machines.usda", "/Line/B1", 1)):
        stage = edited(file)
        stage.GetPrimAtPath(path).GetAttribute("factoryTwin:buffer:discipline").Set(discipline)
        assert [i.code for i in check(stage)] == ["buffer.discipline.ineffective"] * count


def test_a_rule_of_ones_own_must_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = open_stage(HERE / "bad" / "buffer.rule.unknown.usda")
    point = metadata.EntryPoint("moon_phase", "moon:phase", "factory_twin.rules")
    monkeypatch.setattr("factory_twin.survey.buffer.entry_points", lambda group: (point,))
    assert check(stage) == []
    assert read_plant(stage).node("/Line/Rack").own_rule == "moon_phase"  # type: ignore[attr-defined]
    stage = edited("three_machines.usda")
    stage.GetPrimAtPath("/Line/B1").GetAttribute("factoryTwin:buffer:discipline").Set("RULE")
    assert "moon_phase" in check(stage)[0].hint


def test_a_repair_crew_is_a_worker_pool() -> None:
    stage = open_stage(HERE / "good" / "three_machines.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    mode = next(s.partition(":")[2] for s in applied(stage.GetPrimAtPath("/Line/M1")) if s.startswith("FactoryTwinFailureAPI:"))
    crew = stage.GetPrimAtPath("/Line/M1").CreateRelationship(f"factoryTwin:failure:{mode}:crew", custom=False)
    crew.SetTargets(["/Line/Fitters"])
    pool = stage.DefinePrim("/Line/Fitters", "Scope")
    assert [i.code for i in check(stage)] == ["failure.crew.invalid"]
    pool.AddAppliedSchema("FactoryTwinWorkerPoolAPI")
    pool.CreateAttribute("factoryTwin:pool:size", Sdf.ValueTypeNames.Int, custom=False).Set(2)
    assert check(stage) == []
    plant = read_plant(stage)
    assert plant.pools == (WorkerPool(path="/Line/Fitters", name="Fitters", size=2),)
    assert plant.node("/Line/M1").failures[0].crew == "/Line/Fitters"  # type: ignore[attr-defined]


def test_values_over_time_are_refused_where_one_is_meant() -> None:
    stage = open_stage(HERE / "good" / "three_machines.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    stage.GetPrimAtPath("/Line/M1").GetAttribute("factoryTwin:station:servers").Set(2, 10.0)
    assert [i.code for i in check(stage)] == ["station.servers.type"]


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324])
def test_no_number_is_too_odd(number: float) -> None:
    """Every number of a stage with everything in it, one after the other: an issue or none, but no traceback."""
    for file in ("workshop.usda", "transport.usda", "y_up_centimetres.usda"):
        stage = edited(file)
        for prim in stage.Traverse():
            for attribute in prim.GetAttributes():
                kind = str(attribute.GetTypeName())
                if kind in NUMBERS and attribute.HasAuthoredValue():
                    before = attribute.Get()
                    attribute.Set(NUMBERS[kind](number))
                    assert all(issue.code and issue.hint for issue in check(stage))
                    attribute.Set(before)


NUMBERS = {
    "double": float,
    "double3": lambda x: (x, x, 0.0),
    "point3f": lambda x: (x, 0.0, x),
    "vector3f": lambda x: (x, 0.0, 0.0),
    "double[]": lambda x: [x, 1.0],
    "double2[]": lambda x: [(0.0, x), (x, 1.0)],
    "point3f[]": lambda x: [(0.0, 0.0, 0.0), (x, x, x)],
}


def test_prim_names_in_other_scripts_are_read() -> None:
    text = (HERE / "good" / "three_machines.usda").read_text(encoding="utf-8")
    names = {"M1": "\u6a5f\u68b0", "B1": "Puffer_\u00e4\u00df", "Line": "\u0426\u0435\u0445"}
    for old, new in names.items():
        text = re.sub(rf"(?<=[\"/]){old}(?=[\"/>])", new, text)
    layer = Sdf.Layer.CreateAnonymous(".usda")
    assert layer.ImportFromString(text)
    stage = Usd.Stage.Open(layer)
    assert check(stage) == []
    assert read_plant(stage).nodes[1].path == "/\u0426\u0435\u0445/\u6a5f\u68b0"


def test_a_card_loop_bounds_a_source_that_never_starves() -> None:
    stage = open_stage(HERE / "bad" / "source.endless.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    loop = stage.DefinePrim("/Line/Loop", "Scope")
    loop.AddAppliedSchema("FactoryTwinCardLoopAPI")
    loop.GetRelationship("factoryTwin:cards:begin").SetTargets(["/Line/Source"])
    loop.GetRelationship("factoryTwin:cards:end").SetTargets(["/Line/Sink"])
    assert check(stage) == []
    loop.GetRelationship("factoryTwin:cards:end").SetTargets(["/Line/Pile"])  # where they come off at once
    assert [i.code for i in check(stage)] == ["source.endless"]


def test_orders_bound_a_source_that_never_starves() -> None:
    stage = edited("workshop.usda")
    stage.GetPrimAtPath("/Shop/Conwip").SetActive(False)
    assert check(stage) == []
    stage.GetPrimAtPath("/Shop/Steel").GetRelationship("factoryTwin:source:orders").SetTargets([])
    assert "source.endless" in [i.code for i in check(stage)]


def test_the_way_back_of_rework_feeds_a_place() -> None:
    stage = edited("workshop.usda")
    again = stage.DefinePrim("/Shop/Again", "Xform")
    again.AddAppliedSchema("FactoryTwinBufferAPI")
    again.GetRelationship("factoryTwin:successors").SetTargets(["/Shop/Saw"])
    assert [i.code for i in check(stage)] == ["flow.no_predecessor"]
    stage.GetPrimAtPath("/Shop/Saw").GetRelationship("factoryTwin:station:rework").SetTargets(["/Shop/Again"])
    assert check(stage) == []


def test_parts_that_leave_one_by_one_are_kept_until_the_batch_is_there() -> None:
    stage = open_stage(HERE / "bad" / "station.batch_minimum.too_large.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    stage.GetPrimAtPath("/Line/Rack").GetAttribute("factoryTwin:buffer:minimumTime").Set(60.0)
    assert check(stage) == []


def test_a_batch_may_come_from_several_buffers() -> None:
    stage = open_stage(HERE / "bad" / "station.batch_minimum.too_large.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    second = stage.DefinePrim("/Line/Rack2", "Xform")
    second.AddAppliedSchema("FactoryTwinBufferAPI")
    second.GetRelationship("factoryTwin:successors").SetTargets(["/Line/Mill"])
    stage.GetPrimAtPath("/Line/Source").GetRelationship("factoryTwin:successors").AddTarget("/Line/Rack2")
    second.GetAttribute("factoryTwin:buffer:capacity").Set(1)
    assert [i.code for i in check(stage)] == ["station.batch_minimum.too_large"]  # 4 + 1 < 6
    second.GetAttribute("factoryTwin:buffer:capacity").Set(2)
    assert check(stage) == []


def test_alternatives_of_a_step_need_only_one_that_parts_get_to() -> None:
    stage = open_stage(HERE / "bad" / "product.step.unreachable.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    wash = stage.GetPrimAtPath("/Line/A/Plan/Wash").GetRelationship("factoryTwin:operation:stations")
    mill = stage.GetPrimAtPath("/Line/Mill").GetRelationship("factoryTwin:successors")
    wash.SetTargets(["/Line/Washer", "/Line/Mill"])
    assert [i.code for i in check(stage)] == ["product.step.unreachable"]  # no way from the mill back to it
    mill.SetTargets(["/Line/Mill", "/Line/Sink"])
    assert [i.code for i in check(stage)] == ["flow.successor.itself"]
    wash.SetTargets(["/Line/Washer"])
    mill.SetTargets(["/Line/Washer", "/Line/Sink"])
    assert check(stage) == []


def test_steps_without_order_between_them_may_be_done_either_way_round() -> None:
    """Welder and saw in any order: parts get from the saw to the welder, not back."""
    stage = edited("workshop.usda")
    plan = "/Shop/Frame/Plan"
    for name in ("Carry", "Weld"):
        stage.GetPrimAtPath(f"{plan}/{name}").SetActive(False)
    saw, bend = (
        stage.GetPrimAtPath(f"{plan}/{n}").GetRelationship("factoryTwin:operation:predecessors") for n in ("Saw", "Bend")
    )
    bend.SetTargets([f"{plan}/Saw"])
    assert check(stage) == []
    bend.SetTargets([])
    saw.SetTargets([f"{plan}/Bend"])
    assert [i.code for i in check(stage)] == ["product.step.unreachable"]
    trim = stage.DefinePrim(f"{plan}/Trim", "Scope")  # at the saw, any time: so before the bend
    trim.AddAppliedSchema("FactoryTwinOperationAPI")
    trim.GetRelationship("factoryTwin:operation:stations").SetTargets(["/Shop/Saw"])
    saw.SetTargets([f"{plan}/Trim"])
    assert check(stage) == []


def test_a_step_is_reached_from_the_step_right_before_it() -> None:
    """Saw, then check, then weld: the welder is behind the saw, but not behind the check."""
    stage = edited("workshop.usda")
    plan = "/Shop/Frame/Plan"
    stage.GetPrimAtPath(f"{plan}/Bend").GetRelationship("factoryTwin:operation:stations").SetTargets(["/Shop/Check"])
    (issue,) = check(stage)
    assert issue.code == "product.step.unreachable" and f"{plan}/Weld" in issue.message


def test_a_part_that_is_joined_into_another_starts_the_plan_of_that() -> None:
    stage = edited("workshop.usda")
    assert check(stage) == []
    stage.GetPrimAtPath("/Shop/Bike/Plan/Check").GetRelationship("factoryTwin:operation:stations").SetTargets(["/Shop/Saw"])
    (issue,) = check(stage)
    assert (issue.code, issue.path) == ("product.step.unreachable", "/Shop/Bike")


def test_a_cycle_by_what_stations_make_is_found() -> None:
    stage = edited("workshop.usda")
    again = stage.GetPrimAtPath("/Shop/Welder")
    again.AddAppliedSchema("FactoryTwinAssemblyAPI")
    for word in ("batchMinimum", "batchMaximum"):
        again.GetAttribute(f"factoryTwin:station:{word}").Set(1)
    again.GetRelationship("factoryTwin:assembly:inputs").SetTargets(["/Shop/Frame", "/Shop/Bike"])
    again.GetRelationship("factoryTwin:assembly:product").SetTargets(["/Shop/Frame"])
    assert [i.code for i in check(stage)] == ["product.cycle"]
    again.GetRelationship("factoryTwin:assembly:inputs").SetTargets(["/Shop/Frame", "/Shop/Wheel"])
    assert check(stage) == []  # the frame stays what it is
