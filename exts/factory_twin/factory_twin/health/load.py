# SPDX-License-Identifier: Apache-2.0
"""How hard a machine has worked lately: what its temperature follows with a lag."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..event import State

Floats = NDArray[np.float64]
LAGS = (300.0, 900.0, 2700.0)
DAY = 86400.0
_ON = frozenset({State.BUSY, State.SETUP, State.IDLE, State.STARVED, State.BLOCKED, State.WAITING})
_KEPT = 8
_FAR = 200


class Load:
    """Work and drive of a place, each smoothed over three time constants, averaged over every bin of time.

    Args:
        bin: s.

    Attributes:
        share: Share of the last finished bin that was work.
    """

    __slots__ = ("_area", "_bin", "_done", "_index", "_level", "_now", "_work", "share")

    def __init__(self, bin: float) -> None:
        self._bin = bin
        self._now = math.nan
        self._index = 0
        self._level = [0.0] * (2 * len(LAGS))
        self._area = [0.0] * (2 * len(LAGS))
        self._work = 0.0
        self._done: dict[int, tuple[Floats, float]] = {}

    def change(self, time: float, before: State, after: State) -> None:
        """Go on to `time` in the state before; `after` counts from then on."""
        if self._now != self._now:
            self._begin(time, after)
        else:
            self.advance(time, before)

    def _begin(self, time: float, state: State) -> None:
        self._now, self._index = time, int(time // self._bin)
        inputs = (float(state == State.BUSY), float(state in _ON))
        self._level = [u for u in inputs for _ in LAGS]

    def advance(self, time: float, state: State) -> None:
        """Go on to `time`; the state has been `state` since the last call."""
        if self._now != self._now:
            self._begin(time, state)
            return
        if int(time // self._bin) - self._index > _FAR:  # nothing was heard for long: begin anew
            self._done.clear()
            self._area, self._work = [0.0] * len(self._area), 0.0
            self._begin(time, state)
            return
        edge = (self._index + 1) * self._bin
        while time >= edge:
            self._step(edge - self._now, state)
            self._now = edge
            self._close()
            edge = (self._index + 1) * self._bin
        if time > self._now:
            self._step(time - self._now, state)
            self._now = time

    def _step(self, span: float, state: State) -> None:
        inputs = (1.0 if state == State.BUSY else 0.0, 1.0 if state in _ON else 0.0)
        self._work += inputs[0] * span
        level, area, k = self._level, self._area, 0
        for u in inputs:
            for lag in LAGS:
                left = math.exp(-span / lag)
                away = level[k] - u
                area[k] += u * span + away * lag * (1.0 - left)
                level[k] = u + away * left
                k += 1

    def _close(self) -> None:
        middle = (self._index + 0.5) * self._bin
        angle = 2 * math.pi * (middle % DAY) / DAY
        row = np.array([1.0, math.sin(angle), math.cos(angle), *(a / self._bin for a in self._area)])
        self._done[self._index] = row, self._work / self._bin
        if len(self._done) > _KEPT:
            del self._done[next(iter(self._done))]
        self._area, self._work = [0.0] * len(self._area), 0.0
        self._index += 1

    def row(self, index: int) -> tuple[Floats, float] | None:
        """Return (features, share of work) of a finished bin; None when it is not known."""
        return self._done.get(index)
