# SPDX-License-Identifier: Apache-2.0
"""A pool of prims: a part takes a free prim when it appears, so a shift needs as many prims as parts at once."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np

from .tracks import Floats, Ints


def assign(begin: Floats, end: Floats, *, pause: float = 1.0) -> list[Ints]:
    """Return by slot the indices of the tracks that take it, by time; two of one slot are at least `pause` seconds apart.

    Args:
        begin: When each track begins, s.
        end: When each track ends, s.
        pause: s.
    """
    slots: list[list[int]] = []
    free: list[int] = []
    busy: list[tuple[float, int]] = []
    order = np.argsort(begin, kind="stable")
    for track, start, stop in zip(order.tolist(), begin[order].tolist(), end[order].tolist()):
        while busy and busy[0][0] + pause <= start:
            heappush(free, heappop(busy)[1])
        if not free:
            heappush(free, len(slots))
            slots.append([])
        slot = heappop(free)
        slots[slot].append(track)
        heappush(busy, (stop, slot))
    return [np.array(slot, np.int64) for slot in slots]


def most_at_once(begin: Floats, end: Floats) -> int:
    """Return how many tracks there are at most at one moment, both ends included."""
    if not len(begin):
        return 0
    time = np.concatenate([begin, end])
    change = np.repeat([1, -1], len(begin))
    return int(np.max(np.cumsum(change[np.lexsort((-change, time))])))
