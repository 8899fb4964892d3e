# SPDX-License-Identifier: Apache-2.0
"""`factory-twin trust [CASES.json]`: run reference cases with known answers and say which of them come out right."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..trust import SHIPPED, Case, CaseResult, Settings, Verdict, load, run_case
from . import settings
from .progress import Progress

HELP = "Run reference cases with known answers, and see whether the numbers can be trusted."
_WIDTH = 44


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("cases", nargs="?", default=str(SHIPPED), help="file of cases, neutral-factory-model/1 (those shipped)")
    parser.add_argument("--only", nargs="+", action="extend", default=[], metavar="ID", help="run these cases only")
    parser.add_argument(
        "--workers", default="1", metavar="N", help='processes that share the replications (1); "auto": one per core'
    )
    parser.add_argument("--keep", metavar="FOLDER", help="write the stage of each factory as .usda, to be opened and looked at")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else there")


def run(args: argparse.Namespace) -> int:
    """Run the cases; 0 when none failed, 1 when one did."""
    cases = load(args.cases, only=[name for words in args.only for name in words.split(",") if name])
    results = []
    for done in _run(cases, args):
        results.append(done)
        if not args.json:
            _tell(done)
    if args.json:
        json.dump({"cases": [r.to_json() for r in results]}, sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        _sum_up(results)
    return 1 if any(r.status == "fail" for r in results) else 0


def _run(cases: list[Case], args: argparse.Namespace) -> Iterator[CaseResult]:
    workers, keep = settings.workers(args), Path(args.keep) if args.keep else None
    for i, case in enumerate(cases):
        bar = Progress(f"{case.id} ({i + 1} of {len(cases)})")
        try:
            yield run_case(case, Settings(workers=workers, keep=keep, progress=bar.show))
        finally:
            bar.end()


def _tell(done: CaseResult) -> None:
    print(f"{done.id}  {done.kind}  {done.status.upper()}  {done.title}")
    if done.status != "not built" or any(v.passed is not None for v in done.verdicts):
        for verdict in done.verdicts:
            print(f"    {_line(verdict)}")
    if done.note:
        print(f"    note: {done.note}")
    sys.stdout.flush()


def _line(v: Verdict) -> str:
    mark = {True: "pass", False: "FAIL", None: "not built"}[v.passed]
    got = _text(v.got) + (f" +-{v.half_width:.2g}" if v.half_width is not None else "")
    tolerance = "" if v.tolerance is None else f"  tolerance {v.tolerance:.3g}"
    note = f"  ({v.note})" if v.note else ""
    return f"{mark:<9} {v.metric:<24} expected {_text(v.expected)}  got {got}{tolerance}{note}"


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


def _sum_up(results: list[CaseResult]) -> None:
    counts = {word: sum(r.status == word for r in results) for word in ("pass", "fail", "not built")}
    metrics = [v for r in results for v in r.verdicts]
    held = sum(v.passed is True for v in metrics)
    cases = f"{counts['pass']} cases pass, {counts['fail']} fail, {counts['not built']} not built"
    print(f"{cases}; {held} of {len(metrics)} metrics hold.")
    wrong = [r.id for r in results if r.status == "fail"]
    if wrong:
        print(f"Failed: {', '.join(wrong)}.")
