# SPDX-License-Identifier: Apache-2.0
"""A tag: one quantity or attribute of one prim, and how a value as sent becomes its value in SI units."""

from __future__ import annotations

import re
from typing import Any

from ..errors import FactoryTwinError
from ..event import State
from ..formats.format import Refused, Unknown
from ..plant import Binding
from ..quantity import MOST, QUANTITIES, Quantity, Sort, conversion, quantity, state_of

_NUMBER = re.compile(r"\s*[-+]?(?:\d{1,32}\.?\d{0,32}|\.\d{1,32})(?:[eE][-+]?\d{1,3})?\s*")
_LONGEST, _SHOWN, _LARGEST = 1000, 60, 3e38
_SORTS = {"number": Sort.MEASURE, "whole": Sort.COUNT, "bool": Sort.COUNT, "text": Sort.TEXT}


class Tag:
    """Reads the values of one quantity or attribute.

    Attributes:
        place: Prim path.
        target: Name of the quantity or attribute.
        stale_after: s.
        owner: Name of the source that told it last.
        last: Last value told on, where there is a dead-band.
        band: Dead-band, SI; 0: none.
    """

    __slots__ = ("_bound", "_factor", "_known", "_numbers", "_offset", "_scale", "_sent", "_shift", "_unit", "_words", "band",
                 "high", "is_text", "is_whole", "kind", "last", "low", "owner", "place", "stale_after", "target")  # fmt: skip

    def __init__(self, binding: Binding, *, bound: bool = True) -> None:
        self.place, self.target, self.kind = binding.path, binding.target, binding.kind
        self.stale_after, self.owner, self._bound = binding.stale_after, "", bound
        self._known = _quantity(binding)
        self.is_whole = self._known.is_whole or binding.kind == "whole"
        self.is_text = self._known.sort is Sort.TEXT
        self.low, self.high = self._known.low, self._known.high
        self.band = binding.dead_band if self._known.sort is Sort.MEASURE else 0.0
        self.last: float | None = None
        self._scale, self._offset, self._unit = binding.scale, binding.offset, binding.unit
        self._words: dict[str, State | float | str] = dict(binding.states)
        for word, meaning in binding.states:
            self._words.setdefault(word.casefold(), meaning)
        self._numbers = {float(w): m for w, m in binding.states if _NUMBER.fullmatch(w)}
        self._sent = ""
        self._factor, self._shift = self._line(self._unit)

    def read(self, value: float | str | bool, unit: str) -> float | State | str:
        """Return a value as sent in SI units, or as a state or text.

        Raises:
            Unknown: It is a text or a truth, of a quantity nobody has spoken of.
            Refused: It is of the wrong kind, out of range, or its unit does not fit.
        """
        kind = type(value)
        if self._words or kind is str or kind is bool or self.is_text or self._known.sort is Sort.STATE:
            found = self._word(value)
            if found is not None:
                return found
            if not self._bound and self.target not in QUANTITIES:
                raise Unknown(f"{_shown(value)} is no number, and {self.target!r} no known quantity; bind it, if it is meant.")
            value = _plain(value, self._bound)
        if unit != self._sent:
            self._learn(unit)
        number = value * self._factor + self._shift  # type: ignore[operator]
        if not self.low <= number <= self.high or (self.is_whole and number != int(number)):
            raise Refused(self._known.fault(number) or f"{number:g} is no whole number.")
        return number

    def _word(self, value: float | str | bool) -> float | State | str | None:
        """Return what the value means by the list of words, or as a word; None for a plain number."""
        sort = self._known.sort
        if isinstance(value, str):
            text = value.strip()
            found = self._words.get(text)
            found = self._words.get(text.casefold()) if found is None else found
        elif isinstance(value, bool):
            found = self._words.get("true" if value else "false")
        else:
            found = self._numbers.get(value)
        if found is not None:
            return found
        if sort is Sort.STATE:
            return self._state(value)
        if sort is Sort.TEXT:
            return self._text(value)
        if self.kind == "bool":
            return _truth(value)
        return None

    def _state(self, value: float | str | bool) -> State:
        known = ", ".join(dict.fromkeys((*self._words, *(s.token for s in State))))
        if not isinstance(value, str):
            raise Refused(f"{_shown(value)} is no state: a state is a word, or a number that the binding's states explain.")
        found = state_of(value)
        if found is None:
            raise Refused(f"{_shown(value)} is no state; known: {known[:400]}.")
        return found

    def _text(self, value: float | str | bool) -> str:
        text = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else f"{value:.12g}"
        if len(text) > _LONGEST:
            raise Refused(f"The text has {len(text)} characters, more than {_LONGEST}.")
        if not text.isascii() and any(0xD800 <= ord(c) <= 0xDFFF for c in text):
            raise Refused("The text holds half a character (a lone surrogate).")
        if "\0" in text:
            raise Refused("The text holds a NUL.")
        words = self._known.words
        if words and text not in words:
            raise Refused(f"{_shown(value)} is no word for {self.target}; known: {', '.join(words)}.")
        return text

    def _learn(self, unit: str) -> None:
        """Take up the unit of a message."""
        try:
            self._factor, self._shift = self._line(unit or self._unit)
        except FactoryTwinError as error:
            raise Refused(f"{error.what} {error.hint}") from error
        self._sent = unit

    def _line(self, unit: str) -> tuple[float, float]:
        """Return the factor and offset from a value as sent to SI."""
        factor, shift = conversion(unit, self._known) if self._known.is_number else (1.0, 0.0)
        return self._scale * factor, self._offset * factor + shift


def _quantity(binding: Binding) -> Quantity:
    if binding.quantity:
        return quantity(binding.quantity)
    low, high = (0.0, 1.0) if binding.kind == "bool" else (-_LARGEST, _LARGEST)
    if binding.kind == "whole":
        return Quantity(binding.target, Sort.MEASURE, "value", "", -MOST, MOST)
    return Quantity(binding.target, _SORTS[binding.kind], "value", "", low, high)


def _plain(value: Any, bound: bool) -> float:
    """Return a value as a number; a text only where a binding says that it is one."""
    if isinstance(value, bool):
        raise Refused(f"{str(value).lower()} is no number.")
    if isinstance(value, str):
        if not bound or not _NUMBER.fullmatch(value):
            raise Refused(f"{_shown(value)} is no number.")
        return float(value)
    return float(value)


def _truth(value: float | str | bool) -> float:
    word = value.strip().lower() if isinstance(value, str) else value
    if word in (True, 1, "true", "on", "1", "yes"):
        return 1.0
    if word in (False, 0, "false", "off", "0", "no"):
        return 0.0
    raise Refused(f"{_shown(value)} is neither true nor false.")


def _shown(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
    text = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return repr(text) if isinstance(value, str) else text
