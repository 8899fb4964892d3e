# SPDX-License-Identifier: Apache-2.0
"""Ingest over MQTT: our link, with and without a recorder, against a bare paho client that only counts; same broker and run."""

from __future__ import annotations

import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAME = "link"
ABOUT = "messages per second of our link, without and with a recorder, against a bare paho client that only counts"
COUNT, ROUNDS, GOAL = 60_000, 3, 0.8
WAIT = 90.0
FLOOD = Path(__file__).with_name("_flood.py")
Result = tuple[float, float]
"""Messages per second of wall time, CPU time of this process per message (s)."""


def run() -> list[dict[str, Any]]:
    """Return how many times as fast as the bare client each way is, medians of interleaved rounds."""
    if broker_program() is None:
        return [{"name": "all", "ratio": None, "goal": GOAL, "unit": "x", "detail": "mosquitto is not installed"}]
    ways: dict[str, Callable[..., Result]] = {"bare": bare, "link": _link, "recorded": _recorded}
    rows = []
    with tempfile.TemporaryDirectory(prefix="factory-twin-ingest-") as folder:
        for qos in (1, 0):
            seen: dict[str, list[Result]] = {name: [] for name in ways}
            for _ in range(ROUNDS):
                for name, way in ways.items():
                    seen[name].append(with_broker(Path(folder), way, qos))
            middle = {n: (statistics.median(r for r, _ in v), statistics.median(c for _, c in v)) for n, v in seen.items()}
            for name in ("link", "recorded"):
                (rate, cpu), (plain, plain_cpu) = middle[name], middle["bare"]
                detail = (f"{rate:,.0f}/s, {cpu * 1e6:.1f} us of CPU each; bare paho {plain:,.0f}/s, {plain_cpu * 1e6:.1f} us; "
                          f"QoS {qos}, MQTT 5, {COUNT:,} messages, {ROUNDS} rounds")  # fmt: skip
                rows.append({"name": f"{name}, QoS {qos}", "ratio": rate / plain, "goal": GOAL, "unit": "x", "detail": detail})
                rows.append({"name": f"{name}, QoS {qos}, CPU", "ratio": plain_cpu / cpu, "goal": None, "unit": "x",
                             "detail": "how many times less CPU time per message than bare paho"})  # fmt: skip
    return rows


def broker_program() -> str | None:
    """Return mosquitto's path; None: it is not installed."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def broker(folder: Path) -> Iterator[int]:
    """Run a fresh broker; its port."""
    from factory_twin.mqtt.broker import free_port, listens

    program, port = broker_program(), free_port()
    assert program is not None
    config = folder / "mosquitto.conf"
    lines = [f"listener {port} 127.0.0.1", "allow_anonymous true", "persistence false", "max_inflight_messages 0",
             "max_queued_messages 0", "set_tcp_nodelay true"]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        lines.append("user root")
    config.write_text("\n".join([*lines, ""]), encoding="utf-8")
    with subprocess.Popen([program, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 10
            while not listens(port) and time.monotonic() < deadline:
                time.sleep(0.02)
            yield port
        finally:
            process.kill()


def with_broker(folder: Path, way: Callable[..., Result], qos: int, *more: str) -> Result:
    """Measure one way on a fresh broker; `more` goes to the flood."""
    with broker(folder) as port:
        command = [sys.executable, str(FLOOD), str(port), str(qos), str(COUNT), *more]
        with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as flood:
            assert flood.stdout is not None and flood.stdin is not None
            flood.stdout.readline()
            pipe = flood.stdin

            def go() -> None:
                pipe.write("go\n")
                pipe.flush()

            try:
                return way(port, qos, go, folder)
            finally:
                flood.kill()


def measure(go: Callable[[], None], count: Callable[[], int], pause: float = 0.002) -> Result:
    """Say go and wait until all has been counted."""
    cpu, began = time.process_time(), time.perf_counter()
    go()
    while count() < COUNT:
        if time.perf_counter() - began > WAIT:
            raise RuntimeError(f"Only {count()} of {COUNT} messages came in {WAIT:g} s.")
        time.sleep(pause)
    return COUNT / (time.perf_counter() - began), (time.process_time() - cpu) / COUNT


def bare(port: int, qos: int, go: Callable[[], None], folder: Path) -> Result:
    """Measure a paho client that only counts."""
    import threading

    import paho.mqtt.client as paho
    from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

    counted, ready = 0, threading.Event()

    def on_message(client: Any, userdata: Any, message: Any) -> None:
        nonlocal counted
        counted += 1

    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.on_message = on_message
    client.on_connect = lambda *a: client.subscribe("#", qos)
    client.on_subscribe = lambda *a: ready.set()
    client.connect("127.0.0.1", port)
    thread = threading.Thread(target=client.loop_forever, daemon=True)
    thread.start()
    assert ready.wait(10)
    result = measure(go, lambda: counted)
    client.disconnect()
    thread.join(5)
    return result


def _link(port: int, qos: int, go: Callable[[], None], folder: Path, keep: Any = None) -> Result:
    from factory_twin.mqtt import Inbox, Link

    options = {} if keep is None else {"keep": keep}
    counted = 0
    inbox = Inbox(20_000)
    link = Link(f"mqtt://127.0.0.1:{port}", ("factorytwin/#",), inbox, **options)
    with link:
        deadline = time.monotonic() + 10
        while not link.status.connected and time.monotonic() < deadline:
            time.sleep(0.01)

        def count() -> int:
            nonlocal counted
            counted += sum(1 for _ in inbox.drain())
            return counted + inbox.coalesced

        return measure(go, count)


def _recorded(port: int, qos: int, go: Callable[[], None], folder: Path) -> Result:
    """The link with a journal: every batch is committed to SQLite before it is acknowledged."""
    path = Path(tempfile.mkdtemp(dir=folder), "journal.db")
    base: sqlite3.Connection | None = None
    last = 0

    def keep(messages: list[Any]) -> list[Any]:
        nonlocal base, last
        if base is None:
            base = sqlite3.connect(path, isolation_level=None)
            base.execute("pragma journal_mode = wal")
            base.execute("pragma synchronous = normal")
            base.execute("create table journal (position integer primary key, topic text, wall real, payload blob)")
        rows = [(last + i, m.topic, m.wall, m.payload) for i, m in enumerate(messages, 1)]
        base.execute("begin immediate")
        base.executemany("insert into journal values (?, ?, ?, ?)", rows)
        base.execute("commit")
        kept = [m._replace(position=last + i) for i, m in enumerate(messages, 1)]
        last += len(kept)
        return kept

    return _link(port, qos, go, folder, keep)
