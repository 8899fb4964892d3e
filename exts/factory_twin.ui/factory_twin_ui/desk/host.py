# SPDX-License-Identifier: Apache-2.0
"""The host of the desktop application: a stage of its own, undo history, clock, notices. Works without omni.ui."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from factory_twin.edit import Edit, History
from factory_twin.errors import FactoryTwinError, StageError
from factory_twin.read import open_stage
from pxr import Sdf, Usd

from ..beat import Beat
from ..change import Change
from ..host import Level
from ..signal import Handle, Signal
from .clock import Clock
from .recent import remember

_log = logging.getLogger(__name__)
Chooser = Callable[[str, tuple[str, ...], Callable[[Path], None], bool], None]


class DeskHost:
    """Fulfils `host.Host` on plain OpenUSD.

    Args:
        settings: JSON file that keeps the settings; None: kept for this session only.

    Attributes:
        clock: The timeline.
        notices: Emitted with (text, level).
        choose: Shows a file dialog; set by the window. Arguments: title, suffixes, done, whether to write.
    """

    def __init__(self, settings: Path | None = None) -> None:
        self.clock = Clock()
        self.notices = Signal()
        self.choose: Chooser | None = None
        self.history: History | None = None
        self._stage: Usd.Stage | None = None
        self._selection: tuple[str, ...] = ()
        self._stages, self._selections, self._histories = Signal(), Signal(), Signal()
        self._beat = Beat(lambda text: self.notify(text, Level.ERROR))
        self._file = settings
        self._settings = _read_settings(settings)

    # ---- stage

    @property
    def stage(self) -> Usd.Stage | None:
        """The open stage."""
        return self._stage

    def open(self, path: Path) -> None:
        """Open a stage file.

        Raises:
            StageError: It can't be opened; the present stage stays open.
        """
        stage = open_stage(path)
        remember(self, Path(path))
        self.attach(stage)

    def attach(self, stage: Usd.Stage) -> None:
        """Show a stage that is open already."""
        self.detach()
        self._stage = stage
        self._beat.follow(stage)
        self.history = History(stage)
        self._end_history = self.history.on_change(self._histories.emit)
        rate = stage.GetTimeCodesPerSecond() or 24.0
        self.clock.rate = rate
        self.clock.set_scale(1.0)
        self.clock.set_range(stage.GetStartTimeCode() / rate, stage.GetEndTimeCode() / rate)
        self.clock.stop()
        self._stages.emit()
        self._histories.emit()

    def detach(self) -> None:
        """Close the stage, if one is open."""
        self._beat.follow(None)
        had, self._stage, self.history = self._stage, None, None
        self._selection = ()
        if had is not None:
            self.clock.pause()
            self._stages.emit()
            self._selections.emit()

    def save(self) -> None:
        """Write the stage's changed layers; ours (session, motion in memory) are not among them.

        Raises:
            StageError: A layer can't be written.
        """
        if self._stage is None:
            return
        try:
            self._stage.Save()
        except Exception as error:  # Tf.ErrorException, without a base class of its own
            raise StageError(f"The stage can't be saved: {error}", where=self._stage.GetRootLayer().identifier,
                             hint="Check that the file may be written.") from error  # fmt: skip

    @property
    def unsaved(self) -> tuple[Sdf.Layer, ...]:
        """The user's layers that have changes in memory only."""
        if self._stage is None:
            return ()
        return tuple(layer for layer in self._stage.GetUsedLayers() if layer.dirty and not layer.anonymous)

    def discard(self) -> None:
        """Read the user's layers from their files again; what was not saved is lost."""
        for layer in self.unsaved:
            layer.Reload()

    def rescue(self) -> list[Path]:
        """Write what is not saved into files of its own beside the layers, `NAME.unsaved.usda`; return those written."""
        written = []
        for layer in self.unsaved:
            path = Path(layer.realPath).with_suffix(".unsaved.usda")
            if layer.Export(str(path)):
                written.append(path)
        return written

    def on_stage(self, listener: Callable[[], None]) -> Handle:
        """See `Host`."""
        return self._stages.connect(listener)

    def on_change(self, listener: Callable[[Change], None]) -> Handle:
        """See `Host`."""
        return self._beat.changes.connect(listener)

    # ---- selection

    @property
    def selection(self) -> tuple[str, ...]:
        """Prim paths selected."""
        return self._selection

    def select(self, paths: tuple[str, ...]) -> None:
        """See `Host`."""
        if paths != self._selection:
            self._selection = tuple(paths)
            self._selections.emit()

    def on_selection(self, listener: Callable[[], None]) -> Handle:
        """See `Host`."""
        return self._selections.connect(listener)

    # ---- edits

    def do(self, edit: Edit) -> None:
        """See `Host`."""
        if self.history is None:
            raise FactoryTwinError("No stage is open.", hint="Open one with File > Open.")
        self.history.do(edit)

    def undo(self) -> None:
        """See `Host`."""
        if self.history is not None and self.history.can_undo:
            self.history.undo()

    def redo(self) -> None:
        """See `Host`."""
        if self.history is not None and self.history.can_redo:
            self.history.redo()

    @property
    def undo_text(self) -> str:
        """What would be undone."""
        return self.history.undo_label if self.history is not None else ""

    @property
    def redo_text(self) -> str:
        """What would be done again."""
        return self.history.redo_label if self.history is not None else ""

    def on_history(self, listener: Callable[[], None]) -> Handle:
        """See `Host`."""
        return self._histories.connect(listener)

    # ---- time

    @property
    def time(self) -> float:
        """Position of the timeline, s."""
        return self.clock.time

    @property
    def playing(self) -> bool:
        """Whether the timeline runs."""
        return self.clock.playing

    def set_time(self, time: float) -> None:
        """See `Host`."""
        self.clock.set_time(time)

    @property
    def range(self) -> tuple[float, float]:
        """Begin and end of the timeline, s."""
        return self.clock.begin, self.clock.end

    def mover(self) -> None:
        """See `Host`. The desk's view reads USD."""

    def set_range(self, begin: float, end: float) -> None:
        """See `Host`."""
        self.clock.set_range(begin, end)

    def set_clock_scale(self, scale: float) -> None:
        """See `Host`."""
        self.clock.set_scale(scale)

    def play(self) -> None:
        """See `Host`."""
        self.clock.play()

    def pause(self) -> None:
        """See `Host`."""
        self.clock.pause()

    def stop(self) -> None:
        """See `Host`."""
        self.clock.stop()

    def on_time(self, listener: Callable[[], None]) -> Handle:
        """See `Host`."""
        return self.clock.changed.connect(listener)

    def on_frame(self, listener: Callable[[float], None]) -> Handle:
        """See `Host`."""
        return self._beat.frames.connect(listener)

    def frame(self, dt: float) -> None:
        """Let a frame pass: clock, frame callbacks, then what changed on the stage."""
        self.clock.tick(dt)
        self._beat.frame(dt)

    # ---- people

    def notify(self, text: str, level: Level = Level.INFO) -> None:
        """See `Host`."""
        _log.log({Level.INFO: logging.INFO, Level.WARNING: logging.WARNING}.get(level, logging.ERROR), "%s", text)
        self.notices.emit(text, level)

    def ask_open(self, title: str, suffixes: tuple[str, ...], done: Callable[[Path], None]) -> None:
        """See `Host`."""
        if self.choose is not None:
            self.choose(title, suffixes, done, False)

    def ask_save(self, title: str, suffixes: tuple[str, ...], done: Callable[[Path], None]) -> None:
        """See `Host`."""
        if self.choose is not None:
            self.choose(title, suffixes, done, True)

    # ---- settings

    def setting(self, key: str, default: Any) -> Any:
        """See `Host`."""
        value = self._settings.get(key, default)
        return value if isinstance(value, type(default)) else default

    def set_setting(self, key: str, value: Any) -> None:
        """See `Host`."""
        if self._settings.get(key) != value:
            self._settings[key] = value
            if self._file is not None:
                _write_settings(self._file, self._settings)


def _read_settings(file: Path | None) -> dict[str, Any]:
    if file is None or not file.is_file() or file.stat().st_size > 1 << 20:
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        _log.warning("The settings in %s can't be read (%s); defaults are used.", file, error)
        return {}
    return found if isinstance(found, dict) else {}


def _write_settings(file: Path, settings: dict[str, Any]) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as temporary:
            json.dump(settings, temporary, indent=1)
        os.replace(temporary.name, file)
    except OSError as error:
        _log.warning("The settings can't be written to %s: %s", file, error)
