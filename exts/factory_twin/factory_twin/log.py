# SPDX-License-Identifier: Apache-2.0
"""The log: three append-only tables of numbers (moves, states, values) with the names they point to. Save and load as `.npz`.

The only word between makers (simulator, bridge, recorder) and readers (KPIs, motion, live state, panels).
"""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import StageError
from .event import Event, Kind, State

VERSION = 1
_CHUNK = 4 * 65536


class Table:
    """Rows of four numbers: (time in s, place index, other, number).

    Makers on a hot path call `rows.extend((time, place, other, number))` and now and then `compact()`.
    """

    def __init__(self) -> None:
        self.rows: list[float] = []
        self._blocks: list[NDArray[np.float64]] = []

    def compact(self, *, force: bool = False) -> None:
        """Turn the appended rows into a block of numbers when there are many (32 B a row instead of about 130)."""
        if self.rows and (force or len(self.rows) >= _CHUNK):
            self._blocks.append(np.array(self.rows, dtype=np.float64).reshape(-1, 4))
            self.rows.clear()

    def array(self) -> NDArray[np.float64]:
        """Return all rows, shape (n, 4), in the order they were written."""
        self.compact(force=True)
        if len(self._blocks) != 1:
            self._blocks = [np.concatenate(self._blocks) if self._blocks else np.empty((0, 4))]
        return self._blocks[0]

    def __len__(self) -> int:
        return len(self.rows) // 4 + sum(len(b) for b in self._blocks)


class Log:
    """Events of a shift, simulated or recorded.

    Attributes:
        places: Prim paths; tables hold their index.
        names: Names of measured quantities; the values table holds their index.
        moves: (time, from place, to place, part number).
        states: (time, place, server, `State`).
        values: (time, place, name, number).
        end: Time up to which the log is complete, s.
        origin: Unix time of second 0; nan for simulated time.
        maker: Who wrote it, with settings (seed, horizon, ...), JSON-ready.
    """

    def __init__(
        self, places: tuple[str, ...] = (), *, origin: float = float("nan"), maker: dict[str, Any] | None = None
    ) -> None:
        self.places = list(places)
        self.names: list[str] = []
        self.moves, self.states, self.values = Table(), Table(), Table()
        self.end = 0.0
        self.origin = origin
        self.maker: dict[str, Any] = dict(maker or {})
        self._place = {p: i for i, p in enumerate(self.places)}
        self._name: dict[str, int] = {}

    def place(self, path: str) -> int:
        """Return the index of a place, adding it when new."""
        if path not in self._place:
            self._place[path] = len(self.places)
            self.places.append(path)
        return self._place[path]

    def append(self, event: Event) -> None:
        """Add one event."""
        here = self.place(event.place)
        if event.kind is Kind.MOVE:
            self.moves.rows.extend((event.time, here, self.place(event.other), event.number))
        elif event.kind is Kind.STATE:
            self.states.rows.extend((event.time, here, event.number, event.state))
        else:
            name = self._name.setdefault(event.other, len(self.names))
            if name == len(self.names):
                self.names.append(event.other)
            self.values.rows.extend((event.time, here, name, event.value))
        self.end = max(self.end, event.time)

    def events(self) -> Iterator[Event]:
        """Yield all events by time; at one instant moves come first, then states, then values."""
        tables = [t.array() for t in (self.moves, self.states, self.values)]
        kinds = np.repeat([0, 1, 2], [len(t) for t in tables])
        rows = np.concatenate(tables)
        for i in np.argsort(rows[:, 0], kind="stable"):
            time, here, other, number = rows[i].tolist()
            place = self.places[int(here)]
            if kinds[i] == Kind.MOVE:
                yield Event(time, Kind.MOVE, place, self.places[int(other)], int(number))
            elif kinds[i] == Kind.STATE:
                yield Event(time, Kind.STATE, place, "", int(other), State(int(number)))
            else:
                yield Event(time, Kind.VALUE, place, self.names[int(other)], -1, State.UNKNOWN, number)

    def __len__(self) -> int:
        return len(self.moves) + len(self.states) + len(self.values)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the log to `path` (`.npz`), whole or not at all.

        Raises:
            StageError: The file can't be written.
        """
        target = Path(path)
        head = {
            "format": "factory-twin-log",
            "version": VERSION,
            "places": self.places,
            "names": self.names,
            "end": self.end,
            "origin": None if self.origin != self.origin else self.origin,
            "maker": self.maker,
        }
        draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            with draft.open("wb") as file:
                np.savez(
                    file,
                    head=np.frombuffer(json.dumps(head).encode(), np.uint8),
                    moves=self.moves.array(),
                    states=self.states.array(),
                    values=self.values.array(),
                )
            os.replace(draft, target)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise StageError(
                f"The log can't be written: {error.strerror}.",
                where=str(target),
                hint="Choose a folder that exists and that you may write to.",
            ) from error
        return target

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Log:
        """Read a log written by `save`.

        Raises:
            StageError: The file is missing, is no log, or is damaged.
        """
        try:
            head, tables = _read(path)
            _check_head(head)
            log = cls(tuple(head["places"]), origin=math.nan if head["origin"] is None else head["origin"], maker=head["maker"])
            log.names, log.end = list(head["names"]), float(head["end"])
            for name, rows in tables.items():
                _check_table(name, rows, places=len(log.places), names=len(log.names))
        except Exception as error:  # damaged archives raise many kinds
            hint = "Give a .npz file that `factory-twin run --log` wrote."
            reason = str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"
            raise StageError(f"This is no readable log ({reason}).", where=str(path), hint=hint) from error
        log._name = {n: i for i, n in enumerate(log.names)}
        for name, rows in tables.items():
            if len(rows):
                getattr(log, name)._blocks = [rows]
        return log


def _read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
    with zipfile.ZipFile(path) as archive:  # what is stored can't grow beyond the size of the file
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
            raise ValueError("it is compressed, which no log is")
    with np.load(path, allow_pickle=False) as data:
        head = json.loads(data["head"].tobytes().decode())
        return head, {k: np.asarray(data[k], np.float64) for k in ("moves", "states", "values")}


def _check_head(head: dict[str, Any]) -> None:
    if head["format"] != "factory-twin-log" or head["version"] != VERSION:
        raise ValueError("it is of no known version")
    for words in (head["places"], head["names"]):
        if not all(isinstance(w, str) for w in words) or len(set(words)) != len(words):
            raise ValueError("its names are no texts or not unique")
    if not isinstance(head["maker"], dict) or not isinstance(head["origin"], float | int | None):
        raise ValueError("its head is damaged")
    if not math.isfinite(head["end"]):
        raise ValueError("its end is not finite")


def _check_table(name: str, rows: NDArray[np.float64], *, places: int, names: int) -> None:
    if rows.ndim != 2 or rows.shape[1] != 4:
        raise ValueError(f"table {name} has shape {rows.shape}, not (n, 4)")
    if not np.isfinite(rows[:, :3] if name == "values" else rows).all():
        raise ValueError(f"table {name} holds numbers that are not finite")
    if (rows[:, 1:3] != np.floor(rows[:, 1:3])).any() or (name != "values" and (rows[:, 3] != np.floor(rows[:, 3])).any()):
        raise ValueError(f"table {name} holds fractions where it counts")
    bounds = {"moves": (places, places, 1 << 53), "states": (places, 1 << 31, len(State)), "values": (places, names, math.inf)}
    for column, bound in zip((1, 2, 3) if name == "states" else (1, 2), bounds[name]):
        if ((rows[:, column] < 0) | (rows[:, column] >= bound)).any():
            raise ValueError(f"table {name} points to a place, name or state that is not there")
