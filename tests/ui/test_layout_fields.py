# SPDX-License-Identifier: Apache-2.0
"""What the layout panel shows and what its texts mean, without a screen: tree, fields, edits."""

from __future__ import annotations

from typing import Any

import pytest
from factory_twin.edit import ApplySchema, SetAttribute, SetTargets
from factory_twin.errors import FactoryTwinError
from factory_twin.event import State
from factory_twin.survey import survey
from factory_twin_layout import outline, properties, shown, texts
from factory_twin_schema.table import INSTANCE, schemas
from factory_twin_ui.desk.host import DeskHost
from factory_twin_ui.states import STATUS, read_states
from pxr import Gf, Sdf, Usd

MILL, TIME = "/World/Mill", "factoryTwin:station:processTime"


def test_the_tree_follows_the_flow(host: DeskHost) -> None:
    found = survey(host.stage)
    (roots) = outline.outline(host.stage, found.plant, found.issues)
    assert [e.name for root in roots for e in root.walk()] == ["Start", "Mill", "Rack", "Lathe", "End", "World"]
    assert [e.kind for e in roots] == ["source", "station", "buffer", "station", "sink", "scenario"]


def test_issues_colour_their_lines_and_states_show(host: DeskHost) -> None:
    host.do(SetAttribute("/World/Rack", "factoryTwin:buffer:capacity", 5))
    host.stage.GetPrimAtPath(MILL).GetAttribute(TIME).Set("nonsense")
    found = survey(host.stage)
    roots = outline.outline(host.stage, found.plant, found.issues)
    assert {e.name: e.severity.value for e in roots if e.severity} == {"Mill": "error"}
    host.stage.GetPrimAtPath(MILL).CreateAttribute(STATUS, Sdf.ValueTypeNames.Token).Set("down")
    changed = read_states(roots, host.stage, Usd.TimeCode(0))
    assert [(e.name, e.state) for e in changed] == [("Mill", State.DOWN)]
    assert read_states(roots, host.stage, Usd.TimeCode(0)) == []


def spec(host: DeskHost, path: str, ending: str) -> properties.FieldSpec:
    return next(s for s in properties.fields(host.stage, path, survey(host.stage).plant) if s.attribute.endswith(ending))


def test_fields_show_values_with_units_and_notes(host: DeskHost) -> None:
    field = spec(host, "/World/Lathe", "processTime")
    assert (field.label, field.text, field.note) == ("Process Time", "triangular(low=50, mode=70, high=90)", "Mean 70 s")
    assert spec(host, "/World/Rack", "capacity").text == "3"
    assert (spec(host, "/World/Lathe", "powerBusy").unit, spec(host, MILL, "position:x").text) == ("W", "4")


def test_every_schema_that_is_simulated_has_a_form_and_no_attribute_is_missing() -> None:
    for name, schema in schemas().items():
        live = ("FactoryTwinTelemetryAPI", "FactoryTwinHealthAPI", "FactoryTwinStateAPI")  # have no part in a simulation
        if name in ("FactoryTwinFootprintAPI", "FactoryTwinPortAPI", *live):
            continue
        built_in = {p for b in schema.builtin for p in schemas()[b].properties}
        wanted = {n for n in schema.properties if n not in built_in and not n.endswith(("partPosition", "partSpacing"))}
        assert {n for n, *_ in shown.shown(name, INSTANCE)} == wanted
        assert set(shown.MAIN[name]) <= {n.rpartition(":")[2] for n in wanted}


def test_more_holds_what_has_no_value_of_its_own(host: DeskHost) -> None:
    every = properties.fields(host.stage, MILL, survey(host.stage).plant)
    names = [s.attribute.rpartition(":")[2] for s in properties.visible(every, ())]
    assert names == ["name", "processTime", "servers", "scrapRate", "successors", "x", "y", "z"]
    names = [s.attribute.rpartition(":")[2] for s in properties.visible(every, {"FactoryTwinStationAPI"})]
    assert {"setupTime", "batchMaximum", "reworkRate", "atShiftEnd", "workers", "powerOff", "costPerPart"} <= set(names)
    assert "successorRule" not in names
    host.do(SetAttribute(MILL, "factoryTwin:station:setupTime", "5 min"))
    closed = properties.visible(properties.fields(host.stage, MILL, survey(host.stage).plant), ())
    assert [(s.section, s.text) for s in closed if s.more] == [("Set-up", "5 min")]


def test_a_choice_of_ways_shows_how_they_are_chosen(host: DeskHost) -> None:
    host.do(SetTargets(MILL, "factoryTwin:successors", ("/World/Rack", "/World/End")))
    seen = properties.visible(properties.fields(host.stage, MILL, survey(host.stage).plant), ())
    assert [(s.label, s.text, s.fixed) for s in seen if s.group == "Flow"] == [
        ("Goes to", "Rack, End", True), ("Successor Rule", "first", False), ("Successor Weights", "", False),
    ]  # fmt: skip


def test_instances_of_a_schema_have_fields_of_their_own(host: DeskHost) -> None:
    for kind, name in (("Failure", "jam"), ("Maintenance", "oil"), ("Setup", "any"), ("Process", "fast")):
        host.do(ApplySchema(MILL, f"FactoryTwin{kind}API", name))
    specs = {s.attribute: s for s in properties.fields(host.stage, MILL, survey(host.stage).plant)}
    assert specs["factoryTwin:setup:any:time"].group == "Setup any"
    assert specs["factoryTwin:process:fast:time"].group == "Process fast"
    assert specs["factoryTwin:maintenance:oil:interrupts"].options == ("no", "yes")
    host.do(properties.edit(host.stage, MILL, specs["factoryTwin:maintenance:oil:interrupts"], "yes"))
    assert host.stage.GetPrimAtPath(MILL).GetAttribute("factoryTwin:maintenance:oil:interrupts").Get() is True
    host.do(properties.edit(host.stage, MILL, specs["factoryTwin:failure:jam:onFailure"], "scrap"))
    assert host.stage.GetPrimAtPath(MILL).GetAttribute("factoryTwin:failure:jam:onFailure").Get() == "scrap"


LISTS = [
    ("Buffer", "buffer:sequence", "3, 1 2", (3, 1, 2), "3, 1, 2"),
    ("Node", "successorWeights", "0.5; 0.25,0.25", (0.5, 0.25, 0.25), "0.5, 0.25, 0.25"),
    ("WorkerPool", "pool:skills", "welding, final check", ("welding", "final check"), "welding, final check"),
    ("Calendar", "calendar:windows", "0-300, 10 min - 0.25 h", ((0.0, 300.0), (600.0, 900.0)), "0-300, 600-900"),
    ("Calendar", "calendar:week", "Mon-Fri 06:00-14:00, 15:00-22:00;Sat 08:00-12:00",
     ("Mon-Fri 06:00-14:00, 15:00-22:00", "Sat 08:00-12:00"), "Mon-Fri 06:00-14:00, 15:00-22:00; Sat 08:00-12:00"),
    ("Calendar", "calendar:exceptions", "2026-12-25 off", ("2026-12-25 off",), "2026-12-25 off"),
    ("WorkerPool", "pool:skills", "", (), ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "text", "value", "shown_as"), LISTS)
def test_lists_are_typed_as_text_and_undone(
    host: DeskHost, kind: str, name: str, text: str, value: tuple[Any, ...], shown_as: str
) -> None:
    path = "/World/Rack"
    if kind not in ("Buffer", "Node"):
        host.do(ApplySchema(path, f"FactoryTwin{kind}API"))
    before = host.stage.GetRootLayer().ExportToString()
    host.do(properties.edit(host.stage, path, spec(host, path, name), text))
    found = host.stage.GetPrimAtPath(path).GetAttribute(f"factoryTwin:{name}").Get()
    assert tuple(tuple(v) if isinstance(v, Gf.Vec2d) else v for v in found) == value
    assert spec(host, path, name).text == shown_as
    assert host.undo_text == f"Set {name.rpartition(':')[2]} of Rack to {shown_as or 'nothing'}"
    host.undo()
    assert host.stage.GetRootLayer().ExportToString() == before


@pytest.mark.parametrize(
    ("kind", "name", "text", "words"),
    [
        ("Buffer", "buffer:sequence", "1, two", "'two' is no whole number"),
        ("Buffer", "buffer:sequence", "0, 1", "0 is out of range"),
        ("Node", "successorWeights", "half", "'half' is no number"),
        ("Calendar", "calendar:windows", "300", "from when to when"),
        ("Calendar", "calendar:windows", "300-0", "ends before it begins"),
        ("Calendar", "calendar:windows", "6-14 h", "only the end has a unit"),
        ("Calendar", "calendar:week", "Mon-Fry 06:00-14:00", "no day of the week"),
        ("Calendar", "calendar:breaks", "9 to 10", "."),
        ("Calendar", "calendar:exceptions", "Christmas off", "no date"),
    ],
)
def test_lists_that_make_no_sense_are_refused_in_words(host: DeskHost, kind: str, name: str, text: str, words: str) -> None:
    path = "/World/Rack"
    if kind not in ("Buffer", "Node"):
        host.do(ApplySchema(path, f"FactoryTwin{kind}API"))
    before = host.stage.GetRootLayer().ExportToString()
    with pytest.raises(FactoryTwinError, match=words) as caught:
        host.do(properties.edit(host.stage, path, spec(host, path, name), text))
    assert caught.value.hint
    assert host.stage.GetRootLayer().ExportToString() == before


def test_a_number_keeps_all_its_digits() -> None:
    prop = schemas()["FactoryTwinBufferAPI"].properties["factoryTwin:buffer:minimumTime"]
    assert [texts.text_of(prop, v) for v in (1 / 3, 0.1, 1e6)] == ["0.3333333333333333", "0.1", "1000000"]


def test_what_is_no_place_comes_after_the_flow_in_the_tree(host: DeskHost) -> None:
    stage = host.stage
    for path, kind in (
        ("Orders/A1", "WorkOrder"), ("Orders/A2", "WorkOrder"), ("Shifts", "Calendar"), ("Crew", "WorkerPool"),
        ("Pull", "CardLoop"), ("Products/Cart", "Product"), ("Products/Cart/Plan/Saw", "Operation"), ("Way", "Transport"),
    ):  # fmt: skip
        stage.DefinePrim(f"/World/{path}", "Scope").AddAppliedSchema(f"FactoryTwin{kind}API")
    stage.DefinePrim("/World/Tugger", "Xform").AddAppliedSchema("FactoryTwinTransporterAPI")
    found = survey(stage)
    roots = outline.outline(stage, found.plant, found.issues)
    lines = [(e.name, e.kind) for root in roots for e in root.walk()]
    assert lines[5:] == [
        ("Way", "transport"), ("Tugger", "agv"), ("Pull", "card loop"), ("Crew", "workers"), ("Shifts", "calendar"),
        ("Products", ""), ("Cart", "product"), ("Saw", "operation"), ("Orders", ""), ("A1", "order"), ("A2", "order"),
        ("World", "scenario"),
    ]  # fmt: skip
    assert [e.name for root in roots for e in root.walk() if e.folded and e.children] == ["Products", "Cart", "Orders"]


@pytest.mark.parametrize(
    ("ending", "text", "value"),
    [("processTime", "2 min", "2 min"), ("servers", " 3 ", 3), ("powerBusy", "1.5e3", 1500.0)],
)
def test_texts_become_edits(host: DeskHost, ending: str, text: str, value: object) -> None:
    field = spec(host, MILL, ending)
    host.do(properties.edit(host.stage, MILL, field, text))
    assert host.stage.GetPrimAtPath(MILL).GetAttribute(field.attribute).Get() == value


def test_a_position_is_typed_in_any_unit_of_length(host: DeskHost) -> None:
    host.do(properties.edit(host.stage, MILL, spec(host, MILL, "position:y"), "250 mm"))
    assert spec(host, MILL, "position:y").text == "0.25"


@pytest.mark.parametrize(
    ("ending", "text", "words"),
    [
        ("processTime", "gaussian(mean=3)", "no distribution"), ("servers", "two", "no whole number"),
        ("servers", "0", "out of range"), ("powerBusy", "much", "no number"), ("position:x", "far", "no length"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(host: DeskHost, ending: str, text: str, words: str) -> None:
    before = host.stage.GetRootLayer().ExportToString()
    with pytest.raises(FactoryTwinError, match=words):
        host.do(properties.edit(host.stage, MILL, spec(host, MILL, ending), text))
    assert host.stage.GetRootLayer().ExportToString() == before
