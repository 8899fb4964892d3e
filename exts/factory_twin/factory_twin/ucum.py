# SPDX-License-Identifier: Apache-2.0
"""Units of measured values as machines write them, in the style of UCUM: code -> dimension, and how it becomes SI.

A value in a unit, times `scale` plus `offset`, is in the SI unit of its dimension; temperatures become degC.
"""

from __future__ import annotations

import difflib
from math import pi
from typing import NamedTuple

from .errors import FactoryTwinError


class Unit(NamedTuple):
    """A unit.

    Attributes:
        code: As written in messages.
        dimension: What it measures, one of `SI`.
        scale: Factor to SI.
        offset: Added after the factor.
    """

    code: str
    dimension: str
    scale: float = 1.0
    offset: float = 0.0


SI = {
    "number": "1", "temperature": "degC", "time": "s", "length": "m", "speed": "m/s",
    "acceleration": "m/s2", "angle": "rad", "rotation": "rad/s", "mass": "kg", "power": "W", "energy": "J", "current": "A",
    "voltage": "V", "frequency": "Hz", "pressure": "Pa", "force": "N", "torque": "N.m", "flow": "m3/s", "volume": "m3",
}  # fmt: skip
"""Dimension -> SI unit."""

_G = 9.80665
_POUND = 0.45359237
_TABLE: dict[str, dict[str, float | tuple[float, float]]] = {
    "number": {"1": 1.0, "%": 1e-2, "ppm": 1e-6},
    "temperature": {"degC": 1.0, "K": (1.0, -273.15), "degF": (5 / 9, -160 / 9)},
    "time": {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0},
    "length": {"um": 1e-6, "mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3, "in": 0.0254, "ft": 0.3048},
    "speed": {"um/s": 1e-6, "mm/s": 1e-3, "cm/s": 1e-2, "m/s": 1.0, "mm/min": 1e-3 / 60, "m/min": 1 / 60, "km/h": 1 / 3.6,
              "in/s": 0.0254, "ft/min": 0.3048 / 60},
    "acceleration": {"mm/s2": 1e-3, "m/s2": 1.0, "g0": _G},
    "angle": {"rad": 1.0, "mrad": 1e-3, "deg": pi / 180, "rev": 2 * pi},
    "rotation": {"rad/s": 1.0, "deg/s": pi / 180, "rpm": pi / 30, "rps": 2 * pi},
    "mass": {"mg": 1e-6, "g": 1e-3, "kg": 1.0, "t": 1e3, "lb": _POUND},
    "power": {"mW": 1e-3, "W": 1.0, "kW": 1e3, "MW": 1e6, "hp": 745.6998715822702},
    "energy": {"J": 1.0, "kJ": 1e3, "MJ": 1e6, "Wh": 3.6e3, "kWh": 3.6e6, "MWh": 3.6e9},
    "current": {"uA": 1e-6, "mA": 1e-3, "A": 1.0, "kA": 1e3},
    "voltage": {"mV": 1e-3, "V": 1.0, "kV": 1e3},
    "frequency": {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "1/min": 1 / 60},
    "pressure": {"Pa": 1.0, "hPa": 1e2, "kPa": 1e3, "MPa": 1e6, "mbar": 1e2, "bar": 1e5, "psi": _POUND * _G / 0.0254**2,
                 "atm": 101325.0},
    "force": {"N": 1.0, "kN": 1e3, "lbf": _POUND * _G},
    "torque": {"mN.m": 1e-3, "N.m": 1.0, "kN.m": 1e3, "lbf.ft": _POUND * _G * 0.3048},
    "flow": {"m3/s": 1.0, "m3/h": 1 / 3600, "L/s": 1e-3, "L/min": 1e-3 / 60, "L/h": 1e-3 / 3600},
    "volume": {"mL": 1e-6, "L": 1e-3, "m3": 1.0},
}  # fmt: skip

_ALIASES = {
    "°C": "degC", "C": "degC", "Cel": "degC", "celsius": "degC", "°F": "degF", "F": "degF", "[degF]": "degF", "kelvin": "K",
    "µm": "um", "μm": "um", "µs": "us", "µm/s": "um/s", "sec": "s", "hr": "h", "day": "d", "kph": "km/h",
    "m/s^2": "m/s2", "m/s²": "m/s2", "mm/s^2": "mm/s2", "mm/s²": "mm/s2", "[g]": "g0", "gn": "g0",
    "°": "deg", "1/s": "Hz", "r/min": "rpm", "rev/min": "rpm", "RPM": "rpm", "U/min": "rpm", "rev/s": "rps", "°/s": "deg/s",
    "Nm": "N.m", "N*m": "N.m", "N·m": "N.m", "mNm": "mN.m", "kNm": "kN.m", "lbf*ft": "lbf.ft",
    "l": "L", "l/s": "L/s", "l/min": "L/min", "l/h": "L/h", "ml": "mL", "m³": "m3", "m³/h": "m3/h", "m³/s": "m3/s",
    "amp": "A", "volt": "V", "watt": "W", "KW": "kW", "kwh": "kWh", "KWh": "kWh", "pct": "%", "percent": "%", "[psi]": "psi",
    "[in_i]": "in", "[ft_i]": "ft", "[lb_av]": "lb", "ratio": "1", "count": "1", "pcs": "1", "pieces": "1",
}  # fmt: skip

UNITS: dict[str, Unit] = {
    code: Unit(code, dimension, *(how if isinstance(how, tuple) else (how,)))
    for dimension, units in _TABLE.items()
    for code, how in units.items()
}
"""Code -> unit; other spellings are known to `unit`."""

_LONGEST = 40


def unit(code: str) -> Unit:
    """Return the unit of that code.

    Raises:
        FactoryTwinError: It is not known; the hint names what is near.
    """
    found = UNITS.get(code) or UNITS.get(_ALIASES.get(code, "")) or UNITS.get(code.strip())
    if found is not None:
        return found
    shown = code if len(code) <= _LONGEST else code[:_LONGEST] + "..."
    known = [*UNITS, *_ALIASES]
    same = [u for u in known if u.casefold() == shown.casefold()]
    near = same or difflib.get_close_matches(code[:_LONGEST], known, 5, 0.5)
    hint = f"Did you mean {', '.join(near)}?" if near else f"Known: {', '.join(UNITS)}."
    raise FactoryTwinError(f"The unit {shown!r} is unknown.", hint=hint)


def units_of(dimension: str) -> tuple[str, ...]:
    """Return the codes of all units of a dimension, the SI unit first."""
    return tuple(sorted(_TABLE.get(dimension, ()), key=lambda code: code != SI[dimension]))
