# SPDX-License-Identifier: Apache-2.0
"""A polygon mesh and what drawing wants to know of it, computed once however many things look like it. Pure numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Shape:
    """A polygon mesh.

    Attributes:
        points: Shape (n, 3), stage units, local.
        faces: Point indices per face, counter-clockwise seen from outside.
    """

    points: Array
    faces: tuple[tuple[int, ...], ...]

    @cached_property
    def counts(self) -> Ints:
        """Corners per face."""
        return np.array([len(f) for f in self.faces], dtype=np.int64)

    @cached_property
    def corners(self) -> Ints:
        """The points of all faces in a row."""
        return np.array([i for f in self.faces for i in f], dtype=np.int64)

    @cached_property
    def areas(self) -> Array:
        """Area vector (normal times area) of each face by Newell's method, shape (faces, 3)."""
        return self._by_size(lambda p: _cross(p, np.roll(p, -1, axis=1)).sum(axis=1) / 2)

    @cached_property
    def centers(self) -> Array:
        """Mean of the corners of each face, shape (faces, 3)."""
        return self._by_size(lambda p: p.mean(axis=1))

    @cached_property
    def low(self) -> Array:
        """Lowest corner of the box."""
        return np.asarray(self.points.min(axis=0))

    @cached_property
    def high(self) -> Array:
        """Highest corner of the box."""
        return np.asarray(self.points.max(axis=0))

    @cached_property
    def middle(self) -> Array:
        """Middle of the box."""
        return np.asarray((self.low + self.high) / 2)

    @cached_property
    def radius(self) -> float:
        """Half of the box's diagonal."""
        return float(np.linalg.norm(self.high - self.low)) / 2

    def _by_size(self, of: Callable[[Array], Array]) -> Array:
        """Compute a vector per face, for all faces with the same number of corners at once."""
        found = np.empty((len(self.faces), 3))
        first = np.cumsum(self.counts) - self.counts
        for size in np.unique(self.counts).tolist():
            which = np.flatnonzero(self.counts == size)
            found[which] = of(self.points[self.corners[first[which][:, None] + np.arange(size)]])
        return found


def _cross(a: Array, b: Array) -> Array:
    """Cross product along the last axis; numpy's own takes ten times as long for few vectors."""
    x, y, z = a[..., 0], a[..., 1], a[..., 2]
    u, v, w = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], axis=-1)


def cofactors(linear: Array) -> Array:
    """Return what turns area vectors into world space; they point outward even when the transform mirrors.

    Args:
        linear: Shape (n, 3, 3), for row vectors.
    """
    a, b, c = linear[:, 0], linear[:, 1], linear[:, 2]
    found = np.stack([_cross(b, c), _cross(c, a), _cross(a, b)], axis=1)
    mirrors = np.einsum("ni,ni->n", a, found[:, 0]) < 0
    found[mirrors] *= -1
    return found
