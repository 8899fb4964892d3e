# SPDX-License-Identifier: Apache-2.0
"""Slow changes from what was learnt: an EWMA and a CUSUM of averages at work.

What is normal is learnt for some days: a straight line of features (a constant; for temperature also the time of day and how
hard the machine worked lately) and the spread around it. Averages that follow one another remember each other, since machines
wander by themselves; so the EWMA is held against its own spread as it was learnt, not against that of independent values,
and the CUSUM forgives more (k) than a textbook's.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .settings import Settings, Usual

Floats = NDArray[np.float64]
ONE: Floats = np.ones(1)
_RIDGE = 1e-4
_NEAR = 2.0


class Moments:
    """Sums that a fit by least squares needs."""

    __slots__ = ("count", "xx", "xy", "yy")

    def __init__(self, size: int) -> None:
        self.count, self.yy = 0, 0.0
        self.xx, self.xy = np.zeros((size, size)), np.zeros(size)

    def add(self, x: Floats, y: float) -> None:
        """Add one row."""
        self.count += 1
        self.xx += np.outer(x, x)
        self.xy += x * y
        self.yy += y * y

    def variance(self, line: Floats) -> float:
        """Return the mean square around a line."""
        rest = self.yy - 2 * float(line @ self.xy) + float(line @ self.xx @ line)
        return max(0.0, rest) / max(1, self.count - len(line))


class Drift:
    """EWMA and CUSUM of one quantity.

    Args:
        settings: Numbers.
        usual: What is usual for the quantity.

    Attributes:
        ewma: Level of the EWMA: 0 good, 1 warning, 2 alarm.
        cusum: Level of the CUSUM.
        value: Last average.
        normal: What it should have been, nan while learning.
        spread: Learnt spread of the averages, nan while learning.
        ready: Whether what is normal has been learnt.
        onset: When the EWMA was last near to what is normal, s.
    """

    __slots__ = ("_fit", "_line", "_low", "_offset", "_settings", "_smooth", "_smooth_fit", "_smooth_spread", "_start", "_up",
                 "_usual", "_x", "cusum", "ewma", "normal", "onset", "ready", "spread", "value")  # fmt: skip

    def __init__(self, settings: Settings, usual: Usual) -> None:
        self._settings, self._usual = settings, usual
        self.forget()

    def forget(self) -> None:
        """Learn anew, after an overhaul for example."""
        self._fit: Moments | None = None
        self._smooth_fit: Moments | None = None
        self._line: Floats = ONE
        self._x: Floats = ONE
        self._start = self._offset = self._smooth = self._up = self._low = 0.0
        self._smooth_spread = math.nan
        self.ewma = self.cusum = 0
        self.value = self.normal = self.spread = math.nan
        self.ready = False
        self.onset = -math.inf

    def feed(self, time: float, value: float, row: Floats = ONE) -> bool:
        """Take an average and its features; return whether a level changed."""
        self.value = value
        if not self.ready:
            self._learn(time, value, row)
            return False
        weight = self._settings.weight
        self.normal = self._offset + float(self._line @ row)
        rest = value - self.normal
        self._smooth += weight * (rest - self._smooth)
        before, away = (self.ewma, self.cusum), abs(self._smooth) / self._smooth_spread
        if away <= _NEAR:
            self.onset = time
        self.ewma = _level(away, self.ewma, self._settings.ewma)
        k, h = self._settings.cusum
        z = rest / self.spread
        self._up = min(max(0.0, self._up + z - k), 3 * h)
        self._low = min(max(0.0, self._low - z - k), 3 * h)
        self.cusum = _level(max(self._up, self._low), self.cusum, (h, 2 * h))
        return (self.ewma, self.cusum) != before

    def _learn(self, time: float, value: float, row: Floats) -> None:
        weight = self._settings.weight
        if self._fit is None:
            self._fit, self._smooth_fit = Moments(len(row)), Moments(len(row))
            self._start, self._offset, self._smooth, self._x = time, value, 0.0, row.copy()
        assert self._smooth_fit is not None
        self._smooth += weight * (value - self._offset - self._smooth)
        self._x = self._x + weight * (row - self._x)
        self._fit.add(row, value - self._offset)
        self._smooth_fit.add(self._x, self._smooth)
        if time - self._start >= self._settings.learn and self._fit.count >= self._settings.points:
            self._finish()

    def _finish(self) -> None:
        fit, smooth = self._fit, self._smooth_fit
        assert fit is not None
        assert smooth is not None
        size = len(fit.xy)
        penalty = _RIDGE * fit.count * np.diag([0.0] + [1.0] * (size - 1)) if size > 1 else np.zeros((1, 1))
        self._line = np.linalg.solve(fit.xx + penalty, fit.xy)
        level = abs(self._offset + (float(self._line @ fit.xx[0]) / fit.count))
        floor = max(self._usual.share * level, self._usual.spread, 1e-9 * level, 1e-300)
        self.spread = max(math.sqrt(fit.variance(self._line)), floor)
        least = floor if self._usual.share or self._usual.spread else self.spread * 0.3
        self._smooth_spread = max(math.sqrt(smooth.variance(self._line)), least)
        self._smooth -= float(self._line @ self._x)
        self._fit = self._smooth_fit = None
        self.ready = True

    def save(self) -> dict[str, Any] | None:
        """Return what was learnt, JSON-ready; None while learning."""
        if not self.ready:
            return None
        return {"line": self._line.tolist(), "offset": self._offset, "spread": self.spread, "smooth": self._smooth_spread}

    def load(self, saved: dict[str, Any]) -> None:
        """Take what `save` gave; anything else is ignored."""
        try:
            line = np.array([float(v) for v in saved["line"]][:32])
            numbers = [float(saved[word]) for word in ("offset", "spread", "smooth")]
        except (KeyError, TypeError, ValueError):
            return
        if len(line) and np.isfinite(line).all() and all(math.isfinite(v) for v in numbers) and min(numbers[1:]) > 0:
            self._line, self.ready = line, True
            self._offset, self.spread, self._smooth_spread = numbers
            self._smooth = self._up = self._low = 0.0


def _level(size: float, level: int, limits: tuple[float, float]) -> int:
    """Return the level of a size: it goes up at the limits, down at 0.7 of them."""
    if size >= limits[1] or (level == 2 and size >= 0.7 * limits[1]):
        return 2
    return 1 if size >= limits[0] or (level and size >= 0.7 * limits[0]) else 0
