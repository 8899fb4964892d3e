# SPDX-License-Identifier: Apache-2.0
"""Thirty-two replications on two worker processes against one process; results equal to the last digit."""

from __future__ import annotations

from statistics import median
from typing import Any

from factory_twin.experiment import cores
from factory_twin.experiment import run as run_experiment

from .line import line

NAME = "replications"
ABOUT = "32 replications of the three-machine line: wall time with 1 and 2 workers, same result"
HORIZON, COUNT, REPEATS, GOAL = 1e7, 32, 3, 1.7


def run() -> list[dict[str, Any]]:
    """Return the wall-time ratio (median of paired runs); starting the processes is part of it."""
    ratios = []
    for seed in range(1, REPEATS + 1):
        alone, pair = (run_experiment(line(), horizon=HORIZON, seed=seed, replications=COUNT, workers=w) for w in (1, 2))
        if repr(alone.kpis) != repr(pair.kpis):
            raise AssertionError(f"Seed {seed}: two workers give another result than one.")
        ratios.append(alone.result().wall / pair.result().wall)
    detail = (
        f"wall time with 1 / with 2 workers on {cores()} cores; {COUNT} replications of {HORIZON:g} s; results equal "
        f"in {REPEATS} of {REPEATS} runs; ratios {min(ratios):.2f} to {max(ratios):.2f}"
    )
    return [{"name": "2 workers", "ratio": median(ratios), "goal": GOAL, "unit": "x", "detail": detail}]
