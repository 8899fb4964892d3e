# SPDX-License-Identifier: Apache-2.0
"""One replication: a run of its own random streams, advanced in slices, read from its log when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Generic, TypeVar, cast

from ..errors import FactoryTwinError
from ..log import Log
from ..plant import Plant
from ..sim import Simulation
from .notice import standstill

T = TypeVar("T")
_NEARLY = 0.999


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """What all replications of an experiment share; can be sent to another process.

    Attributes:
        plant: What to simulate.
        horizon: s.
        seed: Of the experiment.
        read: Gives the value of a replication from its log and plant; a function of a module, so that it can be sent.
        first: Number of the first replication; its log is kept.
    """

    plant: Plant
    horizon: float
    seed: int
    read: Callable[[Log, Plant], T]
    first: int = 0


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a replication gave: a value, or why it failed.

    Attributes:
        number: Of the replication.
        events: Events handled.
        log: Of the first replication; None for the others.
        error: Why it failed; None: it did not.
        warnings: What a user should know beside the value.
    """

    number: int
    events: int = 0
    value: T | None = None
    log: Log | None = None
    error: FactoryTwinError | None = None
    warnings: tuple[str, ...] = ()

    def get(self) -> T:
        """Return the value.

        Raises:
            FactoryTwinError: The replication failed.
        """
        if self.error is not None:
            raise self.error
        return cast("T", self.value)


class Replication(Generic[T]):
    """A replication on its way.

    Args:
        task: What to do.
        number: Of the replication.
        log: Where to write; None: a log of its own.
    """

    def __init__(self, task: Task[T], number: int, *, log: Log | None = None) -> None:
        self._task, self._number = task, number
        self._log = Log() if log is None else log
        self._model: Simulation | None = None
        self._reached = False

    @property
    def share(self) -> float:
        """Share done, 0..1; never all of it before the outcome is there."""
        return 0.0 if self._model is None else min(_NEARLY, self._model.now / self._task.horizon)

    def advance(self, budget: float) -> Outcome[T] | None:
        """Work for about `budget` seconds of wall time; return the outcome when it is over.

        Reading the result is one piece of work: it is left to the next call where half of the budget is spent.
        """
        task, began = self._task, perf_counter()
        try:
            if self._model is None:
                self._model = Simulation(task.plant, seed=task.seed, replication=self._number, log=self._log)
            if not self._reached:
                self._reached = self._model.advance(task.horizon, max(0.0, budget - (perf_counter() - began)))
                if not self._reached or perf_counter() - began > budget / 2:
                    return None
            value = task.read(self._log, task.plant)
        except FactoryTwinError as error:
            return Outcome(self._number, error=error)
        return Outcome(self._number, self._model.events, value, self._log if self._number == task.first else None,
                       warnings=standstill(self._model))  # fmt: skip
