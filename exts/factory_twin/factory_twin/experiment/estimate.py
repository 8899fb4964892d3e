# SPDX-License-Identifier: Apache-2.0
"""A mean with its 95 % confidence half-width, from independent replications."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from statistics import NormalDist, fmean, stdev
from typing import Any, TypeVar

T = TypeVar("T")

# Student's t, 97.5 % quantile, for 1..30 degrees of freedom (any statistics text).
_T = (
    12.706,
    4.303,
    3.182,
    2.776,
    2.571,
    2.447,
    2.365,
    2.306,
    2.262,
    2.228,
    2.201,
    2.179,
    2.160,
    2.145,
    2.131,
    2.120,
    2.110,
    2.101,
    2.093,
    2.086,
    2.080,
    2.074,
    2.069,
    2.064,
    2.060,
    2.056,
    2.052,
    2.048,
    2.045,
    2.042,
)
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean, half-width of the 95 % confidence interval (nan with fewer than two values) and number of values."""

    mean: float
    half_width: float
    n: int

    @property
    def relative(self) -> float:
        """Half-width as a share of the mean; infinite where it is not known."""
        return math.inf if math.isnan(self.half_width) or self.mean == 0 else self.half_width / abs(self.mean)

    def to_json(self) -> dict[str, float | int | None]:
        """Return the documented JSON object; what is not known is null."""
        return {"mean": _number(self.mean), "half_width": _number(self.half_width), "n": self.n}

    def text(self, digits: int = 1, *, scale: float = 1.0) -> str:
        """Return "28.1 (27.5-28.7)", or the mean alone where there is no interval; in units of `scale`."""
        mean, half = self.mean / scale, self.half_width / scale
        if not self.n:
            return "-"
        return (
            f"{mean:.{digits}f}"
            if math.isnan(half)
            else f"{mean:.{digits}f} ({mean - half:.{digits}f}-{mean + half:.{digits}f})"
        )


def estimate(values: Sequence[float]) -> Estimate:
    """Return the estimate from one value per replication; values that are nan are left out."""
    known = [v for v in values if not math.isnan(v)]
    if not known:
        return Estimate(math.nan, math.nan, 0)
    if len(known) == 1:
        return Estimate(known[0], math.nan, 1)
    return Estimate(fmean(known), t975(len(known) - 1) * stdev(known) / math.sqrt(len(known)), len(known))


def mean_of(rows: Sequence[T]) -> T:
    """Return the mean of results of one kind, field by field.

    Of a number it is the mean of those that are known (nan when none is), of a text the first.

    Args:
        rows: Frozen dataclasses of numbers, texts and such dataclasses; one at least.
    """
    found: dict[str, Any] = {}
    for f in fields(rows[0]):  # type: ignore[arg-type]
        values = [getattr(row, f.name) for row in rows]
        if is_dataclass(values[0]):
            found[f.name] = mean_of(values)
        else:
            found[f.name] = _mean(values) if isinstance(values[0], float | int) else values[0]
    return type(rows[0])(**found)


def _mean(values: Sequence[float]) -> float:
    known = [v for v in values if v == v]
    return fmean(known) if known else math.nan


def to_json(value: Any) -> Any:
    """Return a result as JSON-ready data: dataclasses as objects, what is not known as null."""
    if is_dataclass(value):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    return _number(value) if isinstance(value, float) else value


def t975(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t; beyond 30 degrees of freedom by its normal expansion (error < 1e-3)."""
    if freedom <= len(_T):
        return _T[freedom - 1]
    return _Z + (_Z**3 + _Z) / (4 * freedom) + (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * freedom**2)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
