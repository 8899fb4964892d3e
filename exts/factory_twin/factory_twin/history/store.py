# SPDX-License-Identifier: Apache-2.0
"""The values: each commit is one chunk of all tags, together with the cursor; now and then chunks become blocks per tag."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from . import database
from .block import Floats, Series, joined, pack, series, unpack, without
from .tag import Key

P = ParamSpec("P")
R = TypeVar("R")
KIND = 0x46545631
SCHEMA = """
CREATE TABLE tags(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, place TEXT NOT NULL, other TEXT NOT NULL,
    number INTEGER NOT NULL, folded INTEGER NOT NULL DEFAULT 0);
CREATE TABLE chunks(id INTEGER PRIMARY KEY, start REAL NOT NULL, stop REAL NOT NULL, count INTEGER NOT NULL,
    data BLOB NOT NULL);
CREATE TABLE blocks(id INTEGER PRIMARY KEY, tag INTEGER NOT NULL, start REAL NOT NULL, stop REAL NOT NULL,
    count INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX blocks_of ON blocks(tag, stop, start, count);
CREATE TABLE formats(name TEXT PRIMARY KEY, saved BLOB NOT NULL);
CREATE TABLE state(cursor INTEGER NOT NULL, chunk INTEGER NOT NULL);
INSERT INTO state VALUES(0, 0);
"""
FULL = 4096  # rows of a block that is not merged any more
FOLD = 1_000_000  # rows in chunks that are too many
_CHUNKS = 3600
_SLICE = 200  # tags folded in one transaction
_EVERY = 60.0  # s between two looks for old blocks
_DELETE = 500  # blocks deleted at once


class Chunk(NamedTuple):
    """Values of many tags, in the order they came."""

    tags: NDArray[np.int64]
    times: Floats
    values: Floats

    def of(self, tag: int) -> Series:
        """Return the rows of one tag."""
        mine = np.flatnonzero(self.tags == tag)
        return Series(self.times[mine], self.values[mine])


def _alone(act: Callable[Concatenate[Store, P], R]) -> Callable[Concatenate[Store, P], R]:
    """Let no two threads write at once."""

    @wraps(act)
    def wrapped(self: Store, /, *args: P.args, **named: P.kwargs) -> R:
        with self._writing:
            return act(self, *args, **named)

    return wrapped


class Store:
    """The values of one folder. `commit`, `fold` and `forget` may come from any thread; reading is for one other.

    Args:
        path: Its file.
        power_safe: Whether each commit waits for the disk.
        read_only: Whether nothing is ever written.

    Attributes:
        cursor: Committed position of the journal.
        saved: Committed state of the formats.
        keys: Tags by number; those not committed yet, too.

    Raises:
        HistoryError: It can't be opened.
    """

    def __init__(self, path: Path, *, power_safe: bool, read_only: bool) -> None:
        self._path = path
        self._writer = None if read_only else database.connect(path, KIND, SCHEMA, power_safe=power_safe)
        self._reader = database.connect(path, KIND, SCHEMA, read_only=read_only, power_safe=power_safe)
        self.keys: dict[int, Key] = {}
        self._chunks: dict[int, Chunk] = {}  # a cache, replaced as a whole or added to
        self._folded: dict[int, int] = {}
        with database.guard(path):
            self.cursor, self._chunk = self._reader.execute("SELECT cursor, chunk FROM state").fetchone()
            self.saved: dict[str, bytes] = dict(self._reader.execute("SELECT name, saved FROM formats").fetchall())
            self._learn()
            self._known = max(self.keys, default=0)  # highest tag committed
            self._open: dict[int, list[tuple[int, int]]] = {}  # small blocks of a tag: (id, rows), oldest first
            self._recent = int(self._reader.execute("SELECT coalesce(sum(count), 0) FROM chunks").fetchone()[0])
            if not read_only:
                small = "SELECT tag, id, count FROM blocks WHERE count < ? ORDER BY id"
                for tag, number, count in self._reader.execute(small, (FULL,)):
                    self._open.setdefault(tag, []).append((number, count))
        self._target = 0  # chunk up to which a pass folds
        self._rest: list[tuple[int, Series]] = []
        self._looked = float("-inf")
        self._opened = time.time() - time.monotonic()
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._asked, self._rows, self._total = float("-inf"), 0, (float("nan"), float("nan"))

    @_alone
    def commit(self, chunk: Chunk, cursor: int, formats: Mapping[str, bytes]) -> None:
        """Store values, cursor and formats in one transaction.

        Raises:
            HistoryError: Nothing was stored; it may be tried again.
        """
        writer = self._writer
        assert writer is not None
        changed = {k: v for k, v in formats.items() if self.saved.get(k) != v}
        number = self._chunk + (1 if len(chunk.tags) else 0)
        highest = int(np.max(chunk.tags)) if len(chunk.tags) else 0
        new = [(i, *self.keys[i]) for i in range(self._known + 1, highest + 1)]
        with database.guard(self._path):
            data = pack(chunk.tags, chunk.times, chunk.values) if number > self._chunk else b""
            writer.execute("BEGIN IMMEDIATE")
            try:
                writer.executemany("INSERT INTO tags(id, kind, place, other, number) VALUES(?,?,?,?,?)", new)
                if data:
                    span = float(np.min(chunk.times)), float(np.max(chunk.times))
                    writer.execute("INSERT INTO chunks VALUES(?,?,?,?,?)", (number, *span, len(chunk.tags), data))
                writer.executemany("INSERT OR REPLACE INTO formats VALUES(?,?)", changed.items())
                writer.execute("UPDATE state SET cursor = ?, chunk = ?", (cursor, number))
            except BaseException:
                database.undo(writer)
                raise
            database.commit(writer)
        if data:
            self._chunks[number] = chunk
            self._recent += len(chunk.tags)
        self._chunk, self._known, self.cursor = number, max(self._known, highest), cursor
        self.saved = {**self.saved, **changed}

    @property
    def due(self) -> bool:
        """Whether there is anything to fold."""
        return bool(self._target) or self._recent >= FOLD or len(self._chunks) >= _CHUNKS

    @_alone
    def fold(self, *, force: bool = False) -> bool:
        """Put the chunks of some tags into their blocks; return whether there is more to do.

        Raises:
            HistoryError: It can't be done now; nothing is lost.
        """
        writer = self._writer
        assert writer is not None
        if not self._target:
            if not (force or self.due) or not self._recent:
                return False
            self._begin()
        with database.guard(self._path):
            part = self._rest[:_SLICE]
            writer.execute("BEGIN IMMEDIATE")
            try:
                opened = {tag: self._merge(writer, tag, rows) for tag, rows in part}
                marks = [(self._target, tag) for tag, _ in part]
                writer.executemany("UPDATE tags SET folded = ? WHERE id = ?", marks)
                rest = self._rest[_SLICE:]
                if not rest:
                    writer.execute("DELETE FROM chunks WHERE id <= ?", (self._target,))
            except BaseException:
                database.undo(writer)
                raise
            database.commit(writer)
        self._open.update(opened)
        self._rest = rest
        if not rest:
            self._chunks = {i: c for i, c in self._chunks.items() if i > self._target}
            self._recent = sum(len(c.tags) for c in self._chunks.values())
            self._target = 0
        return bool(rest)

    def _begin(self) -> None:
        """Take all chunks there are, by tag."""
        writer = self._writer
        assert writer is not None
        with database.guard(self._path):
            folded = dict(writer.execute("SELECT id, folded FROM tags").fetchall())
            chunks = self._load(writer)
        target = max(chunks)
        ids = sorted(chunks)
        tags, times, values = (np.concatenate([chunks[i][k] for i in ids]) for k in range(3))
        origin = np.repeat(ids, [len(chunks[i].tags) for i in ids])
        order = np.argsort(tags, kind="stable")
        tags, times, values, origin = tags[order], times[order], values[order], origin[order]
        edges = np.flatnonzero(np.diff(tags, prepend=-1, append=-1))
        rest = []
        for a, b in zip(edges[:-1].tolist(), edges[1:].tolist()):
            tag = int(tags[a])
            skip = int(np.searchsorted(origin[a:b], folded.get(tag, 0), "right"))  # a pass before ours ended early
            rest.append((tag, Series(times[a + skip : b], values[a + skip : b])))
        self._rest, self._target = rest, target

    def _merge(self, writer: sqlite3.Connection, tag: int, rows: Series) -> list[tuple[int, int]]:
        """Write rows of a tag as blocks, together with its last small ones; return those that are small now."""
        small = list(self._open.get(tag, ()))
        if not len(rows.times):
            return small
        rows = joined([rows])
        overlap = writer.execute("SELECT count, data FROM blocks WHERE tag = ? AND stop >= ? AND start <= ? ORDER BY id",
                                 (tag, float(rows.times[0]), float(rows.times[-1]))).fetchall()  # fmt: skip
        for count, data in overlap:  # late rows, or rows sent again
            rows = without(rows, series(data, count))
        if not len(rows.times):
            return small
        taken, count = [], len(rows.times)
        while small and small[-1][1] <= 2 * count:  # each row is written again a few times at most
            taken.append(small.pop())
            count += taken[-1][1]
        parts = []
        for number, size in reversed(taken):
            data = writer.execute("SELECT data FROM blocks WHERE id = ?", (number,)).fetchone()[0]
            parts.append(series(data, size))
            writer.execute("DELETE FROM blocks WHERE id = ?", (number,))
        rows = joined([*parts, rows])
        for a in range(0, len(rows.times), FULL):
            times, values = rows.times[a : a + FULL], rows.values[a : a + FULL]
            found = writer.execute("INSERT INTO blocks(tag, start, stop, count, data) VALUES(?,?,?,?,?)",
                                   (tag, float(times[0]), float(times[-1]), len(times), pack(times, values)))  # fmt: skip
            if len(times) < FULL:
                small.append((int(found.lastrowid or 0), len(times)))
        return small

    @_alone
    def forget(self, retention: float) -> bool:
        """Delete some of the blocks that ended longer ago than `retention` (s); return whether there are more.

        Raises:
            HistoryError: It can't be done now.
        """
        writer, now = self._writer, time.monotonic()
        assert writer is not None
        if now < self._looked + _EVERY:
            return False
        until = min(time.time(), self._opened + now) - retention  # a clock that was set forward deletes nothing
        with database.guard(self._path):
            old = writer.execute("SELECT id, tag FROM blocks WHERE stop < ? LIMIT ?", (until, _DELETE)).fetchall()
            writer.execute("BEGIN IMMEDIATE")
            try:
                writer.executemany("DELETE FROM blocks WHERE id = ?", [(i,) for i, _ in old])
            except BaseException:
                database.undo(writer)
                raise
            database.commit(writer)
            writer.execute("PRAGMA incremental_vacuum(1000)").fetchall()
        gone = {i for i, _ in old}
        for tag in {t for _, t in old}:
            self._open[tag] = [s for s in self._open.get(tag, ()) if s[0] not in gone]
        if len(old) < _DELETE:
            self._looked = now
            return False
        return True

    def _learn(self) -> None:
        for number, *key, folded in self._reader.execute("SELECT id, kind, place, other, number, folded FROM tags"):
            self.keys[number] = Key(*key)
            self._folded[number] = folded

    def _load(self, connection: sqlite3.Connection) -> dict[int, Chunk]:
        """Return the chunks in the file; those in memory are not read again."""
        known = self._chunks
        ids = [int(i) for (i,) in connection.execute("SELECT id FROM chunks ORDER BY id")]
        found: dict[int, Chunk] = {}
        for number in ids:
            chunk = known.get(number)
            if chunk is None:
                row = connection.execute("SELECT count, data FROM chunks WHERE id = ?", (number,)).fetchone()
                if row is None:
                    continue
                tags, times, values = unpack(row[1], row[0], 3)
                chunk = Chunk(tags, times.view(np.float64), values.view(np.float64))
                known[number] = chunk
            found[number] = chunk
        if self._writer is None:
            self._chunks = found
        return found

    def refresh(self) -> None:
        """Look for what another process has stored since.

        Raises:
            HistoryError: It can't be read.
        """
        if self._writer is None:
            with database.guard(self._path):
                self.cursor = self._reader.execute("SELECT cursor FROM state").fetchone()[0]
                self._learn()

    def read(self, tags: Iterable[int], start: float, end: float, *, edge: bool = False) -> dict[int, Series]:
        """Return what is committed of some tags between two Unix times (both included), each with its repeats once.

        Args:
            tags: Their numbers.
            start: Unix s.
            end: Unix s.
            edge: Whether the last value before `start` belongs to it; earlier rows may come, too.

        Raises:
            HistoryError: The file is damaged or can't be read.
        """
        with database.guard(self._path), self._lock:
            self._reader.execute("BEGIN")
            try:
                found = {tag: self._blocks(tag, start, end, edge) for tag in tags}
                chunks = self._load(self._reader)
                folded = dict(self._reader.execute("SELECT id, folded FROM tags")) if chunks else {}
            finally:
                self._reader.execute("COMMIT")
        if chunks and len(found) > 1:
            self._split(found, chunks, folded)
        else:
            for tag, parts in found.items():
                mark = folded.get(tag, 0)
                parts += (chunk.of(tag) for number, chunk in chunks.items() if number > mark)
        return {tag: joined(parts) for tag, parts in found.items()}

    def _split(self, found: dict[int, list[Series]], chunks: dict[int, Chunk], folded: dict[int, int]) -> None:
        """Add the rows in chunks to the tags they belong to, in one go."""
        tags, times, values = (np.concatenate([c[k] for c in chunks.values()]) for k in range(3))
        origin = np.repeat(list(chunks), [len(c.tags) for c in chunks.values()])
        order = np.argsort(tags, kind="stable")
        tags, times, values, origin = tags[order], times[order], values[order], origin[order]
        edges = np.flatnonzero(np.diff(tags, prepend=-1, append=-1)).tolist()
        for a, b in zip(edges[:-1], edges[1:]):
            tag = int(tags[a])
            if tag in found:
                skip = a + int(np.searchsorted(origin[a:b], folded.get(tag, 0), "right"))
                found[tag].append(Series(times[skip:b], values[skip:b]))

    def _blocks(self, tag: int, start: float, end: float, edge: bool) -> list[Series]:
        rows = self._reader.execute("SELECT id, count, data FROM blocks WHERE tag = ? AND stop >= ? AND start <= ? ORDER BY id",
                                    (tag, start, end)).fetchall()  # fmt: skip
        if edge:
            rows += self._reader.execute("SELECT id, count, data FROM blocks WHERE tag = ? AND stop < ? "
                                         "ORDER BY stop DESC LIMIT 1",
                                         (tag, start)).fetchall()  # fmt: skip
            rows.sort(key=lambda r: r[0])
        return [series(data, count) for _, count, data in rows]

    def overview(self, loose: Mapping[int, Series]) -> dict[int, tuple[int, float, float]]:
        """Return number of rows, first and last time of each tag that has any.

        Args:
            loose: Rows that are not committed, by tag, tidy.

        Raises:
            HistoryError: It can't be read.
        """
        with database.guard(self._path), self._lock:
            self._reader.execute("BEGIN")
            try:
                spans = self._reader.execute(
                    "SELECT tag, sum(count), min(start), max(stop) FROM blocks GROUP BY tag"
                ).fetchall()
                found = {tag: (int(count), first, last) for tag, count, first, last in spans}
                parts: dict[int, list[Series]] = {tag: [] for tag in self.keys}
                chunks = self._load(self._reader)
                if chunks:
                    self._split(parts, chunks, dict(self._reader.execute("SELECT id, folded FROM tags").fetchall()))
                for tag, more in parts.items():
                    rows = joined([*more, loose[tag]] if tag in loose else more)
                    count, first, last = found.get(tag, (0, float("inf"), float("-inf")))
                    if len(rows.times) and rows.times[0] <= last:
                        for block in self._blocks(tag, float(rows.times[0]), float(rows.times[-1]), False):
                            rows = without(rows, block)
                    if len(rows.times):
                        count += len(rows.times)
                        found[tag] = count, min(first, float(rows.times[0])), max(last, float(rows.times[-1]))
            finally:
                self._reader.execute("COMMIT")
        return found

    def total(self) -> tuple[int, float, float]:
        """Return the number of rows (repeats in chunks counted), and the first and the last time (nan: there are none).

        What takes long is not asked again soon: it costs a fiftieth of the time at most.
        """
        now = time.monotonic()
        if now >= self._asked:
            with database.guard(self._path), self._lock:
                rows = [self._reader.execute(f"SELECT sum(count), min(start), max(stop) FROM {table}").fetchone()
                        for table in ("blocks", "chunks")]  # fmt: skip
            rows = [r for r in rows if r[0]]
            self._total = float("nan"), float("nan")
            if rows:
                self._total = min(r[1] for r in rows), max(r[2] for r in rows)
            self._rows = sum(r[0] for r in rows)
            took = time.monotonic() - now
            self._asked = now + took + 50 * took
        return self._rows, *self._total

    def close(self) -> None:
        """Close it."""
        with self._lock:
            self._reader.close()
            if self._writer is not None:
                self._writer.close()
