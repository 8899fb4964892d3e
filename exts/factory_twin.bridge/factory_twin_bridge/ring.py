# SPDX-License-Identifier: Apache-2.0
"""The last minutes of every number that comes in, for trends; bounded."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque

from factory_twin.event import State
from factory_twin.sample import Sample

LENGTH = 2400  # values of a series
SERIES = 5000


class Ring:
    """Keeps the newest values of each place and quantity.

    Args:
        length: Values kept of each.
        series: Places times quantities kept; those that come later are left out.
    """

    def __init__(self, length: int = LENGTH, series: int = SERIES) -> None:
        self._length, self._most = length, series
        self._kept: dict[tuple[str, str], deque[tuple[float, float]]] = {}

    def take(self, sample: Sample, arrival: float) -> None:
        """Take a value; `Feed(watch=...)` calls this. Texts and values that are no longer known are left out."""
        value = sample.value
        if value is None or isinstance(value, str):
            return
        key = sample.place, sample.quantity
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= self._most:
                return
            kept = self._kept[key] = deque(maxlen=self._length)
        kept.append((sample.time, float(int(value) if isinstance(value, State) else value)))

    def names(self, place: str) -> list[str]:
        """Return the quantities of a place, in the order they first came."""
        return [name for path, name in self._kept if path == place]

    def places(self) -> list[str]:
        """Return the places, in the order they were first heard of."""
        return list(dict.fromkeys(path for path, _ in self._kept))

    def read(self, place: str, name: str, start: float) -> tuple[list[float], list[float]]:
        """Return times (Unix, s; ascending) and values from `start` on, and the last value before."""
        rows = sorted(self._kept.get((place, name), ()))
        first = max(0, bisect_left(rows, (start, float("-inf"))) - 1)
        return [t for t, _ in rows[first:]], [v for _, v in rows[first:]]
