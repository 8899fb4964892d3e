# SPDX-License-Identifier: Apache-2.0
"""A table of a log: rows of four numbers, appended; full blocks stay in memory or go to a file."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ..errors import StageError

Floats = NDArray[np.float64]
WIDTH = 4
BLOCK = 8192  # rows; small enough for the numbers on their way to stay in the cache
_BYTES = WIDTH * 8


class Table:
    """Rows of four numbers.

    Makers on a hot path call `rows.extend((time, place, other, number))` and now and then `compact()`.

    Args:
        file: Where full blocks go; None: they stay in memory.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.rows: list[float] = []
        self._blocks: list[Floats] = []
        self._file = file
        self._written = 0  # rows in the file

    def compact(self, *, force: bool = False) -> None:
        """Turn the appended rows into a block of numbers when there are many (32 B a row instead of about 130).

        Raises:
            StageError: The block can't be written to the table's file.
        """
        if self.rows and (force or len(self.rows) >= WIDTH * BLOCK):
            self._keep(np.frombuffer(struct.pack(f"{len(self.rows)}d", *self.rows)).reshape(-1, WIDTH))
            self.rows.clear()

    def add(self, rows: Floats) -> None:
        """Append rows, shape (n, 4), behind those written so far."""
        self.compact(force=True)
        if len(rows):
            self._keep(rows)

    def _keep(self, rows: Floats) -> None:
        if self._file is None:
            self._blocks.append(rows)
            return
        try:
            with self._open("r+b" if self._written else "wb") as file:
                file.seek(self._written * _BYTES)  # what a full disk cut off halfway is written anew
                file.write(np.ascontiguousarray(rows, np.float64).data)
        except OSError as error:
            raise StageError(
                f"The log can't be streamed to disk: {error.strerror}.",
                where=str(self._file),
                hint="Choose a folder with enough space that you may write to; a row takes 32 bytes.",
            ) from error
        self._written += len(rows)

    def _open(self, mode: str) -> IO[bytes]:
        """Open the file, which may hold more than we wrote (a write failed halfway) but never less."""
        assert self._file is not None
        file = self._file.open(mode)
        if os.fstat(file.fileno()).st_size < self._written * _BYTES:
            file.close()
            raise StageError(
                "A streamed log has been cut off.", where=str(self._file), hint="Leave its folder alone while it runs."
            )
        return file

    def array(self) -> Floats:
        """Return all rows, shape (n, 4), in the order they were written; those in a file are mapped read-only, not loaded.

        Raises:
            StageError: The file has been cut off.
        """
        self.compact(force=True)
        if self._file is not None:
            return self._map() if self._written else np.empty((0, WIDTH))
        if len(self._blocks) != 1:
            self._blocks = [np.concatenate(self._blocks) if self._blocks else np.empty((0, WIDTH))]
        return self._blocks[0]

    def _map(self) -> Floats:
        with self._open("rb") as file:
            return np.memmap(file, np.float64, "r", shape=(self._written, WIDTH))

    def blocks(self) -> Iterator[Floats]:
        """Yield all rows in order, shape (up to 65536, 4) each; of a file only one block at a time is in memory.

        Raises:
            StageError: The file has been cut off.
        """
        self.compact(force=True)
        if self._file is None:
            for block in self._blocks:
                yield from (block[i : i + BLOCK] for i in range(0, len(block), BLOCK))
        elif self._written:
            with self._open("rb") as file:
                for i in range(0, self._written, BLOCK):
                    count = min(BLOCK, self._written - i)
                    yield np.fromfile(file, np.float64, WIDTH * count).reshape(count, WIDTH)

    def __len__(self) -> int:
        return len(self.rows) // WIDTH + self._written + sum(len(b) for b in self._blocks)

    def __getstate__(self) -> Floats:
        """Return the rows themselves: a copy in another process has no part in our file."""
        return self.array() if self._file is None else np.array(self.array())

    def __setstate__(self, rows: Floats) -> None:
        self.__init__()  # type: ignore[misc]
        self.add(rows)
