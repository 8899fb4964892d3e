# SPDX-License-Identifier: Apache-2.0
"""Enabling and disabling the extensions again and again leaves nothing behind: what Kit's own reload would show as a leak."""

from __future__ import annotations

import asyncio
import enum
import gc
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest

from tests.kit.test_host import opened, world
from tests.kit.test_offers import EXTENSIONS, frames, select
from tests.ui.fixtures import line

__all__ = ["line", "world"]
pytestmark = pytest.mark.ui
CYCLES = 50


def start(names: tuple[str, ...] = EXTENSIONS) -> list[Any]:
    from tests.kit import standin

    return [standin._start(name) for name in names]


def stop(held: list[Any]) -> None:
    from tests.kit import standin

    for holder in reversed(held):
        assert standin._stop(holder) == 0


def left(world: Any) -> dict[str, Any]:
    """What is registered with Kit, and what runs."""
    import omni.ui as ui

    from tests.kit import fake_windows

    return {
        "observers": world.observers(),
        "hooks": len(world.manager._hooks),
        "watched settings": len(world.settings.watchers),
        "undo listeners": len(world.undo_listeners),
        "commands": sorted(world.commands),
        "menus": sum(len(lists) for lists in world.menus.values()),
        "context menus": len(fake_windows.MENUS),
        "preference pages": len(fake_windows.PAGES),
        "property sections": len(fake_windows.PROPERTY._widgets),
        "viewport layers": len(fake_windows.SCENES),
        "windows": sorted(w.title for w in ui.Workspace.get_windows() if "Factory" in w.title and w.visible),
        "threads": sorted(t.name for t in threading.enumerate()),
    }


def panels(world: Any) -> list[weakref.ref[Any]]:
    """All objects of our panels that are alive now."""
    modules = ("factory_twin_ui", "factory_twin_layout", "factory_twin_runner", "factory_twin_bridge")
    mine = [t for t in gc.get_objects() if str(type(t).__module__).startswith(modules) and not isinstance(t, (type, enum.Enum))]
    return [weakref.ref(t) for t in mine if hasattr(type(t), "__weakref__")]


def show_all(world: Any) -> None:
    import omni.ui as ui

    for title in ("Factory Layout", "Factory Run", "Factory Live"):
        ui.Workspace.show_window(title, True)
    frames(world, 5)


def use(world: Any) -> None:
    """Select a station, run a shift and show its motion, so that forms, charts and tables have been built."""
    select(world, "/World/Mill")
    panel = sys.modules["factory_twin_ui.kit"].shared().windows._open["Factory Run"].panel
    panel.run()
    for _ in range(2000):
        world.frame()
        if not panel.running:
            break
    assert panel.model.result is not None
    panel.show_motion()
    frames(world, 5)
    select(world)


def test_fifty_cycles_of_all_extensions_leave_nothing(world: Any, line: Path) -> None:
    asyncio.run(world.context.open_stage_async(str(line)))
    frames(world)
    gc.collect()
    before, settings, others = left(world), None, panels(world)
    alive: list[weakref.ref[Any]] = []
    for cycle in range(CYCLES):
        held = start()
        show_all(world)
        if cycle in (0, CYCLES - 1):
            use(world)
            found = panels(world)
            assert {"LayoutPanel", "RunPanel", "LivePanel", "KitHost", "SceneTags"} <= {type(r()).__name__ for r in found}
            alive += found
            del found
        stop(held)
        frames(world, 2)
        assert left(world) == before, f"cycle {cycle}"
        now = dict(world.settings.values)
        assert settings is None or now == settings
        settings = now
    gc.collect()
    earlier = {id(r()) for r in others if r() is not None}  # of other tests: a desktop's window lives as long as its process
    assert sorted({type(r()).__name__ for r in alive if r() is not None and id(r()) not in earlier}) == []
    world.timeline.play()
    frames(world, 3)
    assert world.errors == []


@pytest.mark.parametrize("name", EXTENSIONS)
def test_one_extension_alone_can_go_and_come_back(world: Any, name: str) -> None:
    opened(world)
    before = left(world)
    for _ in range(3):
        held = start((name,))
        frames(world, 3)
        stop(held)
        frames(world, 2)
    assert left(world) == before


def drop(packages: tuple[str, ...]) -> dict[str, Any]:
    """Take modules out of Python, as Kit does when an extension is disabled; return them."""
    names = [n for n in sys.modules if any(n == p or n.startswith(f"{p}.") for p in packages)]
    gone = {name: sys.modules.pop(name) for name in names}
    for name in names:
        above, _, last = name.rpartition(".")
        if above in sys.modules and hasattr(sys.modules[above], last):
            delattr(sys.modules[above], last)
    return gone


def test_hot_reload_works_on_new_classes(world: Any) -> None:
    packages = ("factory_twin_ui.kit", "factory_twin_ui.extension", *EXTENSIONS[1:])
    opened(world)
    stop(start())
    old = drop(packages)
    try:
        held = start()
        show_all(world)
        new = sys.modules["factory_twin_ui.kit.host"].KitHost
        assert new is not old["factory_twin_ui.kit.host"].KitHost
        assert type(sys.modules["factory_twin_ui.kit"].shared()) is new and world.observers() > 0
        stop(held)
        frames(world, 2)
        assert world.observers() == 0 and world.commands == {}
    finally:
        drop(packages)
        sys.modules.update(old)


def test_disabling_while_everything_runs_leaves_no_prim_and_no_thread(world: Any) -> None:
    stage = opened(world)
    root, session = stage.GetRootLayer().ExportToString(), stage.GetSessionLayer().ExportToString()
    threads = set(threading.enumerate())
    held = start()
    show_all(world)
    host = sys.modules["factory_twin_ui.kit"].shared()
    panel = {title: window.panel for title, window in host.windows._open.items()}
    from factory_twin.survey import survey

    plant = survey(stage).plant
    panel["Factory Live"].model.connect(stage, plant, "mqtt://127.0.0.1:1")
    world.timeline.play()
    frames(world, 5)
    stop(held)
    frames(world, 3)
    assert set(threading.enumerate()) == threads
    assert stage.GetRootLayer().ExportToString() == root
    assert stage.GetSessionLayer().ExportToString() == session
    asyncio.run(world.context.close_stage_async())
    gone = weakref.ref(stage)
    del stage, plant, panel, host
    gc.collect()
    assert gone() is None
