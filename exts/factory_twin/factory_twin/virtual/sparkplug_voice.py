# SPDX-License-Identifier: Apache-2.0
"""Sparkplug B: every line is an edge node with a connection of its own, every machine below it a device.

The group is the prefix, the edge node the prim above the machine, the device the machine's id; metrics are quantities in SI
units. A machine that is cut off is told dead by its edge node, and born anew when it is back.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from time import time

from ..formats import Refused
from ..formats.sparkplug import DataType, EdgeNode, Typed
from ..message import Outgoing
from ..mqtt import topics
from ..plant import Plant, Station
from .tour import Pose, Tour
from .voice import rounded
from .wire import Channel, Line, Opener
from .word import UNITS, Word

_log = logging.getLogger(__name__)
_COUNTS = (topics.PARTS, topics.WIP)
_MEASURED = ("temperature", "vibration", "power", "diameter", "acceleration", "crest", "kurtosis", "envelope")


class _Speaker:
    """An edge node and its connection."""

    def __init__(self, node: EdgeNode, open: Opener, count: Callable[[bool], None]) -> None:
        self.node, self._open, self._count = node, open, count
        self.cut: set[str] = set()
        self.line = self._opened(time())
        self._reconnects = 0

    def _opened(self, unix: float) -> Line:
        """Open a connection; one that is open already is ended."""
        name = f"sparkplug-{self.node.node}"
        return Line(self._open(Channel(name, self.node.connect(unix), self.node.filters(), clean=True)), self._count)

    def step(self, unix: float) -> None:
        """Begin a session when there is a connection and end it with it; answer what came."""
        node, line = self.node, self.line
        if node.born and (not line.connected or line.reconnects != self._reconnects):
            self.line = line = self._opened(unix)  # its will has the number of the next session
        if not node.born and line.connected:
            self._reconnects = line.reconnects
            self._send(node.births(unix))
            for device in sorted(self.cut):
                self._send(node.device_death(device, unix))
        for message in line.received():
            try:
                self._send(node.handle(message, unix))
            except Refused as error:
                _log.info("%s: %s", message.topic, error)
        for of, name, _ in node.writes():
            _log.info("%s: %s is not written; machines take no commands here.", of or node.node, name)

    def tell(self, device: str, values: Mapping[str, float | int | str], unix: float) -> None:
        """Send values of a device, or keep them for its birth."""
        self._send(self.node.data(device, {name: _typed(name, value) for name, value in values.items()}, unix))

    def mark(self, cut: set[str], unix: float) -> None:
        """Take note of which devices are cut off."""
        for device in sorted(cut - self.cut):
            self._send(self.node.device_death(device, unix))
        for device in sorted(self.cut - cut):
            self._send(self.node.device_birth(device, unix))
        self.cut = cut

    def close(self, unix: float) -> None:
        """Say goodbye."""
        self._send(self.node.disconnect(unix))

    def _send(self, messages: Sequence[Outgoing]) -> None:
        for message in messages:
            self.line.send(message)


class SparkplugVoice:
    """Speaks Sparkplug B for all places of a plant.

    Args:
        open: Opens a channel.
        count: Called with every message.
        prefix: The group; a slash in it becomes a point.
        plant: The plant.
        tour: Its vehicles.
    """

    def __init__(self, open: Opener, count: Callable[[bool], None], prefix: str, plant: Plant, tour: Tour) -> None:
        self._unix = time()
        places = {n.path: n.id for n in plant.nodes} | dict.fromkeys(tour.vehicles, "")
        nodes, stations = {n.path for n in plant.nodes}, {n.path for n in plant.of(Station)}
        lines = _unique({path: _line(path) for path in dict.fromkeys(p.rpartition("/")[0] for p in places)})
        self._where: dict[str, tuple[str, str]] = {}  # path -> (parent's path, device)
        devices: dict[str, dict[str, dict[str, Typed]]] = {above: {} for above in lines}
        for above in lines:
            below = {p: _word(i or p.rpartition("/")[2]) for p, i in places.items() if p.rpartition("/")[0] == above}
            for path, device in _unique(below).items():
                self._where[path] = above, device
                devices[above][device] = _metrics(path in nodes, path in stations)
        group = _word(prefix.replace("/", "."))
        self._speakers = {above: _Speaker(EdgeNode(group, name, devices[above]), open, count) for above, name in lines.items()}

    def say(self, words: Sequence[Word]) -> None:
        """Send values: a new message of a device whenever the time moves on or a quantity comes twice."""
        waiting: dict[str, tuple[float, dict[str, float | int | str]]] = {}
        for word in words:
            if word.place not in self._where:
                continue
            unix = round(word.time, 3)
            last = waiting.get(word.place)
            if last is not None and (word.name in last[1] or last[0] != unix):
                self._tell(word.place, *waiting.pop(word.place))
            waiting.setdefault(word.place, (unix, {}))[1][word.name] = rounded(word)
        for place, told in waiting.items():
            self._tell(place, *told)

    def drive(self, poses: Mapping[str, Pose], unix: float) -> None:
        """Vehicles are not told in this format; add "+vda5050"."""

    def step(self, unix: float) -> None:
        """Begin sessions and answer commands at Unix time `unix`, s."""
        self._unix = unix
        for speaker in self._speakers.values():
            speaker.step(unix)

    def cut(self, places: frozenset[str]) -> None:
        """Tell that machines cut off are dead, and those back are alive."""
        cut: dict[str, set[str]] = {above: set() for above in self._speakers}
        for path in places:
            if path in self._where:
                above, device = self._where[path]
                cut[above].add(device)
        for above, speaker in self._speakers.items():
            speaker.mark(cut[above], self._unix)

    def close(self, unix: float) -> None:
        """Say goodbye at Unix time `unix`, s."""
        for speaker in self._speakers.values():
            speaker.close(unix)

    def _tell(self, place: str, unix: float, values: Mapping[str, float | int | str]) -> None:
        above, device = self._where[place]
        self._speakers[above].tell(device, values, unix)


def _metrics(place: bool, station: bool) -> dict[str, Typed]:
    """Return the metrics of a device, with no value yet: a vehicle's state; counts of places; measurements of stations."""
    found = {topics.STATE: Typed(None, DataType.STRING)}
    if place:
        found |= {n: Typed(None, DataType.INT64) for n in _COUNTS}
    if station:
        found["scrap"] = Typed(None, DataType.INT64)
        found |= {n: Typed(None, DataType.DOUBLE, UNITS.get(n, "")) for n in _MEASURED}
    return found


def _typed(name: str, value: float | int | str) -> Typed:
    if isinstance(value, str):
        return Typed(value, DataType.STRING)
    if name in (*_COUNTS, "scrap"):
        return Typed(int(value), DataType.INT64)
    return Typed(float(value), DataType.DOUBLE, UNITS.get(name, ""))


def _line(path: str) -> str:
    return _word(path.rpartition("/")[2] or "plant")


def _word(text: str) -> str:
    """Return a text as an id of Sparkplug B."""
    return re.sub(r"[+/#\0\ud800-\udfff]", "_", text)[:200] or "_"


def _unique(names: Mapping[str, str]) -> dict[str, str]:
    """Return the names, with the whole path for those that come twice."""
    found = {p: n for p, n in names.items() if list(names.values()).count(n) == 1}
    for path, name in names.items():
        if path not in found:
            other = _word(path.strip("/").replace("/", ".")) or name
            while other in found.values():
                other += "_"
            found[path] = other
    return {path: found[path] for path in names}
