# SPDX-License-Identifier: Apache-2.0
"""Replications one after another in this process, in slices: from a frame loop, and where no process can be started."""

from __future__ import annotations

from typing import Generic, TypeVar

from ..log import Log
from .replication import Outcome, Replication, Task

T = TypeVar("T")


class Inline(Generic[T]):
    """Replications in this process.

    Args:
        task: What to do.
        limit: How many replications at most.
        log: Of the first replication; grows while it runs.
    """

    def __init__(self, task: Task[T], limit: int, *, log: Log) -> None:
        self._task, self._limit, self._started = task, limit, 1
        self._current: Replication[T] | None = Replication(task, task.first, log=log)

    @property
    def share(self) -> float:
        """Replications' worth of work done on what is not finished yet."""
        return 0.0 if self._current is None else self._current.share

    def advance(self, budget: float) -> list[Outcome[T]]:
        """Work for about `budget` seconds of wall time, or until a replication is over; return what is finished."""
        outcome = None if self._current is None else self._current.advance(budget)
        if outcome is None:
            return []
        self._current = None
        if self._started < self._limit:
            self._current = Replication(self._task, self._task.first + self._started)
            self._started += 1
        return [outcome]

    def close(self) -> None:
        """Stop."""
        self._current = None
