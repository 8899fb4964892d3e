# SPDX-License-Identifier: Apache-2.0
"""`factory-twin compare A B`: two factories, or two variants of one, under the same luck; tells real from noise."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from ..errors import FactoryTwinError
from ..experiment import Comparison
from ..experiment import compare as compare_plants
from ..plant import Plant
from ..read import open_stage, read_plant
from ..units import duration_text
from . import settings
from .progress import Progress
from .variant import choose, pairs

HELP = "Compare two factories, or two variants of one, and tell real differences from noise."
_HINT = "Give two stages, or one stage and --variant twice with the same set: --variant scenario=base --variant scenario=other."


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a stage with chosen variants."""

    stage: str
    variants: tuple[tuple[str, str], ...]

    def read(self) -> Plant:
        """Return the plant."""
        stage = open_stage(self.stage)
        choose(stage, list(self.variants))
        return read_plant(stage)

    def __str__(self) -> str:
        return " ".join([Path(self.stage).name, *(f"{name}={value}" for name, value in self.variants)])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes; what is left out comes from the scenario of A."""
    parser.add_argument("a", metavar="STAGE_A", help="USD file")
    parser.add_argument("b", metavar="STAGE_B", nargs="?", help="USD file; left out: two variants of STAGE_A")
    parser.add_argument(
        "--variant", action="append", default=[], metavar="NAME=VALUE",
        help="variant of the default prim, for both; a set named twice with one stage: the first is A, the second B",
    )  # fmt: skip
    settings.add_settings(parser)


def run(args: argparse.Namespace) -> int:
    """Compare; 0 when it was done."""
    sides = _sides(args)
    plants = [side.read() for side in sides]
    comparison = _simulate(args, *plants)
    if args.json:
        found = comparison.to_json()
        for name, side in zip("ab", sides):
            found[name] = {"stage": side.stage, "variants": dict(side.variants), **found[name]}
        json.dump(found, sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        _tell(comparison, sides)
    return 0


def _sides(args: argparse.Namespace) -> tuple[Side, Side]:
    """Return A and B.

    Raises:
        FactoryTwinError: It is not said, or said in two ways, what is to be compared.
    """
    chosen = pairs(args.variant)
    names = [name for name, _ in chosen]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if args.b is not None:
        if twice:
            raise FactoryTwinError(f"Variant set {twice[0]!r} is named twice with two stages.", where="--variant", hint=_HINT)
        return Side(args.a, tuple(chosen)), Side(args.b, tuple(chosen))
    if len(twice) != 1 or names.count(twice[0]) != 2:
        raise FactoryTwinError("It takes two to compare.", where=args.a, hint=_HINT)
    first = names.index(twice[0])
    second = names.index(twice[0], first + 1)
    a = tuple(pair for place, pair in enumerate(chosen) if place != second)
    b = tuple(pair for place, pair in enumerate(chosen) if place != first)
    return Side(args.a, a), Side(args.a, b)


def _simulate(args: argparse.Namespace, a: Plant, b: Plant) -> Comparison:
    scenario, workers = a.scenario, settings.workers(args)
    warmup = settings.warmup(args, scenario, a, b)
    bar = Progress("Compare")
    comparison = compare_plants(
        a,
        b,
        horizon=settings.horizon(args, scenario),
        warmup=warmup,
        seed=settings.seed(args, scenario),
        replications=scenario.replications if args.replications is None else args.replications,
        workers=workers,
        progress=bar.show,
    )
    bar.end()
    return comparison


def _tell(comparison: Comparison, sides: tuple[Side, Side]) -> None:
    a, b = comparison.a, comparison.b
    print(comparison.sentence())
    for name, side, result in zip("AB", sides, (a, b)):
        print(f"{name}: {side}: {result.sentence()}")
    print(f"\n{'':<12}{'A':>24}{'B':>24}")
    print(f"{'Throughput':<12}{a.throughput.text():>24}{b.throughput.text():>24}  parts/h")
    print(f"{'WIP':<12}{a.wip.text():>24}{b.wip.text():>24}  parts")
    print(f"{'Lead time':<12}{a.lead_time.text(scale=60):>24}{b.lead_time.text(scale=60):>24}  min\n")
    print("\n".join(d.sentence() for d in comparison.differences.values()))
    if a.warmup_rule != "given":
        print(f"Warm-up: {duration_text(a.warmup)} ({a.warmup_rule}).")
    pairs_done = min(len(a.kpis), len(b.kpis))
    print(f"{pairs_done} pairs of replications of {duration_text(a.horizon)}, in {a.wall + b.wall:.2f} s.")
