# SPDX-License-Identifier: Apache-2.0
"""JSON from the wire: untrusted bytes to Python values, bounded before they are parsed. Standard library only."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

from .format import Refused

SIZE, LARGEST = 64 << 10, 1 << 20
"""Bytes of a payload: the usual bound, and the highest that can be set."""
DIGITS = 32
_SHOWN = 60
_MOST = 10**DIGITS
_FINITE = sys.float_info.max
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_ .:-]{0,63}")
_NO_WORDS = frozenset({"true", "false", "null", "nan", "inf", "infinity"})
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)  # the end may be missing, so that it never tries again
_NO_BRACKETS = bytes(b for b in range(256) if b not in b"[]{}")
_SPACE = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a payload may be.

    Attributes:
        size: Bytes, at most 1 MiB.
        depth: Levels of objects and arrays.
        values: Values that it may tell (elements of all kinds: eight times as many).

    Raises:
        ValueError: A bound is below 1, or the size is above 1 MiB.
    """

    size: int = SIZE
    depth: int = 8
    values: int = 1000

    def __post_init__(self) -> None:
        if not 1 <= self.size <= LARGEST or self.depth < 1 or self.values < 1:
            raise ValueError(f"Bounds are at least 1, and at most {LARGEST} bytes: {self}.")


def parse(payload: bytes, bounds: Bounds) -> Any:
    """Return what a payload holds: JSON, or a bare word such as `busy` as a text.

    Numbers are as sent; look at each with `number` before use.

    Raises:
        Refused: It is too large, too deep, damaged, or says a key twice.
    """
    if len(payload) > bounds.size:
        raise Refused(f"The payload has {len(payload)} bytes, more than {bounds.size}.")
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        raise Refused("The payload is no valid UTF-8.") from None
    if text[:1] not in ("{", "["):
        text = text.strip(_SPACE)
        word = _bare(text)
        if word:
            return word
    if payload.count(b"[") + payload.count(b"{") > bounds.depth or payload.count(b",") > bounds.values:
        _weigh(payload, bounds)
    try:
        body, end = _scan(text)
    except ValueError as error:
        raise Refused(_fault(error)) from None
    if end != len(text) and text[end:].strip(_SPACE):
        raise Refused(f"The payload is no JSON (more follows after character {end}).")
    if "\\ud" in text or "\\uD" in text:
        _whole(body)
    return body


def number(value: float) -> float:
    """Return a number that JSON gave, as a float.

    Raises:
        Refused: It is not finite, or has too many digits.
    """
    if type(value) is int:
        if not -_MOST < value < _MOST:
            raise Refused(f"A number has more than {DIGITS} digits.")
        return float(value)
    if not -_FINITE <= value <= _FINITE:
        raise Refused("A number is not finite.")
    return value


def shown(text: str) -> str:
    """Return a text for people, in quotes and cut."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


def _bare(text: str) -> str:
    """Return a word that stands alone; empty when the text has to be JSON."""
    if not text:
        raise Refused("The payload is empty: no JSON, no plain value.")
    if text[0] == "\ufeff":
        raise Refused("The payload starts with a byte order mark, so it is no JSON.")
    if text[0] == '"' or not _WORD.fullmatch(text):
        return ""
    return "" if text.lower() in _NO_WORDS else text


def _weigh(payload: bytes, bounds: Bounds) -> None:
    """Refuse what is nested too deeply or has too many elements; linear in the size, before anything is built."""
    bare = _STRING.sub(b"", payload)
    brackets = bare.translate(None, _NO_BRACKETS)
    if len(brackets) // 2 + bare.count(b",") > 8 * bounds.values:
        raise Refused(f"The payload tells more than {bounds.values} values.")
    depth = 0
    for byte in brackets:
        depth += 1 if byte in b"[{" else -1
        if depth > bounds.depth:
            raise Refused(f"The payload is nested deeper than {bounds.depth}.")


def _fault(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"The payload is no JSON ({str(error)[:_SHOWN]})."
    if isinstance(error, Refused):
        return str(error)
    return f"A number has more than {DIGITS} digits."  # Python converts at most 4300


def _whole(body: Any) -> None:
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Refused("A text holds half a character (a lone surrogate).") from None


def _constant(name: str) -> NoReturn:
    raise Refused(f"{name} is no number.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise Refused("The payload names a key twice.")
    return body


_scan = json.JSONDecoder(parse_constant=_constant, object_pairs_hook=_object).raw_decode
