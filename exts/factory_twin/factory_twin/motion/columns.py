# SPDX-License-Identifier: Apache-2.0
"""The tracks of all parts of a log at once; the same places as `track.keys` gives for one part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..log import Log
from ..plant import Buffer, Conveyor, Node, Plant, Sink, Transport, VehiclePath
from . import track as one
from .fleet import Rides
from .stays import Bools, Floats, Ints, Stays, ahead, columns, first_in_first_out, lowest_free
from .tracks import Tracks


@dataclass(frozen=True, slots=True)
class _Block:
    """Keys of some stays, stay after stay."""

    stay: Ints
    time: Floats
    place: Floats
    way: Floats


def part_tracks(log: Log, plant: Plant, rides: Rides) -> tuple[Tracks, list[one.Visit]]:
    """Return the tracks of all parts that are ever seen, and the trips on vehicle paths."""
    stays = columns(log, plant)
    if stays is None:
        return _one_by_one(log, plant, rides)
    shown = (stays.leave > stays.enter) | np.array([isinstance(n, Sink) for n in plant.nodes] or [False])[stays.place]
    blocks: list[_Block] = []
    single: list[one.Visit] = []
    rank: list[int] = []
    for number in np.unique(stays.place).tolist():
        node, mine = plant.nodes[number], stays.at(number)
        came, went = stays.came[mine], stays.went[mine]
        moving = isinstance(node, Conveyor | VehiclePath | Transport)
        if isinstance(node, Sink):
            blocks.append(_standing(node, mine, stays.enter[mine], np.zeros(len(mine), np.int64)))
        elif isinstance(node, Buffer) and first_in_first_out(went):
            blocks.append(_queue(node, stays, mine, shown[mine], len(log.moves)))
        elif moving or isinstance(node, Buffer):
            made = _visits(node, stays, mine, number, len(log.moves))
            single += [v for v, k in zip(made, mine.tolist()) if shown[k]]
            rank += [k for k in mine.tolist() if shown[k]]
        else:
            slots, seen = lowest_free(came, went), shown[mine]
            mine, slots = mine[seen], slots[seen]
            blocks.append(_standing(node, mine, stays.enter[mine], slots))
            blocks.append(_standing(node, mine, stays.leave[mine], slots))
    blocks += _singly(plant, rides, stays, single, rank, blocks, shown)
    return _together(stays, shown, blocks), _trips(single, plant)


def _one_by_one(log: Log, plant: Plant, rides: Rides) -> tuple[Tracks, list[one.Visit]]:
    parts = one.visits(log, plant)
    lists = [(keys, visits[0].part) for visits in parts if (keys := one.keys(visits, plant, rides))]
    return Tracks.of([k for k, _ in lists], [p for _, p in lists]), _trips([v for visits in parts for v in visits], plant)


def _trips(visits: list[one.Visit], plant: Plant) -> list[one.Visit]:
    return [v for v in visits if isinstance(plant.nodes[v.place], VehiclePath)]


def _standing(node: Node, stay: Ints, time: Floats, slot: Ints) -> _Block:
    place = np.array(node.position) + slot[:, None] * np.array(node.spacing)
    return _Block(stay, time, place, np.broadcast_to(np.array(node.heading), place.shape))


def _queue(node: Node, stays: Stays, mine: Ints, shown: Bools, last: int) -> _Block:
    """First in, first out: stand behind those ahead and move up, within a second, whenever one of them leaves."""
    came, went, leave = stays.came[mine], stays.went[mine], stays.leave[mine]
    gone = np.where(went >= last, np.inf, leave)
    number = np.arange(len(mine))
    low = np.searchsorted(went, came)
    waiting = np.minimum(low, number)  # the first that is still there
    until = np.searchsorted(gone, leave, side="left")  # those before it leave earlier than this one does
    moves = np.where(shown, np.clip(np.minimum(until, number) - waiting, 0, None), 0)
    who = np.repeat(number, moves)
    step = np.arange(len(who)) - np.repeat(np.cumsum(moves) - moves, moves)
    other = waiting[who] + step
    when, left = gone[other], (number - waiting)[who] - step
    final = step + 1 == moves[who]
    following = np.where(final, np.inf, gone[np.minimum(other + 1, len(mine) - 1)])
    begins, ends = when > np.where(step == 0, stays.enter[mine][who], gone[np.maximum(other - 1, 0)]), when != following
    arrives = np.minimum(np.minimum(when + 1.0, following), leave[who])
    some = number[shown]
    rest = (number - waiting - moves)[some]
    stay = np.concatenate([some, who[begins], who[ends], some])
    order_in = np.concatenate([np.full(len(some), -1), 2 * step[begins], 2 * step[ends] + 1, np.full(len(some), 2 * len(mine))])
    time = np.concatenate([stays.enter[mine][some], when[begins], arrives[ends], leave[some]])
    slot = np.concatenate([(number - waiting)[some], left[begins], left[ends] - 1, rest])
    order = np.lexsort((order_in, stay))
    return _standing(node, mine[stay[order]], time[order], slot[order])


def _visits(node: Node, stays: Stays, mine: Ints, number: int, last: int) -> list[one.Visit]:
    came, went, leave = stays.came[mine], stays.went[mine], stays.leave[mine]
    slots = lowest_free(came, went).tolist()
    before = [[]] * len(mine) if isinstance(node, VehiclePath | Transport) else _ahead(came, went, leave, last)
    rows = zip(stays.part[mine].tolist(), stays.enter[mine].tolist(), leave.tolist(), slots, before)
    return [one.Visit(part, number, enter, out, slot, list(ahead_of)) for part, enter, out, slot, ahead_of in rows]


def _ahead(came: Ints, went: Ints, leave: Floats, last: int) -> list[list[float]]:
    if not first_in_first_out(went):
        return [ahead(came, went, leave, k, last=last) for k in range(len(came))]
    gone = np.where(went >= last, np.inf, leave).tolist()
    return [gone[a:k] for k, a in enumerate(np.searchsorted(went, came).tolist())]


def _singly(
    plant: Plant, rides: Rides, stays: Stays, visits: list[one.Visit], rank: list[int], done: list[_Block], shown: Bools
) -> list[_Block]:
    """Work out the stays that have no rule for all at once, in the order in which a part makes them."""
    last: dict[int, one.Key] = {}
    if any(isinstance(plant.nodes[v.place], VehiclePath | Transport) for v in visits):
        for block in done:
            ends = np.flatnonzero(np.append(block.stay[1:] != block.stay[:-1], True))[: len(block.stay)]
            for k, stay in zip(ends.tolist(), block.stay[ends].tolist()):
                key = (float(block.time[k]), tuple(block.place[k].tolist()), tuple(block.way[k].tolist()))
                if stay not in last or last[stay][0] <= key[0]:
                    last[stay] = key
    kept = np.flatnonzero(shown)
    position = np.searchsorted(kept, np.arange(len(shown)))
    stay_of: list[int] = []
    keys: list[one.Key] = []
    for k in sorted(range(len(visits)), key=rank.__getitem__):
        visit, stay = visits[k], rank[k]
        node = plant.nodes[visit.place]
        at = int(position[stay])
        before = int(kept[at - 1]) if at and stays.part[kept[at - 1]] == visit.part else -1
        path = rides.carried(visit.part, visit.enter, visit.leave) if isinstance(node, Transport) else []
        path = path or one.stay(visit, node, last.get(before))
        last[stay] = path[-1]
        keys += path
        stay_of += [stay] * len(path)
    if not keys:
        return []
    order = np.array(stay_of, np.int64)
    columns_ = [np.array([k[i] for k in keys], float) for i in range(3)]
    return [_Block(order, *columns_)]


def _together(stays: Stays, shown: Bools, blocks: list[_Block]) -> Tracks:
    """Put the keys of all stays in order, and draw the walks between them."""
    count = np.zeros(len(shown), np.int64)
    starts: list[Ints] = []
    for block in blocks:
        n = np.bincount(block.stay, minlength=len(shown))
        fresh = np.append(True, block.stay[1:] != block.stay[:-1])[: len(block.stay)]
        head = np.flatnonzero(fresh)
        starts.append(
            np.arange(len(block.stay)) - np.repeat(head, np.diff(np.append(head, len(block.stay)))) + count[block.stay]
        )
        count += n
    offset = np.cumsum(count) - count
    total = int(count.sum())
    time, place, way = np.empty(total), np.empty((total, 3)), np.empty((total, 3), np.float32)
    for block, start in zip(blocks, starts):
        to = offset[block.stay] + start
        time[to], place[to], way[to] = block.time, block.place, block.way
    some = np.flatnonzero(count)
    part, head = stays.part[some], offset[some]
    fresh = np.append(True, part[1:] != part[:-1])[: len(part)]
    _walk(time, place, head[~fresh], count[some][~fresh], (stays.leave == stays.enter)[some][~fresh])
    return Tracks(np.append(head[fresh], total).astype(np.int64), time, place, way, part[fresh])


def _walk(time: Floats, place: Floats, head: Ints, count: Ints, short: NDArray[np.bool_]) -> None:
    """Let each stay begin later by the time a walk takes, at most half of the time to its next key."""
    need = np.linalg.norm(place[head] - place[head - 1], axis=1) / one.WALK
    after = time[np.minimum(head + 1, len(time) - 1)]
    room = np.where(short | (count < 2), need, np.minimum(need, (after - time[head]) / 2))
    time[head] += room
