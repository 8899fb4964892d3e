# SPDX-License-Identifier: Apache-2.0
"""What an experiment is asked for, checked, and when it has found enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import FactoryTwinError
from .estimate import estimate

LEAST, MOST = 5, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of an experiment.

    Attributes:
        horizon: s.
        warmup: s, left out of the KPIs.
        seed: Whole number >= 0.
        replications: How many; with a precision the least number.
        workers: Processes that share the work.
        precision: Wanted half-width of the throughput's 95 % interval as a share of its mean; None: the number is fixed.
        most: With a precision the largest number of replications.

    Raises:
        FactoryTwinError: The settings make no sense.
    """

    horizon: float
    warmup: float = 0.0
    seed: int = 1
    replications: int = 1
    workers: int = 1
    precision: float | None = None
    most: int = MOST

    def __post_init__(self) -> None:
        for wrong, what, where, hint in self._faults():
            if wrong:
                raise FactoryTwinError(what, where=where, hint=hint)

    def _faults(self) -> tuple[tuple[bool, str, str, str], ...]:
        horizon, warmup = self.horizon, self.warmup
        return (
            (not horizon > 0, f"The horizon is {horizon:g} s.", "horizon", "Simulate for more than 0 s."),
            (
                not 0 <= warmup < horizon,
                f"The warm-up of {warmup:g} s does not fit into {horizon:g} s.",
                "warm-up",
                "Give a warm-up of 0 or more, shorter than the horizon.",
            ),
            (self.seed < 0, f"The seed is {self.seed}.", "seed", "Give a whole number of 0 or more."),
            (self.replications < 1, f"{self.replications} replications.", "replications", "Ask for 1 or more."),
            (self.workers < 1, f"{self.workers} workers.", "workers", "Ask for 1 or more."),
            (
                self.precision is not None and not 0 < self.precision < 1,
                f"A precision of {self.precision} can't be had.",
                "precision",
                'Give a share of the mean between 0 and 1, for example "2 %".',
            ),
            (
                self.precision is not None and self.most < self.least,
                f"At most {self.most} replications are fewer than the least number, {self.least}.",
                "max-replications",
                f"Allow {self.least} or more.",
            ),
        )

    @property
    def least(self) -> int:
        """Replications before the first look at the precision: an interval from fewer is too shaky to stop on."""
        return self.replications if self.precision is None else max(self.replications, LEAST)

    @property
    def limit(self) -> int:
        """Replications at most."""
        return self.replications if self.precision is None else self.most

    def enough(self, throughputs: Sequence[float]) -> bool:
        """Return whether these replications, first to last, are enough."""
        count = len(throughputs)
        if self.precision is None or count >= self.limit:
            return count >= self.limit
        return count >= self.least and estimate(throughputs).relative <= self.precision

    def expected(self, throughputs: Sequence[float]) -> int:
        """Return how many replications it will take, as far as can be told from these."""
        count = len(throughputs)
        if self.precision is None or count < self.least or self.enough(throughputs):
            return max(count, self.least)
        needed = count * (estimate(throughputs).relative / self.precision) ** 2
        return self.limit if not needed < self.limit else max(count + 1, math.ceil(needed))
