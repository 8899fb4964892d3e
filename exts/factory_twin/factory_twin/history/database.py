# SPDX-License-Identifier: Apache-2.0
"""Opens the recorder's SQLite files and its lock; what is not ours is told and left as it is."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from ..errors import HistoryError

VERSION = 1
_MAGIC = b"SQLite format 3\0"
_PATIENCE = 10.0  # s to wait for another connection's commit
_HINT = "Give another folder, or move this file away."


def connect(path: Path, kind: int, schema: str, *, read_only: bool = False, power_safe: bool = False) -> sqlite3.Connection:
    """Open a file of ours, made when there is none.

    Args:
        path: The file.
        kind: Number that marks it as ours (SQLite's application_id).
        schema: What makes its tables.
        read_only: Whether nothing is ever written; another process may be recording.
        power_safe: Whether each commit waits for the disk.

    Raises:
        HistoryError: It can't be opened, is not ours, or is damaged.
    """
    with guard(path):
        empty = not path.exists() or path.stat().st_size == 0
        if not empty:
            with path.open("rb") as file:
                if file.read(len(_MAGIC)) != _MAGIC:
                    raise HistoryError(
                        "This file is not one of the recorder's; it was left as it is.", where=str(path), hint=_HINT
                    )
        elif read_only:
            raise HistoryError("Nothing was recorded here.", where=str(path.parent), hint="Give the folder of a recorder.")
        database = _open(path, read_only=read_only)
        try:
            found = database.execute("PRAGMA application_id").fetchone()[0]
            version = database.execute("PRAGMA user_version").fetchone()[0]
            tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if tables and found != kind:
                raise HistoryError("This file is not one of the recorder's; it was left as it is.", where=str(path), hint=_HINT)
            if tables and version != VERSION:
                raise HistoryError(f"This record is of version {version}; this release reads version {VERSION}.",
                                   where=str(path), hint=_HINT)  # fmt: skip
            if read_only:
                if not tables:
                    raise HistoryError("Nothing was recorded here.", where=str(path), hint="Give the folder of a recorder.")
                return database
            if not tables:
                database.execute("PRAGMA auto_vacuum=INCREMENTAL")
            database.execute("PRAGMA journal_mode=WAL")
            database.execute(f"PRAGMA synchronous={'FULL' if power_safe else 'NORMAL'}")
            database.execute("PRAGMA journal_size_limit=67108864")
            if not tables:
                mark = f"PRAGMA application_id={kind};PRAGMA user_version={VERSION};"
                database.executescript(f"BEGIN IMMEDIATE;{schema};{mark}COMMIT")
        except BaseException:
            database.close()
            raise
        return database


def _open(path: Path, *, read_only: bool) -> sqlite3.Connection:
    if not read_only:
        return sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=64)
    address = f"file:{quote(path.resolve().as_posix())}?mode=ro"
    try:
        database = sqlite3.connect(address, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, uri=True)
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise
        # A read-only folder: nobody can be writing there, at least not from here.
        return sqlite3.connect(address + "&immutable=1", isolation_level=None, check_same_thread=False, uri=True)
    return database


@contextmanager
def guard(path: Path) -> Iterator[None]:
    """Turn the errors of files and SQLite into ones that people understand.

    Raises:
        HistoryError: In place of them.
    """
    try:
        yield
    except HistoryError:
        raise
    except (OSError, sqlite3.Error, ValueError, OverflowError) as error:
        raise _told(error, path) from error


def _told(error: Exception, path: Path) -> HistoryError:
    text = str(error)
    if isinstance(error, OSError):
        return HistoryError(f"The record can't be used: {error.strerror}.", where=str(path),
                            hint="Choose a folder that exists and that you may write to, on a disk with room.")  # fmt: skip
    if isinstance(error, ValueError | OverflowError):
        return HistoryError(f"The record is damaged ({text}).", where=str(path), hint=_HINT)
    if "full" in text or "disk I/O" in text:
        return HistoryError(f"The disk is full or broken ({text}).", where=str(path),
                            hint="Make room, or shorten the retention; recording goes on by itself.")  # fmt: skip
    if "readonly" in text or "unable to open" in text:
        return HistoryError(f"Nothing can be written there ({text}).", where=str(path),
                            hint="Choose a folder that you may write to.")  # fmt: skip
    if "locked" in text or "busy" in text:
        return HistoryError("Another process keeps the record busy.", where=str(path), hint="End the other one first.")
    if isinstance(error, sqlite3.DatabaseError):
        return HistoryError(f"The record can't be read or written ({text}).", where=str(path), hint=_HINT)
    return HistoryError(f"The record can't be used ({text}).", where=str(path), hint=_HINT)


def commit(database: sqlite3.Connection) -> None:
    """End a transaction; undo it when that is not possible."""
    try:
        database.execute("COMMIT")
    except BaseException:
        undo(database)
        raise


def undo(database: sqlite3.Connection) -> None:
    """Undo what was begun."""
    with suppress(sqlite3.Error):
        if database.in_transaction:
            database.execute("ROLLBACK")


class Lock:
    """Keeps a second recorder off a folder; the system frees it when the process ends, however it ends.

    Raises:
        HistoryError: Another recorder has it, or the folder can't be written.
    """

    def __init__(self, path: Path) -> None:
        with guard(path):
            self._file: IO[bytes] = path.open("a+b")
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise HistoryError("Another process is recording here.", where=str(path.parent),
                               hint="End it, or choose another folder; reading is possible meanwhile.") from error  # fmt: skip

    def free(self) -> None:
        """Let others have it."""
        self._file.close()


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def size(path: Path) -> int:
    """Return the bytes that a database takes on disk."""
    total = 0
    for end in ("", "-wal", "-shm"):
        with suppress(OSError):
            total += os.stat(f"{path}{end}").st_size
    return total
