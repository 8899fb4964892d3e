# SPDX-License-Identifier: Apache-2.0
"""Keeps the recorder's values in step with its journal of messages, so that after any crash nothing is lost or doubled.

The link commits each message to the journal before it acknowledges it, and gives it a running position. Values are stored
together with the position up to which they were read (`cursor`). As long as messages come one after the other, what is read for
the live view is stored. When one is missing, because the inbox kept only the newest of a topic or a run before ours
ended early, the values are read from the journal instead, with formats of their own, until both have met again.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from ..errors import HistoryError
from ..event import Event
from ..message import Message
from ..sample import to_event
from .intake import Intake

if TYPE_CHECKING:
    from ..history import History

CHUNK = 200
_STEP = 16


class Recording:
    """The recorder of one feed.

    Args:
        history: The recorder.
        intake: Reads for the live view.
        make: Makes another one of its kind that has learnt nothing.

    Attributes:
        intake: Reads for the live view; another one after catching up.
        cursor: Position up to which values were handed to the recorder.
        behind: Whether values are being read from the journal.
    """

    def __init__(self, history: History, intake: Intake, make: Callable[[], Intake]) -> None:
        self.history, self.intake = history, intake
        self.cursor = history.cursor
        self.behind = False
        self._make = make
        self._saved = dict(history.saved)
        self._events: list[Event] = []
        self._second: Intake | None = None
        self._chunk: list[Message] = []
        if self.cursor < history.last:
            self._fall_behind()
        else:
            intake.load(self._saved)

    def expect(self, message: Message) -> bool:
        """Return whether the values of this message, that is about to be read, are to be recorded by `take`."""
        if self.behind or message.position <= self.cursor:
            return False
        if message.position == self.cursor + 1:
            return True
        self._saved = self.intake.save()
        self._fall_behind()
        return False

    def take(self, message: Message, events: list[Event]) -> None:
        """Record the events of an expected message."""
        self.cursor = message.position
        if not message.retained:
            self._events += events

    def step(self, budget: float, *, idle: bool) -> None:
        """Hand over what was taken and, when behind, read on in the journal for about `budget` s.

        Args:
            budget: s.
            idle: Whether the inbox was empty before this call.

        Raises:
            HistoryError: The recorder can't go on.
        """
        if self.behind:
            self._catch_up(budget, idle=idle)
        else:
            self._saved = self.intake.save()
        if self._events or self.cursor != self.history.cursor:
            try:
                self.history.write(self._events, self.cursor, self._saved)
            except HistoryError:  # no room: what it does not have now is read from the journal later
                self._events, self._chunk = [], []
                self.cursor, self._saved = self.history.cursor, dict(self.history.saved)
                self._fall_behind()
                raise
            self._events = []

    def finish(self) -> None:
        """Read the rest of the journal and store all.

        Raises:
            HistoryError: The recorder can't go on.
        """
        self.step(0.0, idle=False)
        if self.cursor < self.history.last and not self.behind:
            self._fall_behind()
        while self.behind:
            self.step(0.1, idle=True)
        self.history.flush()

    def _fall_behind(self) -> None:
        self.behind = True
        self._second = self._make()
        self._second.load(self._saved)

    def _catch_up(self, budget: float, *, idle: bool) -> None:
        second = self._second
        assert second is not None
        deadline = perf_counter() + budget
        while True:
            if not self._chunk:
                self._chunk = self.history.messages(self.cursor, CHUNK)[::-1]
            if not self._chunk:
                if idle and self.cursor == self.history.last:
                    self._meet(second)
                break
            for _ in range(min(_STEP, len(self._chunk))):
                message = self._chunk.pop()
                samples = second.read(message)
                self.cursor = message.position
                if not message.retained:
                    self._events += (e for e in map(to_event, samples) if e is not None)
            if perf_counter() >= deadline:
                break
        self._saved = second.save()

    def _meet(self, second: Intake) -> None:
        """Go on live with the formats that have read every message."""
        second.counts, second.discovery = self.intake.counts, self.intake.discovery
        self.intake, self._second, self.behind = second, None, False
