# SPDX-License-Identifier: Apache-2.0
"""Which part was where, from when to when: the moves of a log as columns, worked out for all parts at once."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from ..interval import in_time, sorted_by
from ..log import Log
from ..plant import Plant, Sink, Source

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays of parts at places, by part and time; sinks are stays without length.

    Attributes:
        part: Part numbers.
        place: Index in the plant's nodes.
        enter: s.
        leave: s; the log's end where the part is still there.
        came: Number of the move that brought the part: two moves at one instant have an order, too.
        went: Number of the move that took it away; above all others where none did.
    """

    part: Ints
    place: Ints
    enter: Floats
    leave: Floats
    came: Ints
    went: Ints

    def at(self, place: int) -> Ints:
        """Return which stays are at a place, in the order they began."""
        mine = np.flatnonzero(self.place == place)
        return mine[np.argsort(self.came[mine])]


def columns(log: Log, plant: Plant) -> Stays | None:
    """Return the stays of a log; None for a log in which parts leave places that they were not brought to."""
    index = {n.path: i for i, n in enumerate(plant.nodes)}
    node = np.array([index.get(p, -1) for p in log.places] or [-1])
    rows = in_time(log.moves.array())
    part = rows[:, 3].astype(np.int64)
    order = sorted_by(part)
    part, time = part[order], rows[order, 0]
    source, target = rows[order, 1].astype(np.int64), rows[order, 2].astype(np.int64)
    same = part[1:] == part[:-1]
    place = node[target]
    outside = _among(plant, Source)[place]
    if (same & (target[:-1] != source[1:])).any() or (outside & (place >= 0)).any():
        return None
    leave, went = np.full(len(part), float(log.end)), np.full(len(part), len(part), np.int64)
    leave[:-1][same], went[:-1][same] = time[1:][same], order[1:][same]
    sink = _among(plant, Sink)[place] & (place >= 0)
    leave[sink] = time[sink]
    begun = np.append(False, same & (place[:-1] >= 0))  # a part that goes from a source to a sink is never seen
    keep = (place >= 0) & (~sink | begun)
    return Stays(part[keep], place[keep], time[keep], leave[keep], order[keep].astype(np.int64), went[keep])


def _among(plant: Plant, kind: type) -> Bools:
    """Return by index in the plant's nodes whether it is of a kind; the last entry stands for no node."""
    return np.array([isinstance(n, kind) for n in plant.nodes] + [False])


def lowest_free(came: Ints, went: Ints) -> Ints:
    """Return the slot of each stay at one place: the lowest that is free on entering."""
    if (came[1:] > went[:-1]).all():
        return np.zeros(len(came), np.int64)
    leaving = np.flatnonzero(went < came[-1])
    order = np.argsort(np.concatenate([2 * came, 2 * went[leaving] + 1]))
    free: list[int] = []
    slots = [0] * len(came)
    made = 0
    for k in np.concatenate([np.arange(len(came)), ~leaving])[order].tolist():
        if k < 0:
            heappush(free, slots[~k])
        elif free:
            slots[k] = heappop(free)
        else:
            slots[k] = made
            made += 1
    return np.array(slots, np.int64)


def first_in_first_out(went: Ints) -> bool:
    """Return whether the stays at one place, in the order they began, also end in that order."""
    return bool((went[1:] >= went[:-1]).all())


def ahead(came: Ints, went: Ints, leave: Floats, number: int, *, last: int) -> list[float]:
    """Return when those that were ahead of stay `number` left while it was there, s, ascending; inf: never.

    Args:
        came: Of the stays at one place, in the order they began.
        went: Likewise.
        leave: Likewise, s.
        number: Which stay.
        last: Number of moves in the log.
    """
    begun = slice(0, number)
    gone, when = went[begun], leave[begun]
    mine = (gone > came[number]) & ((gone < went[number]) | (gone >= last))
    if went[number] < last:
        mine &= gone < last
    order = np.argsort(gone[mine], kind="stable")
    return np.where(gone[mine][order] >= last, np.inf, when[mine][order]).tolist()  # type: ignore[no-any-return]
