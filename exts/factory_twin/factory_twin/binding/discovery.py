# SPDX-License-Identifier: Apache-2.0
"""What comes over the wire, bound or not: sources and names with sample values, and guesses where they belong."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ..formats.format import Reading
from ..plant import Plant
from .guess import Guess, quantities

_SHOWN, _LONGEST = 100, 1024
_SMOOTH = 0.2


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that comes again and again.

    Attributes:
        source: Topic or device.
        name: Pointer or metric name.
        value: The last one; a text is cut at 100 characters.
        unit: As sent.
        count: How often it came.
        rate: How often it comes, 1/s; 0 when it came once.
        last: Unix time it came last, s.
        good: Whether the source calls it good.
    """

    source: str
    name: str
    value: float | str | bool | None
    unit: str
    count: int
    rate: float
    last: float
    good: bool


class Suggestion(NamedTuple):
    """A prim and a quantity that a value may be of, with a score from 0 to 1."""

    prim: str
    quantity: str
    score: float


class Discovery:
    """Keeps what was seen; of more than `capacity` the one that came longest ago is forgotten.

    Args:
        plant: The plant, for suggestions; None: none are made.
        more: Further prim paths to suggest.
        capacity: Sources times names kept at most.

    Attributes:
        forgotten: How many were forgotten for want of room.
        refused: Readings with a name too long to be kept.
    """

    def __init__(self, plant: Plant | None = None, more: Iterable[str] = (), *, capacity: int = 5000) -> None:
        self.capacity = capacity
        self.forgotten = self.refused = 0
        self._seen: OrderedDict[tuple[str, str], _Row] = OrderedDict()
        self._guess = None if plant is None else Guess(plant, more)

    def __len__(self) -> int:
        return len(self._seen)

    def see(self, reading: Reading, wall: float) -> None:
        """Take down a reading that came at Unix time `wall` (s)."""
        key = reading.source, reading.name
        row = self._seen.get(key)
        if row is None:
            if len(reading.source) + len(reading.name) > _LONGEST:
                self.refused += 1
                return
            if len(self._seen) >= self.capacity:
                self._seen.popitem(last=False)
                self.forgotten += 1
            row = self._seen[key] = _Row()
        else:
            self._seen.move_to_end(key)
            gap = wall - row.last
            if gap > 0:
                row.gap = gap if row.gap == 0 else row.gap + _SMOOTH * (gap - row.gap)
        value = reading.value
        row.value = value[:_SHOWN] if isinstance(value, str) else value
        row.unit, row.good, row.last = reading.unit[:_SHOWN], reading.good, wall
        row.count += 1

    def rows(self, text: str = "", limit: int = 1000) -> list[Seen]:
        """Return what was seen, by source and name.

        Args:
            text: Words that source and name must hold, in any case.
            limit: How many at most.
        """
        words = text.lower().split()
        keys = sorted(k for k in self._seen if all(w in f"{k[0]} {k[1]}".lower() for w in words))
        return [self._row(k) for k in keys[:limit]]

    def suggest(self, source: str, name: str, most: int = 5) -> list[Suggestion]:
        """Return where a value may belong, best first."""
        if self._guess is None:
            return []
        row = self._seen.get((source, name), _Row())
        kinds = quantities(f"{source} {name}", row.unit, row.value)[:3] or [("state" if row.value is None else "", 0.0)]
        places = self._guess.prims(f"{source} {name}", most)
        found = [Suggestion(p, q, round(score * (0.4 + 0.6 * fit), 3)) for p, score in places for q, fit in kinds if q]
        return sorted(found, key=lambda s: -s.score)[:most]

    def _row(self, key: tuple[str, str]) -> Seen:
        row = self._seen[key]
        rate = 1.0 / row.gap if row.gap > 0 else 0.0
        return Seen(*key, row.value, row.unit, row.count, rate, row.last, row.good)


class _Row:
    __slots__ = ("count", "gap", "good", "last", "unit", "value")

    def __init__(self) -> None:
        self.value: float | str | bool | None = None
        self.unit, self.count, self.gap, self.last, self.good = "", 0, 0.0, 0.0, True
