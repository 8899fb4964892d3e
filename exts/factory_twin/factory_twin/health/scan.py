# SPDX-License-Identifier: Apache-2.0
"""The detectors over a long recording at once: what the monitor finds value by value, in a fraction of the time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..event import State
from ..plant.watch import Watch
from .bins import averages
from .chart import Scrap
from .limits import Limits
from .place import BLIND, HOLE, Place
from .settings import Settings, usual
from .silence import LEARN
from .tag import Tag

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Raise(NamedTuple):
    """A detector that begins to warn.

    Attributes:
        time: s.
        quantity: Of the place; empty: the place itself.
        detector: "limit", "zone", "ewma", "cusum", "stuck", "spikes", "chart", "scrap", "silence".
    """

    time: float
    quantity: str
    detector: str


def scan(data: Mapping[str, NDArray[Any]], settings: Settings | None = None, watches: tuple[Watch, ...] = ()) -> list[Raise]:
    """Return when detectors begin to warn, by time.

    Args:
        data: As `signals.generate` gives it: time, state, measured quantities by time (nan: nothing came), parts and scrap;
            part_time and diameter.
        settings: Numbers.
        watches: For its quantities, whatever their path.
    """
    settings = settings or Settings()
    by = {w.quantity: w for w in watches}
    times = np.asarray(data["time"], float)
    came = data["state"] > 0
    times, codes = times[came], np.asarray(data["state"], np.int64)[came]
    new = np.concatenate([[True], codes[1:] != codes[:-1]]) if len(codes) else np.zeros(0, bool)
    changes, states = times[new], codes[new]
    out: list[Raise] = []
    for name in ("temperature", "vibration", "power"):
        if name in data:
            values = np.asarray(data[name], float)[came]
            good = np.isfinite(values)
            out += _tag(name, times[good], values[good], changes, states, settings, by.get(name))
    if "diameter" in data:
        out += _tag("diameter", np.asarray(data["part_time"], float), np.asarray(data["diameter"], float), changes, states,
                    settings, by.get("diameter"))  # fmt: skip
    if "parts" in data:
        out += _scrap(times, data["parts"][came], data["scrap"][came], settings)
    return sorted(out + _silence(times, codes, settings))


def _tag(
    name: str, times: Floats, values: Floats, changes: Floats, states: Ints, settings: Settings, watch: Watch | None
) -> list[Raise]:
    out: list[Raise] = []
    active: dict[str, int] = {}

    def report(tag: Tag, detector: str, time: float, level: int) -> None:
        if level and not active.get(detector):
            out.append(Raise(time, tag.quantity, detector))
        active[detector] = level

    place = Place("/", settings)
    tag = Tag(place, name, settings, watch, report)
    row = np.searchsorted(changes, times, side="right") - 1
    known = row >= 0
    state = np.where(known, states[row], 0) if len(states) else np.zeros(len(times), np.int64)
    since = np.where(known, changes[row], np.inf) if len(states) else np.full(len(times), np.inf)
    works = ~known | ((state == int(State.BUSY)) & (times - since >= settings.settle))
    limited = works | (usual(name).always or usual(name).pieces)
    for detector, one in (("limit", tag.limits), ("zone", tag.zones)):
        if one is not None:
            _limits(one, times[limited], values[limited], detector, tag)
    at, seen = times[works], values[works]
    if tag.stuck is not None:
        out += [Raise(t, name, "stuck") for t in tag.stuck.scan(at, seen)]
    if tag.spikes is not None:
        out += [Raise(t, name, "spikes") for t in tag.spikes.scan(at, seen)]
    if tag.chart is not None:
        for time, value in zip(times.tolist(), values.tolist()):
            tag.part(time, value)
    slow, pieces = usual(name).slow, tag.chart is not None
    rows = np.ones(len(times), bool) if slow or pieces else works
    found = averages(times[rows], values[rows], settings.bin)
    if slow:
        _warm(tag, times, found, changes, states, settings)
        return out
    for average in found[:-1]:
        tag.average(average)
    return out


def _limits(one: Limits, times: Floats, values: Floats, detector: str, tag: Tag) -> None:
    for k in one.which(values).tolist():
        if one.feed(float(times[k]), float(values[k])):
            tag._report(tag, detector, float(times[k]), one.level)


def _warm(tag: Tag, times: Floats, found: list[Any], changes: Floats, states: Ints, settings: Settings) -> None:
    """Go through changes of state and averages in order of time, as the monitor does."""
    place, next_change = tag.place, 0
    holes = _holes(times, settings)
    next_hole = 0
    begins = np.array([a.stretch * settings.bin for a in found[1:]], float)
    heads = np.asarray(np.searchsorted(times, begins), np.int64)
    for average, closing in zip(found[:-1], times[heads].tolist()):
        while next_change < len(changes) and changes[next_change] <= closing:
            place.change(float(changes[next_change]), 0, State(int(states[next_change])))
            next_change += 1
        while next_hole < len(holes) and holes[next_hole][0] <= closing:
            place.blind = max(place.blind, holes[next_hole][1])
            next_hole += 1
        place.load.advance(closing, place.state or State.UNKNOWN)
        tag.average(average)


def _holes(times: Floats, settings: Settings) -> list[tuple[float, float]]:
    """Return (time, until when warmth can't be foreseen) of the ends of long silences."""
    waits = np.diff(times)
    limit = _usual(times, settings)
    rows = np.flatnonzero((waits > HOLE) & (waits > limit))
    return [(float(times[k + 1]), float(times[k + 1]) + BLIND) for k in rows.tolist()]


def _usual(times: Floats, settings: Settings) -> float:
    waits = np.diff(times[:LEARN])
    return max(settings.silence, min(settings.silence_factor * float(np.max(waits, initial=0.0)), 86400.0))


def _silence(times: Floats, codes: Ints, settings: Settings) -> list[Raise]:
    if len(times) <= LEARN:
        return []
    limit, waits = _usual(times, settings), np.diff(times)
    rows = np.flatnonzero((waits > limit) & (codes[:-1] != int(State.OFF)))
    return [Raise(float(times[k]) + limit, "", "silence") for k in rows.tolist() if k >= LEARN - 1]


def _scrap(times: Floats, parts: NDArray[Any], scrap: NDArray[Any], settings: Settings) -> list[Raise]:
    chart, out, active = Scrap(settings.lot, settings.chance), [], 0
    rows = np.flatnonzero(np.diff(parts, prepend=-1) != 0)
    for k in rows.tolist():
        chart.scrap(float(scrap[k]))
        if chart.feed(float(times[k]), float(parts[k])):
            if chart.level and not active:
                out.append(Raise(float(times[k]), "scrap", "scrap"))
            active = chart.level
    return out
