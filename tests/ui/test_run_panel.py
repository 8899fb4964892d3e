# SPDX-License-Identifier: Apache-2.0
"""The Factory Run panel, clicked on the real omni.ui: press Run, watch the progress, read the answer, see the parts move."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from factory_twin.log import Log
from factory_twin_runner import panel as module
from factory_twin_runner.panel import RunPanel
from factory_twin_runner.stations import bar_text
from pxr import Sdf, Usd

pytestmark = pytest.mark.ui
TITLE = RunPanel.TITLE


async def shown(bench: Any, line: Path | None) -> Any:
    if line is not None:
        bench.host.open(line)
    window = bench.show(RunPanel)
    await bench.ui.wait_n_updates(6)
    return window.panel


def find(bench: Any, kind: str, identifier: str) -> Any:
    return bench.ui.find(f"{TITLE}//Frame/**/{kind}[*].identifier=='{identifier}'")


def with_upkeep(line: Path) -> None:
    """Let both stations share one worker, and the mill be maintained half of the time."""
    stage = Usd.Stage.Open(str(line))
    mill = stage.GetPrimAtPath("/World/Mill")
    stage.DefinePrim("/World/Crew", "Scope").AddAppliedSchema("FactoryTwinWorkerPoolAPI")
    mill.AddAppliedSchema("FactoryTwinMaintenanceAPI:oil")
    for word in ("every", "duration"):
        mill.CreateAttribute(f"factoryTwin:maintenance:oil:{word}", Sdf.ValueTypeNames.String, False).Set("600")
    for prim in (mill, stage.GetPrimAtPath("/World/Lathe")):
        prim.CreateAttribute("factoryTwin:station:workers", Sdf.ValueTypeNames.Int, False).Set(1)
        prim.CreateRelationship("factoryTwin:station:workerPool", False).SetTargets(["/World/Crew"])
    stage.Save()


async def run(bench: Any, panel: Any) -> None:
    await find(bench, "Button", "run").click()
    await bench.ui.wait_until(lambda: not panel.running, "the run ends", frames=2000)
    await bench.ui.wait_n_updates(4)


async def test_run_shows_progress_and_then_the_answer(bench: Any, line: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUDGET", 0.0005)
    panel = await shown(bench, line)
    assert find(bench, "StringField", "horizon").model.as_string == "8 h"
    assert find(bench, "StringField", "replications").model.as_string == "3"
    await find(bench, "StringField", "horizon").input("40 h")
    await find(bench, "StringField", "replications").input("4")
    await find(bench, "Button", "run").click()
    bar, shares, words = find(bench, "ProgressBar", "progress"), set(), set()
    for _ in range(3000):
        if not panel.running:
            break
        shares.add(bar.model.as_float)
        words.add(find(bench, "Label", "status").widget.text.split(",")[0])
        await bench.ui.wait_n_updates(1)
    assert len(shares) > 3 and {"Replication 1 of 4", "Replication 4 of 4"} <= words
    await bench.ui.wait_n_updates(4)
    sentence = find(bench, "Label", "sentence").widget.text
    assert sentence.startswith("The bottleneck is Lathe: ") and sentence.endswith(" parts/h.")
    assert find(bench, "Label", "card_Throughput").widget.text == f"{panel.model.result.throughput.mean:.1f} parts/h"
    assert abs(panel.model.result.throughput.mean - 3600 / 70) < 1.0
    assert bar.model.as_float == 1.0 and find(bench, "Button", "motion").widget.enabled


async def test_cancel_works_at_once_and_keeps_what_was_finished(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    await find(bench, "StringField", "replications").input("5000")
    await find(bench, "Button", "run").click()
    await bench.ui.wait_until(lambda: len(panel.model._experiment.kpis) > 1, "two replications", frames=2000)
    await find(bench, "Button", "cancel").click()
    await bench.ui.wait_n_updates(4)
    assert not panel.running and "kept" in find(bench, "Label", "status").widget.text
    assert find(bench, "Label", "sentence") is not None and find(bench, "Button", "run").widget.enabled


async def test_settings_that_make_no_sense_are_refused_in_words(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    await find(bench, "StringField", "warmup").input("9 h")
    await find(bench, "Button", "run").click()
    await bench.ui.wait_n_updates(2)
    assert not panel.running and "does not fit" in find(bench, "Label", "status").widget.text
    await find(bench, "StringField", "horizon").input("soon")
    await bench.ui.wait_n_updates(2)
    assert "is no duration" in find(bench, "Label", "horizon_error").widget.text


async def test_a_plant_with_errors_says_why_it_cannot_run(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    bench.host.stage.GetPrimAtPath("/World/Mill").GetAttribute("factoryTwin:station:processTime").Set("sixty")
    await bench.ui.wait_n_updates(2)
    await find(bench, "Button", "run").click()
    await bench.ui.wait_n_updates(2)
    assert not panel.running and "no distribution" in find(bench, "Label", "status").widget.text


async def test_motion_shows_scrubs_and_leaves_the_stage_as_it_was(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    stage = bench.host.stage
    before = stage.GetRootLayer().ExportToString(), stage.GetSessionLayer().ExportToString(), bench.host.range
    await run(bench, panel)
    await find(bench, "Button", "motion").click()
    await bench.ui.wait_n_updates(3)
    assert bench.host.range == (0.0, 28800.0 / 60) and stage.GetPrimAtPath("/World/FactoryTwinMotion/Part_000")
    plot = find(bench, "Plot", "chart_wip")
    await plot.click(bench.ui.Vec2(plot.position.x + plot.size.x / 2, plot.position.y + 10))
    assert abs(bench.host.time - 240.0) < 5.0
    assert stage.GetPrimAtPath("/World/Lathe").GetAttribute("factoryTwin:state:status").Get(240.0 * 60) == "busy"
    await bench.ui.wait_n_updates(2)
    assert "changed" not in find(bench, "Label", "status").widget.text
    await find(bench, "Button", "motion").click()
    await bench.ui.wait_n_updates(3)
    assert (stage.GetRootLayer().ExportToString(), stage.GetSessionLayer().ExportToString(), bench.host.range) == before


async def test_an_edit_makes_the_result_old_and_undo_makes_it_good_again(bench: Any, line: Path) -> None:
    from factory_twin.edit import SetAttribute

    panel = await shown(bench, line)
    await run(bench, panel)
    bench.host.do(SetAttribute("/World/Mill", "factoryTwin:station:processTime", "30"))
    await bench.ui.wait_n_updates(3)
    assert "was changed after this run" in find(bench, "Label", "status").widget.text
    bench.host.undo()
    await bench.ui.wait_n_updates(3)
    assert "replications in" in find(bench, "Label", "status").widget.text


async def test_the_station_table_sorts_and_selects(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    await run(bench, panel)
    assert [r.name for r in panel.result.table.rows] == ["Mill", "Lathe"]
    await find(bench, "Label", "header_Busy").click()
    await bench.ui.wait_n_updates(2)
    assert [r.name for r in panel.result.table.rows] == ["Mill", "Lathe"]  # 86 % before 100 %
    await find(bench, "Label", "header_Busy").click()
    await bench.ui.wait_n_updates(2)
    assert [r.name for r in panel.result.table.rows] == ["Lathe", "Mill"]
    await find(bench, "Label", "station_/World/Lathe").click()
    assert bench.host.selection == ("/World/Lathe",)
    assert panel.result.table.as_text().splitlines()[0].split("\t")[:3] == ["Station", "States", "Busy"]


async def test_a_warning_is_told_above_the_table(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    await run(bench, panel)
    assert find(bench, "Label", "warning_0") is None
    bench.host.stage.GetPrimAtPath("/World/Mill").GetAttribute("factoryTwin:station:processTime").Set("9 h")
    await run(bench, panel)
    warning = find(bench, "Label", "warning_0")
    assert warning.widget.text.startswith("No part was worked on at /World/Lathe.") and warning.widget.name == "warning"
    table = bench.ui.find(f"{TITLE}//Frame/**/TreeView[*].identifier=='stations'")
    assert 0 < warning.position.y < table.position.y and warning.size.y > 10
    assert find(bench, "Label", "warning_1") is None


@pytest.mark.parametrize("horizon", ["24 h", "5 d", "2 weeks"])
async def test_the_result_of_a_long_run_fits_into_a_narrow_window(bench: Any, line: Path, horizon: str) -> None:
    bench.host.open(line)
    window = bench.show(RunPanel, size=(880, 590))
    await bench.ui.wait_n_updates(6)
    panel = window.panel
    await find(bench, "StringField", "horizon").input(horizon)
    await find(bench, "StringField", "replications").input("1")
    await run(bench, panel)
    for kind, name in (("Plot", "chart_wip"), ("Label", "card_Bottleneck")):
        widget = find(bench, kind, name)
        assert 0 < widget.position.x < widget.position.x + widget.size.x < 880, name


async def test_waiting_and_maintenance_are_part_of_the_bars(bench: Any, line: Path) -> None:
    with_upkeep(line)
    panel = await shown(bench, line)
    await run(bench, panel)
    mill = bar_text(panel.result.table.rows[0])
    assert "maintenance" in mill and "waiting" in mill
    legend = next(c.tooltip for c in panel.result.table.columns if c.title == "States")
    assert {"W  waiting", "M  maintenance"} <= set(legend.splitlines())
    letters = {r.widget.text for r in bench.ui.find_all(f"{TITLE}//Frame/**/Label[*]")}
    assert {"W", "M", "B"} <= letters


async def test_the_log_is_saved(bench: Any, line: Path, tmp_path: Path) -> None:
    panel = await shown(bench, line)
    await run(bench, panel)
    bench.host.choose = lambda title, suffixes, done, write: done(tmp_path / "shift.npz")
    await find(bench, "Button", "save").click()
    assert len(Log.load(tmp_path / "shift.npz")) == len(panel.model.log) > 0


async def test_without_a_result_it_says_what_to_do(bench: Any, line: Path) -> None:
    await shown(bench, line)
    assert "No result yet." in [r.widget.text for r in bench.ui.find_all(f"{TITLE}//Frame/**/Label[*]")]


async def test_from_one_blockage_to_the_next(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    await run(bench, panel)
    for _ in range(2):
        await find(bench, "Button", "jump_next").click()
        await bench.ui.wait_n_updates(3)
    assert panel.motion.shown and bench.host.selection == ("/World/Mill",)
    text = find(bench, "Label", "moment").widget.text
    assert text.startswith("Blockage: Mill (2 of ")
    status = bench.host.stage.GetPrimAtPath("/World/Mill").GetAttribute("factoryTwin:state:status")
    second, code = panel.motion.plant_time, bench.host.time * bench.host.stage.GetTimeCodesPerSecond()
    assert status.Get(code) == "blocked"
    await find(bench, "Button", "jump_before").click()
    await bench.ui.wait_n_updates(3)
    assert panel.motion.plant_time < second and "(1 of " in find(bench, "Label", "moment").widget.text
    await find(bench, "Button", "jump_before").click()
    await bench.ui.wait_n_updates(3)
    assert find(bench, "Label", "moment").widget.text == "No blockage before this."
    find(bench, "ComboBox", "jump_kind").model.get_item_value_model().set_value(0)
    await find(bench, "Button", "jump_next").click()
    await bench.ui.wait_n_updates(3)
    assert find(bench, "Label", "moment").widget.text == "There was no breakdown in this shift."


async def test_shares_and_flows_are_shown_on_the_floor(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    stage = bench.host.stage
    box = find(bench, "ComboBox", "heat")
    assert not box.widget.enabled
    await run(bench, panel)
    before = stage.GetSessionLayer().ExportToString()
    box.model.get_item_value_model().set_value(1)
    await bench.ui.wait_n_updates(3)
    busy = {r.path: r.kpi.busy for r in panel.model.stations()}
    for path, share in busy.items():
        assert stage.GetAttributeAtPath(f"{path}.primvars:factoryTwin:share").Get() == pytest.approx(share)
    assert stage.GetPrimAtPath("/FactoryTwinFlow") and stage.GetPrimAtPath("/FactoryTwinShare")
    box.model.get_item_value_model().set_value(2)
    await bench.ui.wait_n_updates(3)
    blocked = panel.model.result.stations["/World/Mill"].blocked
    assert stage.GetAttributeAtPath("/World/Mill.primvars:factoryTwin:share").Get() == pytest.approx(blocked)
    await run(bench, panel)  # another run: what belonged to the last one goes
    assert box.model.get_item_value_model().as_int == 0 and not panel.floor.shown
    assert stage.GetSessionLayer().ExportToString() == before
