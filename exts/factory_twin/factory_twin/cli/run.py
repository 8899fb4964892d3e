# SPDX-License-Identifier: Apache-2.0
"""`factory-twin run STAGE`: simulate replications, print KPIs, write log and motion."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ..experiment import Experiment, Result
from ..experiment import run as run_experiment
from ..motion import write_motion
from ..plant import Plant
from ..read import open_stage, read_plant
from ..units import duration_text
from . import settings
from .indicators import indicator_tables
from .progress import Progress
from .table import kpi_table

HELP = "Simulate the factory on a stage and print its KPIs."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes; what is left out comes from the stage's scenario."""
    parser.add_argument("stage", help="USD file")
    settings.add_settings(parser)
    parser.add_argument(
        "--precision",
        metavar="SHARE",
        help="replicate (at least 5 times, or --replications) until the throughput's 95 %% half-width is this small: '2 %%'",
    )
    parser.add_argument("--max-replications", type=int, default=100, metavar="N", help="with --precision: give up then (100)")
    parser.add_argument(
        "--kpi",
        choices=("main", "all"),
        default="main",
        help="what is printed: main figures, or all indicators (ISO 22400) too",
    )
    parser.add_argument("--log", metavar="FILE", help="write the log of the first replication (.npz)")
    parser.add_argument("--motion", metavar="FILE", help="write the moving parts of the first replication (.usdc, .usda)")
    parser.add_argument("--motion-speed", type=float, default=60.0, metavar="X", help="playback speed-up of the motion (60)")


def run(args: argparse.Namespace) -> int:
    """Simulate; 0 when it was done."""
    stage = open_stage(args.stage)
    plant = read_plant(stage)
    experiment = _simulate(args, plant)
    if args.log:
        print(f"Log: {experiment.log.save(args.log)}", file=sys.stderr)
    if args.motion:
        base = str(Path(args.stage).resolve())
        written = write_motion(experiment.log, plant, stage=stage, target=args.motion, speed=args.motion_speed, base=base)
        print(f"Motion: {written}", file=sys.stderr)
    result = experiment.result()
    for warning in (*result.warnings, *(() if result.precise else (_precision(result),))):
        print(f"warning: {warning}", file=sys.stderr)
    if args.json:
        json.dump(result.to_json(), sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        _tell(result, everything=args.kpi == "all")
    return 0


def _simulate(args: argparse.Namespace, plant: Plant) -> Experiment:
    scenario = plant.scenario
    precision = None if args.precision is None else settings.share(args.precision)
    count = scenario.replications if precision is None else 1  # with a precision the experiment knows the least number
    workers = settings.workers(args)
    warmup = settings.warmup(args, scenario, plant)
    bar = Progress("Simulate")
    experiment = run_experiment(
        plant,
        horizon=settings.horizon(args, scenario),
        warmup=warmup,
        seed=settings.seed(args, scenario),
        replications=count if args.replications is None else args.replications,
        workers=workers,
        precision=precision,
        max_replications=args.max_replications,
        progress=bar.show,
    )
    bar.end()
    return experiment


def _tell(result: Result, *, everything: bool) -> None:
    print(result.sentence())
    print(kpi_table(result))
    if everything:
        print(f"\n{indicator_tables(result)}")
    print()
    if result.warmup_rule != "given":
        print(f"Warm-up: {duration_text(result.warmup)} ({result.warmup_rule}).")
    if result.wanted is not None and result.precise:
        print(_precision(result))
    count = len(result.kpis)
    runs = "1 replication" if count == 1 else f"{count} replications"
    print(f"{runs} of {duration_text(result.horizon)}, {result.events} events in {result.wall:.2f} s.")


def _precision(result: Result) -> str:
    reached = f"The throughput is known to {result.throughput.relative:.2%} after {len(result.kpis)} replications"
    if result.precise:
        return f"{reached}; {result.wanted:.2%} was asked for."
    return f"{reached}; the {result.wanted:.2%} asked for was not reached. Allow more (--max-replications), or simulate longer."
