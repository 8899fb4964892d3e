# SPDX-License-Identifier: Apache-2.0
"""Values as texts of a field, and back: numbers with units, lists, windows of time, shifts of a week. No UI."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from factory_twin.calendar import compile_week
from factory_twin.errors import FactoryTwinError
from factory_twin.units import metres, seconds
from factory_twin_schema.table import Property

YES_NO = ("no", "yes")
_CALENDAR: dict[str, Callable[[tuple[str, ...]], object]] = {  # texts that hold commas: only ; parts them
    "factoryTwin:calendar:week": compile_week,
    "factoryTwin:calendar:breaks": lambda texts: compile_week((), texts),
    "factoryTwin:calendar:exceptions": lambda texts: compile_week((), (), texts),
}
_WRITTEN = {
    "int[]": "Written as 1, 2, 3.",
    "double[]": "Written as 0.5, 0.3, 0.2.",
    "string[]": "Written as welding, painting.",
    "double2[]": "Written as 0-300, 600-900, or with units as 0 h-8 h, 24 h-32 h.",
}
_DASH = re.compile(r"(?<![eE])[-\u2013]")


def how_to_write(prop: Property) -> str:
    """Return how a list is written in a field; empty for other values."""
    return "Several are parted by a semicolon." if prop.name in _CALENDAR else _WRITTEN.get(prop.type, "")


def text_of(prop: Property, value: Any) -> str:
    """Return a value as a field shows it."""
    if prop.type.endswith("[]") and not isinstance(value, str) and hasattr(value, "__len__"):
        return ("; " if prop.name in _CALENDAR else ", ").join(_item(item) for item in value)
    if isinstance(value, bool):
        return YES_NO[value]
    return _item(value)


def value_of(prop: Property, text: str) -> Any:
    """Return the value that a text means.

    Raises:
        FactoryTwinError: It is no value of this kind; says what is expected.
    """
    text = text.strip()
    if prop.type in ("string", "token"):
        return text
    if prop.type == "bool":
        if text.lower() not in ("yes", "no", "true", "false"):
            raise FactoryTwinError(f"{text!r} is neither yes nor no.", hint="Write yes or no.")
        return text.lower() in ("yes", "true")
    if prop.type.endswith("[]"):
        return _list(prop, text)
    if prop.type == "int":
        return _whole(text)
    if prop.unit == "s":
        return seconds(text)
    return metres(text) if prop.unit == "m" else _number(text)


def _item(value: Any) -> str:
    if isinstance(value, float):
        short = f"{value:.10g}"
        return short if float(short) == value else repr(value)
    if isinstance(value, str) or not hasattr(value, "__len__"):
        return str(value)
    return "-".join(_item(float(part)) for part in value)


def _list(prop: Property, text: str) -> tuple[Any, ...]:
    if prop.type == "string[]":
        parts = re.split("[;\n]" if prop.name in _CALENDAR else "[,;\n]", text)
        texts = tuple(part.strip() for part in parts if part.strip())
        if prop.name in _CALENDAR:
            _CALENDAR[prop.name](texts)
        return texts
    if prop.type == "double2[]":
        return tuple(_window(part) for part in re.split("[,;\n]", text) if part.strip())
    one = _whole if prop.type == "int[]" else _number
    return tuple(one(part) for part in re.split(r"[,;\s]+", text) if part)


def _window(text: str) -> tuple[float, float]:
    """Return begin and end of "0-300" or "6 h-14 h", s."""
    parts = _DASH.split(text.strip())
    if len(parts) != 2 or not parts[0].strip() or not parts[1].strip():
        message = f"{text.strip()!r} does not say from when to when."
        raise FactoryTwinError(message, hint="Write windows such as 0-300, 600-900 (seconds), or 0 h-8 h.")
    begin, end = seconds(parts[0]), seconds(parts[1])
    if begin and parts[1].strip()[-1].isalpha() and not parts[0].strip()[-1].isalpha():
        message = f"In {text.strip()!r} only the end has a unit."
        raise FactoryTwinError(message, hint="Write the unit at both: 6 h-14 h.")
    if not begin < end:
        raise FactoryTwinError(f"{text.strip()!r} ends before it begins.", hint="Write the begin first: 0-300.")
    return begin, end


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise FactoryTwinError(f"{text!r} is no whole number.", hint="Write a number such as 3.") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise FactoryTwinError(f"{text!r} is no number.", hint="Write a number such as 1.5.") from None
