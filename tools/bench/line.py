# SPDX-License-Identifier: Apache-2.0
"""Three machines with failures and buffers: the simulator against plain SimPy on identical random streams and part counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from factory_twin.distribution import constant, exponential
from factory_twin.log import Log
from factory_twin.plant import Buffer, Failure, Plant, Sink, Source, Station
from factory_twin.sim import Simulation

from ._plain_line import Line

NAME = "line"
ABOUT = "three-machine line: speed against plain SimPy generators and Stores, same streams, same departures"
HORIZON, REPEATS, GOAL = 2e7, 5, 5.0


def line() -> Plant:
    """Never starved, cycle 60 s, buffers of 10, operating-time failures 6000 s / 600 s, blocking after service."""
    wear = (Failure("wear", "operating", exponential(6000), exponential(600)),)
    return Plant(
        nodes=(
            Source(path="/S", successors=("/M1",)),
            Station(path="/M1", successors=("/B1",), process_time=constant(60), failures=wear),
            Buffer(path="/B1", successors=("/M2",), capacity=10),
            Station(path="/M2", successors=("/B2",), process_time=constant(60), failures=wear),
            Buffer(path="/B2", successors=("/M3",), capacity=10),
            Station(path="/M3", successors=("/K",), process_time=constant(60), failures=wear),
            Sink(path="/K"),
        )
    )


def run() -> list[dict[str, Any]]:
    """Return CPU-time ratios (medians of paired runs), 1e8 simulated seconds for either side, with and without a log."""
    return [_row("line", logged=False, goal=GOAL), _row("line with log", logged=True, goal=GOAL)]


def _row(name: str, *, logged: bool, goal: float | None) -> dict[str, Any]:
    plant, ratios, parts = line(), [], 0
    for seed in range(1, REPEATS + 1):
        there, theirs = _time(partial(_plain, plant, seed, logged))
        here, ours = _time(partial(_ours, plant, seed, logged))
        if ours != theirs:
            raise AssertionError(f"Seed {seed}: the departures differ ({len(ours)} here, {len(theirs)} in plain SimPy).")
        ratios.append(there / here)
        parts += len(ours) if logged else int(ours[0])
    total = HORIZON * REPEATS
    same = "departures equal to the last digit" if logged else "part counts equal"
    detail = (
        f"CPU time of plain SimPy / ours; {parts / total * 3600:.2f} parts/h over {total:g} s; "
        f"{same} in {REPEATS} of {REPEATS} runs; ratios {min(ratios):.2f} to {max(ratios):.2f}"
    )
    return {"name": name, "ratio": median(ratios), "goal": goal, "unit": "x", "detail": detail}


def _plain(plant: Plant, seed: int, logged: bool) -> list[float]:
    """Return the departures, s; without a log their number."""
    model = Line(plant, seed=seed, logged=logged)
    count = model.run(HORIZON)
    return model.departures if logged else [count]


def _ours(plant: Plant, seed: int, logged: bool) -> list[float]:
    """Return the departures, s; without a log their number."""
    log = Log() if logged else None
    model = Simulation(plant, seed=seed, log=log)
    model.run(HORIZON)
    if log is None:
        return [model.finished]
    moves = log.moves.array()
    return np.asarray(moves[moves[:, 2] == log.places.index("/K"), 0]).tolist()


def _time(call: Callable[[], list[float]]) -> tuple[float, list[float]]:
    began = process_time()
    value = call()
    return process_time() - began, value
