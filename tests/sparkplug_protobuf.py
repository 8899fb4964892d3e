# SPDX-License-Identifier: Apache-2.0
"""Google's protobuf as the judge of our own codec: the same messages from descriptors made at run time, as dicts."""

from __future__ import annotations

from typing import Any

from factory_twin.formats.sparkplug.fields import LENGTH, MESSAGES, WIRE
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_PACKAGE = "judge"


def _file() -> Any:
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="judge.proto", package=_PACKAGE, syntax="proto2")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        if any(f.choice for f in fields):
            message.oneof_decl.add(name="value")
        for f in fields:
            field = message.field.add(name=f.name, number=f.number)
            field.label = kinds.LABEL_REPEATED if f.many else kinds.LABEL_OPTIONAL
            if f.kind in WIRE:
                field.type = getattr(kinds, f"TYPE_{f.kind.upper()}")
            else:
                field.type, field.type_name = kinds.TYPE_MESSAGE, f".{_PACKAGE}.{f.kind}"
            if f.choice:
                field.oneof_index = 0
            elif f.many and WIRE.get(f.kind, LENGTH) != LENGTH:
                field.options.packed = False
    return file


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_file())
Payload: Any = message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.Payload"))


def fill(message: Any, fields: dict[str, Any]) -> Any:
    """Set the fields of a message from a dict as `wire.decode` gives it."""
    for name, value in fields.items():
        if isinstance(value, dict):
            getattr(message, name).SetInParent()
            fill(getattr(message, name), value)
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    fill(getattr(message, name).add(), one)
                else:
                    getattr(message, name).append(one)
        else:
            setattr(message, name, value)
    return message


def encode(fields: dict[str, Any]) -> bytes:
    found: bytes = fill(Payload(), fields).SerializeToString(deterministic=True)
    return found


def decode(data: bytes) -> dict[str, Any]:
    """Return the fields of a payload; raises what protobuf raises."""
    return _dict(Payload.FromString(data))


def _dict(message: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.message_type is None:
            found[field.name] = list(value) if field.is_repeated else value
        else:
            found[field.name] = [_dict(v) for v in value] if field.is_repeated else _dict(value)
    return found
