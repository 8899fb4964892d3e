# SPDX-License-Identifier: Apache-2.0
"""What births told: the metrics of an edge node and of its devices, by name and by alias; and how large that may grow."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ..format import Refused
from . import datatype
from .datatype import DataType, scalar, value
from .payload import Metric, Payload
from .topic import Address

BDSEQ: Final = "bdSeq"
REBIRTH: Final = "Node Control/Rebirth"
GOOD = range(192, 256)
"""Quality codes of good values (OPC's)."""
_CONTROL = ("Node Control/", "Device Control/")
_UNITS = ("engunit", "engineering units", "unit", "units")
_UNIT_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is remembered; births beyond it are refused.

    Attributes:
        nodes: Edge nodes.
        devices: Of an edge node.
        metrics: Of an edge node with its devices.
        total: Metrics in all.
        name: Characters of a metric's name.
        held: Messages of an edge node that wait for one missing before them.
        bytes: Of all messages that wait.
    """

    nodes: int = 2_000
    devices: int = 1_000
    metrics: int = 10_000
    total: int = 100_000
    name: int = 512
    held: int = 32
    bytes: int = 4 << 20


class Known(NamedTuple):
    """A metric of a birth.

    Attributes:
        name: Of the metric.
        datatype: Number of its datatype.
        unit: As the birth says; empty: not told.
        told: Whether its values are readings: not those of data sets and the like, nor what belongs to the protocol.
    """

    name: str
    datatype: int
    unit: str = ""
    told: bool = True


def known(name: str, kind: int, unit: str = "") -> Known:
    """Return a metric from its name, datatype and unit."""
    return Known(name, kind, unit, scalar(kind) and name != BDSEQ and not name.startswith(_CONTROL))


@dataclass(slots=True)
class Table:
    """The metrics of an edge node or a device.

    Attributes:
        source: "spBv1.0/Plant1/Line4" or "spBv1.0/Plant1/Line4/Press1".
        names: By name.
        aliases: By alias.
        saved: `rows`; empty: to be made.
    """

    source: str
    names: dict[str, Known] = field(default_factory=dict)
    aliases: dict[int, Known] = field(default_factory=dict)
    saved: bytes = b""

    def rows(self) -> bytes:
        """Return the metrics as JSON."""
        if not self.saved:
            aliases = {id(one): alias for alias, one in self.aliases.items()}
            rows = [[*one[:3], aliases.get(id(one))] for one in self.names.values()]
            self.saved = json.dumps(rows, separators=(",", ":")).encode()
        return self.saved


class Held(NamedTuple):
    """A message that waits for one missing before it."""

    address: Address
    payload: Payload
    size: int
    arrival: float
    wall: float


class Node:
    """An edge node that is born.

    Attributes:
        address: Its topic.
        bdseq: Number of its session; None: its birth told none.
        own: Its own metrics.
        devices: Those of its devices that are born.
        seq: Number of its next message; -1: any.
        unborn: Devices whose birth is due since that of the edge node.
        held: Messages that wait, by number.
        missing: Numbers that were given up.
        seen: Hash of the last message of each number.
        birth: Time of the birth, ms.
    """

    __slots__ = ("address", "bdseq", "birth", "devices", "held", "missing", "own", "seen", "seq", "unborn")

    def __init__(self, address: Address, bdseq: int | None, own: Table, seq: int, birth: int) -> None:
        self.address, self.bdseq, self.own, self.seq, self.birth = address, bdseq, own, seq, birth
        self.devices: dict[str, Table] = {}
        self.unborn: dict[str, None] = {}
        self.held: dict[int, Held] = {}
        self.missing: set[int] = set()
        self.seen: list[int] = [0] * 256

    @property
    def metrics(self) -> int:
        """Number of metrics remembered."""
        return len(self.own.names) + sum(len(t.names) for t in self.devices.values())

    def lines(self) -> list[bytes]:
        """Return what has to be remembered, as two lines of JSON for the edge node and each device."""
        group, node = self.address[1:3]
        found = []
        for device, of in (("", self.own), *self.devices.items()):
            found += [json.dumps([group, node, self.bdseq, device], separators=(",", ":")).encode(), of.rows()]
        return found


def load(lines: Sequence[bytes]) -> list[Node]:
    """Return the edge nodes of lines.

    Raises:
        ValueError: They are none; TypeError, KeyError or RecursionError likewise.
    """
    nodes: dict[tuple[str, str], Node] = {}
    for head, rows in zip(lines[::2], lines[1::2], strict=True):
        group, name, session, device = json.loads(head)
        address = Address("NBIRTH", group, name)
        node = nodes.get((group, name))
        if node is None:
            node = nodes[group, name] = Node(address, session, Table(address.source), -1, 0)
        of = node.own if not device else node.devices.setdefault(device, Table(f"{address.source}/{device}"))
        for metric, kind, unit, alias in json.loads(rows):
            one = of.names[str(metric)] = known(str(metric), int(kind), str(unit))
            if alias is not None:
                of.aliases[int(alias)] = one
        of.saved = rows
    return list(nodes.values())


def learn(source: str, metrics: Sequence[Metric], limits: Limits) -> Table:
    """Return the table that a birth makes.

    Raises:
        Refused: A metric has no name, a name that is too long, one there is already, or an alias there is already.
    """
    table = Table(source)
    for name, alias, _, kind, _, field_, _, more in metrics:
        if not name:
            raise Refused("A metric of a birth has no name.")
        if len(name) > limits.name:
            raise Refused(f"A metric's name is longer than {limits.name} characters.")
        if name in table.names:
            raise Refused(f"The birth has the metric {shown(name)} twice.")
        if kind > datatype.LAST:
            raise Refused(f"The metric {shown(name)} is of the datatype {kind}, which does not exist.")
        one = table.names[name] = known(name, kind or _GUESS.get(field_, 0), _unit(more))
        if alias is not None:
            if alias in table.aliases:
                raise Refused(f"The birth has the alias {alias} twice.")
            table.aliases[alias] = one
    return table


_GUESS: Final = {
    datatype.FLOAT: DataType.FLOAT.value, datatype.DOUBLE: DataType.DOUBLE.value,
    datatype.BOOLEAN: DataType.BOOLEAN.value, datatype.STRING: DataType.STRING.value,
}  # fmt: skip


def bdseq(metrics: Sequence[Metric]) -> int | None:
    """Return the number of the session that a birth or death tells; None: it tells none.

    Raises:
        Refused: It is no number from 0 to 255.
    """
    for name, _, _, _, _, field_, raw, _ in metrics:
        if name == BDSEQ:
            number = value(DataType.INT64, field_, raw) if field_ else None
            if not isinstance(number, int) or not 0 <= number <= 255:
                raise Refused("The metric bdSeq is no number from 0 to 255.")
            return number
    return None


def good(more: dict[str, Any] | None) -> bool:
    """Return whether a metric's source calls it good; it does when it says nothing."""
    code = _property(more, ("quality",)) if more is not None else None
    return not isinstance(code, int) or code in GOOD


def _unit(more: dict[str, Any] | None) -> str:
    unit = _property(more, _UNITS) if more is not None else None
    return unit if isinstance(unit, str) and len(unit) <= _UNIT_LENGTH else ""


def _property(more: dict[str, Any], names: Sequence[str]) -> Any:
    """Return the value of the first property of one of these names (in lower case), or None."""
    found = more.get("properties") or {}
    for key, one in zip(found.get("keys", ()), found.get("values", ())):
        if key.lower() in names and not one.get("is_null"):
            return next((one[f] for f in datatype.SCALARS if f in one), None)
    return None


def shown(text: str) -> str:
    """Return a text of others for an error, short and printable."""
    return ascii(text if len(text) <= 60 else text[:60] + "...")
