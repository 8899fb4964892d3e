# SPDX-License-Identifier: Apache-2.0
"""When something is on shift: questions to a `plant.Calendar`, and texts such as "Mon-Fri 06:00-14:00" made into one.

A window holds its begin, not its end. Windows that touch are one, also where one period meets the next.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from .errors import FactoryTwinError
from .plant import Calendar

Windows = tuple[tuple[float, float], ...]
Exceptions = tuple[tuple[float, float, Windows], ...]

DAY = 86400.0
WEEK = 7 * DAY
MONDAY = datetime(2024, 1, 1)
"""Start of a run that names no date: a Monday at 00:00."""

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = {name: day for day, whole in enumerate(_NAMES) for name in (whole, whole[:3])}
_PART = re.compile(r"([A-Za-z][A-Za-z,\s-]*)?([\d:][\d:,\s-]*)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DATED = re.compile(r"\s*(\d{4}-\d{2}-\d{2})(?:\s+to\s+(\d{4}-\d{2}-\d{2}))?\s+(.+?)\s*", re.S)
_MOST_PERIODS = 2.0**50  # beyond, seconds are too coarse to tell windows apart
_MOST_DAYS = 3660  # of one exception
_LONGEST = 1000  # characters


def is_on(calendar: Calendar, time: float) -> bool:
    """Return whether the instant `time` (s from the start of the run) lies in a window."""
    return _look(calendar, time)[0]


def next_change(calendar: Calendar, time: float) -> float:
    """Return the first instant after `time` at which `is_on` changes, s; infinite when it never does."""
    on, at = _look(calendar, time)
    most = 2 * len(calendar.windows) + 2  # more steps without a change between two exceptions: there will be none
    steps = 0
    while at < math.inf:
        now, after = _look(calendar, at)
        if now != on:
            return at
        steps = steps + 1 if _exception(calendar, at) is None else 0
        at = _next_exception(calendar, at) if steps > most else after
    return math.inf


def end_of_window(calendar: Calendar, time: float) -> float:
    """Return when the window that holds `time` ends, s (infinite: never); `time` itself when it lies in none."""
    return next_change(calendar, time) if is_on(calendar, time) else time


def _look(calendar: Calendar, time: float) -> tuple[bool, float]:
    """Return whether `time` is on, and the next instant at which that may change."""
    exception = _exception(calendar, time)
    if exception is not None:
        _, end, windows = exception
        return _within(windows, time, 0.0, end)
    limit = _next_exception(calendar, time)
    period, windows = calendar.period, calendar.windows
    if period <= 0:
        return _within(windows, time, 0.0, limit)
    if not windows or not abs(time) < period * _MOST_PERIODS:
        return False, limit
    turn = math.floor(time / period)
    turn += (time >= (turn + 1) * period) - (time < turn * period)
    base, seam = turn * period, (turn + 1) * period
    on, at = _within(windows, time, base, min(limit, seam + windows[0][0]))
    if on and time >= base + windows[-1][0] and windows[-1][1] >= period:
        at = min(limit, seam)  # not base + period: rounded otherwise, there would be a gap
    return on, at


def _within(windows: Windows, time: float, base: float, limit: float) -> tuple[bool, float]:
    """Return whether one of the windows, put off by `base`, holds `time`, and the next begin, end or limit."""
    place = bisect_right(windows, time, key=lambda w: base + w[0])
    if place and time < base + windows[place - 1][1]:
        return True, min(limit, base + windows[place - 1][1])
    return False, min(limit, base + windows[place][0]) if place < len(windows) else limit


def _exception(calendar: Calendar, time: float) -> tuple[float, float, Windows] | None:
    place = bisect_right(calendar.exceptions, time, key=lambda e: e[0])
    found = calendar.exceptions[place - 1] if place else None
    return found if found is not None and time < found[1] else None


def _next_exception(calendar: Calendar, time: float) -> float:
    place = bisect_right(calendar.exceptions, time, key=lambda e: e[0])
    return calendar.exceptions[place][0] if place < len(calendar.exceptions) else math.inf


def join(windows: Iterable[tuple[float, float]], period: float = 0.0) -> Windows:
    """Return windows as a `Calendar` wants them: ascending, joined where they meet, wrapped into [0, period) when there is one.

    Args:
        windows: (begin, end), begin < end, in any order, s; with a period none may be longer than it.
        period: s; 0: they don't repeat.
    """
    pieces: list[tuple[float, float]] = []
    for begin, end in windows:
        off = math.floor(begin / period) * period if period else 0.0
        low, high = begin - off, end - off
        pieces += [(low, high)] if not period or high <= period else [(low, period), (0.0, high - period)]
    joined: list[tuple[float, float]] = []
    for low, high in sorted(p for p in pieces if p[0] < p[1]):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def without(windows: Windows, breaks: Windows) -> Windows:
    """Return what is left of ascending windows when ascending breaks are taken out."""
    result: list[tuple[float, float]] = []
    for begin, end in windows:
        for low, high in breaks:
            if begin < low < end:
                result.append((begin, low))
            if low < end and begin < high:
                begin = high
        if begin < end:
            result.append((begin, end))
    return tuple(result)


def compile_week(
    week: Sequence[str], breaks: Sequence[str] = (), exceptions: Sequence[str] = (), start: datetime = MONDAY
) -> tuple[Windows, float, Exceptions]:
    """Return windows, period (a week, s) and exceptions of a calendar in texts; s count from `start`, local time.

    Args:
        week: "Mon-Fri 06:00-14:00, 14:30-22:00", "Sat, Sun 22:00-06:00" (past midnight), "daily 08:00-16:00".
        breaks: The same; without days: every day.
        exceptions: "2026-12-25 off", "2026-12-24 to 2027-01-06 off", "2026-12-27 06:00-12:00"; breaks count there, too.
        start: When the run starts.

    Raises:
        FactoryTwinError: A text can't be understood, or two exceptions concern the same day.
    """
    shift = (start - datetime(start.year, start.month, start.day)).total_seconds() + start.weekday() * DAY
    rest = join((w for text in breaks for w in _weekly(text)), WEEK)
    work = without(join((w for text in week for w in _weekly(text)), WEEK), rest)
    windows = join(((begin - shift, end - shift) for begin, end in work), WEEK)
    spans = sorted(s for text in exceptions for s in _spans(text, rest, start))
    for one, other in zip(spans, spans[1:]):
        if other[0] < one[1]:
            day = (start + timedelta(seconds=other[0])).date()
            raise FactoryTwinError(f"Two exceptions concern {day}.", hint="Say in one of them all that holds for that day.")
    return windows, WEEK, tuple(s for s in spans if s[1] > 0)


def _weekly(text: str) -> list[tuple[float, float]]:
    """Return the windows of "Mon-Fri 06:00-14:00, ..." in s from Monday 00:00; they may reach past Sunday 24:00."""
    _check_length(text)
    result: list[tuple[float, float]] = []
    plain, place = text.replace("\u2013", "-").strip(), 0
    while place < len(plain) or not result:
        part = _PART.match(plain, place)
        if part is None:
            raise _unclear(text, "there are no days with times of day")
        times = _times(part[2].strip().removesuffix(","), text)
        result += [(day * DAY + begin, day * DAY + end) for day in _days(part[1] or "", text) for begin, end in times]
        place = part.end()
    return result


def _days(text: str, whole: str) -> set[int]:
    words = text.strip().removesuffix(",").strip().lower()
    if words in ("", "daily"):
        return set(range(7))
    result: set[int] = set()
    for piece in words.split(","):
        low, dash, high = (part.strip() for part in piece.partition("-"))
        if low not in _DAYS or (high if dash else low) not in _DAYS:
            raise _unclear(whole, f"{piece.strip()!r} is no day of the week")
        first, last = _DAYS[low], _DAYS[high or low]
        result |= {(first + i) % 7 for i in range((last - first) % 7 + 1)}
    return result


def _times(text: str, whole: str) -> list[tuple[float, float]]:
    """Return the windows of "06:00-14:00, 22:00-06:00" in s from 00:00; an end before the begin is on the next day."""
    result = []
    for piece in text.split(","):
        begin, dash, end = (part.strip() for part in piece.partition("-"))
        low, high = _clock(begin, whole), _clock(end, whole)
        if not dash or low == high or low >= DAY:
            raise _unclear(whole, f"{piece.strip()!r} is no time from when to when (a whole day is 00:00-24:00)")
        result.append((low, high if high > low else high + DAY))
    return result


def _clock(text: str, whole: str) -> float:
    match = _CLOCK.fullmatch(text)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (99, 0, 0)
    if hours * 3600 + minutes * 60 + seconds > DAY or minutes > 59 or seconds > 59:
        raise _unclear(whole, f"{text!r} is no time of day" if text else "there is no time of day")
    return hours * 3600.0 + minutes * 60.0 + seconds


def _spans(text: str, breaks: Windows, start: datetime) -> list[tuple[float, float, Windows]]:
    """Return the spans of one exception, s from `start`."""
    _check_length(text)
    match = _DATED.fullmatch(text)
    if match is None:
        raise _unclear(text, "there is no date with what holds then", dated=True)
    first, last = _date(match[1], text), _date(match[2] or match[1], text)
    days = (last - first).days + 1
    if not 0 < days <= _MOST_DAYS:
        raise _unclear(text, f"{days} days are out of range (1 to {_MOST_DAYS})", dated=True)
    midnight = (datetime(first.year, first.month, first.day) - start).total_seconds()
    if match[3].strip().lower() == "off":
        return [(midnight, midnight + days * DAY, ())]
    times = _times(match[3], text)
    if any(end > DAY for _, end in times):
        raise _unclear(text, "a time reaches into the next day: end it at 24:00 and write the rest for that day", dated=True)
    return [_span(midnight + i * DAY, (first.weekday() + i) % 7 * DAY, join(times), breaks) for i in range(days)]


def _span(midnight: float, in_week: float, times: Windows, breaks: Windows) -> tuple[float, float, Windows]:
    left = without(tuple((in_week + begin, in_week + end) for begin, end in times), breaks)
    return midnight, midnight + DAY, tuple((midnight + begin - in_week, midnight + end - in_week) for begin, end in left)


def _date(text: str, whole: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unclear(whole, f"there is no day {text}", dated=True) from None


def _check_length(text: str) -> None:
    if len(text) > _LONGEST:
        raise _unclear(text[:40] + "...", f"{len(text)} characters are too many")


def _unclear(text: str, what: str, *, dated: bool = False) -> FactoryTwinError:
    week = '"Mon-Fri 06:00-14:00, 14:30-22:00", "Sat 22:00-06:00" or "daily 08:00-16:00"'
    dates = '"2026-12-25 off", "2026-12-24 to 2026-12-31 off" or "2026-12-27 06:00-12:00"'
    return FactoryTwinError(f"In {text!r} {what}.", hint=f"Write {dates if dated else week}.")
