# SPDX-License-Identifier: Apache-2.0
"""Calendars, and how stations and pools follow them."""

from __future__ import annotations

import math
from datetime import datetime

from .. import calendar
from ..errors import FactoryTwinError
from ..plant import Calendar, Shift
from .applied import Applied, Index
from .names import CALENDAR, SCENARIO

SHORTEST = 1e-3
"""Period, s."""

_TEXTS = ("week", "breaks", "exceptions")


def calendars(index: Index, start: datetime | None) -> tuple[Calendar, ...]:
    """Return all calendars; s count from `start`, None: a Monday at 00:00."""
    return tuple(_calendar(one, start) for one in index.of(CALENDAR))


def _calendar(one: Applied, start: datetime | None) -> Calendar:
    if one["week"] and one["windows"]:
        hint = "Take away the windows or the week."
        one.error("windows", "and_week", "The calendar has both windows and a week.", hint=hint)
    if one["week"]:
        return _from_week(one, start)
    for word in ("breaks", "exceptions"):
        if one[word]:
            hint = "Give the shifts as a week, for example daily 06:00-14:00."
            one.error(word, "no_week", f"The {word} need a week they differ from.", hint=hint)
    return _from_windows(one)


def _from_week(one: Applied, start: datetime | None) -> Calendar:
    if one["exceptions"] and start is None:
        message = "The run has no date of its start, so nobody knows when the days of the exceptions are."
        hint = f"Set factoryTwin:scenario:start of the prim with {SCENARIO}, for example to 2026-11-23T06:00."
        one.error("exceptions", "no_start", message, hint=hint)
        return Calendar(path=one.path)
    texts: dict[str, tuple[str, ...]] = {}
    for word in _TEXTS:  # one after the other, so that the error names its attribute
        texts[word] = one[word]
        try:
            windows, period, exceptions = calendar.compile_week(
                texts["week"], texts.get("breaks", ()), texts.get("exceptions", ()), start or calendar.MONDAY
            )
        except FactoryTwinError as error:
            one.error(word, "invalid", error.what, hint=error.hint)
            return Calendar(path=one.path)
    if not windows and not exceptions:
        one.error("breaks", "invalid", "The breaks leave nothing of the shifts.", hint="Make them shorter.")
    return Calendar(path=one.path, windows=windows, period=period, exceptions=exceptions)


def _from_windows(one: Applied) -> Calendar:
    windows, period = one["windows"], one["period"]
    if 0 < period < SHORTEST:
        message = f"A period of {period:g} s is too short."
        one.error("period", "invalid", message, hint=f"Give {SHORTEST:g} s or more, or 0 for windows that don't repeat.")
        return Calendar(path=one.path)
    wrong = next((w for w in windows if not 0 <= w[0] < w[1] or (period and w[1] - w[0] > period)), None)
    if wrong is not None:
        longest = f" and not longer than the period of {period:g} s" if period else ""
        message = f"({wrong[0]:g}, {wrong[1]:g}) is no time on shift."
        one.error("windows", "invalid", message, hint=f"Give (begin, end) with 0 <= begin < end{longest}.")
        return Calendar(path=one.path)
    if not windows and not one.is_flawed("windows") and not any(one[word] for word in _TEXTS):
        hint = "Give windows such as [(0, 28800)], or a week such as Mon-Fri 06:00-14:00."
        one.error("windows", "missing", "The calendar names no time on shift.", hint=hint)
    return Calendar(path=one.path, windows=calendar.join(windows, period), period=period)


def shift(one: Applied, *, no_start_within: float = 0.0) -> Shift:
    """Return how a station or pool follows its calendar."""
    where = one.target("calendar", (CALENDAR,), "calendar")
    finish = one["atShiftEnd"] == "finish"
    if not one["calendar"]:
        for word, given in (("atShiftEnd", finish), ("noStartWithin", no_start_within > 0)):
            if given:
                hint = f"Point {one.attribute('calendar')} to a calendar."
                one.warning(word, "no_calendar", "Without a calendar there is no end of a shift; this is ignored.", hint=hint)
    return Shift(calendar=where, finish=finish, no_start_within=no_start_within)


def longest_window(found: Calendar) -> float:
    """Return the length of the calendar's longest time on shift, s; infinite when it never ends."""
    begins = {w[0] for w in found.windows} | {w[0] for e in found.exceptions for w in e[2]}
    if found.period:
        begins = begins | {b + found.period for b in begins}
    return max((calendar.end_of_window(found, b) - b for b in begins), default=math.inf)
