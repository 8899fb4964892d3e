# SPDX-License-Identifier: Apache-2.0
"""The record as files of others: values as CSV or Parquet, messages as JSON Lines; messages come back from there, too."""

from __future__ import annotations

import base64
import csv
import importlib
import json
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..errors import HistoryError
from ..event import State
from ..message import Message
from .history import History

COLUMNS = ("time", "place", "name", "value", "state")
_FORMAT, _VERSION = "factory-twin-recording", 1
_CHUNK = 1000
_ROWS = 100_000
_LINE = 1 << 27  # characters of a line of a recording


def write_values(history: History, path: str | os.PathLike[str], start: float = -math.inf, end: float = math.inf,
                 tags: Iterable[tuple[str, str]] | None = None) -> int:  # fmt: skip
    """Write values as CSV or Parquet, by the ending of the file's name; return their number.

    Args:
        history: The record.
        path: File ending in .csv or .parquet; written whole or not at all.
        start: Unix s.
        end: Unix s.
        tags: (place, name) of the series; None: all.

    Raises:
        HistoryError: The file can't be written, or pyarrow is missing or does not fit.
    """
    target = Path(path)
    chosen = [(t.place, t.name) for t in history.tags()] if tags is None else list(tags)
    if target.suffix.lower() == ".parquet":
        return _parquet(history, target, start, end, chosen)
    if target.suffix.lower() == ".csv":
        return _csv(history, target, start, end, chosen)
    raise HistoryError(f'"{target.suffix}" is no kind of file for values.', where=str(path),
                       hint="End its name in .csv or .parquet (messages: .jsonl).")  # fmt: skip


def _csv(history: History, target: Path, start: float, end: float, tags: Sequence[tuple[str, str]]) -> int:
    count = 0
    with _whole(target) as draft, draft.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for place, name in tags:
            times, values = history.read(place, name, start, end)
            states = _states(name, values)
            out.writerows((_iso(t), place, name, repr(v), s) for t, v, s in zip(times.tolist(), values.tolist(), states))
            count += len(times)
    return count


def _parquet(history: History, target: Path, start: float, end: float, tags: Sequence[tuple[str, str]]) -> int:
    try:
        arrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise HistoryError("Parquet needs the library pyarrow, which is not here.", where=str(target),
                           hint='Install pyarrow: pip install "factory-twin[parquet]"; or write .csv.') from error  # fmt: skip
    except ImportError as error:
        raise HistoryError(f"The library pyarrow can't be used here: {error}.", where=str(target),
                           hint="Install one that fits this numpy (25 for 1.26), or write .csv.") from error  # fmt: skip
    words = arrow.dictionary(arrow.int32(), arrow.string())
    kinds = (arrow.timestamp("us", tz="UTC"), words, words, arrow.float64(), arrow.string())
    schema = arrow.schema(list(zip(COLUMNS, kinds)))
    count = 0
    with _whole(target) as draft, parquet.ParquetWriter(str(draft), schema, compression="zstd") as out:
        for place, name in tags:
            times, values = history.read(place, name, start, end)
            for a in range(0, len(times), _ROWS):
                t, v = times[a : a + _ROWS], values[a : a + _ROWS]
                zeros = arrow.array(np.zeros(len(t), np.int32))
                named = [arrow.DictionaryArray.from_arrays(zeros, arrow.array([word])) for word in (place, name)]
                stamps = arrow.array(np.round(t * 1e6).astype(np.int64)).cast(kinds[0])
                states = arrow.array([s or None for s in _states(name, v)], arrow.string())
                out.write_table(arrow.table([stamps, *named, arrow.array(v), states], schema=schema))
            count += len(times)
    return count


def _states(name: str, values: np.ndarray[Any, np.dtype[np.float64]]) -> list[str]:
    if name != "state" and not name.startswith("state:"):
        return [""] * len(values)
    tokens = {s.value: s.token for s in State}
    return [tokens.get(v, "") for v in values.tolist()]


def write_messages(history: History, path: str | os.PathLike[str], start: float = -math.inf, end: float = math.inf) -> int:
    """Write messages as JSON Lines, a head first; return their number.

    Raises:
        HistoryError: The file can't be written.
    """
    count = 0
    with _whole(Path(path)) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps({"format": _FORMAT, "version": _VERSION}) + "\n")
        after = history.before(start) if math.isfinite(start) else 0
        while chunk := history.messages(after, _CHUNK):
            after = chunk[-1].position
            for m in chunk:
                if start <= m.wall <= end:
                    _line(file, m)
                    count += 1
    return count


def _line(file: IO[str], m: Message) -> None:
    row: dict[str, Any] = {"time": m.wall, "topic": m.topic, "qos": m.qos, "retained": m.retained}
    try:
        row["text"] = m.payload.decode()
    except UnicodeDecodeError:
        row["base64"] = base64.b64encode(m.payload).decode()
    file.write(json.dumps(row, separators=(",", ":")) + "\n")


def read_messages(path: str | os.PathLike[str]) -> Iterator[Message]:
    """Yield the messages of a JSON Lines recording; nothing in it is believed before it is checked.

    Raises:
        HistoryError: The file can't be read or is no recording.
    """
    where = str(path)
    try:
        with open(path, encoding="utf-8") as file:
            for number, text in enumerate(iter(lambda: file.readline(_LINE), ""), 1):
                try:
                    row = json.loads(text)
                    if number == 1:
                        if row["format"] != _FORMAT or row["version"] != _VERSION:
                            raise ValueError("it is of no known version")
                        continue
                    yield _parsed(row)
                except (ValueError, TypeError, KeyError, RecursionError) as error:
                    why = f"{type(error).__name__}: {error}"
                    hint = "Give a .jsonl file that `factory-twin history --export` wrote."
                    raise HistoryError(f"Line {number} is no part of a recording ({why}).", where=where, hint=hint) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise HistoryError(f"The recording can't be read: {reason}.", where=where, hint="Give a .jsonl file.") from error


def _parsed(row: Any) -> Message:
    moment, topic, qos, retained = float(row["time"]), row["topic"], row["qos"], row["retained"]
    if not math.isfinite(moment) or type(topic) is not str or qos not in (0, 1, 2) or type(retained) is not bool:
        raise ValueError("a field is not what it should be")
    payload = base64.b64decode(row["base64"], validate=True) if "base64" in row else row["text"].encode()
    return Message(topic, payload, 0.0, moment, retained, int(qos))


def take(history: History, messages: Iterable[Message]) -> int:
    """Put messages into a record, as if they came now; return their number.

    Raises:
        HistoryError: They can't be kept, or read.
    """
    count, chunk = 0, []
    for message in messages:
        chunk.append(message)
        if len(chunk) == _CHUNK:
            count += len(history.keep(chunk))
            chunk = []
    return count + len(history.keep(chunk))


def _iso(moment: float) -> str:
    try:
        return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):  # a time that no calendar has
        return repr(moment)


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """Give a draft to write to, and put it in the place of the target when all went well."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield draft
        os.replace(draft, target)
    except OSError as error:
        raise HistoryError(f"The file can't be written: {error.strerror or error}.", where=str(target),
                           hint="Choose a folder that exists and that you may write to.") from error  # fmt: skip
    finally:
        draft.unlink(missing_ok=True)
