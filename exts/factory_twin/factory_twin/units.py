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
_LONGEST = 200  # characters


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
    try:
        values = [n * f for n, f in _terms(text, table)] if isinstance(text, str) else [float(text)]
        value = math.fsum(values) if all(map(math.isfinite, values)) else math.inf
    except OverflowError:
        value = math.inf
    except ValueError as error:
        raise FactoryTwinError(f"{str(text)[:_LONGEST]!r} is no {word}{error}.", hint=hint) from error
    if not math.isfinite(value):
        raise FactoryTwinError(f"{text!r} is not a finite {word}.", hint=hint)
    return value


def _terms(text: str, table: dict[str, float]) -> list[tuple[float, float]]:
    """Return (number, factor) of "1 h 30 min"; only a lone number may go without a unit, only the first may have a sign."""
    terms: list[tuple[float, float]] = []
    place = 0
    units: list[str] = []
    while place < len(text) and len(text) <= _LONGEST:
        match = _QUANTITY.match(text, place)
        if match is None or (terms and match[1][0] in "+-"):
            raise ValueError("")
        factor = table.get(match[2].lower()) if match[2] else 1.0
        if factor is None:
            raise ValueError(f": unknown unit {match[2]!r} (known: {', '.join(table)})")
        terms.append((float(match[1]), factor))
        units.append(match[2])
        place = match.end()
    if not terms or (len(terms) > 1 and "" in units):
        raise ValueError("")
    return terms


def duration_text(value: float) -> str:
    """Return a duration in s as short text for people: "42 s", "12.5 min", "8 h", "3 d"."""
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if abs(value) >= 2 * size:
            return f"{value / size:.4g} {unit}"
    return f"{value:.4g} s"
