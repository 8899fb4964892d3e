# SPDX-License-Identifier: Apache-2.0
"""`factory-twin health score`: how good the detectors are; `factory-twin health RECORD`: health over what was recorded."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import FactoryTwinError, HistoryError
from ..event import Kind
from ..health import Monitor
from ..health.score import KINDS, TOLD, score
from ..history import History
from ..log import Log
from ..plant import Watch
from ..read import open_stage
from ..survey import survey
from .history import add_span, span

HELP = "Health of the machines in a recorded log or a recorder's folder, or how good the detectors of faults are."
_STEP = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("source", help="recorded log (.npz), folder of a recorder, or the word score")
    parser.add_argument("--stage", help="USD file with names and health settings of the places")
    add_span(parser)
    parser.add_argument(
        "--history", type=int, default=20, metavar="N", help="newest entries of the list of alarms to show (20)"
    )
    parser.add_argument("--cases", type=int, default=10, help="score: machine-months for each kind of fault (10)")
    parser.add_argument("--months", type=int, default=40, help="score: machine-months without a fault (40)")
    parser.add_argument("--seed", type=int, default=TOLD, help=f"score: first seed ({TOLD})")
    parser.add_argument("--fault", action="append", choices=list(KINDS), help="score: this kind of fault alone (repeatable)")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else there")


def run(args: argparse.Namespace) -> int:
    """Do it; 0 when all is well, 1 when a machine is in alarm."""
    return _score(args) if args.source == "score" else _log(args)


def _score(args: argparse.Namespace) -> int:
    if min(args.cases, args.months) < 0 or args.seed < 0 or args.cases > 10_000 or args.months > 10_000:
        raise FactoryTwinError("The number of months makes no sense.", where="score", hint="Give 0 to 10000, and a seed >= 0.")
    kinds = args.fault or list(KINDS)
    found = score(cases=args.cases, months=args.months, seed=args.seed, kinds=kinds,
                  say=None if args.json else lambda word: print(f"{word} ...", file=sys.stderr))  # fmt: skip
    if not args.json:
        print(found.table())
        return 0
    lines = [{"fault": x.fault, "detector": x.detector, "cases": x.cases, "found": len(x.delays), "interval": x.interval,
              "delay_median_s": _number(x.delay(0.5)), "delay_p90_s": _number(x.delay(0.9))} for x in found.lines]  # fmt: skip
    _json({"lines": lines, "false_alarms": found.false, "months": found.months, "seed": found.seed})
    return 0


def _open(args: argparse.Namespace) -> Log:
    start, end = span(args)
    if not Path(args.source).is_dir():
        if args.start or args.end:
            raise FactoryTwinError("A log is read whole.", where="--from, --to", hint="Leave them out.")
        return Log.load(args.source)
    with History(args.source, read_only=True) as history:
        tags = history.tags()
        if not tags:
            raise HistoryError("Nothing is recorded here.", where=args.source)
        return history.log(max(start, min(t.first for t in tags)), min(end, max(t.last for t in tags)))


def _log(args: argparse.Namespace) -> int:
    log = _open(args)
    names: Any = ()
    watches: tuple[Watch, ...] = ()
    if args.stage:
        found = survey(open_stage(args.stage))
        names, watches = found.plant, found.watches
    monitor, next_tick, shift = Monitor(names, watches=watches), 0.0, log.origin if log.origin == log.origin else 0.0
    for event in log.events():
        if event.kind is Kind.MOVE:
            continue
        while event.time >= next_tick:
            monitor.tick(shift + next_tick)
            next_tick = max(next_tick + _STEP, event.time - 3600.0)
        monitor.feed(event._replace(time=shift + event.time))
    return _tell(args, monitor, shift + log.end)


def _tell(args: argparse.Namespace, monitor: Monitor, end: float) -> int:
    rows = [row for row in monitor.rows(end) if monitor.tags(row.place)]
    history = list(monitor.alarms.history)[-args.history :] if args.history > 0 else []
    if args.json:
        places = [{"place": r.place, "health": r.health, "alarm": r.alarm, "alarms": r.alarms, "learning": r.learning,
                   "remaining_s": None if r.remaining is None else [_number(v) for v in (
                       r.remaining.low, r.remaining.middle, r.remaining.high)]} for r in rows]  # fmt: skip
        told = [{"time": t, "place": a.key.place, "quantity": a.key.quantity, "detector": a.key.detector,
                 "condition": a.condition.value, "priority": int(a.priority), "text": a.text} for t, a in history]  # fmt: skip
        _json({"places": places, "history": told})
        return int(any(r.health == "alarm" for r in rows))
    width = max((len(r.place) for r in rows), default=0)
    for row in rows:
        learning = f" ({row.learning} quantities are still being learnt)" if row.learning else ""
        print(f"{row.place:<{width}}  {row.health:<8} {row.alarm}{learning}".rstrip())
    if not rows:
        print("The log has no measured values.")
    for time, alarm in history:
        when = datetime.fromtimestamp(time, tz=UTC).isoformat(sep=" ", timespec="seconds")
        print(f"{when}  {alarm.condition.value:<12} {alarm.text}")
    return int(any(r.health == "alarm" for r in rows))


def _number(value: float) -> float | None:
    return value if value - value == 0 else None


def _json(body: dict[str, Any]) -> None:
    json.dump(body, sys.stdout, indent=1)
    print()
