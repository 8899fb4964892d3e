# SPDX-License-Identifier: Apache-2.0
"""The clock of a source, judged by what it says when its messages arrive, and set right where it is wrong.

A clock that is ahead, or was never set, shows at once. One that is behind looks like a message that waited somewhere, at the
broker during a cut for example; but while such messages come in, the source's time runs faster than ours, and a slow clock's
does not. So it takes a while until a clock counts as slow, and messages that waited keep their own time.

A wrong clock's times are moved by the same amount as long as it holds. So what a source says again has the time it had before,
by which it is known again: that is what keeps a reading that is sent twice from being recorded twice.
"""

from __future__ import annotations

import math
from typing import NamedTuple

AHEAD, BEHIND = 5.0, 60.0
"""How far a source's clock may be off, s."""
EARLIEST = 946_684_800.0
"""2000-01-01: a clock that shows less was never set."""
WATCH, SLOWER, FASTER = 5.0, 0.5, 1.5
"""How long a source is watched, s; a clock's time runs as fast as ours, that of messages that wait or come again does not."""
WINDOW = 60.0
SLACK = 2.0
"""How far beyond our clock a moved time may lie, or behind it at best, before the shift is renewed, s."""


KEPT = 32
"""Spans of a source that are remembered."""


class Span(NamedTuple):
    """Times of a source after `after`, up to the next span, are moved by `shift`, s."""

    after: float
    shift: float


RIGHT = Span(-math.inf, 0.0)


class Skews:
    """The clocks that are wrong now, by source, and how often any of that has changed."""

    def __init__(self) -> None:
        self.wrong: dict[str, list[Span]] = {}
        self.changes = 0

    def set(self, source: str, spans: list[Span]) -> None:
        """Note the spans of a source; it is forgotten when the last one says that its clock is right."""
        self.forget(source)
        if spans[-1].shift:
            self.wrong[source] = spans
        self.changes += 1

    def forget(self, source: str) -> None:
        """Forget a source."""
        if self.wrong.pop(source, None) is not None:
            self.changes += 1


class _Watch:
    """Times that are late: does our time run on as fast as the source's?"""

    __slots__ = ("_from",)

    def __init__(self) -> None:
        self._from: tuple[float, float] | None = None  # (wall, time)

    def end(self) -> None:
        self._from = None

    def see(self, time: float, wall: float) -> float | None:
        """Return how far the clock is behind, s; None: it is too early to say, or its messages have waited."""
        if self._from is None or wall < self._from[0]:
            self._from = wall, time
        elif wall - self._from[0] >= WATCH:
            began, self._from = self._from, (wall, time)
            if SLOWER <= (time - began[1]) / (wall - began[0]) <= FASTER:
                return min(wall - time, began[0] - began[1])
        return None


class Clock:
    """The clock of one source.

    Args:
        source: Its name.
        skews: Where to note that it is wrong.

    Attributes:
        unset: Whether it was never set, so that arrival is the time.
        spans: How far its times are moved, oldest span first.
    """

    __slots__ = ("_back", "_late", "_least", "_newest", "_skews", "_source", "_until", "spans", "unset")

    def __init__(self, source: str, skews: Skews) -> None:
        self._source, self._skews = source, skews
        self.unset = False
        self.spans = [RIGHT]
        self._newest = -math.inf  # newest time told
        self._late, self._back = _Watch(), _Watch()  # of new times, and of times that were told before
        self._least = [math.inf, math.inf]  # least delay in this window and the one before
        self._until = 0.0

    @property
    def skewed(self) -> bool:
        """Whether its times are not used as they are."""
        return self.unset or self.spans[-1].shift != 0.0

    @property
    def offset(self) -> float:
        """How far the clock is ahead of ours, s, negative when behind: the least delay seen lately, the other way round."""
        least = min(self._least)
        return -least if least < math.inf else 0.0

    def resume(self, spans: list[Span]) -> None:
        """Go on as a clock did whose spans these were."""
        self.spans = spans
        self._skews.set(self._source, spans)

    def stamp(self, time: float, wall: float) -> float | None:
        """Return when a value was so, Unix time, s; None: its source does not know, so it is when it arrived.

        Args:
            time: What the source says, Unix time, s.
            wall: When it arrived.
        """
        delay = wall - time
        if delay < self._least[0] or not self._until - WINDOW <= wall < self._until:
            self._note(delay, wall)
        right = -AHEAD <= delay <= BEHIND
        if not right and time < EARLIEST:
            self.unset = True
            return None
        self.unset = False
        shift = self.spans[-1].shift
        if time <= self._newest:
            return self._old(time, wall, shift, right)
        self._back.end()
        if right and not shift:
            self._late.end()
        else:
            self._new(time, wall, shift, right)
            shift = self.spans[-1].shift
        self._newest = time
        return time + shift

    def _new(self, time: float, wall: float, shift: float, right: bool) -> None:
        """Judge a time that is newer than all before."""
        delay, least = wall - time, min(self._least)
        turn: float | None = None
        if right and shift > 0:
            turn = 0.0
        elif right or delay > 0 >= shift:  # set right, or slow; or what is ahead, or right, has waited
            turn = self._late.see(time, wall)
            if right and turn is not None:
                turn = 0.0
        elif delay < 0 <= shift or delay < shift - SLACK:
            turn = delay
        elif least > shift + SLACK and max(self._least) < math.inf:
            turn = least
        if turn is not None:
            self._turn(time, turn)

    def _old(self, time: float, wall: float, shift: float, right: bool) -> float:
        """Judge a time that is not new: it comes again, or late, or the clock was set back."""
        before = time + next((s.shift for s in reversed(self.spans) if time > s.after), 0.0)
        if right and not shift:
            return before
        turn = self._back.see(time, wall)
        if turn is None:
            return before
        self._turn(time, 0.0 if right else turn)
        self._newest = time
        return time + self.spans[-1].shift

    def _turn(self, time: float, shift: float) -> None:
        """Begin a span."""
        if time > self._newest:
            self.spans = [*self.spans[-KEPT:], Span(self._newest, shift)]
        else:
            self.spans = [RIGHT, Span(math.nextafter(time, -math.inf), shift)]
        self._late.end()
        self._back.end()
        self._skews.set(self._source, self.spans)

    def _note(self, delay: float, wall: float) -> None:
        if not self._until - WINDOW <= wall < self._until:
            self._least = [delay, self._least[0] if abs(wall - self._until) < WINDOW else math.inf]
            self._until = wall + WINDOW
        else:
            self._least[0] = delay
