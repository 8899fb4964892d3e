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
_STEPS = 4  # keys to look ahead before searching
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


class Cursor:
    """Asks tracks for one moment after the other; where a track is still between the same two keys nothing is searched.

    Args:
        tracks: To be asked.
    """

    def __init__(self, tracks: Tracks) -> None:
        count = len(tracks)
        self._tracks = tracks
        self._key = tracks.first[:-1].copy()
        self._start, self._stop = np.full(count, np.inf), np.full(count, -np.inf)  # between which times what follows holds
        self._last = tracks.first[1:] - 1
        self._here, self._rate = np.zeros((count, 3)), np.zeros((count, 3))
        self._way = np.zeros((count, 3), np.float32)

    def at(self, which: Ints, time: float) -> tuple[Floats, NDArray[np.float32]]:
        """Return what `Tracks.at` returns."""
        lost = which[(self._start[which] > time) | (self._stop[which] <= time)]
        if len(lost):
            self._find(lost, time)
        past = np.maximum(time - self._start[which], 0.0)
        return self._here[which] + self._rate[which] * past[:, None], self._way[which]

    def _find(self, lost: Ints, time: float) -> None:
        """Note between which keys these tracks are now, the key being looked for from the last one on."""
        times, key, last = self._tracks.time, self._key[lost], self._last[lost]
        searched = times[key] > time
        for _ in range(_STEPS):
            after = np.minimum(key + 1, last)
            passed = (times[after] <= time) & (after > key)
            if not passed.any():
                break
            key = np.where(passed, after, key)
        else:
            searched |= passed
        far = np.flatnonzero(searched)
        if len(far):
            key[far] = last_before(times, self._tracks.first[lost[far]], last[far] + 1, time)
        self._key[lost] = key
        after = np.minimum(key + 1, last)
        start, here = times[key], self._tracks.place[key]
        length = times[after] - start
        self._start[lost] = start
        self._stop[lost] = np.where(after > key, times[after], np.inf)
        self._here[lost], self._way[lost] = here, self._tracks.way[key]
        self._rate[lost] = (self._tracks.place[after] - here) / np.where(length > 0.0, length, 1.0)[:, None]


def last_before(times: Floats, low: Ints, high: Ints, time: float) -> Ints:
    """Return, for many stretches [low, high) of ascending times, the last index with a time <= `time`; `low` where none is."""
    first, last = low, high - 1
    a, b = low, high
    for _ in range(int(np.max(high - low, initial=0)).bit_length()):
        middle = np.minimum((a + b) >> 1, last)
        passed = (times[middle] <= time) & (a < b)
        a, b = np.where(passed, middle + 1, a), np.where(passed, b, middle)
    return np.maximum(a - 1, first)
