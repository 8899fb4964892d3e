# SPDX-License-Identifier: Apache-2.0
"""Each bad stage gives the issue it is named after, with prim, file and hint; good stages give none."""

from __future__ import annotations

import re
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
    "attribute.unknown", "failure.no_station", "flow.no_predecessor", "flow.sink_successor", "flow.successor.itself",
    "path.several_curves", "place.undefined", "scenario.several", "stage.composition", "stage.no_default_prim",
    "stage.units.missing", "unsupported", "vehicle.no_path",
}  # fmt: skip


def code(path: Path) -> str:
    return path.stem.removesuffix(".lfs")


def test_there_are_enough_bad_stages() -> None:
    assert len(BAD) >= 50


@pytest.mark.parametrize("path", BAD, ids=[p.stem for p in BAD])
def test_a_bad_stage_gives_the_issue_it_is_named_after(path: Path) -> None:
    stage = open_stage(path)
    issues = check(stage)
    first = issues[0]
    assert first.code == code(path), issues
    assert [i.code for i in issues].count(first.code) == 1
    assert first.severity is (Severity.WARNING if first.code in WARNINGS else Severity.ERROR)
    assert first.message.endswith(".") and first.hint
    assert not first.path or stage.GetPrimAtPath(first.path) or first.code.startswith("stage.")
    assert not first.path or Path(first.file).name == path.name
    assert len(issues) == 1 or first.code == "flow.sink_unreachable"


@pytest.mark.parametrize("path", BAD, ids=[p.stem for p in BAD])
def test_only_errors_keep_a_plant_from_being_read(path: Path) -> None:
    stage = open_stage(path)
    if code(path) in WARNINGS:
        assert read_plant(stage).nodes
    else:
        with pytest.raises(PlantError, match=re.escape(code(path))):
            read_plant(stage)


@pytest.mark.parametrize("path", GOOD, ids=[p.stem for p in GOOD])
def test_a_good_stage_gives_no_issue(path: Path) -> None:
    assert check(open_stage(path)) == []


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
    ("prim", "schema", "attribute", "value"),
    [
        ("/Line/M1", "", "factoryTwin:station:setupTime", "30"),
        ("/Line/M1", "", "factoryTwin:station:workers", 1),
        ("/Line/B1", "", "factoryTwin:buffer:discipline", "SPT"),
        ("/Line", "FactoryTwinWorkOrderAPI", "factoryTwin:order:quantity", 3),
    ],
)
def test_what_the_simulator_does_not_know_yet_is_said_aloud(prim: str, schema: str, attribute: str, value: object) -> None:
    stage = open_stage(HERE / "good" / "three_machines.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    if schema:
        stage.GetPrimAtPath(prim).AddAppliedSchema(schema)
    stage.GetPrimAtPath(prim).GetAttribute(attribute).Set(value)
    (issue,) = check(stage)
    assert (issue.code, issue.severity, issue.path) == ("unsupported", Severity.WARNING, prim)


def test_a_buffer_is_read_with_its_order_and_dwell_time() -> None:
    stage = open_stage(HERE / "good" / "three_machines.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    prim = stage.GetPrimAtPath("/Line/B1")
    prim.GetAttribute("factoryTwin:buffer:minimumTime").Set(5.0)
    assert check(stage) == [] and read_plant(stage).node("/Line/B1").minimum_time == 5.0  # type: ignore[attr-defined]
    prim.GetAttribute("factoryTwin:buffer:discipline").Set("LIFO")
    assert [i.code for i in check(stage)] == ["unsupported"]  # both together
    prim.GetAttribute("factoryTwin:buffer:minimumTime").Set(0.0)
    assert check(stage) == [] and read_plant(stage).node("/Line/B1").discipline == "LIFO"  # type: ignore[attr-defined]


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
