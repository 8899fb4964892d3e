# SPDX-License-Identifier: Apache-2.0
"""Health settings of any prim. A value with a fault is left out with a warning: the others, and the plant, work on."""

from __future__ import annotations

import difflib
import math
import re

from ..errors import FactoryTwinError
from ..plant.watch import Watch
from ..quantity import QUANTITIES, Quantity, Sort, conversion, quantity
from .applied import Applied, Index
from .names import HEALTH

_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S.*?)?\s*")
_LONGEST = 60
_OUTWARDS = (("warning", "alarm", 1.0), ("lowWarning", "lowAlarm", -1.0))


def watches(index: Index) -> tuple[Watch, ...]:
    """Return the health settings of a stage, in stage order; what is wrong with them goes to the findings."""
    return tuple(watch for one in index.of(HEALTH) if (watch := _watch(one, index)) is not None)


def _watch(one: Applied, index: Index) -> Watch | None:
    known = _quantity(one, index)
    if known is None:
        return None
    limits = {
        "warning": _level(one, "warning", known, math.inf), "alarm": _level(one, "alarm", known, math.inf),
        "lowWarning": _level(one, "lowWarning", known, -math.inf), "lowAlarm": _level(one, "lowAlarm", known, -math.inf),
    }  # fmt: skip
    for near, far, side in _OUTWARDS:
        if math.isfinite(limits[near]) and math.isfinite(limits[far]) and side * (limits[far] - limits[near]) < 0:
            wrong = f"The alarm limit {one[far]} comes before the warning limit {one[near]}; only the alarm counts."
            one.warning(far, "order", wrong, hint="Let a warning come before its alarm.")
            limits[near] = limits[far]
    if limits["lowWarning"] >= limits["warning"] or limits["lowAlarm"] >= limits["alarm"]:
        wrong = "The lower limits are not below the upper ones; the lower ones are ignored."
        one.warning("lowWarning", "order", wrong, hint="Lower limits hold for values that are too low.")
        limits["lowWarning"] = limits["lowAlarm"] = -math.inf
    target, tolerance = _level(one, "target", known, math.nan), _size(one, "tolerance", known)
    if (target == target) != (tolerance > 0):
        word, other = ("target", "tolerance") if target == target else ("tolerance", "target")
        if not one.is_flawed(other) and not one[other]:
            one.warning(word, "unused", f"A {word} without a {other} is ignored.", hint=f"Set the {other}, too.")
        target, tolerance = math.nan, 0.0
    zone = one["zone"]
    if zone != "default" and known.name != "vibration":
        one.warning("zone", "unused", f"Zones are for vibration, not for {known.name}.", hint="Leave it out, or set limits.")
    return Watch(
        path=one.path, quantity=known.name, warning=limits["warning"], alarm=limits["alarm"],
        low_warning=limits["lowWarning"], low_alarm=limits["lowAlarm"], hysteresis=_size(one, "hysteresis", known),
        delay=one["delay"], zone="" if zone == "default" else zone, drift=one["drift"], target=target, tolerance=tolerance,
    )  # fmt: skip


def _quantity(one: Applied, index: Index) -> Quantity | None:
    """Return the quantity that the instance names, after adding what is wrong with it."""
    try:
        known = quantity(one.instance)
    except FactoryTwinError as error:
        index.findings.warning("health.quantity.invalid", one.prim, f"{error.what} The settings are ignored.", hint=error.hint,
                               attribute="apiSchemas")  # fmt: skip
        return None
    if known.sort in (Sort.STATE, Sort.TEXT):
        hint = "Name a quantity that is a number, such as temperature."
        index.findings.warning("health.quantity.invalid", one.prim, f"{known.label} has no limits; the settings are ignored.",
                               hint=hint, attribute="apiSchemas")  # fmt: skip
        return None
    near = difflib.get_close_matches(one.instance, QUANTITIES, 1, 0.8) if one.instance not in QUANTITIES else []
    if near:
        message = f"{one.instance} is taken as a quantity of your own."
        index.findings.warning("health.quantity.misspelt", one.prim, message, hint=f"Did you mean {near[0]}?",
                               attribute="apiSchemas")  # fmt: skip
    return known


def _level(one: Applied, word: str, known: Quantity, none: float) -> float:
    """Return a value of the quantity in SI; `none` where there is none, or none that can be read."""
    found = _read(one, word, known, difference=False)
    return none if found is None else found


def _size(one: Applied, word: str, known: Quantity) -> float:
    """Return a difference of values of the quantity in SI, >= 0; 0 where there is none, or none that can be read."""
    found = _read(one, word, known, difference=True)
    return 0.0 if found is None else found


def _read(one: Applied, word: str, known: Quantity, *, difference: bool) -> float | None:
    text: str = one[word]
    if not text.strip():
        return None
    match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    what, hint = f"{text[:_LONGEST]!r} is no number with a unit", "Write 80 degC or 4.5 mm/s; without a unit SI is meant."
    if match:
        try:
            scale, offset = conversion(match[2] or "", known)
            value = float(match[1]) * scale + (0.0 if difference else offset)
            wrong = "" if difference else known.fault(value)
            if math.isfinite(value) and not wrong and (value >= 0 or not difference):
                return value
            what = wrong.rstrip(".") or f"{text[:_LONGEST]!r} is below 0"
        except FactoryTwinError as error:
            what, hint = error.what.rstrip("."), error.hint
    one.warning(word, "invalid", f"{what}; it is ignored.", hint=hint)
    return None
