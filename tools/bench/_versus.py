# SPDX-License-Identifier: Apache-2.0
"""A serial line here and in plain SimPy, run in turn: CPU times, and whether departures, moves and states are the same."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from statistics import median
from time import process_time
from typing import Any

from factory_twin.event import State
from factory_twin.log import Log
from factory_twin.plant import Plant
from factory_twin.sim import Simulation

from ._plain_line import Line

TRACED = 0.05  # of the horizon: the part for which all moves and states are compared, too
Row = dict[str, Any]
Trace = dict[Any, list[tuple[Any, ...]]]


def versus(name: str, plant: Plant, *, horizon: float, repeats: int, logged: bool, goal: float | None) -> Row:
    """Return the row: the median over seeds of CPU time of plain SimPy / ours, building the model included.

    Raises:
        AssertionError: The two runs differ: in part counts; with a log in any departure, move or change of state.
    """
    ratios, parts = [], 0
    for seed in range(1, repeats + 1):
        began = _clock()
        theirs = _theirs(plant, seed, horizon, logged)
        there = process_time() - began
        began = _clock()
        ours = _ours(plant, seed, horizon, logged)
        ratios.append(there / (process_time() - began))
        _departures(seed, theirs, ours)
        parts += ours.finished
    if logged:
        short = horizon * TRACED
        _traces(_theirs(plant, 1, short, True), _ours(plant, 1, short, True))
    what = "every departure equal to the last digit" if logged else "part counts equal"
    detail = (
        f"CPU time of plain SimPy / ours; {parts / horizon / repeats * 3600:.2f} parts/h over {repeats} x {horizon:g} s; "
        f"{what} in {repeats} of {repeats} runs; ratios {min(ratios):.2f} to {max(ratios):.2f}"
    )
    return {"name": name, "ratio": median(ratios), "goal": goal, "unit": "x", "detail": detail}


def _theirs(plant: Plant, seed: int, horizon: float, logged: bool) -> Line:
    model = Line(plant, seed=seed, logged=logged)
    model.run(horizon)
    return model


def _ours(plant: Plant, seed: int, horizon: float, logged: bool) -> Simulation:
    model = Simulation(plant, seed=seed, log=Log() if logged else None)
    model.run(horizon)
    return model


def _clock() -> float:
    gc.collect()
    return process_time()


def _departures(seed: int, theirs: Line, ours: Simulation) -> None:
    if len(theirs.departures) != ours.finished:
        raise AssertionError(f"Seed {seed}: {ours.finished} parts here, {len(theirs.departures)} in plain SimPy.")
    if ours.log is not None:
        moves = ours.log.moves.array()
        if moves[moves[:, 2] == ours.log.places.index("/K"), 0].tolist() != theirs.departures:
            raise AssertionError(f"Seed {seed}: departures differ.")


def _traces(theirs: Line, ours: Simulation) -> None:
    assert ours.log is not None
    moves, states, names = ours.log.moves.array(), ours.log.states.array(), ours.log.places
    here = {(t, names[int(a)], names[int(b)], int(part)) for t, a, b, part in moves.tolist()}
    if here != set(theirs.moves) or len(here) != len(theirs.moves):
        raise AssertionError("Moves differ.")
    if _changes((t, names[int(p)], State(int(s)).token) for t, p, _, s in states.tolist()) != _changes(theirs.states):
        raise AssertionError("States differ.")


def _changes(states: Iterable[tuple[float, str, str]]) -> Trace:
    """Return the changes of state by machine, without those that last no time."""
    found: Trace = {}
    for time, machine, word in states:
        rows = found.setdefault(machine, [])
        if rows and rows[-1][0] == time:
            rows.pop()
        if not rows or rows[-1][1] != word:
            rows.append((time, word))
    return found
