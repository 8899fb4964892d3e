# SPDX-License-Identifier: Apache-2.0
"""`factory-twin history FOLDER`: what a recorder has, one series of it, or all as a file for others."""

from __future__ import annotations

import argparse
import json
import math
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import FactoryTwinError
from ..event import State
from ..history import History
from ..history.export import read_messages, take, write_messages, write_values
from ..quantity import STATE
from .wire import say

HELP = "Show or export what was recorded; a recorder may be at work there meanwhile."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("folder", help="folder of the recorder")
    parser.add_argument("--tag", metavar="PLACE:NAME", help="one series, for example /Line/M1:temperature (all)")
    add_span(parser)
    parser.add_argument("--export", metavar="FILE", help="write values (.csv, .parquet) or messages (.jsonl)")
    parser.add_argument("--take", metavar="FILE", help="add the messages of a recording (.jsonl)")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else there")


def add_span(parser: argparse.ArgumentParser) -> None:
    """Add the options that say from when to when."""
    parser.add_argument("--from", dest="start", metavar="ISO", help="for example 2026-03-01T06:00 (UTC where no zone is told)")
    parser.add_argument("--to", dest="end", metavar="ISO", help="as for --from")


def span(args: argparse.Namespace) -> tuple[float, float]:
    """Return the span asked for in Unix s; infinite where none is.

    Raises:
        FactoryTwinError: A time can't be read.
    """
    return _unix(args.start, "--from", -math.inf), _unix(args.end, "--to", math.inf)


def _unix(text: str | None, where: str, default: float) -> float:
    if text is None:
        return default
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise FactoryTwinError(f'"{text}" is no time.', where=where, hint="Write it like 2026-03-01T06:00.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def run(args: argparse.Namespace) -> int:
    """Do it; 0 when all went well."""
    start, end = span(args)
    if args.take:
        with History(args.folder) as history:
            say(f"{take(history, read_messages(args.take))} messages taken; their values are read when a bridge records here.")
        return 0
    with History(args.folder, read_only=True) as history:
        tag = None if args.tag is None else _tag(history, args.tag)
        if args.export:
            _export(args, history, tag, start, end)
        elif tag is not None:
            _series(args, history, tag, start, end)
        else:
            _overview(args, history)
    return 0


def _tag(history: History, text: str) -> tuple[str, str]:
    place, colon, name = text.partition(":")
    known = {(t.place, t.name) for t in history.tags()}
    if not colon or (place, name) not in known:
        near = ", ".join(f"{p}:{n}" for p, n in sorted(known) if p == place or n == name)[:200]
        raise FactoryTwinError(
            f'"{text}" was not recorded.', where="--tag", hint=f"There is {near}." if near else "Write PLACE:NAME."
        )
    return place, name


def _export(args: argparse.Namespace, history: History, tag: tuple[str, str] | None, start: float, end: float) -> None:
    if Path(args.export).suffix.lower() == ".jsonl":
        if tag is not None:
            raise FactoryTwinError("Messages have no tag.", where="--tag", hint="Leave it out, or export to .csv.")
        count, what = write_messages(history, args.export, start, end), "messages"
    else:
        count, what = write_values(history, args.export, start, end, None if tag is None else [tag]), "values"
    if args.json:
        _json({what: count, "file": args.export})
    else:
        say(f"{count} {what} written to {args.export}.")


def _series(args: argparse.Namespace, history: History, tag: tuple[str, str], start: float, end: float) -> None:
    times, values = history.read(*tag, start, end)
    shown: list[float | str | None] = [v if math.isfinite(v) else None for v in values.tolist()]
    if tag[1].partition(":")[0] == STATE:
        shown = [State(int(v)).token for v in values.tolist()]
    if args.json:
        _json({"place": tag[0], "name": tag[1], "times": times.tolist(), "values": shown})
        return
    for moment, told in zip(times.tolist(), shown):
        print(f"{_text(moment)}  {told:.10g}" if isinstance(told, float) else f"{_text(moment)}  {told or 'not a number'}")
    say(f"{len(times)} values.")


def _overview(args: argparse.Namespace, history: History) -> None:
    tags, status = history.tags(), history.status
    if args.json:
        head = {"folder": status.folder, "size": status.size, "messages": status.messages, "behind": status.behind}
        _json({**head, "tags": [t._asdict() for t in tags]})
        return
    rows = [("Place", "Name", "Values", "First", "Last")]
    rows += [(t.place, t.name, str(t.count), _text(t.first), _text(t.last)) for t in tags]
    widths = [max(len(r[i]) for r in rows) for i in range(5)]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())
    total = sum(t.count for t in tags)
    print(f"{len(tags)} series, {total} values, {status.messages} messages, {status.size / 1e6:.1f} MB.")
    if status.behind:
        print(f"The values of {status.behind} messages are not stored yet; a bridge that records here does that.")


def _text(moment: float) -> str:
    try:
        return datetime.fromtimestamp(moment, UTC).isoformat(sep=" ", timespec="milliseconds")[:-6]
    except (ValueError, OverflowError, OSError):
        return f"{moment:.3f}"


def _json(body: dict[str, Any]) -> None:
    json.dump(body, sys.stdout, indent=1)
    print()
