# SPDX-License-Identifier: Apache-2.0
"""The host inside Omniverse Kit: Kit's own stage, selection, undo stack, timeline, notices and settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import carb
import carb.settings
import omni.kit.app
import omni.kit.commands
import omni.kit.undo
import omni.timeline
import omni.usd
from factory_twin.edit import Edit
from factory_twin.errors import FactoryTwinError
from factory_twin.live import Mover
from factory_twin.session import unlocked
from pxr import Usd

from ..beat import Beat
from ..host import Level
from ..signal import Handle, Signal
from . import commands, dialogs, events, fabric
from .events import NAME
from .windows import Windows

SETTINGS = f"/persistent/exts/{NAME}/"
FABRIC = "live.fabric"
"""Setting: whether vehicles are moved in Fabric."""


class KitHost:
    """Fulfils `host.Host` on Kit's default USD context.

    Attributes:
        windows: The panels' windows.
        offered: What is on offer, "kind title": the same is never offered twice.
    """

    def __init__(self) -> None:
        self._context = omni.usd.get_context()
        self._timeline = omni.timeline.get_timeline_interface()
        self._stages, self._selections, self._histories, self._times = Signal(), Signal(), Signal(), Signal()
        self._beat = Beat(lambda text: self.notify(text, Level.ERROR))
        self._clock = (self.time, self.playing)
        self._open = self._context.get_stage() is not None
        self._commands = commands.register()
        self._undo = self._histories_changed
        omni.kit.undo.subscribe_on_change(self._undo)
        self._subscriptions = [events.on_update(self._frame), *events.on_stage(self._context, self._stage_event)]
        self._beat.follow(self.stage)
        self.windows = Windows(self)
        self.offered: set[str] = set()

    def close(self) -> None:
        """Leave nothing behind."""
        self.windows.close()
        for subscription in self._subscriptions:
            events.end(subscription)
        omni.kit.undo.unsubscribe_on_change(self._undo)
        commands.unregister(self._commands)
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
        omni.kit.commands.execute(commands.name(type(edit)), edit=edit, done=True)

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
        return commands.words(omni.kit.undo.get_undo_stack()) if omni.kit.undo.can_undo() else ""

    @property
    def redo_text(self) -> str:
        """What would be done again."""
        return commands.words(omni.kit.undo.get_redo_stack()) if omni.kit.undo.can_redo() else ""

    def _histories_changed(self, names: list[str]) -> None:
        self._histories.emit()

    def on_history(self, listener: Callable[[], None]) -> Handle:
        """See `Host`."""
        return self._histories.connect(listener)

    def mover(self) -> Mover | None:
        """See `Host`: Fabric, when the preference asks for it."""
        return fabric.mover() if self.setting(FABRIC, False) and self.stage is not None else None

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
        session = stage.GetSessionLayer()
        with unlocked(session), Usd.EditContext(stage, session):
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
        if not dialogs.ask_open(title, suffixes, done):
            self.notify("This Kit has no file dialog: enable omni.kit.window.file_importer.", Level.WARNING)

    def ask_save(self, title: str, suffixes: tuple[str, ...], done: Callable[[Path], None]) -> None:
        """See `Host`."""
        if not dialogs.ask_save(title, suffixes, done):
            self.notify("This Kit has no file dialog: enable omni.kit.window.file_exporter.", Level.WARNING)

    # ---- settings

    def setting(self, key: str, default: Any) -> Any:
        """See `Host`."""
        value = carb.settings.get_settings().get(SETTINGS + key.replace(".", "/"))
        return value if isinstance(value, type(default)) else default

    def set_setting(self, key: str, value: Any) -> None:
        """See `Host`."""
        carb.settings.get_settings().set(SETTINGS + key.replace(".", "/"), value)

    def on_setting(self, key: str, listener: Callable[[], None]) -> Handle:
        """Call back when a setting was changed, by us or on the preferences page, until the handle is closed."""
        path = SETTINGS + key.replace(".", "/")
        held = [omni.kit.app.SettingChangeSubscription(path, lambda item, kind: listener())]
        return Handle(held.clear)
