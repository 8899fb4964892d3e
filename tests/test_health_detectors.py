# SPDX-License-Identifier: Apache-2.0
"""Each detector of machine health by itself: known answers, and what it does at once against value by value."""

from __future__ import annotations

import math

import numpy as np
import pytest
from factory_twin.errors import FactoryTwinError
from factory_twin.event import State
from factory_twin.health.bins import Bins, averages
from factory_twin.health.chart import Scrap, XbarR, upper
from factory_twin.health.drift import Drift
from factory_twin.health.limits import Limits
from factory_twin.health.load import LAGS, Load
from factory_twin.health.rul import trend, weibull
from factory_twin.health.score import poisson, wilson
from factory_twin.health.settings import Settings, Usual, usual
from factory_twin.health.spikes import Spikes
from factory_twin.health.stuck import Stuck
from factory_twin.health.trace import SIZE, Trace
from factory_twin.spc import cusum_arl, ewma_arl, nelson, shewhart_arl, western_electric_arl
from hypothesis import given, settings
from hypothesis import strategies as st

values = st.lists(st.sampled_from([0.0, 1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, -1.0, -2.0, 9.0]), max_size=60)


# ---- average run lengths: known answers of the literature, and the charts themselves
def test_average_run_lengths_of_the_literature() -> None:
    assert shewhart_arl(0.0) == pytest.approx(370.4, abs=0.1)
    assert ewma_arl(0.0, weight=0.2, limit=2.962) == pytest.approx(500, rel=0.005)  # Lucas & Saccucci 1990
    assert cusum_arl(0.0, k=0.5, h=4.77) == pytest.approx(370, rel=0.01)
    assert western_electric_arl(0.0) == pytest.approx(91.75, abs=0.02)  # Champ & Woodall 1987


MOST = 5000


def mean_run(chart: XbarR, draw: np.random.Generator, runs: int) -> float:
    lengths = []
    for _ in range(runs):
        chart.level, chart.reason, points = 0, "", 0
        while not chart.level and points < MOST:
            points += 1
            chart.feed(float(points), float(draw.standard_normal()))
        lengths.append(points)
    return float(np.mean(lengths))


def test_the_chart_itself_has_the_run_length_of_shewhart() -> None:
    chart = XbarR(group=1, limit=3.0, range_limit=math.inf)
    chart.set(0.0, 1.0)
    assert mean_run(chart, np.random.default_rng(4), 400) == pytest.approx(370.4, rel=0.15)  # 3 standard errors


def run_lengths(kind: str, options: Settings, draw: np.random.Generator, runs: int) -> float:
    lengths = []
    for _ in range(runs):
        drift = Drift(options, Usual())
        drift.load({"line": [0.0], "offset": 0.0, "spread": 1.0, "smooth": math.sqrt(options.weight / (2 - options.weight))})
        points = 0
        while not getattr(drift, kind) and points < MOST:
            points += 1
            drift.feed(float(points), float(draw.standard_normal()))
        lengths.append(points)
    return float(np.mean(lengths))


@pytest.mark.parametrize(
    ("kind", "options", "known"),
    [
        ("ewma", Settings(weight=0.2, ewma=(2.962, 99.0), cusum=(9.0, 99.0)), 500.0),
        ("cusum", Settings(ewma=(99.0, 100.0), cusum=(0.5, 4.77)), 370.0),
    ],
)
def test_the_detector_itself_has_the_run_length_of_its_chart(kind: str, options: Settings, known: float) -> None:
    assert run_lengths(kind, options, np.random.default_rng(11), 300) == pytest.approx(known, rel=0.18)


# ---- Nelson's rules, through the chart
SEQUENCES = {
    1: [0.1, -0.2, 3.2],
    2: [0.5, 1.2, 0.3, 0.4, 0.2, 0.7, 0.6, 0.3, 0.1],
    3: [-1.5, -0.9, -0.3, 0.2, 0.9, 1.4],
    4: [0.5, -0.5] * 7,
    5: [0.1, 2.2, -0.3, 2.4],
    6: [1.3, 1.4, -0.2, 1.2, 1.6],
    7: [0.3, -0.4, 0.2, -0.8, -0.1, 0.6, -0.7, -0.2, 0.9, 0.4, -0.3, -0.5, 0.8, 0.1, -0.6],
    8: [1.2, -1.4, 1.1, -1.3, -1.7, 1.5, 1.6, -1.2],
}


@pytest.mark.parametrize("rule", SEQUENCES)
def test_each_rule_of_nelson_has_a_sequence(rule: int) -> None:
    chart = XbarR(group=1, limit=99.0, range_limit=math.inf, rules=(rule,))
    chart.set(0.0, 1.0)
    row = SEQUENCES[rule]
    levels = []
    for k, z in enumerate(row):
        chart.feed(float(k), z)
        levels.append(chart.level)
    assert levels == [0] * (len(row) - 1) + [1]
    assert chart.reason == f"rule {rule}"
    assert nelson(row, centre=0.0, sigma=1.0)[rule] == [len(row) - 1]


# ---- limits
def levels(one: Limits, row: list[tuple[float, float]]) -> list[int]:
    out = []
    for time, value in row:
        one.feed(time, value)
        out.append(one.level)
    return out


def test_hysteresis() -> None:
    one = Limits(warning=4.0, alarm=6.0, hysteresis=0.5)
    assert levels(one, list(enumerate([3.9, 4.0, 3.5, 3.4, 4.0, 6.0, 5.6, 5.4, 3.6, 3.4]))) == [0, 1, 1, 0, 1, 2, 2, 1, 1, 0]


def test_delay_needs_an_unbroken_stay() -> None:
    one = Limits(warning=4.0, delay=10.0)
    assert levels(one, [(0, 5), (9, 5), (9.5, 3), (10, 5), (19, 5), (20, 5)]) == [0, 0, 0, 0, 0, 1]


def test_low_limits() -> None:
    one = Limits(low_warning=2.0, low_alarm=1.0, hysteresis=0.2)
    assert levels(one, list(enumerate([3, 2, 2.1, 1, 1.1, 1.3, 2.3]))) == [0, 1, 1, 2, 2, 1, 0]
    assert levels(Limits(low_alarm=1.0), [(0, 1.0)]) == [2]


@given(values, st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([0.0, 2.0, 3.0]))
def test_limits_need_only_the_values_that_matter(row: list[float], hysteresis: float, delay: float) -> None:
    def made() -> Limits:
        return Limits(warning=3.0, alarm=5.0, low_warning=-1.0, low_alarm=-2.0, hysteresis=hysteresis, delay=delay)

    def changes(one: Limits, rows: list[int]) -> list[tuple[int, int]]:
        return [(k, one.level) for k in rows if one.feed(float(k), row[k])]

    few = made().which(np.array(row)).tolist() if row else []
    assert changes(made(), few) == changes(made(), list(range(len(row))))


# ---- stuck, spikes: at once and one by one
def begins(one: Stuck | Spikes, times: list[float], row: list[float]) -> list[float]:
    out = []
    for time, value in zip(times, row):
        before = one.level
        one.feed(time, value)
        if one.level and not before:
            out.append(time)
    return out


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 0.9))
def test_stuck_at_once_is_stuck_one_by_one(seed: int, sticky: float) -> None:
    draw = np.random.default_rng(seed)
    steps = draw.integers(0, 50, 2600)
    row = np.maximum.accumulate(np.where(draw.random(2600) < sticky, 0, np.arange(2600)))
    row[2200:2500] = row[2200]
    times = np.cumsum(draw.choice([5.0, 10.0, 500.0], 2600)) + steps * 0
    one_by_one = begins(Stuck(300.0, 8), times.tolist(), row.astype(float).tolist())
    assert Stuck(300.0, 8).scan(times, row.astype(float)) == one_by_one


def test_stuck_is_found_after_its_time_and_goes_with_the_next_value() -> None:
    draw = np.random.default_rng(1)
    row = draw.normal(50, 0.1, 2100).tolist() + [51.0] * 100 + [50.0]
    times = [10.0 * k for k in range(len(row))]
    one = Stuck(600.0, 8)
    assert begins(one, times, row) == [21000 + 600]
    assert one.level == 0


def test_a_setpoint_that_never_changes_is_not_stuck() -> None:
    assert begins(Stuck(), [10.0 * k for k in range(5000)], [3.0] * 5000) == []


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 30))
def test_spikes_at_once_are_spikes_one_by_one(seed: int, wild: int) -> None:
    draw = np.random.default_rng(seed)
    row = draw.normal(0, 1, 1500)
    row[draw.integers(0, 1500, wild)] += draw.choice([-50.0, 50.0, 80.0], wild)
    times = np.cumsum(draw.choice([5.0, 10.0, 900.0], 1500, p=[0.5, 0.45, 0.05]))
    one_by_one = begins(Spikes(), times.tolist(), row.tolist())
    assert Spikes().scan(times, row) == one_by_one


def test_a_step_is_no_spike() -> None:
    draw = np.random.default_rng(2)
    row = np.concatenate([draw.normal(0, 1, 800), draw.normal(60, 1, 200), draw.normal(0, 1, 800)])
    assert begins(Spikes(count=1), np.arange(1800.0).tolist(), row.tolist()) == []
    stairs = np.concatenate([draw.normal(0, 1, 800), [60.0], draw.normal(120, 1, 800)])
    assert begins(Spikes(count=1), np.arange(1601.0).tolist(), stairs.tolist()) == []
    assert Spikes(count=1).scan(np.arange(1601.0), stairs) == []


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(-1e6, 1e6)), max_size=80))
def test_averages_at_once_are_averages_one_by_one(steps: list[tuple[float, float]]) -> None:
    times = np.cumsum([s for s, _ in steps]) if steps else np.empty(0)
    row = np.array([v for _, v in steps])
    bins = Bins(60.0)
    found = [a for t, v in zip(times.tolist(), row.tolist()) if (a := bins.feed(t, v))]
    last = bins.close()
    found += [last] if last else []
    at_once = averages(times, row, 60.0)
    assert [(a.stretch, a.size) for a in found] == [(a.stretch, a.size) for a in at_once]
    assert np.allclose([a.value for a in found], [a.value for a in at_once], rtol=1e-9, atol=1e-6)


# ---- work and warmth
def test_load_is_the_exact_mean_of_a_first_order_lag() -> None:
    load = Load(600.0)
    load.change(0.0, State.UNKNOWN, State.OFF)
    load.change(100.0, State.OFF, State.BUSY)
    load.change(400.0, State.BUSY, State.IDLE)
    load.advance(1300.0, State.IDLE)
    found = load.row(0)
    assert found is not None
    row, share = found
    assert share == pytest.approx(0.5)
    times = np.arange(0.0, 600.0, 0.01) + 0.005
    for k, lag in enumerate(LAGS):
        top = 1 - math.exp(-300 / lag)
        rise, fall = 1 - np.exp(-(times - 100) / lag), top * np.exp(-(times - 400) / lag)
        y = np.where(times < 100, 0, np.where(times < 400, rise, fall))
        assert row[3 + k] == pytest.approx(float(y.mean()), rel=1e-5)
    load.advance(1e9, State.IDLE)  # a jump of 30 years takes no time
    load.advance(-5.0, State.IDLE)


def test_drift_learns_the_day_and_the_work_and_finds_what_is_not_theirs() -> None:
    """A temperature that swings by 10 K with day and work is normal; 3 K beyond that are not."""
    draw = np.random.default_rng(3)
    drift = Drift(Settings(), usual("temperature"))
    seen = []
    for k in range(6 * 24 * 10):
        time, work = 600.0 * (k + 1), float(draw.random())
        angle = 2 * math.pi * time / 86400
        row = np.array([1.0, math.sin(angle), math.cos(angle), *[work] * 3, 1.0, 1.0, 1.0])
        value = 40 + 4 * math.sin(angle) + 10 * work + draw.normal(0, 0.3) + (3.0 if k >= 1000 else 0.0)
        drift.feed(time, value, row)
        seen.append(max(drift.ewma, drift.cusum))
    assert drift.ready
    assert drift.spread == pytest.approx(0.3, rel=0.2)
    assert not any(seen[:1000])
    assert any(seen[1000:1020])


def test_drift_survives_a_restart() -> None:
    one = Drift(Settings(), usual("vibration"))
    draw = np.random.default_rng(5)
    for k in range(600):
        one.feed(600.0 * k, 1e-3 + float(draw.normal(0, 5e-5)))
    saved = one.save()
    assert saved is not None
    other = Drift(Settings(), usual("vibration"))
    other.load(saved)
    for detector in (one, other):
        for k in range(40):
            detector.feed(600.0 * (600 + k), 1.6e-3)
    assert other.ready
    assert other.normal == one.normal
    assert (other.ewma, other.cusum) == (2, 2)
    other.load({"line": "x"})
    other.load({"line": [math.nan], "offset": 0, "spread": 0, "smooth": 1})
    assert other.normal == one.normal


# ---- charts of parts
def test_xbar_r_learns_centre_and_sigma() -> None:
    draw = np.random.default_rng(6)
    chart = XbarR(learn=400)
    for k in range(2000):
        chart.feed(float(k), float(draw.normal(25e-3, 5e-6)))
    assert chart.lines is not None
    assert chart.sigma == pytest.approx(5e-6, rel=0.06)
    assert chart.lines.upper - chart.lines.centre == pytest.approx(3 * chart.sigma / math.sqrt(5))
    for k in range(5):
        chart.feed(float(k), 25e-3 + 15e-6)
    assert (chart.level, chart.reason) == (1, "mean")
    for k in range(4):
        chart.feed(float(k), 25e-3)
    chart.feed(4.0, 25e-3 + 45e-6)
    assert chart.reason in ("range", "mean")


def test_the_limit_of_scrap_is_that_of_the_binomial_distribution() -> None:
    p, n = 0.02, 50
    tail = [sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(c, n + 1)) for c in range(n + 1)]
    c = upper(p, n, 1e-6)
    assert tail[c] < 1e-6 <= tail[c - 1]
    assert upper(1e-9, 50, 1e-6) >= 1
    assert upper(1.0, 50, 1e-6) == 51


def test_scrap_counts_through_a_reset() -> None:
    chart, time = Scrap(lot=50, learn=500), 0.0
    for parts in range(601):
        chart.feed(float(parts), float(parts))
    assert chart.ready
    assert chart.normal == pytest.approx(1 / 502, rel=0.2)
    for parts in range(60):  # the counters begin again
        chart.scrap(float(parts) / 4)
        chart.feed(time, float(parts))
    assert chart.level == 2
    assert chart.value == pytest.approx(0.25, abs=0.03)


# ---- remaining life
def test_a_straight_trend_reaches_its_limit() -> None:
    draw = np.random.default_rng(8)
    inside = 0
    for _ in range(60):
        t = np.arange(0.0, 100.0)
        y = 1 + 0.02 * t + draw.normal(0, 0.1, 100)
        found = trend(t, y, 4.0)
        inside += found.low <= 51.0 <= found.high
        assert found.low <= found.middle <= found.high
    assert inside >= 48  # of 60, 90 % wanted


def test_trends_that_lead_nowhere_fall_or_are_there() -> None:
    t = np.arange(20.0)
    assert trend(t, 5 - 0.1 * t, 9.0).middle == math.inf
    assert trend(t, 5 - 0.1 * t, 0.0).middle == pytest.approx(31.0)
    assert trend(t, np.exp(0.1 * t), math.exp(4.0), exponential=True).middle == pytest.approx(21.0)
    assert trend(t, t, 19.0).middle == pytest.approx(0.0, abs=1e-9)
    assert trend(t, t, 15.5).middle == 0.0
    with pytest.raises(FactoryTwinError):
        trend(t[:5], t[:5], 9.0)
    with pytest.raises(FactoryTwinError):
        trend(t, np.full(20, math.nan), 9.0)


def test_weibull_finds_its_own_numbers() -> None:
    draw = np.random.default_rng(9)
    lives = 1000 * draw.weibull(2.5, 4000)
    cut = 900.0
    found = weibull(lives[lives < cut].tolist(), np.full(int((lives >= cut).sum()), cut).tolist())
    assert found.shape == pytest.approx(2.5, rel=0.06)
    assert found.scale == pytest.approx(1000, rel=0.03)
    left = found.remaining(500.0)
    assert left.low < left.middle < left.high
    assert found.survival(500.0 + left.middle) / found.survival(500.0) == pytest.approx(0.5)
    with pytest.raises(FactoryTwinError):
        weibull([5.0])


def test_exponential_lives_have_no_memory() -> None:
    found = weibull((100 * np.random.default_rng(10).exponential(1, 5000)).tolist())
    assert found.shape == pytest.approx(1.0, rel=0.05)


# ---- intervals, memory
def test_intervals_of_shares_and_counts() -> None:
    low, high = wilson(8, 10)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-3), pytest.approx(0.9433, abs=1e-3))
    low, high = poisson(3, 10)
    assert (low, high) == (pytest.approx(0.0619, abs=1e-3), pytest.approx(0.8767, abs=1e-3))
    assert poisson(0, 1)[1] == pytest.approx(3.689, abs=1e-3)


def test_a_trace_stays_small_and_keeps_the_order() -> None:
    trace = Trace()
    for k in range(10_000):
        trace.add(float(k), float(k))
    times, row = trace.since(-math.inf)
    assert len(times) < SIZE
    assert (np.diff(times) > 0).all()
    assert (times == row).all()
    assert times[-1] >= 10_000 - 8


def test_a_value_of_a_closed_stretch_is_left_out() -> None:
    bins = Bins(10.0)
    assert bins.feed(25.0, 1.0) is None
    assert bins.feed(5.0, 99.0) is None
    found = bins.close()
    assert found is not None
    assert (found.stretch, found.value, found.size) == (2, 1.0, 1)


def test_a_trace_looks_back_over_days() -> None:
    trace = Trace()
    for k in range(2000):
        trace.add(600.0 * k, 1.0)
    times, _ = trace.since(-math.inf)
    assert times[-1] - times[0] > 5 * 86400
