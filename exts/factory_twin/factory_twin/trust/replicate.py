# SPDX-License-Identifier: Apache-2.0
"""Replications of a plant and the values their logs give, one list per metric."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..errors import SimulationError
from ..experiment.pool import open_pool
from ..experiment.replication import Task
from ..log import Log
from ..plant import Plant
from ..sim import Simulation
from .measure import Measure, Names
from .metric import Metric

_SLICE = 0.2  # s of wall time between two words on progress


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read from each log: names of the prims, and (begin, end, metrics) of each window, s."""

    names: Names
    windows: tuple[tuple[float, float, tuple[Metric, ...]], ...]


def read(log: Log, plant: Plant, *, reading: Reading) -> dict[Metric, float]:
    """Return the values of all metrics of a run."""
    values: dict[Metric, float] = {}
    for begin, end, metrics in reading.windows:
        measure = Measure(log, plant, reading.names, begin=begin, end=end)
        values |= {metric: measure.value(metric) for metric in metrics}
    return values


class Runner:
    """Runs replications and keeps what they gave.

    Args:
        plant: What `read_plant` gave.
        reading: What to read.
        horizon: s; infinite: until nothing is left in the plant.
        workers: Processes.
    """

    def __init__(self, plant: Plant, reading: Reading, *, horizon: float, workers: int) -> None:
        self._plant, self._horizon, self._workers = plant, horizon, workers
        self._read = partial(read, reading=reading)
        self._values: list[dict[Metric, float]] = []
        self._seed = 1
        self._progress: Callable[[float], None] = _silent

    def start(self, seed: int, *, progress: Callable[[float], None]) -> None:
        """Forget what was found; begin anew with a seed."""
        self._values, self._seed, self._progress = [], seed, progress

    def of(self, metric: Metric) -> list[float]:
        """Return the values of a metric, by replication."""
        return [v[metric] for v in self._values]

    def extend(self, count: int) -> None:
        """Run more replications until there are `count`.

        Raises:
            SimulationError: The model can't go on.
        """
        first = len(self._values)
        if math.isinf(self._horizon):
            for number in range(first, count):
                self._values.append(self._read(run_empty(self._plant, seed=self._seed, replication=number), self._plant))
                self._progress((number + 1) / count)
            return
        task = Task(self._plant, self._horizon, self._seed, self._read, first)
        found: dict[int, dict[Metric, float]] = {}
        pool = open_pool(task, count - first, workers=self._workers)
        try:
            while len(found) < count - first:
                for outcome in pool.advance(_SLICE):
                    found[outcome.number] = outcome.get()
                self._progress((first + len(found) + pool.share) / count)
        finally:
            pool.close()
        self._values += [found[number] for number in sorted(found)]


def _silent(share: float) -> None:
    """Say nothing."""


def run_empty(plant: Plant, *, seed: int, replication: int = 0) -> Log:
    """Return the log of a run until every source has given all its parts and none is left in the plant.

    Raises:
        SimulationError: A source has no end, or parts never leave.
    """
    log = Log()
    model = Simulation(plant, seed=seed, replication=replication, log=log)
    model.run_until_empty()
    stuck = model.stuck()
    if stuck:
        hint = f"{stuck[0].parts} parts stand at {stuck[0].path}: {stuck[0].why}."
        raise SimulationError("Parts stay in the plant for ever.", where=stuck[0].path, hint=hint)
    return log
