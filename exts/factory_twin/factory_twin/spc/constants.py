# SPDX-License-Identifier: Apache-2.0
"""Constants of control charts, worked out from the normal distribution instead of looked up in a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..errors import FactoryTwinError

Floats = NDArray[np.float64]
_REACH = 8.5  # standard deviations beyond which nothing is
_NODES = 400
_LARGEST = 1000

_erf = np.vectorize(math.erf, otypes=[np.float64])


@dataclass(frozen=True, slots=True)
class Constants:
    """Constants for subgroups of `n` values; ISO 7870-2 and every text on control charts use these names.

    Attributes:
        n: Values in a subgroup.
        d2: Mean of the range, in standard deviations.
        d3: Standard deviation of the range.
        c4: Mean of the sample standard deviation.
        A2: Limits of the mean from the mean range.
        A3: Limits of the mean from the mean standard deviation.
        D3: Lower limit of the range; likewise `D4` upper.
        D4: See D3.
        B3: Lower limit of the standard deviation; likewise `B4` upper.
        B4: See B3.
    """

    n: int
    d2: float
    d3: float
    c4: float
    A2: float
    A3: float
    D3: float
    D4: float
    B3: float
    B4: float


@cache
def constants(n: int) -> Constants:
    """Return the constants for subgroups of `n` values.

    Raises:
        FactoryTwinError: n is not within 2..1000.
    """
    if not 2 <= n <= _LARGEST:
        raise FactoryTwinError(f"There are no constants for subgroups of {n}.", hint=f"Take 2 to {_LARGEST}.")
    d2, d3 = _range(n)
    c4 = math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))
    wide, spread = 3 * d3 / d2, 3 * math.sqrt(1 - c4 * c4) / c4
    return Constants(
        n, d2, d3, c4, 3 / (d2 * math.sqrt(n)), 3 / (c4 * math.sqrt(n)),
        max(0.0, 1 - wide), 1 + wide, max(0.0, 1 - spread), 1 + spread,
    )  # fmt: skip


def normal_cdf(x: Floats) -> Floats:
    """Return the distribution function of the standard normal distribution."""
    return np.asarray(0.5 * (1 + _erf(np.asarray(x) / math.sqrt(2))))


def _range(n: int) -> tuple[float, float]:
    """Return mean and standard deviation of the range of n standard normal values.

    P(range > r) integrated over r gives the mean, 2 r P(range > r) the second moment; with the values in [x, y]:
    E R = int 1 - F^n - (1 - F)^n dx, E R^2 = 2 int int_{x < y} 1 - F(y)^n - (1 - F(x))^n + (F(y) - F(x))^n dy dx.
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    x, w = _REACH * nodes, _REACH * weights
    low = normal_cdf(x)
    mean = float(w @ (1 - low**n - (1 - low) ** n))
    half = (_REACH - x) / 2  # for each x, y from x to the end
    y = x[:, None] + half[:, None] * (1 + nodes[None, :])
    high = normal_cdf(y)
    inner = 1 - high**n - (1 - low[:, None]) ** n + np.clip(high - low[:, None], 0.0, None) ** n
    second = 2 * float(w @ ((inner @ weights) * half))
    return mean, math.sqrt(second - mean * mean)
