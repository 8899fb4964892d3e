# SPDX-License-Identifier: Apache-2.0
"""What a JSON value has to look like, in few words; each fault names its JSON pointer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, Protocol

from ..format import Refused
from ..moment import unix

MOST = 20
"""Faults told of one message."""


class Check(Protocol):
    """Looks at a value."""

    def check(self, value: Any, at: str, faults: list[str]) -> None:
        """Append what is wrong with a value to `faults`; `at` is its JSON pointer."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text; with `words`, one of them."""

    words: tuple[str, ...] = ()

    def check(self, value: Any, at: str, faults: list[str]) -> None:
        """Append what is wrong with a value."""
        if type(value) is not str:
            faults.append(f"{at} is {kind(value)}, not a text")
        elif self.words and value not in self.words:
            faults.append(f"{at} is {value[:40]!r}, none of {', '.join(self.words)}")


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number between `least` and `most`."""

    least: float = -math.inf
    most: float = math.inf

    def check(self, value: Any, at: str, faults: list[str]) -> None:
        """Append what is wrong with a value."""
        if type(value) is not float and type(value) is not int:
            faults.append(f"{at} is {kind(value)}, not a number")
        elif not -1e300 < value < 1e300:
            faults.append(f"{at} is not finite")
        elif not self.least <= value <= self.most:
            faults.append(f"{at} is {value:g}, not between {self.least:g} and {self.most:g}")


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from 0 to that of 32 bits."""

    def check(self, value: Any, at: str, faults: list[str]) -> None:
        """Append what is wrong with a value."""
        if (type(value) is not int and type(value) is not float) or value != value or value % 1:
            faults.append(f"{at} is {kind(value)}, not a whole number")
        elif not 0 <= value < 1 << 32:
            faults.append(f"{at} is not between 0 and 4294967295")


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def check(self, value: Any, at: str, faults: list[str]) -> None:
        """Append what is wrong with a value."""
        if value is not True and value is not False:
            faults.append(f"{at} is {kind(value)}, not true or false")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in ISO 8601; without a zone it is UTC, as the standard says."""

    def check(self, value: Any, at: str, faults: list[str]) -> None:
        """Append what is wrong with a value."""
        try:
            if type(value) is not str:
                raise Refused("")
            unix(value, UTC)
        except Refused:
            faults.append(f"{at} is no time such as 2026-03-01T08:00:00.000Z")


@dataclass(frozen=True, slots=True)
class Items:
    """A list, all elements alike."""

    of: Check

    def check(self, value: Any, at: str, faults: list[str]) -> None:
        """Append what is wrong with a value."""
        if type(value) is not list:
            faults.append(f"{at} is {kind(value)}, not a list")
            return
        for i, item in enumerate(value):
            self.of.check(item, f"{at}/{i}", faults)
            if len(faults) >= MOST:
                return


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: keys that it needs and keys that it may have. Others are left alone; a null stands for a key left out."""

    needs: Mapping[str, Check] = field(default_factory=dict)
    may: Mapping[str, Check] = field(default_factory=dict)

    def check(self, value: Any, at: str, faults: list[str]) -> None:
        """Append what is wrong with a value."""
        if type(value) is not dict:
            faults.append(f"{at or 'the message'} is {kind(value)}, not an object")
            return
        for key, of in self.needs.items():
            if key in value:
                of.check(value[key], f"{at}/{key}", faults)
            else:
                faults.append(f"{at}/{key} is missing")
        for key, item in value.items():
            if item is not None and key in self.may:
                self.may[key].check(item, f"{at}/{key}", faults)

    def plus(self, needs: Mapping[str, Check], may: Mapping[str, Check] | None = None) -> Shape:
        """Return a shape that has more keys."""
        return Shape({**self.needs, **needs}, {**self.may, **(may or {})})


def kind(value: Any) -> str:
    """Return what a value is, in words."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    for of, words in ((str, "a text"), (list, "a list"), (dict, "an object")):
        if isinstance(value, of):
            return words
    return f"{value:g}" if isinstance(value, float) or abs(value) < 1e15 else "a huge number"


def faults(shape: Check, value: Any) -> Sequence[str]:
    """Return what is wrong with a value, at most 20 faults; empty when nothing is."""
    found: list[str] = []
    shape.check(value, "", found)
    return found[:MOST]
