# SPDX-License-Identifier: Apache-2.0
"""What we add to Kit's own windows: a section of Property, a context menu, preference pages, names in the viewport."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pxr import Usd, UsdGeom

from tests.kit.test_host import STATION, TIME, opened, world

__all__ = ["world"]
pytestmark = pytest.mark.ui
EXTENSIONS = ("factory_twin_ui", "factory_twin_layout", "factory_twin_runner", "factory_twin_bridge")


@pytest.fixture
def running(world: Any) -> Iterator[Any]:
    """All extensions, enabled."""
    from tests.kit import standin

    held = [standin._start(name) for name in EXTENSIONS]
    yield world
    for holder in reversed(held):
        assert standin._stop(holder) == 0


def frames(world: Any, count: int = 4) -> None:
    for _ in range(count):
        world.frame()


def select(world: Any, *paths: str) -> None:
    world.context.get_selection().set_selected_prim_paths(list(paths), True)
    frames(world)


def bring_to_front(world: Any, title: str) -> None:
    import omni.ui as ui

    window = ui.Workspace.get_window(title)
    window.position_x, window.position_y, window.width, window.height = 0, 0, 640, 400
    window.focus()
    frames(world)


def find(query: str) -> Any:
    from tests.ui import uitest

    return uitest.find(query)


def section_field() -> Any:
    return find("Property//Frame/**/StringField[*].identifier=='field_processTime'")


def test_the_property_window_shows_and_changes_the_fields_of_a_station(running: Any) -> None:
    stage = opened(running)
    select(running, STATION)
    assert section_field().model.as_string == "60"
    bring_to_front(running, "Property")
    asyncio.run(section_field().input("75"))
    frames(running)
    assert stage.GetAttributeAtPath(f"{STATION}.{TIME}").Get() == "75"
    assert running.undo_stack[-1].name == "FactoryTwinSetAttribute"
    stage.GetAttributeAtPath(f"{STATION}.{TIME}").Set("80")
    frames(running)
    assert section_field().model.as_string == "80"


def test_the_property_window_shows_no_section_for_other_prims(running: Any) -> None:
    stage = opened(running)
    UsdGeom.Xform.Define(stage, "/World/Wall")
    select(running, STATION)
    assert section_field() is not None
    select(running, "/World/Wall")
    assert section_field() is None
    select(running)
    assert section_field() is None


def test_sections_come_and_go_with_kits_own_extension(running: Any) -> None:
    from tests.kit import fake_windows

    assert len(fake_windows.PROPERTY._widgets) == 1
    running.manager.set_extension_enabled_immediate("omni.kit.window.property", False)
    assert not fake_windows.PROPERTY._widgets
    running.manager.set_extension_enabled_immediate("omni.kit.window.property", True)
    assert len(fake_windows.PROPERTY._widgets) == 1


@pytest.mark.parametrize(
    "missing",
    ["omni.kit.window.property", "omni.kit.context_menu", "omni.kit.viewport.registry", "omni.kit.window.preferences"],
)
def test_everything_starts_without_one_of_kits_extensions(world: Any, missing: str) -> None:
    from tests.kit import standin

    world.enabled.discard(missing)
    held = [standin._start(name) for name in EXTENSIONS]
    opened(world)
    frames(world)
    assert [standin._stop(holder) for holder in reversed(held)] == [0] * len(held)


def menu(prims: list[Usd.Prim]) -> dict[str, Any]:
    from tests.kit import fake_windows

    return fake_windows.context_menu({"prim_list": prims})


def test_a_prim_becomes_a_station_by_the_context_menu_and_back_by_undo(running: Any) -> None:
    stage = opened(running)
    wall = UsdGeom.Xform.Define(stage, "/World/Wall").GetPrim()
    before = stage.GetRootLayer().ExportToString()
    lines = menu([wall])
    assert list(lines) == [f"Factory Twin/Make it {k}" for k in ("a source", "a station", "a buffer", "a sink")]
    lines["Factory Twin/Make it a station"]()
    assert "FactoryTwinStationAPI" in wall.GetAppliedSchemas()
    assert "Factory Twin/Take it out of the plant" in menu([wall])
    running.undo_stack[-1].command.undo()
    assert stage.GetRootLayer().ExportToString() == before


def test_places_are_connected_in_the_order_they_were_chosen(running: Any) -> None:
    stage = opened(running)
    rack, end = (UsdGeom.Xform.Define(stage, f"/World/{name}").GetPrim() for name in ("Rack", "End"))
    rack.AddAppliedSchema("FactoryTwinBufferAPI")
    end.AddAppliedSchema("FactoryTwinSinkAPI")
    mill = stage.GetPrimAtPath(STATION)
    assert "Factory Twin/Connect in this order" not in menu([end, rack])
    menu([mill, rack, end])["Factory Twin/Connect in this order"]()
    assert [str(p) for p in mill.GetRelationship("factoryTwin:successors").GetTargets()] == ["/World/Rack"]
    assert [str(p) for p in rack.GetRelationship("factoryTwin:successors").GetTargets()] == ["/World/End"]
    assert len(running.undo_stack) == 1
    menu([rack])["Factory Twin/Select what feeds it"]()
    assert running.context.get_selection().get_selected_prim_paths() == [STATION]
    menu([rack])["Factory Twin/Select what it feeds"]()
    assert running.context.get_selection().get_selected_prim_paths() == ["/World/End"]


def test_a_refused_action_is_told(running: Any) -> None:
    stage = opened(running)
    lines = menu([stage.GetPrimAtPath(STATION)])
    stage.GetRootLayer().SetPermissionToEdit(False)
    lines["Factory Twin/Take it out of the plant"]()
    stage.GetRootLayer().SetPermissionToEdit(True)
    assert "locked" in running.notices[-1][0] and not running.undo_stack


def test_there_is_no_line_for_no_prim(running: Any) -> None:
    opened(running)
    assert menu([]) == {}


def test_preferences_are_shown_and_kept(running: Any) -> None:
    import omni.ui as ui

    from tests.kit import fake_windows
    from tests.ui import uitest

    pages = {page.get_title(): page for page in fake_windows.PAGES}
    assert set(pages) == {"Factory Twin", "Factory Twin Live"}
    window = ui.Window("Preferences", width=640, height=400)
    with window.frame:
        pages["Factory Twin Live"].build()
    frames(running)
    bring_to_front(running, "Preferences")
    path = "/persistent/exts/factory_twin/live/broker"
    asyncio.run(find(f"Preferences//Frame/**/StringField[*].identifier=='{path}'").input("mqtt://line4"))
    frames(running)
    assert running.settings.get(path) == "mqtt://line4"
    labels = [ref.widget.text for ref in uitest.find_all("Preferences//Frame/**/Label[*]")]
    assert "Address" in labels and "Password" not in labels
    window.destroy()


def layers() -> list[Any]:
    kind = sys.modules["factory_twin_ui.kit.overlay"].Layer
    return [thing for thing in gc.get_objects() if type(thing) is kind and thing._tags is not None]


def test_names_and_states_are_drawn_in_the_viewport(running: Any) -> None:
    from tests.kit import fake_windows

    stage = opened(running)
    frames(running)
    (layer,) = layers()
    (tag,) = layer._tags.tags
    assert (tag.name, layer._tags._drawn[STATION][0].text) == ("Mill", "Mill")
    prim = stage.GetPrimAtPath(STATION)
    prim.AddAppliedSchema("FactoryTwinStateAPI")
    prim.GetAttribute("factoryTwin:state:status").Set("DOWN")
    frames(running)
    label, dot = layer._tags._drawn[STATION]
    assert label.text == "Mill [D]" and dot.visible
    running.settings.set("/persistent/exts/factory_twin/viewport/tags", False)
    assert not layer.visible
    running.settings.set("/persistent/exts/factory_twin/viewport/tags", True)
    assert layer.visible and fake_windows.SCENES == ["factory_twin.tags"]
    asyncio.run(running.context.close_stage_async())
    frames(running)
    assert layer._tags.tags == []
