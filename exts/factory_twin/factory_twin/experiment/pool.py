# SPDX-License-Identifier: Apache-2.0
"""Who runs the replications: worker processes where they are asked for and can be started, else this process."""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.spawn
import os
import sys
from pathlib import PurePath
from typing import Protocol, TypeVar

from ..log import Log
from .inline import Inline
from .processes import Processes
from .replication import Outcome, Task

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Pool(Protocol[T]):
    """What runs replications, a little at a time."""

    @property
    def share(self) -> float:
        """Replications' worth of work done on what is not finished yet."""

    def advance(self, budget: float) -> list[Outcome[T]]:
        """Go on for about `budget` seconds at most; return what was finished, in any order."""

    def close(self) -> None:
        """Stop at once."""


def open_pool(task: Task[T], limit: int, *, workers: int, log: Log | None = None) -> Pool[T]:
    """Return a pool for up to `limit` replications; `log` is written by the first one when it runs in this process."""
    workers = min(workers, limit)
    if workers > 1:
        reason = why_alone()
        if not reason:
            try:
                return Processes(task, limit, workers=workers)
            except OSError as error:
                reason = str(error)
        _log.warning("Worker processes can't be started here (%s); the replications run in this process.", reason)
    return Inline(task, limit, log=Log() if log is None else log)


def why_alone() -> str:
    """Return why no worker process can be started here; empty when one can.

    A host such as Kit names itself as `sys.executable`: starting that would open a second application.
    """
    program = PurePath(os.fsdecode(multiprocessing.spawn.get_executable() or "")).name
    if not program.lower().startswith(("python", "pypy")):
        return f"{program or 'this program'} is no Python interpreter"
    if getattr(sys, "frozen", False):
        return "this is a frozen program"
    return "this is a worker process itself" if multiprocessing.current_process().daemon else ""


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Windows, macOS
        return os.cpu_count() or 1
