# SPDX-License-Identifier: Apache-2.0
"""What was armed, sent, refused and answered, by whom and when: an append-only SQLite file, written before anything is sent."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import FactoryTwinError

_TABLE = """CREATE TABLE IF NOT EXISTS entry (
 number INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, what TEXT NOT NULL, id TEXT NOT NULL, place TEXT NOT NULL,
 user TEXT NOT NULL, detail TEXT NOT NULL)"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: running number, Unix time (s), what happened ("armed", "sending", ...), command's id, place, user."""

    number: int
    time: float
    what: str
    id: str
    place: str
    user: str
    detail: dict[str, Any]


class Journal:
    """The file.

    Args:
        path: Made when missing; ":memory:" for tests.

    Raises:
        FactoryTwinError: It can't be opened or written.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)
        self._lock = threading.Lock()
        try:
            self._base = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
            self._base.execute("PRAGMA synchronous=FULL")
            self._base.execute(_TABLE)
        except sqlite3.Error as error:
            raise self._fault(error) from error

    def add(self, time: float, what: str, *, id: str = "", place: str = "", user: str = "", **detail: Any) -> None:
        """Write a line, and return when it is safe.

        Raises:
            FactoryTwinError: It can't be written; then nothing may be sent.
        """
        row = (time, what, id, place, user, json.dumps(detail))
        try:
            with self._lock:
                self._base.execute("INSERT INTO entry (time, what, id, place, user, detail) VALUES (?, ?, ?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            raise self._fault(error) from error

    def entries(self, limit: int = 1000) -> list[Entry]:
        """Return the last lines, oldest first."""
        with self._lock:
            rows = self._base.execute("SELECT * FROM entry ORDER BY number DESC LIMIT ?", (limit,)).fetchall()
        return [
            Entry(n, time, what, id, place, user, json.loads(detail))
            for n, time, what, id, place, user, detail in reversed(rows)
        ]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()

    def _fault(self, error: sqlite3.Error) -> FactoryTwinError:
        hint = "Commands are sent only while they can be journalled: check the folder, its rights and the space left."
        return FactoryTwinError(f"The command journal can't be written: {error}.", where=self.path, hint=hint)
