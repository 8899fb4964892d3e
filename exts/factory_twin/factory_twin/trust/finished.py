# SPDX-License-Identifier: Apache-2.0
"""How many parts were finished at a place: those that left it, and those that stand there finished."""

from __future__ import annotations

import numpy as np

from ..event import State
from ..log import Log
from ..plant import CONSUMED, LOST, Plant, Sink, Station

_WORK = (State.BUSY, State.SETUP)
_PAUSE = (State.DOWN, State.MAINTENANCE, State.OFF, State.WAITING)


def finished(log: Log, plant: Plant, path: str, *, begin: float, end: float) -> float:
    """Return the parts that entered a sink, were finished at a station, or left another place, in (begin, end]."""
    node = plant.node(path)
    index = {p: i for i, p in enumerate(log.places)}
    rows = log.moves.array()
    inside = (rows[:, 0] > begin if begin > 0 else True) & (rows[:, 0] <= end)
    if isinstance(node, Sink):
        return float((inside & (rows[:, 2] == index[path])).sum())
    elsewhere = np.isin(rows[:, 2], [index[n.path] for n in (CONSUMED, LOST) if n.path in index])
    left = float((inside & (rows[:, 1] == index[path]) & ~elsewhere).sum())
    if not isinstance(node, Station):
        return left
    return left + _held(log, node, index[path], end) - (_held(log, node, index[path], begin) if begin > 0 else 0)


def _held(log: Log, node: Station, place: int, at: float) -> int:
    """Return how many finished parts stand at a station, because they can't leave, after `at`."""
    rows = log.moves.array()
    rows = rows[rows[:, 0] <= at]
    there = int((rows[:, 2] == place).sum() - (rows[:, 1] == place).sum())
    if not there:
        return 0
    work, blocked = _servers(log, place, at)
    if node.assembly is not None:
        return blocked
    if node.batch.maximum > 1:
        return there if blocked and not work else 0
    return max(0, there - work)


def _servers(log: Log, place: int, at: float) -> tuple[int, int]:
    """Return how many servers have a part in work, interrupted or not, and how many a finished one."""
    rows = log.states.array()
    rows = rows[(rows[:, 1] == place) & (rows[:, 0] <= at) & ~np.isin(rows[:, 3], _PAUSE)]
    last = dict(zip(rows[:, 2].tolist(), rows[:, 3].tolist()))
    return sum(s in _WORK for s in last.values()), sum(s == State.BLOCKED for s in last.values())
