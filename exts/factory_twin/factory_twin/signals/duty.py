# SPDX-License-Identifier: Apache-2.0
"""A made-up life of a machine: work, waits, failures, shifts; for tests of what reads signals, where no simulator is needed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..event import State
from .fault import Floats
from .stream import stream

Ints = NDArray[np.int64]
WEEK = 7 * 86400.0


def duty(duration: float, *, seed: int = 1, place: str = "/Machine", busy: float = 600.0, idle: float = 120.0,
         up: float = 72e3, down: float = 1800.0, shift: float = 86400.0, days: int = 7) -> tuple[Floats, Ints]:  # fmt: skip
    """Return (when the state changes in s, the new state by number) of a random life; the first change is at 0.

    Args:
        duration: s.
        seed: Whole number.
        place: Prim path.
        busy: Mean of a stretch of work, s (exponential).
        idle: Mean of a wait, s.
        up: Mean time from one failure to the next, s; inf: none.
        down: Mean time it is down, s.
        shift: The machine is switched on for this long each day, s.
        days: And on that many days of the week.
    """
    draw = stream(seed, place, "duty")
    count = int(duration / (busy + idle) * 1.2) + 50
    spans = np.stack([draw.exponential(busy, count), draw.exponential(idle, count)], axis=1).ravel()
    while spans.sum() < duration:
        spans = np.concatenate([spans, draw.exponential(busy, 1), draw.exponential(idle, 1)])
    times = np.concatenate([[0.0], np.cumsum(spans)[:-1]])
    states = np.where(np.arange(len(times)) % 2 == 0, int(State.BUSY), int(State.STARVED))
    if up < np.inf:
        begin = np.cumsum(draw.exponential(up, int(duration / up * 2) + 20))
        times, states = _cover(times, states, begin, begin + draw.exponential(down, len(begin)), State.DOWN)
    if shift < 86400.0 or days < 7:
        off = [(d * 86400.0 + (shift if d % 7 < days else 0.0), (d + 1) * 86400.0) for d in range(int(duration // 86400) + 1)]
        begin, end = np.array(off).T
        times, states = _cover(times, states, begin, end, State.OFF)
    keep = (times < duration) & np.concatenate([[True], states[1:] != states[:-1]])
    return times[keep], states[keep]


def _cover(times: Floats, states: Ints, begin: Floats, end: Floats, state: State) -> tuple[Floats, Ints]:
    """Return the life with a state laid over it from each `begin` to its `end`; afterwards what would have been goes on."""
    end = np.maximum.accumulate(end)
    begin = np.maximum(begin, np.concatenate([[0.0], end[:-1]]))  # what overlaps is one
    keep = begin < end
    begin, end = begin[keep], end[keep]
    inside = np.searchsorted(begin, times, side="right") > np.searchsorted(end, times, side="right")
    back = states[np.searchsorted(times, end, side="right") - 1]
    out = np.concatenate([times[~inside], begin, end])
    codes = np.concatenate([states[~inside], np.full(len(begin), int(state)), back])
    rank = np.concatenate([np.full(len(times[~inside]), 1), np.full(len(begin), 2), np.full(len(end), 0)])
    order = np.lexsort((rank, out))
    out, codes = out[order], codes[order]
    last = np.append(out[1:] != out[:-1], True)
    return out[last], codes[last]
