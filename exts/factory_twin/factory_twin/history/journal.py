# SPDX-License-Identifier: Apache-2.0
"""The journal: raw messages in the order they came, committed before they are acknowledged."""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from pathlib import Path

from ..errors import HistoryError
from ..message import Message
from . import database

KIND = 0x46544A31
SCHEMA = """
CREATE TABLE messages(position INTEGER PRIMARY KEY, wall REAL NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL,
    flags INTEGER NOT NULL, mid INTEGER NOT NULL)"""
_INSERT = "INSERT INTO messages VALUES(?,?,?,?,?,?)"
_SELECT = "SELECT topic, payload, wall, flags, mid, position FROM messages"
_MIDS = 1 << 16
_SLICE = 5000  # rows deleted at once
_EVERY = 10.0  # s between two looks for old rows


class Journal:
    """The journal of one folder. `keep` is for the link's thread, the rest for the main thread.

    Args:
        path: Its file.
        cursor: Position up to which the values are stored; new messages come after it.
        retention: How long messages are kept whose values are stored, s.
        power_safe: Whether each commit waits for the disk.
        read_only: Whether nothing is ever written.

    Attributes:
        last: Newest position.
        dropped: Messages that the broker had sent before.
        stored: Position up to which values are committed; set by others.

    Raises:
        HistoryError: It can't be opened.
    """

    def __init__(self, path: Path, cursor: int, *, retention: float, power_safe: bool, read_only: bool) -> None:
        self._path, self._retention = path, retention
        self.dropped, self.stored = 0, cursor
        self._writer: sqlite3.Connection | None = None
        if not read_only:
            self._writer = database.connect(path, KIND, SCHEMA, power_safe=power_safe)
        self._reader = database.connect(path, KIND, SCHEMA, read_only=read_only, power_safe=power_safe)
        self.last = max(cursor, self.newest())  # never below: a journal that was taken away must not use positions again
        with database.guard(path):
            rows = self._reader.execute(
                "SELECT mid, max(position) FROM messages WHERE position > ? AND mid > 0 GROUP BY mid", (self.last - 4 * _MIDS,)
            )
            self._mids: dict[int, int] = dict(rows.fetchall())
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._opened = time.time() - time.monotonic()

    def newest(self) -> int:
        """Return the newest position in the file; 0: it is empty."""
        with database.guard(self._path):
            return int(self._reader.execute("SELECT coalesce(max(position), 0) FROM messages").fetchone()[0])

    def keep(self, messages: list[Message]) -> list[Message]:
        """Commit messages; give back the new ones with their positions.

        Raises:
            HistoryError: None of them could be kept; all may be given again.
        """
        with self._lock, database.guard(self._path):
            writer = self._writer
            if writer is None:
                raise HistoryError("The record is closed, or open for reading alone.", where=str(self._path))
            fresh: list[Message] = []
            mids: dict[int, int] = {}
            position, first = self.last, self.last + 1
            dropped = 0
            for m in messages:
                if m.qos and m.mid:
                    if m.again:
                        before = mids.get(m.mid, self._mids.get(m.mid))
                        same = None
                        if before is not None:
                            same = fresh[before - first] if before >= first else self._at(writer, before)
                        if same is not None and same.payload == m.payload and same.topic == m.topic:
                            dropped += 1
                            continue
                    mids[m.mid] = position + 1
                position += 1
                fresh.append(m._replace(position=position))
            if fresh:
                writer.execute("BEGIN IMMEDIATE")
                try:
                    writer.executemany(_INSERT, map(_row, fresh))
                    self._forget(writer)
                except BaseException:
                    database.undo(writer)
                    raise
                database.commit(writer)
            self.last = position
            self._mids.update(mids)
            self.dropped += dropped
            return fresh

    def messages(self, after: int, limit: int) -> list[Message]:
        """Return up to `limit` messages after a position.

        Raises:
            HistoryError: They can't be read.
        """
        with database.guard(self._path):
            rows = self._reader.execute(f"{_SELECT} WHERE position > ? ORDER BY position LIMIT ?", (after, limit)).fetchall()
        return [_message(r) for r in rows]

    def count(self) -> int:
        """Return how many messages there are, holes counted."""
        with database.guard(self._path):
            first = self._reader.execute("SELECT min(position) FROM messages").fetchone()[0]
        return 0 if first is None else self.newest() - int(first) + 1

    def before(self, wall: float) -> int:
        """Return the position after which the messages from Unix time `wall` on are (as far as the clock went forward)."""
        with database.guard(self._path):
            low = int(self._reader.execute("SELECT coalesce(min(position), 1) FROM messages").fetchone()[0]) - 1
            high = self.newest()
            while low < high:
                middle = (low + high) // 2
                row = self._reader.execute(
                    "SELECT position, wall FROM messages WHERE position > ? ORDER BY position LIMIT 1", (middle,)
                ).fetchone()
                if row is None or row[1] >= wall:
                    high = middle
                else:
                    low = int(row[0])
        return low

    def close(self) -> None:
        """Close it."""
        with self._lock:
            self._reader.close()
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _at(self, writer: sqlite3.Connection, position: int) -> Message | None:
        row = writer.execute(f"{_SELECT} WHERE position = ?", (position,)).fetchone()
        return None if row is None else _message(row)

    def _forget(self, writer: sqlite3.Connection) -> None:
        """Delete a slice of the old messages whose values are stored; the newest one stays, for the running number."""
        now = time.monotonic()
        if now < self._looked + _EVERY:
            return
        until = min(time.time(), self._opened + now) - self._retention  # a clock that was set forward deletes nothing
        done = writer.execute(
            "DELETE FROM messages WHERE position IN (SELECT position FROM messages WHERE position <= ? AND wall < ?"
            " ORDER BY position LIMIT ?)",
            (min(self.stored, self.last - 1), until, _SLICE),
        ).rowcount
        if done < _SLICE:
            self._looked = now


def _row(m: Message) -> tuple[int, float, str, bytes, int, int]:
    topic = (
        m.topic if m.topic.isascii() else m.topic.encode(errors="replace").decode()
    )  # one odd message must not stop the rest
    wall = m.wall if math.isfinite(m.wall) else 0.0
    return m.position, wall, topic, m.payload, m.retained | (m.qos & 3) << 1 | m.again << 3, m.mid if m.qos else 0


def _message(row: tuple[str, bytes, float, int, int, int]) -> Message:
    topic, payload, wall, flags, mid, position = row
    return Message(topic, payload, 0.0, wall, bool(flags & 1), flags >> 1 & 3, bool(flags & 8), mid, position)
