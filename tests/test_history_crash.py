# SPDX-License-Identifier: Apache-2.0
"""A recorder that is killed at random: no acknowledged message is missing, no value is lost or doubled."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from factory_twin.event import value
from factory_twin.history import History

RECORDER = textwrap.dedent("""
    import os, sys, threading, time
    from factory_twin.event import value
    from factory_twin.history import History, store, history as module
    from factory_twin.message import Message
    folder, acks, fold = sys.argv[1], sys.argv[2], int(sys.argv[3])
    store.FOLD, store._SLICE, module._SPAN = fold, 3, 0.02
    history = History(folder, retention=1e12)
    out = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    lines = open(acks).read().split()
    acked = int(lines[-1]) if lines else -1
    def send():
        again, number = 20, acked + 1  # what a broker does: all that was not acknowledged comes again
        while True:
            batch = []
            for _ in range(10):
                batch.append(Message("t", str(number).encode(), 0.0, time.time(), False, 1, again > 0, number % 60_000 + 1))
                number, again = number + 1, again - 1
            history.keep(batch)
            os.write(out, f"{number - 1}\\n".encode())
    threading.Thread(target=send, daemon=True).start()
    while True:
        for m in history.messages(history.cursor, 200):
            n = int(m.payload)
            history.write([value(1e9 + n, f"/M{n % 10}", "x", n)], m.position, {"f": m.payload})
""")


@pytest.mark.parametrize("rounds", [8, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_at_random(tmp_path: Path, rounds: int) -> None:
    folder, acks = tmp_path / "history", tmp_path / "acks"
    dice = random.Random(rounds)
    for _ in range(rounds):
        child = subprocess.Popen([sys.executable, "-c", RECORDER, str(folder), str(acks), "3000"], stderr=subprocess.PIPE)
        before = acks.stat().st_size if acks.exists() else 0
        deadline = time.monotonic() + 20
        while (not acks.exists() or acks.stat().st_size == before) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(dice.uniform(0.0, 0.6))
        assert child.poll() is None, child.stderr and child.stderr.read().decode()
        child.kill()
        child.wait()
        assert child.stderr is not None
        child.stderr.close()
        for name in ("journal.db", "values.db"):
            base = sqlite3.connect(folder / name)
            assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            base.close()
    acknowledged = int(acks.read_text().split()[-1])
    with History(folder, retention=1e12) as history:
        assert history.cursor <= history.last
        assert history.cursor == 0 or history.saved["f"] == history.messages(history.cursor - 1, 1)[0].payload
        while chunk := history.messages(history.cursor, 1000):
            history.write([value(1e9 + int(m.payload), f"/M{int(m.payload) % 10}", "x", int(m.payload)) for m in chunk],
                          chunk[-1].position)  # fmt: skip
        numbers = [int(m.payload) for m in history.messages(0, 10_000_000)]
        assert acknowledged > 100 * rounds
        assert numbers == list(range(len(numbers))), "each message once, in order"
        assert len(numbers) > acknowledged
        for _ in range(2):
            found = np.concatenate([history.read(f"/M{k}", "x")[1] for k in range(10)])
            assert np.array_equal(np.sort(found), np.arange(len(numbers)))
            assert sum(t.count for t in history.tags()) == len(numbers)
            history.compact()
