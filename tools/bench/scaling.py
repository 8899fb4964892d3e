# SPDX-License-Identifier: Apache-2.0
"""Cost per event in lines of 10, 100 and 1,000 machines with breakdowns: it hardly grows with the size of the plant."""

from __future__ import annotations

from statistics import median
from time import process_time
from typing import Any

from factory_twin.sim import Simulation

from .line50 import line

NAME = "scaling"
ABOUT = "lines of 10, 100 and 1,000 machines with breakdowns: CPU time per event, same horizon"
SIZES, HORIZON, REPEATS, GOAL = (10, 100, 1000), 2e5, 3, 1 / 1.3


def run() -> list[dict[str, Any]]:
    """Return the cost per event in the smallest line / in the larger one (1 is flat), medians of paired runs."""
    costs: dict[int, list[float]] = {size: [] for size in SIZES}
    for repeat in range(REPEATS):
        for size in SIZES:
            costs[size].append(_cost(size, first=1 + repeat * SIZES[-1]))
    few = SIZES[0]
    return [_row(few, many, costs, goal=GOAL if many == SIZES[-1] else None) for many in SIZES[1:]]


def _row(few: int, many: int, costs: dict[int, list[float]], *, goal: float | None) -> dict[str, Any]:
    ratios = [a / b for a, b in zip(costs[few], costs[many])]
    detail = (
        f"CPU time per event: {median(costs[few]) * 1e6:.2f} us with {few} machines / {median(costs[many]) * 1e6:.2f} us with "
        f"{many}, {HORIZON:g} s each; grows {1 / median(ratios):.2f} fold; ratios {min(ratios):.2f} to {max(ratios):.2f}"
    )
    return {"name": f"{few} to {many} machines", "ratio": median(ratios), "goal": goal, "unit": "x", "detail": detail}


def _cost(size: int, *, first: int) -> float:
    """Return the CPU time per event (s) of a line; small ones run with many seeds, so that each size works for a while."""
    plant, spent, events = line(size), 0.0, 0
    for seed in range(first, first + max(1, SIZES[-1] // size // 4)):
        model = Simulation(plant, seed=seed)
        began = process_time()
        model.run(HORIZON)
        spent += process_time() - began
        events += model.events
    return spent / events
