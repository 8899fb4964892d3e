# SPDX-License-Identifier: Apache-2.0
"""The last value of every place and quantity, its age and how far it can be trusted.

Two clocks: `time` of a value is what its source says (Unix, s); it is shown and orders the values of a quantity. `arrival` is
our own monotonic clock (s) and alone decides staleness, so a source whose clock is wrong can't look alive or dead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from ..event import Event, Kind, State
from ..quantity import STATE
from ..sample import Sample

LISTED = 100
JUDGED = ("health", "alarm")
"""Quantities that we find ourselves; they don't show that a place is alive."""


class Quality(str, Enum):
    """How far a live value can be trusted; the words of `factoryTwin:state:quality`."""

    UNKNOWN = "unknown"  # nothing has come yet, or the source says that it is gone
    GOOD = "good"
    UNCERTAIN = "uncertain"  # an old value the broker kept; nothing new has come yet
    STALE = "stale"  # nothing new for longer than its `stale_after`
    BAD = "bad"  # its source says that it is no good


TRUSTED = (Quality.GOOD, Quality.UNCERTAIN)


class Verdict(Enum):
    """What became of a value; true when it is the last one now."""

    NEW = "new"  # taken
    KEPT = "kept"  # taken: a value the broker kept, uncertain
    SAME = "same"  # within the dead-band, or known to be unknown already: it shows that the source is alive
    LATE = "late"  # an event for the recorder, but something later is known
    DUPLICATE = "duplicate"  # the same value of the same instant is there already
    OLD = "old"  # a value the broker kept, and something newer is known
    NOWHERE = "nowhere"  # of no known place, or no value

    def __bool__(self) -> bool:
        return self in (Verdict.NEW, Verdict.KEPT)

    @property
    def counts(self) -> bool:
        """Whether the recorder is to have it: everything new, though it came late."""
        return self in (Verdict.NEW, Verdict.LATE)


class Value(NamedTuple):
    """The last value of one quantity.

    Attributes:
        name: Of the quantity or attribute.
        value: SI units (temperature in degC), a `State`, or a text; the last one known when it is known no more.
        quality: How far it can be trusted.
        time: Unix time it was so, s.
        age: Since it arrived, s.
    """

    name: str
    value: float | State | str
    quality: Quality
    time: float
    age: float


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of a place now, ready for a table.

    Attributes:
        place: Prim path.
        state: UNKNOWN when never told or not to be trusted.
        quality: Of the state where the place tells one, else of its newest value.
        parts: Parts finished, None when never told.
        wip: Parts here, None when never told.
        temperature: degC, None when never told.
        time: Unix time of the newest value, s; nan when none.
        age: Since the newest value arrived, s; inf when none.
        scrap: Parts scrapped, None when never told.
        vibration: m/s, None when never told.
        power: W, None when never told.
        health: "unknown", "good", "warning" or "alarm".
        alarm: Text of the alarm that matters most; empty: none.
    """

    place: str
    state: State
    quality: Quality
    parts: int | None
    wip: int | None
    temperature: float | None
    time: float
    age: float
    scrap: int | None = None
    vibration: float | None = None
    power: float | None = None
    health: str = "unknown"
    alarm: str = ""


class Last:
    """The last value of one quantity of one place, kept up to date."""

    __slots__ = ("arrival", "good", "known", "name", "place", "queued", "retained", "stale_after", "time", "told", "value")

    def __init__(self, place: Place, name: str) -> None:
        self.place, self.name = place, name
        self.value: float | State | str = 0.0
        self.time = self.arrival = 0.0
        self.stale_after = 10.0
        self.good = self.known = self.told = self.retained = self.queued = False

    def quality(self, now: float) -> Quality:
        """Return how far the value can be trusted at `now` (monotonic, s)."""
        if not self.known:
            return Quality.UNKNOWN
        if now > self.arrival + self.stale_after:
            return Quality.STALE
        if not self.good:
            return Quality.BAD
        return Quality.UNCERTAIN if self.retained else Quality.GOOD


class Place:
    """What is known of a place."""

    __slots__ = ("newest", "path", "state", "values")

    def __init__(self, path: str) -> None:
        self.path = path
        self.values: dict[str, Last] = {}
        self.state: Last | None = None
        self.newest: Last | None = None

    def leading(self) -> Last | None:
        """Return the value whose quality is that of the place."""
        return self.state or self.newest


class LiveState:
    """Last values of the known places.

    Args:
        places: Prim paths; values of others are counted in `unknown` and not taken.
        stale_after: Silence after which an event's value is stale, s; samples bring their own.

    Attributes:
        places: As given.
        taken: Values taken.
        late: Values older than the one known.
        duplicates: Values that were there already.
        unknown: Values not taken by place, for the first 100 places.
        unknown_events: Values not taken in all.
        changed: What changed since it was shown, in the order it changed; whoever shows it takes it out.
    """

    def __init__(self, places: Iterable[str], *, stale_after: float = 10.0) -> None:
        self.places = tuple(dict.fromkeys(places))
        self.stale_after = stale_after
        self.taken = self.unknown_events = self.late = self.duplicates = 0
        self.unknown: Counter[str] = Counter()
        self.changed: dict[Last, None] = {}
        self._places = {p: Place(p) for p in self.places}
        self._due: list[tuple[float, int, Last]] = []  # (monotonic time to look at it, ...), one entry for each value
        self._number = count()

    def feed(self, told: Sample | Event, arrival: float, *, retained: bool = False) -> Verdict:
        """Take a value that arrived at `arrival` (monotonic, s); return what became of it.

        Moves say nothing about a place's present state and are not taken; of a station's servers the last event counts.
        """
        sample = told if isinstance(told, Sample) else self._sample(told)
        if sample is None:
            return Verdict.NOWHERE
        path, name, value, time, good, by_source, fresh, stale_after = sample
        place = self._places.get(path)
        if place is None:
            self.unknown_events += 1
            if path in self.unknown or len(self.unknown) < LISTED:
                self.unknown[path] += 1
            return Verdict.NOWHERE
        last = place.values.get(name)
        if last is None:
            if value is None:
                return Verdict.NOWHERE
            last = place.values[name] = Last(place, name)
            if name == STATE:
                place.state = last
        elif value is None:
            return self._lose(last, good, retained)
        elif last.known:
            if not fresh:
                return Verdict.OLD if retained else self._refresh(last, arrival)
            if retained and not last.retained and not (by_source and last.told and time > last.time):
                return Verdict.OLD
            if by_source and last.told and not last.retained:
                if time < last.time:
                    self.late += 1
                    return Verdict.LATE
                if time == last.time and value == last.value and good == last.good:
                    self.duplicates += 1
                    return Verdict.DUPLICATE
        elif retained and not last.retained:
            return Verdict.OLD
        last.value, last.time, last.arrival, last.good = value, time, arrival, good
        last.told, last.retained, last.stale_after, last.known = by_source, retained, stale_after, True
        if name not in JUDGED:
            place.newest = last
        self.changed[last] = None
        self.taken += 1
        if not last.queued:
            last.queued = True
            heappush(self._due, (arrival + stale_after, next(self._number), last))
        return Verdict.KEPT if retained else Verdict.NEW

    def place(self, path: str) -> Place:
        """Return all that is known of a place; it is kept up to date."""
        return self._places[path]

    def value(self, place: str, name: str, now: float) -> Value | None:
        """Return the last value of a quantity at `now` (monotonic, s), or None."""
        known = self._places.get(place)
        last = None if known is None else known.values.get(name)
        return None if last is None else _value(last, now)

    def values(self, place: str, now: float) -> list[Value]:
        """Return the last values of a place at `now` (monotonic, s), in the order they first came."""
        known = self._places.get(place)
        return [] if known is None else [_value(last, now) for last in known.values.values()]

    def row(self, place: str, now: float) -> Row:
        """Return what is known of a place at `now` (monotonic, s)."""
        known = self._places[place]
        values, newest, leading = known.values, known.newest, known.leading()
        quality = Quality.UNKNOWN if leading is None else leading.quality(now)
        return Row(
            place=place,
            state=state_of(known, quality),
            quality=quality,
            parts=_count(values.get("parts")),
            wip=_count(values.get("wip")),
            temperature=_number(values.get("temperature")),
            time=float("nan") if newest is None else newest.time,
            age=float("inf") if newest is None else max(0.0, now - newest.arrival),
            scrap=_count(values.get("scrap")),
            vibration=_number(values.get("vibration")),
            power=_number(values.get("power")),
            health=_text(values.get("health"), now) or "unknown",
            alarm=_text(values.get("alarm"), now),
        )

    def rows(self, now: float) -> list[Row]:
        """Return one row per place, in the order given."""
        return [self.row(p, now) for p in self.places]

    def expire(self, now: float) -> None:
        """Put what went stale by `now` (monotonic, s) among what changed."""
        due = self._due
        while due and due[0][0] < now:
            _, _, last = heappop(due)
            end = last.arrival + last.stale_after
            if last.known and end >= now:
                heappush(due, (end, next(self._number), last))
                continue
            last.queued = False
            if last.known:
                self.changed[last] = None

    def change_all(self) -> None:
        """Put everything that was ever told among what changed."""
        self.changed.update(dict.fromkeys(last for p in self._places.values() for last in p.values.values()))

    def _sample(self, event: Event) -> Sample | None:
        if event.kind is Kind.MOVE:
            return None
        name, value = (STATE, event.state) if event.kind is Kind.STATE else (event.other, event.value)
        return Sample(event.place, name, value, event.time, told=False, stale_after=self.stale_after)

    def _lose(self, last: Last, good: bool, retained: bool) -> Verdict:
        """Take it that a value is no longer known, or is there but no good."""
        if retained:
            return Verdict.OLD
        known = last.known and not good
        if known == last.known and not last.good:
            return Verdict.SAME
        last.known, last.good = known, False
        self.changed[last] = None
        return Verdict.NEW

    def _refresh(self, last: Last, arrival: float) -> Verdict:
        last.arrival, last.retained = arrival, False
        self.changed[last] = None
        if not last.queued:
            last.queued = True
            heappush(self._due, (arrival + last.stale_after, next(self._number), last))
        return Verdict.SAME


def state_of(place: Place, quality: Quality) -> State:
    """Return the state to show for a place whose quality is given."""
    told = place.state
    if told is None or quality not in TRUSTED or not isinstance(told.value, State):
        return State.UNKNOWN
    return told.value


def _value(last: Last, now: float) -> Value:
    return Value(last.name, last.value, last.quality(now), last.time, max(0.0, now - last.arrival))


def _count(last: Last | None) -> int | None:
    return None if last is None or isinstance(last.value, str) else int(last.value)


def _number(last: Last | None) -> float | None:
    return None if last is None or isinstance(last.value, str) else float(last.value)


def _text(last: Last | None, now: float) -> str:
    return last.value if last is not None and isinstance(last.value, str) and last.quality(now) in TRUSTED else ""
