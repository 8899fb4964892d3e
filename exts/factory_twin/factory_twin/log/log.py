# SPDX-License-Identifier: Apache-2.0
"""`Log`: events of a shift and the parts they are about."""

from __future__ import annotations

import logging
import math
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import StageError
from ..event import Event, Kind, State
from . import file
from .table import Table

_log = logging.getLogger(__name__)


class Log:
    """Events of a shift, simulated or recorded.

    A log that is streamed keeps only the last rows in memory; its files go when the log goes. A copy of it, or one sent to
    another process, is in memory.

    Args:
        places: Prim paths to begin with.
        origin: Unix time of second 0; nan for simulated time.
        maker: Who writes it.
        spill: Folder to stream the rows to; None: they stay in memory.

    Attributes:
        places: Prim paths; tables hold their index.
        names: Names of measured quantities; the values table holds their index.
        products: Prim paths; the parts table holds their index.
        orders: Prim paths of work orders; the parts table holds their index.
        moves: (time, from place, to place, part number).
        states: (time, place, server, `State`).
        values: (time, place, name, number).
        parts: (part number, product or -1, order or -1, due time in s or -1); of several rows of a part the last counts,
            and a part may have none.
        end: Time up to which the log is complete, s.
        origin: Unix time of second 0; nan for simulated time.
        maker: Who wrote it, with settings (seed, horizon, ...), JSON-ready.

    Raises:
        StageError: Nothing can be written in the folder `spill`.
    """

    def __init__(
        self,
        places: tuple[str, ...] = (),
        *,
        origin: float = float("nan"),
        maker: dict[str, Any] | None = None,
        spill: str | os.PathLike[str] | None = None,
    ) -> None:
        self.places = list(places)
        self.names: list[str] = []
        self.products: list[str] = []
        self.orders: list[str] = []
        folder = None if spill is None else _folder(spill)
        self._files = None if folder is None else weakref.finalize(self, _remove, folder)
        self.moves, self.states, self.values, self.parts = (Table(folder and folder / name) for name in file.TABLES)
        self.end = 0.0
        self.origin = origin
        self.maker: dict[str, Any] = dict(maker or {})
        self._place = {p: i for i, p in enumerate(self.places)}
        self._name: dict[str, int] = {}
        self._product: dict[str, int] = {}
        self._order: dict[str, int] = {}

    def place(self, path: str) -> int:
        """Return the index of a place, adding it when new."""
        return _index(self.places, self._place, path)

    def name(self, word: str) -> int:
        """Return the index of the name of a quantity, adding it when new."""
        return _index(self.names, self._name, word)

    def product(self, path: str) -> int:
        """Return the index of a product, adding it when new."""
        return _index(self.products, self._product, path)

    def order(self, path: str) -> int:
        """Return the index of a work order, adding it when new."""
        return _index(self.orders, self._order, path)

    def append(self, event: Event) -> None:
        """Add one event."""
        here = self.place(event.place)
        if event.kind is Kind.MOVE:
            self.moves.rows.extend((event.time, here, self.place(event.other), event.number))
        elif event.kind is Kind.STATE:
            self.states.rows.extend((event.time, here, event.number, event.state))
        else:
            self.values.rows.extend((event.time, here, _index(self.names, self._name, event.other), event.value))
        self.end = max(self.end, event.time)

    def compact(self) -> None:
        """Pack all tables that have grown long (see `Table.compact`)."""
        for table in self._tables().values():
            table.compact()

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
        """Return the number of events."""
        return len(self.moves) + len(self.states) + len(self.values)

    def _tables(self) -> dict[str, Table]:
        return {name: getattr(self, name) for name in file.TABLES}

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the log to `path` (`.npz`), whole or not at all.

        Raises:
            StageError: The file can't be written.
        """
        target = Path(path)
        head = {
            "places": self.places,
            "names": self.names,
            "products": self.products,
            "orders": self.orders,
            "end": self.end,
            "origin": None if self.origin != self.origin else self.origin,
            "maker": self.maker,
        }
        file.write(target, head, self._tables())
        return target

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Log:
        """Read a log written by `save`.

        Raises:
            StageError: The file is missing, is no log, or is damaged.
        """
        head, tables = file.read(path)
        log = cls(tuple(head["places"]), origin=math.nan if head["origin"] is None else head["origin"], maker=head["maker"])
        log.end = float(head["end"])
        for add, key in ((log.product, "products"), (log.order, "orders")):
            for word in head[key]:
                add(word)
        log.names = list(head["names"])
        log._name = {n: i for i, n in enumerate(log.names)}
        for name, rows in tables.items():
            getattr(log, name).add(rows)
        return log

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_files": None}


def _index(words: list[str], known: dict[str, int], word: str) -> int:
    """Return the index of a word, adding it when new."""
    index = known.setdefault(word, len(words))
    if index == len(words):
        words.append(word)
    return index


def _folder(spill: str | os.PathLike[str]) -> Path:
    """Return a new folder for the files of a log."""
    try:
        return Path(tempfile.mkdtemp(prefix="factory-twin-log-", dir=spill))
    except OSError as error:
        raise StageError(
            f"The log can't be streamed to disk: {error.strerror}.",
            where=str(spill),
            hint="Choose a folder that exists and that you may write to.",
        ) from error


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        _log.warning("The files of a streamed log can't be removed: %s", error)
