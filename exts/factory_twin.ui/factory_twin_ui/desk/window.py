# SPDX-License-Identifier: Apache-2.0
"""The desktop application's main window: menus, docked panels, the 3D view with its timeline, notices."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import omni.ui as ui
from factory_twin.edit import Duplicate, Edit, Remove
from factory_twin.errors import FactoryTwinError

from .. import style
from ..form import words
from ..host import Level
from ..panel import Maker, PanelWindow
from ..signal import Handles
from . import arrangement, keys
from .arrangement import Arrangement
from .dialog import FileDialog
from .help import HelpWindow
from .host import DeskHost
from .question import Question
from .recent import recent
from .timeline import TimelineBar
from .viewport import Viewport

VIEWPORT = "Viewport"
STAGES = (".usda", ".usd", ".usdc", ".usdz")
_NOTICE_S = 8.0
_COLUMN = 390  # pixels that the panels at the right want


class DeskWindow:
    """Everything the user sees.

    Args:
        host: The host to show.
        panels: (title, maker, where to dock: "right" or "bottom").
        draw: Draws one frame; docking needs some between its steps.
    """

    def __init__(self, host: DeskHost, panels: list[tuple[str, Maker, str]], draw: Callable[[], Any]) -> None:
        self.host, self.quit = host, False
        self._notice_age, self._redock = 0.0, False
        self._dialog: FileDialog | None = None
        self._question: Question | None = None
        self._help: HelpWindow | None = None
        self._where = {title: where for title, _, where in panels}
        self._draw = draw
        host.choose = self._choose
        self._main = ui.MainWindow()
        self._main.main_frame.style = style.sheet()
        self._build_viewport()
        self.panels = {title: PanelWindow(title, make, host) for title, make, _ in panels}
        self._build_menu()
        self._handles = Handles(
            host.notices.connect(self._notice),
            host.on_frame(self._frame),
            host.on_history(self._menu_texts),
            host.on_stage(self._list_recent),
        )
        for window in (self._window, *(p.window for p in self.panels.values())):
            window.set_key_pressed_fn(self._key)
        self._dock(Arrangement(host.setting(arrangement.KEY, {})))

    # ---- building

    def _build_viewport(self) -> None:
        self.viewport = Viewport(self.host)
        self.timeline = TimelineBar(self.host.clock)
        flags = ui.WINDOW_FLAGS_NO_SCROLLBAR | ui.WINDOW_FLAGS_NO_BACKGROUND  # the view has a ground of its own
        self._window = ui.Window(VIEWPORT, width=800, height=500, flags=flags)
        self._window.padding_x = self._window.padding_y = 0
        self._window.frame.style = style.sheet()
        with self._window.frame:
            with ui.VStack():
                with ui.ZStack():
                    self.viewport.build()
                    with ui.VStack():
                        with ui.HStack(height=30):
                            ui.Spacer(width=12)
                            self._notices = ui.Label("", identifier="notice", word_wrap=True)
                        ui.Spacer()
                self.timeline.build()

    def _build_menu(self) -> None:
        with self._main.main_menu_bar:
            with ui.Menu("File", tearable=False):
                ui.MenuItem("Open...", hotkey_text="Ctrl+O", triggered_fn=self._ask_open)
                self._recent = ui.Menu("Open recent", tearable=False)
                ui.MenuItem("Save", hotkey_text="Ctrl+S", triggered_fn=self._save)
                ui.Separator()
                ui.MenuItem("Quit", triggered_fn=self._quit)
            with ui.Menu("Edit", tearable=False):
                self._undo_item = ui.MenuItem("Undo", hotkey_text="Ctrl+Z", triggered_fn=self.host.undo)
                self._redo_item = ui.MenuItem("Redo", hotkey_text="Ctrl+Y", triggered_fn=self.host.redo)
            with ui.Menu("View", tearable=False):
                ui.MenuItem("Frame all", triggered_fn=self.viewport.frame_all)
                ui.MenuItem("Frame selection", hotkey_text="F", triggered_fn=self.viewport.frame_selection)
                tags = ui.MenuItem("Name tags", checkable=True, checked=True)
                tags.set_checked_changed_fn(self.viewport.show_labels)
            with ui.Menu("Window", tearable=False):
                with ui.Menu("Factory Twin", tearable=False):
                    self._ticks = {title: self._window_item(title) for title in self.panels}
                ui.Separator()
                ui.MenuItem("Reset layout", triggered_fn=self.reset_layout)
            with ui.Menu("Help", tearable=False):
                ui.MenuItem("Keys and mouse", hotkey_text="F1", triggered_fn=self.show_help)
        self._menu_texts()
        self._list_recent()

    def _list_recent(self) -> None:
        """Fill the menu of the stages opened last."""
        self._recent.clear()
        found = recent(self.host)
        with self._recent:
            for path in found:
                ui.MenuItem(path.name, tooltip=str(path), triggered_fn=lambda p=path: self._when_saved(lambda: self.open(p)))
            if not found:
                ui.MenuItem("None yet", enabled=False)

    def _window_item(self, title: str) -> ui.MenuItem:
        window = self.panels[title].window
        item = ui.MenuItem(title, checkable=True, checked=True)
        item.set_checked_changed_fn(lambda checked: setattr(window, "visible", checked))
        window.set_visibility_changed_fn(lambda visible: setattr(item, "checked", visible))
        return item

    def _dock(self, kept: Arrangement) -> None:
        """Dock the windows as they were, or where they belong."""
        draw = self._draw
        for _ in range(3):
            draw()
        space = ui.Workspace.get_window("DockSpace")
        self._window.dock_in(space, ui.DockPosition.SAME)
        first: dict[str, str] = {}
        for title, where in self._where.items():
            draw(), draw()
            window = self.panels[title].window
            if title in kept.floating:
                window.position_x, window.position_y, window.width, window.height = kept.floating[title]
                continue
            if where in first:
                window.dock_in(ui.Workspace.get_window(first[where]), ui.DockPosition.SAME)
                continue
            first[where] = title
            share = max(0.27, _COLUMN / max(ui.Workspace.get_main_window_width(), 2 * _COLUMN))
            position, ratio = (ui.DockPosition.RIGHT, share) if where == "right" else (ui.DockPosition.BOTTOM, 0.44)
            window.dock_in(ui.Workspace.get_window(VIEWPORT), position, kept.shares.get(where, ratio))
        draw(), draw()
        for title in first.values():
            self.panels[title].window.focus()
        for title in kept.closed:
            if title in self.panels:
                self.panels[title].window.visible = False
        draw()

    def keep_layout(self) -> None:
        """Keep how the windows are arranged for the next session."""
        made = Arrangement(self.host.setting(arrangement.KEY, {}))
        size = (ui.Workspace.get_main_window_width(), ui.Workspace.get_main_window_height())
        made.take({t: p.window for t, p in self.panels.items()}, self._where, size)
        self.host.set_setting(arrangement.KEY, made.kept)

    def reset_layout(self) -> None:
        """Arrange the windows as they were at the first start."""
        self.host.set_setting(arrangement.KEY, {})
        for panel in self.panels.values():
            panel.window.visible = True
            panel.window.undock()
        self._redock = True

    # ---- what the user does

    def open(self, path: Path) -> bool:
        """Open a stage; says in a notice why it could not be opened.

        Returns:
            Whether it is open.
        """
        return self._try(lambda: self.host.open(path), f"Opened {path.name}")

    def _try(self, act: Callable[[], None], done: str) -> bool:
        try:
            act()
        except FactoryTwinError as error:
            self.host.notify(str(error), Level.ERROR)
            return False
        self.host.notify(done)
        return True

    def _ask_open(self) -> None:
        self._when_saved(lambda: self.host.ask_open("Open stage", STAGES, self.open))

    def _save(self) -> bool:
        return self._try(self.host.save, "Saved")

    def _quit(self) -> None:
        self._when_saved(self._end)

    def _end(self) -> None:
        self.quit = True

    def _when_saved(self, act: Callable[[], None]) -> None:
        """Do something that closes the stage; ask first when changes are not saved."""
        names = ", ".join(layer.GetDisplayName() for layer in self.host.unsaved)
        if not names:
            act()
            return

        def save() -> None:
            if self._save():
                act()

        def discard() -> None:
            self.host.discard()
            act()

        if self._question is not None:
            self._question.close()
        answers = [("Save", save), ("Discard", discard), ("Cancel", lambda: None)]
        self._question = Question("Unsaved changes", f"{names}: changes are not saved.", answers)

    def _choose(self, title: str, suffixes: tuple[str, ...], done: Callable[[Path], None], write: bool) -> None:
        start = self.host.setting("folder", "")
        stage = self.host.stage
        if not start and stage is not None and stage.GetRootLayer().realPath:
            start = str(Path(stage.GetRootLayer().realPath).parent)

        def chosen(path: Path) -> None:
            self.host.set_setting("folder", str(path.parent))
            done(path)

        if self._dialog is not None:
            self._dialog.close()
        self._dialog = FileDialog(title, suffixes, chosen, folder=Path(start or Path.home()), write=write)

    def show_help(self) -> None:
        """List keys and mouse buttons."""
        if self._help is None:
            self._help = HelpWindow()
        self._help.show()

    def _key(self, code: int, modifiers: int, pressed: bool) -> None:
        if pressed:
            self.act(keys.action(code, modifiers, view=self._window.focused))

    def act(self, action: str) -> None:
        """Do what a key stands for; nothing for an empty name."""
        clock = self.host.clock
        acts: dict[str, Callable[[], Any]] = {
            "open": self._ask_open, "save": self._save, "undo": self.host.undo, "redo": self.host.redo,
            "frame": self.viewport.frame_selection, "play": clock.pause if clock.playing else clock.play,
            "back": lambda: clock.set_time(clock.time - 1.0), "on": lambda: clock.set_time(clock.time + 1.0),
            "remove": lambda: self._edit(Remove(self.host.selection)),
            "duplicate": lambda: self._edit(Duplicate(self.host.selection, (2.0, 0.0, 0.0))),
            "begin": lambda: clock.set_time(clock.begin), "end": lambda: clock.set_time(clock.end), "help": self.show_help,
        }  # fmt: skip
        if action:
            acts[action]()

    def _edit(self, edit: Edit) -> None:
        """Do an edit of what is selected; a refusal is told."""
        if not self.host.selection:
            self.host.notify("Nothing is selected.")
            return
        try:
            self.host.do(edit)
        except FactoryTwinError as error:
            self.host.notify(words(error), Level.ERROR)

    # ---- following the host

    def _menu_texts(self) -> None:
        for item, word, text in (
            (self._undo_item, "Undo", self.host.undo_text),
            (self._redo_item, "Redo", self.host.redo_text),
        ):
            item.text = f"{word} {text}".rstrip()
            item.enabled = bool(text)

    def _notice(self, text: str, level: Level) -> None:
        self._notices.text = text
        self._notices.name = {Level.INFO: "dim", Level.WARNING: "warning", Level.ERROR: "error"}[level]
        self._notice_age = 0.0

    def _frame(self, dt: float) -> None:
        self._notice_age += dt
        if self._redock:
            self._redock = False
            self._dock(Arrangement())
        if self._notices.text and self._notice_age > _NOTICE_S and self._notices.name != "error":
            self._notices.text = ""

    def close(self) -> None:
        """Close all windows."""
        self._handles.close()
        self.host.choose = None
        for panel in self.panels.values():
            panel.close()
        self.viewport.close()
        self.timeline.close()
        for box in (self._dialog, self._question, self._help):
            if box is not None:
                box.close()
        self._window.set_key_pressed_fn(None)
        self._window.frame.clear()
        self._window.destroy()
        self._main.main_menu_bar.clear()
        self._main = None
        self.__dict__.clear()
