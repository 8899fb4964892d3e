# SPDX-License-Identifier: Apache-2.0
"""A sensor that shows the same value again and again although its machine works."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEARN = 2000
CAP = 120.0
FACTOR = 5.0
VARIED = 50


class Stuck:
    """Warns when a value at work stays the very same for long; how long is usual is learnt from the first values.

    Args:
        time: At least this long, s; a wait between two values counts as two minutes at most.
        count: And so many values.

    Attributes:
        level: 0 good, 1 warning.
        value: Last value.
    """

    __slots__ = ("_fed", "_held", "_last", "_long", "_many", "_run", "_varied", "level", "value")

    def __init__(self, time: float = 600.0, count: int = 8) -> None:
        self._long, self._many = time, float(count)
        self._fed = self._varied = self._run = 0
        self._last = self._held = 0.0
        self.level, self.value = 0, float("nan")

    def feed(self, time: float, value: float) -> bool:
        """Take a value at work; return whether the level changed."""
        before = self.level
        if value == self.value:
            self._run += 1
            step = time - self._last
            self._held += step if step < CAP else CAP
            if self._fed < LEARN:  # a sensor that is stuck already varies too little to be judged
                self._long, self._many = max(self._long, FACTOR * self._held), max(self._many, FACTOR * self._run)
            elif self._run >= self._many and self._held >= self._long and self._varied >= VARIED:
                self.level = 1
        else:
            if self._fed < LEARN:
                self._varied += 1
            self.value, self._run, self._held, self.level = value, 1, 0.0, 0
        self._fed += 1
        self._last = time
        return self.level != before

    def scan(self, times: Floats, values: Floats) -> list[float]:
        """Return when it begins to warn, s, for a fresh detector that is fed all this; what `feed` does, at once."""
        if not len(values):
            return []
        same = np.concatenate([[False], values[1:] == values[:-1]])
        heads = np.flatnonzero(~same)
        head = heads[np.cumsum(~same) - 1]
        run = np.arange(len(values)) - head + 1
        waits = np.cumsum(np.where(same, np.minimum(np.diff(times, prepend=times[0]), CAP), 0.0))
        held = waits - waits[head]
        learnt = same[:LEARN]
        long = max(self._long, FACTOR * float(np.max(held[:LEARN][learnt], initial=0.0)))
        many = max(self._many, FACTOR * float(np.max(run[:LEARN][learnt], initial=0)))
        if np.count_nonzero(~learnt) < VARIED:
            return []
        bad = same & (run >= many) & (held >= long)
        bad[:LEARN] = False
        rows = np.flatnonzero(bad)
        return times[rows[np.concatenate([[True], head[rows][1:] != head[rows][:-1]])]].tolist() if len(rows) else []
