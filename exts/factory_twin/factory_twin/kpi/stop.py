# SPDX-License-Identifier: Apache-2.0
"""Failures, repairs and maintenance of each place, from the stays of its servers in their states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..event import State
from .flow import within
from .iso22400 import Stops

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def stops(span: Floats, place: Ints, server: Ints, state: Ints, times: Floats, *, begin: float, end: float) -> list[Stops]:
    """Return the stops of every place in the window.

    A failure counts when it began in the window, a repair when it ended there; its length and the operating time before it
    count whole. A repair of which the log does not know begin and end has no length.

    Args:
        span: Stays as of `state_intervals`, like `place`, `server`, `state`.
        place: See there.
        server: See there.
        state: See there.
        times: Seconds in the window by place and state, shape (places, states).
        begin: s.
        end: s.
    """
    down = state == State.DOWN
    same = np.zeros(len(span), bool)  # as the row before: same server
    same[1:] = (place[1:] == place[:-1]) & (server[1:] == server[:-1])
    fails = np.flatnonzero(down & same & ~np.append(False, down[:-1]))
    back = np.flatnonzero(~down & same & np.append(False, down[:-1]))  # repaired
    to_failure = _operating(span, state, same, fails, back)
    to_repair = _repairs(span, same, fails, back)
    counted, ended = within(span[fails, 0], begin, end), within(span[back, 0], begin, end)
    count = np.bincount(place[fails[counted]], minlength=len(times))
    known_failure, known_repair = counted & ~np.isnan(to_failure), ended & ~np.isnan(to_repair)
    failures_of = _by_place(place[fails[known_failure]], to_failure[known_failure])
    repairs_of = _by_place(place[back[known_repair]], to_repair[known_repair])
    return [
        Stops(
            failures=int(count[k]),
            to_failure=failures_of.get(k, ()),
            to_repair=repairs_of.get(k, ()),
            corrective=float(times[k, State.DOWN]),
            preventive=float(times[k, State.MAINTENANCE]),
        )
        for k in range(len(times))
    ]


def _operating(span: Floats, state: Ints, same: NDArray[np.bool_], fails: Ints, back: Ints) -> Floats:
    """Return the operating time before each failure since the repair before it, s; nan where the log knows none."""
    works = (state == State.BUSY) | (state == State.SETUP)
    clock = np.concatenate([[0.0], np.cumsum(np.where(works, span[:, 1] - span[:, 0], 0.0))])
    last = np.searchsorted(back, fails, side="right") - 1
    since = back[last] if len(back) else np.zeros(len(fails), np.int64)
    known = (last >= 0) & (since >= _head(same)[fails])
    return np.where(known, clock[fails] - clock[since], np.nan)


def _repairs(span: Floats, same: NDArray[np.bool_], fails: Ints, back: Ints) -> Floats:
    """Return how long each repair that came to an end took, s; nan where the log does not know when it began."""
    last = np.searchsorted(fails, back, side="right") - 1
    since = fails[last] if len(fails) else np.zeros(len(back), np.int64)
    known = (last >= 0) & (since >= _head(same)[back])
    return np.where(known, span[back, 0] - span[since, 0], np.nan)


def _head(same: NDArray[np.bool_]) -> Ints:
    """Return the first row of the server of each row."""
    return np.asarray(np.maximum.accumulate(np.where(same, 0, np.arange(len(same)))) if len(same) else np.zeros(0, np.int64))


def _by_place(place: Ints, values: Floats) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for k, value in zip(place.tolist(), values.tolist()):
        found.setdefault(k, []).append(value)
    return found
