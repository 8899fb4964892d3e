# SPDX-License-Identifier: Apache-2.0
"""The Factory Layout panel, clicked on the real omni.ui: what is typed reaches the stage, undo takes it back byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from factory_twin_layout.panel import LayoutPanel
from pxr import Sdf, Usd

pytestmark = pytest.mark.ui
TITLE, MILL, TIME = LayoutPanel.TITLE, "/World/Mill", "factoryTwin:station:processTime"


async def shown(bench: Any, line: Path | None) -> Any:
    if line is not None:
        bench.host.open(line)
    window = bench.show(LayoutPanel, size=(420, 590))
    await bench.ui.wait_n_updates(8)
    return window.panel


def field(bench: Any, name: str) -> Any:
    return bench.ui.find(f"{TITLE}//Frame/**/StringField[*].identifier=='field_{name}'")


def label(bench: Any, identifier: str) -> Any:
    return bench.ui.find(f"{TITLE}//Frame/**/Label[*].identifier=='{identifier}'")


def more(bench: Any, schema: str) -> Any:
    return bench.ui.find(f"{TITLE}//Frame/**/HStack[*].identifier=='more_FactoryTwin{schema}'")


def label_of(row: Any) -> str:
    return str(row.find("**/Label[*]").widget.text)


async def into_view(bench: Any, name: str) -> None:
    """Scroll the form until a field is in it."""
    scroll = bench.ui.find_all(f"{TITLE}//Frame/**/ScrollingFrame[*]")[-1]
    scroll.widget.scroll_y += field(bench, name).position.y - scroll.position.y - 40
    await bench.ui.wait_n_updates(3)


def add_calendar(line: Path) -> None:
    """Add a calendar without shifts beside the line."""
    stage = Usd.Stage.Open(str(line))
    stage.DefinePrim("/World/Shifts", "Scope").AddAppliedSchema("FactoryTwinCalendarAPI")
    stage.Save()


async def test_a_click_in_the_tree_selects_and_the_other_way_round(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    await label(bench, f"row_{MILL}").click()
    assert bench.host.selection == (MILL,)
    bench.host.select(("/World/Lathe",))
    await bench.ui.wait_n_updates(3)
    assert [i.entry.path for i in panel._tree.view.selection] == ["/World/Lathe"]
    assert field(bench, "processTime").model.as_string == "triangular(low=50, mode=70, high=90)"


async def test_a_cycle_time_is_typed_and_undone_byte_for_byte(bench: Any, line: Path) -> None:
    await shown(bench, line)
    before = bench.host.stage.GetRootLayer().ExportToString()
    bench.host.select((MILL,))
    await bench.ui.wait_n_updates(4)
    await field(bench, "processTime").input("lognormal(mean=75, cv=0.2)")
    await bench.ui.wait_n_updates(3)
    assert bench.host.stage.GetPrimAtPath(MILL).GetAttribute(TIME).Get() == "lognormal(mean=75, cv=0.2)"
    assert label(bench, "field_processTime_note").widget.text == "Mean 75 s"
    undo = bench.ui.find(f"{TITLE}//Frame/**/Button[*].identifier=='undo'")
    assert undo.widget.enabled and "Set processTime of Mill" in undo.widget.tooltip
    await undo.click()
    await bench.ui.wait_n_updates(3)
    assert bench.host.stage.GetRootLayer().ExportToString() == before
    assert field(bench, "processTime").model.as_string == "60" and not undo.widget.enabled


async def test_a_refusal_is_shown_below_the_field_and_escape_restores(bench: Any, line: Path) -> None:
    await shown(bench, line)
    before = bench.host.stage.GetRootLayer().ExportToString()
    bench.host.select((MILL,))
    await bench.ui.wait_n_updates(4)
    await field(bench, "servers").input("0")
    await bench.ui.wait_n_updates(2)
    problem = label(bench, "field_servers_error")
    assert problem.widget.visible and problem.widget.text.startswith("0 is out of range. Give a number ")
    await field(bench, "processTime").input("99", end_key="ESCAPE")
    await bench.ui.wait_n_updates(2)
    assert field(bench, "processTime").model.as_string == "60"
    assert bench.host.stage.GetRootLayer().ExportToString() == before


async def test_more_opens_and_stays_open_and_what_is_typed_there_is_undone(bench: Any, line: Path) -> None:
    await shown(bench, line)
    before = bench.host.stage.GetRootLayer().ExportToString()
    bench.host.select((MILL,))
    await bench.ui.wait_n_updates(4)
    assert field(bench, "batchMaximum") is None
    await more(bench, "StationAPI").click()
    await bench.ui.wait_n_updates(4)
    await into_view(bench, "batchMaximum")
    await field(bench, "batchMaximum").input("6")
    await bench.ui.wait_n_updates(3)
    attribute = bench.host.stage.GetPrimAtPath(MILL).GetAttribute("factoryTwin:station:batchMaximum")
    assert attribute.Get() == 6 and bench.host.undo_text == "Set batchMaximum of Mill to 6"
    bench.host.select(("/World/Lathe",))
    await bench.ui.wait_n_updates(4)
    assert field(bench, "batchMaximum").model.as_string == "1"  # still open, and it shows the other station
    bench.host.select((MILL,))
    await bench.ui.wait_n_updates(4)
    assert field(bench, "batchMaximum").model.as_string == "6"
    bench.host.undo()
    await bench.ui.wait_n_updates(4)
    assert field(bench, "batchMaximum").model.as_string == "1"
    assert bench.host.stage.GetRootLayer().ExportToString() == before
    bench.host.open(line)
    bench.host.select((MILL,))
    await bench.ui.wait_n_updates(6)
    assert field(bench, "batchMaximum") is not None


async def test_what_has_a_value_is_shown_though_more_is_closed(bench: Any, line: Path) -> None:
    from factory_twin.edit import SetAttribute

    await shown(bench, line)
    bench.host.select((MILL,))
    await bench.ui.wait_n_updates(4)
    assert label_of(more(bench, "StationAPI")) == "More (20)"
    bench.host.do(SetAttribute(MILL, "factoryTwin:station:batchMaximum", 4))
    await bench.ui.wait_n_updates(4)
    assert field(bench, "batchMaximum").model.as_string == "4" and field(bench, "batchMinimum") is None
    assert label_of(more(bench, "StationAPI")) == "More (19)"
    bench.host.undo()
    await bench.ui.wait_n_updates(4)
    assert field(bench, "batchMaximum") is None


async def test_a_calendar_is_found_in_the_tree_and_its_week_typed(bench: Any, line: Path) -> None:
    add_calendar(line)
    await shown(bench, line)
    before = bench.host.stage.GetRootLayer().ExportToString()
    await label(bench, "row_/World/Shifts").click()
    await bench.ui.wait_n_updates(4)
    await field(bench, "week").input("Mon-Fri 06:00-14:00; Sat 08:00-12:00")
    await bench.ui.wait_n_updates(3)
    attribute = bench.host.stage.GetPrimAtPath("/World/Shifts").GetAttribute("factoryTwin:calendar:week")
    assert list(attribute.Get()) == ["Mon-Fri 06:00-14:00", "Sat 08:00-12:00"]
    await field(bench, "week").input("Mon-Fri 6-14")
    await bench.ui.wait_n_updates(3)
    assert "'6' is no time of day" in label(bench, "field_week_error").widget.text
    bench.host.undo()
    assert bench.host.stage.GetRootLayer().ExportToString() == before


async def test_what_is_folded_is_unfolded_when_it_is_selected_elsewhere(bench: Any, line: Path) -> None:
    orders = "/World/Orders"
    stage = Usd.Stage.Open(str(line))
    for name in ("A1", "A2"):
        stage.DefinePrim(f"{orders}/{name}", "Scope").AddAppliedSchema("FactoryTwinWorkOrderAPI")
    stage.Save()
    panel = await shown(bench, line)
    assert label(bench, f"row_{orders}") is not None and label(bench, f"row_{orders}/A1") is None
    bench.host.select((f"{orders}/A2",))
    await bench.ui.wait_n_updates(6)
    assert label(bench, f"row_{orders}/A1") is not None and field(bench, "quantity").model.as_string == "1"
    tree = panel._tree
    tree.view.set_expanded(tree._items[orders], False, False)
    await bench.ui.wait_n_updates(2)
    bench.host.stage.DefinePrim("/World/Crew", "Scope").AddAppliedSchema("FactoryTwinWorkerPoolAPI")  # the tree is built anew
    await bench.ui.wait_n_updates(8)
    assert label(bench, "row_/World/Crew") is not None and not tree.view.is_expanded(tree._items[orders])


async def test_relationships_are_told_by_the_names_of_their_targets(bench: Any, line: Path) -> None:
    from factory_twin.edit import Rename, SetTargets

    add_calendar(line)
    await shown(bench, line)
    bench.host.select((MILL,))
    await bench.ui.wait_n_updates(4)
    assert label(bench, "field_calendar") is None and label(bench, "field_successors").widget.text == "Rack"
    bench.host.do(SetTargets(MILL, "factoryTwin:station:calendar", ("/World/Shifts",)))
    await bench.ui.wait_n_updates(4)
    assert label(bench, "field_calendar").widget.text == "Shifts"
    bench.host.do(Rename("/World/Shifts", "Two shifts"))
    await bench.ui.wait_n_updates(4)
    assert label(bench, "field_calendar").widget.text == "Two shifts"


async def test_a_word_is_chosen_and_an_edit_from_elsewhere_shows(bench: Any, line: Path) -> None:
    from factory_twin.edit import ApplySchema, Group, SetAttribute

    await shown(bench, line)
    bench.host.select((MILL,))
    bench.host.do(Group("Fail", (
        ApplySchema(MILL, "FactoryTwinFailureAPI", "jam"), SetAttribute(MILL, "factoryTwin:failure:jam:timeToFailure", "600"),
        SetAttribute(MILL, "factoryTwin:failure:jam:timeToRepair", "60"))))  # fmt: skip
    await bench.ui.wait_n_updates(4)
    assert field(bench, "timeToRepair").model.as_string == "60"
    box = bench.ui.find(f"{TITLE}//Frame/**/ComboBox[*].identifier=='field_clock'")
    box.model.get_item_value_model().set_value(1)
    await bench.ui.wait_n_updates(2)
    assert bench.host.stage.GetPrimAtPath(MILL).GetAttribute("factoryTwin:failure:jam:clock").Get() == "calendar"


async def test_an_issue_is_told_with_its_hint_and_leads_to_its_place(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    assert "2 stations, 1 buffer, no errors" in label(bench, "summary").widget.text
    bench.host.stage.GetPrimAtPath(MILL).GetAttribute(TIME).Set("sixty")
    await bench.ui.wait_n_updates(4)
    assert "1 error" in label(bench, "summary").widget.text and len(panel.issues) == 1
    issue = bench.ui.find(f"{TITLE}//Frame/**/VStack[*].identifier=='issue_0'")
    await issue.click()
    assert bench.host.selection == (MILL,)
    assert "station.process_time.invalid" in issue.widget.tooltip


async def test_a_live_state_shows_as_letter_and_word(bench: Any, line: Path) -> None:
    await shown(bench, line)
    stage = bench.host.stage
    with Usd.EditContext(stage, stage.GetSessionLayer()):
        stage.GetPrimAtPath(MILL).CreateAttribute("factoryTwin:state:status", Sdf.ValueTypeNames.Token).Set("down")
    await bench.ui.wait_n_updates(4)
    words = [r.widget.text for r in bench.ui.find_all(f"{TITLE}//Frame/**/Label[*]")]
    assert "down" in words and "D" in words


async def test_without_a_stage_it_says_what_to_do(bench: Any, line: Path) -> None:
    await shown(bench, None)
    assert "No stage is open." in [r.widget.text for r in bench.ui.find_all(f"{TITLE}//Frame/**/Label[*]")]
    bench.host.open(line)
    await bench.ui.wait_n_updates(6)
    assert label(bench, f"row_{MILL}") is not None


async def test_what_was_selected_before_the_panel_was_there_is_marked(bench: Any, bike_line: Path) -> None:
    brakes = "/BikeFactory/Hall/AssemblyLine/InstallBrakes"
    bench.host.open(bike_line)
    bench.host.select((brakes,))
    window = bench.show(LayoutPanel, size=(420, 590))
    await bench.ui.wait_n_updates(12)
    assert [item.entry.path for item in window.panel._tree.view.selection] == [brakes]
    assert bench.host.selection == (brakes,)
