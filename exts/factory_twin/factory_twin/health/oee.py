# SPDX-License-Identifier: Apache-2.0
"""OEE of the last hours, live: events become time elements and counts of ISO 22400-2, for the same code as a simulation's."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping

from ..event import Event, Kind, State
from ..kpi import Counts, Iso22400, TimeElements, indicators
from ..kpi.plan import planned_time
from ..plant import CONSUMED, SCRAP, Plant, Station

HOUR = 3600.0
_DELAY = (State.BLOCKED, State.WAITING, State.DOWN)
_IDLE = (State.STARVED, State.IDLE)
_SERVERS = 256
_ROWS = 200_000
_STATES = len(State)


class _Stays:
    """Time in each state of one server, within a window that moves on."""

    __slots__ = ("past", "since", "state", "times")

    def __init__(self) -> None:
        self.state, self.since = State.UNKNOWN, math.nan
        self.past: deque[tuple[float, float, int]] = deque(maxlen=_ROWS)
        self.times = [0.0] * _STATES  # of `past`

    def change(self, time: float, state: State) -> None:
        if time < self.since:
            return
        if self.since == self.since and time > self.since:
            if len(self.past) == _ROWS:
                begin, end, old = self.past[0]
                self.times[old] -= end - begin
            self.past.append((self.since, time, int(self.state)))
            self.times[self.state] += time - self.since
        self.state, self.since = state, time

    def within(self, begin: float, end: float) -> list[float]:
        past, times = self.past, self.times
        while past and past[0][1] <= begin:
            first, last, state = past.popleft()
            times[state] -= last - first
        if not past:
            times[:] = [0.0] * _STATES  # no rounding error lives on
        found = list(times)
        if past and past[0][0] < begin:
            found[past[0][2]] -= begin - past[0][0]
        if self.since == self.since and end > self.since:
            found[self.state] += end - max(self.since, begin)
        return found


class _Counter:
    """What a counter counted within a window that moves on; through resets."""

    __slots__ = ("last", "rows", "total")

    def __init__(self) -> None:
        self.last = math.nan
        self.rows: deque[tuple[float, float]] = deque(maxlen=_ROWS)
        self.total = 0.0

    def feed(self, time: float, count: float, *, counts: bool) -> None:
        more = count - self.last if count >= self.last else count
        if counts and self.last == self.last and more > 0:
            self.add(time, more)
        self.last = count

    def add(self, time: float, more: float) -> None:
        if len(self.rows) == _ROWS:
            self.total -= self.rows[0][1]
        self.rows.append((time, more))
        self.total += more

    def within(self, begin: float) -> float:
        rows = self.rows
        while rows and rows[0][0] <= begin:
            self.total -= rows.popleft()[1]
        return self.total


class LiveOee:
    """Indicators of the stations of a plant over the last hours.

    Takes recorded events: states, and the counters `parts` (good and scrap) and `scrap`, or moves of parts. A station that
    tells both would count twice: feed one of them. Counters say nothing of rework.

    Args:
        plant: The plant; it says what a part should take.
        window: How far back it looks, s.
    """

    def __init__(self, plant: Plant, *, window: float = 8 * HOUR) -> None:
        self.window = window
        self._stations = {n.path: n for n in plant.of(Station) if isinstance(n, Station)}
        self._ideal = {path: planned_time(station, None) for path, station in self._stations.items()}
        self._stays: dict[str, dict[int, _Stays]] = {path: {} for path in self._stations}
        self._parts = {path: _Counter() for path in self._stations}
        self._scrap = {path: _Counter() for path in self._stations}
        self._rework = {path: _Counter() for path in self._stations}
        self._known: set[str] = set()  # stations whose state was known at their last count: else parts would have no time
        self._first = math.inf

    def feed(self, event: Event) -> None:
        """Take an event (Unix time); those of other places and quantities are left out."""
        time, kind, path, other, number, state, value = event
        stays = self._stays.get(path)
        if stays is None or not math.isfinite(time):
            return
        if kind == Kind.STATE:
            server = stays.get(number)
            if server is None:
                if len(stays) >= _SERVERS:
                    return
                server = stays[number] = _Stays()
            server.change(time, state)
            self._first = min(self._first, time)
        elif kind == Kind.VALUE and math.isfinite(value) and other in ("parts", "scrap"):
            known = any(s.state is not State.UNKNOWN for s in stays.values())
            counter = self._parts[path] if other == "parts" else self._scrap[path]
            counter.feed(time, value, counts=known and path in self._known)
            if known and other == "parts":
                self._known.add(path)
            elif not known:
                self._known.discard(path)
        elif kind == Kind.MOVE:
            self._move(time, path, other)

    def _move(self, time: float, path: str, to: str) -> None:
        if to == CONSUMED.path:
            return
        self._parts[path].add(time, 1.0)
        if to == SCRAP.path:
            self._scrap[path].add(time, 1.0)
        elif to and to == self._stations[path].rework:
            self._rework[path].add(time, 1.0)

    def at(self, now: float) -> Mapping[str, Iso22400]:
        """Return the indicators of every station over the window that ends at `now` (Unix s), by prim path.

        A window that began before the first event begins with it.
        """
        begin = max(now - self.window, self._first)
        if not begin < now:
            return {path: Iso22400() for path in self._stations}
        return {path: self._one(path, station, begin, now) for path, station in self._stations.items()}

    def _one(self, path: str, station: Station, begin: float, now: float) -> Iso22400:
        times = [0.0] * _STATES
        servers = self._stays[path]
        for stays in servers.values():
            for k, t in enumerate(stays.within(begin, now)):
                times[k] += t
        whole = (now - begin) * max(1, station.servers, len(servers))
        delay, idle = math.fsum(times[s] for s in _DELAY), math.fsum(times[s] for s in _IDLE)
        busy, setup, planned = times[State.BUSY], times[State.SETUP], times[State.MAINTENANCE]
        elements = TimeElements(apt=busy, aust=setup, adet=delay, adot=idle, planned_down=planned,
                                not_scheduled=max(0.0, whole - busy - setup - delay - idle - planned))  # fmt: skip
        parts = self._parts[path].within(begin)
        scrap = min(parts, self._scrap[path].within(begin))
        rework = self._rework[path].within(begin)
        counts = Counts(pq=parts, gq=parts - scrap - rework, sq=scrap, rq=rework)
        return indicators(elements, counts, pri=self._ideal[path] if parts else math.nan)
