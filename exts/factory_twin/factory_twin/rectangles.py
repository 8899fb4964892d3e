# SPDX-License-Identifier: Apache-2.0
"""Turned rectangles on the floor, in columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rectangles:
    """Turned rectangles on the floor, one per row, m. A row of nan is a rectangle that is nowhere.

    Attributes:
        middle: Middles, shape (n, 2).
        half: Half lengths along the rectangles' own x and y, shape (n, 2).
        heading: Angles of their x axes, rad, counter-clockwise, shape (n,).
    """

    middle: Array
    half: Array
    heading: Array

    def __len__(self) -> int:
        return len(self.heading)

    @property
    def axes(self) -> Array:
        """Unit vectors of their x and y axes, shape (n, 2, 2): rectangle, axis, coordinate."""
        c, s = np.cos(self.heading), np.sin(self.heading)
        return np.stack([np.stack([c, s], axis=-1), np.stack([-s, c], axis=-1)], axis=-2)

    @property
    def corners(self) -> Array:
        """Corners counter-clockwise, shape (n, 4, 2)."""
        signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float64)
        return np.asarray(self.middle[:, None] + np.einsum("ck,nk,nkj->ncj", signs, self.half, self.axes))

    @property
    def boxes(self) -> tuple[Array, Array]:
        """Lowest and highest corners of the boxes around them along x and y, shape (n, 2) each."""
        reach = np.einsum("nk,nkj->nj", self.half, np.abs(self.axes))
        return self.middle - reach, self.middle + reach

    def grown(self, by: Array) -> Rectangles:
        """Return the same with all sides moved outwards, by one length for all or one for each."""
        return Rectangles(self.middle, self.half + np.asarray(by, np.float64).reshape(-1, 1), self.heading)
