# SPDX-License-Identifier: Apache-2.0
"""Which of many rectangles on the floor overlap: a sweep along x, then separating axes, in columns; kept up as they move.

Rectangles that but touch do not overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from .rectangles import Array, Rectangles

Pairs = NDArray[np.intp]
DEPTH = 1e-4
"""How deep an overlap must be to count, m: machines side by side do not collide by rounding."""
_CHUNK = 1 << 18  # pairs looked at together


def overlaps(rectangles: Rectangles, *, depth: float = DEPTH) -> Pairs:
    """Return all pairs that overlap, shape (k, 2), the lower row first, sorted.

    Args:
        rectangles: Any number, in any order.
        depth: How far one must be moved to be clear of the other, at least, to count, m.
    """
    axes, boxes = rectangles.axes, rectangles.boxes
    found = [pairs[_overlap(rectangles, axes, pairs[:, 0], pairs[:, 1], depth)] for pairs in _near(*boxes, depth)]
    pairs = np.sort(np.concatenate(found, axis=0), axis=1) if found else np.empty((0, 2), np.intp)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


class Collisions:
    """Pairs that overlap, kept while single rectangles move.

    Args:
        rectangles: All of them; copied.
        depth: As for `overlaps`.
    """

    def __init__(self, rectangles: Rectangles, *, depth: float = DEPTH) -> None:
        self._depth = depth
        self._all = Rectangles(rectangles.middle.copy(), rectangles.half.copy(), rectangles.heading.copy())
        self._axes, (self._low, self._high) = rectangles.axes, rectangles.boxes
        self._partners: list[set[int]] = [set() for _ in range(len(rectangles))]
        for a, b in overlaps(rectangles, depth=depth).tolist():
            self._partners[a].add(b)
            self._partners[b].add(a)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """All pairs, the lower row first, sorted."""
        return [(a, b) for a, partners in enumerate(self._partners) for b in sorted(partners) if a < b]

    def partners(self, row: int) -> frozenset[int]:
        """Return the rows that one overlaps with."""
        return frozenset(self._partners[row])

    def move(self, rows: Sequence[int], rectangles: Rectangles) -> set[int]:
        """Put rectangles in place of some.

        Args:
            rows: Which.
            rectangles: As they are now, one for each row.

        Returns:
            All rows that overlap with others than before.
        """
        where = np.asarray(rows, np.intp)
        self._all.middle[where], self._all.half[where] = rectangles.middle, rectangles.half
        self._all.heading[where], self._axes[where] = rectangles.heading, rectangles.axes
        self._low[where], self._high[where] = rectangles.boxes
        changed: set[int] = set()
        for row in where.tolist():
            now, before = self._found(row), self._partners[row]
            for other in now ^ before:
                (self._partners[other].add if other in now else self._partners[other].discard)(row)
                changed |= {row, other}
            self._partners[row] = now
        return changed

    def _found(self, row: int) -> set[int]:
        depth = self._depth
        near = (self._low + depth < self._high[row]) & (self._high - depth > self._low[row])
        others = np.flatnonzero(near.all(axis=1))
        others = others[others != row]
        return set(others[_overlap(self._all, self._axes, np.full(len(others), row), others, depth)].tolist())


def _near(low: Array, high: Array, depth: float) -> Iterator[Pairs]:
    """Yield pairs whose boxes overlap, each pair once, in blocks of bounded size."""
    there = np.flatnonzero(np.isfinite(low).all(axis=1) & np.isfinite(high).all(axis=1))
    order = there[np.argsort(low[there, 0], kind="stable")]
    starts = low[order, 0]
    ends = np.searchsorted(starts, high[order, 0] - depth, side="left")
    counts = np.maximum(ends - np.arange(len(order)) - 1, 0)  # of those that begin before one ends
    total = np.cumsum(counts)
    first = 0
    while first < len(order):
        done = int(total[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(total, done + _CHUNK, side="right")))
        block = counts[first:last]
        a = np.repeat(np.arange(first, last), block)
        b = a + 1 + np.arange(len(a)) - np.repeat(total[first:last] - block - done, block)
        pairs = np.stack([order[a], order[b]], axis=1)
        yield pairs[(low[pairs[:, 0], 1] + depth < high[pairs[:, 1], 1]) & (low[pairs[:, 1], 1] + depth < high[pairs[:, 0], 1])]
        first = last


def _overlap(rectangles: Rectangles, axes: Array, a: Pairs, b: Pairs, depth: float) -> NDArray[np.bool_]:
    """Return for each pair whether no axis of either rectangle separates them."""
    apart = rectangles.middle[b] - rectangles.middle[a]
    turn = np.abs(np.einsum("nij,nkj->nik", axes[a], axes[b]))  # how much of each other's axes they see
    reach_a = rectangles.half[a] + np.einsum("nik,nk->ni", turn, rectangles.half[b])
    reach_b = rectangles.half[b] + np.einsum("nik,ni->nk", turn, rectangles.half[a])
    clear_a = np.abs(np.einsum("nj,nij->ni", apart, axes[a])) + depth >= reach_a
    clear_b = np.abs(np.einsum("nj,nij->ni", apart, axes[b])) + depth >= reach_b
    return np.asarray(~(clear_a | clear_b).any(axis=1))
