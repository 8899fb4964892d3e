# SPDX-License-Identifier: Apache-2.0
"""`factory-twin bindings STAGE list|check|export|import|learn`: what is bound to which topic, TOML files, and proposals."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pxr import Usd

from ..binding import Router, read_bindings
from ..binding.discovery import Discovery, Seen
from ..binding.sheet import Entry, Merge, dump, entries, load, merge
from ..errors import FactoryTwinError, Severity, StageError
from ..formats.format import Refused
from ..formats.registry import Formats, formats
from ..message import Message
from ..mqtt import Inbox, Link
from ..plant import Binding, Plant
from ..quantity import QUANTITIES
from ..read import open_stage
from ..survey import survey
from ..topic import filter_fault
from ..units import seconds
from .wire import LOCAL, add_wire_arguments, check_connected, say, until_interrupted, wire_options

HELP = "List, check, export, import or learn the telemetry bindings of a stage."
ACTIONS = ("list", "check", "export", "import", "learn")
_LEAST = 0.45  # score from which a proposal is written to a file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("stage", help="USD file")
    parser.add_argument("action", nargs="?", default="list", choices=ACTIONS, help="what to do (list)")
    parser.add_argument("file", nargs="?", help="TOML file: to read (import), to write (export, learn); export: stdout")
    parser.add_argument("--merge", default="update", choices=[m.value for m in Merge],
                        help="import: the file's bindings win (update), the stage's win (add), or the stage gets those of the "
                        "file alone (exact)")  # fmt: skip
    parser.add_argument("--write", action="store_true", help="import: change the stage's root layer; without it only tell")
    parser.add_argument("--for", dest="duration", default="10 s", metavar="TIME", help="learn: how long to listen (10 s)")
    parser.add_argument("--topic", default="#", help="learn: topics to listen to (#)")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else there")
    add_wire_arguments(parser, default=LOCAL)


def run(args: argparse.Namespace) -> int:
    """Do it; 0 when all went well, 1 when a binding is not sound."""
    stage = open_stage(args.stage)
    return {"list": _list, "check": _check, "export": _export, "import": _import, "learn": _learn}[args.action](args, stage)


def _list(args: argparse.Namespace, stage: Usd.Stage) -> int:
    found, issues = read_bindings(stage)
    if args.json:
        _json({"bindings": [_row(b) for b in found], "ignored": len(issues)})
        return 0
    rows = [("Prim", "Target", "Topic", "Pointer", "Unit")]
    rows += [(b.path, b.target, b.topic or f"{args.prefix}/{b.path.lstrip('/')}", b.pointer, b.unit) for b in found]
    widths = [max(len(r[i]) for r in rows) for i in range(5)]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())
    print(f"{len(found)} bindings, {len(issues)} issues.")
    return 0


def _check(args: argparse.Namespace, stage: Usd.Stage) -> int:
    found, issues = read_bindings(stage)
    if args.json:
        rows = [{"code": i.code, "severity": i.severity.value, "path": i.path, "attribute": i.attribute, "message": i.message,
                 "hint": i.hint} for i in issues]  # fmt: skip
        _json({"bindings": len(found), "issues": rows})
    else:
        for issue in issues:
            print(issue)
        print(f"{args.stage}: {len(found)} bindings, {len(issues)} issues.")
    return int(bool(issues))


def _export(args: argparse.Namespace, stage: Usd.Stage) -> int:
    rows = entries(stage)
    _write(dump(rows), args.file)
    say(f"{len(rows)} bindings.")
    return 0


def _import(args: argparse.Namespace, stage: Usd.Stage) -> int:
    if not args.file:
        raise FactoryTwinError("No file is named.", where="import", hint="Write the name of a TOML file after import.")
    rows = load(_read(args.file), args.file)
    stage.SetEditTarget(stage.GetRootLayer())
    edit, told = merge(stage, rows, Merge(args.merge), where=args.file)
    if edit is not None:
        edit.do(stage)
    _, issues = read_bindings(stage)
    if args.write and edit is not None:
        _save(stage)
    if args.json:
        _json({"changes": told, "written": bool(args.write and edit is not None), "issues": [str(i) for i in issues]})
    else:
        print("\n".join((*told, *(str(i) for i in issues))) or "Nothing changes.")
        if edit is not None and not args.write:
            say("Nothing was written; add --write to change the stage.")
    return int(any(i.severity is Severity.ERROR for i in issues) or bool(issues))


def _learn(args: argparse.Namespace, stage: Usd.Stage) -> int:
    wrong = filter_fault(args.topic)
    if wrong:
        raise FactoryTwinError(wrong, where="--topic", hint="Write a filter such as site/line1/#.")
    result = survey(stage)
    discovery, refused = _listen(args, result.plant, result.bindings)
    router = Router(result.plant, result.bindings, args.prefix)
    rows = [r for r in discovery.rows(limit=discovery.capacity) if not _is_known(router, r)]
    proposals = [(row, discovery.suggest(row.source, row.name)) for row in rows]
    taken = {(b.path, b.target) for b in result.bindings}
    if args.file:
        _write(dump(_entries(proposals, taken)), args.file)
    if args.json:
        _json({"seen": len(discovery), "forgotten": discovery.forgotten, "refused": refused, "unbound": [
            {"source": r.source, "name": r.name, "value": r.value, "unit": r.unit, "count": r.count, "rate": round(r.rate, 3),
             "suggestions": [s._asdict() for s in found]} for r, found in proposals]})  # fmt: skip
        return 0
    for row, found in proposals:
        best = f" -> {found[0].prim} {found[0].quantity} ({found[0].score:.2f})" if found else ""
        print(f"{row.source} {row.name or '(whole)'} = {row.value!r}{' ' + row.unit if row.unit else ''}{best}")
    print(f"{len(discovery)} values seen, {len(rows)} of them unbound; {refused} messages could not be understood.")
    return 0


def _listen(args: argparse.Namespace, plant: Plant, bindings: tuple[Binding, ...]) -> tuple[Discovery, int]:
    """Listen for a while; return what was seen, and the number of messages that could not be understood."""
    discovery, known, inbox = Discovery(plant, (b.path for b in bindings)), formats(), Inbox()
    link = Link(args.broker or LOCAL, (args.topic,), inbox, **wire_options(args))
    refused = 0
    deadline = time.monotonic() + seconds(args.duration)
    link.start()
    try:
        with until_interrupted():
            while time.monotonic() < deadline:
                refused += sum(not _see(discovery, known, m) for m in inbox.drain(budget=0.1))
                time.sleep(0.02)
        check_connected(link.status)
    finally:
        link.stop()
    return discovery, refused


def _see(discovery: Discovery, known: Formats, message: Message) -> bool:
    reader = known.which(message.topic)
    try:
        for reading in () if reader is None else reader.read(message):
            discovery.see(reading, message.wall)
    except Refused:
        return False
    return True


def _is_known(router: Router, row: Seen) -> bool:
    """Return whether a value has its place already."""
    try:
        router.tags(row.source, row.name)
    except Refused:
        return False
    return True


def _entries(proposals: list[tuple[Seen, list[Any]]], taken: set[tuple[str, str]]) -> tuple[Entry, ...]:
    """Return the proposals that are likely, the best for each quantity of a prim."""
    best: dict[tuple[str, str], tuple[float, Entry]] = {}
    for row, found in proposals:
        for prim, name, score in found[:1]:
            values: dict[str, Any] = {"topic": row.source}
            values |= {k: v for k, v in (("pointer", row.name), ("unit", "")) if v}
            free = (prim, name) not in taken and name in QUANTITIES
            if free and score >= max(_LEAST, best.get((prim, name), (0.0, None))[0] + 1e-9):
                best[prim, name] = score, Entry(prim, name, values)
    return tuple(entry for _, entry in best.values())


def _row(binding: Binding) -> dict[str, Any]:
    return {"prim": binding.path, "name": binding.name, "target": binding.target, "topic": binding.topic,
            "pointer": binding.pointer, "unit": binding.unit, "stale_after_s": binding.stale_after}  # fmt: skip


def _json(body: dict[str, Any]) -> None:
    json.dump(body, sys.stdout, indent=1, default=str)
    print()


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise FactoryTwinError(f"The file can't be read: {reason}.", where=name, hint="Give a TOML file.") from error


def _write(text: str, name: str | None) -> None:
    """Write a text to a file, whole or not at all; without a name to stdout."""
    if name is None:
        sys.stdout.write(text)
        return
    target = Path(name)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            draft = Path(folder, "draft.toml")
            draft.write_text(text, encoding="utf-8")
            os.replace(draft, target)
    except OSError as error:
        raise FactoryTwinError(
            f"The file can't be written: {error.strerror}.", where=name, hint="Choose another one."
        ) from error


def _save(stage: Usd.Stage) -> None:
    layer = stage.GetRootLayer()
    if not layer.permissionToSave or not layer.Save():
        raise StageError("The stage can't be saved.", where=layer.identifier, hint="Is the file read-only, or a .usdz?")
