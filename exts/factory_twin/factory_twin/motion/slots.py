# SPDX-License-Identifier: Apache-2.0
"""Which prim of the pool shows which part now: chosen so that as few values as possible have to be written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .tracks import Floats, Ints

_PRIMES = np.array([73856093, 19349663, 83492791, 15485863], np.int64)
_FINE = 1e6  # steps per unit


class Slots:
    """What each prim of a pool shows.

    A part that has not moved keeps its slot. Another one takes a slot that already stands where the part is, else its own,
    else one that is free. Parts look alike, so where a part stands still somewhere before and after a jump in time nothing
    has to be written there, whichever part it is.

    Args:
        count: Slots, at least as many as tracks at once.
        tracks: Tracks that are shown in turn.

    Attributes:
        track: Track that each slot shows; -1: none, the slot is hidden.
        place: Where each slot stands, shape (count, 3).
        turn: Its angle, degrees.
    """

    def __init__(self, count: int, tracks: int) -> None:
        self.track = np.full(count, -1, np.int64)
        self.place = np.zeros((count, 3))
        self.turn = np.zeros(count)
        self._key = np.zeros(count, np.int64)
        self._slot = np.full(tracks, -1, np.int64)

    def take(self, tracks: Ints, place: Floats, turn: Floats) -> Taken:
        """Give each of these tracks a slot, no matter who had it, and return what changed."""
        before = self.track >= 0
        key = _keys(place, turn)
        slot = self._choose(tracks, key)
        moved = (self.place[slot] != place).any(axis=1)
        turned = self.turn[slot] != turn
        self._slot[self.track[before]] = -1
        self.track[:] = -1
        self.track[slot], self._slot[tracks] = tracks, slot
        self.place[slot], self.turn[slot], self._key[slot] = place, turn, key
        after = self.track >= 0
        return Taken(slot[moved], slot[turned], np.flatnonzero(after & ~before), np.flatnonzero(before & ~after))

    def _choose(self, tracks: Ints, key: Ints) -> Ints:
        slot = self._slot[tracks]
        own = slot.copy()
        still = (own >= 0) & (self._key[own] == key)
        taken = np.zeros(len(self.track), bool)
        taken[own[still]] = True
        rest = np.flatnonzero(~still)
        if len(rest):
            free = self._free(taken)
            _, wants, has = np.intersect1d(key[rest], self._key[free], return_indices=True)
            slot[rest] = -1
            slot[rest[wants]] = free[has]
            taken[free[has]] = True
            rest = rest[slot[rest] < 0]
            mine = rest[(own[rest] >= 0) & ~taken[own[rest]]]
            slot[mine] = own[mine]
            taken[own[mine]] = True
            rest = rest[slot[rest] < 0]
            slot[rest] = self._free(taken)[: len(rest)]
        return slot

    def _free(self, taken: NDArray[np.bool_]) -> Ints:
        """Return the slots that may be taken, those in sight first: they need not be shown."""
        free = np.flatnonzero(~taken)
        return free[np.argsort(self.track[free] < 0, kind="stable")]


class Taken:
    """What changed: slots that moved, turned, came into sight and went out of it."""

    __slots__ = ("hidden", "moved", "shown", "turned")

    def __init__(self, moved: Ints, turned: Ints, shown: Ints, hidden: Ints) -> None:
        self.moved, self.turned, self.shown, self.hidden = moved, turned, shown, hidden


def _keys(place: Floats, turn: Floats) -> Ints:
    """Return a number for each pose; that two poses share one by chance costs a write and no more."""
    steps = np.round(np.column_stack([place, turn]) * _FINE).astype(np.int64)
    return np.asarray((steps * _PRIMES).sum(axis=1))
