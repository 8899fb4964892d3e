# SPDX-License-Identifier: Apache-2.0
"""The recorder against a plain list: whatever is written, flushed, folded, crashed and opened again, the same is read."""

from __future__ import annotations

import math
import tempfile
from typing import Any

import numpy as np
from factory_twin.event import value
from factory_twin.history import History, block, store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TIMES = st.one_of(st.integers(0, 30).map(float), st.floats(-1e10, 1e10))
VALUES = st.one_of(st.integers(0, 3).map(float), st.floats(allow_nan=False))
ROWS = st.lists(st.tuples(st.sampled_from("abc"), TIMES, VALUES), max_size=40)
STEPS = st.lists(st.one_of(ROWS, st.sampled_from(["flush", "compact", "close", "crash"])), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS, st.integers(2, 40))
def test_equals_a_list(steps: list[Any], full: int) -> None:
    before, store.FULL = store.FULL, full
    safe: list[Any] = []
    loose: list[Any] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            history = History(folder, retention=math.inf)
            try:
                for number, step in enumerate(steps):
                    if isinstance(step, list):
                        history.write([value(t, f"/{p}", "x", v) for p, t, v in step], number + 1)
                        loose += step
                    elif step in ("flush", "compact"):
                        getattr(history, step)()
                        safe, loose = safe + loose, []
                    elif step == "close":
                        history.close()
                        history = History(folder, retention=math.inf)
                        safe, loose = safe + loose, []
                    else:
                        history._clear()  # what is lost with a process
                        history._moved = False
                        history.close()
                        history = History(folder, retention=math.inf)
                        loose = []
                    check(history, safe + loose)
            finally:
                history.close()
    finally:
        store.FULL = before


def check(history: History, rows: list[Any]) -> None:
    counts = {t.place: t.count for t in history.tags()}
    for place in "abc":
        kept: dict[Any, None] = {}
        for p, t, v in rows:
            if p == place:
                kept.setdefault((t + 0.0, np.float64(v).tobytes()), None)
        expected = sorted(kept, key=lambda k: k[0])
        times, values = history.read(f"/{place}", "x")
        assert times.tolist() == [t for t, _ in expected]
        assert sorted((t, v.tobytes()) for t, v in zip(times.tolist(), values)) == sorted(expected)
        assert counts.get(f"/{place}", 0) == len(expected)


@given(st.lists(st.tuples(st.floats(allow_nan=True), st.floats(allow_nan=True)), max_size=50))
def test_blocks_are_exact(rows: list[tuple[float, float]]) -> None:
    times, values = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    found = block.series(block.pack(times, values), len(rows))
    assert found.times.tobytes() == times.tobytes() and found.values.tobytes() == values.tobytes()


@given(st.binary(max_size=200), st.integers(0, 100))
def test_damaged_blocks_are_refused(data: bytes, count: int) -> None:
    try:
        block.series(data, count)
    except ValueError:
        return
    assert len(block.series(data, count).times) == count
