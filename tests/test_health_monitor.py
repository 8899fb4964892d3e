# SPDX-License-Identifier: Apache-2.0
"""The monitor: alarms through their lives, health of places, the same findings online as at once, bounded, never raising."""

from __future__ import annotations

import json
import math
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factory_twin.errors import FactoryTwinError
from factory_twin.event import Event, Kind, State, state, value
from factory_twin.health import Alarms, Condition, Key, Monitor, Priority, Settings, Watch
from factory_twin.health.alarms import CHATTER_TIME
from factory_twin.health.journal import NAME, OLD, Journal
from factory_twin.health.scan import Raise, scan
from factory_twin.health.tag import Tag
from factory_twin.signals import Fault, generate, machine
from hypothesis import given, settings
from hypothesis import strategies as st

SAW = "/Plant/Saw"
KEY = Key(SAW, "vibration", "zone")
DAY = 86400.0


# ---- alarms
def test_an_alarm_is_raised_acknowledged_and_cleared() -> None:
    alarms = Alarms()
    alarm = alarms.raise_(10.0, KEY, Priority.MEDIUM, "too much")
    assert alarm is not None
    assert (alarm.condition, alarm.active, alarm.count, alarm.since) == (Condition.RAISED, True, 1, 10.0)
    alarms.acknowledge(alarm.id, "Ann", 20.0)
    assert (alarm.condition, alarm.who) == (Condition.ACKNOWLEDGED, "Ann")
    alarms.clear(30.0, KEY)
    assert not len(alarms)
    assert [(t, a.condition.value) for t, a in alarms.history] == [(10.0, "raised"), (20.0, "acknowledged"), (30.0, "cleared")]


def test_what_returns_unseen_stays_until_it_is_acknowledged() -> None:
    alarms = Alarms()
    alarm = alarms.raise_(10.0, KEY, Priority.MEDIUM, "too much")
    assert alarm is not None
    alarms.clear(20.0, KEY)
    assert (alarm.condition, alarm.returned, alarm.active) == (Condition.RETURNED, 20.0, False)
    alarms.raise_(30.0, KEY, Priority.MEDIUM, "again")
    assert (alarm.condition, alarm.count, alarm.text, alarm.since) == (Condition.RAISED, 2, "again", 30.0)
    alarms.clear(40.0, KEY)
    alarms.acknowledge(alarm.id, "Ann", 50.0)
    assert not len(alarms)
    with pytest.raises(FactoryTwinError, match="no open alarm"):
        alarms.acknowledge(alarm.id, "Ann", 60.0)


def test_worse_news_need_a_new_acknowledgement() -> None:
    alarms = Alarms()
    alarm = alarms.raise_(1.0, KEY, Priority.MEDIUM, "warning")
    assert alarm is not None
    alarms.acknowledge(alarm.id, "Ann", 2.0)
    alarms.raise_(3.0, KEY, Priority.MEDIUM, "warning")
    assert alarm.condition is Condition.ACKNOWLEDGED
    alarms.raise_(4.0, KEY, Priority.HIGH, "alarm")
    assert (alarm.condition, alarm.priority, alarm.count) == (Condition.RAISED, Priority.HIGH, 1)


def test_an_alarm_that_chatters_is_held_until_it_has_been_quiet() -> None:
    alarms, now = Alarms(), 0.0
    for _ in range(50):
        alarms.raise_(now, KEY, Priority.LOW, "x")
        alarms.clear(now + 1, KEY)
        alarms.tick(now + 2)
        now += 5
    alarm = alarms.get(KEY)
    assert alarm is not None
    assert alarm.chattering
    assert alarm.active
    assert alarm.count == 4  # not 50
    assert len(alarms.history) == 7
    alarms.tick(now + CHATTER_TIME - 10)
    assert alarm.active
    alarms.tick(now + CHATTER_TIME)
    assert not alarm.active


def test_a_shelved_alarm_is_out_of_the_way_for_a_time() -> None:
    alarms = Alarms()
    alarm = alarms.raise_(1.0, KEY, Priority.LOW, "x")
    assert alarm is not None
    alarms.shelve(alarm.id, "Ann", 2.0, duration=100.0)
    assert alarms.list(50.0) == []
    assert alarms.list(102.0) == alarms.list() == [alarm]
    for wrong in (0.0, -1.0, math.nan, 1e9):
        with pytest.raises(FactoryTwinError):
            alarms.shelve(alarm.id, "Ann", 2.0, duration=wrong)


def test_alarms_survive_a_restart_and_a_torn_line(tmp_path: Path) -> None:
    alarms = Alarms(Journal(tmp_path))
    first = alarms.raise_(1.0, KEY, Priority.HIGH, "Säge")
    assert first is not None
    alarms.acknowledge(first.id, "Ann", 2.0)
    other = Key(SAW, "power", "drift")
    gone = alarms.raise_(3.0, other, Priority.LOW, "y")
    assert gone is not None
    alarms.acknowledge(gone.id, "Ann", 4.0)
    alarms.clear(5.0, other)
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"time": 9, "id": 7, "pl')
    again = Alarms(Journal(tmp_path))
    assert [(a.id, a.condition, a.text, a.who) for a in again.list()] == [(first.id, Condition.ACKNOWLEDGED, "Säge", "Ann")]
    assert len(again.history) == len(alarms.history) == 5
    new = again.raise_(10.0, other, Priority.LOW, "z")
    assert new is not None
    assert new.id == 3
    assert len(Alarms(Journal(tmp_path)).history) == 6  # the line after the torn one is whole


def test_the_journal_stays_small(tmp_path: Path) -> None:
    alarms = Alarms(Journal(tmp_path, largest=20_000))
    for k in range(600):
        alarms.raise_(1e4 * k, KEY, Priority.LOW, "x" * 50)
        alarms.clear(1e4 * k + 1, KEY)
    assert sum((tmp_path / name).stat().st_size for name in (NAME, OLD)) < 45_000
    assert Alarms(Journal(tmp_path)).get(KEY) is not None


def test_an_alarm_that_is_open_for_long_outlives_the_files(tmp_path: Path) -> None:
    alarms, other = Alarms(Journal(tmp_path, largest=20_000)), Key(SAW, "power", "drift")
    old = alarms.raise_(0.0, other, Priority.HIGH, "old")
    assert old is not None
    for k in range(600):
        alarms.raise_(1e4 * k, KEY, Priority.LOW, "x" * 50)
        alarms.clear(1e4 * k + 1, KEY)
    again = Alarms(Journal(tmp_path))
    found = again.get(other)
    assert found is not None
    assert (found.id, found.text, found.since) == (old.id, "old", 0.0)
    assert all(time == time for time, _ in again.history)


def test_a_journal_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "folder")
    alarms = Alarms(journal)
    assert alarms.raise_(1.0, KEY, Priority.LOW, "x") is not None
    assert journal.error


@pytest.mark.parametrize("line", [b"[]", b"{}", b"null", b"[" * 9000, b'{"time": "x"}', b"\xff\xfe", b'{"time":1e999}'])
def test_lines_of_any_kind_are_left_out(tmp_path: Path, line: bytes) -> None:
    (tmp_path / NAME).write_bytes(line + b"\n")
    assert not Alarms(Journal(tmp_path)).history


# ---- the monitor
def calm(monitor: Monitor, *, hours: float, start: float = 0.0, level: float = 1.2e-3, seed: int = 1) -> float:
    draw, now = np.random.default_rng(seed), start
    monitor.feed(state(now, SAW, State.BUSY))
    for noise in draw.standard_normal(int(hours * 360)):
        now += 10.0
        monitor.feed(value(now, SAW, "vibration", level * (1 + 0.05 * float(noise))))
    return now


def test_health_goes_from_unknown_to_good_to_alarm_in_plain_words() -> None:
    monitor = Monitor([SAW])
    assert monitor.health(SAW, 0.0) == "unknown"
    now = calm(monitor, hours=1)
    assert monitor.health(SAW, now) == "good"
    assert monitor.changes(now) == [(SAW, "good", "")]
    now = calm(monitor, hours=0.1, start=now, level=5.1e-3)
    assert monitor.health(SAW, now) == "alarm"
    (row,) = monitor.rows(now)
    assert row.alarm.startswith("Vibration of Saw is ")
    assert row.alarm.endswith("mm/s, zone D begins at 4.5: look at the spindle bearing.")
    assert monitor.changes(now) == [(SAW, "alarm", row.alarm)]
    assert monitor.changes(now) == []
    now = calm(monitor, hours=0.1, start=now)
    assert monitor.health(SAW, now) == "good"
    assert [a.condition for a in monitor.alarms.list()] == [Condition.RETURNED]


def test_a_machine_that_does_not_work_is_not_judged_by_its_vibration() -> None:
    monitor = Monitor([SAW])
    monitor.feed(state(0.0, SAW, State.DOWN))
    for k in range(100):
        monitor.feed(value(10.0 * k, SAW, "vibration", 9e-3))
    assert monitor.health(SAW, 1000.0) == "good"


def test_limits_of_a_prim() -> None:
    monitor = Monitor([SAW], watches=[Watch(path=SAW, quantity="pressure", low_alarm=4e5, hysteresis=1e4, zone="none")])
    monitor.feed(value(1.0, SAW, "pressure", 5e5))
    assert monitor.health(SAW, 1.0) == "good"
    monitor.feed(value(2.0, SAW, "pressure", 3.9e5))
    assert monitor.health(SAW, 2.0) == "alarm"
    assert "3.9 bar" in monitor.alarms.list()[0].text


def test_silence_is_told_and_ends_but_not_when_the_machine_is_off() -> None:
    monitor = Monitor([SAW])
    now = calm(monitor, hours=1)
    monitor.tick(now + 40)
    assert not len(monitor.alarms)
    monitor.tick(now + 70)
    assert [a.key.detector for a in monitor.alarms.list()] == ["silence"]
    assert monitor.health(SAW, now + 70) == "unknown"
    now = calm(monitor, hours=0.1, start=now + 100)
    monitor.tick(now)
    assert not any(a.active for a in monitor.alarms.list())
    monitor.feed(state(now + 1, SAW, State.OFF))
    monitor.tick(now + 5000)
    assert not any(a.active for a in monitor.alarms.list())


def test_what_was_learnt_survives_a_restart(tmp_path: Path) -> None:
    monitor = Monitor([SAW], folder=tmp_path)
    now = calm(monitor, hours=80)
    assert monitor.rows(now)[0].learning == 0
    saved = monitor.save()
    now = calm(monitor, hours=3, start=now, level=2e-3)
    assert [a.key.detector for a in monitor.alarms.list()] == ["drift"]
    again = Monitor([SAW], folder=tmp_path)
    again.load(saved)
    assert [a.key.detector for a in again.alarms.list()] == ["drift"]
    now = calm(again, hours=3, start=now, level=2e-3)
    assert again.health(SAW, now) in ("warning", "alarm")
    again.tick(now)
    assert again.alarms.list()[0].active
    now = calm(again, hours=9, start=now)
    again.tick(now)
    assert not again.alarms.list()[0].active
    for junk in (b"", b"[]", b"{}", b'{"learnt": 3}', b'{"learnt": {"a b": 5}}', b"\xff", b"[" * 100_000):
        Monitor([SAW]).load(junk)


def test_a_drift_has_a_remaining_life() -> None:
    monitor = Monitor([SAW])
    now = calm(monitor, hours=80)
    for hour in range(30):
        now = calm(monitor, hours=1, start=now, level=1.2e-3 * math.exp(0.02 * hour), seed=hour)
    (row,) = monitor.rows(now)
    assert row.remaining is not None
    assert row.remaining.low <= row.remaining.middle <= row.remaining.high
    truth = (math.log(4.5 / 1.2) / 0.02 - 30) * 3600
    assert 0.3 * truth < row.remaining.middle < 3 * truth


numbers = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(-1e3, 1e6))
events = st.builds(
    Event, numbers, st.sampled_from(list(Kind)), st.sampled_from([SAW, "/Plant/Mill", ""]),
    st.sampled_from(["temperature", "vibration", "diameter", "parts", "scrap", "x", "", "odd"]), st.integers(-5, 300),
    st.sampled_from(list(State)), numbers,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(events, max_size=60), numbers)
def test_nothing_that_comes_raises(row: list[Event], now: float) -> None:
    monitor = Monitor([SAW], settings=Settings(learn=0.0, points=2, least=1, bin=10.0, groups=2, group=2))
    for one in row:
        monitor.feed(one)
        monitor.tick(one.time)
    monitor.rows(now)
    monitor.changes(now)
    monitor.save()


def test_a_time_far_ahead_does_not_deafen() -> None:
    monitor = Monitor([SAW])
    now = calm(monitor, hours=1)
    monitor.feed(value(now + 1e8, SAW, "vibration", 1.2e-3))
    now = calm(monitor, hours=0.3, start=now, level=8e-3)
    assert monitor.health(SAW, now) == "alarm"


def test_ten_thousand_quantities_are_bounded() -> None:
    monitor = Monitor(settings=Settings(tags=10_000))
    for k in range(10_100):
        monitor.feed(value(1.0, f"/P/S{k // 10}", f"q{k % 10}", 1.0))
    assert monitor.counters.full == 100
    assert sum(len(monitor.tags(f"/P/S{k}")) for k in range(1100)) == 10_000


def test_a_quantity_takes_eight_kilobytes_at_most_however_long_it_runs() -> None:
    quiet = Settings(learn=0.0, points=20, bin=10.0, least=1, ewma=(99.0, 100.0), cusum=(99.0, 99.0), limit=99.0, zone="")
    monitor = Monitor(settings=quiet)  # alarms have bounds of their own
    draw = np.random.default_rng(1).standard_normal(10_000).tolist()
    names = ["temperature", "vibration", "diameter", *(f"q{k}" for k in range(57))]
    sizes = {}
    tracemalloc.start()
    for turn in range(701):
        for k, name in enumerate(names):
            monitor.feed(value(10.0 * turn, SAW, name, 5 + draw[(k + turn * 7) % 10_000]))
        if turn in (300, 700):
            ours = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/health/*")])
            sizes[turn] = sum(one.size for one in ours.statistics("filename"))
    tracemalloc.stop()
    assert sizes[300] < 8000 * len(names)
    assert sizes[700] < 8000 * len(names)


# ---- online == at once
def online(data: dict[str, Any], options: Settings) -> list[Raise]:
    found: list[Raise] = []
    active: dict[tuple[str, str], int] = {}
    monitor = Monitor([SAW], settings=options)

    def report(tag: Tag, detector: str, when: float, level: int) -> None:
        if level and not active.get((tag.quantity, detector)):
            found.append(Raise(when, tag.quantity, detector))
        active[tag.quantity, detector] = level

    monitor._report = report  # type: ignore[method-assign]
    for one in stream(data):
        monitor.feed(one)
    for when, alarm in monitor.alarms.history:
        if alarm.key.detector == "scrap" and alarm.condition is Condition.RAISED:
            found.append(Raise(when, "scrap", "scrap"))
    return sorted(found)


def stream(data: dict[str, Any]) -> Iterator[Event]:
    parts, sizes, p = data["part_time"], data["diameter"], 0
    before, made = -1, -1
    rows = zip(*(data[k].tolist() for k in ("time", "state", "temperature", "vibration", "power", "parts", "scrap")))
    for now, code, warm, shake, watts, count, scrap in rows:
        while p < len(parts) and parts[p] <= now:
            yield value(float(parts[p]), SAW, "diameter", float(sizes[p]))
            p += 1
        if code == 0:
            continue
        if code != before:
            yield state(now, SAW, State(code))
            before = code
        for name, number in (("temperature", warm), ("vibration", shake), ("power", watts)):
            yield value(now, SAW, name, number)
        if count != made:
            yield value(now, SAW, "scrap", float(scrap))
            yield value(now, SAW, "parts", float(count))
            made = count


FAULTS = {
    "none": [],
    "bearing": [Fault("bearing", SAW, 4 * DAY, time=DAY)],
    "tool": [Fault("tool", SAW, 4 * DAY)],
    "spikes": [Fault("spikes", SAW, 4 * DAY, signal="vibration"), Fault("stuck", SAW, 5 * DAY, signal="temperature")],
    "hole": [Fault("network", SAW, 4 * DAY, 4 * DAY + 7200, signal="gap"), Fault("overheating", SAW, 5 * DAY)],
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("seed", [3, 4])
def test_online_finds_what_the_scan_finds(name: str, seed: int) -> None:
    data = generate(machine(SAW, seed=seed), duration=6.5 * DAY, step=20.0, faults=FAULTS[name])
    options = Settings(cusum=(2.0, 5.0), ewma=(3.0, 6.0), limit=3.0, range_limit=5.0)  # more to compare
    at_once = [one for one in scan(data, options) if one.detector != "silence"]
    assert [(r.quantity, r.detector) for r in online(data, options)] == [(r.quantity, r.detector) for r in at_once]
    assert [r.time for r in online(data, options)] == pytest.approx([r.time for r in at_once])
    assert name == "none" or at_once


def test_the_monitor_costs_a_few_microseconds() -> None:
    monitor = Monitor([SAW])
    rows = [value(10.0 * k, SAW, "vibration", 1.2e-3 + 1e-6 * (k % 37)) for k in range(20_000)]
    begin = time.perf_counter()
    for one in rows:
        monitor.feed(one)
    assert (time.perf_counter() - begin) / len(rows) < 20e-6  # 2.4 us on a quiet machine


def test_saved_is_json() -> None:
    monitor = Monitor([SAW])
    calm(monitor, hours=80)
    assert list(json.loads(monitor.save())["learnt"]) == [f"{SAW} vibration"]


def test_looking_for_changes_costs_nothing_when_there_are_none() -> None:
    monitor = Monitor()
    for k in range(10_000):
        monitor.feed(value(1.0, f"/P/S{k // 10}", f"q{k % 10}", 1.0))
    assert len(monitor.changes(2.0)) == 1000
    begin = time.perf_counter()
    for _ in range(100):
        assert monitor.changes(2.0) == []
    assert (time.perf_counter() - begin) / 100 < 0.5e-3


def test_a_place_that_falls_silent_is_told_as_unknown() -> None:
    monitor = Monitor([SAW])
    now = calm(monitor, hours=1)
    monitor.tick(now)
    assert [c[1] for c in monitor.changes(now)] == ["good"]
    monitor.tick(now + 100)
    ((place, health, text),) = monitor.changes(now + 100)
    assert (place, health) == (SAW, "unknown")
    assert text.startswith("Nothing new of Saw")
    monitor.feed(value(now + 101, SAW, "vibration", 1.2e-3))
    monitor.tick(now + 102)
    assert monitor.changes(now + 102) == [(SAW, "good", "")]


def test_values_within_a_dead_band_are_no_silence() -> None:
    monitor = Monitor([SAW])
    now = calm(monitor, hours=1)
    for _ in range(20):
        now += 30.0
        monitor.hear(SAW, now)
        monitor.tick(now)
    monitor.hear("/Nowhere", now)
    monitor.hear(SAW, math.nan)
    assert not len(monitor.alarms)


def test_a_cut_cable_is_one_alarm_not_a_flood() -> None:
    monitor, paths = Monitor(), [f"/P/S{k}" for k in range(50)]
    for turn in range(301):
        for path in paths:
            monitor.feed(value(10.0 * turn, path, "pressure", 5e5 + turn))
    monitor.tick(3000.0)
    assert not len(monitor.alarms)
    assert {health for _, health, _ in monitor.changes(3000.0)} == {"good"}
    monitor.tick(3100.0)
    (alarm,) = monitor.alarms.list()
    assert alarm.text.startswith("Nothing new of 50 of 50 places for ")
    assert {health for _, health, _ in monitor.changes(3100.0)} == {"unknown"}
    for path in paths[1:]:
        monitor.feed(value(3101.0, path, "pressure", 5e5))
    monitor.tick(3102.0)
    assert [a.key.place for a in monitor.alarms.list() if a.active] == [paths[0]]
