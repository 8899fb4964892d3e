# SPDX-License-Identifier: Apache-2.0
"""Two plants under common random numbers: equal seeds give equal luck to equal prim paths, so paired differences are sharp."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..kpi import Kpis
from ..plant import Plant
from .estimate import Estimate, estimate
from .experiment import Cancelled, run
from .result import Result
from .warmup import Warmup

_MAKES, _HOLDS = "B makes {amount} parts/h {way}", "B holds {amount} parts {way}"
_TAKES = "From source to sink a part takes {amount} min {way} in B"


@dataclass(frozen=True, slots=True)
class Difference:
    """B minus A in one quantity, from pairs of replications.

    Attributes:
        estimate: Mean, 95 % half-width (paired t) and number of pairs.
        quantity: What differs.
        unit: In which it is told.
        words: Tells a difference that is real; has places for {amount} and {way}, "more" or "less".
        scale: Size of the unit.
    """

    estimate: Estimate
    quantity: str
    unit: str
    words: str
    scale: float = 1.0

    @property
    def real(self) -> bool:
        """Whether the interval leaves out 0: the difference is more than noise."""
        return not math.isnan(self.estimate.half_width) and abs(self.estimate.mean) > self.estimate.half_width

    def sentence(self) -> str:
        """Return the verdict in words."""
        mean, half = self.estimate.mean / self.scale, self.estimate.half_width / self.scale
        if not self.estimate.n:
            return f"{self.quantity}: no pair of replications knows it."
        if math.isnan(half):
            return f"{self.quantity}: one pair of replications can't tell a difference from noise."
        digits = _digits(abs(mean), half)
        text = Estimate(abs(mean), half, self.estimate.n).text(digits)
        if self.real:
            return self.words.format(amount=text, way="more" if mean > 0 else "less") + "; this is real."
        if half == 0:
            return f"{self.quantity}: there is no difference at all, in any replication."
        return f"{self.quantity}: no difference can be told from noise ({mean:+.{digits}f} +/- {half:.{digits}f} {self.unit})."

    def to_json(self) -> dict[str, Any]:
        """Return the documented JSON object."""
        return {**self.estimate.to_json(), "real": self.real}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two plants did under the same luck: replication k of A and of B are a pair."""

    a: Result
    b: Result

    def _differ(self, value: Callable[[Kpis], float]) -> Estimate:
        return estimate([value(b) - value(a) for a, b in zip(self.a.kpis, self.b.kpis)])

    @property
    def throughput(self) -> Difference:
        """Parts per hour."""
        return Difference(self._differ(lambda k: k.throughput_per_h), "Throughput", "parts/h", _MAKES)

    @property
    def wip(self) -> Difference:
        """Parts in the plant."""
        return Difference(self._differ(lambda k: k.wip), "Parts in the plant", "parts", _HOLDS)

    @property
    def lead_time(self) -> Difference:
        """Source to sink, s; told in minutes."""
        return Difference(self._differ(lambda k: k.lead_time_s), "Lead time", "min", _TAKES, 60.0)

    @property
    def differences(self) -> dict[str, Difference]:
        """All of them, by the names of `run --json`."""
        return {"throughput_per_h": self.throughput, "wip": self.wip, "lead_time_s": self.lead_time}

    def sentence(self) -> str:
        """Return the answer: what B does to the throughput."""
        return self.throughput.sentence()

    def to_json(self) -> dict[str, Any]:
        """Return the object that `factory-twin compare --json` prints, but for what A and B are called."""
        return {
            "pairs": min(len(self.a.kpis), len(self.b.kpis)),
            "differences": {name: d.to_json() for name, d in self.differences.items()},
            "sentence": self.sentence(),
            "a": self.a.to_json(),
            "b": self.b.to_json(),
        }


def compare(
    plant_a: Plant,
    plant_b: Plant,
    *,
    horizon: float,
    warmup: float | Warmup = 0.0,
    seed: int = 1,
    replications: int = 10,
    workers: int = 1,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Comparison:
    """Run both plants with the same seed and settings; times in s; `progress` is told the share done of both.

    Raises:
        FactoryTwinError: The settings make no sense, or a replication failed.
        Cancelled: Before the first pair was finished.
    """
    results = []
    for half, plant in enumerate((plant_a, plant_b)):
        experiment = run(
            plant, horizon=horizon, warmup=warmup, seed=seed, replications=replications, workers=workers,
            progress=_half(progress, half), cancelled=cancelled,
        )  # fmt: skip
        if not experiment.kpis or (half == 0 and not experiment.done):
            raise Cancelled("Cancelled before the first pair of replications was finished.")
        results.append(experiment.result())
    return Comparison(*results)


def _half(progress: Callable[[float], None] | None, half: int) -> Callable[[float], None] | None:
    return None if progress is None else lambda share: progress((half + share) / 2)


def _digits(mean: float, half: float) -> int:
    """Return how many digits show the interval, and its near end as not 0 where it is not."""
    digits = max(1, -math.floor(math.log10(half))) if half > 0 else 1
    while mean > half and round(mean - half, digits) == 0 and digits < 9:
        digits += 1
    return digits
