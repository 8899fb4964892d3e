# SPDX-License-Identifier: Apache-2.0
"""What a Sparkplug B payload says, as tuples: plain payloads by one quick pass, all others by `wire.decode`.

Nearly every message of a running plant is plain: metrics with scalar values, fields in ascending order. The quick pass takes
those alone and gives up at anything else, so that what is refused, and why, is decided in one place.
"""

from __future__ import annotations

from struct import Struct
from struct import error as StructError
from typing import Any, Final, NamedTuple

from ..format import Refused
from . import datatype
from .wire import BOUNDS, Bounds, decode

Metric = tuple[str | None, int | None, int | None, int, bool, str, Any, dict[str, Any] | None]
"""Name, alias, time (ms), datatype (0: not told), of the past or not, field of the value (empty: null), value, and all fields
of a metric that is not plain."""
NUMBERS: Final = datatype.SCALARS
OTHER: Final = ("bytes_value", "dataset_value", "template_value")
_F32, _F64 = Struct("<f").unpack_from, Struct("<d").unpack_from
_U32 = (1 << 32) - 1
_NAME, _TIME, _FLOAT, _DOUBLE, _TEXT = 0x0A, 0x18, 0x65, 0x69, 0x7A
_ALIAS, _TYPE, _PAST, _NULL, _INT, _LONG, _BOOL = 0x10, 0x20, 0x28, 0x38, 0x50, 0x58, 0x70
_VARINTS = frozenset((_ALIAS, _TIME, _TYPE, _PAST, _NULL, _INT, _LONG, _BOOL))


class Payload(NamedTuple):
    """What a payload says.

    Attributes:
        time: ms; None: not told.
        seq: None: not told.
        metrics: See `Metric`.
    """

    time: int | None
    seq: int | None
    metrics: list[Metric]


def read(data: bytes, bounds: Bounds = BOUNDS) -> Payload:
    """Return what a payload says.

    Raises:
        Refused: It is malformed, or larger than the bounds.
    """
    found = plain(data, bounds)
    if found is not None:
        return found
    fields = decode(data, bounds, shallow=True)
    return Payload(fields.get("timestamp"), fields.get("seq"), [_metric(m) for m in fields.get("metrics", ())])


def _metric(m: dict[str, Any]) -> Metric:
    field = ""
    if not m.get("is_null"):
        field = next((f for f in (*NUMBERS, *OTHER) if f in m), "")
    return (m.get("name"), m.get("alias"), m.get("timestamp"), m.get("datatype", 0), m.get("is_historical", False), field,
            m.get(field), m)  # fmt: skip


def plain(data: bytes, bounds: Bounds = BOUNDS) -> Payload | None:
    """Return what a plain payload says; None: it is not plain, or not sound.

    Raises:
        Refused: It has too many metrics.
    """
    end = len(data)
    if end > bounds.size:
        return None
    try:
        return _plain(data, end, bounds)
    except (IndexError, StructError, UnicodeDecodeError):
        return None


def _plain(data: bytes, end: int, bounds: Bounds) -> Payload | None:
    """Do so; in one piece, for a call costs as much as a field."""
    at, time, seq = 0, None, None
    metrics: list[Metric] = []
    while at < end:
        tag = data[at]
        size = data[at + 1]
        at += 2
        if size > 127:
            size &= 127
            shift = 7
            while True:
                byte = data[at]
                at += 1
                size |= (byte & 127) << shift
                if byte < 128:
                    break
                shift += 7
                if shift > 56:
                    return None
        if tag == 0x12:
            until = at + size
            if until > end:
                return None
            if len(metrics) >= bounds.metrics:
                raise Refused(f"The payload has more than {bounds.metrics} metrics.")
            name = alias = stamp = None
            kind, past, null, field, value, last = 0, False, False, "", None, 0
            while at < until:
                tag = data[at]
                at += 1
                if tag <= last:  # twice, or not in order
                    return None
                last = tag
                if tag >= _INT and field:  # two values
                    return None
                if tag == _DOUBLE:
                    field, value = datatype.DOUBLE, _F64(data, at)[0]
                    at += 8
                elif tag == _FLOAT:
                    field, value = datatype.FLOAT, _F32(data, at)[0]
                    at += 4
                elif tag in (_NAME, _TEXT):
                    size = data[at]
                    if size > 127:
                        return None
                    at += 1 + size
                    if at > until:
                        return None
                    text = data[at - size : at].decode()
                    if tag == _NAME:
                        name = text
                    else:
                        field, value = datatype.STRING, text
                elif tag in _VARINTS:
                    number = data[at]
                    at += 1
                    if number > 127:
                        number &= 127
                        shift = 7
                        while True:
                            byte = data[at]
                            at += 1
                            number |= (byte & 127) << shift
                            if byte < 128:
                                break
                            shift += 7
                            if shift > 56:
                                return None
                    if tag == _ALIAS:
                        alias = number
                    elif tag == _TIME:
                        stamp = number
                    elif tag == _LONG:
                        field, value = datatype.LONG, number
                    elif tag == _BOOL:
                        field, value = datatype.BOOLEAN, number != 0
                    elif tag == _PAST:
                        past = number != 0
                    elif tag == _NULL:
                        null = number != 0
                    elif number > _U32:
                        return None
                    elif tag == _TYPE:
                        kind = number
                    else:
                        field, value = datatype.INT, number
                else:
                    return None
            if at != until:
                return None
            if null:
                field, value = "", None
            metrics.append((name, alias, stamp, kind, past, field, value, None))
        elif tag == 0x08 and time is None:
            time = size
        elif tag == 0x18 and seq is None:
            seq = size
        else:
            return None
    return Payload(time, seq, metrics)
