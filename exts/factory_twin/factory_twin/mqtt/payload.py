# SPDX-License-Identifier: Apache-2.0
"""Payloads: JSON `{"value": 61.5, "time": 1767225600.0, "unit": "degC"}`, or the bare value. Reads untrusted bytes."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from ..event import State
from .topics import PARTS, STATE, TEMPERATURE, WIP

SIZE = 64 << 10
DEPTH = 8
DIGITS = 32
LATEST = 1e11
"""Largest believable time, s: milliseconds sent as seconds lie beyond it."""
_WORD = re.compile(r"[A-Za-z][A-Za-z_ -]{0,63}")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_SHOWN = 60
UNITS: dict[str, tuple[float, float]] = {
    "degC": (1.0, 0.0), "°C": (1.0, 0.0), "C": (1.0, 0.0), "K": (1.0, -273.15),
    "degF": (5 / 9, -160 / 9), "°F": (5 / 9, -160 / 9),
}  # fmt: skip
"""Unit of a temperature: (factor, offset) to degC."""


class Refused(ValueError):
    """A payload or topic that is not taken; the text says why."""


class Unknown(Refused):
    """A topic that the plant has no place or signal for."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a payload says: the value as sent, the source's Unix time (s) or None, the unit or empty."""

    value: float | str
    time: float | None = None
    unit: str = ""


def encode(value: float | str, *, time: float, unit: str = "") -> bytes:
    """Return the payload of a value at Unix time `time` (s)."""
    body: dict[str, Any] = {"value": value, "time": round(time, 3)}
    if unit:
        body["unit"] = unit
    return json.dumps(body, separators=(",", ":")).encode()


def read(payload: bytes) -> Sample:
    """Return what a payload says.

    Raises:
        Refused: It is too large, damaged, too deep, or not of the form above.
    """
    if len(payload) > SIZE:
        raise Refused(f"The payload has {len(payload)} bytes, more than {SIZE}.")
    body = _parse(payload)
    if not isinstance(body, dict):
        return Sample(_scalar(body))
    if "value" not in body:
        raise Refused('The payload has no "value".')
    time, unit = body.get("time"), body.get("unit") or ""
    if not isinstance(unit, str):
        raise Refused("The unit is no text.")
    return Sample(_scalar(body["value"]), None if time is None else _time(time), unit)


def measure(sample: Sample, signal: str) -> State | float:
    """Return the value of a signal in SI units (temperature in degC), or the state.

    Raises:
        Refused: The value is of the wrong type, out of range or of an unknown unit.
    """
    value = sample.value
    if signal == STATE:
        return _state(value)
    if isinstance(value, str):
        raise Refused(f"{_shown(value)} is no number.")
    if signal in (PARTS, WIP):
        if value != int(value) or not 0 <= value < 1 << 31:
            raise Refused(f"{value:g} is no count.")
        return value
    if signal == TEMPERATURE:
        return _temperature(value, sample.unit)
    raise Refused(f"The signal {_shown(signal)} is unknown.")


def _state(value: float | str) -> State:
    if isinstance(value, str):
        found = State.from_token(value)
        if found is State.UNKNOWN and value.strip().lower() != "unknown":
            raise Refused(f"{_shown(value)} is no state; known: {', '.join(s.token for s in State)}.")
        return found
    raise Refused("A state is a word, not a number.")


def _temperature(value: float, unit: str) -> float:
    if unit and unit not in UNITS:
        raise Refused(f"The unit {_shown(unit)} is no unit of temperature; known: {', '.join(UNITS)}.")
    factor, offset = UNITS[unit or "degC"]
    degrees = value * factor + offset
    if not -273.15 - 1e-9 <= degrees <= 1e5:
        raise Refused(f"{degrees:g} degC is no temperature.")
    return degrees


def _parse(payload: bytes) -> Any:
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("The payload is no valid UTF-8.") from None
    if _WORD.fullmatch(text.strip()) and text.strip() not in ("null", "true", "false", "NaN", "Infinity"):
        return text.strip()
    if payload.count(b"[") + payload.count(b"{") > DEPTH and _depth(payload) > DEPTH:
        raise Refused(f"The payload is nested deeper than {DEPTH}.")
    try:
        return _JSON.decode(text)
    except Refused:
        raise
    except (ValueError, RecursionError) as error:
        raise Refused(f"The payload is no JSON ({str(error)[:_SHOWN]}).") from None


def _depth(payload: bytes) -> int:
    deepest = depth = 0
    for byte in _STRING.sub(b"", payload):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _scalar(value: Any) -> float | str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Refused(f"The value is {type(value).__name__}, not a number or text.")
    if isinstance(value, str):
        return value
    return _finite(float(value), "value")


def _time(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("The time is no number of seconds.")
    time = _finite(float(value), "time")
    if not 0 <= time < LATEST:
        raise Refused(f"The time {time:g} is no Unix time in seconds.")
    return time


def _finite(value: float, name: str) -> float:
    if not math.isfinite(value):
        raise Refused(f"The {name} is not finite.")
    return value


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


def _constant(name: str) -> NoReturn:
    raise Refused(f"{name} is no number.")


def _integer(digits: str) -> int:
    if len(digits) > DIGITS:
        raise Refused(f"A number has more than {DIGITS} digits.")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise Refused("The payload names a key twice.")
    return body


_JSON = json.JSONDecoder(parse_constant=_constant, parse_int=_integer, object_pairs_hook=_object)
