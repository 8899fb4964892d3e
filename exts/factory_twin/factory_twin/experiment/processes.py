# SPDX-License-Identifier: Apache-2.0
"""Replications in worker processes. Which worker does which replication does not matter: each has random streams of its own."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from time import perf_counter
from typing import Any, Generic, TypeVar

from ..errors import FactoryTwinError
from .replication import Outcome, Task
from .worker import work

T = TypeVar("T")
_PATIENCE = 5.0  # s for a process to end
_SIGNALS = {int(s): s.name for s in signal.Signals}


class WorkerError(FactoryTwinError):
    """A worker process ended before its work was done."""


@dataclass(slots=True)
class _Hand:
    process: SpawnProcess
    number: int = 0
    share: float = 0.0


class Processes(Generic[T]):
    """Worker processes (spawned, so they start clean on every system) that share the replications.

    Args:
        task: What to do.
        limit: How many replications at most.
        workers: How many processes.

    Raises:
        OSError: No process can be started here.
        WorkerError: A process ended at once.
    """

    def __init__(self, task: Task[T], limit: int, *, workers: int) -> None:
        self._task, self._limit, self._given = task, limit, 0
        self._hands: dict[Connection[Any, Any], _Hand] = {}
        self._idle: list[_Hand] = []
        try:
            for _ in range(workers):
                self._hire()
        except BaseException:
            self.close()
            raise

    def _hire(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        process = spawn.Process(target=work, args=(theirs, self._task), daemon=True, name="factory-twin worker")
        hand = self._hands[ours] = _Hand(process)
        try:
            with _deaf():
                process.start()
        except BrokenPipeError as error:
            raise self._dead(hand) from error
        finally:
            theirs.close()
        self._give(ours)

    @property
    def share(self) -> float:
        """Replications' worth of work done on what is not finished yet."""
        return sum(hand.share for hand in self._hands.values())

    def advance(self, budget: float) -> list[Outcome[T]]:
        """Wait for about `budget` seconds, or until a replication is over; return what is finished.

        Raises:
            WorkerError: A worker has died.
        """
        deadline = perf_counter() + budget
        found: list[Outcome[T]] = []
        while self._hands and not found:
            ready = wait(list(self._hands), timeout=max(0.0, deadline - perf_counter()))
            for pipe in ready:
                found += self._hear(pipe)
            if not ready or perf_counter() >= deadline:
                break
        return found

    def _hear(self, pipe: Any) -> list[Outcome[T]]:
        """Take one message: how far a worker is, or the outcome of its replication."""
        hand = self._hands[pipe]
        try:
            message = pipe.recv()
        except (EOFError, OSError) as error:
            raise self._dead(hand) from error
        if isinstance(message, float):
            hand.share = message
            return []
        self._give(pipe)
        return [message]

    def _give(self, pipe: Connection[Any, Any]) -> None:
        """Give a worker the next replication, or let it go when there is none."""
        hand = self._hands[pipe]
        more = self._given < self._limit
        hand.number, hand.share = self._task.first + self._given, 0.0
        try:
            pipe.send(hand.number if more else None)
        except OSError as error:
            raise self._dead(hand) from error
        if more:
            self._given += 1
        else:
            self._idle.append(self._hands.pop(pipe))
            pipe.close()

    def _dead(self, hand: _Hand) -> WorkerError:
        hand.process.join(_PATIENCE)
        code = hand.process.exitcode
        how = _SIGNALS.get(-code, f"signal {-code}") if code is not None and code < 0 else f"exit code {code}"
        hint = "It may have run out of memory; use fewer workers, or 1 to stay in this process."
        if code == 1:
            hint = (
                "Its own words are on stderr. In a script, run experiments below `if __name__ == '__main__':`, "
                "since every worker imports the script; or use 1 worker."
            )
        what = f"A worker process ended ({how}) before replication {hand.number - self._task.first + 1} was done."
        return WorkerError(what, where="workers", hint=hint)

    def close(self) -> None:
        """End all workers now, whatever they are doing."""
        hands = [*self._hands.values(), *self._idle]
        for pipe in self._hands:
            pipe.close()
        self._hands.clear()
        self._idle.clear()
        for process in [h.process for h in hands if h.process.pid is not None]:
            process.terminate()
            process.join(_PATIENCE)
            if process.exitcode is None:
                process.kill()
                process.join()
            process.close()


@contextmanager
def _deaf() -> Iterator[None]:
    """Let a process that is started in here not hear Ctrl-C, so that only this process answers it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
