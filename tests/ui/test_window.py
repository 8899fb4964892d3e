# SPDX-License-Identifier: Apache-2.0
"""The desktop app's window, clicked: recent stages, keys, help, loop, and an arrangement that comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ui.fixtures import SIZE, write_line

pytestmark = pytest.mark.ui
PANELS = ("Factory Layout", "Factory Run", "Factory Live")


class App:
    """The app with all panels, frame by frame."""

    def __init__(self, backend: Any, settings: Path, stage: Path | None = None) -> None:
        from factory_twin_ui.app import _panels
        from factory_twin_ui.desk.host import DeskHost
        from factory_twin_ui.desk.window import DeskWindow

        self.backend, self.host = backend, DeskHost(settings)
        if stage is not None:
            self.host.open(stage)
        self.window = DeskWindow(self.host, _panels("all"), backend.frame)
        self.frames(6)

    def frames(self, count: int) -> None:
        for _ in range(count):
            self.host.frame(0.05)
            self.backend.frame()

    def box(self, title: str) -> tuple[float, float, float, float]:
        w = self.window.panels[title].window
        return w.position_x, w.position_y, w.width, w.height

    def close(self) -> None:
        self.window.close()
        self.host.detach()
        self.backend.frame()


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


@pytest.fixture
def app(ui_backend: Any, settings: Path, line: Path) -> Iterator[App]:
    made = App(ui_backend, settings, line)
    yield made
    if made.window.__dict__:
        made.close()


def test_keys_do_what_the_help_says(app: App) -> None:
    from factory_twin_ui.desk.keys import KEYS, action

    clock = app.host.clock
    clock.set_range(0.0, 10.0)
    assert {k.action for k in KEYS} >= {"open", "save", "undo", "redo", "frame", "play", "back", "on", "begin", "end", "help"}
    for key in KEYS:
        assert action(key.code, 2 * key.ctrl, view=True) == key.action
        assert (action(key.code, 2 * key.ctrl, view=False) == "") == key.view
        assert action(key.code, 2 * (not key.ctrl), view=True) == ""
        assert action(key.code, 2 * key.ctrl | 4, view=True) == ""
    for name, time in (("on", 1.0), ("on", 2.0), ("back", 1.0), ("end", 10.0), ("begin", 0.0), ("", 0.0)):
        app.window.act(name)
        assert clock.time == time
    app.window.act("play")
    assert clock.playing
    app.window.act("play")
    assert not clock.playing
    app.window.act("help")
    app.frames(3)
    import omni.ui as ui

    assert ui.Workspace.get_window("Keys and mouse").visible


def test_the_key_reaches_the_window_that_has_the_focus(app: App) -> None:
    from tests.ui import uitest

    app.host.clock.set_range(0.0, 10.0)
    app.window._window.focus()
    app.frames(3)
    uitest._ui._inject_key_event(262, True)
    app.frames(1)
    uitest._ui._inject_key_event(262, False)
    app.frames(2)
    assert app.host.clock.time == 1.0


def test_a_loop_begins_again(app: App) -> None:
    clock = app.host.clock
    clock.set_range(1.0, 2.0)
    clock.play()
    app.frames(30)
    assert not clock.playing and clock.time == 2.0
    app.window.timeline._loop.model.set_value(True)
    assert clock.loop
    clock.play()
    app.frames(30)
    assert clock.playing and 1.0 <= clock.time < 2.0
    assert app.window.timeline._code.text == f"{clock.time:.2f} s, code {clock.time * 60:.1f}"


def test_stages_opened_last_are_listed_newest_first(app: App, tmp_path: Path, line: Path, settings: Path) -> None:
    from factory_twin_ui.desk.host import DeskHost
    from factory_twin_ui.desk.recent import MOST, recent, remember

    other = write_line(tmp_path / "other.usda")
    assert app.window.open(other)
    assert recent(app.host) == [other, line]
    assert app.window.open(line)
    assert recent(app.host) == [line, other]
    assert not app.window.open(tmp_path / "nowhere.usda")
    assert recent(DeskHost(settings)) == [line, other], "kept for the next session"
    other.unlink()
    assert recent(app.host) == [line]
    for k in range(2 * MOST):
        remember(app.host, tmp_path / f"{k}.usda")
    assert len(app.host.setting("recent", [])) == MOST


def test_an_arrangement_comes_back_and_can_be_reset(ui_backend: Any, app: App, settings: Path, line: Path) -> None:
    import omni.ui as ui

    before = {title: app.box(title) for title in PANELS}
    layout = app.window.panels["Factory Layout"].window
    layout.undock()
    app.frames(4)
    layout.position_x, layout.position_y, layout.width, layout.height = 100, 120, 330, 300
    app.window.panels["Factory Live"].window.visible = False
    app.frames(4)
    app.window.keep_layout()
    app.close()
    again = App(ui_backend, settings, line)
    try:
        assert again.box("Factory Layout") == (100, 120, 330, 300)
        assert not again.window.panels["Factory Live"].window.visible
        assert again.window.panels["Factory Run"].window.docked
        again.window.reset_layout()
        again.frames(8)
        for title in PANELS:
            assert again.window.panels[title].window.visible and again.window.panels[title].window.docked, title
            assert again.box(title) == pytest.approx(before[title], abs=40), title
        assert ui.Workspace.get_main_window_width() == SIZE[0]
    finally:
        again.close()


def test_what_was_kept_may_be_nonsense() -> None:
    from factory_twin_ui.desk.arrangement import Arrangement

    bad: dict[str, Any] = {"shares": {"right": "x", "bottom": 9}, "closed": [1]}
    bad["floating"] = {"A": [1, 2, 3], "B": [1, 2, 3, float("nan")]}
    for kept in ({}, {"shares": 3, "closed": 4, "floating": 5}, bad):
        made = Arrangement(kept)
        assert (made.shares, made.closed, made.floating) == ({}, [], {})
    fine = {"shares": {"right": 0.3}, "closed": ["A"], "floating": {"B": [1.0, 2.0, 300.0, 200.0]}}
    assert Arrangement(fine).kept == fine


def test_keys_duplicate_and_remove_what_is_selected(app: App) -> None:
    stage = app.host.stage
    assert stage is not None
    before = stage.GetRootLayer().ExportToString()
    told: list[str] = []
    handle = app.host.notices.connect(lambda text, level: told.append(text))
    for action in ("duplicate", "remove"):
        app.window.act(action)
    assert told == ["Nothing is selected."] * 2 and not app.host.undo_text
    app.host.select(("/World/Mill",))
    app.window.act("duplicate")
    assert app.host.undo_text == "Duplicate Mill"
    app.window.act("remove")
    app.frames(3)
    assert not stage.GetPrimAtPath("/World/Mill") and app.host.undo_text == "Remove Mill"
    app.host.select(("/World",))
    app.window.act("remove")
    assert "default prim" in told[-1] and stage.GetPrimAtPath("/World")
    app.host.undo()
    app.host.undo()
    assert stage.GetRootLayer().ExportToString() == before
    handle.close()
