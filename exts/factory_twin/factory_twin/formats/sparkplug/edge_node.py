# SPDX-License-Identifier: Apache-2.0
"""An edge node as a state machine without a wire: it says what to send, and is told what came. Times are Unix time, s."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...message import Message, Outgoing
from ..format import Refused
from .datatype import LATEST, DataType, Typed, datatype_of, fields, scalar, value
from .host import milliseconds
from .payload import Payload, read
from .table import BDSEQ, REBIRTH
from .topic import NAMESPACE, STATE, Address, id_fault, split
from .wire import encode

Value = float | str | bool | Typed | None
_WAITING = 1_000  # writes nobody took yet


class _Metric:
    """A metric: what it is, and its last value."""

    __slots__ = ("alias", "datatype", "unit", "value")

    def __init__(self, alias: int, given: Value) -> None:
        typed = given if isinstance(given, Typed) else Typed(given, datatype_of(given))
        self.alias, self.datatype, self.unit, self.value = alias, typed.datatype, typed.unit, typed.value
        fields(self.datatype, self.value)

    def set(self, given: Value) -> dict[str, Any]:
        """Take a value and return its fields.

        Raises:
            ValueError: It does not fit the datatype.
        """
        plain = given.value if isinstance(given, Typed) else given
        found = fields(self.datatype, plain)
        self.value = plain
        return found

    def birth(self, name: str, time: int) -> dict[str, Any]:
        """Return the metric as a birth tells it."""
        told = {"name": name, "alias": self.alias, "timestamp": time, "datatype": int(self.datatype)}
        if self.unit:
            told["properties"] = {"keys": ["engUnit"], "values": [{"type": int(DataType.STRING), "string_value": self.unit}]}
        return {**told, **fields(self.datatype, self.value)}


class EdgeNode:
    """An edge node with its devices.

    Open a connection with the will that `connect` gives, subscribe to `filters`, send `births`, then `data`; give what comes
    to `handle`. When the connection is lost, say `lost`, and begin again.

    Args:
        group: Its group.
        node: Its id, unique in the group.
        devices: Metrics of each device: name -> value, or `Typed`.
        metrics: Metrics of the edge node itself.
        primary_host: Host application without which it keeps silent; empty: none.

    Attributes:
        bdseq: Number of the session; -1: before the first.
        born: Whether births were sent and hold.
        ended: Whether the connection is to be closed and opened anew, for the primary host is gone.

    Raises:
        ValueError: An id can't be one, or a value does not fit its datatype.
    """

    def __init__(self, group: str, node: str, devices: Mapping[str, Mapping[str, Value]] | None = None,
                 metrics: Mapping[str, Value] | None = None, primary_host: str = "") -> None:  # fmt: skip
        for text in (group, node, *(devices or ()), *([primary_host] if primary_host else [])):
            wrong = id_fault(text)
            if wrong:
                raise ValueError(wrong)
        if group == STATE:
            raise ValueError(f"A group can't be called {STATE}.")
        self.group, self.node, self.primary_host = group, node, primary_host
        self.bdseq, self.born, self.ended = -1, False, False
        self._aliases = 0
        self._own: dict[str, _Metric] = {}
        self._devices: dict[str, dict[str, _Metric]] = {d: {} for d in devices or ()}
        self._dead: set[str] = set()
        self._seq = 0
        self._ready = False  # subscribed, and births are wanted
        self._host: tuple[float, bool] = (-1.0, False)  # what the primary host said last, and when (ms)
        self._writes: list[tuple[str | None, str, float | str | bool | None]] = []
        self._add(self._own, metrics or {})
        for name, told in (devices or {}).items():
            self._add(self._devices[name], told)

    def filters(self) -> tuple[str, ...]:
        """Return what to subscribe to, at QoS 1."""
        own = (f"{NAMESPACE}/{self.group}/NCMD/{self.node}", f"{NAMESPACE}/{self.group}/DCMD/{self.node}/+")
        return (*own, Address(STATE, "", self.primary_host).text) if self.primary_host else own

    # ---- the session
    def connect(self, now: float) -> Outgoing:
        """Return the will of the connection that is opened next."""
        self.lost()
        self.bdseq = (self.bdseq + 1) & 255
        self.ended = False
        return self._death(now)

    def births(self, now: float) -> list[Outgoing]:
        """Return all births; nothing while the primary host is not there: they come from `handle` then."""
        self._ready = True
        if self.primary_host and not self._host[1]:
            return []
        self._seq, self.born = 0, True
        time = milliseconds(now)
        head = [
            {"name": BDSEQ, "timestamp": time, **_typed(DataType.INT64, self.bdseq)},
            {"name": REBIRTH, "timestamp": time, **_typed(DataType.BOOLEAN, False)},
        ]
        out = [self._send("NBIRTH", "", [*head, *(m.birth(name, time) for name, m in self._own.items())], time)]
        return out + [self._born(d, time) for d in self._devices if d not in self._dead]

    def lost(self) -> None:
        """Take note that the connection is gone. All devices count as alive when it comes back."""
        self.born = self._ready = False
        self._dead.clear()

    def disconnect(self, now: float) -> list[Outgoing]:
        """Return what to send before an ordered end of the connection."""
        if not self.born:
            return []
        self.lost()
        return [self._death(now)]

    # ---- what is told
    def data(self, device: str | None, values: Mapping[str, Value], now: float) -> list[Outgoing]:
        """Return the message that tells values; births when a metric is new; nothing while nothing may be sent.

        Values are kept for the next births in any case.

        Args:
            device: None: the edge node itself.
            values: By name.
            now: When they were so.

        Raises:
            KeyError: There is no such device.
            ValueError: A value does not fit the datatype of its metric; none is taken.
        """
        of = self._own if device is None else self._devices[device]
        for name, given in values.items():  # all or none
            if name in of:
                fields(of[name].datatype, given.value if isinstance(given, Typed) else given)
        new = {name: given for name, given in values.items() if name not in of}
        self._add(of, new)
        time = milliseconds(now)
        told = [{"alias": of[n].alias, "timestamp": time, **of[n].set(v)} for n, v in values.items() if n not in new]
        if not values or not self.born or device in self._dead:
            for name, given in new.items():
                of[name].set(given)
            return []
        if new:
            return self.births(now) if device is None else [self._born(device, time)]
        return [self._send("NDATA" if device is None else "DDATA", device or "", told, time)]

    def device_death(self, device: str, now: float) -> list[Outgoing]:
        """Return the message that a device is gone; nothing when it is known or nothing may be sent.

        Raises:
            KeyError: There is no such device.
        """
        if device not in self._devices:
            raise KeyError(device)
        if not self.born or device in self._dead:
            return []
        self._dead.add(device)
        return [self._send("DDEATH", device, [], milliseconds(now))]

    def device_birth(self, device: str, now: float) -> list[Outgoing]:
        """Return the birth of a device that is back; nothing when it was not gone.

        Raises:
            KeyError: There is no such device.
        """
        if device not in self._devices:
            raise KeyError(device)
        if not self.born or device not in self._dead:
            return []
        self._dead.discard(device)
        return [self._born(device, milliseconds(now))]

    # ---- what comes
    def handle(self, message: Message, now: float) -> list[Outgoing]:
        """Return the answer to a message: births on a rebirth command or when the primary host comes, a death when it goes.

        Raises:
            Refused: It can't be understood.
        """
        address = split(message.topic)
        if address.kind == STATE:
            return self._state(address, message, now) if address.node == self.primary_host else []
        if address.kind not in ("NCMD", "DCMD") or address[1:3] != (self.group, self.node):
            return []
        of = self._devices.get(address.device) if address.device else self._own
        if of is None:
            raise Refused(f"The edge node has no device {address.device[:50]!a}.")
        return self._command(address, of, read(message.payload), now)

    def writes(self) -> list[tuple[str | None, str, float | str | bool | None]]:
        """Return what commands want written since the last call: (device or None, metric, value)."""
        found, self._writes = self._writes, []
        return found

    def _command(self, address: Address, of: dict[str, _Metric], payload: Payload, now: float) -> list[Outgoing]:
        again = False
        found: list[tuple[str | None, str, float | str | bool | None]] = []
        names = {m.alias: name for name, m in of.items()}
        for name, alias, _, _, _, field, raw, _ in payload.metrics:
            if name == REBIRTH and not address.device:
                again |= field == "boolean_value" and raw is True
                continue
            known = name or (names.get(alias) if alias is not None else None)
            if known is None or known not in of or not scalar(of[known].datatype):
                raise Refused("The command names a metric that no birth has told.")
            found.append((address.device or None, known, value(of[known].datatype, field, raw) if field else None))
        self._writes = (self._writes + found)[-_WAITING:]
        return self.births(now) if again and self.born else []

    def _state(self, address: Address, message: Message, now: float) -> list[Outgoing]:
        try:
            body = json.loads(message.payload) if len(message.payload) < 1000 else None
        except (ValueError, RecursionError):
            body = None
        online = body.get("online") if isinstance(body, dict) else None
        time = body.get("timestamp") if isinstance(body, dict) else None
        if type(online) is not bool or type(time) is not int or not 0 <= time <= LATEST:
            raise Refused("The state of the primary host can't be read.")
        if time < self._host[0]:
            return []
        self._host = (time, online)
        if online:
            return self.births(now) if self._ready and not self.born else []
        self.ended = self.born
        return self.disconnect(now)

    # ---- messages
    def _add(self, of: dict[str, _Metric], told: Mapping[str, Value]) -> None:
        made: dict[str, _Metric] = {}
        for name, given in told.items():
            if not name or name in (BDSEQ, REBIRTH):
                raise ValueError(f"A metric can't be called {name!r}.")
            made[name] = _Metric(self._aliases + len(made) + 1, given)
        self._aliases += len(made)
        of.update(made)

    def _death(self, now: float) -> Outgoing:
        metric = {"name": BDSEQ, **_typed(DataType.INT64, self.bdseq)}
        payload = encode({"timestamp": milliseconds(now), "metrics": [metric]})
        return Outgoing(Address("NDEATH", self.group, self.node).text, payload, qos=1)

    def _born(self, device: str, time: int) -> Outgoing:
        return self._send("DBIRTH", device, [m.birth(name, time) for name, m in self._devices[device].items()], time)

    def _send(self, kind: str, device: str, metrics: list[dict[str, Any]], time: int) -> Outgoing:
        payload: dict[str, Any] = {"timestamp": time, "metrics": metrics, "seq": self._seq}
        self._seq = (self._seq + 1) & 255
        return Outgoing(Address(kind, self.group, self.node, device).text, encode(payload), qos=0)


def _typed(kind: DataType, told: float | bool) -> dict[str, Any]:
    return {"datatype": int(kind), **fields(kind, told)}
