# SPDX-License-Identifier: Apache-2.0
"""Sparkplug B payloads as dicts: to bytes, fields in ascending order, and back from untrusted bytes, strictly and bounded.

A payload is refused when it ends within a field, has a number longer than its type, a group, a known field of another wire
type, a field twice that may be there once, text that is no UTF-8, or more of anything than `Bounds` says. Fields that are
not known are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Any, Final, NamedTuple

from ..format import Refused
from .fields import FIXED32, FIXED64, LENGTH, MESSAGES, VARINT, WIRE, Field

F32, F64 = Struct("<f"), Struct("<d")
_U32, _U64 = (1 << 32) - 1, (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a payload may be.

    Attributes:
        size: Bytes in all.
        text: Bytes of one text.
        metrics: Metrics in all, those within templates included.
        parts: Members of all lists (metrics, rows, elements, keys, ...).
        depth: Messages within messages.
        strange: Fields that are not known.
    """

    size: int = 1 << 20
    text: int = 1 << 16
    metrics: int = 5_000
    parts: int = 20_000
    depth: int = 12
    strange: int = 200


BOUNDS: Final = Bounds()

_VARINT, _F32, _F64, _BOOL, _TEXT, _BYTES, _PART, _PACKED = range(8)
_HOW = {"uint32": _VARINT, "uint64": _VARINT, "bool": _BOOL, "float": _F32, "double": _F64, "string": _TEXT, "bytes": _BYTES}


class _Read(NamedTuple):
    """How to read the field behind a tag: its name, how, the largest number, a list or not, one of a choice or not."""

    name: str
    how: int
    limit: int
    many: bool
    choice: bool
    of: str


def _readers(fields: Iterable[Field]) -> dict[int, _Read]:
    found = {}
    for f in fields:
        wire = WIRE.get(f.kind, LENGTH)
        one = _Read(f.name, _HOW.get(f.kind, _PART), _U32 if f.kind == "uint32" else _U64, f.many, f.choice, f.kind)
        found[f.number << 3 | wire] = one
        if f.many and wire != LENGTH:
            found[f.number << 3 | LENGTH] = one._replace(how=_PACKED)
    return found


_READ: Final = {name: _readers(fields) for name, fields in MESSAGES.items()}
SKIPPED: Final = ("dataset_value", "template_value")
"""What `decode` can leave as bytes."""
_SHALLOW: Final = {
    name: {tag: r._replace(how=_BYTES) if r.name in SKIPPED else r for tag, r in readers.items()}
    for name, readers in _READ.items()
}
_NUMBERS: Final = {name: frozenset(f.number for f in fields) for name, fields in MESSAGES.items()}


def decode(payload: bytes, bounds: Bounds = BOUNDS, message: str = "Payload", *, shallow: bool = False) -> dict[str, Any]:
    """Return the fields of a payload that are there, by name; lists are empty when they are not.

    Args:
        payload: Untrusted bytes.
        bounds: How large it may be.
        message: Key of `fields.MESSAGES`.
        shallow: Whether to leave data sets and templates as bytes, which nobody looks into.

    Raises:
        Refused: See above.
    """
    if len(payload) > bounds.size:
        raise Refused(f"The payload has {len(payload)} bytes, more than {bounds.size}.")
    return _Decoder(payload, bounds, _SHALLOW if shallow else _READ).message(message, 0, len(payload), bounds.depth)


class _Decoder:
    __slots__ = ("bounds", "data", "metrics", "parts", "readers", "strange")

    def __init__(self, data: bytes, bounds: Bounds, readers: Mapping[str, Mapping[int, _Read]]) -> None:
        self.data, self.bounds, self.readers = data, bounds, readers
        self.metrics, self.parts, self.strange = bounds.metrics, bounds.parts, bounds.strange

    def message(self, kind: str, at: int, end: int, depth: int) -> dict[str, Any]:
        """Return the fields between two places."""
        if depth < 0:
            raise Refused(f"The payload is nested deeper than {self.bounds.depth}.")
        data, readers, found = self.data, self.readers[kind], dict[str, Any]()
        chosen = False
        while at < end:
            tag = data[at]
            at += 1
            if tag > 127:
                tag, at = varint(data, at - 1, end)
            reader = readers.get(tag)
            if reader is None:
                at = self.stranger(kind, tag, at, end)
                continue
            name, how, limit, many, choice, of = reader
            if choice:
                if chosen:
                    raise Refused("The payload has two values where one belongs.")
                chosen = True
            elif not many and name in found:
                raise Refused(f"The payload has the field {name!r} twice.")
            value: Any
            if how <= _BOOL:
                if how == _F32:
                    if at + 4 > end:
                        raise Refused(_ENDS)
                    value = F32.unpack_from(data, at)[0]
                    at += 4
                elif how == _F64:
                    if at + 8 > end:
                        raise Refused(_ENDS)
                    value = F64.unpack_from(data, at)[0]
                    at += 8
                else:
                    if at < end and data[at] < 128:
                        value = data[at]
                        at += 1
                    else:
                        value, at = varint(data, at, end)
                    if how == _BOOL:
                        value = value != 0
                    elif value > limit:
                        raise Refused(f"The number in {name!r} is longer than 32 bits.")
            else:
                if at < end and data[at] < 128:
                    size = data[at]
                    at += 1
                else:
                    size, at = varint(data, at, end)
                until = at + size
                if until > end:
                    raise Refused(_ENDS)
                if how == _TEXT:
                    value = self.text(at, until)
                elif how == _BYTES:
                    value = data[at:until]
                elif how == _PACKED:
                    self.packed(found.setdefault(name, []), limit, at, until)
                    at = until
                    continue
                else:
                    if of == "Metric":
                        self.metrics -= 1
                        if self.metrics < 0:
                            raise Refused(f"The payload has more than {self.bounds.metrics} metrics.")
                    value = self.message(of, at, until, depth - 1)
                at = until
            if many:
                self.parts -= 1
                if self.parts < 0:
                    raise Refused(_PARTS.format(self.bounds.parts))
                if name in found:
                    found[name].append(value)
                else:
                    found[name] = [value]
            else:
                found[name] = value
        return found

    def text(self, at: int, until: int) -> str:
        """Return the text between two places."""
        if until - at > self.bounds.text:
            raise Refused(f"The payload has a text longer than {self.bounds.text} bytes.")
        try:
            return self.data[at:until].decode()
        except UnicodeDecodeError:
            raise Refused("The payload has a text that is no valid UTF-8.") from None

    def packed(self, into: list[int], limit: int, at: int, until: int) -> None:
        """Append the numbers between two places."""
        while at < until:
            value, at = varint(self.data, at, until)
            self.parts -= 1
            if self.parts < 0:
                raise Refused(_PARTS.format(self.bounds.parts))
            if value > limit:
                raise Refused("A number in a list is longer than 32 bits.")
            into.append(value)

    def stranger(self, kind: str, tag: int, at: int, end: int) -> int:
        """Return the place after a field that is not known."""
        number, wire = tag >> 3, tag & 7
        if number == 0 or number >= 1 << 29 or wire in (3, 4, 6, 7):
            raise Refused("The payload is no Sparkplug B (a group, or a field number that does not exist).")
        if number in _NUMBERS[kind]:
            raise Refused(f"Field {number} of a {kind.lower()} is of another type.")
        self.strange -= 1
        if self.strange < 0:
            raise Refused(f"The payload has more than {self.bounds.strange} fields that are not known.")
        if wire == VARINT:
            _, at = varint(self.data, at, end)
        elif wire == LENGTH:
            size, at = varint(self.data, at, end)
            at += size
        else:
            at += {FIXED32: 4, FIXED64: 8}[wire]
        if at > end:
            raise Refused(_ENDS)
        return at


_ENDS = "The payload ends within a field."
_PARTS = "The payload has more than {} rows, keys and the like."


def varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return the number at a place, and the place after it.

    Raises:
        Refused: It does not end, or is longer than 64 bits.
    """
    value = shift = 0
    while at < end:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            if value > _U64:
                break
            return value, at
        shift += 7
        if shift > 63:
            break
    else:
        raise Refused(_ENDS)
    raise Refused("The payload has a number longer than 64 bits.")


def encode(fields: Mapping[str, Any], message: str = "Payload") -> bytes:
    """Return the bytes of a payload, fields in ascending order.

    Args:
        fields: Values by name, as `decode` gives them; unknown names are an error.
        message: Key of `fields.MESSAGES`.

    Raises:
        KeyError: A field is not known.
        ValueError: A number is negative or too long.
    """
    known = _WRITE[message]
    out = bytearray()
    for name in sorted(fields, key=lambda n: known[n][0].number):
        field, tag, write = known[name]
        value = fields[name]
        for one in value if field.many else (value,):
            out += tag
            write(out, one)
    return bytes(out)


def put_varint(out: bytearray, value: int) -> None:
    """Append a number.

    Raises:
        ValueError: It is negative or longer than 64 bits.
    """
    if not 0 <= value <= _U64:
        raise ValueError(f"{value} does not fit into 64 bits without sign.")
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def _put_bytes(out: bytearray, value: bytes) -> None:
    put_varint(out, len(value))
    out += value


def _put_text(out: bytearray, value: str) -> None:
    _put_bytes(out, value.encode())


def _put_uint32(out: bytearray, value: int) -> None:
    if value > _U32:
        raise ValueError(f"{value} does not fit into 32 bits.")
    put_varint(out, value)


def _put_float(out: bytearray, value: float) -> None:
    out += F32.pack(value)


def _put_double(out: bytearray, value: float) -> None:
    out += F64.pack(value)


def _put_message(kind: str) -> Callable[[bytearray, Any], None]:
    def put(out: bytearray, value: Mapping[str, Any]) -> None:
        _put_bytes(out, encode(value, kind))

    return put


_PUT: Final[Mapping[str, Callable[[bytearray, Any], None]]] = {
    "uint32": _put_uint32, "uint64": put_varint, "bool": put_varint, "float": _put_float, "double": _put_double,
    "string": _put_text, "bytes": _put_bytes,
}  # fmt: skip


def _writers(fields: Iterable[Field]) -> dict[str, tuple[Field, bytes, Callable[[bytearray, Any], None]]]:
    found = {}
    for f in fields:
        tag = bytearray()
        put_varint(tag, f.number << 3 | WIRE.get(f.kind, LENGTH))
        found[f.name] = (f, bytes(tag), _PUT.get(f.kind) or _put_message(f.kind))
    return found


_WRITE: Final = {name: _writers(fields) for name, fields in MESSAGES.items()}
