# SPDX-License-Identifier: Apache-2.0
"""`factory-twin run STAGE`: simulate replications, print KPIs, write log and motion."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ..experiment import run as run_experiment
from ..motion import write_motion
from ..read import open_stage, read_plant
from ..units import duration_text, seconds
from .progress import Progress
from .table import kpi_table

HELP = "Simulate the factory on a stage and print its KPIs."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes; what is left out comes from the stage's scenario."""
    parser.add_argument("stage", help="USD file")
    parser.add_argument("--until", type=str, help='horizon, for example "8 h"')
    parser.add_argument("--warmup", type=str, help='time left out of the KPIs, for example "30 min"')
    parser.add_argument("--seed", type=int, help="whole number; equal seeds give equal runs")
    parser.add_argument("--replications", type=int, help="independent runs")
    parser.add_argument("--log", metavar="FILE", help="write the log of the first replication (.npz)")
    parser.add_argument("--motion", metavar="FILE", help="write the moving parts of the first replication (.usdc, .usda)")
    parser.add_argument("--motion-speed", type=float, default=60.0, metavar="X", help="playback speed-up of the motion (60)")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else there")


def run(args: argparse.Namespace) -> int:
    """Simulate; 0 when it was done."""
    stage = open_stage(args.stage)
    plant = read_plant(stage)
    scenario = plant.scenario
    bar = Progress("Simulate")
    experiment = run_experiment(
        plant,
        horizon=scenario.horizon if args.until is None else seconds(args.until),
        warmup=_warmup(args, scenario.warmup),
        seed=scenario.seed if args.seed is None else args.seed,
        replications=scenario.replications if args.replications is None else args.replications,
        progress=bar.show,
    )
    bar.end()
    if args.log:
        print(f"Log: {experiment.log.save(args.log)}", file=sys.stderr)
    if args.motion:
        base = str(Path(args.stage).resolve())
        written = write_motion(experiment.log, plant, stage=stage, target=args.motion, speed=args.motion_speed, base=base)
        print(f"Motion: {written}", file=sys.stderr)
    result = experiment.result()
    if args.json:
        json.dump(result.to_json(), sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        print(result.sentence())
        print(kpi_table(result))
        print(
            f"{len(result.kpis)} replications of {duration_text(result.horizon)}, "
            f"{result.events} events in {result.wall:.2f} s."
        )
    return 0


def _warmup(args: argparse.Namespace, default: float) -> float:
    """Return the warm-up; a horizon given by hand that is shorter than the stage's warm-up drops the latter."""
    if args.warmup is not None:
        return seconds(args.warmup)
    return 0.0 if args.until is not None and seconds(args.until) <= default else default
