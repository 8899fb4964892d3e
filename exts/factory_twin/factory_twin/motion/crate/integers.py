# SPDX-License-Identifier: Apache-2.0
"""Whole numbers and bytes as the sections of a crate file hold them.

Numbers are differences from one to the next, each as: the most frequent one (2 bits), or 1, 2 or 4 bytes behind the bits.
Bytes are LZ4 blocks; ours are literals only, as sections are small and time is what counts.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

_WIDTH = np.array([0, 1, 2, 4])  # bytes, by code


def integers(numbers: Sequence[int]) -> bytes:
    """Return numbers of 32 bits, with their size in bytes ahead; there must be at least one."""
    step = np.diff(np.array(numbers, np.int64), prepend=0).astype(np.uint32).view(np.int32).astype(np.int64)
    known, count = np.unique(step, return_counts=True)
    usual = int(known[np.argmax(count)])
    code = np.where(abs(step) < 1 << 7, 1, np.where(abs(step) < 1 << 15, 2, 3))
    code[step == usual] = 0
    fours = np.append(code, np.zeros(-len(code) % 4, code.dtype)).reshape(-1, 4)
    bits = (fours << np.array([0, 2, 4, 6])).sum(axis=1).astype(np.uint8)
    width = _WIDTH[code]
    begin = np.cumsum(width) - width
    data = np.zeros(int(width.sum()), np.uint8)
    for byte in range(4):
        some = width > byte
        data[begin[some] + byte] = (step[some] >> (8 * byte)) & 255
    return sized(literal(struct.pack("<i", usual) + bits.tobytes() + data.tobytes()))


def literal(data: bytes) -> bytes:
    """Return bytes as one chunk of one LZ4 block that holds them as they are."""
    if len(data) < 15:
        return bytes([0, len(data) << 4]) + data
    full, rest = divmod(len(data) - 15, 255)
    return bytes([0, 0xF0]) + b"\xff" * full + bytes([rest]) + data


def sized(data: bytes) -> bytes:
    """Return bytes with their number ahead."""
    return struct.pack("<Q", len(data)) + data
