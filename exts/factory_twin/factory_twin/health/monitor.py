# SPDX-License-Identifier: Apache-2.0
"""The monitor: takes every recorded value, keeps health and alarms of every place."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from dataclasses import dataclass

from ..event import Event, Kind, State
from ..plant import Plant
from ..plant.watch import Watch
from .alarm import Key, Priority
from .alarms import Alarms
from .chart import Scrap
from .drift import Drift
from .journal import Journal
from .level import Level
from .place import Place
from .rul import NEVER, Remaining, trend
from .settings import Settings
from .tag import Tag
from .words import all_silent, silent, text
from .words import scrap as scrap_words

UNKNOWN = "unknown"
_DRIFT = ("ewma", "cusum")
_TICK = 1.0
_FLOOD = 4
_TREND = 3 * 86400.0
_BEFORE = 1800.0
_SAVE_VERSION = 1


@dataclass(frozen=True, slots=True)
class Row:
    """Health of a place, ready for a table.

    Attributes:
        place: Prim path.
        health: "unknown", "good", "warning" or "alarm".
        alarm: Text of the alarm that matters most; empty: none.
        alarms: Open alarms.
        learning: Quantities of which it is not yet known what is normal.
        remaining: Useful life until the first limit is reached, s; None: no drift that leads there.
    """

    place: str
    health: str
    alarm: str = ""
    alarms: int = 0
    learning: int = 0
    remaining: Remaining | None = None


@dataclass(slots=True)
class Counters:
    """What the monitor left out.

    Attributes:
        unusable: Values or times that are no finite numbers.
        full: Values of quantities for which there was no room.
    """

    unusable: int = 0
    full: int = 0


class Monitor:
    """Watches the places of a plant.

    Args:
        plant: A plant, or prim paths; others are added as they are heard of.
        settings: Numbers.
        watches: What prims say (`Survey.watches`).
        folder: Folder in which alarms are kept over a restart; None: they are not.

    Attributes:
        alarms: List of alarms.
        counters: What was left out.
    """

    def __init__(self, plant: Plant | Iterable[str] = (), *, settings: Settings | None = None, watches: Iterable[Watch] = (),
                 folder: str | os.PathLike[str] | None = None) -> None:  # fmt: skip
        self._settings = settings or Settings()
        nodes = {n.path: n.name or n.path.rpartition("/")[2] for n in plant.nodes} if isinstance(plant, Plant) else {}
        self._names: dict[str, str] = nodes
        self._watches = {(w.path, w.quantity): w for w in watches}
        self._places: dict[str, Place] = {}
        self._tags: dict[str, dict[str, Tag]] = {}
        self._count = 0
        self._scrap: dict[str, Scrap] = {}
        self._saved: dict[str, dict[str, object]] = {}
        self.alarms = Alarms(Journal(folder) if folder is not None else None)
        self.counters = Counters()
        self._told: dict[str, tuple[str, str]] = {}
        self._dirty: set[str] = set()  # places whose health may have changed
        self._quiet: set[str] = set()
        self._seen = -1  # version of the alarms that was told
        self._next_tick = -math.inf
        for path in nodes or (() if isinstance(plant, Plant) else plant):
            self._place(path)

    # ---- what comes in
    def feed(self, event: Event) -> None:
        """Take a recorded event; never raises, whatever it holds."""
        time, kind, path, name, server, state, value = event
        if not -1e12 < time < 1e12:  # no number, or no time of ours
            self.counters.unusable += 1
            return
        if kind == Kind.VALUE:
            if value - value != 0.0:
                self.counters.unusable += 1
                return
            tags = self._tags.get(path)
            tag = None if tags is None else tags.get(name)
            if tag is None:
                tag = self._new_tag(path, name)
                if tag is None:
                    return
            place = tag.place
            if time >= place.silence.last:
                place.hear(time)
            tag.feed(time, value)
            if name == "parts" or name == "scrap":
                self._quality(time, path, name, value)
        elif kind == Kind.STATE:
            found = self._place(path)
            if found is not None and time >= found.since:
                if time >= found.silence.last:
                    found.hear(time)
                found.change(time, server, state)

    def hear(self, path: str, time: float) -> None:
        """Note that a place is alive though nothing of it was recorded: a value within its dead-band, for example.

        Args:
            path: Prim path.
            time: Unix time, s.
        """
        place = self._places.get(path)
        if place is not None and place.silence.last <= time < 1e12:
            place.hear(time)

    def _place(self, path: str) -> Place | None:
        place = self._places.get(path)
        if place is None:
            if len(self._places) >= self._settings.tags:
                self.counters.full += 1
                return None
            place = self._places[path] = Place(path, self._settings)
            self._tags[path] = {}
        return place

    def _new_tag(self, path: str, name: str) -> Tag | None:
        place = self._place(path)
        if place is None or self._count >= self._settings.tags:
            self.counters.full += 1
            return None
        self._count += 1
        self._dirty.add(path)
        tag = self._tags[path][name] = Tag(place, name, self._settings, self._watches.get((path, name)), self._report)
        saved = self._saved.pop(f"{path} {name}", None)
        if saved is not None and tag.drift is not None:
            tag.drift.load(saved)
        return tag

    def _quality(self, time: float, path: str, name: str, value: float) -> None:
        chart = self._scrap.get(path)
        if name == "scrap":
            if chart is None:
                chart = self._scrap[path] = Scrap(self._settings.lot, self._settings.chance)
            chart.scrap(value)
        elif chart is not None and chart.feed(time, value):
            self._dirty.add(path)
            key = Key(path, "scrap", "scrap")
            if chart.level:
                priority = Priority.HIGH if chart.level == 2 else Priority.MEDIUM
                self.alarms.raise_(time, key, priority, scrap_words(self.name(path), chart.value, chart.normal))
            else:
                self.alarms.clear(time, key)

    def _report(self, tag: Tag, detector: str, time: float, level: int) -> None:
        if detector in _DRIFT and tag.drift is not None:
            detector, level = "drift", max(tag.drift.ewma, tag.drift.cusum)
        self._dirty.add(tag.place.path)
        key = Key(tag.place.path, tag.quantity, detector)
        if not level:
            self.alarms.clear(time, key)
            return
        priority = Priority.HIGH if level == 2 else Priority.LOW if detector in ("stuck", "spikes") else Priority.MEDIUM
        self.alarms.raise_(time, key, priority, text(tag, detector, level, self.name(tag.place.path)))

    # ---- by the clock
    def tick(self, now: float) -> None:
        """Look for what has fallen silent; call it often, it does its work once a second.

        Args:
            now: Unix time, s.
        """
        if not math.isfinite(now) or self._next_tick - 10 < now < self._next_tick:
            return
        self._next_tick = now + _TICK
        self.alarms.tick(now)
        for path, place in self._places.items():
            self._listen(path, place, now)
        self._tell_silence(now)
        self._settle_old(now)

    def _listen(self, path: str, place: Place, now: float) -> None:
        silence = place.silence
        quiet = now - silence.last
        if (quiet > silence.limit and place.state is not State.OFF) != (path in self._quiet):
            self._quiet ^= {path}
            self._dirty.add(path)
        if quiet <= silence.limit:
            self.alarms.clear(now, Key(path, "", "silence"))

    def _tell_silence(self, now: float) -> None:
        """Raise an alarm for each place that fell silent; when half of all did, one alarm for all of them."""
        missed = [p for path in self._quiet if (p := self._places[path]).silence.ready]
        heard = sum(place.silence.ready for place in self._places.values())
        everywhere = Key("", "", "silence")
        if len(missed) >= max(_FLOOD, heard / 2):
            shortest = min(now - place.silence.last for place in missed)
            self._raise_once(now, everywhere, Priority.HIGH, all_silent(len(missed), heard, shortest))
            return
        self.alarms.clear(now, everywhere)
        for place in missed:
            words = silent(self.name(place.path), now - place.silence.last)
            self._raise_once(now, Key(place.path, "", "silence"), Priority.MEDIUM, words)

    def _raise_once(self, now: float, key: Key, priority: Priority, words: str) -> None:
        alarm = self.alarms.get(key)
        if alarm is None or not alarm.active:
            self.alarms.raise_(now, key, priority, words)

    def _settle_old(self, now: float) -> None:
        """Let alarms of a run before ours return once their detector knows better."""
        for alarm in self.alarms.list():
            if alarm.active and alarm.key.detector != "silence" and self._is_over(alarm.key):
                self.alarms.clear(now, alarm.key)

    def _is_over(self, key: Key) -> bool:
        if key.detector == "scrap":
            chart = self._scrap.get(key.place)
            return chart is not None and chart.ready and chart.level == 0 and chart.value == chart.value
        tag = self._tags.get(key.place, {}).get(key.quantity)
        if tag is None or tag.last == -math.inf:
            return False
        if key.detector == "drift":
            drift = tag.drift
            return drift is None or (drift.ready and drift.value == drift.value and max(drift.ewma, drift.cusum) == 0)
        one = {"limit": tag.limits, "zone": tag.zones, "stuck": tag.stuck, "spikes": tag.spikes, "chart": tag.chart,
               "target": tag.off_target}.get(key.detector)  # fmt: skip
        return one is None or one.level == 0

    # ---- what it knows
    def name(self, path: str) -> str:
        """Return the name of a place for people."""
        return self._names.get(path) or path.rpartition("/")[2] or path

    def health(self, path: str, now: float) -> str:
        """Return "unknown", "good", "warning" or "alarm"; unknown: nothing was heard, or not for long."""
        place, tags = self._places.get(path), self._tags.get(path)
        if place is None or not tags or place.silence.last == -math.inf:
            return UNKNOWN
        if now - place.silence.last > place.silence.limit and place.state is not State.OFF:
            return UNKNOWN
        worst = max(tag.level() for tag in tags.values())
        chart = self._scrap.get(path)
        return Level(max(worst, chart.level if chart else 0)).word

    def rows(self, now: float) -> tuple[Row, ...]:
        """Return the health of all places at a Unix time, those of the plant first."""
        by_place: dict[str, list[str]] = {}
        for alarm in self.alarms.list(now):
            if alarm.active:
                by_place.setdefault(alarm.key.place, []).append(alarm.text)
        out = []
        for path, tags in self._tags.items():
            texts = by_place.get(path, [])
            learning = sum(tag.drift is not None and not tag.drift.ready for tag in tags.values())
            remaining = min(
                (r for tag in tags.values() if (r := self.remaining(tag)) is not None), key=lambda r: r.middle, default=None
            )
            out.append(Row(path, self.health(path, now), texts[0] if texts else "", len(texts), learning, remaining))
        return tuple(out)

    def changes(self, now: float) -> list[tuple[str, str, str]]:
        """Return (place, health, text of its worst alarm) of the places where that changed since the last call."""
        if not self._dirty and self._seen == self.alarms.version:
            return []
        self._seen = self.alarms.version
        texts: dict[str, str] = {}
        for alarm in self.alarms.list(now):
            if alarm.active:
                texts.setdefault(alarm.key.place, alarm.text)
        dirty, self._dirty = self._dirty, set()
        dirty.update(texts, (path for path, told in self._told.items() if told[1]))
        out = []
        for path in sorted(dirty & self._tags.keys()):
            new = self.health(path, now), texts.get(path, "")
            if self._told.get(path, (UNKNOWN, "")) != new:
                self._told[path] = new
                out.append((path, *new))
        return out

    def tags(self, path: str) -> dict[str, Tag]:
        """Return the quantities of a place with their detectors, by name; for charts of trends."""
        return dict(self._tags.get(path, {}))

    def remaining(self, tag: Tag) -> Remaining | None:
        """Return the useful life until a drifting quantity reaches its limit; None: it does not drift, or has no limit."""
        drift, limit = tag.drift, _end(tag)
        if drift is None or tag.trace is None or not (drift.ewma or drift.cusum) or limit is None:
            return None
        times, values = tag.trace.since(max(drift.onset - _BEFORE, tag.last - _TREND))
        if tag.usual.slow:
            values = values + (drift.value - float(values[-1]) if len(values) else 0.0)
        if len(times) < 8 or times[-1] <= times[0]:
            return None
        exponential = tag.quantity == "vibration" and bool((values > 0).all()) and limit > 0
        found = trend(times, values, limit, exponential=exponential)
        return None if found == NEVER else found

    # ---- over a restart
    def save(self) -> bytes:
        """Return what was learnt, as JSON; for `load` of the next run."""
        learnt = {f"{path} {name}": saved for path, tags in self._tags.items() for name, tag in tags.items()
                  if tag.drift is not None and (saved := tag.drift.save()) is not None}  # fmt: skip
        return json.dumps({"version": _SAVE_VERSION, "learnt": {**self._saved, **learnt}}).encode()

    def load(self, saved: bytes) -> None:
        """Take what `save` gave; what is of no use is ignored and learnt anew."""
        try:
            learnt = json.loads(saved)["learnt"]
            self._saved = {str(k): dict(v) for k, v in list(learnt.items())[: self._settings.tags]}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return
        for path, tags in self._tags.items():
            for name, tag in tags.items():
                one = self._saved.pop(f"{path} {name}", None)
                if one is not None and tag.drift is not None:
                    tag.drift.load(one)

    def relearn(self, path: str, quantity: str = "") -> None:
        """Learn anew what is normal of a place, after an overhaul for example; `quantity` empty: all of them."""
        for name, tag in self._tags.get(path, {}).items():
            if not quantity or name == quantity:
                if isinstance(tag.drift, Drift):
                    tag.drift.forget()
                if tag.chart is not None:
                    tag.chart.forget()
                self._dirty.add(path)


def _end(tag: Tag) -> float | None:
    """Return the limit that a drift leads to."""
    if tag.drift is None:
        return None
    up = tag.drift.value >= tag.drift.normal
    if tag.zones is not None and up:
        return tag.zones._highs[1]
    watch = tag.watch
    if watch is None:
        return None
    if watch.tolerance > 0 and watch.target == watch.target:
        return watch.target + (watch.tolerance if up else -watch.tolerance)
    ends = (watch.alarm, watch.warning) if up else (watch.low_alarm, watch.low_warning)
    return next((e for e in ends if math.isfinite(e)), None)
