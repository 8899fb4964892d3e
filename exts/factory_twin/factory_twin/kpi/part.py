# SPDX-License-Identifier: Apache-2.0
"""What the log knows of parts beside their moves: product, work order, due time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..interval import sorted_by
from ..log import Log

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Parts:
    """The parts table of a log, by part number; of several rows of a part the last counts, if not said otherwise."""

    def __init__(self, log: Log) -> None:
        rows = log.parts.array()
        number = rows[:, 0].astype(np.int64)
        order = sorted_by(number)
        self._rows, self._number = rows[order], number[order]

    def __len__(self) -> int:
        return len(self._number)

    def product(self, parts: Ints, *, first: bool = False) -> Ints:
        """Return the index of each part's product in the log; -1: none. `first`: what it was when it entered the plant."""
        return self._look_up(parts, 1, first=first).astype(np.int64)

    def products(self) -> list[int]:
        """Return the indices of the products of which there are parts, ascending."""
        return [k for k in np.unique(self._rows[:, 1]).astype(np.int64).tolist() if k >= 0]

    def order(self, parts: Ints) -> Ints:
        """Return the index of each part's work order in the log; -1: none."""
        return self._look_up(parts, 2).astype(np.int64)

    def due(self, parts: Ints) -> Floats:
        """Return when each part is due, s; -1: at no time."""
        return self._look_up(parts, 3)

    def _look_up(self, parts: Ints, column: int, *, first: bool = False) -> Floats:
        if not len(self):
            return np.full(len(parts), -1.0)
        found = np.searchsorted(self._number, parts, side="left" if first else "right") - (0 if first else 1)
        found = np.clip(found, 0, len(self) - 1)
        return np.where(self._number[found] == parts, self._rows[found, column], -1.0)
