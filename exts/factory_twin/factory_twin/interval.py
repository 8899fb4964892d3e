# SPDX-License-Identifier: Apache-2.0
"""Intervals per place: how long each state lasted, how many parts were there. Vectorised over the log's tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .event import State
from .log import Log

Floats = NDArray[np.float64]
STATES = len(State)


def state_intervals(log: Log) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return (begin and end in s, shape (n, 2); place; server; state) of every stay in a state, by place, server and time."""
    rows = log.states.array()
    order = np.lexsort((rows[:, 0], rows[:, 2], rows[:, 1]))
    rows = rows[order]
    key = rows[:, 1:3]
    end = np.full(len(rows), max(float(log.end), float(np.max(rows[:, 0])) if len(rows) else 0.0))
    if len(rows) > 1:
        same = (key[1:] == key[:-1]).all(axis=1)
        end[:-1][same] = rows[1:, 0][same]
    span = np.stack([rows[:, 0], end], axis=1)
    return span, rows[:, 1].astype(np.int64), rows[:, 2].astype(np.int64), rows[:, 3].astype(np.int64)


def state_times(log: Log, *, begin: float, end: float) -> Floats:
    """Return the server-seconds per place and state within [begin, end], shape (places, states)."""
    span, place, _, state = state_intervals(log)
    length = np.clip(np.minimum(span[:, 1], end) - np.maximum(span[:, 0], begin), 0.0, None)
    flat = np.bincount(place * STATES + state, weights=length, minlength=len(log.places) * STATES)
    return flat.reshape(len(log.places), STATES)


def level_steps(log: Log, place: int) -> tuple[Floats, Floats]:
    """Return (times in s, parts there from then on) of a place, one step per instant, starting with (0, 0)."""
    rows = log.moves.array()
    enter, leave = rows[:, 2] == place, rows[:, 1] == place
    return steps(rows[:, 0], enter.astype(float) - leave.astype(float))


def steps(times: Floats, change: Floats) -> tuple[Floats, Floats]:
    """Return (times in s, running sum from then on) with one step per instant, starting with (0, 0)."""
    moved = change != 0
    times, total = times[moved], np.cumsum(change[moved])
    last = np.append(times[1:] != times[:-1], True) if len(times) else np.zeros(0, bool)
    return np.concatenate([[0.0], times[last]]), np.concatenate([[0.0], total[last]])


def window(times: Floats, level: Floats, *, begin: float, end: float) -> tuple[float, float]:
    """Return (time average, maximum) of a step function within [begin, end]."""
    first = max(int(np.searchsorted(times, begin, side="right")) - 1, 0)
    inside = times[first:] < end if end > begin else times[first:] <= end
    t, y = times[first:][inside], level[first:][inside]
    if not len(t):
        return 0.0, 0.0
    edges = np.append(np.maximum(t, begin), end)
    length = np.diff(edges)
    return (float((y * length).sum() / (end - begin)) if end > begin else float(y[-1])), max(y.tolist())
