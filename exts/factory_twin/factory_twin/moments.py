# SPDX-License-Identifier: Apache-2.0
"""The moments of a shift that someone may want to see: breakdowns, blockages, parts and orders done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .event import State
from .log import Log
from .plant import Plant, Sink

STATES = {"breakdown": State.DOWN, "blockage": State.BLOCKED, "starvation": State.STARVED, "maintenance": State.MAINTENANCE}
KINDS = (*STATES, "part done", "order done")
"""What can be asked for."""


class Moments(NamedTuple):
    """Moments of one kind.

    Attributes:
        times: s, ascending.
        places: Index of the place in the log's `places`, for each; for orders done: the place that the last part reached.
    """

    times: NDArray[np.float64]
    places: NDArray[np.int64]

    def next(self, now: float) -> int | None:
        """Return the number of the first moment after `now` (s); None: there is none."""
        found = int(np.searchsorted(self.times, now, "right"))
        return found if found < len(self.times) else None

    def before(self, now: float) -> int | None:
        """Return the number of the last moment before `now` (s); None: there is none."""
        found = int(np.searchsorted(self.times, now, "left")) - 1
        return found if found >= 0 else None


def moments(log: Log, plant: Plant, kind: str) -> Moments:
    """Return all moments of one kind.

    Args:
        log: The shift.
        plant: Its places.
        kind: One of `KINDS`.

    Raises:
        ValueError: There is no such kind.
    """
    if kind in STATES:
        rows = log.states.array()
        return _sorted(rows[rows[:, 3] == STATES[kind]][:, :2])
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
    sinks = _indices(log, (n.path for n in plant.of(Sink)))
    moves = log.moves.array()
    done = moves[np.isin(moves[:, 2], sinks)]
    return _sorted(done[:, (0, 2)]) if kind == "part done" else _orders(log, done)


def _orders(log: Log, done: NDArray[np.float64]) -> Moments:
    """Return when the last part of each order was done; of orders that have parts elsewhere still, nothing."""
    parts = log.parts.array()
    of = {int(part): int(order) for part, _, order, *_ in parts if order >= 0}  # the last row of a part counts
    whole: dict[int, int] = {}
    for order in of.values():
        whole[order] = whole.get(order, 0) + 1
    found = []
    for time, _, place, part in done:
        order = of.get(int(part), -1)
        if order >= 0:
            whole[order] -= 1
            if not whole[order]:
                found.append((time, place))
    return _sorted(np.array(found).reshape(-1, 2))


def _indices(log: Log, paths: Iterable[str]) -> list[int]:
    number = {path: k for k, path in enumerate(log.places)}
    return [number[p] for p in paths if p in number]


def _sorted(rows: NDArray[np.float64]) -> Moments:
    order = np.argsort(rows[:, 0], kind="stable")
    return Moments(rows[order, 0], rows[order, 1].astype(np.int64))
