# SPDX-License-Identifier: Apache-2.0
"""What `run` and `compare` share: options of an experiment; what is left out comes from the stage's scenario."""

from __future__ import annotations

import argparse
import re
import sys

from ..errors import FactoryTwinError
from ..experiment import Warmup, cores, find_warmup
from ..plant import Plant, Scenario
from ..units import duration_text, seconds
from .progress import Progress

_SHARE = re.compile(r"\s*(\d+\.?\d*|\.\d+)\s*(%?)\s*")
_COUNT = re.compile(r"\s*(\d{1,6})\s*")


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--until", type=str, help='horizon, for example "8 h"')
    parser.add_argument("--warmup", type=str, help='time left out of the KPIs, for example "30 min"; "auto": found by MSER-5')
    parser.add_argument("--seed", type=int, help="whole number; equal seeds give equal runs")
    parser.add_argument("--replications", type=int, help="independent runs")
    parser.add_argument("--workers", default="1", metavar="N", help='processes that share the work (1); "auto": one per core')
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else there")


def horizon(args: argparse.Namespace, scenario: Scenario) -> float:
    """Return the horizon, s."""
    return scenario.horizon if args.until is None else seconds(args.until)


def seed(args: argparse.Namespace, scenario: Scenario) -> int:
    """Return the seed."""
    return int(scenario.seed if args.seed is None else args.seed)


def workers(args: argparse.Namespace) -> int:
    """Return the number of processes.

    Raises:
        FactoryTwinError: The text is no number.
    """
    if args.workers.strip().lower() == "auto":
        return cores()
    match = _COUNT.fullmatch(args.workers)
    if match is None:
        raise FactoryTwinError(f"{args.workers[:50]!r} is no number of workers.", where="--workers", hint='Write 4, or "auto".')
    return int(match[1])


def share(text: str) -> float:
    """Return the share that "2 %" or "0.02" means.

    Raises:
        FactoryTwinError: It means none between 0 and 1.
    """
    match = _SHARE.fullmatch(text[:50])
    value = float(match[1]) / (100 if match[2] else 1) if match else 0.0
    if not 0 < value < 1:
        raise FactoryTwinError(f"{text[:50]!r} is no precision.", where="--precision", hint='Write "2 %" or 0.02.')
    return value


def warmup(args: argparse.Namespace, scenario: Scenario, *plants: Plant) -> Warmup:
    """Return the warm-up; a horizon given by hand that is shorter than the stage's warm-up drops the latter.

    With "auto" it is found in pilot runs, the longest of all plants.
    """
    if args.warmup is None:
        dropped = args.until is not None and seconds(args.until) <= scenario.warmup
        return Warmup(0.0 if dropped else scenario.warmup)
    if args.warmup.strip().lower() != "auto":
        return Warmup(seconds(args.warmup))
    found = [_pilot(args, scenario, plant) for plant in plants]
    return Warmup(max(w.seconds for w in found), found[0].rule, all(w.found for w in found))


def _pilot(args: argparse.Namespace, scenario: Scenario, plant: Plant) -> Warmup:
    until, bar = horizon(args, scenario), Progress("Warm-up")
    found = find_warmup(plant, horizon=until, seed=seed(args, scenario), workers=workers(args), progress=bar.show)
    bar.end()
    if not found.found:
        print(
            f"warning: {found.rule} finds no steady state in the first half of {duration_text(until)}; "
            f"{duration_text(found.seconds)} are left out. Simulate longer, or judge the start-up as part of the shift.",
            file=sys.stderr,
        )
    return found
