# SPDX-License-Identifier: Apache-2.0
"""JSON and plain values: flat, nested, arrays of samples. One reading per value, named by its JSON pointer (RFC 6901).

An object with a "value" is one reading, named by the object's own pointer. Its keys time, unit and quality (see `_KEYS`) say
when, in what unit and how good; they hold for the objects below, too. An array of objects that each tell their time is a
list of successive samples of one thing: their pointers have no index.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any, Final

from ..message import Message, Outgoing
from .format import Reading, Refused
from .json_text import Bounds, number, parse
from .moment import maybe, unix

_LONGEST = 1024  # characters of a pointer: a thousand values below one huge key would multiply it
_BAD_TOPIC = re.compile(r"[+#\0\ud800-\udfff]")
_TIME, _SHORT_TIME, _UNIT, _SHORT_UNIT, _QUALITY, _SHORT_QUALITY, _VALUE = range(1, 8)
_KEYS: Final = {
    "value": _VALUE,
    "time": _TIME, "timestamp": _TIME,
    "ts": _SHORT_TIME, "t": _SHORT_TIME,  # also a temperature or a number of tools: a time only where it can be nothing else
    "unit": _UNIT,
    "units": _SHORT_UNIT, "uom": _SHORT_UNIT,
    "quality": _QUALITY,
    "q": _SHORT_QUALITY, "status": _SHORT_QUALITY,  # also a flow or a machine's state
}  # fmt: skip
_WORDS = {"GOOD": True, "BAD": False, "STALE": False, "UNCERTAIN": False}
_OPC_WORD = re.compile(r"(Good|Bad|Uncertain)[A-Z_]\w*")
_GOOD_NUMBER = 192  # of OPC DA; its other numbers look too much like measured values


def encode(value: float | str | bool, *, time: float, unit: str = "") -> bytes:
    """Return the payload of a value at Unix time `time` (s)."""
    body: dict[str, Any] = {"value": value, "time": round(time, 3)}
    if unit:
        body["unit"] = unit
    return json.dumps(body, separators=(",", ":")).encode()


class JsonFormat:
    """Reads JSON and plain values of any topic that no other format claims.

    Args:
        filters: Topic filters to subscribe to.
        is_event: Says whether each message of a topic counts; must be safe on any thread.
        bounds: How large a payload may be.
        zone: Of times that are written without one; None: such messages are refused.
        time_pointer: Gives for a topic the pointer to the time of its values; empty: it is found by its name.
    """

    name = "json"

    def __init__(self, filters: Sequence[str] = (), is_event: Callable[[str], bool] | None = None, *,
                 time_pointer: Callable[[str], str] | None = None,
                 bounds: Bounds = Bounds(), zone: tzinfo | None = None) -> None:  # noqa: B008 - frozen  # fmt: skip
        self._filters, self._is_event = tuple(filters), is_event
        self.bounds, self.zone, self._time_pointer = bounds, zone, time_pointer

    def filters(self) -> tuple[str, ...]:
        """Return the topic filters to subscribe to."""
        return self._filters

    def claims(self, topic: str) -> bool:
        """Return whether this format reads the messages of a topic: all; ask it last."""
        return True

    def is_event(self, topic: str) -> bool:
        """Return whether each message of a topic counts."""
        return self._is_event is not None and self._is_event(topic)

    def read(self, message: Message) -> Sequence[Reading]:
        """Return what a message tells, in the order of the text.

        Raises:
            Refused: It can't be understood; nothing of it was taken.
        """
        topic = message.topic
        if not topic:
            raise Refused("The topic is empty or no valid UTF-8.")
        if _BAD_TOPIC.search(topic):
            raise Refused("The topic holds a wildcard, a NUL or half a character.")
        body = parse(message.payload, self.bounds)
        walk = _Walk(topic, self.bounds.values, self.zone)
        pointer = "" if self._time_pointer is None else self._time_pointer(topic)
        walk.any(body, "", unix(_at(body, pointer), self.zone) if pointer else None, "", True)
        if not walk.found:
            raise Refused("The payload has no value.")
        return walk.found

    def requests(self, now: float) -> Sequence[Outgoing]:
        """Return nothing: there is never anything to ask."""
        return ()

    def save(self) -> bytes:
        """Return nothing: every message stands for itself."""
        return b""

    def load(self, saved: bytes) -> None:
        """Do nothing."""


def _at(body: Any, pointer: str) -> Any:
    """Return what a JSON pointer leads to."""
    for word in pointer.lstrip("/").split("/"):
        key = word.replace("~1", "/").replace("~0", "~")
        if isinstance(body, dict) and key in body:
            body = body[key]
        elif isinstance(body, list) and key.isascii() and key.isdigit() and len(key) < 6 and int(key) < len(body):
            body = body[int(key)]
        else:
            raise Refused(f"There is no time at {pointer[:60]}, where the binding says it is.")
    return body


class _Walk:
    """Goes through one payload; `found` are its readings."""

    __slots__ = ("found", "most", "source", "zone")

    def __init__(self, source: str, most: int, zone: tzinfo | None) -> None:
        self.source, self.most, self.zone = source, most, zone
        self.found: list[Reading] = []

    def any(self, body: Any, name: str, time: float | None, unit: str, good: bool) -> None:
        kind = type(body)
        if kind is dict:
            self._object(body, name, time, unit, good)
        elif kind is list:
            self._array(body, name, time, unit, good)
        else:
            self._value(body, name, time, unit, good)

    def _value(self, value: Any, name: str, time: float | None, unit: str, good: bool) -> None:
        kind = type(value)
        if kind is float or kind is int:
            value = number(value)
        elif value is None and not name:
            raise Refused("The value is null; nothing is known from that.")
        if len(name) > _LONGEST:
            raise Refused(f"The name of a value has more than {_LONGEST} characters.")
        if len(self.found) >= self.most:
            raise Refused(f"The payload tells more than {self.most} values.")
        self.found.append(Reading(self.source, name, value, time, unit, good))

    def _object(self, body: dict[str, Any], name: str, time: float | None, unit: str, good: bool) -> None:
        rest: list[tuple[str, Any]] = []
        asides: list[tuple[str, Any]] = []
        own = ours = None  # `ours` is the object itself when it has a value of its own
        for pair in body.items():
            key, value = pair
            kind = _KEYS.get(key)
            if kind is None:
                rest.append(pair)
            elif kind == _VALUE:
                if type(value) is dict or type(value) is list:
                    rest.append(pair)
                else:
                    own, ours = value, body
            elif kind == _TIME:
                time = time if value is None else unix(value, self.zone)
            elif kind == _SHORT_TIME:
                found = maybe(value, self.zone)
                if found is None:
                    rest.append(pair)
                else:
                    time = found
            elif kind in (_UNIT, _SHORT_UNIT):
                if type(value) is str:
                    unit = value
                elif value is not None and kind == _UNIT:
                    raise Refused("The unit is no text.")
                elif value is not None:
                    rest.append(pair)
            else:
                said = _quality(value, kind)
                if said is None:
                    rest.append(pair)
                else:
                    good = said
                    asides.append(pair)
        if ours is not None:
            self._value(own, name, time, unit, good)
        elif not rest and asides:  # {"status": "GOOD"} alone tells a status, not the quality of nothing
            rest, good = asides, True
        for key, value in rest:
            self.any(value, f"{name}/{_token(key)}", time, unit, good)

    def _array(self, body: list[Any], name: str, time: float | None, unit: str, good: bool) -> None:
        if all(type(x) is dict and self._timed(x) for x in body):
            for sample in body:
                self._object(sample, name, time, unit, good)
            return
        for i, value in enumerate(body):
            self.any(value, f"{name}/{i}", time, unit, good)

    def _timed(self, body: dict[str, Any]) -> bool:
        """Return whether an object tells its time."""
        return any(
            (kind == _TIME and value is not None) or (kind == _SHORT_TIME and maybe(value, self.zone) is not None)
            for kind, value in ((_KEYS.get(key), value) for key, value in body.items())
        )


def _quality(value: Any, kind: int) -> bool | None:
    """Return whether a source calls its value good; None when this says something else."""
    if value is True or value is False:
        return bool(value)
    if type(value) is str:
        said = _WORDS.get(value.strip().upper())
        if said is None and _OPC_WORD.fullmatch(value):
            return value.startswith("Good")
        return said
    if type(value) is int:
        if value == _GOOD_NUMBER:
            return True
        if kind == _QUALITY and (value == 0 or 1 << 30 <= value < 1 << 32):  # bad in OPC DA; a status code of OPC UA
            return False
    return None


def _token(key: str) -> str:
    """Return a key as a part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1") if "/" in key or "~" in key else key
