# SPDX-License-Identifier: Apache-2.0
"""Signals of a machine: against closed forms and known waveforms; made twice, made in pieces; faults where they belong."""

from __future__ import annotations

import json
import math
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from factory_twin.errors import FactoryTwinError, StageError
from factory_twin.event import State
from factory_twin.signals import (
    KINDS,
    SIGNALS,
    Bearing,
    Body,
    Fault,
    GroundTruth,
    Growth,
    Machine,
    duty,
    features,
    generate,
    machine,
    parse,
    read_truth,
    spectrum,
    velocity_rms,
    waveform,
)
from factory_twin.signals.fault import SENSORS
from factory_twin.signals.relax import relax, wander
from hypothesis import given
from hypothesis import strategies as st

HOUR, DAY = 3600.0, 86400.0
ALWAYS = (np.array([0.0]), np.array([int(State.BUSY)]))


# ---- first-order response


def by_hand(start: float, spans: np.ndarray, levels: np.ndarray, lag: float) -> np.ndarray:
    out, x = [], start
    for span, level in zip(spans, levels):
        x = level + (x - level) * math.exp(-span / lag)
        out.append(x)
    return np.array(out)


def test_a_step_is_answered_as_the_closed_form_says_whatever_the_steps() -> None:
    ends = np.cumsum(np.random.default_rng(1).exponential(40.0, 500))
    shown = relax(20.0, np.diff(ends, prepend=0.0), np.full(500, 60.0), 900.0)
    assert np.allclose(shown, 60.0 - 40.0 * np.exp(-ends / 900.0), rtol=0, atol=1e-10)


@pytest.mark.parametrize("lag", [0.5, 30.0, 900.0, 1e6])
def test_any_levels_and_steps_of_none_and_of_many_time_constants(lag: float) -> None:
    draw = np.random.default_rng(2)
    spans = draw.exponential(60.0, 20_000) * draw.choice([0.0, 1.0, 100.0], 20_000, p=[0.1, 0.85, 0.05])
    levels = draw.uniform(0.0, 80.0, 20_000)
    assert np.allclose(relax(5.0, spans, levels, lag), by_hand(5.0, spans, levels, lag), rtol=0, atol=1e-9)


@pytest.mark.parametrize("step", [1.0, 60.0, 900.0])
def test_a_slow_drift_has_the_spread_and_the_memory_it_should_at_any_step(step: float) -> None:
    draws = np.random.default_rng(3).standard_normal(400_000)
    x = wander(0.0, np.full(len(draws), step), draws, 600.0, 2.0)[2000:]
    effective = len(x) * step / (2 * 600.0) if step < 600.0 else len(x) / 2
    assert np.std(x) == pytest.approx(2.0, rel=4.0 / math.sqrt(effective))
    assert np.corrcoef(x[1:], x[:-1])[0, 1] == pytest.approx(math.exp(-step / 600.0), abs=0.01)


def test_a_machine_switched_on_warms_up_with_its_time_constant() -> None:
    m = Machine(swing=0.0)
    shown = generate(m, ALWAYS, duration=4 * HOUR, step=1.0)
    expected = m.ambient + m.rise_busy  # it was at work before second 0
    assert np.mean(shown["temperature"]) == pytest.approx(expected, abs=1.5)  # slow drift 0.4 K
    cold = generate(m, (np.array([0.0, HOUR]), np.array([int(State.OFF), int(State.BUSY)])), duration=4 * HOUR, step=1.0)
    since = np.clip(cold["time"] - HOUR, 0.0, None)
    difference = cold["temperature"] - shown["temperature"]  # the same noise in both
    assert np.allclose(difference, -m.rise_busy * np.exp(-since / m.lag), atol=1e-9)


def test_the_day_is_seen_in_the_temperature() -> None:
    m = Machine(swing=5.0)
    off = (np.array([0.0]), np.array([int(State.OFF)]))
    shown = generate(m, off, duration=DAY, step=10.0)
    flat = generate(Machine(swing=0.0), off, duration=DAY, step=10.0)
    swing = shown["temperature"] - flat["temperature"]
    assert (np.max(swing), np.min(swing)) == (pytest.approx(5.0, abs=1e-3), pytest.approx(-5.0, abs=1e-3))
    assert shown["time"][np.argmax(swing)] == 9 * HOUR  # 15 o'clock, as second 0 is 6 o'clock


def test_noise_has_the_level_it_should() -> None:
    m = Machine(swing=0.0)
    shown = generate(m, ALWAYS, duration=10 * DAY, step=10.0)

    def white(values: np.ndarray) -> float:
        return float(np.std(np.diff(values)) / math.sqrt(2.0))

    assert white(shown["temperature"]) == pytest.approx(0.15, rel=0.03)
    assert white(np.log(shown["vibration"])) == pytest.approx(0.06, rel=0.03)
    assert white(shown["power"] / m.power[State.BUSY]) == pytest.approx(0.015, rel=0.03)
    assert np.std(shown["diameter"]) == pytest.approx(m.spread, rel=0.05)
    assert np.mean(shown["diameter"]) == pytest.approx(m.nominal, abs=m.spread / 10)
    assert np.median(shown["vibration"]) == pytest.approx(m.vibration, rel=0.03)


def test_every_state_has_its_power_and_its_shaking() -> None:
    m = machine("/Plant/Saw")
    for state in State:
        shown = generate(m, (np.array([0.0]), np.array([int(state)])), duration=HOUR, step=10.0)
        assert np.mean(shown["power"]) == pytest.approx(m.power[state], rel=0.06)
        assert np.all(shown["state"] == state)
        assert (np.median(shown["vibration"]) > 0.8 * m.vibration) == (state is State.BUSY)
        assert shown["parts"][-1] == (60 if state is State.BUSY else 0)


def test_parts_are_finished_once_per_cycle_of_work() -> None:
    m = Machine(cycle=100.0)
    times = np.array([0.0, 150.0, 200.0, 250.0, 1000.0])
    states = np.array([State.BUSY, State.DOWN, State.BUSY, State.STARVED, State.BUSY], int)
    shown = generate(m, (times, states), duration=1100.0, step=10.0)
    assert shown["part_time"].tolist() == [100.0, 250.0, 1100.0]
    assert shown["parts"][[8, 9, 24, 109]].tolist() == [0, 1, 2, 3]


# ---- waveforms


def test_frequencies_of_a_known_bearing() -> None:
    """6205-2RS JEM SKF: multiples of the shaft's speed as the bearing data centre of Case Western Reserve publishes them."""
    bearing = Bearing(balls=9, ball=0.3126 * 0.0254, pitch=1.537 * 0.0254)
    assert bearing.outer(1.0) == pytest.approx(3.5848, abs=5e-4)
    assert bearing.inner(1.0) == pytest.approx(5.4152, abs=5e-4)
    assert bearing.cage(1.0) == pytest.approx(0.39828, abs=5e-5)
    assert 2 * bearing.rolling(1.0) == pytest.approx(4.7135, abs=2e-3)


def sine(amplitude: float, frequency: float, rate: float = 8192.0, count: int = 16384) -> np.ndarray:
    return amplitude * np.sin(2.0 * math.pi * frequency * np.arange(count) / rate)


@pytest.mark.parametrize("frequency", [12.0, 50.0, 333.3, 950.0])
def test_velocity_rms_of_a_sine(frequency: float) -> None:
    assert velocity_rms(sine(10.0, frequency), 8192.0) == pytest.approx(
        10.0 / (2 * math.pi * frequency) / math.sqrt(2), rel=2e-3
    )


def test_velocity_rms_counts_its_band_alone_and_adds_powers() -> None:
    both = sine(10.0, 100.0) + sine(10.0, 200.0) + sine(50.0, 3000.0) + sine(1.0, 3.0)
    expected = math.hypot(10.0 / (2 * math.pi * 100.0), 10.0 / (2 * math.pi * 200.0)) / math.sqrt(2)
    assert velocity_rms(both, 8192.0) == pytest.approx(expected, rel=5e-3)


def test_figures_of_waves_known_from_books() -> None:
    found = features(sine(3.0, 128.0), 8192.0)
    assert found["acceleration"] == pytest.approx(3.0 / math.sqrt(2), rel=1e-6)
    assert found["crest"] == pytest.approx(math.sqrt(2), rel=1e-3)
    assert found["kurtosis"] == pytest.approx(1.5, rel=1e-3)
    noise = features(np.random.default_rng(4).standard_normal(100_000), 8192.0)
    assert noise["kurtosis"] == pytest.approx(3.0, abs=0.1)
    frequency, lines = spectrum(sine(3.0, 128.0), 8192.0)
    assert (frequency[np.argmax(lines)], np.max(lines)) == (128.0, pytest.approx(3.0, rel=1e-6))
    slow = (1.0 + 0.5 * np.cos(2 * math.pi * 80.0 * np.arange(16384) / 8192.0)) * sine(1.0, 3000.0)
    found = features(slow, 8192.0, defect=80.0)
    assert (found["envelope_frequency"], found["envelope_defect"]) == (80.0, pytest.approx(0.5, rel=0.02))


@pytest.mark.parametrize("severity", [0.0, 0.1, 0.5, 1.0])
def test_a_waveform_has_the_velocity_that_the_signal_shows(severity: float) -> None:
    m = machine("/Plant/Saw")
    draw = np.random.default_rng(5)
    measured = [velocity_rms(waveform(m, severity=severity, draw=draw), 8192.0) for _ in range(30)]
    body = Body(
        m, [Fault("bearing", "/Plant/Saw", severity=severity, growth=Growth.STEP)] if severity else [], state=State.BUSY
    )
    signal = np.median(body.run(np.arange(1.0, 2001.0))["vibration"])
    assert np.mean(measured) == pytest.approx(signal, rel=0.12)


def test_a_defect_is_seen_in_the_envelope_long_before_the_velocity_tells() -> None:
    m = machine("/Plant/Saw")
    defect = m.bearing.outer(m.shaft)
    draw = np.random.default_rng(6)

    def mean(severity: float) -> dict[str, float]:
        rows = [features(waveform(m, severity=severity, draw=draw), 8192.0, defect=defect) for _ in range(20)]
        return {k: float(np.mean([r[k] for r in rows])) for k in rows[0]}

    good, early, bad = mean(0.0), mean(0.1), mean(1.0)
    assert early["vibration"] < 1.15 * good["vibration"]
    assert early["envelope_defect"] > 20 * good["envelope_defect"]
    assert early["kurtosis"] > 1.5 * good["kurtosis"]
    assert early["envelope_frequency"] == pytest.approx(defect, rel=0.02)
    assert bad["vibration"] > 3 * good["vibration"]


# ---- again, and in pieces


def test_equal_seeds_give_equal_months_and_nothing_else_does() -> None:
    first, again = generate(machine("/Plant/Saw", seed=7)), generate(machine("/Plant/Saw", seed=7))
    assert first.keys() == again.keys()
    assert all(np.array_equal(first[k], again[k]) for k in first)
    for other in (generate(machine("/Plant/Saw", seed=8)), generate(machine("/Plant/Mill", seed=7))):
        assert all(not np.array_equal(first[k], other[k]) for k in SIGNALS)


def test_machines_differ_but_not_wildly() -> None:
    many = [machine(f"/Plant/M{i}") for i in range(200)]
    for name, low, high in (("rise_busy", 20, 60), ("vibration", 0.8e-3, 1.8e-3), ("lag", 400, 2000), ("shaft", 15, 35)):
        values = [getattr(m, name) for m in many]
        assert low < min(values) < max(values) < high
        assert len(set(values)) == 200


def test_a_month_made_in_pieces_is_the_month_made_at_once() -> None:
    m = machine("/Plant/Saw", seed=3)
    faults = [
        Fault("bearing", m.place, 2 * HOUR, time=4 * HOUR),
        Fault("stuck", m.place, 3 * HOUR, 5 * HOUR),
        Fault("spikes", m.place, HOUR, signal="power", severity=3.0),
    ]
    changes, states = duty(12 * HOUR, seed=3)
    times = np.arange(1, 4321) * 10.0
    start = {"start": 0.0, "state": State(int(states[0]))}
    whole = Body(m, faults, **start).run(times, changes[1:], states[1:])
    body, pieces = Body(m, faults, **start), []
    for begin, end in pairwise([0.0, 10.0, 20.0, 1000.0, 3 * HOUR, 3 * HOUR + 10, 5 * HOUR, 12 * HOUR]):
        now, new = (times > begin) & (times <= end), (changes > begin) & (changes <= end)
        pieces.append(body.run(times[now], changes[new], states[new]))
    for name in SIGNALS:
        joined = np.concatenate([p[name] for p in pieces])
        assert np.allclose(joined, whole[name], rtol=1e-9, atol=1e-12), name


def test_a_machine_month_is_made_in_well_under_a_second() -> None:
    m = machine("/Plant/Saw")
    took = min(_timed(m) for _ in range(3))
    assert took < 0.7, f"{took:.2f} s"


def _timed(m: Machine) -> float:
    begin = time.perf_counter()
    generate(m, faults=[Fault("bearing", m.place, 10 * DAY), Fault("tool", m.place, 20 * DAY)])
    return time.perf_counter() - begin


# ---- a life


def test_a_made_up_life_has_the_shares_it_should() -> None:
    times, states = duty(300 * DAY, seed=1, busy=600.0, idle=200.0, up=math.inf)
    spans = np.diff(np.append(times, 300 * DAY))
    assert spans[states == State.BUSY].sum() / spans.sum() == pytest.approx(0.75, abs=0.01)
    times, states = duty(300 * DAY, seed=1, up=19 * HOUR, down=HOUR)
    spans = np.diff(np.append(times, 300 * DAY))
    assert spans[states == State.DOWN].sum() / spans.sum() == pytest.approx(1 / 19, rel=0.2)


@pytest.mark.parametrize("seed", range(20))
def test_a_life_is_in_order_and_off_when_it_is_off(seed: int) -> None:
    times, states = duty(14 * DAY, seed=seed, shift=16 * HOUR, days=5)
    assert times[0] == 0.0
    assert np.all(np.diff(times) > 0)
    assert np.all(states[1:] != states[:-1])
    probe = np.arange(0.5, 14 * DAY, 60.0)
    here = states[np.searchsorted(times, probe, side="right") - 1]
    off = (probe % DAY >= 16 * HOUR) | (probe // DAY % 7 >= 5)
    assert np.array_equal(here == State.OFF, off)


# ---- faults

EVERYWHERE = {*SIGNALS, "diameter"}


CASES = [(kind, "") for kind in KINDS if KINDS[kind].signals and kind != "network"] + [
    (kind, sensor) for kind in KINDS if not KINDS[kind].signals for sensor in SENSORS
]


@pytest.mark.parametrize(("kind", "sensor"), CASES)
def test_a_fault_shows_where_it_should_and_nowhere_else(kind: str, sensor: str) -> None:
    m = machine("/Plant/Saw", seed=2)
    fault = Fault(kind, m.place, 3 * DAY, 6 * DAY, signal=sensor, time=DAY)
    good, bad = generate(m, duration=7 * DAY), generate(m, duration=7 * DAY, faults=[fault])
    elsewhere = generate(m, duration=7 * DAY, faults=[Fault(kind, "/Plant/Mill", 3 * DAY)])
    assert all(np.array_equal(good[k], elsewhere[k]) for k in good)
    shown = EVERYWHERE & set(fault.shows)
    for name in EVERYWHERE:
        when = good["part_time" if name == "diameter" else "time"]
        changed = good[name] != bad[name]
        assert changed.any() == (name in shown), name
        assert not changed[when < 3 * DAY].any(), name
        late = 6 * DAY + 20 * m.lag if name == "temperature" and kind in ("bearing", "overheating") else 6 * DAY
        assert not (np.abs(good[name] - bad[name])[when >= late] > 1e-6 * np.abs(good[name])[when >= late]).any(), name
    assert np.array_equal(good["state"], bad["state"])
    assert np.array_equal(good["parts"], bad["parts"])
    assert (bad["scrap"][-1] > good["scrap"][-1]) == ("diameter" in shown and kind not in ("stuck",))


def at_work(shown: dict[str, np.ndarray], name: str, begin: float, end: float) -> np.ndarray:
    return shown[name][(shown["state"] == State.BUSY) & (shown["time"] >= begin) & (shown["time"] < end)]


def test_faults_are_as_strong_as_documented() -> None:
    m = machine("/Plant/Saw", seed=2)
    at = m.place

    def both(*faults: Fault) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        return generate(m, ALWAYS, duration=4 * DAY), generate(m, ALWAYS, duration=4 * DAY, faults=faults)

    good, bad = both(Fault("bearing", at, DAY, time=DAY))
    last = slice(-2000, None)
    assert np.mean(bad["vibration"][last]) == pytest.approx(
        math.hypot(np.mean(good["vibration"][last]), 5e-3 * np.mean(good["vibration"][last]) / m.vibration), rel=0.01
    )
    assert np.mean((bad["temperature"] - good["temperature"])[last]) == pytest.approx(15.0, abs=0.1)
    good, bad = both(Fault("tool", at, DAY, time=DAY))
    assert np.mean(bad["diameter"][last] - good["diameter"][last]) == pytest.approx(m.tolerance, rel=1e-6)
    assert np.mean((bad["power"] / good["power"])[last]) == pytest.approx(1.12, abs=1e-6)
    assert 0.4 < np.mean(~bad["good"][last]) < 0.6
    good, bad = both(Fault("overheating", at, DAY, time=HOUR, severity=0.5))
    assert np.mean((bad["temperature"] - good["temperature"])[last]) == pytest.approx(0.3 * m.rise_busy, rel=1e-3)
    good, bad = both(Fault("offset", at, DAY, severity=2.0, signal="temperature"))
    assert np.allclose((bad["temperature"] - good["temperature"])[last], 12.0)
    good, bad = both(Fault("spikes", at, DAY, signal="vibration"))
    wild = bad["vibration"] != good["vibration"]
    assert np.count_nonzero(wild) == pytest.approx(6 * 72, rel=0.2)
    _, bad = both(Fault("stuck", at, DAY, signal="power"))
    assert len(set(bad["power"][8639:].tolist())) == 1  # the last value before onset, again and again


def test_a_network_loss_leaves_a_gap_and_a_memory_none() -> None:
    m = machine("/Plant/Saw")
    good = generate(m, ALWAYS, duration=DAY)
    gap = generate(m, ALWAYS, duration=DAY, faults=[Fault("network", m.place, HOUR, 2 * HOUR)])
    silent = (good["time"] >= HOUR) & (good["time"] < 2 * HOUR)
    for name in SIGNALS:
        assert np.isnan(gap[name][silent]).all()
        assert np.array_equal(gap[name][~silent], good[name][~silent])
    assert set(gap["parts"][silent]) == {-1}
    assert set(gap["state"][silent]) == {int(State.UNKNOWN)}
    assert len(good["diameter"]) - len(gap["diameter"]) == 60
    burst = generate(m, ALWAYS, duration=DAY, faults=[Fault("network", m.place, HOUR, 2 * HOUR, signal="burst")])
    assert all(np.array_equal(good[k], burst[k]) for k in good)


def test_laws_of_growth() -> None:
    times = np.array([0.0, 99.0, 100.0, 150.0, 200.0, 1e6])
    step = Fault("offset", "/M", 100.0, severity=2.0)
    assert step.at(times).tolist() == [0, 0, 2, 2, 2, 2]
    even = Fault("drift", "/M", 100.0, severity=2.0, time=100.0)
    assert even.at(times).tolist() == [0, 0, 0, 1, 2, 2]
    fast = Fault("bearing", "/M", 100.0, severity=2.0, time=100.0, end=300.0)
    halfway = 2.0 * (math.exp(2) - 1) / (math.exp(4) - 1)
    assert fast.at(times) == pytest.approx([0, 0, 0, halfway, 2, 0])


def test_a_fault_is_written_as_it_is_read() -> None:
    fault = parse("bearing:/Plant/Saw@10min:severity=2:growth=linear:time=2 h:for=1d")
    assert fault == Fault("bearing", "/Plant/Saw", 600.0, 600.0 + DAY, 2.0, Growth.LINEAR, 7200.0)
    assert parse("stuck:Saw@1h:signal=power:until=2h") == Fault("stuck", "Saw", 3600.0, 7200.0, signal="power")
    assert parse("tool:/Plant/Saw") == Fault("tool", "/Plant/Saw")
    for text in ("bearing:/Plant/Saw@600s:severity=2", "network:/A@5s:signal=burst:until=9s", "drift:/A@0s:signal=diameter"):
        once = parse(text)
        assert parse(str(once)).at(np.arange(0.0, 1e5, 50.0)).tolist() == once.at(np.arange(0.0, 1e5, 50.0)).tolist()
        assert (parse(str(once)).shows, parse(str(once)).end) == (once.shows, once.end)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no fault. Kinds: bearing, tool, overheating"),
        ("bearings:/Plant/Saw", "'bearings' is no kind of fault; known: bearing, tool"),
        ("bearing:/Plant/Saw@soon", "'soon' is no duration"),
        ("bearing:/Plant/Saw@10min:severity=big", "'big' is no severity"),
        ("bearing:/Plant/Saw@10min:severity=nan", "severity of nan is not between"),
        ("bearing:/Plant/Saw@10min:severity=0", "severity of 0 is not between"),
        ("bearing:/Plant/Saw@10min:strength=1", "Option 'strength' of a fault: known: severity, growth"),
        ("bearing:/Plant/Saw@10min:severity=1:severity=2", "given twice"),
        ("bearing:/Plant/Saw@10min:growth=sudden", "'sudden' is no growth; known: step, linear, exponential"),
        ("bearing:/Plant/Saw@10min:until=5min", "ends after it began"),
        ("bearing:/Plant/Saw@10min:until=15min:for=2min", "either `until` or `for`"),
        ("bearing:/Plant/Saw@10min:signal=power", "has no signal 'power'; known: none"),
        ("stuck:/Plant/Saw:signal=smell", "known: temperature, vibration, power, diameter"),
        ("network:/Plant/Saw:signal=power", "known: gap, burst"),
        ("bearing:/Plant/Saw@-5 s", "begins at 0 or later"),
    ],
)
def test_what_is_wrong_with_a_faults_text_is_said(text: str, words: str) -> None:
    with pytest.raises(FactoryTwinError) as caught:
        parse(text)
    assert words in str(caught.value)


@given(st.text(max_size=60) | st.from_regex(r"[a-z]{1,8}:[^@]{0,9}@[^:]{0,9}(:[a-z]{0,9}=[^:]{0,9}){0,3}", fullmatch=True))
def test_no_text_makes_parse_fail_otherwise(text: str) -> None:
    try:
        fault = parse(text)
    except FactoryTwinError:
        return
    assert fault.kind in KINDS


@pytest.mark.parametrize(("duration", "step"), [(0.0, 1.0), (10.0, 20.0), (math.inf, 1.0), (1e9, 1.0), (10.0, 0.0)])
def test_what_cant_be_made_is_refused(duration: float, step: float) -> None:
    with pytest.raises(FactoryTwinError, match="can't be made"):
        generate(Machine(), duration=duration, step=step)


# ---- truth


def test_the_truth_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "truth.jsonl"
    faults = (Fault("bearing", "/A", 100.0, time=500.0, severity=2.0), Fault("stuck", "/B", 50.0, 80.0, signal="power"))
    with GroundTruth(file, faults, {"seed": 4}) as truth:
        for now in range(0, 1000, 5):
            truth.note(float(now), 1e9 + now)
            assert read_truth(file)[0]["seed"] == 4  # complete at any time
    head, found, points = read_truth(file)
    assert head["format"] == "factory-twin-truth"
    times = np.arange(0.0, 1000.0, 5.0)
    for a, b in zip(faults, found):
        assert np.array_equal(a.at(times), b.at(times))
        assert (a.kind, a.place, a.onset, a.end, a.severity, a.signal) == (
            b.kind,
            b.place,
            b.onset,
            b.end,
            b.severity,
            b.signal,
        )
    for number, fault in enumerate(faults):
        mine = [p for p in points if p.fault == number]
        last = np.searchsorted([p.time for p in mine], times, side="right") - 1
        told = np.array([mine[k].severity if k >= 0 else 0.0 for k in last])
        assert np.max(np.abs(told - fault.at(times))) <= 0.01 * fault.severity + 1e-6
    assert all(p.wall == 1e9 + p.time for p in points)
    assert [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()][2]["shows"] == ["power"]


def test_a_truth_cut_off_is_read_up_to_there_and_others_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "truth.jsonl"
    with GroundTruth(file, [Fault("tool", "/A", 0.0, time=10.0)]) as truth:
        for now in range(10):
            truth.note(float(now))
    text = file.read_text(encoding="utf-8")
    file.write_text(text[:-9], encoding="utf-8")
    assert len(read_truth(file)[2]) == 8
    for bad in ("", "{}\n", "[1]\n", "null\n", text.replace('"version":1', '"version":9'), text.replace('"kind"', '"king"')):
        file.write_text(bad, encoding="utf-8")
        with pytest.raises(StageError, match="no readable truth"):
            read_truth(file)
    with pytest.raises(StageError, match="can't be written"):
        GroundTruth(tmp_path / "none" / "truth.jsonl", [])
