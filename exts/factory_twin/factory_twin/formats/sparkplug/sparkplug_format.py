# SPDX-License-Identifier: Apache-2.0
"""Sparkplug B 3.0 as seen by a host application: births, data by alias, deaths, sequence, and requests for births.

The source of a reading is the edge node ("spBv1.0/Plant1/Line4") or the device ("spBv1.0/Plant1/Line4/Press1").
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from ...message import Message, Outgoing
from ..format import Reading, Refused, Unknown
from . import table
from .asks import Asks
from .datatype import DOUBLE, LATEST, DataType, value
from .host import host_birth, rebirth
from .payload import Payload, read
from .table import Held, Limits, Node, Table, learn, shown
from .topic import FILTERS, NAMESPACE, STATE, Address, split
from .wire import BOUNDS, Bounds

PATIENCE = 2.0
"""How long messages wait for one that is missing before them, s."""
_KEPT = 4_000  # topics taken apart
REAL: Final = DataType.DOUBLE.value
_LEVELS: Final = f"{NAMESPACE}/"


class SparkplugFormat:
    """Reads the messages of edge nodes and their devices.

    Args:
        groups: Groups to listen to; "+" is all.
        host: Id of the host application that the connection is for; empty: a monitor, which tells nobody that it is there.
        ask: Whether to ask edge nodes for their births when they are needed.
        patience: How long messages wait for one that is missing before them, s.
        bounds: How large a payload may be.
        limits: How much is remembered.
        clock: Gives the Unix time, s.

    Attributes:
        count: "repeated" messages; "late" ones; "gaps" that stayed; "stale deaths" (of earlier sessions); "held" messages;
            "unborn" metrics, which no birth had told but which told their name and datatype; "lost" ones, which did not,
            and held messages that could not be read in the end.
        asks: Who is to be asked for births.
    """

    name = "sparkplug"

    def __init__(self, groups: Sequence[str] = ("+",), *, host: str = "", ask: bool = True, patience: float = PATIENCE,
                 bounds: Bounds = BOUNDS, limits: Limits = Limits(), clock: Callable[[], float] = time.time) -> None:  # noqa: B008 # fmt: skip
        self.groups, self.host, self.ask, self.patience = tuple(groups), host, ask, patience
        self.bounds, self.limits = bounds, limits
        self.count: Counter[str] = Counter()
        self.asks = Asks()
        self._clock = clock
        self._nodes: dict[tuple[str, str], Node] = {}
        self._total = self._waiting = 0  # metrics remembered, bytes held
        self._addresses: dict[str, Address] = {}
        self._saved: bytes | None = b""
        self._offline = 0.0  # when someone said that our host is offline, Unix time, s
        self._tell: dict[str, Callable[[Node, Address, Payload], list[Reading]]] = {
            "NDATA": self._data, "DDATA": self._data, "DBIRTH": self._device_birth, "DDEATH": self._device_death,
        }  # fmt: skip

    def filters(self) -> tuple[str, ...]:
        """Return the topic filters to subscribe to: all but commands."""
        return tuple(f.replace("/+/", f"/{g}/", 1) if f.count("+") > 1 else f for g in self.groups for f in FILTERS)

    def claims(self, topic: str) -> bool:
        """Return whether a topic is one of Sparkplug B."""
        return topic.startswith(_LEVELS)

    def is_event(self, topic: str) -> bool:
        """Return True: each message counts in the sequence, and data tells only what changed."""
        return True

    def read(self, message: Message) -> Sequence[Reading]:
        """Return what a message tells: nothing when it is a command, comes again, or waits for one missing before it.

        Raises:
            Refused: It breaks the standard.
            Unknown: No birth has told of its edge node, device or metrics; the edge node will be asked for its births.
        """
        address = self._addresses.get(message.topic) or self._split(message.topic)
        kind = address.kind
        if kind == STATE:
            return self._state(address, message)
        if kind == "NCMD" or kind == "DCMD":
            return ()
        key = address[1:3]
        if message.retained:
            self.asks.want(key)
            raise Refused("A broker kept this message, which Sparkplug B never asks for; it may be of an earlier session.")
        payload = read(message.payload, self.bounds)
        if kind == "NBIRTH":
            return self._node_birth(address, payload, message)
        node = self._nodes.get(key)
        if kind == "NDEATH":
            return self._node_death(address, node, payload)
        seq = payload.seq
        if seq is None or seq > 255:
            raise Refused("The message has no sequence number from 0 to 255.")
        if node is None:
            self.asks.want(key)
            raise Unknown(f"No birth of the edge node {shown(address.node)} has come yet.")
        mark = hash(message.payload)
        if node.seq != seq and node.seq >= 0:
            return self._astray(node, seq, mark, Held(address, payload, len(message.payload), message.arrival, message.wall))
        node.seq = (seq + 1) & 255
        node.seen[seq] = mark
        if not node.held and not node.missing:
            return self._tell[kind](node, address, payload)
        node.missing.discard(seq)
        return self._following(node, address, payload)

    def requests(self, now: float) -> Sequence[Outgoing]:
        """Return requests for births, and the state of our host application when someone said that it is gone."""
        if self._waiting:
            for node in self._nodes.values():
                if node.held and now - min(h.arrival for h in node.held.values()) >= self.patience:
                    self.asks.want(node.address[1:3])
        found = []
        if self._offline:
            found.append(host_birth(self.host, self._offline))
            self._offline = 0.0
        if self.ask:
            unix = self._clock()
            found += [rebirth(*key, unix) for key in self.asks.due(now)]
        return found

    def save(self) -> bytes:
        """Return the metrics of all births; the same object while nothing was born or died."""
        if self._saved is None:
            self._saved = b"\n".join(line for node in self._nodes.values() for line in node.lines())
        return self._saved

    def load(self, saved: bytes) -> None:
        """Go on from what `save` returned. What births said is believed until new ones come; they will be asked for.

        What is no such bytes is passed over.
        """
        try:
            nodes = table.load(saved.split(b"\n")) if saved else []
        except (ValueError, TypeError, KeyError, RecursionError):
            return
        self._nodes = {n.address[1:3]: n for n in nodes[: self.limits.nodes]}
        self._total = sum(n.metrics for n in self._nodes.values())
        self._saved, self._waiting = saved, 0
        for key in self._nodes:
            self.asks.want(key)

    # ---- births and deaths
    def _node_birth(self, address: Address, payload: Payload, message: Message) -> list[Reading]:
        seq = payload.seq
        if seq is None or seq > 255:
            raise Refused("The birth has no sequence number from 0 to 255.")
        limits, key = self.limits, address[1:3]
        own = learn(address.source, payload.metrics, limits)
        session = table.bdseq(payload.metrics)
        birth = payload.time or 0
        readings = self._values(own, payload, birth=True)[0]
        old = self._nodes.get(key)
        before = old.metrics if old is not None else 0
        self._room(len(own.names), before, old is None)
        later: dict[int, Held] = {}
        first: list[Reading] = []
        if old is not None:
            later = {n: h for n, h in old.held.items() if 0 < (n - seq) & 255 <= limits.held and (h.payload.time or 0) >= birth}
            for number in later:
                self._forget(old, number)
            first = self._give_up(old)
            before = old.metrics  # held births may have been read
            del self._nodes[key]
        node = self._nodes[key] = Node(address, session, own, (seq + 1) & 255, birth)
        node.seen[seq] = hash(message.payload)
        if old is not None:
            node.unborn = {**old.unborn, **dict.fromkeys(old.devices)}
        self._total += len(own.names) - before
        self._saved = None
        self.asks.settle(key)
        for number, held in later.items():
            node.held[number] = held
            self._waiting += held.size
        return first + readings + self._next(node)

    def _device_birth(self, node: Node, address: Address, payload: Payload) -> list[Reading]:
        device = address.device
        new = learn(address.source, payload.metrics, self.limits)
        readings = self._values(new, payload, birth=True)[0]
        old = node.devices.get(device)
        before = 0 if old is None else len(old.names)
        if old is None and len(node.devices) >= self.limits.devices:
            raise Refused(f"The edge node has more than {self.limits.devices} devices.")
        if node.metrics - before + len(new.names) > self.limits.metrics:
            raise Refused(f"The edge node has more than {self.limits.metrics} metrics.")
        self._room(len(new.names), before, False)
        node.devices[device] = new
        node.unborn.pop(device, None)
        self._saved = None
        self._total += len(new.names) - before
        return readings

    def _node_death(self, address: Address, node: Node | None, payload: Payload) -> list[Reading]:
        session = table.bdseq(payload.metrics)
        if node is None:
            return []
        if None not in (session, node.bdseq) and session != node.bdseq:
            self.count["stale deaths"] += 1
            return []
        found = self._give_up(node)
        self._total -= node.metrics
        del self._nodes[address[1:3]]
        self._saved = None
        self.asks.settle(address[1:3])
        return [*found, Reading(address.source, "", None)]  # a will has the time of the connect; it died now

    def _device_death(self, node: Node, address: Address, payload: Payload) -> list[Reading]:
        old = node.devices.pop(address.device, None)
        node.unborn.pop(address.device, None)
        if old is not None:
            self._total -= len(old.names)
            self._saved = None
        return [Reading(address.source, "", None, _seconds(payload.time))]

    def _room(self, new: int, before: int, node: bool) -> None:
        if node and len(self._nodes) >= self.limits.nodes:
            raise Refused(f"There are more than {self.limits.nodes} edge nodes.")
        if new > self.limits.metrics:
            raise Refused(f"The edge node has more than {self.limits.metrics} metrics.")
        if self._total + new - before > self.limits.total:
            raise Refused(f"All edge nodes together have more than {self.limits.total} metrics.")

    # ---- data
    def _data(self, node: Node, address: Address, payload: Payload) -> list[Reading]:
        device = address.device
        of = node.devices.get(device) if device else node.own
        if of is None:
            self.asks.want(address[1:3])
            raise Unknown(f"No birth of the device {shown(device)} has come yet.")
        try:
            found, lost = self._values(of, payload)
        except Refused:
            self.asks.want(address[1:3])  # perhaps what the births said is no longer so
            raise
        if lost:
            self.asks.want(address[1:3])
            self.count["lost"] += lost
            if not found:
                raise Unknown(f"No birth of {shown(device or address.node)} has told of this metric.")
        if node.unborn:  # all births come before data
            found = [Reading(f"{node.own.source}/{name}", "", None) for name in node.unborn] + found
            node.unborn = {}
        return found

    def _values(self, of: Table, payload: Payload, birth: bool = False) -> tuple[list[Reading], int]:
        """Return the readings of a payload, and how many metrics no birth has told of."""
        found: list[Reading] = []
        lost = 0
        default, source = payload.time, of.source
        for name, alias, stamp, own, _, field, raw, more in payload.metrics:
            known = of.names.get(name) if name else None if alias is None else of.aliases.get(alias)
            if known is None:
                if not name or not own or len(name) > self.limits.name:
                    lost += 1
                    continue
                known = table.known(name, own)  # no birth told it, but it tells all itself
                self.count["unborn"] += 1
            title, kind, unit, wanted = known
            if not wanted:
                continue
            told: float | str | bool | None = None
            if field is DOUBLE and kind == REAL:  # what most values are
                told = raw if raw - raw == 0.0 else None
            elif field:
                told = value(kind, field, raw)
                if type(told) is int:
                    told = float(told)
            moment = stamp or default
            when = moment / 1000 if moment and moment <= LATEST else None
            found.append(Reading(source, title, told, when, unit, more is None or table.good(more)))
        return found, lost

    # ---- the sequence
    def _astray(self, node: Node, seq: int, mark: int, held: Held) -> list[Reading]:
        """Take a message that is not the next one."""
        if node.seen[seq] == mark:
            self.count["repeated"] += 1
            return []
        if seq in node.missing:
            node.missing.discard(seq)
            node.seen[seq] = mark
            self.count["late"] += 1
            return self._tell[held.address.kind](node, held.address, held.payload)
        node.seen[seq] = mark
        found = self._give_up(node) if seq in node.held else []  # another message of this number waits
        node.held[seq] = held
        self._waiting += held.size
        self.count["held"] += 1
        found += self._next(node)
        return found + self._give_up(node) if self._impatient(node, held) else found

    def _impatient(self, node: Node, newest: Held) -> bool:
        if not node.held:
            return False
        if len(node.held) > self.limits.held or self._waiting > self.limits.bytes:
            return True
        oldest = next(iter(node.held.values()))
        return max(newest.arrival - oldest.arrival, newest.wall - oldest.wall) >= self.patience

    def _following(self, node: Node, address: Address, payload: Payload) -> list[Reading]:
        """Take a message that is the next one, and those that waited for it."""
        wrong: Refused | None = None
        found: list[Reading] = []
        try:
            found = self._tell[address.kind](node, address, payload)
        except Refused as error:
            wrong = error
        found += self._next(node)
        if wrong is not None and not found:
            raise wrong
        self.count["lost"] += wrong is not None
        return found

    def _next(self, node: Node) -> list[Reading]:
        """Return what the messages tell that need not wait any longer."""
        found: list[Reading] = []
        while node.seq in node.held:
            seq = node.seq
            held = self._forget(node, seq)
            node.seq = (seq + 1) & 255
            node.missing.discard(seq)
            try:
                found += self._tell[held.address.kind](node, held.address, held.payload)
            except Refused:
                self.count["lost"] += 1
        return found

    def _give_up(self, node: Node) -> list[Reading]:
        """Wait no longer for what is missing: return what all messages tell that waited, and ask for births."""
        found: list[Reading] = []
        while node.held:
            start = node.seq
            seq = min(node.held, key=lambda n: (n - start) & 255)
            node.missing.update((start + i) & 255 for i in range((seq - start) & 255))
            node.seq = seq
            self.count["gaps"] += 1
            self.asks.want(node.address[1:3])
            found += self._next(node)
        return found

    def _forget(self, node: Node, seq: int) -> Held:
        held = node.held.pop(seq)
        self._waiting -= held.size
        return held

    # ---- topics and hosts
    def _split(self, topic: str) -> Address:
        address = split(topic)
        if len(self._addresses) >= _KEPT:
            self._addresses.clear()
        self._addresses[topic] = address
        return address

    def _state(self, address: Address, message: Message) -> tuple[Reading, ...]:
        """Take note when someone says that our host application is gone; the state of others is nothing of ours."""
        try:
            body = json.loads(message.payload) if len(message.payload) < 1000 else None
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict) or type(body.get("online")) is not bool or type(body.get("timestamp")) is not int:
            raise Refused('The state of a host is no {"online": true, "timestamp": 1767225600000}.')
        if address.node == self.host and not body["online"] and 0 <= body["timestamp"] <= LATEST:
            self._offline = max(body["timestamp"] / 1000, 1e-3)
        return ()


def _seconds(milliseconds: int | None) -> float | None:
    return milliseconds / 1000 if milliseconds and milliseconds <= LATEST else None
