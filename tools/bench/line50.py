# SPDX-License-Identifier: Apache-2.0
"""Fifty machines with failures and buffers, full log: the simulator against plain SimPy on identical random streams."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from factory_twin.distribution import constant, exponential
from factory_twin.log import Log
from factory_twin.plant import Buffer, Failure, Node, Plant, Sink, Source, Station
from factory_twin.sim import Simulation

from ._plain_line import Line

NAME = "line50"
ABOUT = "line of 50 machines with a full log: speed against plain SimPy (generators, Stores, interrupts), same departures"
MACHINES, HORIZON, REPEATS, GOAL = 50, 6e5, 5, 5.0
CLOCKS = ("operating", "calendar")  # failures end a stretch of work in the first, they interrupt a process in the second


def line(machines: int, *, clock: str = "operating", buffer: int = 10, every: float | None = None) -> Plant:
    """Return a line: cycle 60 s, failures 6000 s / 600 s on that clock, blocking after service.

    The first machine is never starved, or a part arrives every so many seconds.
    """
    wear = (Failure("wear", clock, exponential(6000), exponential(600)),)
    nodes: list[Node] = [Source(path="/S", successors=("/M1",), interarrival=None if every is None else constant(every))]
    for i in range(1, machines + 1):
        last = i == machines
        after = "/K" if last else f"/B{i}"
        nodes.append(Station(path=f"/M{i}", successors=(after,), process_time=constant(60), failures=wear))
        nodes.append(Sink(path="/K") if last else Buffer(path=after, successors=(f"/M{i + 1}",), capacity=buffer))
    return Plant(nodes=tuple(nodes))


def departures(plant: Plant, until: float, *, seed: int) -> list[float]:
    """Return when parts left the plant (s), from a full log of moves and states."""
    log = Log()
    Simulation(plant, seed=seed, log=log).run(until)
    moves = log.moves.array()
    return np.asarray(moves[moves[:, 2] == log.places.index("/K"), 0]).tolist()


def run() -> list[dict[str, Any]]:
    """Return the CPU-time ratios, medians of paired runs, log on either side."""
    return [_row(clock) for clock in CLOCKS]


def _row(clock: str) -> dict[str, Any]:
    plant, ratios, parts = line(MACHINES, clock=clock), [], 0
    for seed in range(1, REPEATS + 1):
        there, theirs = _time(partial(_plain, plant, seed))
        here, ours = _time(partial(departures, plant, HORIZON, seed=seed))
        if ours != theirs:
            raise AssertionError(f"Seed {seed}: the departures differ ({len(ours)} here, {len(theirs)} in plain SimPy).")
        ratios.append(there / here)
        parts += len(ours)
    detail = (
        f"CPU time of plain SimPy / ours; {MACHINES} machines, {parts / (HORIZON * REPEATS) * 3600:.2f} parts/h; all {parts} "
        f"departures of {REPEATS} runs equal to the last digit; ratios {min(ratios):.2f} to {max(ratios):.2f}"
    )
    return {"name": f"{clock} failures, with log", "ratio": median(ratios), "goal": GOAL, "unit": "x", "detail": detail}


def _plain(plant: Plant, seed: int) -> list[float]:
    model = Line(plant, seed=seed, logged=True)
    model.run(HORIZON)
    return model.departures


def _time(call: Callable[[], list[float]]) -> tuple[float, list[float]]:
    began = process_time()
    value = call()
    return process_time() - began, value
