# SPDX-License-Identifier: Apache-2.0
"""Units at the border: text such as "2.5 min" to SI and back. Inside the core there are SI numbers only."""

from __future__ import annotations

import math
import re

from .errors import FactoryTwinError

SECONDS = {
    "ms": 1e-3, "s": 1.0, "sec": 1.0, "min": 60.0, "h": 3600.0, "hr": 3600.0,
    "d": 86400.0, "day": 86400.0, "days": 86400.0, "week": 604800.0, "weeks": 604800.0,
}  # fmt: skip
METRES = {"mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3, "in": 0.0254, "ft": 0.3048}

_QUANTITY = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z]*)\s*")
_DURATION = re.compile(r"(?:%s)+" % _QUANTITY.pattern)


def seconds(text: str | float) -> float:
    """Return the duration in s: a number is seconds, text may carry units ("90", "1.5 h", "1 h 30 min").

    Raises:
        FactoryTwinError: The text is no duration.
    """
    return _quantity(text, SECONDS, "duration", '"8 h", "30 min" or "90 s"')


def metres(text: str | float) -> float:
    """Return the length in m: a number is metres, text may carry units ("250 mm")."""
    return _quantity(text, METRES, "length", '"2.5 m" or "250 mm"')


def _quantity(text: str | float, table: dict[str, float], word: str, example: str) -> float:
    hint = f"Write a {word} such as {example}."
    if not isinstance(text, str):
        value = float(text)
    else:
        if not text.strip() or not _DURATION.fullmatch(text):
            raise FactoryTwinError(f"{text!r} is no {word}.", hint=hint)
        value = 0.0
        for number, unit in _QUANTITY.findall(text):
            factor = table.get(unit.lower(), table.get(unit)) if unit else 1.0
            if factor is None:
                raise FactoryTwinError(f"{text!r} has an unknown unit {unit!r}.", hint=f"Known: {', '.join(table)}.")
            value += float(number) * factor
    if not math.isfinite(value):
        raise FactoryTwinError(f"{text!r} is not a finite {word}.", hint=hint)
    return value


def duration_text(value: float) -> str:
    """Return a duration in s as short text for people: "42 s", "12.5 min", "8 h", "3 d"."""
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if abs(value) >= 2 * size:
            return f"{value / size:.4g} {unit}"
    return f"{value:.4g} s"
