# SPDX-License-Identifier: Apache-2.0
"""A polyline in world metres, walked by length."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..plant import Point


class Polyline:
    """A curve of straight pieces.

    Args:
        points: At least one point, m.

    Attributes:
        length: m.
    """

    def __init__(self, points: tuple[Point, ...]) -> None:
        self._points = np.array(points or ((0.0, 0.0, 0.0),), float)
        pieces = np.linalg.norm(np.diff(self._points, axis=0), axis=1)
        self._at = np.concatenate([[0.0], np.cumsum(pieces)])
        self.length = float(self._at[-1])

    def point(self, at: float) -> Point:
        """Return the point at the length `at`, m."""
        x, y, z = (float(np.interp(at, self._at, self._points[:, k])) for k in range(3))
        return x, y, z

    def heading(self, at: float) -> Point:
        """Return the unit direction of travel at the length `at`; zero for a single point."""
        if self.length <= 0:
            return 0.0, 0.0, 0.0
        k = int(np.clip(np.searchsorted(self._at, at, side="right") - 1, 0, len(self._at) - 2))
        step = self._points[k + 1] - self._points[k]
        x, y, z = (step / (np.linalg.norm(step) or 1.0)).tolist()
        return x, y, z

    def between(self, start: float, end: float, begin: float, until: float) -> Iterator[tuple[float, Point, Point]]:
        """Yield (time, point, heading) at the corners and at `end`, moving steadily.

        Args:
            start: Length at the begin, m.
            end: Length at the end, m.
            begin: s.
            until: s.
        """
        span = end - start
        for corner in self._at[(self._at > start) & (self._at < end)].tolist():
            yield begin + (until - begin) * (corner - start) / span, self.point(corner), self.heading(corner)
        yield until, self.point(end), self.heading(end - 1e-6)
