# SPDX-License-Identifier: Apache-2.0
"""Measured values in a text file that a distribution names, found beside the layer that names it."""

from __future__ import annotations

import csv
import math
import os
from functools import lru_cache

from pxr import Ar, Sdf

from ..distribution import Reader
from ..errors import FactoryTwinError
from .lfs import is_lfs_pointer

MOST = 1_000_000  # numbers
LARGEST = 50_000_000  # bytes
_FORM = "Write one number >= 0 per line, or a table (CSV) with one column of numbers; decimal point, no comma."


def reader(layer: Sdf.Layer) -> Reader:
    """Return the function that reads the values in a file named in that layer.

    It raises a FactoryTwinError for a file that is missing, too large, or holds anything but numbers >= 0.
    """

    def read(name: str) -> tuple[float, ...]:
        found = Ar.GetResolver().Resolve(layer.ComputeAbsolutePath(name)) if name else ""
        path = os.fspath(found.GetPathString() if hasattr(found, "GetPathString") else str(found))
        if not os.path.isfile(path):
            where = layer.realPath or layer.identifier
            raise FactoryTwinError(f"There is no file {name!r}.", hint=f"Put it beside {where}, or correct the path.")
        if os.path.getsize(path) > LARGEST:
            raise FactoryTwinError(f"{name!r} is larger than {LARGEST // 10**6} MB.", hint="Take a sample of the values.")
        if is_lfs_pointer(path):
            raise FactoryTwinError(f"{name!r} is a Git LFS pointer, not the file itself.", hint="Run git lfs pull.")
        try:
            return _numbers(path, os.stat(path).st_mtime_ns, os.path.getsize(path))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise FactoryTwinError(f"{name!r} can't be read as text: {error}.", hint=_FORM) from error

    return read


@lru_cache(maxsize=16)
def _numbers(path: str, changed: int, size: int) -> tuple[float, ...]:
    """Return the numbers in a file; read again only when the file has changed."""
    name = os.path.basename(path)
    values: list[float] = []
    column, head = -1, False
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=_delimiter(path))
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if column < 0:
                column = _column(cells, name)
                if column < 0 and not head:
                    head = True
                    continue
            values.append(_number(cells[column] if 0 <= column < len(cells) else "", name=name, line=rows.line_num))
            if len(values) > MOST:
                raise FactoryTwinError(f"{name!r} holds more than {MOST} numbers.", hint="Take a sample of the values.")
    if not values:
        raise FactoryTwinError(f"{name!r} holds no number.", hint=_FORM)
    return tuple(values)


def _column(cells: list[str], name: str) -> int:
    """Return the only column of a row with a number; -1: none has one."""
    found = [i for i, cell in enumerate(cells) if _is_number(cell)]
    if len(found) > 1:
        message = f"{name!r} has {len(found)} columns of numbers, so it is not clear which are meant."
        raise FactoryTwinError(message, hint="Keep one column of numbers in the file.")
    return found[0] if found else -1


def _delimiter(path: str) -> str:
    with open(path, encoding="utf-8-sig") as file:
        first = next((line for line in file if line.strip() and not line.startswith("#")), "")
    return next((mark for mark in ";\t," if mark in first), ",")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _number(text: str, *, name: str, line: int) -> float:
    value = float(text) if _is_number(text) else math.nan
    if not (math.isfinite(value) and value >= 0):
        raise FactoryTwinError(f"{text[:40]!r} in line {line} of {name!r} is no number >= 0.", hint=_FORM)
    return value
