# SPDX-License-Identifier: Apache-2.0
"""Rough use in Kit's stand-ins: stages swapped, closed and locked while a shift plays, the timeline scrubbed wildly."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from pxr import Usd

from tests.kit.test_host import world
from tests.kit.test_leaks import show_all, start, stop
from tests.kit.test_offers import frames
from tests.ui.fixtures import line, write_line

__all__ = ["line", "world"]
pytestmark = pytest.mark.ui
SCOPE = "/World/FactoryTwinMotion"


def open_file(world: Any, path: Path) -> Usd.Stage:
    asyncio.run(world.context.open_stage_async(str(path)))
    frames(world)
    return world.context.get_stage()


def panel(title: str) -> Any:
    return sys.modules["factory_twin_ui.kit"].shared().windows._open[title].panel


def play_a_shift(world: Any) -> None:
    """Run a short shift to its end, show the motion and let the timeline run."""
    run = panel("Factory Run")
    run.run()
    for _ in range(3000):
        if not run.running:
            break
        world.frame()
    run.show_motion()
    world.timeline.play()
    frames(world, 5)


def texts(stage: Usd.Stage) -> tuple[str, list[str]]:
    """The user's own file, and the sub-layers of the session."""
    return stage.GetRootLayer().ExportToString(), list(stage.GetSessionLayer().subLayerPaths)


def wrong(world: Any) -> list[str]:
    return [text for text, _ in world.notices if "went wrong" in text] + world.errors


def test_a_stage_swapped_while_playing_is_left_as_it_was(world: Any, line: Path, tmp_path: Path) -> None:
    held = start()
    first = open_file(world, line)
    show_all(world)
    before = texts(first)
    play_a_shift(world)
    assert first.GetPrimAtPath(SCOPE) and world.timeline.is_playing()
    second = open_file(world, write_line(tmp_path / "second.usda"))
    frames(world, 10)
    assert texts(first) == before and not first.GetPrimAtPath(SCOPE)
    assert not second.GetPrimAtPath(SCOPE)
    play_a_shift(world)
    assert second.GetPrimAtPath(SCOPE) and not first.GetPrimAtPath(SCOPE)
    stop(held)
    assert not second.GetPrimAtPath(SCOPE) and wrong(world) == []


def test_a_stage_closed_while_a_run_goes_on(world: Any, line: Path) -> None:
    held = start()
    open_file(world, line)
    show_all(world)
    panel("Factory Run").run()
    frames(world, 2)
    asyncio.run(world.context.close_stage_async())
    frames(world, 10)
    assert not panel("Factory Run").running
    stage = open_file(world, line)
    play_a_shift(world)
    assert stage.GetPrimAtPath(SCOPE)
    stop(held)
    assert wrong(world) == []


@pytest.mark.parametrize("which", ["root", "session"])
def test_a_layer_locked_while_playing(world: Any, line: Path, which: str) -> None:
    held = start()
    stage = open_file(world, line)
    show_all(world)
    before = texts(stage)
    play_a_shift(world)
    layer = stage.GetRootLayer() if which == "root" else stage.GetSessionLayer()
    layer.SetPermissionToEdit(False)
    for time in (10.0, 2.0, 50.0):
        world.timeline.set_current_time(time)
        frames(world, 2)
    stop(held)
    frames(world, 3)
    assert not layer.permissionToEdit
    layer.SetPermissionToEdit(True)
    assert texts(stage) == before and not stage.GetPrimAtPath(SCOPE)
    assert wrong(world) == []


@pytest.mark.parametrize("seed", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, 6))])
def test_anything_in_any_order(world: Any, line: Path, tmp_path: Path, seed: int) -> None:
    from factory_twin_runner.floor import HEATS
    from factory_twin_runner.jumps import NAMES

    chance = random.Random(seed)
    files = [line, write_line(tmp_path / "other.usda")]
    contents = [file.read_text(encoding="utf-8") for file in files]
    held = start()
    open_file(world, files[0])
    show_all(world)
    play_a_shift(world)

    def scrub() -> None:
        world.timeline.set_current_time(chance.choice([-5.0, 0.0, 1e9, chance.uniform(0, 500)]))

    def lock() -> None:
        stage = world.context.get_stage()
        if stage is not None:
            layer = chance.choice([stage.GetRootLayer(), stage.GetSessionLayer()])
            layer.SetPermissionToEdit(not layer.permissionToEdit)

    def toggle() -> None:
        (world.timeline.pause if world.timeline.is_playing() else world.timeline.play)()

    def restart() -> None:
        stop(held)
        held[:] = start()
        show_all(world)

    steps = [
        scrub, scrub, scrub, toggle, lock, restart, world.timeline.stop, lambda: open_file(world, chance.choice(files)),
        lambda: asyncio.run(world.context.close_stage_async()), lambda: panel("Factory Run").run(),
        lambda: panel("Factory Run").toggle_motion(),
        lambda: panel("Factory Run").jump(chance.choice(list(NAMES)), chance.choice([1, -1])),
        lambda: panel("Factory Run").heat(chance.choice(list(HEATS))), lambda: panel("Factory Run").cancel(),
    ]  # fmt: skip
    for _ in range(120):
        chance.choice(steps)()
        frames(world, chance.choice([0, 1, 3]))
    stage = world.context.get_stage()
    stop(held)
    frames(world, 3)
    assert wrong(world) == []
    assert stage is None or not stage.GetPrimAtPath(SCOPE)
    assert [file.read_text(encoding="utf-8") for file in files] == contents
    assert stage is None or stage.GetRootLayer().ExportToString() in contents
