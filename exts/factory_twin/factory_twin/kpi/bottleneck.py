# SPDX-License-Identifier: Apache-2.0
"""What limits the plant: active periods (Roser, Nakano, Tanaka 2001, 2002), turning point (Li, Chang, Ni, Biller 2009).

An active period is a time without a break in which a server works, is set up, repaired or maintained: others may wait for it,
it waits for nobody. Starved, blocked, waiting for a worker and off shift are not active.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..event import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
K = TypeVar("K", bound=Hashable)
ACTIVE = frozenset({State.BUSY, State.SETUP, State.DOWN, State.MAINTENANCE})


@dataclass(frozen=True, slots=True)
class Bottlenecks(Generic[K]):
    """What active periods say.

    Attributes:
        average: Mean length of an active period, s, by place; 0 for a place that is never active.
        sequence: (place, begin, end) of the active periods that were the momentary bottleneck at some time: the longest of
            those going on. In the order they became it.
        sole: Share of time as the only bottleneck, by place.
        shifting: Share of time in which the bottleneck shifts from or to the place: its period overlaps with the one before
            or after.
    """

    average: dict[K, float]
    sequence: tuple[tuple[K, float, float], ...]
    sole: dict[K, float]
    shifting: dict[K, float]

    @property
    def primary(self) -> K | None:
        """The place with the longest average active period; None without any place."""
        return max(self.average, key=lambda k: self.average[k], default=None)


def find_bottlenecks(stays: Mapping[K, Sequence[tuple[State, float, float]]], *, begin: float, end: float) -> Bottlenecks[K]:
    """Return what the stays of each place say about [begin, end].

    Args:
        stays: By place: (state, begin in s, end in s), by time; several servers of a place one after the other.
        begin: s.
        end: s.
    """
    places = list(stays)
    rows = [(k, a, b) for k, place in enumerate(places) for state, a, b in stays[place] if state in ACTIVE]
    table = np.array(rows, np.float64).reshape(-1, 3)
    place = table[:, 0].astype(np.int64)
    found = of_periods(*active_periods(table[:, 1:], place), places=len(places), begin=begin, end=end)
    return Bottlenecks(
        dict(zip(places, found.average.tolist())),
        tuple((places[k], a, b) for k, (a, b) in zip(found.place.tolist(), found.span.tolist())),
        dict(zip(places, found.sole.tolist())),
        dict(zip(places, found.shifting.tolist())),
    )


def active_periods(span: Floats, server: Ints) -> tuple[Floats, Ints]:
    """Return (begin and end, server) of the active periods: stays that follow each other without a break are joined.

    Args:
        span: Begin and end of stays in an active state, s, shape (n, 2), by server and time.
        server: Whose stay it is, shape (n,).
    """
    if not len(span):
        return span, server
    first = np.ones(len(span), bool)
    first[1:] = (server[1:] != server[:-1]) | (span[1:, 0] != span[:-1, 1])
    last = np.append(first[1:], True)
    joined = np.stack([span[first, 0], span[last, 1]], axis=1)
    there = joined[:, 1] > joined[:, 0]
    return joined[there], server[first][there]


@dataclass(frozen=True, slots=True)
class Found:
    """`Bottlenecks` in arrays: average, sole, shifting of shape (places,); span (n, 2) and place (n,) of the sequence."""

    average: Floats
    sole: Floats
    shifting: Floats
    span: Floats
    place: Ints


def of_periods(span: Floats, place: Ints, *, places: int, begin: float, end: float) -> Found:
    """Return what active periods say about [begin, end]; a period that reaches beyond counts there with its whole length.

    The servers of a place are machines of their own: their periods are taken one by one. A shift of the bottleneck between two
    servers of one place does not leave it, so that time counts as sole.

    Args:
        span: Begin and end, s, shape (n, 2).
        place: Index of the place, shape (n,).
        places: Number of places.
        begin: s.
        end: s.
    """
    inside = (span[:, 1] > begin) & (span[:, 0] < end)
    span, place = span[inside], place[inside]
    count = np.bincount(place, minlength=places)
    average = np.bincount(place, weights=span[:, 1] - span[:, 0], minlength=places) / np.maximum(count, 1)
    chosen = _momentary(span, place)
    span, place = span[chosen], place[chosen]
    sole, shifting = _shares(np.clip(span, begin, end), place, places)
    return Found(average, sole / (end - begin), shifting / (end - begin), span, place)


def _momentary(span: Floats, place: Ints) -> list[int]:
    """Return the indices of the periods that are the longest going on at some time, in that order.

    Of equally long ones the one that is the bottleneck stays it, else the first begun, then the first place counts.
    """
    order = np.lexsort((place, -span[:, 1], span[:, 0]))
    begin, end = span[order, 0], span[order, 1]
    reach = np.maximum.accumulate(end) if len(end) else end
    open_ = np.ones(len(order), bool)
    open_[1:] = end[1:] > reach[:-1]  # others lie within a longer one
    order, begin, end = order[open_], begin[open_], end[open_]
    return [int(order[i]) for i in _envelope(begin.tolist(), end.tolist())]


def _envelope(begin: list[float], end: list[float]) -> list[int]:
    """Return the periods that are the longest going on at some time; begins and ends both ascend. Linear in their number."""
    chosen: list[int] = []
    going: deque[int] = deque()  # in the order they begin, each longer than those behind it: the first is the bottleneck

    def note() -> None:
        if not chosen or chosen[-1] != going[0]:
            chosen.append(going[0])

    for i, now in enumerate(begin):
        while going and end[going[0]] <= now:
            over = end[going.popleft()]
            if going and over < now:
                note()
        while going and end[going[-1]] - begin[going[-1]] < end[i] - now:
            going.pop()
        going.append(i)
        note()
    while going:
        note()
        going.popleft()
    return chosen


def _shares(span: Floats, place: Ints, places: int) -> tuple[Floats, Floats]:
    """Return the time as sole and as shifting bottleneck, s, by place, from the sequence of bottleneck periods."""
    reigns: list[tuple[int, float, float]] = []
    for k, (a, b) in zip(place.tolist(), span.tolist()):
        if reigns and reigns[-1][0] == k and a <= reigns[-1][2]:  # from one server of a place to another
            reigns[-1] = (k, reigns[-1][1], b)
        else:
            reigns.append((k, a, b))
    sole, shifting, counted = [0.0] * places, [0.0] * places, [-inf] * places
    for i, (k, a, b) in enumerate(reigns):
        before = min(b, reigns[i - 1][2]) if i else a
        after = max(a, reigns[i + 1][1]) if i + 1 < len(reigns) else b
        for low, high in ((a, before), (after, b)):
            shifting[k] += max(0.0, high - max(low, counted[k]))
            counted[k] = max(counted[k], high)
        sole[k] += max(0.0, min(after, b) - max(before, a))
    return np.array(sole), np.array(shifting)


def turning_points(blocked: Sequence[float], starved: Sequence[float], before: Sequence[Sequence[int]]) -> list[int]:
    """Return the stations where waiting turns from blocked to starved.

    Those before such a station are more blocked than starved, those behind it more starved than blocked, and all of them wait
    longer than it does.

    Args:
        blocked: Share of time blocked of each station.
        starved: Share of time starved of each station.
        before: Indices of the neighbours before each station; in a line `[[], [0], [1], ...]`.
    """
    behind: list[list[int]] = [[] for _ in before]
    for k, neighbours in enumerate(before):
        for n in neighbours:
            behind[n].append(k)
    wait = [b + s for b, s in zip(blocked, starved)]
    lean = [b - s for b, s in zip(blocked, starved)]
    return [
        k
        for k, neighbours in enumerate(before)
        if (neighbours or behind[k])
        and all(lean[n] > 0 and wait[n] > wait[k] for n in neighbours)
        and all(lean[n] < 0 and wait[n] > wait[k] for n in behind[k])
    ]
