# SPDX-License-Identifier: Apache-2.0
"""Limits of control charts from data: individual values, means with ranges, means with standard deviations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import FactoryTwinError
from .constants import constants

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limits:
    """A chart's centre line, lower and upper limit, in the unit of the values."""

    centre: float
    lower: float
    upper: float

    @property
    def sigma(self) -> float:
        """A third of the way from centre to upper limit."""
        return (self.upper - self.centre) / 3


def individuals(values: Sequence[float]) -> Limits:
    """Return the limits of single values, from the mean moving range of two.

    Raises:
        FactoryTwinError: There are fewer than two values, or one is not finite.
    """
    x = _array(values, 1)
    sigma = float(np.abs(np.diff(x)).mean()) / constants(2).d2
    centre = float(x.mean())
    return Limits(centre, centre - 3 * sigma, centre + 3 * sigma)


def xbar_r(groups: Sequence[Sequence[float]]) -> tuple[Limits, Limits]:
    """Return the limits of the means and of the ranges of subgroups of equal size.

    Raises:
        FactoryTwinError: The groups differ in size, have fewer than two values, or one is not finite.
    """
    x = _array(groups, 2)
    c, mean, spread = constants(x.shape[1]), float(x.mean()), float(np.ptp(x, axis=1).mean())
    return Limits(mean, mean - c.A2 * spread, mean + c.A2 * spread), Limits(spread, c.D3 * spread, c.D4 * spread)


def xbar_s(groups: Sequence[Sequence[float]]) -> tuple[Limits, Limits]:
    """Return the limits of the means and of the standard deviations of subgroups of equal size.

    Raises:
        FactoryTwinError: The groups differ in size, have fewer than two values, or one is not finite.
    """
    x = _array(groups, 2)
    c, mean, spread = constants(x.shape[1]), float(x.mean()), float(x.std(axis=1, ddof=1).mean())
    return Limits(mean, mean - c.A3 * spread, mean + c.A3 * spread), Limits(spread, c.B3 * spread, c.B4 * spread)


def _array(values: Sequence[float] | Sequence[Sequence[float]], dimensions: int) -> Floats:
    try:
        x = np.asarray(values, np.float64)
    except ValueError as error:
        raise FactoryTwinError("The subgroups differ in size.", hint="Give each the same number of values.") from error
    if x.ndim != dimensions or x.shape[-1] < 2 or not np.isfinite(x).all():
        raise FactoryTwinError("A chart needs two finite values or more.", hint="Leave out what was not measured.")
    return x
