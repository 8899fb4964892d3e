# SPDX-License-Identifier: Apache-2.0
"""What the moves of a log say: who entered and left the plant and its places, how long parts took. Vectorised."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..interval import in_time, levels, sorted_by, steps, window
from ..log import Log
from ..plant import CONSUMED, LOST, MADE, SCRAP, Buffer, Conveyor, Node, Plant, Sink, Source, Station

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def within(times: Floats, begin: float, end: float) -> Bools:
    """Return which times count in (begin, end]; with `begin` 0 nothing is left out at the beginning, not even time 0."""
    return ((times > begin) if begin > 0 else np.ones(len(times), bool)) & (times <= end)


class Flow:
    """The moves of a log, part by part.

    A part is in the plant from leaving a source, or being made, until it enters a sink, is scrapped or built in. A part that
    the log finds on its way was there from the beginning. Parts without a number (below 0) count, but have no times.

    Args:
        log: The log.
        plant: The plant it belongs to.
        index: Position in the log's places by prim path.

    Attributes:
        time: When, s, ascending; shape (n,) like the others.
        source: Index of the place that was left.
        target: Index of the place that was entered.
        part: Part number.
        entered: Whether the part came from a source of the plant.
        made: Whether it came from none (made by a disassembly, there at the start).
        finished: Whether it reached a sink of the plant.
        scrapped, consumed, lost: Whether it was scrapped, became part of another, or was not accepted.
        reworked: Whether it went from a station to the place for its rework.
    """

    def __init__(self, log: Log, plant: Plant, index: dict[str, int]) -> None:
        rows = in_time(log.moves.array())
        self.plant, self.index, self.places, self.products = plant, index, len(log.places), log.products
        self.time = np.ascontiguousarray(rows[:, 0])
        self.source, self.target, self.part = (rows[:, k].astype(np.int64) for k in (1, 2, 3))
        self.lost = self._is(LOST)[self.target]
        self.entered = self._is(*plant.of(Source))[self.source] & ~self.lost
        self.made = self._is(MADE)[self.source]
        self.finished = self._is(*plant.of(Sink))[self.target]
        self.scrapped, self.consumed = (self._is(place)[self.target] for place in (SCRAP, CONSUMED))
        self.reworked = self._rework()[self.source] == self.target

    def _is(self, *nodes: Node) -> Bools:
        """Return which places of the log are among the nodes, shape (places,)."""
        found = np.zeros(self.places, bool)
        found[[self.index[n.path] for n in nodes if n.path in self.index]] = True
        return found

    def _rework(self) -> Ints:
        """Return where each place sends its rework, shape (places,); -1: nowhere."""
        found = np.full(self.places, -1)
        for n in self.plant.of(Station):
            if isinstance(n, Station) and n.rework in self.index:
                found[self.index[n.path]] = self.index[n.rework]
        return found

    @property
    def into(self) -> Bools:
        """Moves into the plant."""
        return np.asarray(self.entered | self.made)

    @property
    def out(self) -> Bools:
        """Moves out of the plant."""
        return np.asarray(self.finished | self.scrapped | self.consumed)

    # ---- part by part
    @cached_property
    def order(self) -> Ints:
        """Indices of the moves of numbered parts, by part and time."""
        known = np.flatnonzero(self.part >= 0)
        return known[sorted_by(self.part[known])]

    @cached_property
    def _first(self) -> Bools:
        """Which of `order` is the first move of its part."""
        part = self.part[self.order]
        return np.append(np.ones(min(len(part), 1), bool), part[1:] != part[:-1])

    @cached_property
    def start(self) -> Floats:
        """Parts at each place before the first move, as far as they move later, shape (places,)."""
        first = self.order[self._first]
        first = first[~(self.into | self.lost)[first]]
        return np.bincount(self.source[first], minlength=self.places).astype(np.float64)

    @cached_property
    def _stays(self) -> tuple[Ints, Floats]:
        """Return (moves out of buffers and conveyors, by part and time; how long the part was there, s; nan: unknown)."""
        position = np.flatnonzero(self._held[self.source[self.order]])
        move, before = self.order[position], self.order[np.maximum(position - 1, 0)]
        unknown = self._first[position] | (self.target[before] != self.source[move])
        return move, np.where(unknown, np.nan, self.time[move] - self.time[before])

    def ages(self, moves: Ints) -> Floats:
        """Return how long the part of each move was in the plant, s; nan where it is not known when it entered.

        Args:
            moves: Positions in `order`, ascending, shape (n,).
        """
        entries = np.flatnonzero(self.into[self.order])
        if not len(entries):
            return np.full(len(moves), np.nan)
        last = entries[np.maximum(np.searchsorted(entries, moves, side="right") - 1, 0)]
        entry, move = self.order[last], self.order[moves]
        known = (last <= moves) & (self.part[entry] == self.part[move])
        return np.where(known, self.time[move] - self.time[entry], np.nan)

    # ---- places
    @cached_property
    def _held(self) -> Bools:
        """Which places hold parts, shape (places,)."""
        return self._is(*self.plant.of(Buffer, Conveyor))

    def at(self, chosen: Bools) -> Floats:
        """Return how many of the chosen moves left each place, shape (places,)."""
        return np.bincount(self.source[chosen], minlength=self.places).astype(np.float64)

    def waits(self, begin: float, end: float) -> Floats:
        """Return the mean time in the buffer in front of each place, of the parts it took in the window, s, shape (places,).

        A part that came from elsewhere has not waited; nan where none came.
        """
        move, stay = self._stays
        chosen = self._is(*self.plant.of(Buffer))[self.source[move]] & within(self.time[move], begin, end)
        target, stay = self.target[move[chosen]], stay[chosen]
        taken = np.bincount(self.target[within(self.time, begin, end) & (self.part >= 0)], minlength=self.places)
        return _means(target, stay, taken)

    def stays(self, begin: float, end: float) -> Floats:
        """Return the mean stay in each buffer and on each conveyor of the parts that left in the window, s, shape (places,)."""
        move, stay = self._stays
        chosen = within(self.time[move], begin, end)
        source = self.source[move[chosen]]
        return _means(source, stay[chosen], np.bincount(source, minlength=self.places))

    def levels(self, begin: float, end: float) -> tuple[Floats, Floats]:
        """Return (time average, maximum) of the parts in each buffer and on each conveyor, shape (places,)."""
        place = np.stack([self.source, self.target], axis=1).ravel()
        held = np.flatnonzero(self._held[place])
        change = np.where(held % 2 == 1, 1.0, -1.0)  # odd: the place entered
        return levels(self.time[held // 2], place[held], change, self.start, begin=begin, end=end)

    # ---- the plant
    def wip_steps(self) -> tuple[Floats, Floats]:
        """Return (times in s, parts in the plant from then on)."""
        crosses = np.flatnonzero(self.into != self.out)
        return steps(self.time[crosses], np.where(self.into[crosses], 1.0, -1.0), start=float(self.start.sum()))

    def wip_in(self, edges: Floats) -> Floats:
        """Return the time average of the parts in the plant within each bin; `edges` of the bins, ascending, s."""
        times, level = self.wip_steps()
        end = max(float(edges[-1]), float(times[-1]))
        area = np.concatenate([[0.0], np.cumsum(level * np.diff(times, append=end))])
        return np.asarray(np.diff(np.interp(edges, np.append(times, end), area)) / np.diff(edges))

    def finished_in(self, edges: Floats) -> Floats:
        """Return how many parts entered a sink within each bin."""
        return np.asarray(np.histogram(self.time[self.finished], edges)[0], np.float64)

    def wip(self, begin: float, end: float) -> float:
        """Return the time average of the parts in the plant."""
        return window(*self.wip_steps(), begin=begin, end=end)[0]


def _means(place: Ints, values: Floats, count: Ints) -> Floats:
    """Return sum / count of the values of each place, shape (places,); unknown values are left out, and nan is none."""
    unknown = np.isnan(values)
    total = np.bincount(place, weights=np.where(unknown, 0.0, values), minlength=len(count))
    count = count - np.bincount(place[unknown], minlength=len(count))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
