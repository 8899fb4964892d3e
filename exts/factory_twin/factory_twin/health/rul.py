# SPDX-License-Identifier: Apache-2.0
"""How long something will last: a trend up to a limit, or the lives that others had. Always with an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import FactoryTwinError

Floats = NDArray[np.float64]
_LEAST = 8
_DRAWS = 400
_SEED = 7


@dataclass(frozen=True, slots=True)
class Remaining:
    """Useful life that remains, in the unit of the times given.

    Attributes:
        middle: As likely to last longer as shorter; inf: no end in sight.
        low: It lasts longer with 95 %.
        high: It lasts longer with 5 %; inf: perhaps for ever.
    """

    middle: float
    low: float
    high: float


NEVER = Remaining(math.inf, math.inf, math.inf)


def trend(times: Sequence[float] | Floats, values: Sequence[float] | Floats, limit: float, *,
          exponential: bool = False) -> Remaining:  # fmt: skip
    """Return when the trend of values reaches a limit, counted from the last time.

    A straight line (or an exponential curve, for values > 0) by least squares; the interval comes from resampling blocks of
    what is left over, so that values that remember each other don't make it too narrow. It knows nothing of a trend that
    changes its law.

    Args:
        times: Ascending.
        values: At those times.
        limit: Above or below; the side is where it lies from the mean of the last values.
        exponential: Whether to fit the logarithm.

    Raises:
        FactoryTwinError: There are fewer than 8 values, or some are not finite.
    """
    t, y = np.asarray(times, float), np.asarray(values, float)
    if len(t) < _LEAST or len(t) != len(y) or not (np.isfinite(t).all() and np.isfinite(y).all() and math.isfinite(limit)):
        raise FactoryTwinError("A trend needs 8 finite values or more.", hint="Wait for more values.")
    if exponential:
        if not ((y > 0).all() and limit > 0):
            raise FactoryTwinError("An exponential trend needs values and a limit > 0.", hint="Fit a straight line.")
        y, limit = np.log(y), math.log(limit)
    if t[-1] <= t[0]:
        raise FactoryTwinError("All values are of one instant.", hint="Wait for more values.")
    x = t - t[-1]
    up = 1.0 if limit >= float(y[-_LEAST:].mean()) else -1.0
    y, limit = up * y, up * limit
    design = np.stack([np.ones(len(x)), x], axis=1)
    inverse = np.linalg.pinv(design)
    line = inverse @ y
    rest = y - design @ line
    block = max(1, round(len(x) ** 0.5))
    draw = np.random.default_rng(_SEED)
    starts = draw.integers(0, len(x) - block + 1, (_DRAWS, -(-len(x) // block)))
    rows = (starts[:, :, None] + np.arange(block)).reshape(_DRAWS, -1)[:, : len(x)]
    lines = line[:, None] + inverse @ rest[rows].T
    middle = _reach(float(line[0]), float(line[1]), limit)
    ends = np.sort([_reach(a, b, limit) for a, b in lines.T.tolist()])
    low, high = float(ends[int(0.05 * _DRAWS)]), float(ends[int(0.95 * _DRAWS) - 1])
    return Remaining(middle, min(low, middle), max(high, middle))


def _reach(now: float, slope: float, limit: float) -> float:
    if now >= limit:
        return 0.0
    return (limit - now) / slope if slope > 0 else math.inf


@dataclass(frozen=True, slots=True)
class Weibull:
    """Lives after Weibull.

    Attributes:
        shape: Below 1: early failures; 1: by chance; above: wear.
        scale: 63 % have failed by then.
    """

    shape: float
    scale: float

    def survival(self, age: float) -> float:
        """Return the share that lives longer than `age`."""
        return math.exp(-((max(0.0, age) / self.scale) ** self.shape))

    def remaining(self, age: float = 0.0) -> Remaining:
        """Return what remains for one that has reached `age`."""
        past = (max(0.0, age) / self.scale) ** self.shape

        def left(share: float) -> float:
            return float(self.scale * (past - math.log(share)) ** (1 / self.shape)) - max(0.0, age)

        return Remaining(left(0.5), left(0.95), left(0.05))


def weibull(lives: Sequence[float], running: Sequence[float] = ()) -> Weibull:
    """Return the Weibull distribution that fits best (maximum likelihood).

    Args:
        lives: Ages at failure, > 0, two or more different ones.
        running: Ages reached by those that still run, > 0.

    Raises:
        FactoryTwinError: There are too few, or not > 0.
    """
    failed = np.asarray(lives, float)
    ages = np.concatenate([failed, np.asarray(running, float)])
    if len(failed) < 2 or not np.isfinite(ages).all() or not (ages > 0).all() or np.ptp(failed) <= 0:
        raise FactoryTwinError("A Weibull fit needs two different lives > 0 or more.", hint="Wait for more failures.")
    unit = float(np.max(ages))
    x, mean = np.log(ages / unit), float(np.log(failed / unit).mean())

    def excess(shape: float) -> float:
        power = np.exp(shape * x)
        return float(power @ x / power.sum()) - 1 / shape - mean

    low, high = 1e-3, 1.0
    while excess(high) < 0 and high < 1e6:
        high *= 2
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) < 0 else (low, middle)
    shape = 0.5 * (low + high)
    return Weibull(shape, unit * float(np.exp(shape * x).sum() / len(failed)) ** (1 / shape))
