# SPDX-License-Identifier: Apache-2.0
"""`factory-twin bridge STAGE`: bring MQTT telemetry into the session layer of a stage and report what came."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from pxr import Sdf

from ..errors import FactoryTwinError, StageError
from ..event import State
from ..feed import Feed, FeedStatus
from ..history import History
from ..live import Quality, Row
from ..read import open_stage, read_plant
from ..units import seconds
from .wire import LOCAL, StatusLine, add_wire_arguments, check_connected, link_text, say, until_interrupted, wire_options

HELP = "Bring MQTT telemetry into the session layer of a stage."
FRAME = 1 / 30
BEHIND = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("stage", help="USD file")
    add_wire_arguments(parser, default=LOCAL)
    parser.add_argument(
        "--record", metavar="FOLDER", help="record all messages and values here; go on where the last run ended"
    )
    parser.add_argument("--retention", metavar="TIME", default="30 d", help='how long values are kept with --record ("30 d")')
    parser.add_argument("--client-id", default="", metavar="NAME", help="name at the broker (with --record: one that stays)")
    parser.add_argument("--format", action="append", metavar="NAME", help="read this payload format only; may be given several "
                        "times (all)")  # fmt: skip
    parser.add_argument("--no-health", action="store_true", help="do not watch machine health")
    parser.add_argument("--duration", metavar="TIME", help='time to end after, for example "30 s" (at Ctrl-C)')
    parser.add_argument("--save-live", metavar="FILE", help="write the session layer as it was at the end (.usda, .usdc)")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else there")


def _recorder(args: argparse.Namespace) -> History:
    retention = seconds(args.retention)
    if not retention > 0:
        raise FactoryTwinError(f"Nothing can be kept for {args.retention}.", where="--retention", hint='Write, say, "30 d".')
    return History(args.record, retention=retention)


def run(args: argparse.Namespace) -> int:
    """Listen until the end or Ctrl-C; 0 when the broker was reached."""
    stage = open_stage(args.stage)
    plant = read_plant(stage)
    duration = math.inf if args.duration is None else seconds(args.duration)
    with ExitStack() as stack:
        history = None if args.record is None else stack.enter_context(closing(_recorder(args)))
        feed = Feed(stage, plant, args.broker or LOCAL, prefix=args.prefix, client_id=args.client_id, formats=args.format,
                    history=history, health=not args.no_health, **wire_options(args))  # fmt: skip
        for problem in feed.problems:
            say(f"Not bound: {problem}")
        began = time.monotonic()
        feed.start()
        stack.callback(feed.stop)
        with until_interrupted():
            _listen(feed, began + duration)
        feed.frame(budget=1.0)
        ended = time.monotonic()
        status, rows = feed.status, feed.live.rows(ended)
        check_connected(status.link)
        if args.save_live:
            say(f"Live layer: {_export(stage.GetSessionLayer(), Path(args.save_live))}")
    if history is not None:
        say(f"Recorded in {args.record}. Look at it with: factory-twin history {args.record}")
    if args.json:
        json.dump(_report(args, status, rows, ended - began), sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        print(_table(rows))
    return 0


def _listen(feed: Feed, deadline: float) -> None:
    """Run frames until the deadline (monotonic, s), with a status line every second."""
    line, told = StatusLine(), -math.inf
    try:
        while (now := time.monotonic()) < deadline:
            feed.frame(budget=FRAME / 2)
            if now - told >= 1.0:
                told = now
                line.show(_status_text(feed.status))
            time.sleep(max(0.0, min(FRAME - (time.monotonic() - now), deadline - time.monotonic())))
    finally:
        line.end()


def _status_text(status: FeedStatus) -> str:
    bad = f", {status.rejected} rejected, {status.unknown} of unknown places" if status.rejected or status.unknown else ""
    lost = f", {status.link.dropped} dropped" if status.link.dropped else ""
    error = f", {status.error}" if status.error else ""
    behind = f", {status.behind} messages behind in the recorder" if status.behind > BEHIND else ""
    return f"{status.values} values taken, {status.writes} written{bad}{lost}{behind}, {link_text(status.link)}{error}"


def _report(args: argparse.Namespace, status: FeedStatus, rows: list[Row], duration: float) -> dict[str, Any]:
    link = status.link
    return {
        "stage": args.stage,
        "broker": link.address,
        "protocol": link.protocol,
        "state": link.state.value,
        "reason": link.reason,
        "duration_s": round(duration, 3),
        "received": link.received,
        "accepted": status.accepted,
        "rejected": status.rejected,
        "unknown": status.unknown,
        "values": status.values,
        "late": status.late,
        "duplicates": status.duplicates,
        "recorded": None if status.history is None else status.history.messages,
        "behind": status.behind,
        "dropped": link.dropped,
        "coalesced": status.coalesced,
        "writes": status.writes,
        "reconnects": link.reconnects,
        "gaps": link.gaps,
        "error": status.error,
        "places": {r.place: _row(r) for r in rows},
        "rejects": [{"topic": r.topic, "reason": r.reason} for r in status.rejects],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "state": row.state.token,
        "quality": row.quality.value,
        "parts": row.parts,
        "wip": row.wip,
        "scrap": row.scrap,
        "temperature_degc": row.temperature,
        "vibration_m_s": row.vibration,
        "power_w": row.power,
        "health": row.health,
        "alarm": row.alarm,
        "age_s": round(row.age, 3) if math.isfinite(row.age) else None,
    }


def _table(rows: list[Row]) -> str:
    width = max([len(r.place) for r in rows] or [5])
    head = f"{'state':<12}{'quality':<10}{'health':<9}{'parts':>7}{'wip':>5}{'degC':>8}{'mm/s':>7}{'kW':>8}{'age s':>8}"
    lines = [f"{'Place'.ljust(width)}  {head}"]
    for r in rows:
        numbers = (_text(r.parts, ">7"), _text(r.wip, ">5"), _text(r.temperature, ">8.1f"),
                   _text(None if r.vibration is None else 1e3 * r.vibration, ">7.2f"),
                   _text(None if r.power is None else 1e-3 * r.power, ">8.2f"))  # fmt: skip
        age = _text(r.age if math.isfinite(r.age) else None, ">8.1f")
        state = "-" if r.state is State.UNKNOWN and r.quality is Quality.GOOD else r.state.token  # it tells none
        lines.append(f"{r.place.ljust(width)}  {state:<12}{r.quality.value:<10}{r.health:<9}{''.join(numbers)}{age}")
    alarms = [f"{r.place}: {r.alarm}" for r in rows if r.alarm]
    return "\n".join([*lines, *alarms])


def _text(value: float | None, form: str) -> str:
    return format(value, form) if value is not None else format("-", form.partition(".")[0])


def _export(layer: Sdf.Layer, target: Path) -> Path:
    """Write a layer, whole or not at all.

    Raises:
        StageError: The file can't be written.
    """
    hint = "Choose a folder that exists and that you may write to, and a name ending in .usda or .usdc."
    if target.suffix not in (".usda", ".usdc", ".usd"):
        raise StageError("This is no name of a USD file.", where=str(target), hint=hint)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            temporary = Path(folder, target.name)
            if not layer.Export(str(temporary)):
                raise OSError(0, "USD refused to write")
            os.replace(temporary, target)
    except OSError as error:
        raise StageError(f"The live layer can't be written: {error.strerror}.", where=str(target), hint=hint) from error
    return target
