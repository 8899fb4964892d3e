# SPDX-License-Identifier: Apache-2.0
"""The quantities a live twin knows: name, SI unit, what values they may have, and how they stand on a prim.

Other names are free: a measure of any dimension, in the SI unit of the unit it is sent in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from math import inf, isfinite

from .errors import FactoryTwinError
from .event import State
from .ucum import SI, Unit, unit, units_of

NAMESPACE = "factoryTwin:state:"


class Sort(str, Enum):
    """What a quantity is."""

    STATE = "state"  # one of `State`
    COUNTER = "counter"  # whole, grows from message to message
    COUNT = "count"  # whole, now
    MEASURE = "measure"  # a number with a unit
    TEXT = "text"  # words


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity.

    Attributes:
        name: Lower-case word.
        sort: What it is.
        label: For people.
        dimension: One of `ucum.SI`; empty: any (free quantities, states and texts).
        low: Smallest value that can be true, SI.
        high: Largest one.
        is_event: Whether each message counts, so that none may be replaced by a newer one.
        words: Texts it may hold; empty: any.
    """

    name: str
    sort: Sort
    label: str
    dimension: str = ""
    low: float = -inf
    high: float = inf
    is_event: bool = False
    words: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """SI unit; empty when it has none or any."""
        return SI.get(self.dimension, "") if self.dimension != "number" else ""

    @property
    def attribute(self) -> str:
        """Full name of its attribute on a prim."""
        return NAMESPACE + ("status" if self.sort is Sort.STATE else self.name)

    @property
    def is_whole(self) -> bool:
        """True for counts and counters."""
        return self.sort in (Sort.COUNT, Sort.COUNTER)

    @property
    def is_number(self) -> bool:
        """True for counts, counters and measures."""
        return self.sort not in (Sort.STATE, Sort.TEXT)

    def fault(self, value: float) -> str:
        """Return why an SI value can't be true; empty when it can."""
        if not isfinite(value):
            return "The value is not finite."
        if self.is_whole and (value != int(value) or not 0 <= value <= self.high):
            return f"{value:g} is no count."
        if not self.low <= value <= self.high:
            return f"{value:g} {self.unit or ''}".rstrip() + f" is no {self.label.lower()}."
        return ""


MOST = float((1 << 31) - 1)
FAR = 1e7
HEALTH = ("unknown", "good", "warning", "alarm")
STATE = "state"

_ALL = (
    Quantity(STATE, Sort.STATE, "State", is_event=True),
    Quantity("parts", Sort.COUNTER, "Parts finished", "number", 0, MOST, is_event=True),
    Quantity("scrap", Sort.COUNTER, "Parts scrapped", "number", 0, MOST, is_event=True),
    Quantity("wip", Sort.COUNT, "Parts here", "number", 0, MOST),
    Quantity("temperature", Sort.MEASURE, "Temperature", "temperature", -273.15 - 1e-9, 1e5),
    Quantity("vibration", Sort.MEASURE, "Vibration velocity", "speed", 0, 1e3),
    Quantity("power", Sort.MEASURE, "Power", "power"),
    Quantity("energy", Sort.MEASURE, "Energy used", "energy"),
    Quantity("speed", Sort.MEASURE, "Speed", "speed", -3e8, 3e8),
    Quantity("rotation", Sort.MEASURE, "Speed of rotation", "rotation"),
    Quantity("x", Sort.MEASURE, "Place x", "length", -FAR, FAR),
    Quantity("y", Sort.MEASURE, "Place y", "length", -FAR, FAR),
    Quantity("z", Sort.MEASURE, "Place z", "length", -FAR, FAR),
    Quantity("heading", Sort.MEASURE, "Heading", "angle", -1e6, 1e6),
    Quantity("current", Sort.MEASURE, "Current", "current"),
    Quantity("voltage", Sort.MEASURE, "Voltage", "voltage"),
    Quantity("pressure", Sort.MEASURE, "Pressure", "pressure"),
    Quantity("torque", Sort.MEASURE, "Torque", "torque"),
    Quantity("force", Sort.MEASURE, "Force", "force"),
    Quantity("flow", Sort.MEASURE, "Flow", "flow"),
    Quantity("wear", Sort.MEASURE, "Wear", "number", 0, 1e3),
    Quantity("battery", Sort.MEASURE, "Battery level", "number", -1e-9, 1 + 1e-9),
    Quantity("health", Sort.TEXT, "Health", words=HEALTH),
    Quantity("alarm", Sort.TEXT, "Alarm", is_event=True),
)
QUANTITIES: dict[str, Quantity] = {q.name: q for q in _ALL}
"""Quantities with a meaning of their own, by name."""

RESERVED = ("status", "quality", "timestamp", "stale")
"""Names of `factoryTwin:state:*` that are not for values."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


def quantity(name: str) -> Quantity:
    """Return the quantity of that name; one that is not in the table is a free measure.

    Raises:
        FactoryTwinError: The name can't stand on a prim.
    """
    found = QUANTITIES.get(name)
    if found is not None:
        return found
    if name in RESERVED or not _NAME.fullmatch(name):
        hint = f"Known: {', '.join(QUANTITIES)}; or a name of your own of letters, digits and _."
        raise FactoryTwinError(f"{name[:64]!r} is no name of a quantity.", hint=hint)
    return Quantity(name, Sort.MEASURE, name)


def conversion(code: str, target: Quantity) -> tuple[float, float]:
    """Return the factor and the offset that turn values in a unit into SI values of a quantity; no unit: SI already.

    Raises:
        FactoryTwinError: The unit is unknown or of another dimension; the hint says what would fit.
    """
    if not code:
        return 1.0, 0.0
    found = _fitting(code, target)
    return found.scale, found.offset


def convert(value: float, code: str, target: Quantity) -> float:
    """Return a value in a unit as an SI value of a quantity.

    Raises:
        FactoryTwinError: As `conversion`, or the value can't be true.
    """
    scale, offset = conversion(code, target)
    result = value * scale + offset
    wrong = target.fault(result)
    if wrong:
        raise FactoryTwinError(wrong, hint="Check the unit, scale and offset of the binding.")
    return result


def _fitting(code: str, target: Quantity) -> Unit:
    if not target.is_number:
        raise FactoryTwinError(f"{target.label} has no unit.", hint=f"Leave out the unit {code[:20]!r}.")
    if target.dimension == "number" and target.is_whole:
        fits: tuple[str, ...] = ("1",)
    else:
        fits = units_of(target.dimension)
    try:
        found = unit(code)
    except FactoryTwinError as error:
        if fits:
            raise FactoryTwinError(error.what, hint=f"Units that fit {target.name}: {', '.join(fits)}.") from error
        raise
    if found.dimension != target.dimension and target.dimension:
        message = f"{found.code} is a unit of {found.dimension}, not of {target.dimension}."
        raise FactoryTwinError(message, hint=f"Units that fit {target.name}: {', '.join(fits)}.")
    if target.is_whole and found.code != "1":
        raise FactoryTwinError(f"{found.code} is no unit of a count.", hint=f"Units that fit {target.name}: {', '.join(fits)}.")
    return found


def state_of(word: str) -> State | None:
    """Return the state a word means; None when it is no state."""
    found = State.from_token(word)
    return None if found is State.UNKNOWN and word.strip().lower() != "unknown" else found
