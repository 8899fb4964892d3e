# SPDX-License-Identifier: Apache-2.0
"""Families of distributions: names, means and limits of their parameters."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Family:
    """A family of distributions.

    Attributes:
        names: Of its parameters, in order.
        mean: Expected value from the parameters.
        rule: Whether parameters are fine.
        need: That rule in words.
    """

    names: tuple[str, ...]
    mean: Callable[..., float]
    rule: Callable[..., bool]
    need: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another way to give the parameters of a family.

    Attributes:
        names: Of the parameters, in order.
        own: The family's own parameters from these.
        rule: Whether parameters are fine.
        need: That rule in words.
    """

    names: tuple[str, ...]
    own: Callable[..., tuple[float, ...]]
    rule: Callable[..., bool]
    need: str


def _gt(*values: float) -> bool:
    return all(v > 0 for v in values)


def _truncated_mean(mean: float, sd: float) -> float:
    """Return the mean of a normal distribution cut off at 0 (Johnson, Kotz & Balakrishnan, vol. 1, 13.10)."""
    unit = NormalDist()
    edge = -mean / sd
    return mean + sd * unit.pdf(edge) / (1 - unit.cdf(edge))


def _weighted(values: tuple[float, ...], p: tuple[float, ...]) -> float:
    return math.fsum(v * w for v, w in zip(values, p)) / math.fsum(p)


def _are_shares(p: tuple[float, ...], count: int) -> bool:
    return 0 < len(p) == count and min(p) >= 0 and abs(math.fsum(p) - 1) <= 1e-6


def _weibull(mean: float, cv: float) -> tuple[float, float]:
    """Return shape and scale of the Weibull distribution with that mean and coefficient of variation, by bisection."""
    low, high = 0.05, 1e3
    for _ in range(200):
        shape = math.sqrt(low * high)
        logs = math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape)
        low, high = (shape, high) if logs > math.log1p(cv * cv) else (low, shape)
    return shape, mean / math.gamma(1 + 1 / shape)


FAMILIES: dict[str, Family] = {
    "constant": Family(("value",), lambda value: value, lambda value: value >= 0, "value >= 0"),
    "exponential": Family(("mean",), lambda mean: mean, lambda mean: mean > 0, "mean > 0"),
    "uniform": Family(
        ("low", "high"), lambda low, high: (low + high) / 2, lambda low, high: 0 <= low <= high, "0 <= low <= high"
    ),
    "triangular": Family(
        ("low", "mode", "high"),
        lambda low, mode, high: (low + mode + high) / 3,
        lambda low, mode, high: 0 <= low <= mode <= high and low < high,
        "0 <= low <= mode <= high, low < high",
    ),
    "normal": Family(("mean", "sd"), _truncated_mean, lambda mean, sd: mean >= 0 and sd > 0, "mean >= 0, sd > 0"),
    "beta": Family(
        ("low", "high", "alpha", "beta"),
        lambda low, high, alpha, beta: low + (high - low) * alpha / (alpha + beta),
        lambda low, high, alpha, beta: 0 <= low < high and alpha > 0 and beta > 0,
        "0 <= low < high, alpha > 0, beta > 0",
    ),
    "lognormal": Family(("mean", "cv"), lambda mean, cv: mean, _gt, "mean > 0, cv > 0"),
    "gamma": Family(("shape", "scale"), lambda shape, scale: shape * scale, _gt, "shape > 0, scale > 0"),
    "erlang": Family(
        ("k", "mean"), lambda k, mean: mean, lambda k, mean: k >= 1 and k == int(k) and mean > 0, "whole k >= 1, mean > 0"
    ),
    "weibull": Family(
        ("shape", "scale"), lambda shape, scale: scale * math.gamma(1 + 1 / shape), _gt, "shape > 0, scale > 0"
    ),
    "hyperexponential": Family(
        ("p", "means"),
        lambda p, means: _weighted(means, p),
        lambda p, means: _are_shares(p, len(means)) and _gt(*means),
        "as many p as means, p adding up to 1, means > 0",
    ),
    "discrete": Family(
        ("values", "p"),
        _weighted,
        lambda values, p: _are_shares(p, len(values)) and min(values) >= 0,
        "as many p as values, p adding up to 1, values >= 0",
    ),
    "empirical": Family(
        ("values",),
        lambda values: math.fsum(values) / len(values),
        lambda values: len(values) > 0 and min(values) >= 0,
        'values >= 0, or file="times.csv"',
    ),
}  # fmt: skip

OTHERS: dict[str, Other] = {
    "gamma": Other(
        ("mean", "cv"),
        lambda mean, cv: (1 / (cv * cv), mean * cv * cv),
        lambda mean, cv: mean > 0 and 1e-6 <= cv <= 1e6,
        "mean > 0, 1e-6 <= cv <= 1e6",
    ),
    "weibull": Other(
        ("mean", "cv"), _weibull, lambda mean, cv: mean > 0 and 0.002 <= cv <= 1000, "mean > 0, 0.002 <= cv <= 1000"
    ),
}
