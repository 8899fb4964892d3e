# SPDX-License-Identifier: Apache-2.0
"""The commands `history` and `replay`, and `health` over a recorder's folder, as a planner types them."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from factory_twin.cli import main
from factory_twin.event import State, state, value
from factory_twin.history import History
from factory_twin.message import Message
from factory_twin.mqtt import Inbox, Link
from mosquitto import Mosquitto, mosquitto, needs_mosquitto, wait

__all__ = ["mosquitto"]
BEGIN = 1_764_500_400.0  # 2025-11-30 11:00 UTC
COUNT = 200


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Path]:
    """A folder with 200 temperatures and vibrations of a saw, one each 10 s, and the messages that told the temperatures."""
    folder = tmp_path / "record"
    with History(folder, retention=1e9) as history:
        told = [Message("line/Saw/temperature", f"{40 + k % 7}".encode(), 0.0, BEGIN + 10 * k, False, 1) for k in range(COUNT)]
        told.insert(3, Message("line/cmd/Saw/dispatch", b"1", 0.0, BEGIN + 21.0, False, 1))
        history.keep(told)
        events = [state(BEGIN, "/P/Saw", State.BUSY)]
        for k in range(COUNT):
            events.append(value(BEGIN + 10 * k, "/P/Saw", "temperature", 40.0 + k % 7))
            events.append(value(BEGIN + 10 * k, "/P/Saw", "vibration", 1e-3 if k < 100 else 6e-3))
        history.write(events, len(told))
    yield folder


def test_overview(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", str(record)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Place", "Name", "Values", "First", "Last"]
    assert lines[2].split() == ["/P/Saw", "temperature", "200", "2025-11-30", "11:00:00.000", "2025-11-30", "11:33:10.000"]
    assert lines[-1].startswith("3 series, 401 values, 201 messages, ")
    assert main(["history", str(record), "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert [(t["name"], t["count"]) for t in body["tags"]] == [("state", 1), ("temperature", 200), ("vibration", 200)]


def test_one_series_of_a_span(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    span = ["--from", "2025-11-30T11:01", "--to", "2025-11-30T12:01:20+01:00"]
    assert main(["history", str(record), "--tag", "/P/Saw:temperature", *span]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2025-11-30 11:01:00.000  46", "2025-11-30 11:01:10.000  40", "2025-11-30 11:01:20.000  41"]  # fmt: skip
    assert main(["history", str(record), "--tag", "/P/Saw:state"]) == 0
    assert capsys.readouterr().out == "2025-11-30 11:00:00.000  busy\n"
    assert main(["history", str(record), "--tag", "/P/Saw:temprature"]) == 2
    assert "There is /P/Saw:state, /P/Saw:temperature" in capsys.readouterr().err
    assert main(["history", str(record), "--from", "yesterday"]) == 2
    assert '--from: "yesterday" is no time' in capsys.readouterr().err


def test_export(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", str(record), "--export", str(tmp_path / "all.csv")]) == 0
    rows = list(csv.reader((tmp_path / "all.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 402
    tag = ["--tag", "/P/Saw:vibration"]
    assert main(["history", str(record), "--export", str(tmp_path / "one.parquet"), *tag, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["values"] == 200
    assert parquet.read_table(tmp_path / "one.parquet").num_rows == 200
    assert main(["history", str(record), "--export", str(tmp_path / "all.xlsx")]) == 2
    assert not (tmp_path / "all.xlsx").exists()


def test_parquet_without_a_pyarrow_that_works_says_why(
    record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ["history", str(record), "--export", str(tmp_path / "all.parquet")]
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main(export) == 2
    text = capsys.readouterr().err
    assert "pyarrow, which is not here" in text and "pip install" in text
    monkeypatch.delitem(sys.modules, "pyarrow")
    (tmp_path / "pyarrow.py").write_text("raise ImportError('pyarrow requires NumPy 2.0 or newer, found 1.26.4')")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert main(export) == 2
    text = capsys.readouterr().err
    assert "requires NumPy 2.0 or newer, found 1.26.4" in text and "not here" not in text
    assert not (tmp_path / "all.parquet").exists()


def test_messages_move_to_another_recorder(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moved, other = tmp_path / "messages.jsonl", tmp_path / "other"
    assert main(["history", str(record), "--export", str(moved)]) == 0
    assert main(["history", str(other), "--take", str(moved)]) == 0
    assert "201 messages taken" in capsys.readouterr().err
    with History(record, read_only=True) as a, History(other, read_only=True) as b:
        assert [(*m[:2], m.wall) for m in a.messages(0, 999)] == [(*m[:2], m.wall) for m in b.messages(0, 999)]
    assert main(["history", str(other)]) == 0
    assert "The values of 201 messages are not stored yet" in capsys.readouterr().out


def test_a_folder_without_a_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("history", "health"):
        assert main([command, str(tmp_path)]) == 2
        assert str(tmp_path) in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_health_over_a_record(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["health", str(record)]) == 1
    told = capsys.readouterr().out
    assert "/P/Saw  alarm" in told and "2025-11-30 11:17:40+00:00  raised" in told
    assert main(["health", str(record), "--to", "2025-11-30T11:10"]) == 0
    assert "alarm" not in capsys.readouterr().out


@pytest.mark.broker
@needs_mosquitto
def test_replay(record: Path, mosquitto: Mosquitto, capsys: pytest.CaptureFixture[str]) -> None:
    inbox = Inbox()
    link = Link(mosquitto.url, ("#",), inbox)
    link.start()
    try:
        wait(lambda: link.status.connected, "we listen")
        options = ["--broker", mosquitto.url, "--speed", "10000", "--prefix", "again"]
        assert main(["replay", str(record), *options]) == 0
        found = []
        wait(lambda: found.extend(inbox.drain()) or len(found) >= COUNT, "all come")
    finally:
        link.stop()
    assert {m.topic for m in found} == {"again/Saw/temperature"}, "commands are never sent again"
    assert [m.payload for m in found] == [f"{40 + k % 7}".encode() for k in range(COUNT)]
    assert "200 sent, 1 commands left out" in capsys.readouterr().err
