# SPDX-License-Identifier: Apache-2.0
"""A word that the plant says: one value of one place. Units of what it measures."""

from __future__ import annotations

from typing import NamedTuple

UNITS = {
    "temperature": "degC", "vibration": "m/s", "power": "W", "energy": "J", "diameter": "m", "acceleration": "m/s2",
    "envelope": "m/s2", "speed": "m/s", "x": "m", "y": "m", "z": "m", "heading": "rad",
}  # fmt: skip
DIGITS = {
    "temperature": 2, "vibration": 6, "power": 1, "energy": 0, "diameter": 7, "acceleration": 3, "envelope": 3, "crest": 3,
    "kurtosis": 3,
}  # fmt: skip
"""Places after the point that a sensor of that kind has."""


class Word(NamedTuple):
    """One value of one place.

    Attributes:
        place: Prim path.
        name: Quantity ("state", "parts", "temperature", "diameter", ...).
        value: Number in SI units (temperature in degC), or the state's token.
        time: Unix time, s.
    """

    place: str
    name: str
    value: float | int | str
    time: float
