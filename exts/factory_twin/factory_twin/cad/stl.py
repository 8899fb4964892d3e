# SPDX-License-Identifier: Apache-2.0
"""STL, binary and text, to a scene. STL knows no unit, axis, colour or tree."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import numpy as np

from ..errors import CadError
from .limits import Watch
from .scene import Floats, Node, Patch, Scene

_HINT = "Export it again, or get an undamaged copy."
_SOLID = re.compile(rb"(?m)^[ \t]*solid\b[ \t]*([^\r\n]*)")
_VERTEX = re.compile(rb"\bvertex\s++(\S{1,40}+)\s++(\S{1,40}+)\s++(\S{1,40}+)(?!\S)")
_FACET = np.dtype([("numbers", "<f4", (4, 3)), ("more", "<u2")])


def read_stl(path: Path, scale: float, watch: Watch) -> Scene:
    """Read an STL file.

    Args:
        path: File.
        scale: One unit of the file, m.
        watch: Bounds.

    Raises:
        CadError: It is malformed, or asks for too much.
    """
    data = path.read_bytes()
    count = struct.unpack_from("<I", data, 80)[0] if len(data) >= 84 else -1
    if len(data) >= 84 and len(data) == 84 + 50 * count:
        root = Node(path.stem, part=path.stem, patches=_patches(_binary(data, count, watch), scale, watch))
        return Scene(root, "Z", "", "STL, binary")
    if data.lstrip()[:5].lower() == b"solid" and b"facet" in data:
        return Scene(_text(data, path.stem, scale, watch), "Z", "", "STL, text")
    words = f"This is no STL file, or it is truncated ({len(data):,} bytes"
    words += f", {84 + 50 * count:,} expected)." if count >= 0 else ")."
    raise CadError(words, where=watch.where, hint=_HINT)


def _binary(data: bytes, count: int, watch: Watch) -> Floats:
    watch.bound("There are too many triangles", count, watch.limits.triangles)
    found = np.frombuffer(data, _FACET, count, 84)["numbers"][:, 1:]
    return np.ascontiguousarray(found, np.float64)


def _text(data: bytes, stem: str, scale: float, watch: Watch) -> Node:
    heads = list(_SOLID.finditer(data))
    watch.bound("There are too many solids", len(heads), watch.limits.occurrences)
    root = Node(stem)
    total = 0
    for head, end in zip(heads, [*(h.start() for h in heads[1:]), len(data)]):
        watch.step()
        body = data[head.end() : end]
        numbers = _VERTEX.findall(body)
        if len(numbers) % 3 or (b"facet" in body and b"endsolid" not in body):
            raise CadError("A solid is truncated or has faces that are no triangles.", where=watch.where, hint=_HINT)
        total += len(numbers) // 3
        watch.bound("There are too many triangles", total, watch.limits.triangles)
        try:
            found = np.array(numbers, dtype="S").astype(np.float64).reshape(-1, 3, 3)
        except ValueError as error:
            raise CadError("A corner of a face is no number.", where=watch.where, hint=_HINT) from error
        name = head[1].decode("utf-8", "replace").strip()[:1000] or stem
        root.children.append(Node(name, part=name, patches=_patches(found, scale, watch)))
    only = root.children[0] if len(root.children) == 1 else None
    return only or root


def _patches(corners: Floats, scale: float, watch: Watch) -> tuple[Patch, ...]:
    """Return a patch of k x 3 x 3 corners."""
    if not np.isfinite(corners).all() or (corners.size and np.abs(corners).max() * scale > 1e9):
        raise CadError("A corner is not finite, or farther away than 1e9 m.", where=watch.where, hint=_HINT)
    triangles = np.arange(len(corners) * 3).reshape(-1, 3)
    return (Patch(corners.reshape(-1, 3) * scale, triangles),) if len(corners) else ()
