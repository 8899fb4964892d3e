# SPDX-License-Identifier: Apache-2.0
"""Which rows of a long table are the same: without sorting it."""

from __future__ import annotations

import numpy as np

from .tracks import Floats, Ints

_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
_LEAST = 12  # bits


def distinct(values: Floats) -> tuple[Ints, Ints]:
    """Return some rows, and for each row which of these it is equal to.

    Equal rows nearly always share one; of two kinds that fall on one place of the hash table, one is not shared.

    Args:
        values: Shape (rows, up to 3). Rows are the same when their bits are.
    """
    rows = len(values)
    bits = np.ascontiguousarray(values, np.float64).view(np.uint64)
    size = np.uint64(max(_LEAST, rows.bit_length() + 1))
    key = np.zeros(rows, np.uint64)
    for column, factor in zip(bits.T, _ODD):
        key += (column ^ (column >> np.uint64(32))) * factor
    key = ((key ^ (key >> np.uint64(29))) * _ODD[0]) >> (np.uint64(64) - size)
    number = np.arange(rows)
    table = np.empty(1 << int(size), np.int64)
    table[key] = number
    found = table[key]
    for column in bits.T:
        found = np.where(column[found] == column, found, number)
    chosen = np.zeros(rows, bool)
    chosen[found] = True
    return np.flatnonzero(chosen), (np.cumsum(chosen) - 1)[found]
