# SPDX-License-Identifier: Apache-2.0
"""Arrays of glTF: an accessor's numbers out of a buffer, every bound checked before a byte is touched."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import CadError
from .glb import Container
from .scene import Floats, Ints

_TYPES = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
_HINT = "Export it again, or get an undamaged copy."


class Accessors:
    """The accessors of a document.

    Args:
        source: The document.
        where: Its file, for messages.
        most: Elements one accessor may have.
    """

    def __init__(self, source: Container, where: str, most: int) -> None:
        self._source, self._where, self._most = source, where, most

    def vectors(self, number: Any, width: int = 3) -> Floats:
        """Return count x `width` finite numbers in double precision.

        Raises:
            CadError: The accessor is malformed, or a number is not finite.
        """
        found: Floats = self._array(number, width).astype(np.float64)
        if not np.isfinite(found).all():
            raise self._wrong(number, "has a number that is not finite")
        return found

    def indices(self, number: Any) -> Ints:
        """Return whole numbers."""
        found: Ints = self._array(number, 1)
        if found.dtype.kind != "u":
            raise self._wrong(number, "holds no indices")
        return found.reshape(-1).astype(np.int64)

    def _array(self, number: Any, width: int) -> Any:
        entry = entry_of(self._source.document, "accessors", number, self._where)
        if "sparse" in entry or "bufferView" not in entry:
            raise self._wrong(number, "is sparse, which can't be read")
        kind = _TYPES.get(self._whole(entry, "componentType", number))
        if kind is None or _WIDTHS.get(str(entry.get("type"))) != width:
            raise self._wrong(number, f"is no array of {width} numbers")
        view = entry_of(self._source.document, "bufferViews", entry["bufferView"], self._where)
        if "extensions" in view:
            raise self._wrong(number, "is compressed, which can't be read")
        buffer = self._whole(view, "buffer", number)
        if buffer >= len(self._source.buffers):
            raise self._wrong(number, "lies in no buffer")
        count, size = self._whole(entry, "count", number), np.dtype(kind).itemsize * width
        stride = self._whole(view, "byteStride", number, 0) or size
        first, length = self._whole(view, "byteOffset", number, 0), self._whole(view, "byteLength", number)
        inner = self._whole(entry, "byteOffset", number, 0)
        data = self._source.buffers[buffer]
        if count > self._most:
            raise self._wrong(number, f"has {count:,} elements, but at most {self._most:,} are read")
        if stride < size or first + length > len(data) or (count and inner + stride * (count - 1) + size > length):
            raise self._wrong(number, "reaches beyond its buffer")
        if not count:
            return np.zeros((0, width), kind)
        return np.ndarray((count, width), kind, data, first + inner, (stride, np.dtype(kind).itemsize))

    def _whole(self, entry: dict[str, Any], key: str, number: Any, default: int | None = None) -> int:
        value = entry.get(key, default)
        if not isinstance(value, int) or not 0 <= value < 2**40:
            raise self._wrong(number, f"has no {key}")
        return value

    def _wrong(self, number: Any, words: str) -> CadError:
        return CadError(f"Accessor {str(number)[:20]} {words}.", where=self._where, hint=_HINT)


def entry_of(document: dict[str, Any], table: str, number: Any, where: str) -> dict[str, Any]:
    """Return an entry of one of the document's lists.

    Raises:
        CadError: There is no such entry.
    """
    listed = document.get(table)
    if not isinstance(listed, list) or not isinstance(number, int) or not 0 <= number < len(listed):
        raise CadError(f"It names entry {str(number)[:20]} of {table}, which is not there.", where=where, hint=_HINT)
    found = listed[number]
    if not isinstance(found, dict):
        raise CadError(f"Entry {number} of {table} is malformed.", where=where, hint=_HINT)
    return found
