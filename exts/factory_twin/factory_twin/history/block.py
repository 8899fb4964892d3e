# SPDX-License-Identifier: Apache-2.0
"""Columns of numbers as bytes: differences of their bit patterns, byte planes side by side, zlib. Exact for every double."""

from __future__ import annotations

import zlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_MOST = 1 << 28  # bytes, unpacked: nothing we write comes near


class Series(NamedTuple):
    """Rows of one tag: times (Unix s) and values."""

    times: Floats
    values: Floats


EMPTY = Series(np.empty(0), np.empty(0))


def pack(*columns: Floats | Integers) -> bytes:
    """Return columns of equal length as bytes."""
    planes = []
    for column in columns:
        bits = np.ascontiguousarray(column).view(np.int64)
        difference = np.diff(bits, prepend=np.int64(0))
        planes.append(np.ascontiguousarray(difference, "<i8").view(np.uint8).reshape(-1, 8).T.tobytes())
    return zlib.compress(b"".join(planes), 1)


def unpack(data: bytes, count: int, columns: int) -> list[Integers]:
    """Return the bit patterns of the columns.

    Raises:
        ValueError: The bytes are not what `pack` made.
    """
    size = 8 * count * columns
    if not 0 <= size <= _MOST:
        raise ValueError("a block is too large")
    packer = zlib.decompressobj()
    try:
        raw = packer.decompress(data, size + 1)
    except zlib.error as error:
        raise ValueError("a block can't be unpacked") from error
    if len(raw) != size:
        raise ValueError("the length of a block is wrong")
    planes = np.frombuffer(raw, np.uint8).reshape(columns, 8, count)
    return [np.cumsum(np.ascontiguousarray(p.T).view("<i8").reshape(-1), dtype=np.int64) for p in planes]


def series(data: bytes, count: int) -> Series:
    """Return the rows of a block.

    Raises:
        ValueError: It is damaged.
    """
    times, values = unpack(data, count, 2)
    return Series(times.view(np.float64), values.view(np.float64))


def tidy(rows: Series) -> Series:
    """Return rows by time, those of one time in the order they came, exact repeats (time and value) once."""
    times, values = rows
    if len(times) < 2 or bool((times[1:] > times[:-1]).all()):
        return rows
    keep = _first(times, values)
    times, values = times[keep], values[keep]
    order = np.argsort(times, kind="stable")
    return Series(times[order], values[order])


def without(rows: Series, known: Series) -> Series:
    """Return the rows that are not among the known ones."""
    keep = _first(np.concatenate((known.times, rows.times)), np.concatenate((known.values, rows.values)))[len(known.times) :]
    return Series(rows.times[keep], rows.values[keep])


def _first(times: Floats, values: Floats) -> NDArray[np.bool_]:
    """Return which rows equal none before them."""
    bits = np.ascontiguousarray(values).view(np.int64)
    order = np.lexsort((bits, times))  # stable: of repeats the first comes first
    t, b = times[order], bits[order]
    keep = np.ones(len(times), bool)
    keep[order[1:][(t[1:] == t[:-1]) & (b[1:] == b[:-1])]] = False
    return keep


def joined(parts: list[Series]) -> Series:
    """Return parts in the order given, tidy."""
    if not parts:
        return EMPTY
    return tidy(Series(np.concatenate([p.times for p in parts]), np.concatenate([p.values for p in parts])))


def between(rows: Series, start: float, end: float) -> Series:
    """Return the rows from `start` up to and including `end`; they must be by time."""
    a, b = np.searchsorted(rows.times, start, "left"), np.searchsorted(rows.times, end, "right")
    return Series(rows.times[a:b], rows.values[a:b])
