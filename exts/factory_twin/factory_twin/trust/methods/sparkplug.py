# SPDX-License-Identifier: Apache-2.0
"""Sparkplug B: the messages of an edge node's session, and the bytes of a payload."""

from __future__ import annotations

from struct import error as StructError
from typing import Any

from ...formats.sparkplug import EdgeNode
from ...formats.sparkplug.host import rebirth
from ...formats.sparkplug.topic import Address, split
from ...formats.sparkplug.wire import decode, encode
from ...message import Message, Outgoing
from ..case import Case
from ..fields import CaseError, Fields, NotBuilt

_NOW, _METRIC = 1_760_000_000.0, "Value"


class _Session:
    """Lets an edge node do what a case says, and takes down what it sends."""

    def __init__(self, node: EdgeNode, devices: list[str]) -> None:
        self.node, self.devices = node, devices
        self.told: list[dict[str, Any]] = []
        self.seqs: list[int] = []
        self.topics: dict[str, str] = {}
        self.values = 0.0

    def do(self, action: str) -> None:
        """Do one thing.

        Raises:
            NotBuilt: It is not known.
        """
        word, _, device = action.partition(":")
        node = self.node
        if word == "connect":
            will = node.connect(_NOW)
            self._note(will)
            self.told.append({"type": "WILL", "topic_type": split(will.topic).kind, "bdSeq": _bdseq(will), "qos": will.qos,
                              "retain": will.retain})  # fmt: skip
        elif word == "births":
            self._send(node.births(_NOW))
        elif word in ("ndata", "ddata"):
            self.values += 1.0
            self._send(node.data(self._device(device) if word == "ddata" else None, {_METRIC: self.values}, _NOW))
        elif word == "ddeath":
            device = self._device(device)
            self._send(node.device_death(device, _NOW))
        elif word == "rebirth":
            asked = rebirth(node.group, node.node, _NOW)
            self.topics["NCMD"] = asked.topic
            self._send(node.handle(Message(asked.topic, asked.payload), _NOW))
        elif word == "lost":
            self.told.append({"type": "NDEATH", "bdSeq": node.bdseq, "by": "broker"})
            node.lost()
        else:
            raise NotBuilt(f"The action {action!r} is not known.")

    def _device(self, name: str) -> str:
        if name not in self.devices:
            raise CaseError(f"The device {name[:50]!r} is not among the devices.", where="actions")
        return name

    def _send(self, messages: list[Outgoing]) -> None:
        for message in messages:
            address, payload = self._note(message), decode(message.payload)
            if address.kind.endswith("DATA"):
                self.seqs.append(payload["seq"])
                continue
            found: dict[str, Any] = {"type": address.kind, "seq": payload["seq"], "qos": message.qos, "retain": message.retain}
            if address.kind == "NBIRTH":
                found["bdSeq"] = _bdseq(message)
            if address.device:
                found["device"] = address.device
            self.told.append(found)

    def _note(self, message: Outgoing) -> Address:
        address = split(message.topic)
        self.topics.setdefault(f"{address.kind} {address.device}".strip(), message.topic)
        return address


def sparkplug_edge(case: Case) -> dict[str, Any]:
    """Return the messages of a session without data, the sequence numbers of its data, and topics.

    Raises:
        CaseError: A key is missing or wrong.
        NotBuilt: A key or an action is not known.
    """
    f = Fields(case.model, f"{case.id}: model")
    group, name, devices = f.text("group"), f.text("edge_node"), _texts(f, "devices")
    actions = _texts(f, "actions")
    f.done()
    try:
        node = EdgeNode(group, name, {d: {_METRIC: 0.0} for d in devices}, {_METRIC: 0.0})
    except ValueError as error:
        raise CaseError(str(error), where=f"{case.id}: model") from error
    session = _Session(node, devices)
    for action in actions:
        session.do(action)
    wanted: Any = next((e.value for e in case.expected if e.metric == "topics"), {})
    return {
        "messages_without_data": session.told,
        "seq_of_every_data_message": session.seqs,
        "topics": {k: session.topics.get(k, "") for k in wanted} if isinstance(wanted, dict) else {},
    }


def sparkplug_payload(case: Case) -> dict[str, Any]:
    """Return the bytes of a payload; they must be read back as the same fields.

    Raises:
        CaseError: A field is missing or wrong, or the bytes are read as something else.
        NotBuilt: A key is not known.
    """
    f = Fields(case.model, f"{case.id}: model")
    payload = f.fields("payload").data
    f.done()
    try:
        data = encode(payload)
        back = decode(data)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, StructError) as error:
        raise CaseError(f"The payload can't be written: {error}", where=f"{case.id}: model/payload") from error
    if back != payload:
        raise CaseError("The bytes are read as another payload.", where=f"{case.id}: model/payload")
    return {"hex": data.hex(), "length": len(data)}


def _texts(f: Fields, key: str) -> list[str]:
    found = f.items(key)
    if not all(isinstance(text, str) for text in found):
        raise CaseError("One of these is no text.", where=f.at(key), hint='Write ["...", "..."].')
    return found


def _bdseq(message: Outgoing) -> int | None:
    return next((m["long_value"] for m in decode(message.payload)["metrics"] if m["name"] == "bdSeq"), None)
