# SPDX-License-Identifier: Apache-2.0
"""Intervals per place: how long each state lasted, how many parts were there. Vectorised over the log's tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .event import State
from .log import Log

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STATES = len(State)


def sorted_by(keys: Ints) -> Ints:
    """Return the indices that sort whole numbers, equal ones in the order they have; fast where they are small."""
    if len(keys) and 0 <= int(np.min(keys)) and int(np.max(keys)) < 1 << 16:
        return np.argsort(keys.astype(np.uint16), kind="stable")  # numpy counts these instead of comparing
    return np.argsort(keys, kind="stable")


def in_time(rows: Floats) -> Floats:
    """Return the rows by time, equal times in the order they have; the very rows when they are so already."""
    times = rows[:, 0]
    return rows if (times[1:] >= times[:-1]).all() else rows[np.argsort(times, kind="stable")]


def state_intervals(log: Log) -> tuple[Floats, Ints, Ints, Ints]:
    """Return (begin and end in s, shape (n, 2); place; server; state) of every stay in a state, by place, server and time.

    A stay that is open when the log ends ends with it. Before its first entry nothing is known of a server.
    """
    rows = in_time(log.states.array())
    place, server = rows[:, 1].astype(np.int64), rows[:, 2].astype(np.int64)
    width = int(np.max(server)) + 1 if len(rows) else 1
    key = place * width + server
    order = sorted_by(key)
    rows, key = rows[order], key[order]
    end = np.full(len(rows), max(float(log.end), float(np.max(rows[:, 0])) if len(rows) else 0.0))
    if len(rows) > 1:
        same = key[1:] == key[:-1]
        end[:-1][same] = rows[1:, 0][same]
    return np.stack([rows[:, 0], end], axis=1), key // width, key % width, rows[:, 3].astype(np.int64)


def overlap(span: Floats, *, begin: float, end: float) -> Floats:
    """Return how much of each interval, shape (n, 2), lies within [begin, end], s."""
    return np.asarray(np.clip(np.minimum(span[:, 1], end) - np.maximum(span[:, 0], begin), 0.0, None))


def state_times(log: Log, *, begin: float, end: float) -> Floats:
    """Return the server-seconds per place and state within [begin, end], shape (places, states)."""
    span, place, _, state = state_intervals(log)
    return times_in(span, place, state, places=len(log.places), begin=begin, end=end)


def times_in(span: Floats, place: Ints, state: Ints, *, places: int, begin: float, end: float) -> Floats:
    """Return the seconds per place and state within [begin, end] of stays as `state_intervals` gives them."""
    flat = np.bincount(place * STATES + state, weights=overlap(span, begin=begin, end=end), minlength=places * STATES)
    return flat.reshape(places, STATES)


def steps(times: Floats, change: Floats, *, start: float = 0.0) -> tuple[Floats, Floats]:
    """Return (times in s, running sum from then on) with one step per instant, beginning with (0, `start`)."""
    moved = change != 0
    times, total = times[moved], start + np.cumsum(change[moved])
    last = np.append(times[1:] != times[:-1], True) if len(times) else np.zeros(0, bool)
    return np.concatenate([[0.0], times[last]]), np.concatenate([[start], total[last]])


def window(times: Floats, level: Floats, *, begin: float, end: float) -> tuple[float, float]:
    """Return (time average, maximum) of a step function within [begin, end]."""
    first = max(int(np.searchsorted(times, begin, side="right")) - 1, 0)
    inside = times[first:] < end if end > begin else times[first:] <= end
    t, y = times[first:][inside], level[first:][inside]
    if not len(t):
        return 0.0, 0.0
    edges = np.append(np.maximum(t, begin), end)
    length = np.diff(edges)
    return (float((y * length).sum() / (end - begin)) if end > begin else float(y[-1])), float(np.max(y))


def levels(times: Floats, place: Ints, change: Floats, start: Floats, *, begin: float, end: float) -> tuple[Floats, Floats]:
    """Return (time average, maximum) of the level of every place within [begin, end].

    What comes and goes at one instant was never there; the level from `end` on does not count.

    Args:
        times: s, ascending, shape (n,).
        place: Index of the place that each change is at, shape (n,).
        change: Parts more or less, shape (n,).
        start: Level before the first change, shape (places,).
        begin: s.
        end: s, after `begin`.
    """
    places = len(start)
    order = sorted_by(place)
    t, p, total = times[order], place[order], np.cumsum(change[order])
    bounds = np.searchsorted(p, np.arange(places + 1))
    level = total + (start - np.concatenate([[0.0], total])[bounds[:-1]])[p]
    some = bounds[1:] > bounds[:-1]
    until = np.append(t[1:], end)
    until[bounds[1:][some] - 1] = end
    length = np.clip(np.minimum(until, end) - np.maximum(t, begin), 0.0, None)
    area = np.bincount(p, weights=level * length, minlength=places)
    most = np.full(places, -np.inf)
    if some.any():
        most[some] = np.maximum.reduceat(np.where(length > 0, level, -np.inf), bounds[:-1][some])
    ahead = np.full(places, end)  # of the first change
    ahead[some] = np.clip(t[bounds[:-1][some]], begin, end)
    return (area + start * (ahead - begin)) / (end - begin), np.where(ahead > begin, np.maximum(most, start), most)
