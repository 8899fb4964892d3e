# SPDX-License-Identifier: Apache-2.0
"""Single wild values of a sensor: there and back again at once."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEARN = 500


class Spikes:
    """Warns when single values jump away and back several times within a time.

    How far values differ from one to the next is learnt from the first 500.

    Args:
        jump: How many mean differences make a spike.
        count: How many spikes warn.
        time: Within this time, s; after such a time without any it is good again.

    Attributes:
        level: 0 good, 1 warning.
        value: Last spike.
    """

    __slots__ = ("_fed", "_jump", "_last", "_seen", "_step", "_time", "_total", "_wild", "level", "value")

    def __init__(self, jump: float = 8.0, count: int = 3, time: float = 3600.0) -> None:
        self._jump, self._time = jump, time
        self._seen: deque[float] = deque(maxlen=count)
        self._fed, self._total, self._wild = 0, 0.0, float("inf")
        self._last = self._step = 0.0
        self.level, self.value = 0, float("nan")

    def feed(self, time: float, value: float) -> bool:
        """Take a value at work; return whether the level changed."""
        step = value - self._last
        before = self.level
        if self._fed == 0:
            step = 0.0
        elif self._fed <= LEARN:
            self._total += abs(step)
            if self._fed == LEARN:
                self._wild = self._jump * self._total / LEARN or float("inf")
        elif abs(step) > self._wild and abs(self._step) > self._wild and step * self._step < 0:
            self._seen.append(time)
            self.value = self._last
            step = 0.0  # the way back is not the way out of another one
            if len(self._seen) == self._seen.maxlen and time - self._seen[0] <= self._time:
                self.level = 1
        if self.level and time - self._seen[-1] > self._time:
            self.level = 0
        self._fed += 1
        self._last, self._step = value, step
        return self.level != before

    def scan(self, times: Floats, values: Floats) -> list[float]:
        """Return when it begins to warn, s, for a fresh detector that is fed all this; what `feed` does, at once."""
        if len(values) <= LEARN + 1:
            return []
        steps = np.diff(values, prepend=values[0])
        wild = self._jump * float(np.cumsum(np.abs(steps[1 : LEARN + 1]))[-1]) / LEARN or float("inf")
        big = np.abs(steps) > wild
        found = np.flatnonzero(big[1:] & big[:-1] & (steps[1:] * steps[:-1] < 0)) + 1
        found = found[found > LEARN]
        seen: deque[float] = deque(maxlen=self._seen.maxlen)
        raised: list[float] = []
        last, active = -2, False
        for row in found.tolist():
            if row == last + 1:
                continue
            if active and times[row - 1] - seen[-1] > self._time:
                active = False
            last, time = row, float(times[row])
            seen.append(time)
            if len(seen) == seen.maxlen and time - seen[0] <= self._time and not active:
                raised.append(time)
                active = True
        return raised
