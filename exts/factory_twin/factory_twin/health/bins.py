# SPDX-License-Identifier: Apache-2.0
"""Averages of values over equal stretches of time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Average(NamedTuple):
    """An average.

    Attributes:
        stretch: Number of the stretch; it begins at `stretch` times its length.
        value: Mean of the values.
        size: How many there were.
    """

    stretch: int
    value: float
    size: int


class Bins:
    """Averages values; one that comes after its stretch was closed is left out.

    Args:
        length: Of a stretch, s.
    """

    __slots__ = ("_count", "_first", "_index", "_length", "_total", "end")

    def __init__(self, length: float) -> None:
        self._length = length
        self._index, self._count, self._total, self._first = -1, 0, 0.0, 0.0
        self.end = float("-inf")

    def feed(self, time: float, value: float) -> Average | None:
        """Take a value; return the average of the stretch before when this one begins a new one."""
        done = None
        if time >= self.end:
            done = self.close()
            self._index = int(time // self._length)
            self.end = (self._index + 1) * self._length
            self._first = value
        elif time < self.end - self._length:
            return None
        self._count += 1
        self._total += value - self._first  # the average is exact for values that are all the same
        return done

    def close(self) -> Average | None:
        """Return the average so far and begin anew; None without any value."""
        count, self._count = self._count, 0
        total, self._total = self._total, 0.0
        return Average(self._index, self._first + total / count, count) if count else None


def averages(times: Floats, values: Floats, length: float) -> list[Average]:
    """Return the averages of values by time: what `Bins` gives, at once."""
    if not len(values):
        return []
    index = np.floor_divide(times, length).astype(np.int64)
    heads = np.flatnonzero(np.concatenate([[True], index[1:] != index[:-1]]))
    group = np.cumsum(np.concatenate([[False], index[1:] != index[:-1]]))
    first = values[heads]
    count = np.bincount(group)
    mean = first + np.bincount(group, weights=values - first[group]) / count
    return [Average(*row) for row in zip(index[heads].tolist(), mean.tolist(), count.tolist())]
