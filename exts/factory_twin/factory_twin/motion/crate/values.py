# SPDX-License-Identifier: Apache-2.0
"""Values of a crate file: bytes in the order in which they will stand in it, and the 64-bit words that refer to them.

A word holds flags, the type and a payload: the value itself or its place in the file.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
HEAD = 88  # bytes before the first value
_ARRAY, _INLINE = 1 << 63, 1 << 62
_DOUBLE, _TOKEN, _DOUBLE3, _TOKENS, _SPECIFIER, _VARIABILITY, _BOOL = 9, 11, 23, 41, 42, 44, 1
_SAMPLES, _DOUBLES = 46, 48
_SAMPLES_HEAD = 4  # words


class Values:
    """What has been put in so far.

    Attributes:
        tokens: Words that occur, each with its number. The first is none that names a property: these are told by a minus.
        end: Where the next value will stand, bytes from the begin of the file.
    """

    def __init__(self) -> None:
        self.tokens: dict[str, int] = {"": 0}
        self.end = HEAD
        self._blocks: list[NDArray[Any]] = []
        self._lists: dict[tuple[str, ...], int] = {}

    def write(self, file: BinaryIO) -> None:
        """Write all values; the file stands at `HEAD`."""
        for block in self._blocks:
            file.write(block)

    def number(self, token: str) -> int:
        """Return the number of a token."""
        return self.tokens.setdefault(token, len(self.tokens))

    def token(self, token: str) -> int:
        """Return the word for a token."""
        return _word(_TOKEN, self.number(token), _INLINE)

    def specifier(self, value: int) -> int:
        """Return the word for `prim.DEF` or `prim.OVER`."""
        return _word(_SPECIFIER, value, _INLINE)

    def variability(self, *, uniform: bool) -> int:
        """Return the word for whether an attribute can vary."""
        return _word(_VARIABILITY, int(uniform), _INLINE)

    def bool(self, value: bool) -> int:
        """Return the word for a truth."""
        return _word(_BOOL, int(value), _INLINE)

    def array(self, tokens: tuple[str, ...]) -> int:
        """Return the word for a `token[]`."""
        return _word(_TOKEN, self._list(tokens), _ARRAY)

    def names(self, tokens: tuple[str, ...]) -> int:
        """Return the word for a list of names: of children or properties."""
        return _word(_TOKENS, self._list(tokens))

    def doubles(self, values: NDArray[np.float64]) -> Words:
        """Return the words for numbers."""
        return self._fixed(_DOUBLE, values, 1)

    def points(self, values: NDArray[np.float64]) -> Words:
        """Return the words for `double3`, values of shape (n, 3)."""
        return self._fixed(_DOUBLE3, values, 3)

    def samples(self, first: NDArray[np.int64], time: NDArray[np.float64], words: Words) -> Words:
        """Return the words for the samples of many attributes, one after the other.

        Args:
            first: Where the samples of each begin, and behind the last one their number; each has at least one.
            time: Of the samples, ascending.
            words: Of the values.
        """
        count = np.diff(first).astype(np.uint64)
        times = np.insert(time.view(np.uint64), first[:-1], count)
        at = self._add(times) + 8 * (first[:-1] + np.arange(len(count)))
        references = np.array([_word(_DOUBLES, 0)], np.uint64) | at.astype(np.uint64)
        head = np.array([8, 0, 8, 0], np.uint64) + np.zeros((len(count), 1), np.uint64)  # 8: what is meant comes next
        head[:, 1], head[:, 3] = references, count
        rows = np.insert(words, np.repeat(first[:-1], _SAMPLES_HEAD), head.reshape(-1))
        at = self._add(rows) + 8 * (first[:-1] + _SAMPLES_HEAD * np.arange(len(count)))
        return np.array([_word(_SAMPLES, 0)], np.uint64) | at.astype(np.uint64)

    def _fixed(self, kind: int, values: NDArray[np.float64], width: int) -> Words:
        at = self._add(np.ascontiguousarray(values, np.float64)) + 8 * width * np.arange(len(values))
        return np.array([_word(kind, 0)], np.uint64) | at.astype(np.uint64)

    def _list(self, tokens: tuple[str, ...]) -> int:
        if tokens not in self._lists:
            data = struct.pack(f"<Q{len(tokens)}I", len(tokens), *map(self.number, tokens))
            self._lists[tokens] = self._add(np.frombuffer(data + bytes(-len(data) % 8), np.uint8))
        return self._lists[tokens]

    def _add(self, block: NDArray[Any]) -> int:
        at = self.end
        self._blocks.append(block)
        self.end += block.nbytes
        return at


def _word(kind: int, payload: int, flags: int = 0) -> int:
    return flags | kind << 48 | payload
