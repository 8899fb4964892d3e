# SPDX-License-Identifier: Apache-2.0
"""A log as one `.npz` file: written block by block, whole or not at all; read with every number checked."""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from ..errors import StageError
from ..event import State
from .table import WIDTH, Table

VERSION = 2  # 1: without products, orders, parts
TABLES = ("moves", "states", "values", "parts")
_FORMAT = "factory-twin-log"


def write(path: Path, head: dict[str, Any], tables: Mapping[str, Table]) -> None:
    """Write head and tables; only one block of rows at a time is in memory.

    Raises:
        StageError: The file can't be written.
    """
    head = {"format": _FORMAT, "version": VERSION, **head}
    with _whole(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        with archive.open("head.npy", "w") as out:
            npy.write_array(out, np.frombuffer(json.dumps(head).encode(), np.uint8), allow_pickle=False)
        for name in TABLES:
            table = tables[name]
            with archive.open(f"{name}.npy", "w", force_zip64=True) as out:
                shape = {"descr": "<f8", "fortran_order": False, "shape": (len(table), WIDTH)}
                npy.write_array_header_1_0(out, shape)
                for rows in table.blocks():
                    out.write(np.ascontiguousarray(rows, "<f8").data)


@contextmanager
def _whole(target: Path) -> Iterator[IO[bytes]]:
    """Give a draft to write to, and put it in the place of the target when all went well."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            yield file
        os.replace(draft, target)
    except BaseException as error:
        with suppress(OSError):
            draft.unlink()
        if not isinstance(error, OSError):
            raise
        raise StageError(
            f"The log can't be written: {error.strerror}.",
            where=str(target),
            hint="Choose a folder that exists and that you may write to.",
        ) from error


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
    """Return head and tables, of which nothing is believed before it is checked.

    Raises:
        StageError: The file is missing, is no log, or is damaged.
    """
    try:
        head, tables = _read(path)
        _check_head(head)
        for name, rows in tables.items():
            _check_table(name, rows, head)
    except Exception as error:  # damaged archives raise many kinds
        hint = "Give a .npz file that `factory-twin run --log` wrote."
        reason = str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"
        raise StageError(f"This is no readable log ({reason}).", where=str(path), hint=hint) from error
    return head, tables


def _read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
    with zipfile.ZipFile(path) as archive:  # what is stored can't grow beyond the size of the file
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
            raise ValueError("it is compressed, which no log is")
    with np.load(path, allow_pickle=False) as data:
        head = json.loads(data["head"].tobytes().decode())
        if head["format"] != _FORMAT or head["version"] not in (1, VERSION):
            raise ValueError("it is of no known version")
        tables = {k: np.asarray(data[k], np.float64) for k in (TABLES if head["version"] == VERSION else TABLES[:3])}
        return {"products": [], "orders": [], **head} if head["version"] == 1 else head, tables


def _check_head(head: dict[str, Any]) -> None:
    for words in (head["places"], head["names"], head["products"], head["orders"]):
        if not isinstance(words, list) or not all(isinstance(w, str) for w in words) or len(set(words)) != len(words):
            raise ValueError("its names are no texts or not unique")
    if not isinstance(head["maker"], dict) or not isinstance(head["origin"], float | int | None):
        raise ValueError("its head is damaged")
    if not math.isfinite(head["end"]):
        raise ValueError("its end is not finite")


def _check_table(name: str, rows: NDArray[np.float64], head: dict[str, Any]) -> None:
    if rows.ndim != 2 or rows.shape[1] != WIDTH:
        raise ValueError(f"table {name} has shape {rows.shape}, not (n, {WIDTH})")
    if not np.isfinite(rows[:, :3] if name == "values" else rows).all():
        raise ValueError(f"table {name} holds numbers that are not finite")
    for column, (low, high) in _bounds(head)[name].items():
        values = rows[:, column]
        if (values != np.floor(values)).any():
            raise ValueError(f"table {name} holds fractions where it counts")
        if ((values < low) | (values >= high)).any():
            raise ValueError(f"table {name} points to a place, name, state, product or part that is not there")
    if name == "parts" and ((rows[:, 3] < 0) & (rows[:, 3] != -1)).any():
        raise ValueError("table parts holds a due time before the start")


def _bounds(head: dict[str, Any]) -> dict[str, dict[int, tuple[float, float]]]:
    """Return per table the columns that count, with (lowest, first too high)."""
    places, names, products, orders = (len(head[k]) for k in ("places", "names", "products", "orders"))
    most = float(1 << 54)
    return {
        "moves": {1: (0, places), 2: (0, places), 3: (-most, most)},
        "states": {1: (0, places), 2: (0, 1 << 31), 3: (0, len(State))},
        "values": {1: (0, places), 2: (0, names)},
        "parts": {0: (-most, most), 1: (-1, products), 2: (-1, orders)},
    }
