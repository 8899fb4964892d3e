# SPDX-License-Identifier: Apache-2.0
"""How one quantity of a prim is to be watched: limits, zones, drift, tolerance."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Health settings of one quantity of a prim, SI units (temperature in degC).

    Attributes:
        path: Prim path.
        quantity: Name of the quantity.
        warning: Values from here on are a warning; inf: none.
        alarm: Values from here on are an alarm; inf: none.
        low_warning: Values down to here are a warning; -inf: none.
        low_alarm: Values down to here are an alarm; -inf: none.
        hysteresis: How far a value must come back behind a limit before it counts as back.
        delay: How long a value must be beyond a limit before it counts, s.
        zone: Class of the vibration zones; empty: that of the settings; "none": no zones.
        drift: Whether slow changes from what was learnt are looked for.
        target: Value wanted; nan: none.
        tolerance: Half the width of the tolerance around the target; 0: none.
    """

    path: str
    quantity: str
    warning: float = inf
    alarm: float = inf
    low_warning: float = -inf
    low_alarm: float = -inf
    hysteresis: float = 0.0
    delay: float = 0.0
    zone: str = ""
    drift: bool = True
    target: float = nan
    tolerance: float = 0.0
