# SPDX-License-Identifier: Apache-2.0
"""The last value of every place and signal, its age and how far it can be trusted.

Two clocks: `time` of a reading is what its source says (Unix, s) and is only shown; `arrival` is our own monotonic clock (s)
and alone decides staleness, so a source whose clock is wrong can't look alive or dead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ..event import Event, Kind, State

STATE = "state"
LISTED = 100


class Quality(str, Enum):
    """How far a live value can be trusted; the words of `factoryTwin:state:quality`."""

    UNKNOWN = "unknown"  # nothing has come yet
    GOOD = "good"
    UNCERTAIN = "uncertain"  # an old value the broker kept; nothing new has come yet
    STALE = "stale"  # nothing new for longer than `stale_after`


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one signal.

    Attributes:
        value: Number in SI units (temperature in degC); for "state" the `State` as a number.
        time: Unix time the source gave, s.
        arrival: Monotonic time it arrived, s.
        retained: Whether it is an old value the broker kept.
    """

    value: float
    time: float
    arrival: float
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of a place now, ready for a table.

    Attributes:
        place: Prim path.
        state: UNKNOWN when never told or stale.
        quality: Of the state where the place tells one, else of its newest value.
        parts: Parts finished, None when never told.
        wip: Parts here, None when never told.
        temperature: degC, None when never told.
        time: Unix time of the newest value, s; nan when none.
        age: Since the newest value arrived, s; inf when none.
    """

    place: str
    state: State
    quality: Quality
    parts: int | None
    wip: int | None
    temperature: float | None
    time: float
    age: float


class LiveState:
    """Last values of the known places.

    Args:
        places: Prim paths; events about others are counted in `unknown` and not taken.
        stale_after: Silence after which a value is stale, s.

    Attributes:
        places: As given.
        taken: Events taken.
        unknown: Events not taken by place, for the first 100 places.
        unknown_events: Events not taken in all.
    """

    def __init__(self, places: Iterable[str], *, stale_after: float = 10.0) -> None:
        self.places = tuple(places)
        self.stale_after = stale_after
        self.taken = self.unknown_events = 0
        self.unknown: Counter[str] = Counter()
        self._readings: dict[str, dict[str, Reading]] = {p: {} for p in self.places}
        self._changed: set[str] = set()
        self._fresh: dict[str, float] = {}  # place -> arrival that decides its quality, oldest first

    def feed(self, event: Event, arrival: float, *, retained: bool = False) -> bool:
        """Take a STATE or VALUE event that arrived at `arrival` (monotonic, s); return whether it was taken.

        Moves say nothing about a place's present state and are not taken; of a station's servers the last event counts.
        """
        readings = self._readings.get(event.place)
        if readings is None:
            self.unknown_events += 1
            if event.place in self.unknown or len(self.unknown) < LISTED:
                self.unknown[event.place] += 1
            return False
        if event.kind is Kind.MOVE:
            return False
        name, value = (STATE, float(event.state)) if event.kind is Kind.STATE else (event.other, event.value)
        last = readings.get(name)
        if retained and last is not None and not last.retained:
            return False  # something newer is known
        readings[name] = Reading(value, event.time, arrival, retained)
        self._changed.add(event.place)
        if name == STATE or STATE not in readings:
            self._fresh.pop(event.place, None)
            self._fresh[event.place] = arrival
        self.taken += 1
        return True

    def reading(self, place: str, name: str) -> Reading | None:
        """Return the last value of a signal ("state", "parts", "wip", "temperature"), or None."""
        return self._readings.get(place, {}).get(name)

    def quality(self, reading: Reading | None, now: float) -> Quality:
        """Return how far a reading can be trusted at `now` (monotonic, s)."""
        if reading is None:
            return Quality.UNKNOWN
        if now - reading.arrival > self.stale_after:
            return Quality.STALE
        return Quality.UNCERTAIN if reading.retained else Quality.GOOD

    def row(self, place: str, now: float) -> Row:
        """Return what is known of a place at `now` (monotonic, s)."""
        readings = self._readings[place]
        newest = max(readings.values(), key=lambda r: r.arrival, default=None)
        told = readings.get(STATE)
        quality = self.quality(told or newest, now)
        temperature = readings.get("temperature")
        fresh = told is not None and quality is not Quality.STALE
        return Row(
            place=place,
            state=State(int(told.value)) if told is not None and fresh else State.UNKNOWN,
            quality=quality,
            parts=_count(readings.get("parts")),
            wip=_count(readings.get("wip")),
            temperature=None if temperature is None else temperature.value,
            time=float("nan") if newest is None else newest.time,
            age=float("inf") if newest is None else max(0.0, now - newest.arrival),
        )

    def rows(self, now: float) -> list[Row]:
        """Return one row per place, in the order given."""
        return [self.row(p, now) for p in self.places]

    def take_changed(self, now: float) -> set[str]:
        """Return the places that changed, or went stale by `now` (monotonic, s), since the last call."""
        changed, self._changed = self._changed, set()
        while self._fresh:
            place, arrival = next(iter(self._fresh.items()))
            if now - arrival <= self.stale_after:
                break
            del self._fresh[place]
            changed.add(place)
        return changed

    def change_all(self) -> None:
        """Make the next `take_changed` return every place that told anything."""
        self._changed.update(p for p, readings in self._readings.items() if readings)


def _count(reading: Reading | None) -> int | None:
    return None if reading is None else int(reading.value)
