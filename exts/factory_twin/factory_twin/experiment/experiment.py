# SPDX-License-Identifier: Apache-2.0
"""Run replications in slices, with progress and cancel, from a frame loop or at once, here or in worker processes.

The result does not depend on the number of workers, bit for bit: replications are taken in the order of their numbers,
those that were run ahead are thrown away, and each has random streams of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter

from ..errors import FactoryTwinError
from ..kpi import Kpis, measure
from ..log import Log
from ..plant import Plant
from .notice import starved
from .pool import Pool, open_pool
from .replication import Outcome, Task
from .result import Result
from .settings import MOST, Settings
from .warmup import Warmup


class Cancelled(FactoryTwinError):
    """The user cancelled before the first replication was finished."""


class Experiment:
    """Replications that are advanced a little at a time.

    Args:
        plant: What to simulate.
        horizon: s.
        warmup: s, left out of the KPIs; or what `find_warmup` found.
        seed: Whole number >= 0.
        replications: How many; with a precision the least number (never under 5).
        workers: Processes that share the work; 1: this process.
        precision: Go on until the half-width of the throughput's 95 % interval is this share of its mean.
        max_replications: With a precision: give up then.

    Attributes:
        kpis: Of the replications finished so far, in order.
        log: Of the first replication (grows while it runs in this process; comes when it is over from a worker).

    Raises:
        FactoryTwinError: The settings make no sense.
    """

    def __init__(
        self,
        plant: Plant,
        *,
        horizon: float,
        warmup: float | Warmup = 0.0,
        seed: int = 1,
        replications: int = 1,
        workers: int = 1,
        precision: float | None = None,
        max_replications: int = MOST,
    ) -> None:
        self._warmup = warmup if isinstance(warmup, Warmup) else Warmup(warmup)
        self._settings = Settings(
            horizon=horizon, warmup=self._warmup.seconds, seed=seed, replications=replications,
            workers=workers, precision=precision, most=max_replications,
        )  # fmt: skip
        self.plant, self.horizon, self.warmup, self.seed = plant, horizon, self._warmup.seconds, seed
        self.kpis: list[Kpis] = []
        self.log = Log()
        self.done = False
        self._events, self._wall, self._shown = 0, 0.0, 0.0
        self._warnings: list[str] = []
        self._early: dict[int, Outcome[Kpis]] = {}
        task = Task(plant, horizon, seed, partial(measure, begin=self.warmup, end=horizon))
        self._pool: Pool[Kpis] = open_pool(task, self._settings.limit, workers=workers, log=self.log)

    @property
    def replications(self) -> int:
        """How many replications it takes; with a precision as far as can be told by now."""
        return self._settings.expected(self._throughputs())

    @property
    def progress(self) -> float:
        """Share of the work that is done, 0..1; never falls, though more replications than expected may be needed."""
        here = 0.0 if self.done else len(self._early) + self._pool.share
        self._shown = max(self._shown, min(1.0, (len(self.kpis) + here) / self.replications))
        return self._shown

    def advance(self, budget: float) -> bool:
        """Work for about `budget` seconds of wall time; return whether all is done.

        Another replication is not begun, which is one piece of work, where half of the budget is spent.

        Raises:
            FactoryTwinError: A replication failed, or a worker died.
        """
        began = perf_counter()
        while not self.done:
            outcomes = self._pool.advance(max(0.0, budget - (perf_counter() - began)))
            self._take(outcomes)
            if perf_counter() - began >= (budget / 2 if outcomes else budget):
                break
        self._wall += perf_counter() - began
        return self.done

    def _take(self, outcomes: list[Outcome[Kpis]]) -> None:
        """Keep outcomes until their turn has come, then count them in order until there are enough."""
        self._early.update((outcome.number, outcome) for outcome in outcomes)
        while not self.done and (outcome := self._early.pop(len(self.kpis), None)) is not None:
            self.kpis.append(outcome.get())
            self.log = outcome.log or self.log
            self._events += outcome.events
            self._warnings += [w for w in outcome.warnings if w not in self._warnings]
            self.done = self._settings.enough(self._throughputs())
        if self.done:
            self.close()

    def _throughputs(self) -> list[float]:
        return [k.throughput_per_h for k in self.kpis]

    def close(self) -> None:
        """Stop now and end the workers; what is finished stays."""
        self._pool.close()

    def result(self) -> Result:
        """Return what the finished replications say.

        Raises:
            Cancelled: None is finished.
        """
        if not self.kpis:
            raise Cancelled("Cancelled before the first replication was finished.")
        return Result(
            self.horizon, self.warmup, self.seed, self._events, self._wall, tuple(self.kpis),
            warmup_rule=self._warmup.rule, warmup_found=self._warmup.found, wanted=self._settings.precision,
            warnings=(*self._warnings, *starved(self.plant, tuple(self.kpis))),
        )  # fmt: skip


def run(
    plant: Plant,
    *,
    horizon: float,
    warmup: float | Warmup = 0.0,
    seed: int = 1,
    replications: int = 1,
    workers: int = 1,
    precision: float | None = None,
    max_replications: int = MOST,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Experiment:
    """Run an experiment to its end, or until `cancelled()`; `progress` is told the share done a few times a second."""
    experiment = Experiment(
        plant, horizon=horizon, warmup=warmup, seed=seed, replications=replications,
        workers=workers, precision=precision, max_replications=max_replications,
    )  # fmt: skip
    try:
        while not experiment.advance(0.2):
            if progress is not None:
                progress(experiment.progress)
            if cancelled is not None and cancelled():
                break
    finally:
        experiment.close()
    return experiment
