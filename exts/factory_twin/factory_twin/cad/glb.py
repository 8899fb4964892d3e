# SPDX-License-Identifier: Apache-2.0
"""The outside of glTF: a .glb container or a .gltf text with its buffers, read within bounds and within its folder."""

from __future__ import annotations

import base64
import binascii
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ..errors import CadError
from .limits import Watch

_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942
_HINT = "Export it again, or get an undamaged copy."


@dataclass(frozen=True, slots=True)
class Container:
    """A glTF document.

    Attributes:
        document: Its JSON.
        buffers: Bytes of each buffer.
    """

    document: dict[str, Any]
    buffers: tuple[bytes, ...]


def container(path: Path, watch: Watch) -> Container:
    """Read a .glb or .gltf file.

    Raises:
        CadError: It is malformed, or a buffer is missing, outside its folder or too big.
    """
    data = path.read_bytes()
    binary = b""
    if data[:4] == b"glTF":
        data, binary = _chunks(data, watch.where)
    document = _document(data, watch.where)
    listed = document.get("buffers", [])
    if not isinstance(listed, list) or len(listed) > 1000:
        raise CadError("The list of buffers is malformed.", where=watch.where, hint=_HINT)
    return Container(document, tuple(_buffer(k, b, binary, path, watch) for k, b in enumerate(listed)))


def _chunks(data: bytes, where: str) -> tuple[bytes, bytes]:
    if len(data) < 20:
        raise CadError("The file is truncated.", where=where, hint=_HINT)
    _, version, length = struct.unpack_from("<III", data)
    if version != 2:
        raise CadError(f"This is glTF {version}; version 2 can be read.", where=where, hint="Export it as glTF 2.0.")
    if length > len(data):
        raise CadError(f"The file is truncated: {len(data):,} of {length:,} bytes are here.", where=where, hint=_HINT)
    found: dict[int, bytes] = {}
    at = 12
    while at + 8 <= length:
        size, kind = struct.unpack_from("<II", data, at)
        at += 8
        if size > length - at:
            raise CadError("A chunk is longer than the file.", where=where, hint=_HINT)
        found.setdefault(kind, data[at : at + size])
        at += size + (-size % 4)
    if _JSON not in found:
        raise CadError("The file has no JSON chunk.", where=where, hint=_HINT)
    return found[_JSON], found.get(_BIN, b"")


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _document(data: bytes, where: str) -> dict[str, Any]:
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise CadError(f"This is no glTF: {error}.", where=where, hint=_HINT) from error
    if not isinstance(found, dict) or not isinstance(found.get("asset"), dict):
        raise CadError("This is no glTF: it names no asset.", where=where, hint=_HINT)
    required = found.get("extensionsRequired", [])
    if required:
        names = ", ".join(map(str, required))[:200] if isinstance(required, list) else "an unknown extension"
        raise CadError(f"The file needs {names}, which can't be read.", where=where,
                       hint="Export it without compression and without required extensions.")  # fmt: skip
    return found


def _buffer(number: int, entry: Any, binary: bytes, path: Path, watch: Watch) -> bytes:
    size = entry.get("byteLength") if isinstance(entry, dict) else None
    if not isinstance(size, int) or size < 0:
        raise CadError(f"Buffer {number} has no length.", where=watch.where, hint=_HINT)
    watch.bound(f"Buffer {number} is too big", size, watch.limits.mesh, " bytes")
    uri = entry.get("uri")
    data = binary if uri is None and number == 0 else _outside(number, uri, path, watch)
    if len(data) < size:
        words = f"Buffer {number} is truncated: {len(data):,} of {size:,} bytes are here."
        raise CadError(words, where=watch.where, hint=_HINT)
    return data[:size]


def _outside(number: int, uri: Any, path: Path, watch: Watch) -> bytes:
    if not isinstance(uri, str):
        raise CadError(f"Buffer {number} is not in the file.", where=watch.where, hint=_HINT)
    if uri.startswith("data:"):
        try:
            return base64.b64decode(uri.partition(",")[2], validate=True)
        except (binascii.Error, ValueError) as error:
            raise CadError(f"Buffer {number} is no base64.", where=watch.where, hint=_HINT) from error
    return beside(path, unquote(uri), watch).read_bytes()


def beside(path: Path, name: str, watch: Watch) -> Path:
    """Return a file that `path` names, which must lie in the same folder or below it.

    Raises:
        CadError: It lies elsewhere, is not there, or is too big.
    """
    folder = path.resolve().parent
    try:
        found = (folder / name).resolve()
        inside = found.is_relative_to(folder) and "://" not in name
        there = inside and found.is_file()
        size = found.stat().st_size if there else 0
    except (OSError, ValueError) as error:
        raise CadError(f"It names a file that can't be read: {name[:200]!r}.", where=watch.where, hint=_HINT) from error
    if not inside:
        raise CadError(f"It names a file outside its folder: {name[:200]!r}.", where=watch.where,
                       hint="Put all files of the model into one folder.")  # fmt: skip
    if not there:
        raise CadError(f"It names a file that is not there: {name[:200]!r}.", where=watch.where,
                       hint="Copy it beside the model, or export one .glb file.")  # fmt: skip
    watch.bound(f"{name[:200]!r} is too big", size, watch.limits.file, " bytes")
    return found
