# SPDX-License-Identifier: Apache-2.0
"""What was done, in order, to go back and forth."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pxr import Usd

from .base import Edit


class History:
    """Does edits on one stage and undoes them, last first.

    Args:
        stage: Stage to change.
        limit: Edits to remember; older ones can no longer be undone.
    """

    def __init__(self, stage: Usd.Stage, *, limit: int = 1000) -> None:
        self._stage = stage
        self._done: deque[Edit] = deque(maxlen=limit)
        self._undone: list[Edit] = []
        self._callbacks: list[Callable[[], None]] = []

    def do(self, edit: Edit) -> None:
        """Make a change; what was undone before can no longer be redone.

        Raises:
            FactoryTwinError: The change makes no sense; nothing has changed.
        """
        edit.do(self._stage)
        self._done.append(edit)
        self._undone.clear()
        self._tell()

    def undo(self) -> Edit | None:
        """Undo the last change and return it; None when there is none."""
        if not self._done:
            return None
        edit = self._done.pop()
        edit.undo(self._stage)
        self._undone.append(edit)
        self._tell()
        return edit

    def redo(self) -> Edit | None:
        """Make the change again that was undone last and return it; None when there is none."""
        if not self._undone:
            return None
        edit = self._undone[-1]
        edit.do(self._stage)
        self._done.append(self._undone.pop())
        self._tell()
        return edit

    @property
    def can_undo(self) -> bool:
        """True when there is something to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """True when there is something to redo."""
        return bool(self._undone)

    @property
    def undo_label(self) -> str:
        """Label of the edit that `undo` would undo; empty when none."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """Label of the edit that `redo` would do; empty when none."""
        return self._undone[-1].label if self._undone else ""

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each change; return a function that ends that."""
        self._callbacks.append(callback)

        def end() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return end

    def _tell(self) -> None:
        for callback in tuple(self._callbacks):
            callback()
