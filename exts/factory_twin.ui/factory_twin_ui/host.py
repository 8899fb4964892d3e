# SPDX-License-Identifier: Apache-2.0
"""What a panel may ask of the application around it. `kit.KitHost` and `desk.DeskHost` fulfil it; panels know only this."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from .signal import Handle

if TYPE_CHECKING:
    from factory_twin.edit import Edit
    from factory_twin.live import Mover
    from pxr import Usd

    from .change import Change


class Level(Enum):
    """How much a notice matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@runtime_checkable
class Host(Protocol):
    """The application around the panels: stage, selection, edits, clock, frames, notices, files, settings.

    All callbacks come on the main thread. Each `on_...` returns a handle; the callback stays as long as the handle does.
    """

    @property
    def stage(self) -> Usd.Stage | None:
        """The open stage, or None. Ask each time; never keep it across `on_stage`."""
        ...

    def on_stage(self, listener: Callable[[], None]) -> Handle:
        """Call back after another stage was opened and before the present one is closed (`stage` is None then)."""
        ...

    def on_change(self, listener: Callable[[Change], None]) -> Handle:
        """Call back with what changed on the stage, at most once per frame."""
        ...

    @property
    def selection(self) -> tuple[str, ...]:
        """Prim paths selected, in order."""
        ...

    def select(self, paths: tuple[str, ...]) -> None:
        """Select these prims and no others."""
        ...

    def on_selection(self, listener: Callable[[], None]) -> Handle:
        """Call back when the selection changed."""
        ...

    def do(self, edit: Edit) -> None:
        """Do an edit as one undo step.

        Raises:
            FactoryTwinError: The edit was refused; nothing was written.
        """
        ...

    def undo(self) -> None:
        """Undo the last step; nothing when there is none."""
        ...

    def redo(self) -> None:
        """Do the step again that was undone last; nothing when there is none."""
        ...

    @property
    def undo_text(self) -> str:
        """What `undo` would undo, in words; empty when nothing."""
        ...

    @property
    def redo_text(self) -> str:
        """What `redo` would do, in words; empty when nothing."""
        ...

    def mover(self) -> Mover | None:
        """Return what moves prims of the open stage live, quicker than the session layer; None: there is nothing."""
        ...

    def on_history(self, listener: Callable[[], None]) -> Handle:
        """Call back when there is another step to undo or to redo."""
        ...

    @property
    def time(self) -> float:
        """Position of the timeline, s (time code / time codes per second)."""
        ...

    def set_time(self, time: float) -> None:
        """Move the timeline, s."""
        ...

    @property
    def range(self) -> tuple[float, float]:
        """Begin and end of the timeline, s."""
        ...

    def set_range(self, begin: float, end: float) -> None:
        """Set where the timeline begins and ends, s."""
        ...

    def set_clock_scale(self, scale: float) -> None:
        """Say how many simulated seconds a second of the timeline stands for, for the text that shows the time."""
        ...

    @property
    def playing(self) -> bool:
        """Whether the timeline runs."""
        ...

    def play(self) -> None:
        """Let the timeline run."""
        ...

    def pause(self) -> None:
        """Halt the timeline where it is."""
        ...

    def stop(self) -> None:
        """Halt the timeline and go back to its begin."""
        ...

    def on_time(self, listener: Callable[[], None]) -> Handle:
        """Call back when `time` or `playing` changed."""
        ...

    def on_frame(self, listener: Callable[[float], None]) -> Handle:
        """Call back each frame with the seconds since the one before."""
        ...

    def notify(self, text: str, level: Level = Level.INFO) -> None:
        """Show a short notice."""
        ...

    def ask_open(self, title: str, suffixes: tuple[str, ...], done: Callable[[Path], None]) -> None:
        """Let the user choose a file to read; `done` is called only when one was chosen."""
        ...

    def ask_save(self, title: str, suffixes: tuple[str, ...], done: Callable[[Path], None]) -> None:
        """Let the user choose a file to write; `done` is called only when one was chosen."""
        ...

    def setting(self, key: str, default: Any) -> Any:
        """Return a setting that outlives the session, `default` when it was never set or has another type."""
        ...

    def set_setting(self, key: str, value: Any) -> None:
        """Keep a setting (bool, int, float or str)."""
        ...
