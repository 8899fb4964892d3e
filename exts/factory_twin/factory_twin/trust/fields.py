# SPDX-License-Identifier: Apache-2.0
"""Read others' JSON key by key: a wrong value is an error that says where, a key nobody asked for is not built."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ..errors import FactoryTwinError

LARGEST = 1e15
"""No number of a model is larger."""

_REQUIRED: Any = object()
_WORDS = ("note", "notes", "comment", "description", "title")  # for people; they change nothing


class CaseError(FactoryTwinError):
    """A file of cases is not what its format says."""


class NotBuilt(FactoryTwinError):  # noqa: N818
    """A case asks for something that does not exist here (yet)."""


class Fields:
    """A JSON object that remembers which of its keys were asked for.

    Args:
        data: What the JSON holds.
        where: Name for messages, such as "S05: model.nodes.M1".

    Raises:
        CaseError: It is no object.
    """

    def __init__(self, data: Any, where: str) -> None:
        if not isinstance(data, dict):
            raise CaseError(f"This is {_kind(data)}, not an object.", where=where, hint="Write {...}.")
        self.data: dict[str, Any] = data
        self.where = where
        self._asked = set(_WORDS)

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def at(self, key: str) -> str:
        """Return the name of a key for messages."""
        return f"{self.where}.{key}"

    def take(self, key: str, default: Any = _REQUIRED) -> Any:
        """Return the value of a key as it stands.

        Raises:
            CaseError: It is missing and has no default.
        """
        self._asked.add(key)
        if key in self.data:
            return self.data[key]
        if default is _REQUIRED:
            raise CaseError(f"The key {key!r} is missing.", where=self.where, hint="Add it.")
        return default

    def text(self, key: str, default: Any = _REQUIRED, *, among: Iterable[str] = ()) -> str:
        """Return a text.

        Args:
            key: Its name.
            default: Value when it is missing.
            among: The words allowed; empty: any text.

        Raises:
            CaseError: It is no text.
            NotBuilt: It is none of the words.
        """
        value = self.take(key, default)
        if not isinstance(value, str) or not value:
            raise CaseError(f"This is {_kind(value)}, not a text.", where=self.at(key), hint='Write "...".')
        known = tuple(among)
        if known and value not in known:
            raise NotBuilt(f"{value!r} is not known.", where=self.at(key), hint=f"Known: {', '.join(known)}.")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false.

        Raises:
            CaseError: It is neither.
        """
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise CaseError(f"This is {_kind(value)}, not true or false.", where=self.at(key), hint="Write true or false.")
        return value

    def number(self, key: str, default: Any = _REQUIRED, *, least: float = -math.inf) -> float:
        """Return a finite number of at least `least`.

        Raises:
            CaseError: It is none.
        """
        return number(self.take(key, default), self.at(key), least=least)

    def count(self, key: str, default: Any = _REQUIRED, *, least: int = 0) -> int:
        """Return a whole number of at least `least`.

        Raises:
            CaseError: It is none.
        """
        return count(self.take(key, default), self.at(key), least=least)

    def items(self, key: str, default: Any = _REQUIRED) -> list[Any]:
        """Return a list.

        Raises:
            CaseError: It is none.
        """
        return items(self.take(key, default), self.at(key))

    def fields(self, key: str, default: Any = _REQUIRED) -> Fields:
        """Return an object.

        Raises:
            CaseError: It is none.
        """
        return Fields(self.take(key, default), self.at(key))

    def rest(self) -> list[str]:
        """Return the keys that nobody asked for."""
        return [key for key in self.data if key not in self._asked]

    def done(self) -> None:
        """Say that all keys that mean something here were asked for.

        Raises:
            NotBuilt: There are more.
        """
        rest = self.rest()
        if rest:
            words = ", ".join(repr(key) for key in rest)
            raise NotBuilt(
                f"The key {words} is not known.", where=self.where, hint="Leave it out, or write it as the format says."
            )


def number(value: Any, where: str, *, least: float = -math.inf) -> float:
    """Return a finite number of at least `least`.

    Raises:
        CaseError: It is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise CaseError(f"This is {_kind(value)}, not a number.", where=where, hint="Write a finite number.")
    if value < least:
        raise CaseError(f"{value:g} is too small.", where=where, hint=f"Write a number >= {least:g}.")
    if abs(value) > LARGEST:
        raise CaseError(f"{value:g} is too large.", where=where, hint=f"Write a number up to {LARGEST:g}.")
    return float(value)


def count(value: Any, where: str, *, least: int = 0) -> int:
    """Return a whole number of at least `least`.

    Raises:
        CaseError: It is none.
    """
    found = number(value, where, least=least)
    if found != int(found) or abs(found) >= 2**31:
        raise CaseError(f"{found:g} is no whole number.", where=where, hint="Write a whole number.")
    return int(found)


def items(value: Any, where: str) -> list[Any]:
    """Return a list.

    Raises:
        CaseError: It is none.
    """
    if not isinstance(value, list):
        raise CaseError(f"This is {_kind(value)}, not a list.", where=where, hint="Write [...].")
    return value


def numbers(value: Any, where: str, *, least: float = -math.inf) -> list[float]:
    """Return a list of finite numbers.

    Raises:
        CaseError: It is none.
    """
    return [number(v, f"{where}[{i}]", least=least) for i, v in enumerate(items(value, where))]


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    for kind, words in ((str, "a text"), (list, "a list"), (dict, "an object")):
        if isinstance(value, kind):
            return words
    return str(value)
