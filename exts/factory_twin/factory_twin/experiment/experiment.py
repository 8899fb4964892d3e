# SPDX-License-Identifier: Apache-2.0
"""Run replications one after another in slices, with progress and cancel, from a frame loop or at once."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from ..errors import FactoryTwinError
from ..kpi import Kpis, measure
from ..log import Log
from ..plant import Plant
from ..sim import Simulation
from .result import Result


class Cancelled(FactoryTwinError):
    """The user cancelled before the first replication was finished."""


class Experiment:
    """Replications that are advanced a little at a time.

    Args:
        plant: What to simulate.
        horizon: s.
        warmup: s, left out of the KPIs.
        seed: Whole number >= 0.
        replications: How many.

    Attributes:
        kpis: Of the replications finished so far.
        log: Of the first replication (grows while it runs).

    Raises:
        FactoryTwinError: The settings make no sense.
    """

    def __init__(self, plant: Plant, *, horizon: float, warmup: float = 0.0, seed: int = 1, replications: int = 1) -> None:
        _check(horizon, warmup, seed, replications)
        self.plant, self.horizon, self.warmup, self.seed, self.replications = plant, horizon, warmup, seed, replications
        self.kpis: list[Kpis] = []
        self.log = Log()
        self._log = self.log
        self._events = 0
        self._wall = 0.0
        self._model = Simulation(plant, seed=seed, replication=0, log=self._log)

    @property
    def done(self) -> bool:
        """Whether all replications are finished."""
        return len(self.kpis) >= self.replications

    @property
    def progress(self) -> float:
        """Share of the work that is done, 0..1."""
        here = 0.0 if self.done else self._model.now / self.horizon
        return (len(self.kpis) + here) / self.replications

    def advance(self, budget: float) -> bool:
        """Work for about `budget` seconds of wall time; return whether all is done."""
        began = perf_counter()
        while not self.done and self._model.advance(self.horizon, budget - (perf_counter() - began)):
            self._finish()
            if perf_counter() - began >= budget:
                break
        self._wall += perf_counter() - began
        return self.done

    def _finish(self) -> None:
        self.kpis.append(measure(self._log, self.plant, begin=self.warmup, end=self.horizon))
        self._events += self._model.events
        if not self.done:
            self._log = Log()
            self._model = Simulation(self.plant, seed=self.seed, replication=len(self.kpis), log=self._log)

    def result(self) -> Result:
        """Return what the finished replications say.

        Raises:
            Cancelled: None is finished.
        """
        if not self.kpis:
            raise Cancelled("Cancelled before the first replication was finished.")
        return Result(self.horizon, self.warmup, self.seed, self._events, self._wall, tuple(self.kpis))


def run(
    plant: Plant,
    *,
    horizon: float,
    warmup: float = 0.0,
    seed: int = 1,
    replications: int = 1,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Experiment:
    """Run an experiment to its end, or until `cancelled()`; `progress` is told the share done a few times a second."""
    experiment = Experiment(plant, horizon=horizon, warmup=warmup, seed=seed, replications=replications)
    while not experiment.advance(0.2):
        if progress is not None:
            progress(experiment.progress)
        if cancelled is not None and cancelled():
            break
    return experiment


def _check(horizon: float, warmup: float, seed: int, replications: int) -> None:
    if not horizon > 0:
        raise FactoryTwinError(f"The horizon is {horizon:g} s.", where="horizon", hint="Simulate for more than 0 s.")
    if not 0 <= warmup < horizon:
        raise FactoryTwinError(
            f"The warm-up of {warmup:g} s does not fit into {horizon:g} s.",
            where="warm-up",
            hint="Give a warm-up of 0 or more, shorter than the horizon.",
        )
    if seed < 0:
        raise FactoryTwinError(f"The seed is {seed}.", where="seed", hint="Give a whole number of 0 or more.")
    if replications < 1:
        raise FactoryTwinError(f"{replications} replications.", where="replications", hint="Ask for 1 or more.")
