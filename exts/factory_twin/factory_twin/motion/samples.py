# SPDX-License-Identifier: Apache-2.0
"""What is written of each slot of the pool: where it is, its turn and when it is seen, as columns over all slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .tracks import Floats, Ints, Tracks

EDGE = 1e-3  # s, how long a turn and a change of colour take
DECIMALS = 6  # of times, s


@dataclass(frozen=True, slots=True)
class Column:
    """Samples of one attribute of many slots, slot after slot.

    Attributes:
        first: Where the samples of each slot begin, and behind the last one their number; shape (slots + 1,).
        time: s, rounded to a microsecond, strictly ascending within a slot.
        value: One for each time.
    """

    first: Ints
    time: Floats
    value: NDArray[Any]

    @classmethod
    def of(cls, slot: Ints, time: Floats, value: NDArray[Any], slots: int) -> Column:
        """Return the samples of slots in order; of several at one time the last counts.

        Args:
            slot: Of each sample, ascending.
            time: s, ascending within a slot.
            value: One for each time.
            slots: Their number.
        """
        time = np.round(time, DECIMALS)
        last = np.append((slot[1:] != slot[:-1]) | (time[1:] != time[:-1]), True)[: len(slot)]
        if not last.all():
            slot, time, value = slot[last], time[last], value[last]
        return cls(np.searchsorted(slot, np.arange(slots + 1)), time, value)

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self.first) - 1


@dataclass(frozen=True, slots=True)
class PartSamples:
    """What is written of each slot.

    Attributes:
        place: In stage units of the frame, values of shape (samples, 3).
        turn: About the up axis, degrees; a slot that never turns has one sample, whose time means nothing.
        seen: Whether a part is there, values of bools; the first sample of a slot, at -1 s, is False.
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
    place = Column.of(slot, time, frame.places(tracks.place)[key], len(slots))
    seen_at = np.concatenate([np.full(len(slots), -1.0), tracks.begin[order], tracks.end[order] + EDGE])
    seen_by = np.concatenate([np.arange(len(slots)), number, number])
    seen = np.repeat([False, True, False], [len(slots), len(order), len(order)])
    by_time = np.lexsort((seen_at, seen_by))
    return PartSamples(
        place,
        _still(Column.of(*turns(time, frame.degrees(tracks.way)[key], head, slot), len(slots))),
        Column.of(seen_by[by_time], seen_at[by_time], seen[by_time], len(slots)),
    )


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


def _still(turn: Column) -> Column:
    """Leave one sample of the slots that never turn: a viewer need not ask again and again."""
    count = np.diff(turn.first)
    slot = np.repeat(np.arange(len(turn)), count)
    moving = np.zeros(len(turn), bool)
    moving[slot[turn.value != turn.value[turn.first[:-1]][slot]]] = True
    keep = moving[slot]
    keep[turn.first[:-1]] = True
    return Column(np.searchsorted(slot[keep], np.arange(len(turn) + 1)), turn.time[keep], turn.value[keep])
