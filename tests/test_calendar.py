# SPDX-License-Identifier: Apache-2.0
"""Calendars: on from a window's begin to its end, windows that touch are one, and texts give the windows a planner means."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import pytest
from factory_twin.calendar import DAY, MONDAY, WEEK, compile_week, end_of_window, is_on, join, next_change, without
from factory_twin.errors import FactoryTwinError
from factory_twin.plant import Calendar
from hypothesis import given
from hypothesis import strategies as st

H = 3600.0
Windows = tuple[tuple[float, float], ...]


def calendar(
    *windows: tuple[float, float], period: float = 0.0, exceptions: tuple[tuple[float, float, Windows], ...] = ()
) -> Calendar:
    return Calendar(path="/C", windows=windows, period=period, exceptions=exceptions)


def changes(c: Calendar, end: float, begin: float = 0.0) -> list[float]:
    result, at = [], begin
    while (at := next_change(c, at)) < end:
        result.append(at)
    return result


def test_a_window_holds_its_begin_but_not_its_end() -> None:
    c = calendar((10, 20), (30, 40))
    assert [is_on(c, t) for t in (0, 9.9, 10, 19.9, 20, 29, 30, 40, 1e9)] == [
        False,
        False,
        True,
        True,
        False,
        False,
        True,
        False,
        False,
    ]
    assert [next_change(c, t) for t in (-5, 0, 10, 20, 30, 40)] == [10, 10, 20, 30, 40, math.inf]
    assert [end_of_window(c, t) for t in (10, 15, 20, 35)] == [20, 20, 20, 40]


def test_windows_repeat_after_a_period() -> None:
    c = calendar((2, 4), (6, 8), period=10)
    assert changes(c, 30) == [2, 4, 6, 8, 12, 14, 16, 18, 22, 24, 26, 28]
    assert is_on(c, 1e6 + 2) and not is_on(c, 1e6 + 4)
    assert next_change(c, -9) == -8 and is_on(c, -8)


def test_windows_that_touch_are_one() -> None:
    c = calendar((8, 12), (12, 16), period=24)
    assert next_change(c, 9) == end_of_window(c, 8) == 16
    assert next_change(c, 12) == 16


def test_a_night_shift_is_one_window_across_the_seam() -> None:
    c = calendar((0, 6), (22, 24), period=24)
    assert changes(c, 60, begin=1) == [6, 22, 30, 46, 54]
    assert end_of_window(c, 23) == 30 and is_on(c, 24)


@pytest.mark.parametrize("windows", [((0.0, 24.0),), ((0.0, 8.0), (8.0, 24.0)), ()])
def test_what_never_changes_ends_never(windows: Windows) -> None:
    c = calendar(*windows, period=24)
    assert next_change(c, 5) == math.inf
    assert end_of_window(c, 5) == (math.inf if windows else 5)


def test_exceptions_stand_for_the_usual_windows() -> None:
    c = calendar((6, 14), period=24, exceptions=((48, 72, ()), (72, 96, ((80.0, 82.0),))))
    assert changes(c, 130) == [6, 14, 30, 38, 80, 82, 102, 110, 126]


def test_a_far_exception_is_found_through_what_never_changes() -> None:
    c = calendar((0, 1), period=1, exceptions=((1e12, 1e12 + 5, ()),))
    assert changes(c, math.inf) == [1e12, 1e12 + 5]


def test_a_window_of_an_exception_joins_its_neighbours() -> None:
    c = calendar((20, 24), period=24, exceptions=((24, 48, ((24.0, 26.0), (44.0, 48.0))),))
    assert changes(c, 60, begin=1) == [20, 26, 44, 48]  # 44 to 48 meets nothing: the next day begins off


@pytest.mark.parametrize("period", [0.1, 1 / 3, 7.3, 604800.0])
@pytest.mark.parametrize("turn", [1, 3, 10**6 + 1, 10**9 + 7])
def test_no_gap_is_rounded_into_the_seam(period: float, turn: int) -> None:
    whole = calendar((0.0, period), period=period)
    night = calendar((0.0, period / 4), (period * 0.75, period), period=period)
    for t in (turn * period, math.nextafter(turn * period, 0), (turn - 1) * period + period):
        assert is_on(whole, t) and next_change(whole, t) == math.inf
        assert is_on(night, t) and next_change(night, t) > t + period / 8


def brute(c: Calendar, t: int) -> bool:
    """Whether it is on, by looking at every window."""
    for begin, end, windows in c.exceptions:
        if begin <= t < end:
            return any(b <= t < e for b, e in windows)
    local = t % c.period if c.period else t
    return any(b <= local < e for b, e in c.windows)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    period = draw(st.sampled_from([0, 5, 12, 24]))
    span = st.tuples(st.integers(0, (period or 40) - 1), st.integers(1, period or 40))
    windows = [(float(b), float(b + n)) for b, n in draw(st.lists(span, max_size=4))]
    days = sorted(set(draw(st.lists(st.integers(0, 12), max_size=4))))
    exceptions = []
    for day in days:
        inside = [(7.0 * day + b, min(7.0 * day + b + n, 7.0 * day + 7)) for b, n in draw(st.lists(
            st.tuples(st.integers(0, 6), st.integers(1, 7)), max_size=2))]  # fmt: skip
        exceptions.append((7.0 * day, 7.0 * day + 7, join(inside)))
    return Calendar(path="/C", windows=join(windows, period), period=float(period), exceptions=tuple(exceptions))


@given(calendars(), st.integers(0, 120))
def test_next_change_is_the_first_instant_that_brute_force_finds(c: Calendar, time: int) -> None:
    assert is_on(c, float(time)) == brute(c, time)
    later = next((t for t in range(time + 1, time + 260) if brute(c, t) != brute(c, time)), math.inf)
    assert next_change(c, float(time)) == later
    assert end_of_window(c, float(time)) == (later if brute(c, time) else time)


@given(calendars(), st.floats(0, 1e9))
def test_next_change_changes_what_is_on_and_nothing_does_before(c: Calendar, time: float) -> None:
    after = next_change(c, time)
    assert after > time
    if after < math.inf:
        last = math.nextafter(after, 0)
        assert is_on(c, after) != is_on(c, time) == is_on(c, min((time + after) / 2, last)) == is_on(c, last)


def test_join_and_without() -> None:
    assert join([(5, 7), (1, 3), (3, 4), (6, 9)]) == ((1, 4), (5, 9))
    assert join([(22, 30)], 24) == ((0, 6), (22, 24))
    assert join([(-2, 3)], 24) == ((0, 3), (22, 24))
    assert without(((0, 10), (20, 30)), ((2, 3), (9, 21), (25, 25.5), (40, 50))) == ((0, 2), (3, 9), (21, 25), (25.5, 30))
    assert without(((0, 10),), ((0, 10),)) == ()


def hours(*week: str, breaks: tuple[str, ...] = (), start: datetime = MONDAY) -> list[tuple[float, float]]:
    windows, period, exceptions = compile_week(week, breaks, (), start)
    assert period == WEEK and exceptions == ()
    return [(begin / H, end / H) for begin, end in windows]


def test_texts_of_a_week() -> None:
    assert hours("Mon 06:00-14:00") == [(6, 14)]
    assert hours("Mon-Tue 06:00-14:00, 14:30-22:00") == [(6, 14), (14.5, 22), (30, 38), (38.5, 46)]
    assert hours("daily 08:00-16:00") == hours("08:00-16:00") == [(24 * d + 8, 24 * d + 16) for d in range(7)]
    assert hours("Mon, Wed 07:30-08:00:30") == [(7.5, 8 + 30 / 3600), (55.5, 56 + 30 / 3600)]
    assert hours("Sunday 22:00-06:00") == [(0, 6), (166, 168)], "past midnight into Monday"
    assert hours("Sat-Mon 00:00-24:00") == [(0, 24), (120, 168)]
    assert hours("mon 06:00\u201307:00, tue 06:00-07:00") == [(6, 7), (30, 31)]
    assert hours("Mon 06:00-14:00", "Mon 12:00-20:00", "Mon 20:00-21:00") == [(6, 21)]


def test_breaks_are_taken_out() -> None:
    assert hours("Mon 06:00-14:00", breaks=("09:00-09:15", "Tue 10:00-11:00")) == [(6, 9), (9.25, 14)]
    assert hours("Mon 22:00-06:00", breaks=("23:45-00:15",)) == [(22, 23.75), (24.25, 30)]


def test_a_week_counts_from_the_start_of_the_run() -> None:
    wednesday = datetime(2026, 11, 25, 6)
    assert hours("Mon 06:00-14:00", "Wed 06:00-14:00", start=wednesday) == [(0, 8), (120, 128)]
    assert hours("Wed 04:00-08:00", start=wednesday) == [(0, 2), (166, 168)]


@given(st.integers(0, 13), st.integers(0, 23), st.integers(0, 14 * 24 - 1))
def test_a_week_is_the_same_whenever_the_run_starts(day: int, hour: int, later: int) -> None:
    start = datetime(2026, 11, 23) + timedelta(days=day, hours=hour)
    week = ["Mon-Thu 06:00-14:00", "Fri-Sat 22:00-06:00"]
    dated = ["2026-12-01 10:00-12:00", "2026-12-02 to 2026-12-03 off"]
    windows, period, exceptions = compile_week(week, (), dated, start)
    c = Calendar(path="/C", windows=windows, period=period, exceptions=exceptions)
    now = start + timedelta(hours=later)
    if now.date().isoformat() in ("2026-12-02", "2026-12-03"):
        meant = False
    elif now.date().isoformat() == "2026-12-01":
        meant = 10 <= now.hour < 12
    else:
        meant = now.weekday() < 4 and 6 <= now.hour < 14
        meant |= now.weekday() in (4, 5) and now.hour >= 22
        meant |= now.weekday() in (5, 6) and now.hour < 6
    assert is_on(c, later * H) == meant


def test_dated_exceptions() -> None:
    start = datetime(2026, 12, 24, 6)
    texts = ["2026-12-27 06:00-12:00, 13:00-15:00", "2026-12-25 off", "2026-12-23 off"]
    _, _, exceptions = compile_week(["daily 06:00-14:00"], ["09:00-09:15"], texts, start)
    third = 66 * H  # 27 December 00:00
    assert exceptions == (
        (18 * H, 42 * H, ()),
        (
            third,
            third + DAY,
            ((third + 6 * H, third + 9 * H), (third + 9.25 * H, third + 12 * H), (third + 13 * H, third + 15 * H)),
        ),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no days with times"),
        ("Mon-Fri", "no days with times"),
        ("Monday to Friday 06:00-14:00", "no day of the week"),
        ("Monster 06:00-14:00", "no day of the week"),
        ("Mon- 06:00-14:00", "no day of the week"),
        ("Mon 6-14", "'6' is no time of day"),
        ("Mon 06:00", "no time of day"),
        ("Mon 06:00-25:00", "'25:00' is no time of day"),
        ("Mon 06:61-14:00", "'06:61' is no time of day"),
        ("Mon 24:30-14:00", "'24:30' is no time of day"),
        ("Mon 06:00-06:00", "no time from when to when"),
        ("Mon 24:00-06:00", "no time from when to when"),
        ("Mon 06:00-14:00 and", "no days with times"),
        ("Mon 06:00-14:00,,15:00-16:00", "no time of day"),
        ("Mon 06:00-14:00" * 100, "1500 characters"),
    ],
)
def test_texts_that_mean_no_week(text: str, words: str) -> None:
    for arguments in (([text],), (["daily 00:00-24:00"], [text])):
        with pytest.raises(FactoryTwinError, match=words) as caught:
            compile_week(*arguments)
        assert text[:20] in caught.value.what and "Mon-Fri 06:00-14:00" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no date"),
        ("off", "no date"),
        ("2026-12-25", "no date"),
        ("25.12.2026 off", "no date"),
        ("2026-02-30 off", "no day 2026-02-30"),
        ("2026-12-25 free", "no time of day"),
        ("2026-12-25 22:00-06:00", "next day"),
        ("2026-12-25 to 2026-12-24 off", "0 days"),
        ("1000-01-01 to 9999-12-31 off", "3660"),
    ],
)
def test_texts_that_mean_no_exception(text: str, words: str) -> None:
    with pytest.raises(FactoryTwinError, match=words) as caught:
        compile_week(["daily 06:00-14:00"], (), [text])
    assert caught.value.hint


def test_two_exceptions_for_a_day_are_one_too_many() -> None:
    with pytest.raises(FactoryTwinError, match="2026-12-25"):
        compile_week(["daily 06:00-14:00"], (), ["2026-12-24 to 2026-12-26 off", "2026-12-25 06:00-07:00"])


def test_a_question_costs_little_in_a_long_calendar() -> None:
    """Ten thousand windows and exceptions: the answer is looked up, not searched for from the beginning."""
    windows = tuple((20.0 * i, 20.0 * i + 10) for i in range(10_000))
    free = tuple((2e5 * i + 5, 2e5 * i + 6, ()) for i in range(1, 10_000))
    looked = []

    class Counting(tuple):  # type: ignore[type-arg]
        def __getitem__(self, place: object) -> object:
            looked.append(place)
            return super().__getitem__(place)  # type: ignore[index]

    c = Calendar(path="/C", windows=Counting(windows), period=2e5, exceptions=Counting(free))
    assert next_change(c, 1e9 + 25) == 1e9 + 30
    assert len(looked) < 200
