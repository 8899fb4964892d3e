# SPDX-License-Identifier: Apache-2.0
"""The recorder: journal, values, tags, late and repeated values, foreign files, full disks, second openers, retention."""

from __future__ import annotations

import math
import os
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from factory_twin.errors import HistoryError
from factory_twin.event import Event, Kind, State, move, state, value
from factory_twin.history import History, Last, store
from factory_twin.message import Message

NOW = float(round(time.time()))


def message(number: int, *, mid: int = 0, again: bool = False, topic: str = "a/b", retained: bool = False) -> Message:
    return Message(topic, str(number).encode(), 5.0, NOW + number, retained, 1 if mid else 0, again, mid)


def test_journal_numbers_and_gives_back(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        kept = history.keep([message(0, mid=1, retained=True), message(1)])
        assert [m.position for m in kept] == [1, 2] and history.last == 2 and history.cursor == 0
        found = history.messages(0, 10)
        assert found == [m._replace(arrival=0.0) for m in kept]
        assert history.messages(1, 10) == found[1:] and history.messages(0, 1) == found[:1]


def test_sent_again_by_the_broker_is_dropped_also_after_reopening(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        history.keep([message(0, mid=7), message(1, mid=8)])
        assert history.keep([message(0, mid=7, again=True)]) == []
        assert history.keep([message(5, mid=9), message(5, mid=9, again=True)])[0].position == 3
        assert history.status.dropped == 2
    with History(tmp_path) as history:
        assert history.keep([message(1, mid=8, again=True)]) == []
        assert len(history.keep([message(2, mid=8, again=True)])) == 1, "another payload is another message"
        assert len(history.keep([message(1, mid=8, again=True)])) == 1, "the last message of that mid counts"
        assert len(history.keep([message(2, mid=8)])) == 1, "without DUP the broker means a new one"
        assert len(history.keep([message(2, mid=8, again=True, topic="a/c")])) == 1


def test_odd_messages_do_not_stop_the_rest(tmp_path: Path) -> None:
    odd = [Message("a\0b", b"\xff\0", 0.0, 1.0), Message("\ud800", b"", 0.0, math.nan), Message("", b"x" * 1_000_000)]
    with History(tmp_path) as history:
        assert len(history.keep(odd)) == 3
        assert [m.payload for m in history.messages(0, 9)] == [m.payload for m in odd]
        history.write([value(NOW, "/\ud800", "x", 1.0), value(math.nan, "/P", "x", 1.0), value(NOW, "/P", "x", math.nan)], 3)
        history.flush()
        assert history.status.refused == 2 and math.isnan(history.read("/P", "x")[1][0])


def test_values_states_and_moves_are_read_back(tmp_path: Path) -> None:
    events = [
        value(NOW, "/M", "wip", 1.0),
        state(NOW, "/M", State.BUSY),
        state(NOW + 1, "/M", State.DOWN, 2),
        move(NOW + 2, "/M", "/Q", 9),
    ]
    with History(tmp_path) as history:
        history.write(events, 0)
        for ready in (lambda: None, history.flush, history.compact):
            ready()
            assert [(t.name, t.count) for t in history.tags()] == [("move:/Q", 1), ("state", 1), ("state:2", 1), ("wip", 1)]
            assert history.read("/M", "state")[1].tolist() == [State.BUSY]
            assert list(history.log(NOW, NOW + 5).events()) == [
                e._replace(time=e.time - NOW) for e in (events[1], *events[:1], *events[2:])
            ]


def test_late_and_repeated_values_are_sorted_and_once(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        history.write([value(NOW + t, "/M", "x", t) for t in range(100)], 1)
        history.compact()
        history.write([value(NOW + t, "/M", "x", t) for t in (5, 50.5, 5, 98)] + [value(NOW + 7, "/M", "x", -7.0)], 2)
        for ready in (lambda: None, history.flush, history.compact):
            ready()
            times, values = history.read("/M", "x")
            assert (np.diff(times) >= 0).all() and len(times) == 102 and history.tags()[0].count == 102
            assert values[7:9].tolist() == [7.0, -7.0], "at one time in the order they came"
            assert 50.5 in values


def test_states_of_one_instant_keep_their_order(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        history.write([state(NOW, "/M", s) for s in (State.DOWN, State.BUSY, State.IDLE)], 1)
        history.compact()
        assert history.read("/M", "state")[1].tolist() == [State.DOWN, State.BUSY, State.IDLE]
        assert history.last_values(NOW) == {("/M", "state"): Last(NOW, State.IDLE)}


def test_log_begins_with_what_was_there(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        history.write([state(NOW + t, "/M", s) for t, s in ((0, State.BUSY), (10, State.DOWN), (20, State.IDLE))], 1)
        history.compact()
        log = history.log(NOW + 15, NOW + 18)
        assert list(log.events()) == [state(0.0, "/M", State.DOWN)] and log.end == 3.0 and log.origin == NOW + 15
        assert list(history.log(NOW + 10, NOW + 18).events()) == [state(0.0, "/M", State.DOWN)]
        assert history.last_values(NOW + 9.9) == {("/M", "state"): Last(NOW, State.BUSY)} and not history.last_values(NOW - 1)


def test_cursor_and_formats_come_with_the_values(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        history.keep([message(i) for i in range(5)])
        history.write([value(NOW, "/M", "x", 1.0)], 3, {"json": b"", "sparkplug": b"births"})
        assert history.cursor == 3 and history.committed == 0
    with History(tmp_path) as history:
        assert (history.cursor, history.last, history.saved) == (3, 5, {"json": b"", "sparkplug": b"births"})
        history.write([], 5)
    with History(tmp_path) as history:
        assert history.cursor == 5


def test_positions_are_never_used_again(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        history.keep([message(i) for i in range(5)])
        history.write([], 5)
    for name in ("journal.db", "journal.db-wal", "journal.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    with History(tmp_path) as history:
        assert history.last == 5 and history.keep([message(9)])[0].position == 6


def test_read_only_sees_what_another_records(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="Nothing was recorded"):
        History(tmp_path, read_only=True)
    with History(tmp_path) as history, History(tmp_path, read_only=True) as reader:
        history.keep([message(0)])
        history.write([value(NOW + i, "/M", "x", i) for i in range(10)], 1)
        assert not len(reader.read("/M", "x")[0])
        history.flush()
        assert reader.read("/M", "x")[1].tolist() == list(range(10)) and reader.last == reader.status.messages == 1
        history.compact()
        history.write([value(NOW + 11, "/N", "y", 1)], 1)
        history.flush()
        assert len(reader.read("/M", "x")[0]) == 10 and [t.name for t in reader.tags()] == ["x", "y"]
        with pytest.raises(HistoryError, match="reading alone"):
            reader.write([], 1)
        with pytest.raises(HistoryError, match="reading alone"):
            reader.keep([message(1)])


def test_one_recorder_at_a_time(tmp_path: Path) -> None:
    with History(tmp_path), pytest.raises(HistoryError, match="Another process is recording"):
        History(tmp_path)
    code = (f"import time; from factory_twin.history import History; h = History({str(tmp_path)!r}); "
            "print('up', flush=True); time.sleep(60)")  # fmt: skip
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None and child.stdout.readline().strip() == b"up"
        with pytest.raises(HistoryError, match="Another process is recording"):
            History(tmp_path)
    finally:
        child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()
    History(tmp_path).close()


@pytest.mark.parametrize("name", ["journal.db", "values.db"])
def test_files_of_others_are_left_alone(tmp_path: Path, name: str) -> None:
    other = tmp_path / name
    other.write_bytes(b"my diary, do not touch " * 100)
    with pytest.raises(HistoryError, match="not one of the recorder's"):
        History(tmp_path)
    assert other.read_bytes() == b"my diary, do not touch " * 100
    other.unlink()
    database = sqlite3.connect(other)
    database.execute("CREATE TABLE mine(x)")
    database.close()
    before = other.read_bytes()
    with pytest.raises(HistoryError, match="not one of the recorder's"):
        History(tmp_path)
    assert other.read_bytes() == before


def test_damage_is_told(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        history.write([value(NOW + i, "/M", "x", math.sin(i)) for i in range(20_000)], 1)
        history.compact()
    file = tmp_path / "values.db"
    data = bytearray(file.read_bytes())
    data[8192:-8192] = os.urandom(len(data) - 16384)
    file.write_bytes(data)
    with pytest.raises(HistoryError):
        with History(tmp_path) as history:
            history.read("/M", "x")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_can_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(HistoryError, match="folder"):
        History(tmp_path)


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HistoryError, match="can't be used"):
        History(tmp_path / "file")


FULL = textwrap.dedent("""
    import resource, signal, sys
    from factory_twin.errors import HistoryError
    from factory_twin.event import value
    from factory_twin.history import History
    from factory_twin.message import Message
    import random
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    history = History(sys.argv[1], retention=1e12)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
    told = 0
    for i in range(400):
        try:
            history.keep([Message("t", random.randbytes(20_000), 0.0, 1.0)])
        except HistoryError as error:
            assert "disk is full" in str(error) or "can't" in str(error), error
            told += 1
    kept = history.last
    assert told > 100 and kept > 20, (told, kept)
    for i in range(30):
        history.write([value(1e9 + i * 10_000 + j, "/M", "x", random.random()) for j in range(10_000)], i)
        try:
            history.flush()
        except HistoryError as error:
            full = str(error)
    assert history.status.error and full, "the values don't fit, either"
    assert len(history.read("/M", "x")[0]) == 300_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    history.flush()
    assert not history.status.error and history.committed == 29
    assert len(history.keep([Message("t", b"again")])) == 1 and history.last == kept + 1
    assert len(history.messages(0, 10_000)) == kept + 1
    history.close()
    print("good", full)
""")


def test_full_disk_is_told_and_recording_goes_on_when_there_is_room(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith("good"), done.stdout + done.stderr
    with History(tmp_path, retention=1e12) as history:
        assert len(history.read("/M", "x")[0]) == 300_000 and history.tags()[0].count == 300_000


def test_too_much_that_waits_is_let_go_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factory_twin.history.history.MOST", 1000)
    with History(tmp_path) as history:
        history.write([value(NOW, "/M", "x", 1.0)], 7)
        history.flush()
        history.write([value(NOW + 1 + i, "/M", "x", 1.0) for i in range(900)], 8)
        with pytest.raises(HistoryError):
            history.write([value(NOW + 1, "/M", "x", 1.0)] * 200, 9)
        assert history.cursor == history.committed == 7 and len(history.read("/M", "x")[0]) == 1


def test_clock_that_steps_back(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        for start in (NOW, NOW - 3600.0, NOW - 1800.0):
            history.write([value(start + i, "/M", "x", i) for i in range(5000)], 1)
            history.compact()
        times, _ = history.read("/M", "x")
        expected = np.sort(np.concatenate([s + np.arange(5000) for s in (NOW, NOW - 3600.0, NOW - 1800.0)]))
        pairs = {(s + i, float(i)) for s in (NOW, NOW - 3600.0, NOW - 1800.0) for i in range(5000)}
        assert len(pairs) == len(times) and np.array_equal(times, expected)
        assert history.tags()[0].count == 15_000
        part, _ = history.read("/M", "x", NOW - 100.0, NOW + 100.0)
        assert np.array_equal(part, expected[(expected >= NOW - 100) & (expected <= NOW + 100)])


def test_retention(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    with History(tmp_path, retention=3600.0) as history:
        old = [message(i)._replace(wall=now - 10_000) for i in range(10)]
        history.keep(old)
        history.write([value(now - 10_000 + i, "/M", "x", i) for i in range(5000)], 7)
        history.write([value(now - i, "/M", "x", i) for i in range(100)], 8)
        history.compact()
        history._store._looked = history._journal._looked = -math.inf
        deadline = time.monotonic() + 10
        while len(history.read("/M", "x")[0]) > 1104 and time.monotonic() < deadline:
            time.sleep(0.05)
        times, _ = history.read("/M", "x")
        assert times.min() > now - 10_000 + 4095 - 1, "the block that ended too long ago is gone"
        history.keep([message(99)._replace(wall=now)])
        left = [m.position for m in history.messages(0, 100)]
        assert left == [9, 10, 11], "messages whose values are not stored stay"
    with History(tmp_path) as history:
        assert history.last == 11


def test_many_small_commits_become_few_blocks(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        for i in range(100):
            history.write([value(NOW + 100 * i + j, f"/M{k}", "x", j) for j in range(100) for k in range(3)], i)
            history.compact()
        count = history._store._reader.execute("SELECT count(*) FROM blocks").fetchone()[0]
        assert count <= 3 * 6, f"{count} blocks for 3 x 10,000 values"
        for k in range(3):
            assert np.array_equal(history.read(f"/M{k}", "x")[0], NOW + np.arange(10_000))


def test_write_takes_no_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """333 values a frame: what 10,000 values a second are."""
    monkeypatch.setattr(store, "FOLD", 50_000)
    took = []
    with History(tmp_path) as history:
        for frame in range(300):
            events = [value(NOW + frame, f"/M{i}", "x", frame) for i in range(333)]
            begin = time.thread_time()
            history.write(events, frame)
            took.append(time.thread_time() - begin)
    assert sorted(took)[len(took) // 2] < 0.001


def test_events_of_all_kinds_survive(tmp_path: Path) -> None:
    events = [Event(NOW + i, Kind.MOVE, "/A", "/B", i) for i in range(3)]
    with History(tmp_path) as history:
        history.write(events, 1)
    with History(tmp_path, read_only=True) as history:
        assert list(history.log(NOW, NOW + 9).events()) == [e._replace(time=e.time - NOW) for e in events]


def test_compacting_on_one_thread_while_another_commits(tmp_path: Path) -> None:
    wrong: list[BaseException] = []
    with History(tmp_path) as history:
        ended = threading.Event()

        def tidy() -> None:
            while not ended.is_set():
                try:
                    while history._store.fold(force=True):
                        pass
                except BaseException as error:
                    wrong.append(error)
                    return

        thread = threading.Thread(target=tidy)
        thread.start()
        for k in range(300):
            history.write([value(NOW + k, f"/P/{i}", "x", float(k)) for i in range(50)], k)
            history.flush()
        ended.set()
        thread.join()
        assert wrong == []
        assert all(len(history.read(f"/P/{i}", "x")[0]) == 300 for i in range(50))
