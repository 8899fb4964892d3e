# SPDX-License-Identifier: Apache-2.0
"""The Kit host keeps its promises on stand-ins: stage, selection, undo, late timeline, menus, windows, nothing left behind."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factory_twin.edit import Move, SetAttribute
from factory_twin.errors import FactoryTwinError
from pxr import Sdf, Usd, UsdGeom

pytestmark = pytest.mark.ui
STATION, TIME = "/World/Mill", "factoryTwin:station:processTime"


@pytest.fixture
def world(ui_backend: Any) -> Iterator[Any]:
    """Kit's stand-ins, installed; draws with the real omni.ui."""
    from tests.kit import fakes, standin

    fakes.KIT.reset()
    installed = standin.install()
    fakes.KIT.draw = ui_backend.frame
    yield fakes.KIT
    standin.remove(installed)
    assert fakes.KIT.errors == []


@pytest.fixture
def kit(world: Any) -> Any:
    from factory_twin_ui import kit

    return kit


@pytest.fixture
def host(kit: Any) -> Iterator[Any]:
    held = kit.hold()
    yield kit._shared
    held.close()


def stage_with_station() -> Usd.Stage:
    stage = Usd.Stage.CreateInMemory()
    stage.SetTimeCodesPerSecond(60)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    prim = UsdGeom.Xform.Define(stage, STATION).GetPrim()
    prim.AddAppliedSchema("FactoryTwinStationAPI")
    prim.CreateAttribute(TIME, Sdf.ValueTypeNames.String, False, Sdf.VariabilityUniform).Set("60")
    return stage


def opened(world: Any) -> Usd.Stage:
    stage = stage_with_station()
    asyncio.run(world.context.attach_stage_async(stage))
    return stage


def test_it_fulfils_the_protocol(host: Any) -> None:
    from factory_twin_ui.host import Host

    assert isinstance(host, Host)


def test_a_closing_stage_is_let_go_before_it_is_gone(world: Any, host: Any) -> None:
    seen: list[bool] = []
    handle = host.on_stage(lambda: seen.append(host.stage is not None))
    gone = weakref.ref(opened(world))
    assert seen == [True]
    asyncio.run(world.context.close_stage_async())
    assert seen == [True, False] and host.stage is None
    gc.collect()
    assert gone() is None
    handle.close()


def test_selection_goes_both_ways(world: Any, host: Any) -> None:
    opened(world)
    seen: list[tuple[str, ...]] = []
    handle = host.on_selection(lambda: seen.append(host.selection))
    host.select((STATION,))
    world.frame()
    world.context.get_selection().set_selected_prim_paths([], True)
    world.frame()
    assert seen == [(STATION,), ()]
    handle.close()


def test_an_edit_is_one_named_step_on_kits_stack(world: Any, host: Any) -> None:
    stage = opened(world)
    before = stage.GetRootLayer().ExportToString()
    told: list[str] = []
    handle = host.on_history(lambda: told.append(host.undo_text))
    host.do(SetAttribute(STATION, TIME, "90"))
    assert [e.name for e in world.undo_stack] == ["FactoryTwinSetAttribute"]
    assert stage.GetAttributeAtPath(f"{STATION}.{TIME}").Get() == "90"
    assert host.undo_text == told[0] == "Set processTime of Mill to 90"
    host.undo()
    assert stage.GetRootLayer().ExportToString() == before and host.undo_text == ""
    host.redo()
    assert stage.GetAttributeAtPath(f"{STATION}.{TIME}").Get() == "90"
    host.undo()
    assert stage.GetRootLayer().ExportToString() == before
    handle.close()


def test_a_refused_edit_reaches_the_caller_and_no_log(world: Any, host: Any) -> None:
    stage = opened(world)
    before = stage.GetRootLayer().ExportToString()
    with pytest.raises(FactoryTwinError, match="distribution"):
        host.do(SetAttribute(STATION, TIME, "gaussian(mean=3)"))
    assert not world.undo_stack and stage.GetRootLayer().ExportToString() == before


def test_undo_never_touches_another_stage(world: Any, host: Any, kit: Any) -> None:
    opened(world)
    host.do(Move(STATION, (1.0, 2.0, 0.0)))
    command = world.undo_stack[-1].command
    other = opened(world)
    before = other.GetRootLayer().ExportToString()
    command.undo()
    assert other.GetRootLayer().ExportToString() == before


def test_changes_come_once_per_frame(world: Any, host: Any) -> None:
    opened(world)
    world.frame()
    seen: list[Any] = []
    handle = host.on_change(seen.append)
    host.do(SetAttribute(STATION, TIME, "90"))
    host.do(SetAttribute(STATION, TIME, "91"))
    assert seen == []
    world.frame()
    assert len(seen) == 1 and seen[0].touches_model
    handle.close()


def test_the_timeline_lands_a_frame_late_and_is_told_then(world: Any, host: Any) -> None:
    opened(world)
    seen: list[float] = []
    handle = host.on_time(lambda: seen.append(host.time))
    host.set_time(5.0)
    assert host.time == 0.0 and seen == []
    world.frame()
    assert host.time == 5.0 and seen == [5.0]
    host.play()
    world.frame()
    world.frame()
    assert host.playing and seen[-1] > 5.0
    handle.close()


def test_the_range_goes_to_the_session_layer(world: Any, host: Any) -> None:
    stage = opened(world)
    before = stage.GetRootLayer().ExportToString()
    host.set_range(0.0, 480.0)
    assert host.range == (0.0, 480.0) and stage.GetEndTimeCode() == 480.0 * 60
    assert stage.GetRootLayer().ExportToString() == before


@pytest.mark.parametrize("old", [False, True], ids=["events 2.0", "event streams"])
def test_frames_come_in_either_form_of_events(world: Any, kit: Any, old: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if old:
        monkeypatch.setitem(sys.modules, "carb.eventdispatcher", None)
        monkeypatch.setattr("tests.kit.fakes.Timeline.commit", world.timeline.commit.__func__)
    held = kit.hold()
    host = kit._shared
    frames: list[float] = []
    stages: list[bool] = []
    handles = host.on_frame(frames.append), host.on_stage(lambda: stages.append(host.stage is not None))
    opened(world)
    world.frame()
    assert frames == [world.dt] * 2 and stages == [True]
    streams = (world.app.get_update_event_stream(), world.context.get_stage_event_stream())
    assert [bool(s._subscribers) for s in streams] == [old, old]
    for handle in handles:
        handle.close()
    held.close()
    assert world.observers() == 0


def test_a_failing_frame_callback_is_told_once_and_stops_no_other(world: Any, host: Any) -> None:
    def fail(dt: float) -> None:
        raise ValueError("broken")

    good: list[float] = []
    handles = host.on_frame(fail), host.on_frame(good.append)
    world.frame()
    world.frame()
    assert len(good) == 2 and len(world.notices) == 1 and "broken" in world.notices[0][0]
    del handles


def test_files_are_asked_for(world: Any, host: Any, tmp_path: Path) -> None:
    chosen: list[Path] = []
    host.ask_save("Save log", (".npz",), chosen.append)
    world.exporter.asked["handler"]("shift", str(tmp_path), ".npz", [])
    host.ask_open("Open", (".npz",), chosen.append)
    world.importer.asked["handler"]("shift.npz", str(tmp_path), [])
    assert chosen == [tmp_path / "shift.npz"] * 2


def test_settings_of_another_type_give_the_default(world: Any, host: Any) -> None:
    host.set_setting("live.broker", "mqtt://a")
    assert host.setting("live.broker", "") == "mqtt://a"
    world.settings.set("/persistent/exts/factory_twin/live/broker", 5)
    assert host.setting("live.broker", "") == ""


class Dummy:
    TITLE = "Dummy"
    alive: list[Any] = []

    def __init__(self, host: Any) -> None:
        self.host = host
        self.handle = host.on_frame(lambda dt: None)
        Dummy.alive.append(weakref.ref(self))

    def build(self) -> None:
        import omni.ui as ui

        ui.Label("hello")

    def close(self) -> None:
        self.handle.close()
        self.__dict__.clear()


def test_windows_are_in_the_menu_with_ticks_and_leave_nothing_behind(world: Any, kit: Any) -> None:
    import omni.ui as ui

    Dummy.alive.clear()
    offer = kit.open_window("Dummy", Dummy, dock="Property")
    for _ in range(3):
        world.frame()
    ((entry,),) = world.menus["Window"]
    (item,) = entry.sub_menu
    assert (entry.name, item.name, item.ticked_fn()) == ("Factory Twin", "Dummy", True)  # shown by itself the first time
    item.onclick_fn()
    world.frame()
    assert not item.ticked_fn() and world.refreshed > 0
    ui.Workspace.show_window("Dummy", True)
    world.frame()
    assert item.ticked_fn()
    again = kit.open_window("Dummy", Dummy, dock="Property")  # another extension with the same panel
    assert len(world.menus["Window"]) == 1 and len(entry.sub_menu) == 1
    again.close()
    assert item.ticked_fn()
    offer.close()
    world.frame()
    gc.collect()
    assert world.menus["Window"] == [] and kit._shared is None
    assert world.observers() == 0 and world.undo_listeners == [] and world.commands == {}
    assert [ref() for ref in Dummy.alive] == [None]


def test_the_second_time_windows_stay_hidden_until_asked_for(world: Any, kit: Any) -> None:
    kit.open_window("Dummy", Dummy, dock="Property").close()
    offer = kit.open_window("Dummy", Dummy, dock="Property")
    ((entry,),) = world.menus["Window"]
    assert not entry.sub_menu[0].ticked_fn()
    offer.close()


@pytest.mark.parametrize("name", ["factory_twin_layout", "factory_twin_runner", "factory_twin_bridge"])
def test_an_extension_starts_shows_its_panel_and_is_gone_after_shutdown(world: Any, name: str) -> None:
    import importlib

    opened(world)
    module = importlib.import_module(f"{name}.extension")
    (kind,) = [v for v in vars(module).values() if isinstance(v, type) and v.__module__ == module.__name__]
    extension = kind()
    extension.on_startup(f"{name}-0.1.0")
    for _ in range(4):
        world.frame()
    alive = weakref.ref(extension)
    panel = weakref.ref(next(iter(module.kit._shared.windows._open.values())).panel)
    assert panel() is not None
    extension.on_shutdown()
    extension.__dict__.clear()
    del extension
    world.frame()
    gc.collect()
    assert alive() is None and panel() is None and world.observers() == 0


def test_disabling_the_live_panel_ends_its_connection(world: Any) -> None:
    import importlib

    before = set(threading.enumerate())
    opened(world)
    module = importlib.import_module("factory_twin_bridge.extension")
    extension = module.LiveExtension()
    extension.on_startup("factory_twin.bridge-0.1.0")
    for _ in range(4):
        world.frame()
    panel = next(iter(module.kit._shared.windows._open.values())).panel
    panel.model.connect(world.context.get_stage(), _plant(world), "mqtt://127.0.0.1:1")
    assert set(threading.enumerate()) - before
    extension.on_shutdown()
    assert not set(threading.enumerate()) - before


def _plant(world: Any) -> Any:
    from factory_twin.survey import survey

    return survey(world.context.get_stage()).plant
