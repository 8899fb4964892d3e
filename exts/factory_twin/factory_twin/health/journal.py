# SPDX-License-Identifier: Apache-2.0
"""Alarms on disk: JSON lines, append only, two files that take turns so that they stay small."""

from __future__ import annotations

import json
import logging
import math
import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

from .alarm import Alarm, Condition, Key, Priority

_log = logging.getLogger(__name__)
NAME, OLD = "alarms.jsonl", "alarms.old.jsonl"
LARGEST = 4_000_000


class Journal:
    """What happened to alarms, in a folder.

    A line that was cut off by a crash is left out. When the disk fails, alarms work on; `error` says why they are not kept.

    Args:
        folder: Made when it is not there.
        largest: Bytes from which a new file is begun; the one before is kept.

    Attributes:
        error: Why the last write failed; empty: it did not.
    """

    def __init__(self, folder: str | os.PathLike[str], *, largest: int = LARGEST) -> None:
        self._folder, self._largest = Path(folder), largest
        self._file, self._size, self._torn = -1, 0, False
        self._close: Callable[[], object] = lambda: None
        self.error = ""

    def read(self) -> Iterator[tuple[float, Alarm]]:
        """Yield (Unix time, alarm as it was then), oldest first; nan: it was carried over from the file before."""
        for name in (OLD, NAME):
            try:
                with (self._folder / name).open("rb") as file:
                    for line in file:
                        found = _parse(line) if len(line) < 10_000 else None
                        if found is not None:
                            yield found
            except FileNotFoundError:
                continue
            except OSError as error:
                self._failed(error)

    def write(self, time: float, alarm: Alarm) -> bool:
        """Append one line; it is with the system when this returns.

        Args:
            time: Unix time, s; nan: the alarm is carried over from the file before, nothing happened to it.
            alarm: As it is now.

        Returns:
            Whether a new file was begun, so that alarms that are open must be carried over.
        """
        row = {
            "time": None if math.isnan(time) else time, "id": alarm.id, "place": alarm.key.place,
            "quantity": alarm.key.quantity, "detector": alarm.key.detector, "priority": int(alarm.priority),
            "text": alarm.text, "condition": alarm.condition.value, "since": alarm.since,
            "returned": None if math.isnan(alarm.returned) else alarm.returned, "count": alarm.count, "who": alarm.who,
            "shelved": alarm.shelved, "chattering": alarm.chattering,
        }  # fmt: skip
        try:
            new = self._open()
            line = json.dumps(row, ensure_ascii=True).encode() + b"\n"
            os.write(self._file, b"\n" + line if self._torn else line)
            self._torn, self._size = False, self._size + len(line)
            self.error = ""
        except OSError as error:
            self.close()
            self._failed(error)
            return False
        return new

    def close(self) -> None:
        """Close the file; the next write opens it again."""
        self._close()
        self._file = -1

    def _open(self) -> bool:
        """Have the file open; return whether it took the place of one that was full."""
        path = self._folder / NAME
        if self._file >= 0 and self._size <= self._largest:
            return False
        full = path.exists() and path.stat().st_size > self._largest
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        if full:
            os.replace(path, self._folder / OLD)
        self._size = path.stat().st_size if path.exists() else 0
        self._torn = self._size > 0 and not _ends_well(path)
        self._file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
        self._close = weakref.finalize(self, os.close, self._file)
        return full

    def _failed(self, error: OSError) -> None:
        if not self.error:
            _log.warning("Alarms can't be kept in %s: %s", self._folder, error.strerror)
        self.error = error.strerror or "unknown"


def _ends_well(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _parse(line: bytes) -> tuple[float, Alarm] | None:
    try:
        row = json.loads(line)
        key = Key(str(row["place"]), str(row["quantity"]), str(row["detector"]))
        returned = math.nan if row["returned"] is None else float(row["returned"])
        alarm = Alarm(int(row["id"]), key, Priority(row["priority"]), str(row["text"]), Condition(row["condition"]),
                      float(row["since"]), returned, int(row["count"]), str(row["who"]), float(row["shelved"]),
                      bool(row["chattering"]))  # fmt: skip
        return math.nan if row["time"] is None else float(row["time"]), alarm
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
