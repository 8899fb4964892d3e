# SPDX-License-Identifier: Apache-2.0
"""Where many things are over time, as columns: keys of one after the other, asked for any moment at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Key = tuple[float, tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Tracks:
    """Tracks of parts or vehicles; between two keys something moves in a straight line.

    Attributes:
        first: Where the keys of each track begin, and behind the last one their number; shape (tracks + 1,).
        time: Of the keys, s, ascending within a track.
        place: World, m, shape (keys, 3).
        way: Unit heading from that key on, shape (keys, 3).
        part: Part number of each track; -1 for none.
    """

    first: Ints
    time: Floats
    place: Floats
    way: NDArray[np.float32]
    part: Ints

    @classmethod
    def of(cls, lists: Sequence[list[Key]], part: Sequence[int] | None = None) -> Tracks:
        """Return the tracks of lists of keys; none of them may be empty."""
        keys = [key for track in lists for key in track]
        first = np.concatenate([[0], np.cumsum([len(track) for track in lists], dtype=np.int64)]).astype(np.int64)
        return cls(
            first,
            np.array([k[0] for k in keys], float),
            np.array([k[1] for k in keys], float).reshape(-1, 3),
            np.array([k[2] for k in keys], np.float32).reshape(-1, 3),
            np.array(part if part is not None else [-1] * len(lists), np.int64),
        )

    def __len__(self) -> int:
        """Return the number of tracks."""
        return len(self.part)

    @property
    def begin(self) -> Floats:
        """When each track begins, s."""
        return self.time[self.first[:-1]]

    @property
    def end(self) -> Floats:
        """When each track ends, s."""
        return self.time[self.first[1:] - 1]

    def at(self, tracks: Any, time: float) -> tuple[Floats, NDArray[np.float32]]:
        """Return places (m) and headings of the tracks with these indices; before its begin and after its end one stands."""
        low, high = self.first[tracks], self.first[1:][tracks]
        key = last_before(self.time, low, high, time)
        after = np.minimum(key + 1, high - 1)
        start, length = self.time[key], self.time[after] - self.time[key]
        share = np.clip((time - start) / np.where(length > 0.0, length, 1.0), 0.0, 1.0)[:, None]
        here = self.place[key]
        return here + (self.place[after] - here) * share, self.way[key]


def last_before(times: Floats, low: Ints, high: Ints, time: float) -> Ints:
    """Return, for many stretches [low, high) of ascending times, the last index with a time <= `time`; `low` where none is."""
    first, last = low, high - 1
    a, b = low, high
    for _ in range(int(np.max(high - low, initial=0)).bit_length()):
        middle = np.minimum((a + b) >> 1, last)
        passed = (times[middle] <= time) & (a < b)
        a, b = np.where(passed, middle + 1, a), np.where(passed, b, middle)
    return np.maximum(a - 1, first)
