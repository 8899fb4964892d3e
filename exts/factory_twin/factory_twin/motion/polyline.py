# SPDX-License-Identifier: Apache-2.0
"""A polyline in world metres, walked by length.

Plain Python: a belt is walked for every part on it, a few corners at a time, where numpy's calls would cost more than they do.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, pairwise

from ..plant import Point


class Polyline:
    """A curve of straight pieces.

    Args:
        points: At least one point, m.

    Attributes:
        length: m.
    """

    def __init__(self, points: tuple[Point, ...]) -> None:
        self._points = points or ((0.0, 0.0, 0.0),)
        pieces = [math.dist(a, b) for a, b in pairwise(self._points)]
        self._at = [0.0, *accumulate(pieces)]
        self._ways = [_unit(a, b, n) for (a, b), n in zip(pairwise(self._points), pieces)]
        self.length = self._at[-1]

    def point(self, at: float) -> Point:
        """Return the point at the length `at`, m."""
        k = bisect_right(self._at, at) - 1
        if k < 0 or k >= len(self._ways):
            return self._points[0 if k < 0 else -1]
        start, end = self._points[k], self._points[k + 1]
        share = (at - self._at[k]) / (self._at[k + 1] - self._at[k])
        x, y, z = (a + (b - a) * share for a, b in zip(start, end))
        return x, y, z

    def heading(self, at: float) -> Point:
        """Return the unit direction of travel at the length `at`; zero for a single point."""
        if self.length <= 0:
            return 0.0, 0.0, 0.0
        return self._ways[min(max(bisect_right(self._at, at) - 1, 0), len(self._ways) - 1)]

    def between(self, start: float, end: float, begin: float, until: float) -> Iterator[tuple[float, Point, Point]]:
        """Yield (time, point, heading) at the corners and at `end`, moving steadily.

        Args:
            start: Length at the begin, m.
            end: Length at the end, m.
            begin: s.
            until: s.
        """
        span = end - start
        for corner in self._at[bisect_right(self._at, start) : bisect_left(self._at, end)]:
            yield begin + (until - begin) * (corner - start) / span, self.point(corner), self.heading(corner)
        yield until, self.point(end), self.heading(end - 1e-6)


@lru_cache(maxsize=1024)
def polyline(points: tuple[Point, ...]) -> Polyline:
    """Return the polyline through these points, made once."""
    return Polyline(points)


def _unit(start: Point, end: Point, length: float) -> Point:
    if length <= 0:
        return 0.0, 0.0, 0.0
    x, y, z = ((b - a) / length for a, b in zip(start, end))
    return x, y, z
