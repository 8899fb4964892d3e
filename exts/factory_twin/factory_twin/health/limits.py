# SPDX-License-Identifier: Apache-2.0
"""Limits with hysteresis and delay."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Limits:
    """Warns while values are beyond limits.

    A value at a limit is beyond it. A level is reached once values were beyond its limit for `delay` without a break, and left
    with the first value that is behind the limit by more than `hysteresis`.

    Args:
        warning: Upper limit.
        alarm: Upper limit, inf: none.
        low_warning: Lower limit.
        low_alarm: Lower limit, -inf: none.
        hysteresis: >= 0.
        delay: s.

    Attributes:
        level: 0 good, 1 warning, 2 alarm.
        value: Last value.
    """

    __slots__ = ("_highs", "_lows", "_since", "delay", "hysteresis", "level", "value")

    def __init__(self, *, warning: float = inf, alarm: float = inf, low_warning: float = -inf, low_alarm: float = -inf,
                 hysteresis: float = 0.0, delay: float = 0.0) -> None:  # fmt: skip
        self._highs, self._lows = (min(warning, alarm), alarm), (max(low_warning, low_alarm), low_alarm)
        self.hysteresis, self.delay = hysteresis, delay
        self._since: list[float | None] = [None, None]
        self.level, self.value = 0, 0.0

    def feed(self, time: float, value: float) -> bool:
        """Take a value; return whether the level changed."""
        before, level = self.level, 0
        self.value = value
        for k in (0, 1):
            high, low = self._highs[k], self._lows[k]
            if value >= high or value <= low:
                since = self._since[k]
                if since is None:
                    since = self._since[k] = time
                if before > k or time - since >= self.delay:
                    level = k + 1
            else:
                self._since[k] = None
                if before > k and not low + self.hysteresis < value < high - self.hysteresis:
                    level = k + 1
        self.level = level
        return level != before

    def limit(self) -> float:
        """Return the limit that the last value is beyond at the present level."""
        k = max(0, self.level - 1)
        near_high = abs(self.value - self._highs[k]) <= abs(self.value - self._lows[k])
        return self._highs[k] if near_high else self._lows[k]

    def which(self, values: Floats) -> NDArray[np.int64]:
        """Return the indices of the values that can change anything, so that the others need not be fed."""
        near = ~((values > self._lows[0] + self.hysteresis) & (values < self._highs[0] - self.hysteresis))
        near |= (values >= self._highs[0]) | (values <= self._lows[0])
        near[1:] |= near[:-1].copy()
        return np.flatnonzero(near)
