# SPDX-License-Identifier: Apache-2.0
"""From a publisher in another process, over a broker, to the attribute on the stage; frames at 60 Hz."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from . import ingest, link

NAME = "latency"
ABOUT = "time from publish to the stage's attribute at 1,000 messages a second, 99th percentile against two frame times"
RATE, COUNT, ROUNDS = 1000, 10_000, 3
FRAME = 1 / 60
TICKER = Path(__file__).with_name("_ticker.py")


def run() -> list[dict[str, Any]]:
    """Return two frame times in 99th percentiles of the latency, the median of some rounds, without and with a recorder."""
    if link.broker_program() is None:
        return [{"name": "all", "ratio": None, "goal": 1.0, "unit": "x", "detail": "mosquitto is not installed"}]
    rows = []
    with tempfile.TemporaryDirectory(prefix="factory-twin-latency-") as folder:
        seen: dict[str, list[list[float]]] = {"shown": [], "recorded": []}
        for _ in range(ROUNDS):
            for name, found in seen.items():
                found.append(sorted(_measure(Path(folder), recorded=name == "recorded")))
        for name, found in seen.items():
            middle, high, worst = (statistics.median(s[int(q * (len(s) - 1))] for s in found) for q in (0.5, 0.99, 1.0))
            detail = (f"p50 {1e3 * middle:.1f} ms, p99 {1e3 * high:.1f} ms, worst {1e3 * worst:.1f} ms; {RATE:,}/s, QoS 1, "
                      f"{COUNT:,} messages, {ROUNDS} rounds, a frame is {1e3 * FRAME:.1f} ms")  # fmt: skip
            rows.append({"name": name, "ratio": 2 * FRAME / high, "goal": 1.0, "unit": "x", "detail": detail})
    return rows


def _measure(folder: Path, *, recorded: bool) -> list[float]:
    """Return the latency of each message, s: the first end of a frame at which the stage shows it, or a newer one."""
    from factory_twin.feed import Feed
    from factory_twin.history import History
    from factory_twin.plant import Binding, Plant

    history = History(tempfile.mkdtemp(dir=folder)) if recorded else None
    stage = ingest.stage()
    paths = [f"/Hall/Line{k // 10}/Press{k}" for k in range(ingest.PRESSES)]
    with link.broker(folder) as port:
        bindings = [Binding(path=p, name="t", quantity="temperature") for p in paths]
        feed = Feed(stage, Plant(nodes=()), f"mqtt://127.0.0.1:{port}", bindings=bindings, history=history)
        feed.start()
        command = [sys.executable, str(TICKER), *map(str, (port, RATE, COUNT, ingest.PRESSES))]
        with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as ticker:
            assert ticker.stdout is not None and ticker.stdin is not None
            ticker.stdout.readline()
            while not feed.status.link.connected:
                time.sleep(0.01)
            ticker.stdin.write("go\n")
            ticker.stdin.flush()
            shown = _watch(feed, stage, paths)
            sent = [float(line) for line in ticker.stdout.read().split()]
        feed.stop()
    if history is not None:
        history.close()
    return [shown[k] - sent[k] for k in range(COUNT)]


def _watch(feed: Any, stage: Any, paths: list[str]) -> list[float]:
    """Run frames until all has come; return when the stage showed each message."""
    shown, last = [0.0] * COUNT, [-1] * len(paths)
    begun = next_frame = time.monotonic()
    while min(last) < COUNT - len(paths):
        if time.monotonic() - begun > COUNT / RATE + 30:
            raise RuntimeError(f"Only the messages up to {min(last)} of {COUNT} were shown.")
        time.sleep(max(0.0, next_frame - time.monotonic()))
        next_frame = max(next_frame + FRAME, time.monotonic())
        feed.frame(0.004)
        end = time.monotonic()
        for k, path in enumerate(paths):
            attribute = stage.GetAttributeAtPath(f"{path}.factoryTwin:state:temperature")
            number = int(attribute.Get()) if attribute and attribute.HasValue() else -1
            for m in range(last[k] + len(paths) if last[k] >= 0 else k, number + 1, len(paths)):
                shown[m] = end
            last[k] = max(last[k], number)
    return shown
