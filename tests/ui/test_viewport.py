# SPDX-License-Identifier: Apache-2.0
"""The desk's window on the real omni.ui: what is drawn, clicked and framed in 3D; menus, keys, timeline, file dialog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factory_twin.edit import Move
from factory_twin.event import State
from factory_twin_ui import style
from factory_twin_ui.desk.window import DeskWindow
from pxr import Gf, Sdf, UsdGeom

pytestmark = pytest.mark.ui
MILL = "/World/Mill"


@pytest.fixture
def window(bench: Any, line: Path) -> Iterator[DeskWindow]:
    bench.host.open(line)
    made = DeskWindow(bench.host, [], bench.backend.frame)
    for _ in range(4):
        bench._frame()
        bench.backend.frame()
    yield made
    made.close()


def spot(window: DeskWindow, point: tuple[float, float, float]) -> tuple[float, float]:
    """Where a point of the world is on the screen, pixels."""
    camera, view = window.viewport.camera, window.viewport._views[3]
    x, y, _, w = camera.projection() @ camera.view() @ np.array([*point, 1.0])
    return (
        view.screen_position_x + (x / w + 1) / 2 * view.computed_width,
        view.screen_position_y + (1 - y / w) / 2 * view.computed_height,
    )


def pixel(bench: Any, window: DeskWindow, point: tuple[float, float, float]) -> np.ndarray:
    x, y = spot(window, point)
    return bench.ui.capture()[round(y), round(x)].astype(int)


async def test_a_click_selects_the_place_and_beside_it_nothing(bench: Any, window: DeskWindow) -> None:
    await bench.ui.wait_n_updates(2)
    await bench.ui.emulate_mouse_move_and_click(bench.ui.Vec2(*spot(window, (4.0, 0.0, 0.7))))
    await bench.ui.wait_until(lambda: bench.host.selection == (MILL,), "the mill is selected", pause=0.01)
    await bench.ui.emulate_mouse_move_and_click(bench.ui.Vec2(*spot(window, (6.0, -3.0, 0.0))))
    await bench.ui.wait_until(lambda: bench.host.selection == (), "nothing is selected", pause=0.01)


async def test_the_picture_follows_edits_colours_and_time(bench: Any, window: DeskWindow) -> None:
    window.viewport.show_labels(False)
    stage = bench.host.stage
    await bench.ui.wait_n_updates(2)
    top = (4.0, 0.0, 1.4)
    blue = pixel(bench, window, top)
    assert blue[2] > blue[0] + 20
    UsdGeom.Cube(stage.GetPrimAtPath(f"{MILL}/Body")).GetDisplayColorAttr().Set([(0.8, 0.0, 0.0)])
    await bench.ui.wait_n_updates(2)
    red = pixel(bench, window, top)
    assert red[0] > red[2] + 80
    bench.host.do(Move(MILL, (4.0, 2.5, 0.0)))
    await bench.ui.wait_n_updates(2)
    assert abs(pixel(bench, window, (4.0, 2.5, 1.4)) - red).max() <= 2
    assert abs(pixel(bench, window, top) - red).max() > 40
    bench.host.undo()
    op = stage.GetPrimAtPath(MILL).GetAttribute("xformOp:translate")
    op.Set(Gf.Vec3d(4, 0, 0), 0.0)
    op.Set(Gf.Vec3d(4, 3, 0), 600.0)
    bench.host.set_range(0.0, 10.0)
    await bench.ui.wait_n_updates(2)
    bench.host.set_time(10.0)
    await bench.ui.wait_n_updates(2)
    assert abs(pixel(bench, window, (4.0, 3.0, 1.4)) - red).max() <= 2


async def test_things_behind_are_hidden_by_things_in_front(bench: Any, window: DeskWindow) -> None:
    window.viewport.show_labels(False)
    stage, viewport = bench.host.stage, window.viewport
    back = viewport.camera.basis()[2]
    place = np.array([4.0, 0.0, 1.4]) + back * 3
    cube = UsdGeom.Cube.Define(stage, "/World/Screen")
    cube.GetSizeAttr().Set(1.5)
    cube.AddTranslateOp().Set(Gf.Vec3d(*place.tolist()))
    cube.GetDisplayColorAttr().Set([(0.0, 0.8, 0.0)])
    await bench.ui.wait_n_updates(3)
    green = pixel(bench, window, (4.0, 0.0, 1.4))
    assert green[1] > green[0] + 60 and green[1] > green[2] + 60


async def test_drag_orbits_wheel_zooms_and_f_frames(bench: Any, window: DeskWindow) -> None:
    camera = window.viewport.camera
    await bench.ui.wait_n_updates(2)
    yaw, pitch, distance = camera.yaw, camera.pitch, camera.distance
    await bench.ui.emulate_mouse_drag_and_drop(bench.ui.Vec2(300, 200), bench.ui.Vec2(420, 160), right_click=True)
    assert camera.yaw != yaw and camera.pitch != pitch and camera.distance == distance
    await bench.ui.emulate_mouse_move(bench.ui.Vec2(400, 200))
    await bench.ui.emulate_mouse_scroll(bench.ui.Vec2(0, 1))
    assert camera.distance < distance
    bench.host.select((MILL,))
    window._key(70, 0, True)
    await bench.ui.wait_n_updates(2)
    assert np.allclose(camera.target, [4.0, 0.0, 0.7], atol=0.5) and camera.distance < 0.8 * distance


async def test_ctrl_z_and_y_undo_and_redo(bench: Any, window: DeskWindow) -> None:
    before = bench.host.stage.GetRootLayer().ExportToString()
    bench.host.do(Move(MILL, (0.0, 0.0, 0.0)))
    assert window._undo_item.text == "Undo Move Mill to (0, 0, 0) m"
    window._key(90, 2, True)
    assert bench.host.stage.GetRootLayer().ExportToString() == before and not window._undo_item.enabled
    window._key(89, 2, True)
    assert bench.host.stage.GetRootLayer().ExportToString() != before


async def test_the_timeline_plays_scrubs_and_stops(bench: Any, window: DeskWindow) -> None:
    bench.host.set_range(0.0, 100.0)
    bench.host.set_clock_scale(60.0)
    await bench.ui.wait_n_updates(2)
    await bench.ui.find("Viewport//Frame/**/Button[*].identifier=='play'").click()
    await bench.ui.wait_until(lambda: bench.host.time > 0.05, "it plays", pause=0.01)
    play = bench.ui.find("Viewport//Frame/**/Button[*].identifier=='play'")
    assert bench.host.playing and play.widget.text == "Pause"
    slider = bench.ui.find("Viewport//Frame/**/FloatSlider[*].identifier=='time'")
    await slider.click()
    assert abs(bench.host.time - 50.0) < 4.0
    await bench.ui.find("Viewport//Frame/**/Button[*].identifier=='stop'").click()
    assert (bench.host.time, bench.host.playing) == (0.0, False)
    assert bench.ui.find("Viewport//Frame/**/Label[*].identifier=='time_text'").widget.text == "0:00:00 / 1:40:00"


async def test_the_file_dialog_opens_another_stage_and_says_what_is_wrong(
    bench: Any, window: DeskWindow, tmp_path: Path
) -> None:
    from tests.ui.fixtures import write_line

    write_line(tmp_path / "other.usda")
    (tmp_path / "broken.usda").write_text("no usd", encoding="utf-8")
    window._ask_open()
    await bench.ui.wait_n_updates(4)
    name = bench.ui.find("Open stage//Frame/**/StringField[*].identifier=='name'")
    accept = bench.ui.find("Open stage//Frame/**/Button[*].identifier=='accept'")
    assert bench.ui.find("Open stage//Frame/**/Label[*].identifier=='folder'").widget.text == str(tmp_path)
    name.model.set_value("nothing.usda")
    await accept.click()
    assert "no file nothing.usda" in bench.ui.find("Open stage//Frame/**/Label[*].identifier=='problem'").widget.text
    await bench.ui.find("Open stage//Frame/**/Button[*].identifier=='entry_other.usda'").click()
    await accept.click()
    await bench.ui.wait_n_updates(3)
    assert bench.host.stage.GetRootLayer().realPath == str((tmp_path / "other.usda").resolve())
    assert not window.open(tmp_path / "broken.usda")
    await bench.ui.wait_n_updates(2)
    notice = bench.ui.find("Viewport//Frame/**/Label[*].identifier=='notice'")
    assert "can't read this file" in notice.widget.text and bench.host.stage is not None


async def test_quit_asks_when_changes_are_not_saved(bench: Any, window: DeskWindow, line: Path) -> None:
    saved = line.read_bytes()

    async def answer(word: str) -> None:
        window._quit()
        await bench.ui.wait_n_updates(4)
        assert line.name in bench.ui.find("Unsaved changes//Frame/**/Label[*].identifier=='text'").widget.text
        await bench.ui.find(f"Unsaved changes//Frame/**/Button[*].identifier=='answer_{word}'").click()

    bench.host.do(Move(MILL, (1.0, 2.0, 0.0)))
    await answer("cancel")
    assert not window.quit and line.read_bytes() == saved and bench.host.unsaved
    await answer("save")
    assert window.quit and line.read_bytes() != saved and not bench.host.unsaved
    window.quit = False
    kept = line.read_bytes()
    bench.host.do(Move(MILL, (3.0, 2.0, 0.0)))
    await answer("discard")
    assert window.quit and line.read_bytes() == kept and not bench.host.unsaved
    window.quit = False
    window._quit()
    assert window.quit


async def test_name_tags_show_names_and_states_and_never_overlap(bench: Any, window: DeskWindow) -> None:
    from pxr import Usd

    stage, labels = bench.host.stage, window.viewport._labels
    await bench.ui.wait_n_updates(3)
    assert [t.name for t in labels.tags] == ["Mill", "Lathe"]
    with Usd.EditContext(stage, stage.GetSessionLayer()):
        stage.GetPrimAtPath(MILL).CreateAttribute("factoryTwin:state:status", Sdf.ValueTypeNames.Token).Set("blocked")
    await bench.ui.wait_n_updates(3)
    assert [t.state.token for t in labels.tags] == ["blocked", "unknown"]
    from factory_twin_ui.desk.labels import Tag, visible, width

    camera = window.viewport.camera
    many = [Tag(f"/S{k}", "Station", np.array([0.1 * k, 0.0, 0.0])) for k in range(40)]
    spots = sorted(visible(many, camera, 800, 500).values())
    assert 1 <= len(spots) < 40
    assert all(abs(a[1] - b[1]) > 18 or abs(a[0] - b[0]) >= width(many[0]) for i, a in enumerate(spots) for b in spots[i + 1 :])


def test_what_lies_on_the_floor_is_drawn_underneath_even_where_something_reaches_below_it() -> None:
    from factory_twin_ui.desk.drawing import Drawing
    from factory_twin_ui.desk.layers import split
    from pxr import Usd

    stage = Usd.Stage.CreateInMemory()
    for name, where, size in (
        ("Floor", (0, 0, -0.1), (40, 20, 0.2)), ("Mark", (3, 0, 0.005), (4, 1, 0.01)), ("Truck", (25, 0, 0.5), (8, 3, 3)),
        ("Table", (2, 0, 0.8), (2, 1, 0.02)), ("Roof", (0, 0, 6), (40, 20, 0.1)),
    ):  # fmt: skip
        cube = UsdGeom.Cube.Define(stage, f"/{name}")
        cube.GetSizeAttr().Set(1.0)
        cube.AddTranslateOp().Set(where)
        cube.AddScaleOp().Set(size)
    floor, marks, rest = split(Drawing(stage, Usd.TimeCode(0)).items, 2)
    assert [[i.prim.GetName() for i in some] for some in (floor, marks, rest)] == [
        ["Floor"],
        ["Mark"],
        ["Truck", "Table", "Roof"],
    ]


def test_what_things_stand_on_is_cut_into_tiles_and_a_floor_is_not() -> None:
    from factory_twin_ui.desk.geometry import shape, tiled
    from pxr import Usd

    stage = Usd.Stage.CreateInMemory()
    cube = shape(stage.DefinePrim("/It", "Cube"))
    belt, floor = np.diag([1.5, 0.5, 0.1, 1.0]), np.diag([20.0, 20.0, 0.1, 1.0])
    cut = tiled(cube, belt, up=2, size=0.5)
    assert len(cut.faces) == 4 + 2 * 6 * 2  # size 2: top and bottom are 3 m by 1 m
    for face in cut.faces:
        points = cut.points[list(face)]
        assert np.cross(points, np.roll(points, -1, axis=0)).sum(axis=0) @ points.mean(axis=0) > 0
    assert tiled(cube, floor, up=2, size=0.5) is cube


def test_letters_can_be_read_on_the_colour_of_every_state() -> None:
    def light(color: str) -> float:
        channels = [(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4) for v in style.rgba(color)[:3]]
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]

    for state in State:
        low, high = sorted((light(style.ink(state)), light(style.state_color(state))))
        assert (high + 0.05) / (low + 0.05) > 4.0, state  # contrast, as WCAG counts it
    assert len({style.state_letter(s) for s in State}) == len({style.state_color(s) for s in State}) == len(State)
