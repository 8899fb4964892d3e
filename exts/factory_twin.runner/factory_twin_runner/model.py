# SPDX-License-Identifier: Apache-2.0
"""What the Factory Run panel knows: settings, a run in progress, its result. No UI."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from factory_twin.errors import FactoryTwinError
from factory_twin.experiment import Experiment, Result
from factory_twin.kpi import StationKpi, series
from factory_twin.log import Log
from factory_twin.plant import Plant, Scenario
from factory_twin.units import duration_text, seconds

BUDGET = 0.008
"""Wall time that a run takes of each frame, s."""
BINS = {"throughput": 24, "wip": 96}  # few parts fall into a narrow bin, so a rate needs wide ones


@dataclass(frozen=True, slots=True)
class Settings:
    """What to run: s, s, whole number, count."""

    horizon: float
    warmup: float
    seed: int
    replications: int

    @classmethod
    def of(cls, scenario: Scenario) -> Settings:
        """Return the settings of a stage's scenario."""
        return cls(scenario.horizon, scenario.warmup, scenario.seed, scenario.replications)


@dataclass(frozen=True, slots=True)
class StationRow:
    """A line of the station table."""

    path: str
    name: str
    kpi: StationKpi
    is_bottleneck: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A key figure: title, value, interval or remark."""

    title: str
    value: str
    remark: str


class RunModel:
    """A run and its result.

    Attributes:
        result: Of the last run; None before the first.
        log: Of the first replication of the last run.
        plant: That was simulated.
        error: Why the last run ended badly; empty when it did not.
        cancelled: Whether the last run was cancelled.
    """

    def __init__(self) -> None:
        self.result: Result | None = None
        self.log: Log | None = None
        self.plant: Plant | None = None
        self.error = ""
        self.cancelled = False
        self._experiment: Experiment | None = None
        self._began = 0.0

    @property
    def running(self) -> bool:
        """Whether a run is going on."""
        return self._experiment is not None

    @property
    def progress(self) -> float:
        """Share done, 0..1."""
        return self._experiment.progress if self._experiment is not None else 0.0

    def start(self, plant: Plant, settings: Settings) -> None:
        """Begin a run; the result of the one before stays until this one has its own.

        Raises:
            FactoryTwinError: The settings make no sense.
        """
        self._experiment = Experiment(
            plant, horizon=settings.horizon, warmup=settings.warmup, seed=settings.seed, replications=settings.replications
        )
        self.error, self.cancelled, self._began = "", False, time.monotonic()

    def step(self, budget: float = BUDGET) -> bool:
        """Work for about `budget` seconds of wall time; return whether the run has ended with this step."""
        if self._experiment is None:
            return False
        try:
            done = self._experiment.advance(budget)
        except FactoryTwinError as error:
            self.error = str(error)
            self._experiment = None
            return True
        if done:
            self._take()
        return done

    def cancel(self) -> None:
        """End the run now; what was finished is kept."""
        if self._experiment is not None:
            self.cancelled = True
            if self._experiment.kpis:
                self._take()
            self._experiment = None

    def _take(self) -> None:
        experiment = self._experiment
        if experiment is not None:
            self.result, self.log, self.plant = experiment.result(), experiment.log, experiment.plant
        self._experiment = None

    # ---- words

    def status(self) -> str:
        """Return one line on where the run stands."""
        if self._experiment is not None:
            number = min(len(self._experiment.kpis) + 1, self._experiment.replications)
            return f"Replication {number} of {self._experiment.replications}{self._left()}"
        if self.error:
            return self.error
        if self.cancelled:
            kept = len(self.result.kpis) if self.result is not None else 0
            return f"Cancelled; {kept} finished replication{'s' if kept != 1 else ''} kept" if kept else "Cancelled"
        if self.result is not None:
            count = len(self.result.kpis)
            return f"{count} replication{'s' if count != 1 else ''} in {self.result.wall:.1f} s"
        return "Not run yet"

    def _left(self) -> str:
        passed, share = time.monotonic() - self._began, self.progress
        if passed < 0.5 or share <= 0.01:
            return ""
        return f", {duration_text(max(1.0, round(passed * (1 - share) / share)))} left"

    def warnings(self) -> list[str]:
        """Return what the user should know beside the numbers: a deadlock, stations that never got a part."""
        return list(self.result.warnings) if self.result is not None else []

    def cards(self) -> list[Card]:
        """Return the key figures of the result."""
        if self.result is None:
            return []
        result = self.result
        worst = result.station(result.bottleneck) if result.bottleneck else None
        cards = [
            Card(
                "Throughput",
                f"{result.throughput.mean:.1f} parts/h",
                _interval(result.throughput.mean, result.throughput.half_width),
            ),
            Card("Work in process", f"{result.wip.mean:.1f} parts", _interval(result.wip.mean, result.wip.half_width)),
            Card(
                "Lead time",
                _minutes(result.lead_time.mean),
                _interval(result.lead_time.mean / 60, result.lead_time.half_width / 60),
            ),
        ]
        if worst is not None:
            remark = f"{worst.busy:.0%} busy"
            cards.append(Card("Bottleneck", result.kpis[0].names[result.bottleneck], remark))
        return cards

    def stations(self) -> list[StationRow]:
        """Return the station table, in plant order."""
        if self.result is None:
            return []
        names = self.result.kpis[0].names
        return [StationRow(p, names[p], k, p == self.result.bottleneck) for p, k in self.result.stations.items()]

    def curve(self, name: str) -> tuple[list[float], float]:
        """Return (values at equal steps, span in s) of "wip" or "throughput" of the first replication."""
        if self.log is None or self.plant is None:
            return [], 0.0
        _, values = series(self.log, self.plant, name, bins=BINS[name])
        return [float(v) for v in values], self.log.end


def settings_from(horizon: str, warmup: str, seed: str, replications: str) -> Settings:
    """Return the settings that the texts mean.

    Raises:
        FactoryTwinError: One of them is no duration or no whole number.
    """
    return Settings(seconds(horizon), seconds(warmup), whole(seed), whole(replications))


def whole(text: str) -> int:
    """Return the whole number that a text means.

    Raises:
        FactoryTwinError: It means none.
    """
    try:
        return int(text)
    except ValueError:
        raise FactoryTwinError(f"{text!r} is no whole number.", hint="Write a number such as 10.") from None


def _interval(mean: float, half: float) -> str:
    return "" if math.isnan(half) else f"95 %: {mean - half:.1f} - {mean + half:.1f}"


def _minutes(value: float) -> str:
    return "-" if math.isnan(value) else f"{value / 60:.1f} min"
