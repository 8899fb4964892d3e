# SPDX-License-Identifier: Apache-2.0
"""`factory-twin check STAGE`: every issue of a stage, with the place and a hint."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from ..check import check
from ..errors import Severity
from ..read import open_stage

HELP = "List everything that is wrong with the factory on a stage."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("stage", help="USD file")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else there")


def run(args: argparse.Namespace) -> int:
    """Check; 0: no errors, 1: errors."""
    issues = check(open_stage(args.stage))
    errors = sum(i.severity is Severity.ERROR for i in issues)
    if args.json:
        rows = [{**asdict(i), "severity": i.severity.value} for i in issues]
        json.dump({"errors": errors, "warnings": len(issues) - errors, "issues": rows}, sys.stdout, indent=1)
        print()
    else:
        for issue in issues:
            print(issue)
        print(f"{args.stage}: {errors} errors, {len(issues) - errors} warnings.")
    return int(errors > 0)
