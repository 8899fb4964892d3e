# SPDX-License-Identifier: Apache-2.0
"""Nothing is lost and nothing doubled in the recorder: the bridge is killed, the broker restarted or killed, the cable cut.

Readings are numbered. A publisher sends them at QoS 1 and knows what the broker has acknowledged; afterwards the recorder must
have each number once, in order. Short forms run always, the long ones with --all.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from factory_twin.feed import Feed
from factory_twin.history import History
from factory_twin.mqtt import Link
from factory_twin.mqtt.broker import HOST
from factory_twin.read import open_stage, read_plant
from mosquitto import Mosquitto, mosquitto, needs_mosquitto, wait
from proxy import Cable

__all__ = ["mosquitto"]
pytestmark = [pytest.mark.broker, needs_mosquitto]
LINE = Path(__file__).parent / "good" / "three_machines.usda"
PLACES = ("/Line/M1", "/Line/M2", "/Line/M3")
RATE = 1000.0


class Publisher:
    """Sends numbered readings of three machines at QoS 1, `RATE` in all per second."""

    def __init__(self, url: str, rate: float = RATE) -> None:
        self.link = Link(url, conflate=False, outbox=1_000_000, client_id=f"publisher-{random.getrandbits(32):x}")
        self.rate = rate
        self.sent = Counter[str]()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Publisher:
        self.link.start()
        wait(lambda: self.link.status.connected, "the publisher connects")
        self._thread.start()
        return self

    def _run(self) -> None:
        began, count = time.monotonic(), 0
        while not self._ended.wait(0.01):
            while count < (time.monotonic() - began) * self.rate:
                place = PLACES[count % len(PLACES)]
                self.sent[place] += 1
                body = {"value": self.sent[place], "time": round(time.time(), 4)}
                self.link.publish(f"factorytwin{place}/serial", json.dumps(body))
                count += 1

    def end(self) -> None:
        """Stop making readings, and wait until the broker has all."""
        self._ended.set()
        self._thread.join()
        assert self.link.flush(60.0), "the broker did not take all that was published"

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self.link.stop()


def bridge(url: str, folder: Path) -> subprocess.Popen[bytes]:
    exts = LINE.parents[2] / "exts"
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(str(exts / n) for n in ("factory_twin", "factory_twin.schema"))}
    command = [sys.executable, "-m", "factory_twin", "bridge", str(LINE), "--broker", url, "--record", str(folder)]
    return subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def feeding(url: str, folder: Path) -> Iterator[Feed]:
    """Run a bridge in this process, frame by frame on a thread, and end it in good order."""
    stage = open_stage(LINE)
    history = History(folder)
    feed = Feed(stage, read_plant(stage), url, history=history)
    feed.start()
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(0.01):
            feed.frame(0.008)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield feed
    finally:
        ended.set()
        thread.join()
        feed.stop()
        assert feed.status.error == ""
        history.close()


def recorded(folder: Path, place: str) -> list[int]:
    history = History(folder)
    try:
        _, values = history.read(place, "serial", 0.0, 1e11)
        return [int(v) for v in values]
    finally:
        history.close()


def check_all(folder: Path, sent: Counter[str]) -> None:
    """Fail unless each reading that was sent is recorded once, in order."""
    for place, count in sent.items():
        found = recorded(folder, place)
        missing, doubled = count - len(set(found)), len(found) - len(set(found))
        assert (missing, doubled) == (0, 0), f"{place}: of {count} readings {missing} are missing, {doubled} doubled"
        assert found == list(range(1, count + 1)), f"{place}: not in order"


def drained(url: str, folder: Path, sent: Counter[str]) -> None:
    """Let a bridge run until all that is queued has come, and end it in good order."""
    with feeding(url, folder) as feed:
        total = sum(sent.values())
        wait(lambda: feed.recording is not None and feed.recording.history.last >= total, "all messages come", 60.0)


def survive(mosquitto: Mosquitto, folder: Path, kills: int, seed: int = 1) -> None:
    draw = random.Random(seed)
    first = bridge(mosquitto.url, folder)
    wait(lambda: (folder / "client-id").exists(), "the bridge starts")
    time.sleep(1.0)
    with Publisher(mosquitto.url) as publisher:
        process = first
        for _ in range(kills):
            time.sleep(draw.uniform(0.2, 1.6))
            process.kill()
            process.wait()
            process = bridge(mosquitto.url, folder)
        time.sleep(2.0)
        publisher.end()
        process.kill()
        process.wait()
        drained(mosquitto.url, folder, publisher.sent)
    assert sum(publisher.sent.values()) > kills * 300
    check_all(folder, publisher.sent)


def test_a_bridge_that_is_killed_loses_and_doubles_nothing(mosquitto: Mosquitto, tmp_path: Path) -> None:
    survive(mosquitto, tmp_path / "record", 3)


@pytest.mark.slow
def test_a_bridge_that_is_killed_fifty_times_loses_and_doubles_nothing(mosquitto: Mosquitto, tmp_path: Path) -> None:
    survive(mosquitto, tmp_path / "record", 50)


def restart(folder: Path, times: int, *extra: str, kill: bool = False) -> tuple[int, int]:
    """Restart the broker again and again; return (readings missing, readings sent)."""
    data = folder / "broker"
    data.mkdir()
    broker = Mosquitto(folder, "allow_anonymous true", "persistence true", f"persistence_location {data}/", *extra).start()
    try:
        with feeding(broker.url, folder / "record") as feed:
            wait(lambda: feed.status.link.connected, "the bridge connects")
            with Publisher(broker.url) as publisher:
                for _ in range(times):
                    time.sleep(0.7)
                    broker.kill() if kill else broker.stop()
                    time.sleep(0.1)
                    broker.start()
                    wait(lambda: publisher.link.status.connected and feed.status.link.connected, "all are back", 10.0)
                publisher.end()
                deadline = time.monotonic() + 20.0
                while time.monotonic() < deadline and feed.status.values < sum(publisher.sent.values()):
                    time.sleep(0.1)
            status = feed.status
            assert status.history is not None
            assert status.link.received == status.history.messages + status.history.dropped, (
                "what came is not all in the journal"
            )
    finally:
        broker.kill()
    missing = 0
    for place, count in publisher.sent.items():
        found = recorded(folder / "record", place)
        assert len(found) == len(set(found)), "a reading is doubled"
        assert set(found) <= set(range(1, count + 1))
        assert np.all(np.diff(found) > 0)
        missing += count - len(found)
    return missing, sum(publisher.sent.values())


def test_a_broker_that_is_restarted_in_good_order_loses_nothing(tmp_path: Path) -> None:
    assert restart(tmp_path, 2)[0] == 0


@pytest.mark.slow
def test_a_broker_that_is_restarted_twenty_times_loses_nothing(tmp_path: Path) -> None:
    missing, sent = restart(tmp_path, 20)
    assert missing == 0
    assert sent > 10_000


@pytest.mark.slow
def test_a_broker_that_is_killed_loses_what_its_own_persistence_loses_and_a_setting_avoids_most(tmp_path: Path) -> None:
    """Measured both ways; mosquitto 2.0 writes its database now and then, so what it had acknowledged in between is gone."""
    lost = {}
    for name, extra in (("default", ()), ("on every change", ("autosave_on_changes true", "autosave_interval 1"))):
        folder = tmp_path / name.replace(" ", "_")
        folder.mkdir()
        missing, sent = restart(folder, 5, *extra, kill=True)
        lost[name] = missing / sent
        print(f"broker killed 5 times, persistence {name}: {missing} of {sent} readings missing")
    assert lost["on every change"] <= 0.005


def cut(mosquitto: Mosquitto, folder: Path, duration: float) -> None:
    with Cable(mosquitto.port) as cable, feeding(f"mqtt://{HOST}:{cable.port}", folder) as feed:
        wait(lambda: feed.status.link.connected, "the bridge connects")
        with Publisher(mosquitto.url, 200.0) as publisher:
            time.sleep(1.0)
            cable.cut.set()
            time.sleep(duration)
            assert duration < 30 or not feed.status.link.connected
            cable.cut.clear()
            wait(lambda: feed.status.link.connected, "the bridge is back", 90.0)
            publisher.end()
            total = sum(publisher.sent.values())
            wait(lambda: feed.recording is not None and feed.recording.history.last >= total, "all messages come", 120.0)
    check_all(folder, publisher.sent)


def test_what_queued_up_behind_a_cut_cable_comes_in_order(mosquitto: Mosquitto, tmp_path: Path) -> None:
    cut(mosquitto, tmp_path / "record", 4.0)


@pytest.mark.slow
def test_what_queued_up_behind_a_cable_cut_for_ten_minutes_comes_in_order(mosquitto: Mosquitto, tmp_path: Path) -> None:
    cut(mosquitto, tmp_path / "record", 600.0)
