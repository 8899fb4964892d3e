# SPDX-License-Identifier: Apache-2.0
"""Sparkplug B's datatypes: which field carries a value of each, and how the field's value becomes ours and back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from struct import Struct
from typing import Any, Final, NamedTuple

from ..format import Refused

LATEST = 100_000_000_000_000
"""Largest believable time, ms (the year 5138)."""


class DataType(IntEnum):
    """What a metric is."""

    UNKNOWN = 0
    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT8 = 5
    UINT16 = 6
    UINT32 = 7
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    STRING = 12
    DATETIME = 13
    TEXT = 14
    UUID = 15
    DATASET = 16
    BYTES = 17
    FILE = 18
    TEMPLATE = 19


_F32 = Struct("<f")
LAST = 34
"""Highest number of a datatype; 22 to 34 are arrays, packed into bytes."""
INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING = (
    "int_value", "long_value", "float_value", "double_value", "boolean_value", "string_value",
)  # fmt: skip
SCALARS: Final = (INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING)
_SIGNED: Final[Mapping[int, int]] = {1: 8, 2: 16, 3: 32, 4: 64}
_UNSIGNED: Final[Mapping[int, int]] = {5: 8, 6: 16, 7: 32, 8: 64}
_FIELD: Final[Mapping[int, str]] = {
    **dict.fromkeys((1, 2, 3, 5, 6, 7), INT), **dict.fromkeys((4, 8, 13), LONG), 9: FLOAT, 10: DOUBLE, 11: BOOLEAN,
    **dict.fromkeys((12, 14, 15), STRING),
}  # fmt: skip
_INTEGERS: Final = (INT, LONG)
_TAKES: Final[Mapping[int, tuple[str, ...]]] = {
    **dict.fromkeys((*_SIGNED, *_UNSIGNED, 13), _INTEGERS), 9: (FLOAT, DOUBLE), 10: (FLOAT, DOUBLE), 11: (BOOLEAN,),
    **dict.fromkeys((12, 14, 15), (STRING,)),
}  # fmt: skip


class Typed(NamedTuple):
    """A value with its datatype, for those that don't follow from the value itself.

    Attributes:
        value: None: not known.
        datatype: What it is.
        unit: Shown to people; empty: none.
    """

    value: float | str | bool | None
    datatype: DataType
    unit: str = ""


def scalar(datatype: int) -> bool:
    """Return whether values of a datatype are one number, text or truth value (0: no datatype was told)."""
    return datatype in _TAKES or datatype == 0


def value(datatype: int, field: str, raw: Any) -> float | str | bool | None:
    """Return what a scalar field means; None: not a finite number. Times are Unix time, s.

    Numbers may come in the field of 32 or of 64 bits, for publishers differ; signed ones of fewer bits may come in two's
    complement of their own width or of the field's.

    Raises:
        Refused: The field is not one for the datatype, or the number is too large for it.
    """
    if datatype == 0:
        return _finite(raw) if field in (FLOAT, DOUBLE) else raw
    if field not in _TAKES.get(datatype, ()):
        raise Refused(f"A metric of datatype {datatype} has a value in {field!r}.")
    if field in (FLOAT, DOUBLE):
        return _finite(raw)
    if datatype in _SIGNED:
        return _signed(raw, _SIGNED[datatype], 32 if field == INT else 64)
    if datatype in _UNSIGNED and raw >> _UNSIGNED[datatype]:
        raise Refused(f"The number {raw} does not fit into {_UNSIGNED[datatype]} bits.")
    if datatype == DataType.DATETIME:
        return moment(raw)
    return raw  # type: ignore[no-any-return]


def moment(milliseconds: int) -> float:
    """Return a time as Unix time, s.

    Raises:
        Refused: It is too far in the future to be believed.
    """
    if milliseconds > LATEST:
        raise Refused(f"The time {milliseconds} is no time in milliseconds.")
    return milliseconds / 1000


def _signed(raw: int, bits: int, width: int) -> int:
    low = 1 << (bits - 1)
    if raw < low:
        return raw
    if raw < low << 1:
        return raw - (low << 1)
    if raw >= (1 << width) - low:
        return raw - (1 << width)
    raise Refused(f"The number {raw} does not fit into {bits} bits.")


def _finite(number: float) -> float | None:
    return number if number - number == 0.0 else None


def datatype_of(value: float | str | bool | None) -> DataType:
    """Return the datatype that a value of ours goes out as."""
    if isinstance(value, bool):
        return DataType.BOOLEAN
    if isinstance(value, int):
        return DataType.INT64
    return DataType.STRING if isinstance(value, str) else DataType.DOUBLE


def fields(datatype: int, value: float | str | bool | None) -> dict[str, Any]:
    """Return the fields of a metric that say its value; times are given as Unix time, s.

    Raises:
        ValueError: The value does not fit the datatype.
    """
    if value is None:
        return {"is_null": True}
    name = _FIELD.get(datatype)
    wrong = ValueError(f"{str(value)[:50]!r} is no value of datatype {int(datatype)}.")
    if name is None or (name == STRING) != isinstance(value, str) or (name == BOOLEAN) != isinstance(value, bool):
        raise wrong
    if isinstance(value, str) or name == BOOLEAN:
        return {name: value}
    try:
        if name in (FLOAT, DOUBLE):
            return _real(name, float(value))
        number = round(value * 1000) if datatype == DataType.DATETIME else int(value)
    except (OverflowError, ValueError):
        raise wrong from None
    bits = _SIGNED.get(datatype) or _UNSIGNED.get(datatype) or 64
    low, high = (-(1 << (bits - 1)), 1 << (bits - 1)) if datatype in _SIGNED else (0, 1 << bits)
    if datatype == DataType.DATETIME:
        high = LATEST + 1
    elif number != value:
        raise wrong
    if not low <= number < high:
        raise wrong
    return {name: number & ((1 << 32) - 1 if name == INT else (1 << 64) - 1)}


def _real(name: str, number: float) -> dict[str, Any]:
    """Return the field of a real number; OverflowError when it is too large."""
    if number - number != 0.0:
        return {"is_null": True}
    return {name: _F32.unpack(_F32.pack(number))[0] if name == FLOAT else number}
