# SPDX-License-Identifier: Apache-2.0
"""`Replay`: the recorded past again, to a broker or to the stage, at any speed."""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable, Iterator

from ..event import Event
from ..message import Message
from .history import History

Publish = Callable[[str, bytes, bool, int], object]
_CHUNK = 500
_STEP = 0.02
_COMMAND = re.compile(r"(?:spBv[^/]*/[^/]+/[ND]CMD/.*|.*/(?:instantActions|order)|(?:.*/)?cmd(?:/.*)?)")


class Replay:
    """Sends recorded messages again, with the gaps between them divided by the speed.

    Commands to machines and vehicles are never sent again.

    Args:
        history: The record.
        start: Unix s; None: its beginning.
        end: Unix s; None: its end.
        speed: Recorded seconds per second; above 0.
        loop: Whether it begins again at its end.
        prefix: What takes the place of the first level of each topic; empty: nothing.
        clock: Seconds that go on evenly.

    Attributes:
        sent: Messages sent.
        withheld: Commands that were not.
        finished: Whether the end was reached.
    """

    def __init__(self, history: History, *, start: float | None = None, end: float | None = None, speed: float = 1.0,
                 loop: bool = False, prefix: str = "", clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        if not (speed > 0 and math.isfinite(speed)):
            raise ValueError("a speed is above 0")
        self._history, self._speed, self._loop, self._prefix, self._clock = history, speed, loop, prefix, clock
        first = history.messages(0, 1)
        self.start = start if start is not None else first[0].wall if first else 0.0
        self.end = math.inf if end is None else end
        self.sent = self.withheld = 0
        self.seek(self.start)

    @property
    def now(self) -> float:
        """Unix time of the record that is sent now, s."""
        return self._from + (self._clock() - self._began) * self._speed

    def seek(self, moment: float) -> None:
        """Go on at another Unix time."""
        self._from, self._began = moment, self._clock()
        self._after = self._history.before(moment)
        self._chunk: list[Message] = []
        self.finished = False

    def send(self, publish: Publish) -> int:
        """Send what is due; return how many messages that were. Call it again and again.

        Raises:
            HistoryError: The record can't be read.
        """
        now, count = self.now, 0
        while not self.finished:
            message = self._next()
            if message is None or message.wall > self.end:
                if self._loop and self.sent:
                    self.seek(self.start)
                    break
                self.finished = True
            elif message.wall > now:
                break
            else:
                self._chunk.pop()
                self._after = message.position
                if message.wall >= self.start and message.topic:
                    if _COMMAND.fullmatch(message.topic):
                        self.withheld += 1
                        continue
                    publish(self._topic(message.topic), message.payload, message.retained, message.qos)
                    count += 1
                    self.sent += 1
        return count

    def run(self, publish: Publish, stop: threading.Event, progress: Callable[[Replay], object] | None = None) -> None:
        """Send until the end or until told to stop."""
        told = -math.inf
        while not self.finished and not stop.is_set():
            self.send(publish)
            if progress is not None and self._clock() >= told + 1.0:
                told = self._clock()
                progress(self)
            stop.wait(_STEP)

    def _next(self) -> Message | None:
        if not self._chunk:
            self._chunk = self._history.messages(self._after, _CHUNK)[::-1]
        return self._chunk[-1] if self._chunk else None

    def _topic(self, topic: str) -> str:
        head, slash, rest = topic.partition("/")
        return f"{self._prefix or head}{slash}{rest}"


class Past:
    """The recorded values as events up to one moment after the other, for the stage.

    Args:
        history: The record.
        start: Unix s.
        end: Unix s.
    """

    def __init__(self, history: History, start: float, end: float) -> None:
        self._start = start
        self._events: Iterator[Event] = history.log(start, end).events()
        self._next: Event | None = next(self._events, None)

    def until(self, moment: float) -> list[Event]:
        """Return the events since the last call up to a Unix time, at Unix time."""
        found = []
        while self._next is not None and self._start + self._next.time <= moment:
            found.append(self._next._replace(time=self._start + self._next.time))
            self._next = next(self._events, None)
        return found
