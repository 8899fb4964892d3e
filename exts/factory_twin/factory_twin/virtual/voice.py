# SPDX-License-Identifier: Apache-2.0
"""How the plant speaks: a voice turns words and poses of vehicles into messages of one format."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ..message import Outgoing
from ..mqtt import topics
from .tour import Pose
from .wire import Channel, Line, Opener
from .word import DIGITS, UNITS, Word


class Voice(Protocol):
    """Speaks a format."""

    def say(self, words: Sequence[Word]) -> None:
        """Send values."""

    def drive(self, poses: Mapping[str, Pose], unix: float) -> None:
        """Send how vehicles stand at Unix time `unix`, s."""

    def step(self, unix: float) -> None:
        """Answer what came, and do what is due, at Unix time `unix`, s."""

    def cut(self, places: frozenset[str]) -> None:
        """Take note of which places are cut off from the network from now on."""

    def close(self, unix: float) -> None:
        """Say goodbye at Unix time `unix`, s."""


class JsonVoice:
    """A message for each value, on a topic of its own: `{"value": 61.5, "time": 1767225600.0, "unit": "degC"}`.

    Args:
        open: Opens a channel.
        count: Called with every message.
        prefix: First levels of all topics.
    """

    def __init__(self, open: Opener, count: Any, prefix: str) -> None:
        self._line = Line(open(Channel("plant")), count)
        self._prefix = prefix

    def say(self, words: Sequence[Word]) -> None:
        """Send values."""
        for word in words:
            body: dict[str, Any] = {"value": rounded(word), "time": round(word.time, 3)}
            if word.name in UNITS:
                body["unit"] = UNITS[word.name]
            self._line.send(Outgoing(topics.topic(self._prefix, word.place, word.name), encode(body)))

    def drive(self, poses: Mapping[str, Pose], unix: float) -> None:
        """Vehicles are not told in this format; add "+vda5050"."""

    def step(self, unix: float) -> None:
        """Do nothing: nothing comes."""

    def cut(self, places: frozenset[str]) -> None:
        """Do nothing: silence says it."""

    def close(self, unix: float) -> None:
        """Do nothing: the link's owner ends it."""


class FlatVoice(JsonVoice):
    """A message for each place with all that is new, in SI units: `{"time": 1767225600.0, "state": "busy", "power": 751.3}`."""

    def say(self, words: Sequence[Word]) -> None:
        """Send values: a new object whenever the time moves on or a quantity comes twice."""
        open_: dict[str, dict[str, Any]] = {}
        for word in words:
            body = open_.get(word.place)
            time = round(word.time, 3)
            if body is not None and (word.name in body or body["time"] != time):
                self._send(word.place, open_.pop(word.place))
                body = None
            if body is None:
                body = open_[word.place] = {"time": time}
            body[word.name] = rounded(word)
        for place, body in open_.items():
            self._send(place, body)

    def _send(self, place: str, body: dict[str, Any]) -> None:
        self._line.send(Outgoing(f"{self._prefix}/{place.lstrip('/')}", encode(body)))


def rounded(word: Word) -> float | int | str:
    """Return a value with the digits its sensor has."""
    digits = DIGITS.get(word.name, 6)
    return word.value if isinstance(word.value, str | int) else round(word.value, digits)


def encode(body: dict[str, Any]) -> bytes:
    """Return an object as JSON, in no more bytes than needed."""
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
