# SPDX-License-Identifier: Apache-2.0
"""What happens in each frame: frame callbacks, then what changed on the stage. A failing callback stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from pxr import Usd

from .change import Watch
from .signal import Signal

_log = logging.getLogger(__name__)


class Beat:
    """Frame callbacks and stage changes.

    Args:
        failed: Told in words when a callback failed, once per kind of failure.

    Attributes:
        frames: Emitted with the seconds since the frame before.
        changes: Emitted with a `Change`, at most once per frame.
    """

    def __init__(self, failed: Callable[[str], None]) -> None:
        self.frames, self.changes = Signal(), Signal()
        self._failed = failed
        self._known: set[str] = set()
        self._watch: Watch | None = None

    def follow(self, stage: Usd.Stage | None) -> None:
        """Watch another stage; None: none."""
        if self._watch is not None:
            self._watch.close()
        self._watch = Watch(stage) if stage is not None else None

    def frame(self, dt: float) -> None:
        """Let a frame of `dt` seconds pass."""
        for listener in self.frames.listeners():
            self._guarded(listener, dt)
        change = self._watch.take() if self._watch is not None else None
        if change is not None:
            for listener in self.changes.listeners():
                self._guarded(listener, change)

    def _guarded(self, listener: Callable[..., Any], argument: object) -> None:
        try:
            listener(argument)
        except Exception as error:  # the frame is a border: log once, tell the user, go on
            text = f"{type(error).__name__}: {error}"
            if text not in self._known:
                self._known.add(text)
                _log.exception("A frame callback failed.")
                self._failed(f"Something went wrong: {text}")
