# SPDX-License-Identifier: Apache-2.0
"""The fields of a Sparkplug B payload: numbers, names and kinds. The one table behind reading, writing and protobuf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
"""Wire types."""
WIRE: Final[Mapping[str, int]] = {
    "uint32": VARINT, "uint64": VARINT, "bool": VARINT,
    "float": FIXED32, "double": FIXED64,
    "string": LENGTH, "bytes": LENGTH,
}  # fmt: skip
"""Wire type of each kind; any other kind is a message, and of LENGTH."""


class Field(NamedTuple):
    """A field.

    Attributes:
        number: On the wire.
        name: In the dict that `wire.decode` gives.
        kind: Key of WIRE, or of MESSAGES.
        many: Whether it is a list.
        choice: Whether it is one of several of which a message has one at most.
    """

    number: int
    name: str
    kind: str
    many: bool = False
    choice: bool = False


def _message(*fields: str) -> tuple[Field, ...]:
    """Return fields from words such as "2 metrics Metric*"; * is a list, ? one of a choice."""
    found = []
    for text in fields:
        number, name, kind = text.split()
        found.append(Field(int(number), name, kind.rstrip("*?"), kind.endswith("*"), kind.endswith("?")))
    return tuple(found)


_SCALARS = ("int_value uint32?", "long_value uint64?", "float_value float?", "double_value double?", "boolean_value bool?",
            "string_value string?")  # fmt: skip


def _values(first: int) -> tuple[str, ...]:
    return tuple(f"{first + i} {text}" for i, text in enumerate(_SCALARS))


MESSAGES: Final[Mapping[str, tuple[Field, ...]]] = {
    "Payload": _message("1 timestamp uint64", "2 metrics Metric*", "3 seq uint64", "4 uuid string", "5 body bytes"),
    "Metric": _message(
        "1 name string", "2 alias uint64", "3 timestamp uint64", "4 datatype uint32", "5 is_historical bool",
        "6 is_transient bool", "7 is_null bool", "8 metadata MetaData", "9 properties PropertySet", *_values(10),
        "16 bytes_value bytes?", "17 dataset_value DataSet?", "18 template_value Template?",
    ),
    "MetaData": _message(
        "1 is_multi_part bool", "2 content_type string", "3 size uint64", "4 seq uint64", "5 file_name string",
        "6 file_type string", "7 md5 string", "8 description string",
    ),
    "PropertySet": _message("1 keys string*", "2 values PropertyValue*"),
    "PropertyValue": _message(
        "1 type uint32", "2 is_null bool", *_values(3), "9 propertyset_value PropertySet?",
        "10 propertysets_value PropertySetList?",
    ),
    "PropertySetList": _message("1 propertyset PropertySet*"),
    "DataSet": _message("1 num_of_columns uint64", "2 columns string*", "3 types uint32*", "4 rows Row*"),
    "Row": _message("1 elements DataSetValue*"),
    "DataSetValue": _message(*_values(1)),
    "Template": _message(
        "1 version string", "2 metrics Metric*", "3 parameters Parameter*", "4 template_ref string", "5 is_definition bool"
    ),
    "Parameter": _message("1 name string", "2 type uint32", *_values(3)),
}  # fmt: skip
"""Fields of each message, by number."""
