# SPDX-License-Identifier: Apache-2.0
"""The recorder keeps in step with its journal: whatever the inbox leaves out, wherever a run ends, each value is there once."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from factory_twin.errors import HistoryError
from factory_twin.feed import Feed
from factory_twin.feed.identity import NAME, identity
from factory_twin.formats.sparkplug import EdgeNode
from factory_twin.history import History
from factory_twin.message import Message
from factory_twin.mqtt import Inbox
from factory_twin.read import open_stage, read_plant

LINE = Path(__file__).parent / "good" / "three_machines.usda"
NOW = 1.767e9


def feed_of(history: History, capacity: int = 50) -> Feed:
    stage = open_stage(LINE)
    feed = Feed(stage, read_plant(stage), "mqtt://127.0.0.1:1", history=history)
    feed.inbox = Inbox(capacity, events=feed._is_event)
    return feed


def readings(count: int, begin: int = 1, name: str = "temperature") -> list[Message]:
    """Numbered readings of three machines, one message each."""
    made = []
    for k in range(begin, begin + count):
        body = json.dumps({"value": k, "time": NOW + k}).encode()
        made.append(Message(f"factorytwin/Line/M{k % 3 + 1}/{name}", body, float(k), NOW + k, qos=1, mid=k % 65000 + 1))
    return made


def recorded(history: History, name: str = "temperature") -> list[int]:
    return sorted(int(v) for m in (1, 2, 3) for v in history.read(f"/Line/M{m}", name, 0.0, 1e11)[1])


def offer(feed: Feed, messages: list[Message]) -> None:
    """Do what the link does with a batch."""
    assert feed.recording is not None
    new = feed.recording.history.keep(messages)
    feed.inbox.pass_by(len(feed.inbox.take(new)))


@pytest.mark.parametrize("seed", range(6))
def test_what_the_inbox_leaves_out_is_read_from_the_journal(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    with History(tmp_path) as history:
        feed = feed_of(history)
        sent = 0
        fell_behind = False
        while sent < 3000:
            burst = draw.choice((1, 5, 40, 300))
            offer(feed, readings(burst, sent + 1))
            sent += burst
            for _ in range(draw.randrange(4)):
                feed.frame(draw.choice((1e-4, 2e-3)))
            assert feed.recording is not None
            fell_behind |= feed.recording.behind
        assert fell_behind
        assert feed.inbox.coalesced > 100
        feed.stop()
        assert feed.status.error == ""
        assert recorded(history) == list(range(1, sent + 1))
        assert history.cursor == history.last == sent


def test_when_it_has_caught_up_it_records_what_is_read_for_the_view_again(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        feed = feed_of(history)
        assert feed.recording is not None
        offer(feed, readings(500))
        for _ in range(200):
            feed.frame(0.01)
        assert not feed.recording.behind
        intake = feed.intake
        offer(feed, readings(20, 501))
        feed.frame(0.01)
        assert not feed.recording.behind
        assert feed.intake is intake
        assert feed.status.behind == 0
        feed.stop()
        assert recorded(history) == list(range(1, 521))


def test_what_a_run_before_ours_did_not_read_is_read_at_the_start(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        history.keep(readings(700))
    with History(tmp_path) as history:
        feed = feed_of(history)
        assert feed.status.behind == 700
        feed.frame(0.004)
        offer(feed, readings(10, 701))
        feed.stop()
        assert recorded(history) == list(range(1, 711))
    with History(tmp_path) as history:
        feed = feed_of(history)
        assert feed.status.behind == 0
        feed.stop()
        assert recorded(history) == list(range(1, 711))


def test_births_learnt_before_a_restart_name_the_values_after_it(tmp_path: Path) -> None:
    node = EdgeNode("Plant", "Line", {"M1": {"temperature": 0.0}})
    node.connect(NOW)
    births = [Message(m.topic, m.payload, 0.0, NOW) for m in node.births(NOW)]
    data = [Message(m.topic, m.payload, 0.0, NOW + k) for k in range(1, 600)
            for m in node.data("M1", {"temperature": float(k)}, NOW + k)]  # fmt: skip
    with History(tmp_path) as history:
        feed = feed_of(history, 5000)
        offer(feed, [*births, *data[:100]])
        feed.frame(1.0)
        feed.stop()
    with History(tmp_path) as history:
        history.keep(data[100:300])  # a run that ended before it read them
    with History(tmp_path) as history:
        feed = feed_of(history, 5000)
        offer(feed, data[300:])
        for _ in range(50):
            feed.frame(0.01)
        feed.stop()
        _, values = history.read("/Line/M1", "temperature", 0.0, 1e11)
        assert [int(v) for v in values] == list(range(600))


def test_retained_messages_are_shown_and_not_recorded(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        feed = feed_of(history)
        offer(feed, [m._replace(retained=True) for m in readings(3)])
        for _ in range(50):
            feed.frame(0.01)
        assert feed.live.row("/Line/M1", 3.0).temperature == 3.0
        feed.stop()
        assert recorded(history) == []
        assert history.cursor == 3


def test_a_recorder_without_room_is_told_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with History(tmp_path) as history:
        feed = feed_of(history, 5000)
        offer(feed, readings(200))
        true, calls = history.write, 0

        def write(*args: object) -> None:
            nonlocal calls
            calls += 1
            if calls < 4:
                history.cursor = 0
                raise HistoryError("No room.", where="here", hint="Make some.")
            true(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(history, "write", write)
        feed.frame(0.05)
        assert "No room." in feed.status.error
        for _ in range(100):
            feed.frame(0.02)
        offer(feed, readings(50, 201))
        feed.frame(0.05)
        feed.stop()
        assert recorded(history) == list(range(1, 251))


def test_our_name_at_the_broker_stays(tmp_path: Path) -> None:
    name = identity(tmp_path)
    assert name == identity(tmp_path)
    (tmp_path / NAME).write_text("no name; at all")
    assert identity(tmp_path) != name
    with pytest.raises(HistoryError, match="can't be kept"):
        identity(tmp_path / "nowhere")
