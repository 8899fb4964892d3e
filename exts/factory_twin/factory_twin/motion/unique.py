# SPDX-License-Identifier: Apache-2.0
"""Which rows of a long table are the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tracks import Floats, Ints

_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)


def distinct(values: Floats) -> tuple[Ints, Ints]:
    """Return where each distinct row is first found, and for each row which of these it is.

    Args:
        values: Shape (rows,) or (rows, up to 3). Rows are the same when their bits are.
    """
    bits = np.ascontiguousarray(values, np.float64).view(np.uint64).reshape(len(values), -1)
    key = np.zeros(len(bits), np.uint64)
    for column, factor in zip(bits.T, _MIX):
        key = (key ^ (key >> np.uint64(29))) * _MIX[0] + (column ^ (column >> np.uint64(32))) * factor
    first, which = _first(key)
    if (bits[first][which] != bits).any():  # two rows with one key
        first, which = _first(bits)
    return first, which


def _first(rows: NDArray[Any]) -> tuple[Ints, Ints]:
    _, first, which = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return first.astype(np.int64), which.reshape(-1).astype(np.int64)
