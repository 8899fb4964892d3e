# SPDX-License-Identifier: Apache-2.0
"""First-order response, exact for any step: a value that runs after a level; vectorised over many steps."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_BLOCK = 30.0  # time constants at once: e^30 leaves 16 digits their room


def relax(start: float, spans: Floats, levels: Floats, lag: float) -> Floats:
    """Return the value at the end of each step: x' = (level - x) / lag.

    Args:
        start: Value before the first step.
        spans: Length of each step, s, >= 0.
        levels: Level it runs after during each step.
        lag: Time constant, s.
    """
    share = -np.expm1(-spans / lag)
    return recur(start, np.exp(-spans / lag), levels * share, spans / lag)


def recur(start: float, keep: Floats, add: Floats, decay: Floats) -> Floats:
    """Return x of x = keep * x + add, step by step, where `keep` is exp(-decay)."""
    out = np.empty(len(keep))
    at = np.cumsum(decay)
    x, first, base = start, 0, 0.0
    while first < len(keep):
        last = int(np.searchsorted(at, base + _BLOCK, side="right"))
        if last <= first:  # one step longer than a block
            out[first] = keep[first] * x + add[first]
            last = first + 1
        else:
            grow = np.exp(np.cumsum(decay[first:last]))  # summed anew: `at` is too long for the last digits
            out[first:last] = (x + np.cumsum(add[first:last] * grow)) / grow
        x, base, first = float(out[last - 1]), float(at[last - 1]), last
    return out


def wander(start: float, spans: Floats, draws: Floats, lag: float, spread: float) -> Floats:
    """Return a slow random drift at the end of each step: an Ornstein-Uhlenbeck process, exact for any step.

    Args:
        start: Value before the first step.
        spans: Length of each step, s.
        draws: Standard normal draws, one per step.
        lag: Time constant, s.
        spread: Standard deviation in the long run.
    """
    keep = np.exp(-spans / lag)
    return recur(start, keep, spread * np.sqrt(-np.expm1(-2.0 * spans / lag)) * draws, spans / lag)


def swing(times: Floats, amplitude: float, day: float = 86400.0, peak: float = 9 * 3600.0) -> Floats:
    """Return the ambient temperature's daily swing at `times` (s), in K; second 0 is 6 o'clock, the warmest hour 15 o'clock."""
    return amplitude * np.cos(2.0 * math.pi * (times - peak) / day)
