# SPDX-License-Identifier: Apache-2.0
"""The clock of a source, judged by what it says when its messages arrive.

A clock that is ahead, or was never set, shows at once. One that is behind looks like a message that waited somewhere, at the
broker during a cut for example; but while such messages come in, the source's time runs faster than ours, and a slow clock's
does not. So it takes a while until a clock counts as slow, and messages that waited keep their own time.
"""

from __future__ import annotations

AHEAD, BEHIND = 5.0, 60.0
"""How far a source's clock may be off, s."""
EARLIEST = 946_684_800.0
"""2000-01-01: a clock that shows less was never set."""
WATCH, FASTER = 5.0, 1.5
"""How long a late source is watched, s, and how much faster than ours its time runs while it sends what waited."""
WINDOW = 60.0


class Clock:
    """The clock of one source.

    Attributes:
        skewed: Whether its times are not to be used.
        slow: Whether that is because it is behind.
    """

    __slots__ = ("_from", "_least", "_until", "skewed", "slow")

    def __init__(self) -> None:
        self.skewed = self.slow = False
        self._from: tuple[float, float] | None = None  # (wall, time) since when it has been late
        self._least = [float("inf"), float("inf")]  # least delay in this window and the one before
        self._until = 0.0

    @property
    def offset(self) -> float:
        """How far the clock is ahead of ours, s, negative when behind: the least delay seen lately, the other way round."""
        least = min(self._least)
        return -least if least < float("inf") else 0.0

    def judge(self, time: float, wall: float) -> bool:
        """Return whether a time (Unix, s) that came at `wall` (Unix, s) is to be used.

        Args:
            time: What the source says.
            wall: When it arrived.
        """
        delay = wall - time
        if delay < self._least[0] or not self._until - WINDOW <= wall < self._until:
            self._note(delay, wall)
        if -AHEAD <= delay <= BEHIND:
            self.skewed = self.slow = False
            self._from = None
            return True
        if delay < 0 or time < EARLIEST:
            self.skewed = True
            return False
        if not self.slow:
            self._watch(time, wall)
        self.skewed = self.slow
        return not self.slow

    def _watch(self, time: float, wall: float) -> None:
        if self._from is None or wall < self._from[0]:
            self._from = wall, time
        elif wall - self._from[0] >= WATCH:
            self.slow = time - self._from[1] <= FASTER * (wall - self._from[0])
            self._from = wall, time

    def _note(self, delay: float, wall: float) -> None:
        if not self._until - WINDOW <= wall < self._until:
            self._least = [delay, self._least[0] if abs(wall - self._until) < WINDOW else float("inf")]
            self._until = wall + WINDOW
        else:
            self._least[0] = delay
