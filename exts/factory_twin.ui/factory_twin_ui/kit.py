# SPDX-License-Identifier: Apache-2.0
"""The host inside Omniverse Kit: the one file that names omni.usd, omni.timeline, omni.kit and carb (beside `extension.py`).

One host serves all panels; it lives from the first `open_window` or `hold` to the last `close`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import carb
import carb.settings
import omni.kit.app
import omni.kit.commands
import omni.kit.menu.utils
import omni.kit.undo
import omni.timeline
import omni.ui as ui
import omni.usd
from factory_twin import edit as edits
from factory_twin.edit import Edit
from factory_twin.errors import FactoryTwinError
from pxr import Usd

from .beat import Beat
from .host import Level
from .panel import Maker, PanelWindow
from .signal import Handle, Handles, Signal

NAME = "factory_twin"
MENU, WINDOWS = "Window", "Factory Twin"
_SETTINGS = f"/persistent/exts/{NAME}/"
_shared: KitHost | None = None
_holders = 0


def hold() -> Handle:
    """Keep the shared host alive until the handle is closed."""
    global _shared, _holders
    if _shared is None:
        _shared = KitHost()
    _holders += 1
    return Handle(_let_go)


def _let_go() -> None:
    global _shared, _holders
    _holders -= 1
    if _holders == 0 and _shared is not None:
        host, _shared = _shared, None
        host.close()


def open_window(title: str, make: Maker, *, dock: str) -> Handles:
    """Offer a panel as a window in the menu and to layouts, until the handle is closed.

    Args:
        title: Window title. When it is on offer already (two extensions with the same panel), nothing is added.
        make: Makes the panel.
        dock: Window it is docked with.
    """
    held = hold()
    host = _shared
    assert host is not None
    return Handles(held, host.windows.offer(title, make, dock))


class KitHost:
    """Fulfils `host.Host` on Kit's default USD context.

    Attributes:
        windows: The panels' windows.
    """

    def __init__(self) -> None:
        self._context = omni.usd.get_context()
        self._timeline = omni.timeline.get_timeline_interface()
        self._stages, self._selections, self._histories, self._times = Signal(), Signal(), Signal(), Signal()
        self._beat = Beat(lambda text: self.notify(text, Level.ERROR))
        self._clock = (self.time, self.playing)
        self._open = self._context.get_stage() is not None
        self._commands = _register_commands()
        self._undo = self._histories_changed
        omni.kit.undo.subscribe_on_change(self._undo)
        self._subscriptions = [_on_update(self._frame), *_on_stage(self._context, self._stage_event)]
        self._beat.follow(self.stage)
        self.windows = _Windows(self)

    def close(self) -> None:
        """Leave nothing behind."""
        self.windows.close()
        for subscription in self._subscriptions:
            _end(subscription)
        omni.kit.undo.unsubscribe_on_change(self._undo)
        for command in self._commands.values():
            omni.kit.commands.unregister(command)
        self._beat.follow(None)
        self.__dict__.clear()

    # ---- stage

    @property
    def stage(self) -> Usd.Stage | None:
        """The context's stage; None while one is closing or opening."""
        return self._context.get_stage() if self._open else None

    def _stage_event(self, kind: Any) -> None:
        types = omni.usd.StageEventType
        if kind == types.SELECTION_CHANGED:
            self._selections.emit()
        elif kind in (types.CLOSING, types.OPENED):
            self._open = kind == types.OPENED
            self._beat.follow(self.stage)
            self._stages.emit()

    def on_stage(self, listener: Callable[[], None]) -> Handle:
        """See `Host`."""
        return self._stages.connect(listener)

    def on_change(self, listener: Callable[..., None]) -> Handle:
        """See `Host`."""
        return self._beat.changes.connect(listener)

    # ---- selection

    @property
    def selection(self) -> tuple[str, ...]:
        """Prim paths selected."""
        return tuple(self._context.get_selection().get_selected_prim_paths())

    def select(self, paths: tuple[str, ...]) -> None:
        """See `Host`."""
        if tuple(paths) != self.selection:
            self._context.get_selection().set_selected_prim_paths(list(paths), True)

    def on_selection(self, listener: Callable[[], None]) -> Handle:
        """See `Host`."""
        return self._selections.connect(listener)

    # ---- edits

    def do(self, edit: Edit) -> None:
        """See `Host`. The edit is tried first, so a refusal reaches the form and not Kit's error log."""
        stage = self.stage
        if stage is None:
            raise FactoryTwinError("No stage is open.", hint="Open one with File > Open.")
        edit.do(stage)
        omni.kit.commands.execute(_command_name(type(edit)), edit=edit, done=True)

    def undo(self) -> None:
        """See `Host`."""
        if omni.kit.undo.can_undo():
            omni.kit.undo.undo()

    def redo(self) -> None:
        """See `Host`."""
        if omni.kit.undo.can_redo():
            omni.kit.undo.redo()

    @property
    def undo_text(self) -> str:
        """What would be undone."""
        return _words(omni.kit.undo.get_undo_stack()) if omni.kit.undo.can_undo() else ""

    @property
    def redo_text(self) -> str:
        """What would be done again."""
        return _words(omni.kit.undo.get_redo_stack()) if omni.kit.undo.can_redo() else ""

    def _histories_changed(self, names: list[str]) -> None:
        self._histories.emit()

    def on_history(self, listener: Callable[[], None]) -> Handle:
        """See `Host`."""
        return self._histories.connect(listener)

    # ---- time

    @property
    def time(self) -> float:
        """Position of the timeline, s."""
        return float(self._timeline.get_current_time())

    @property
    def playing(self) -> bool:
        """Whether the timeline runs."""
        return bool(self._timeline.is_playing())

    @property
    def range(self) -> tuple[float, float]:
        """Begin and end of the timeline, s."""
        return float(self._timeline.get_start_time()), float(self._timeline.get_end_time())

    def set_time(self, time: float) -> None:
        """See `Host`."""
        self._timeline.set_current_time(time)

    def set_range(self, begin: float, end: float) -> None:
        """See `Host`. Kit keeps the range as metadata of the stage: it goes to the session layer, not into the user's file."""
        stage = self.stage
        if stage is None:
            return
        with Usd.EditContext(stage, stage.GetSessionLayer()):
            self._timeline.set_start_time(begin)
            self._timeline.set_end_time(end)
            self._timeline.commit()

    def set_clock_scale(self, scale: float) -> None:
        """See `Host`. Kit's timeline has a text of its own: nothing to do."""

    def play(self) -> None:
        """See `Host`."""
        self._timeline.play()

    def pause(self) -> None:
        """See `Host`."""
        self._timeline.pause()

    def stop(self) -> None:
        """See `Host`."""
        self._timeline.stop()

    def on_time(self, listener: Callable[[], None]) -> Handle:
        """See `Host`. Asked each frame: a change of the timeline lands a frame late, whichever form its events have."""
        return self._times.connect(listener)

    def on_frame(self, listener: Callable[[float], None]) -> Handle:
        """See `Host`."""
        return self._beat.frames.connect(listener)

    def _frame(self, event: Any) -> None:
        now = (self.time, self.playing)
        if now != self._clock:
            self._clock = now
            self._times.emit()
        self._beat.frame(float(event.payload["dt"]))

    # ---- people

    def notify(self, text: str, level: Level = Level.INFO) -> None:
        """See `Host`."""
        (carb.log_info if level is Level.INFO else carb.log_warn)(f"[{NAME}] {text}")
        try:
            from omni.kit.notification_manager import NotificationStatus, post_notification
        except ImportError:  # a headless app has none
            return
        post_notification(text, status=NotificationStatus.INFO if level is Level.INFO else NotificationStatus.WARNING)

    def ask_open(self, title: str, suffixes: tuple[str, ...], done: Callable[[Path], None]) -> None:
        """See `Host`."""
        try:
            from omni.kit.window.file_importer import get_file_importer
        except ImportError:
            return
        dialog = get_file_importer()
        if dialog is not None:
            dialog.show_window(
                title=title, file_extension_types=[(f"*{s}", "") for s in suffixes], import_button_label="Open",
                import_handler=lambda name, folder, selections: done(Path(folder, name)),
            )  # fmt: skip

    def ask_save(self, title: str, suffixes: tuple[str, ...], done: Callable[[Path], None]) -> None:
        """See `Host`."""
        try:
            from omni.kit.window.file_exporter import get_file_exporter
        except ImportError:
            return
        dialog = get_file_exporter()
        if dialog is not None:
            dialog.show_window(
                title=title, file_extension_types=[(f"*{s}", "") for s in suffixes], export_button_label="Save",
                export_handler=lambda name, folder, extension, selections: done(_with_suffix(Path(folder, name), extension)),
            )  # fmt: skip

    # ---- settings

    def setting(self, key: str, default: Any) -> Any:
        """See `Host`."""
        value = carb.settings.get_settings().get(_SETTINGS + key.replace(".", "/"))
        return value if isinstance(value, type(default)) else default

    def set_setting(self, key: str, value: Any) -> None:
        """See `Host`."""
        carb.settings.get_settings().set(_SETTINGS + key.replace(".", "/"), value)


class _Windows:
    """The panels' windows: made when first shown, ticked in the menu, known to layouts."""

    def __init__(self, host: KitHost) -> None:
        self._host = host
        self._offers: dict[str, tuple[Maker, str]] = {}
        self._open: dict[str, PanelWindow] = {}
        self._menu: list[Any] = []

    def offer(self, title: str, make: Maker, dock: str) -> Handle:
        """Offer a window until the handle is closed; nothing when the title is on offer already."""
        if title in self._offers:
            return Handle(lambda: None)
        self._offers[title] = (make, dock)
        ui.Workspace.set_show_window_fn(title, lambda shown: self.show(title, shown))
        self._rebuild_menu()
        known = f"windows.{title.replace(' ', '_').lower()}"
        if not self._host.setting(known, False):  # by itself only the first time ever
            self._host.set_setting(known, True)
            self.show(title, True)
        return Handle(lambda: self._withdraw(title))

    def show(self, title: str, shown: bool) -> None:
        """Show or hide a window."""
        if title not in self._open:
            if not shown or title not in self._offers:
                return
            make, dock = self._offers[title]
            window = PanelWindow(title, make, self._host, shown=lambda visible: self._tick())
            window.window.deferred_dock_in(dock, ui.DockPolicy.CURRENT_WINDOW_IS_ACTIVE)
            self._open[title] = window
        self._open[title].window.visible = shown
        self._tick()

    def is_shown(self, title: str) -> bool:
        """Whether a window is shown."""
        return title in self._open and bool(self._open[title].window.visible)

    def _withdraw(self, title: str) -> None:
        if self._offers.pop(title, None) is None:
            return
        ui.Workspace.set_show_window_fn(title, _ignore)
        window = self._open.pop(title, None)
        if window is not None:
            window.close()
        self._rebuild_menu()

    def _rebuild_menu(self) -> None:
        if self._menu:
            omni.kit.menu.utils.remove_menu_items(self._menu, MENU)
        entry = omni.kit.menu.utils.MenuItemDescription
        items = [
            entry(name=title, ticked=True, ticked_fn=lambda title=title: self.is_shown(title),
                  onclick_fn=lambda *_, title=title: self.show(title, not self.is_shown(title)))
            for title in self._offers
        ]  # fmt: skip
        self._menu = [entry(name=WINDOWS, sub_menu=items)] if items else []
        if self._menu:
            omni.kit.menu.utils.add_menu_items(self._menu, MENU)

    def _tick(self) -> None:
        omni.kit.menu.utils.refresh_menu_items(MENU)

    def close(self) -> None:
        """Withdraw all."""
        for title in list(self._offers):
            self._withdraw(title)
        self.__dict__.clear()


# ---- commands


class EditCommand(omni.kit.commands.Command):
    """An edit on Kit's undo stack.

    Args:
        edit: What to do.
        done: Whether it was done already, so that the first `do` is only a note on the stack.
    """

    def __init__(self, edit: Edit, done: bool = False) -> None:
        self._edit, self._done = edit, done
        self._stage = omni.usd.get_context().get_stage_id()

    @property
    def label(self) -> str:
        """What it does, in words."""
        return self._edit.label

    def do(self) -> None:
        """Do it, or do it again."""
        if self._done:
            self._done = False
            return
        stage = self._same_stage()
        if stage is not None:
            self._edit.do(stage)

    def undo(self) -> None:
        """Put everything back."""
        stage = self._same_stage()
        if stage is not None:
            self._edit.undo(stage)

    def _same_stage(self) -> Usd.Stage | None:
        context = omni.usd.get_context()
        return context.get_stage() if context.get_stage_id() == self._stage else None


def _command_name(kind: type[Edit]) -> str:
    return f"FactoryTwin{kind.__name__}"


def _register_commands() -> dict[str, type[EditCommand]]:
    """Register one command per kind of edit, so that Kit's lists show what was done."""
    kinds = [
        k for k in (getattr(edits, n) for n in edits.__all__) if isinstance(k, type) and issubclass(k, Edit) and k is not Edit
    ]
    commands = {_command_name(k): type(_command_name(k), (EditCommand,), {"__doc__": k.__doc__}) for k in kinds}
    for command in commands.values():
        omni.kit.commands.register(command)
    return commands


def _words(stack: Any) -> str:
    """Words for the newest entry of an undo stack: ours, else the command's name."""
    entry = stack[-1]
    return str(getattr(getattr(entry, "command", None), "label", "") or getattr(entry, "name", "") or "last step")


# ---- events, in the form of Kit 107 and newer, else in the older one


def _on_update(listener: Callable[[Any], None]) -> Any:
    dispatcher = _dispatcher()
    if dispatcher is not None and hasattr(omni.kit.app, "GLOBAL_EVENT_UPDATE"):
        return dispatcher.observe_event(
            order=0, event_name=omni.kit.app.GLOBAL_EVENT_UPDATE, on_event=listener, observer_name=f"{NAME} frame"
        )
    return omni.kit.app.get_app().get_update_event_stream().create_subscription_to_pop(listener, name=f"{NAME} frame")


def _on_stage(context: Any, listener: Callable[[Any], None]) -> list[Any]:
    types = omni.usd.StageEventType
    wanted = (types.OPENED, types.CLOSING, types.SELECTION_CHANGED)
    dispatcher = _dispatcher()
    if dispatcher is not None and hasattr(context, "stage_event_name"):
        return [
            dispatcher.observe_event(
                order=0, event_name=context.stage_event_name(kind), on_event=lambda event, kind=kind: listener(kind),
                observer_name=f"{NAME} stage",
            )
            for kind in wanted
        ]  # fmt: skip
    known = {int(kind): kind for kind in wanted}
    stream = context.get_stage_event_stream()
    return [stream.create_subscription_to_pop(lambda e: e.type in known and listener(known[e.type]), name=f"{NAME} stage")]


def _dispatcher() -> Any:
    try:
        from carb.eventdispatcher import get_eventdispatcher
    except ImportError:
        return None
    return get_eventdispatcher()


def _end(subscription: Any) -> None:
    """End a subscription of either form."""
    end = getattr(subscription, "reset", None) or getattr(subscription, "unsubscribe", None)
    if end is not None:
        end()


def _ignore(*_: Any) -> None:
    """What a window that is no longer on offer does when it should be shown."""


def _with_suffix(path: Path, suffix: str) -> Path:
    return path if path.suffix or not suffix else path.with_suffix(suffix)
