# SPDX-License-Identifier: Apache-2.0
"""What is really wrong with a virtual plant, written beside its telemetry as JSON Lines, so that detection can be scored."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple

import numpy as np

from ..errors import StageError
from .fault import Fault, Growth

FORMAT, VERSION = "factory-twin-truth", 1
LONGEST = 1 << 16


class Point(NamedTuple):
    """The severity of fault number `fault` at `time` (s; `wall`: Unix time of the same, s, nan when there was none)."""

    time: float
    wall: float
    fault: int
    severity: float


class GroundTruth:
    """Writes the faults of a plant and their severity over time; the file is complete up to the last call at any time.

    Args:
        path: File to write; what was there is replaced.
        faults: Numbered by their order here.
        about: What else is worth knowing (seed, speed, stage), JSON-ready.

    Raises:
        StageError: The file can't be written.
    """

    def __init__(self, path: str | os.PathLike[str], faults: Iterable[Fault], about: dict[str, Any] | None = None) -> None:
        self.path, self.faults = Path(path), tuple(faults)
        self._told: dict[int, float] = {}
        self._file: IO[str] | None = None
        try:
            self._file = self.path.open("w", encoding="utf-8")
        except OSError as error:
            raise self._failed(error) from error
        self._write({"format": FORMAT, "version": VERSION, **(about or {})})
        for number, fault in enumerate(self.faults):
            row = {k: v for k, v in asdict(fault).items() if k not in ("growth", "time", "end")}
            end = None if fault.end == math.inf else fault.end
            self._write({"fault": number, **row, "end": end, "growth": fault.law.value, "time": fault.span,
                         "shows": list(fault.shows)})  # fmt: skip
        self._flush()

    def note(self, time: float, wall: float = math.nan) -> None:
        """Write the severities at `time` (s; `wall`: Unix time, s) that have changed by more than 1 % of their end."""
        now = np.array([time])
        for number, fault in enumerate(self.faults):
            severity, last = float(fault.at(now)[0]), self._told.get(number, 0.0)
            if abs(severity - last) > 0.01 * fault.severity or (severity == 0.0) != (last == 0.0):
                self._told[number] = severity
                when = None if math.isnan(wall) else round(wall, 3)
                self._write({"time": round(time, 3), "wall": when, "of": number, "severity": round(severity, 6)})
        self._flush()

    def close(self) -> None:
        """End the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> GroundTruth:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _write(self, row: dict[str, Any]) -> None:
        if self._file is not None:
            try:
                self._file.write(json.dumps(row, separators=(",", ":"), allow_nan=False) + "\n")
            except OSError as error:
                raise self._failed(error) from error

    def _flush(self) -> None:
        if self._file is not None:
            try:
                self._file.flush()
            except OSError as error:
                raise self._failed(error) from error

    def _failed(self, error: OSError) -> StageError:
        hint = "Choose a folder with room that exists and that you may write to."
        return StageError(f"The truth can't be written: {error.strerror}.", where=str(self.path), hint=hint)


def read_truth(path: str | os.PathLike[str]) -> tuple[dict[str, Any], tuple[Fault, ...], tuple[Point, ...]]:
    """Return (head, faults, severities over time) of a file that `GroundTruth` wrote; a last line cut off is left out.

    Raises:
        StageError: The file is missing or is no such file.
    """
    try:
        with Path(path).open(encoding="utf-8") as file:
            lines = [line for line in iter(lambda: file.readline(LONGEST), "") if line.endswith("\n")]
        head = json.loads(lines[0])
        if head.get("format") != FORMAT or head.get("version") != VERSION:
            raise ValueError("it is of no known version")
        rows = [json.loads(line) for line in lines[1:]]
        return head, tuple(_fault(r) for r in rows if "fault" in r), tuple(_point(r) for r in rows if "of" in r)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise StageError(f"This is no readable truth ({error}).", where=str(path), hint="Give what --truth wrote.") from error


def _fault(row: dict[str, Any]) -> Fault:
    end = math.inf if row["end"] is None else float(row["end"])
    return Fault(str(row["kind"]), str(row["place"]), float(row["onset"]), end, float(row["severity"]),
                 Growth(row["growth"]), float(row["time"]), str(row["signal"]))  # fmt: skip


def _point(row: dict[str, Any]) -> Point:
    wall = math.nan if row["wall"] is None else float(row["wall"])
    return Point(float(row["time"]), wall, int(row["of"]), float(row["severity"]))
