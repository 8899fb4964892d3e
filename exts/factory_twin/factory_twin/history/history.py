# SPDX-License-Identifier: Apache-2.0
"""`History`: the recorder of one folder. Messages are committed before their acknowledgement, values with their cursor."""

from __future__ import annotations

import math
import os
import threading
import time
from array import array
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..errors import HistoryError
from ..event import Event, Kind
from ..log import Log
from ..message import Message
from . import database
from .block import EMPTY, Floats, Series, between, joined
from .journal import Journal
from .store import Chunk, Store
from .tag import HistoryStatus, Key, Last, Tag

_SPAN = 1.0  # s between two commits
_MANY = 20_000  # values that are committed sooner
MOST = 2_000_000  # values that may wait
TAGS = 200_000
_DAY = 86400.0


class _Batch(NamedTuple):
    chunk: Chunk
    cursor: int
    formats: dict[str, bytes]


class History:
    """The recorder of one folder.

    `keep` is for the link's thread; all else is for one other thread. A thread of its own compresses and commits the values.

    Args:
        folder: Where the record is; made when there is none.
        retention: How long values are kept, s. Messages whose values are stored go after a day, or sooner when this is less.
        power_safe: Whether each commit waits for the disk, so that a loss of power loses nothing either. Else a process that is
            killed loses nothing.
        read_only: Whether nothing is ever written; another process may be recording there.

    Attributes:
        folder: Where the record is.
        cursor: Position of the journal up to which values were handed over; at the opening those that are stored.
        saved: The formats' state as of the cursor.

    Raises:
        HistoryError: It can't be opened, another process records there, or it is not ours.
    """

    def __init__(self, folder: str | os.PathLike[str], *, retention: float = 30 * _DAY, power_safe: bool = False,
                 read_only: bool = False) -> None:  # fmt: skip
        self.folder = Path(folder)
        self._retention, self._read_only = retention, read_only
        self._lock: database.Lock | None = None
        if not read_only:
            with database.guard(self.folder):
                self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = database.Lock(self.folder / "history.lock")
        self._files = self.folder / "journal.db", self.folder / "values.db"
        try:
            self._store = Store(self._files[1], power_safe=power_safe, read_only=read_only)
            try:
                self._journal = Journal(self._files[0], self._store.cursor, retention=min(retention, _DAY),
                                        power_safe=power_safe, read_only=read_only)  # fmt: skip
            except BaseException:
                self._store.close()
                raise
        except BaseException:
            if self._lock is not None:
                self._lock.free()
            raise
        self.cursor = self._store.cursor
        self.saved: dict[str, bytes] = dict(self._store.saved)
        self._ids: dict[tuple[object, ...], int] = {}
        self._named: dict[tuple[str, str], list[int]] = {}
        self._count = 0  # tags that have a name
        self._name_new()
        self._refused = self._waiting = 0
        self._error: HistoryError | None = None
        self._clear()
        self._since = time.monotonic()
        self._moved = False
        self._queue: deque[_Batch] = deque()
        self._wake = threading.Condition()
        self._closing = self._closed = False
        self._thread: threading.Thread | None = None
        if not read_only:
            self._thread = threading.Thread(target=self._work, name="factory-twin-history", daemon=True)
            self._thread.start()

    # The journal

    @property
    def last(self) -> int:
        """Newest position of the journal."""
        return max(self._journal.newest(), self._store.cursor) if self._read_only else self._journal.last

    @property
    def committed(self) -> int:
        """Position of the journal up to which values are stored for good."""
        return int(self._store.cursor)

    def keep(self, messages: list[Message]) -> list[Message]:
        """Commit messages to the journal; give back the new ones with their positions. On any one thread.

        Raises:
            HistoryError: None of them could be kept; they may be given again.
        """
        return self._journal.keep(messages)

    def messages(self, after: int, limit: int) -> list[Message]:
        """Return up to `limit` messages of the journal after a position.

        Raises:
            HistoryError: They can't be read.
        """
        return self._journal.messages(after, limit)

    def before(self, wall: float) -> int:
        """Return the position after which the messages from Unix time `wall` on are."""
        return self._journal.before(wall)

    # Writing values

    def write(self, events: Sequence[Event], cursor: int, formats: Mapping[str, bytes] | None = None) -> None:
        """Take the values read from the messages up to a position; they are committed within about a second.

        Args:
            events: At Unix time.
            cursor: Position of the last message read.
            formats: The formats' state after it; None: unchanged.

        Raises:
            HistoryError: Too much waits, since nothing can be stored. What was not stored was let go: `cursor` is that of
                `committed` again, and the messages after it are to be read again from the journal.
        """
        if self._read_only or self._closing:
            raise HistoryError("The record is closed, or open for reading alone.", where=str(self.folder))
        if self._waiting + len(self._tags) + len(events) > MOST:
            self._give_up()
        ids, tags, times, values = self._ids, self._tags, self._times, self._values
        for time_, kind, place, other, number, state, value in events:
            if not math.isfinite(time_):
                self._refused += 1
                continue
            if kind == Kind.VALUE:
                key: tuple[object, ...] = (place, other)
            elif kind == Kind.STATE:
                key, value = (place, number), state
            else:
                key, value = (place, other, 0), number
            tag = ids.get(key)
            if tag is None:
                tag = self._new_tag(kind, place, other, number)
                if not tag:
                    self._refused += 1
                    continue
            tags.append(tag)
            times.append(time_)
            values.append(value)
        self.cursor = cursor
        if formats:
            self.saved = (
                {**self.saved, **formats} if any(self.saved.get(k) is not v for k, v in formats.items()) else self.saved
            )
        self._moved = True
        now = time.monotonic()
        if len(tags) >= _MANY or now - self._since >= _SPAN:
            self._hand_over(now)

    def flush(self) -> None:
        """Commit all that was handed over.

        Raises:
            HistoryError: It can't be stored now; it is tried again later.
        """
        if self._read_only or self._closed:
            return
        self._hand_over(time.monotonic())
        with self._wake:
            self._error = None
            self._wake.notify_all()
            self._wake.wait_for(lambda: not self._queue or self._error is not None)
            if self._error is not None:
                raise self._error

    def compact(self) -> None:
        """Put all that was committed into blocks by tag now; else that is done now and then.

        Raises:
            HistoryError: It can't be done.
        """
        self.flush()
        while self._store.fold(force=True):
            pass

    def _new_tag(self, kind: int, place: str, other: str, number: int) -> int:
        """Return the number of a tag that is new; 0: there are too many, or its name is no text."""
        if len(self._store.keys) >= TAGS:
            return 0
        try:
            f"{place}{other}".encode()
        except UnicodeEncodeError:
            return 0
        tag = len(self._store.keys) + 1
        is_state = kind == Kind.STATE
        self._store.keys[tag] = Key(int(kind), place, "" if is_state else other, number if is_state else -1)
        self._name_new()
        return tag

    def _name_new(self) -> None:
        keys = self._store.keys
        while self._count < len(keys):
            self._count += 1
            key = keys[self._count]
            short: tuple[object, ...] = (key.place, key.other)
            if key.kind == Kind.STATE:
                short = (key.place, key.number)
            elif key.kind == Kind.MOVE:
                short = (key.place, key.other, 0)
            self._ids[short] = self._count
            self._named.setdefault((key.place, key.name), []).append(self._count)

    def _clear(self) -> None:
        self._tags, self._times, self._values = array("q"), array("d"), array("d")

    def _chunk(self) -> Chunk:
        return Chunk(np.array(self._tags, np.int64), np.array(self._times, np.float64), np.array(self._values, np.float64))

    def _hand_over(self, now: float) -> None:
        self._since = now
        if not self._moved:
            return
        self._moved = False
        batch = _Batch(self._chunk(), self.cursor, self.saved)
        self._clear()
        with self._wake:
            self._queue.append(batch)
            self._waiting += len(batch.chunk.tags)
            self._wake.notify_all()

    def _give_up(self) -> None:
        self._clear()
        with self._wake:
            self._queue.clear()
            self._waiting = 0
            self.cursor, self.saved, self._moved = self._store.cursor, dict(self._store.saved), False
            told = self._error
        raise told or HistoryError("More values come than can be stored.", where=str(self._files[1]),
                                   hint="Is the disk very slow? They are read again from the journal.")  # fmt: skip

    def _work(self) -> None:
        """Commit what is handed over, and tidy up in small steps (on a thread of its own)."""
        more = False
        while True:
            with self._wake:
                if not self._queue and not more:
                    if self._closing:
                        return
                    self._wake.wait(_SPAN)
                elif self._error is not None and not self._closing:
                    self._wake.wait(_SPAN)
                elif self._error is not None:
                    return
                batch = self._queue[0] if self._queue else None
            more = self._step(batch)

    def _step(self, batch: _Batch | None) -> bool:
        try:
            if batch is not None:
                self._store.commit(*batch)
                self._journal.stored = batch.cursor
            more = False
            if batch is None and not self._closing:
                more = self._store.fold() if self._store.due else self._store.forget(self._retention)
        except Exception as error:  # the thread must live on: whatever it is, it is told and tried again
            told = error if isinstance(error, HistoryError) else HistoryError(f"{type(error).__name__}: {error}")
            with self._wake:
                self._error = told
                self._wake.notify_all()
            return True
        with self._wake:
            if batch is not None and self._queue and self._queue[0] is batch:
                self._queue.popleft()
                self._waiting -= len(batch.chunk.tags)
            self._error = None
            self._wake.notify_all()
        return more

    # Reading values

    def tags(self) -> list[Tag]:
        """Return all series, by place and name.

        Raises:
            HistoryError: They can't be read.
        """
        pending = self._pending()
        self._refresh()
        found = []
        for number, (count, first, last) in self._store.overview(_by_tag(pending)).items():
            key = self._store.keys[number]
            found.append(Tag(key.place, key.name, count, first, last))
        return sorted(found)

    def read(self, place: str, name: str, start: float = -math.inf, end: float = math.inf) -> tuple[Floats, Floats]:
        """Return times and values of a series between two Unix times, both included; states as numbers of `State`.

        Raises:
            HistoryError: They can't be read.
        """
        pending = self._pending()
        self._refresh()
        numbers = self._named.get((place, name), [])[:1]
        rows = self._rows(numbers, start, end, pending)
        return between(rows[numbers[0]], start, end) if numbers else EMPTY

    def last_values(self, moment: float) -> dict[tuple[str, str], Last]:
        """Return the last value of every series up to a Unix time, by place and name; parts' moves left out.

        Raises:
            HistoryError: They can't be read.
        """
        pending = self._pending()
        self._refresh()
        keys = {n: k for n, k in self._store.keys.items() if k.kind != Kind.MOVE}
        found = {}
        for number, rows in self._rows(list(keys), moment, moment, pending, edge=True).items():
            i = int(np.searchsorted(rows.times, moment, "right")) - 1
            if i >= 0:
                found[keys[number].place, keys[number].name] = Last(float(rows.times[i]), float(rows.values[i]))
        return found

    def log(self, start: float, end: float) -> Log:
        """Return what happened between two Unix times as the log that simulator and player use; second 0 is `start`.

        States and values at the start are the last ones before it.

        Raises:
            HistoryError: It can't be read.
        """
        pending = self._pending()
        self._refresh()
        log = Log(origin=start, maker={"name": "history", "start": start, "end": end})
        tables: dict[int, list[Floats]] = {Kind.MOVE: [], Kind.STATE: [], Kind.VALUE: []}
        for number, rows in self._rows(list(self._store.keys), start, end, pending, edge=True).items():
            key = self._store.keys[number]
            a, b = int(np.searchsorted(rows.times, start, "left")), int(np.searchsorted(rows.times, end, "right"))
            if a and key.kind != Kind.MOVE and not (a < b and rows.times[a] == start):
                a -= 1
            if a >= b:
                continue
            block = np.empty((b - a, 4))
            block[:, 0] = np.maximum(rows.times[a:b] - start, 0.0)
            block[:, 1] = log.place(key.place)
            block[:, 2] = key.number
            if key.kind == Kind.MOVE:
                block[:, 2] = log.place(key.other)
            elif key.kind == Kind.VALUE:
                block[:, 2] = log.name(key.other)
            block[:, 3] = rows.values[a:b]
            tables[key.kind].append(block)
        for kind, table in ((Kind.MOVE, log.moves), (Kind.STATE, log.states), (Kind.VALUE, log.values)):
            if tables[kind]:
                block = np.concatenate(tables[kind])
                table.add(block[np.argsort(block[:, 0], kind="stable")])
        log.end = max(0.0, end - start)
        return log

    def _rows(
        self, numbers: list[int], start: float, end: float, pending: list[Chunk], *, edge: bool = False
    ) -> dict[int, Series]:
        found = self._store.read(numbers, start, end, edge=edge)
        one = len(numbers) == 1
        loose = {numbers[0]: joined([c.of(numbers[0]) for c in pending])} if one else _by_tag(pending)
        return {n: joined([rows, loose[n]]) if n in loose and len(loose[n].times) else rows for n, rows in found.items()}

    def _pending(self) -> list[Chunk]:
        """Return what is not committed; take it before reading the file, so that nothing is missed in between."""
        if self._read_only:
            return []
        with self._wake:
            chunks = [b.chunk for b in self._queue]
        return [*chunks, self._chunk()] if self._tags else chunks

    def _refresh(self) -> None:
        if self._read_only:
            self._store.refresh()
            self.cursor = self._store.cursor
            self._name_new()

    @property
    def status(self) -> HistoryStatus:
        """How it is doing; cheap enough for each second."""
        self._refresh()
        count, first, last = self._store.total()
        last_ = self.last
        waiting = self._waiting + len(self._tags)
        return HistoryStatus(
            folder=str(self.folder),
            size=sum(database.size(f) for f in self._files),
            tags=len(self._store.keys),
            values=count + waiting,
            messages=self._journal.count(),
            first=first,
            last=last,
            behind=max(0, last_ - self.cursor),
            waiting=waiting,
            dropped=self._journal.dropped,
            refused=self._refused,
            error="" if self._error is None else str(self._error),
        )

    def close(self) -> None:
        """Commit the rest and let go of the folder.

        Raises:
            HistoryError: The rest can't be stored; it is read again from the journal next time.
        """
        if self._closed:
            return
        try:
            self.flush()
        finally:
            with self._wake:
                self._closing = True
                self._wake.notify_all()
            if self._thread is not None:
                self._thread.join()
            self._closed = True
            self._store.close()
            self._journal.close()
            if self._lock is not None:
                self._lock.free()

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _by_tag(chunks: list[Chunk]) -> dict[int, Series]:
    if not chunks:
        return {}
    tags, times, values = (np.concatenate([c[k] for c in chunks]) for k in range(3))
    order = np.argsort(tags, kind="stable")
    tags, times, values = tags[order], times[order], values[order]
    edges = np.flatnonzero(np.diff(tags, prepend=-1, append=-1)).tolist()
    return {int(tags[a]): joined([Series(times[a:b], values[a:b])]) for a, b in zip(edges[:-1], edges[1:])}
