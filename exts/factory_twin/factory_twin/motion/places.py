# SPDX-License-Identifier: Apache-2.0
"""The states of places over time, as columns; of several servers the worst or most active state shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cmp_to_key

import numpy as np

from ..event import State, together
from ..interval import STATES, state_intervals
from ..log import Log
from .tracks import Floats, Ints, last_before


def _order(a: State, b: State) -> int:
    return 0 if a is b else -1 if together((a, b)) is a else 1


_URGENT = sorted(State, key=cmp_to_key(_order))


@dataclass(frozen=True, slots=True)
class PlaceStates:
    """Changes of state of places.

    Attributes:
        paths: Prim paths.
        first: Where the changes of each place begin, and behind the last one their number; shape (places + 1,).
        time: Of the changes, s, ascending within a place.
        state: `State` from then on.
    """

    paths: tuple[str, ...]
    first: Ints
    time: Floats
    state: Ints

    def at(self, time: float) -> Ints:
        """Return the state of each place; UNKNOWN before the first change."""
        low, high = self.first[:-1], self.first[1:]
        change = last_before(self.time, low, high, time)
        return np.where(self.time[change] <= time, self.state[change], State.UNKNOWN) if len(low) else low


def place_states(log: Log) -> PlaceStates:
    """Return the changes of state of all places that have one in the log."""
    span, place, server, state = state_intervals(log)
    fresh = np.append(True, (place[1:] != place[:-1]) | (server[1:] != server[:-1]))[: len(place)]
    start = np.flatnonzero(np.append(True, place[1:] != place[:-1])[: len(place)])
    paths: list[str] = []
    times, states = [], []
    for a, b in zip(start.tolist(), [*start[1:].tolist(), len(place)]):
        order = np.argsort(span[a:b, 0], kind="stable") + a
        change = np.zeros((len(order), STATES), np.int32)
        row = np.arange(len(order))
        change[row, state[order]] = 1
        old = ~fresh[order]
        change[row[old], state[order - 1][old]] -= 1
        time = span[order, 0]
        last = np.append(time[1:] != time[:-1], True)
        present = np.cumsum(change, axis=0)[last] > 0
        shown = np.array(_URGENT)[np.argmax(present[:, _URGENT], axis=1)]
        new = np.append(True, shown[1:] != shown[:-1])
        paths.append(log.places[int(place[a])])
        times.append(time[last][new])
        states.append(shown[new])
    first = np.concatenate([[0], np.cumsum([len(t) for t in times], dtype=np.int64)]).astype(np.int64)
    return PlaceStates(
        tuple(paths),
        first,
        np.concatenate([*times, np.zeros(0)]),
        np.concatenate([*states, np.zeros(0, np.int64)]).astype(np.int64),
    )


def station_states(log: Log) -> dict[str, list[tuple[float, State]]]:
    """Return the changes of state (time in s, state) by prim path; of several servers the worst or most active state shows."""
    known = place_states(log)
    out: dict[str, list[tuple[float, State]]] = {}
    for path, a, b in zip(known.paths, known.first.tolist(), known.first[1:].tolist()):
        out[path] = [(t, State(s)) for t, s in zip(known.time[a:b].tolist(), known.state[a:b].tolist())]
    return out
