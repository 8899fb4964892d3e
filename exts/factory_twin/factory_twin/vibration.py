# SPDX-License-Identifier: Apache-2.0
"""Vibration severity of machines: zones of ISO 20816-3 (before: ISO 10816-3) from the velocity of non-rotating parts."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from .errors import FactoryTwinError

Limits = tuple[float, float, float]

ZONES = ("A", "B", "C", "D")
"""A: as new. B: fit for long-term operation. C: for a limited time only. D: does damage."""

LIMITS: dict[str, Limits] = {
    "group1_rigid": (2.3, 4.5, 7.1),
    "group1_flexible": (3.5, 7.1, 11.0),
    "group2_rigid": (1.4, 2.8, 4.5),
    "group2_flexible": (2.3, 4.5, 7.1),
}
"""Upper limits of zones A, B and C, mm/s rms, 10 Hz to 1 kHz. Group 1: above 300 kW. Group 2: 15 kW to 300 kW. By support."""


def zone(velocity: float, limits: Sequence[float]) -> str:
    """Return the zone of a velocity; a value at a limit belongs to the zone above it.

    Args:
        velocity: mm/s rms.
        limits: Upper limits of zones A, B, C, mm/s rms; see `LIMITS`.

    Raises:
        FactoryTwinError: The velocity is negative or not finite, or the limits don't ascend.
    """
    if not 0 <= velocity < math.inf:
        raise FactoryTwinError(f"A velocity of {velocity:g} mm/s is out of range.", hint="Give a number >= 0.")
    if len(limits) != 3 or not 0 < limits[0] < limits[1] < limits[2] < math.inf:
        raise FactoryTwinError(f"{tuple(limits)} are no zone limits.", hint="Give three ascending numbers > 0.")
    return ZONES[bisect_right(limits, velocity)]
