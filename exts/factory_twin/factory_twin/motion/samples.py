# SPDX-License-Identifier: Apache-2.0
"""What is written of each slot of the pool: where it is, its turn and when it is seen, as columns over all slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .tracks import Floats, Ints, Tracks
from .unique import distinct

EDGE = 1e-3  # s, how long a turn and a change of colour take
DECIMALS = 6  # of times, s


@dataclass(frozen=True, slots=True)
class Column:
    """Samples of one attribute of many slots, slot after slot.

    Attributes:
        first: Where the samples of each slot begin, and behind the last one their number; shape (slots + 1,).
        time: s, rounded to a microsecond, strictly ascending within a slot.
        which: Index in `value` for each time.
        value: Values that occur.
    """

    first: Ints
    time: Floats
    which: Ints
    value: NDArray[Any]

    @classmethod
    def of(cls, slot: Ints, time: Floats, which: Ints, value: NDArray[Any], slots: int) -> Column:
        """Return the samples of slots in order; of several at one time the last counts.

        Args:
            slot: Of each sample, ascending.
            time: s, ascending within a slot.
            which: Index in `value` for each time.
            value: Values that occur.
            slots: Their number.
        """
        time = np.round(time, DECIMALS)
        last = np.append((slot[1:] != slot[:-1]) | (time[1:] != time[:-1]), True)[: len(slot)]
        if not last.all():
            slot, time, which = slot[last], time[last], which[last]
        return cls(np.searchsorted(slot, np.arange(slots + 1)), time, which, value)

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self.first) - 1


@dataclass(frozen=True, slots=True)
class PartSamples:
    """What is written of each slot.

    Attributes:
        place: In stage units of the frame, values of shape (values, 3).
        turn: About the up axis, degrees; a slot that never turns has one sample, whose time means nothing.
        seen: Whether a part is there; the first sample of a slot, at -1 s, is False.
    """

    place: Column
    turn: Column
    seen: Column

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self.place)


def part_samples(tracks: Tracks, slots: list[Ints], frame: Frame) -> PartSamples:
    """Return the samples of all slots.

    Args:
        tracks: Of the parts.
        slots: Indices of the tracks that take each slot, by time.
        frame: Of the prim that the slots will be children of.
    """
    order = np.concatenate([*slots, np.zeros(0, np.int64)]).astype(np.int64)
    number = np.repeat(np.arange(len(slots)), [len(s) for s in slots])
    count = np.diff(tracks.first)[order]
    head = np.cumsum(count) - count
    key = np.arange(count.sum()) + np.repeat(tracks.first[:-1][order] - head, count)
    slot, time = np.repeat(number, count), tracks.time[key]
    some, which = distinct(tracks.place)
    place = Column.of(slot, time, which[key], frame.places(tracks.place[some]), len(slots))
    turn = _turn(time, tracks.way[key], head, slot, frame)
    return PartSamples(place, _still(turn, len(slots)), _seen(tracks, order, number, len(slots)))


def _seen(tracks: Tracks, order: Ints, number: Ints, slots: int) -> Column:
    time = np.concatenate([np.full(slots, -1.0), tracks.begin[order], tracks.end[order] + EDGE])
    slot = np.concatenate([np.arange(slots), number, number])
    which = np.repeat([0, 1, 0], [slots, len(order), len(order)])
    by_time = np.lexsort((time, slot))
    return Column.of(slot[by_time], time[by_time], which[by_time], np.array([False, True]), slots)


def _turn(time: Floats, way: NDArray[np.float32], starts: Ints, slot: Ints, frame: Frame) -> tuple[Ints, Floats, Floats]:
    """Return slot, time (s) and angle of samples; most keys go on as before and need none."""
    other = np.zeros(len(time), bool)
    for axis in way.T:
        other[1:] |= axis[1:] != axis[:-1]
    other[starts] = True
    at = np.flatnonzero(other)
    return turns(time[at], frame.degrees(way[at]), np.searchsorted(at, starts), slot[at])


def turns(time: Floats, degrees: Floats, starts: Ints, slot: Ints) -> tuple[Ints, Floats, Floats]:
    """Return slot, time (s) and angle of the samples of an angle: a turn happens at once, and the short way round.

    Args:
        time: Of the keys of tracks one after the other, s.
        degrees: Angle from each key on.
        starts: Where each track begins.
        slot: Of each key, ascending.
    """
    step = np.zeros(len(time))
    step[1:] = (np.diff(degrees) + 180.0) % 360.0 - 180.0
    step[starts] = 0.0
    total = np.cumsum(step)
    which = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(time))))
    angle = degrees[starts][which] + (total - total[starts][which])
    at = np.flatnonzero(np.abs(step) > 1e-6)
    every = np.concatenate([time[starts], time[at] - EDGE, time[at]])
    value = np.concatenate([angle[starts], angle[at] - step[at], angle[at]])
    owner = np.concatenate([slot[starts], slot[at], slot[at]])
    order = np.lexsort((every, owner))
    return owner[order], every[order], value[order]


def _still(turn: tuple[Ints, Floats, Floats], slots: int) -> Column:
    """Leave one sample of the slots that never turn: a viewer need not ask again and again."""
    slot, time, value = turn
    first = np.searchsorted(slot, np.arange(slots))
    moving = np.zeros(slots, bool)
    moving[slot[value != value[first][slot]]] = True
    keep = moving[slot]
    keep[first] = True
    some, which = distinct(value[keep][:, None])
    return Column.of(slot[keep], time[keep], which, value[keep][some], slots)
