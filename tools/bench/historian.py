# SPDX-License-Identifier: Apache-2.0
"""The recorder: values taken per second with commits each second, and the last hour of one tag with 1e8 values stored."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from factory_twin.event import Event, value
from factory_twin.history import History
from factory_twin.history.store import FULL, Chunk
from factory_twin.message import Message

NAME = "historian"
ABOUT = "The recorder: values and messages a second, longest write, the last hour of a tag among 1e8 values"
GOAL, READ = 50_000.0, 0.050
SECONDS = 20.0
TAGS, EACH = 1000, 100_000


def run() -> list[dict[str, Any]]:
    """Measure all."""
    return [_ingest(500), _ingest(10_000), _journal(), *_large()]


def _ingest(tags: int) -> dict[str, Any]:
    """Write flat out for some seconds, a frame of 333 values at a time, as the feed does."""
    with tempfile.TemporaryDirectory() as folder, History(folder, retention=1e12) as history:
        frames = [[value(0.0, f"/Plant/Line/M{(i + j) % tags}", "temperature", 20.0 + j) for j in range(333)]
                  for i in range(0, tags * 10, 333)]  # fmt: skip
        count, slowest, made = 0, [0.0], 0.0
        began, processor = time.perf_counter(), time.process_time()
        while time.perf_counter() - began - made < SECONDS:
            a = time.perf_counter()
            frame = frames[count // 333 % len(frames)]
            events = [
                Event(1e9 + count / tags, e.kind, e.place, e.other, -1, e.state, e.value + count % 17 * 0.01) for e in frame
            ]
            b = time.perf_counter()
            history.write(events, count)
            slowest.append(time.perf_counter() - b)
            made += b - a
            count += len(events)
            while history.status.waiting > 500_000 if count % 99_900 == 0 else False:
                time.sleep(0.01)
        history.flush()
        took = time.perf_counter() - began - made
        used = time.process_time() - processor - made
        status = history.status
        stored = sum(t.count for t in history.tags())
        assert stored == count, (stored, count)
        slowest.sort()
    rate = count / took
    detail = (f"{rate:,.0f} values/s, {status.size / count:.1f} B each, {1e6 * used / count:.2f} us of processor; a write: "
              f"median {1e3 * statistics.median(slowest):.2f}, 99 % {1e3 * slowest[int(0.99 * len(slowest))]:.2f}, "
              f"longest {1e3 * slowest[-1]:.1f} ms")  # fmt: skip
    return {"name": f"{tags:,} tags", "ratio": rate / GOAL, "goal": 1.0, "unit": "x", "detail": detail}


def _journal() -> dict[str, Any]:
    """Keep messages in batches of 20, what a link with 20 in flight does."""
    with tempfile.TemporaryDirectory() as folder, History(folder) as history:
        payload = b'{"value":21.5,"time":1800000000.123}'
        batch = [
            Message(f"factorytwin/Line/M{i}/temperature", payload, 0.0, time.time(), False, 1, False, i + 1) for i in range(20)
        ]
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < 5.0:
            count += len(history.keep(batch))
        took = time.perf_counter() - began
    rate = count / took
    return {
        "name": "journal",
        "ratio": rate / 10_000,
        "goal": 1.0,
        "unit": "x",
        "detail": f"{rate:,.0f} messages/s, 20 a commit",
    }


def _large() -> list[dict[str, Any]]:
    """Fill a record with 1e8 values, by the store's own commit and fold, and read."""
    with tempfile.TemporaryDirectory() as folder:
        random = np.random.default_rng(1)
        began = time.perf_counter()
        with History(folder, retention=1e12) as history:
            history.write([value(0.0, f"/Plant/M{i}", "x", 0.0) for i in range(TAGS)], 0)
            history.flush()
            store = history._store
            ids = np.tile(np.arange(1, TAGS + 1), FULL // 4)
            for a in range(0, EACH, FULL // 4):
                n = min(FULL // 4, EACH - a)
                times = np.repeat(1e9 + a + np.arange(n), TAGS)
                walk = np.round(np.cumsum(random.standard_normal(n * TAGS)) * 0.01 + 20, 3)
                store.commit(Chunk(ids[: n * TAGS], times, walk), 0, {})
                while store.due and store.fold():
                    pass
            filled = time.perf_counter() - began
            size = sum(f.stat().st_size for f in Path(folder).iterdir())
        end = 1e9 + EACH
        took = []
        with History(folder, read_only=True) as history:
            begin = time.perf_counter()
            count = sum(t.count for t in history.tags())
            listed = time.perf_counter() - begin
            for i in range(0, TAGS, 20):
                _forget(folder)
                begin = time.perf_counter()
                times, _ = history.read(f"/Plant/M{i}", "x", end - 3600, end)
                took.append(time.perf_counter() - begin)
                assert len(times) == 3600
            begin = time.perf_counter()
            history.last_values(end - 50_000)
            scrub = time.perf_counter() - begin
            begin = time.perf_counter()
            log = history.log(end - 50_060, end - 50_000)
            window = time.perf_counter() - begin
    worst = max(took)
    detail = (f"median {1e3 * statistics.median(took):.1f}, worst {1e3 * worst:.1f} ms of {len(took)} tags, cache emptied; "
              f"{count:,} values, {size / count:.1f} B each, filled at {count / filled:,.0f}/s; list {1e3 * listed:.0f} ms, "
              f"all last values {1e3 * scrub:.0f} ms, a minute of all tags {1e3 * window:.0f} ms ({len(log):,})")  # fmt: skip
    return [{"name": "last hour of a tag", "ratio": READ / worst, "goal": 1.0, "unit": "x", "detail": detail}]


def _forget(folder: str) -> None:
    """Ask the system to drop the file from its cache, where it can be asked."""
    if hasattr(os, "posix_fadvise"):
        file = os.open(Path(folder, "values.db"), os.O_RDONLY)
        try:
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(file)
