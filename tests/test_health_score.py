# SPDX-License-Identifier: Apache-2.0
"""The score of the detectors, and the command that tells it and the health of a log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from factory_twin.cli import main
from factory_twin.event import State, state, value
from factory_twin.health.score import KINDS, TOLD, TUNING, Line, score
from factory_twin.log import Log


def test_a_small_score_finds_bearing_wear_without_crying_wolf() -> None:
    found = score(cases=2, months=4, seed=TUNING + 200, kinds=["bearing wear", "stuck vibration"])
    lines = {(x.fault, x.detector): x for x in found.lines}
    assert lines["bearing wear", "cusum"].found == 1.0
    assert 86400 < lines["bearing wear", "cusum"].delay(0.5) < 3 * 86400
    assert 600 <= lines["stuck vibration", "stuck"].delay(0.5) < 3600
    assert found.false["any"] <= 4
    table = found.table()
    assert "bearing wear" in table
    assert "4 machine-months without a fault; seeds from 1200 on." in table


@pytest.mark.slow
def test_every_detector_keeps_below_one_false_alarm_a_machine_and_month() -> None:
    found = score(cases=3, months=60, seed=TOLD + 10_000)
    assert found.false["any"] < 60
    best = {name: max(x.found for x in found.lines if x.fault == name) for name in KINDS}
    assert set(best.values()) == {1.0}


def test_a_line_without_finds_has_no_delay() -> None:
    line = Line("x", "ewma", cases=10)
    assert line.found == 0.0
    assert line.delay(0.5) != line.delay(0.5)
    assert line.interval[1] == pytest.approx(0.2775, abs=1e-3)


def test_the_command_tells_the_score(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["health", "score", "--cases", "1", "--months", "1", "--fault", "network loss", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["months"] == 1
    assert {x["detector"] for x in body["lines"]} >= {"silence", "any"}
    assert main(["health", "score", "--cases", "-1"]) == 2


def test_the_command_tells_the_health_of_a_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = Log(("/P/Saw", "/P/Mill"), origin=1.7e9)
    log.append(state(0.0, "/P/Saw", State.BUSY))
    for k in range(200):
        log.append(value(10.0 * k, "/P/Saw", "vibration", 1e-3 if k < 100 else 6e-3))
        log.append(value(10.0 * k, "/P/Mill", "temperature", 40.0 + 0.01 * (k % 7)))
    path = log.save(tmp_path / "log.npz")
    assert main(["health", str(path)]) == 1
    told = capsys.readouterr().out
    assert "/P/Saw   alarm    Vibration of Saw is 6 mm/s, zone D begins at 4.5: look at the spindle bearing." in told
    assert "/P/Mill  good" in told
    assert "2023-11-14 22:31:00+00:00  raised" in told
    assert main(["health", str(path), "--json", "--history", "1"]) == 1
    body = json.loads(capsys.readouterr().out)
    assert [(p["place"], p["health"]) for p in body["places"]] == [("/P/Saw", "alarm"), ("/P/Mill", "good")]
    assert len(body["history"]) == 1
    assert main(["health", str(tmp_path / "nothing.npz")]) == 2
    assert main(["health", str(tmp_path)]) == 2
