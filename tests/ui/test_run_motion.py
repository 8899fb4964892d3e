# SPDX-License-Identifier: Apache-2.0
"""Motion while things happen around it: the timeline scrubbed, the stage swapped, closed or locked, the panel closed."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from factory_twin.motion import Player
from factory_twin_runner import panel as module
from factory_twin_runner import show
from factory_twin_runner.panel import RunPanel
from pxr import Usd, UsdGeom

from tests.ui.fixtures import find, write_line

pytestmark = pytest.mark.ui
TITLE, SCOPE = RunPanel.TITLE, "/World/FactoryTwinMotion"


@pytest.fixture(autouse=True, params=[1000, 0], ids=["prims", "crowd"])
def limit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Show parts in both ways."""
    monkeypatch.setattr(show, "Player", partial(Player, limit=request.param))


async def playing(bench: Any, line: Path) -> Any:
    """Run a shift, show its motion and let it play; returns the panel's window."""
    bench.host.open(line)
    window = bench.show(RunPanel)
    await bench.ui.wait_n_updates(6)
    await find(bench, TITLE, "run", "Button[*]").click()
    await bench.ui.wait_until(lambda: not window.panel.running, "the run ends", frames=2000)
    await bench.ui.wait_n_updates(4)
    await find(bench, TITLE, "motion", "Button[*]").click()
    bench.host.play()
    await bench.ui.wait_n_updates(5)
    assert bench.host.playing and in_sight(bench.host.stage)
    return window


def in_sight(stage: Usd.Stage) -> dict[str, tuple[float, ...]]:
    """Where parts are, by prim or by number of the instance."""
    parts = stage.GetPrimAtPath(SCOPE).GetChildren() if stage.GetPrimAtPath(SCOPE) else []
    crowd = UsdGeom.PointInstancer(parts[0]) if parts else None
    if crowd:
        world = UsdGeom.Xformable(parts[0]).ComputeLocalToWorldTransform(0)
        matrices = crowd.ComputeInstanceTransformsAtTime(0, 0, crowd.IncludeProtoXform, crowd.IgnoreMask)
        mask = list(crowd.ComputeMaskAtTime(0)) or [True] * len(matrices)
        return {str(k): tuple((m * world).ExtractTranslation()) for k, m in enumerate(matrices) if mask[k]}
    return {
        p.GetName(): tuple(UsdGeom.Xformable(p).ComputeLocalToWorldTransform(0).ExtractTranslation())
        for p in parts
        if UsdGeom.Imageable(p).ComputeVisibility(0) != "invisible"
    }


def text(stage: Usd.Stage) -> tuple[str, str]:
    return stage.GetRootLayer().ExportToString(), stage.GetSessionLayer().ExportToString()


async def test_parts_follow_the_timeline_and_the_panel_does_not_read_the_plant_anew(
    bench: Any, line: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing(bench, line)
    reads: list[Usd.Stage] = []
    survey = module.survey
    monkeypatch.setattr(module, "survey", lambda stage: reads.append(stage) or survey(stage))
    bench.host.pause()
    shown = []
    for time in (100.0, 1.5, 4.0, 100.0):
        bench.host.set_time(time)
        await bench.ui.wait_n_updates(2)
        shown.append(in_sight(bench.host.stage))
    assert sorted(shown[0].values()) == sorted(shown[3].values()) and shown[0] != shown[1] != shown[2]
    assert not reads and not bench.host.stage.GetRootLayer().dirty


async def test_the_timeline_scrubbed_wildly(bench: Any, line: Path) -> None:
    window = await playing(bench, line)
    before = text(Usd.Stage.Open(str(line)))[0]
    chance = random.Random(1)
    for k in range(60):
        bench.host.set_time(chance.uniform(-10.0, 600.0))
        if k % 7 == 0:
            bench.host.play() if chance.random() < 0.5 else bench.host.stop()
        await bench.ui.wait_n_updates(1)
    stage = bench.host.stage
    window.panel.toggle_motion()
    assert not stage.GetPrimAtPath(SCOPE) and text(stage)[0] == before
    assert len(stage.GetSessionLayer().subLayerPaths) == 0


async def test_another_stage_opened_while_playing(bench: Any, line: Path, tmp_path: Path) -> None:
    window = await playing(bench, line)
    first = bench.host.stage
    bench.host.open(write_line(tmp_path / "other.usda"))
    await bench.ui.wait_n_updates(4)
    assert not window.panel.motion.shown and not bench.host.playing
    for stage in (first, bench.host.stage):
        assert not stage.GetPrimAtPath(SCOPE) and not list(stage.GetSessionLayer().subLayerPaths)
        assert not stage.GetRootLayer().dirty


async def test_the_stage_closed_while_playing(bench: Any, line: Path) -> None:
    window = await playing(bench, line)
    stage = bench.host.stage
    bench.host.detach()
    await bench.ui.wait_n_updates(4)
    assert not window.panel.motion.shown and not stage.GetPrimAtPath(SCOPE)


async def test_layers_locked_while_playing(bench: Any, line: Path) -> None:
    window = await playing(bench, line)
    stage = bench.host.stage
    for layer in (stage.GetRootLayer(), stage.GetSessionLayer()):
        layer.SetPermissionToEdit(False)
    before = in_sight(stage)
    bench.host.set_time(300.0)
    await bench.ui.wait_n_updates(4)
    assert in_sight(stage) != before
    window.panel.toggle_motion()
    await bench.ui.wait_n_updates(2)
    assert not stage.GetPrimAtPath(SCOPE) and not list(stage.GetSessionLayer().subLayerPaths)
    window.panel.toggle_motion()  # and can't be shown again
    await bench.ui.wait_n_updates(2)
    assert not window.panel.motion.shown and not stage.GetPrimAtPath(SCOPE)
    stage.GetSessionLayer().SetPermissionToEdit(True)


async def test_the_panel_closed_while_playing(bench: Any, line: Path) -> None:
    window = await playing(bench, line)
    stage = bench.host.stage
    window.close()
    bench.windows.remove(window)
    bench.host.set_time(30.0)
    await bench.ui.wait_n_updates(4)
    assert not stage.GetPrimAtPath(SCOPE) and not list(stage.GetSessionLayer().subLayerPaths)
