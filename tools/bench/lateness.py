# SPDX-License-Identifier: Apache-2.0
"""How late frames come while a simulation runs beside them, in slices, as the panel Factory Run does it."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from bootstrap import ROOT
from factory_twin.read import open_stage, read_plant
from factory_twin_runner.model import BUDGET, RunModel, Settings
from factory_twin_runner.pace import Pace

NAME = "lateness"
ABOUT = "a loop of 60 frames per second with and without a running simulation"
PERIOD, OWN = 1 / 60, 0.004  # s; each frame draws for so long
ROUNDS, FRAMES = 6, 120
ALLOWED = 1e-3  # s


def run() -> list[dict[str, Any]]:
    """Measure both in turn."""
    plant = read_plant(open_stage(f"{ROOT}/data/plants/bike_line.usda"))
    settings = Settings(8 * 3600.0, 0.0, 1, 100_000)
    late: dict[bool, list[float]] = {False: [], True: []}
    model, pace, events = RunModel(), Pace(), 0.0
    model.start(plant, settings)
    _frames(pace, None)
    for k in range(ROUNDS):
        for beside in (False, True) if k % 2 else (True, False):
            before = model.progress
            late[beside] += _frames(pace, model if beside else None)
            events += model.progress - before
    assert model.running and events > 0
    model.cancel()
    with_, without = (1e3 * np.percentile(late[beside], (50, 99)) for beside in (True, False))
    added = with_[0] - without[0]
    days = events * settings.replications / 3
    detail = (
        f"median {with_[0]:.2f} ms late against {without[0]:.2f} ms, 99 % {with_[1]:.1f} against {without[1]:.1f} ms; "
        f"{days:.1f} days simulated in {ROUNDS * FRAMES * PERIOD:.0f} s"
    )
    ratio = 1e3 * ALLOWED / max(added, 0.01)
    return [{"name": "1 ms by added lateness of a frame", "ratio": ratio, "goal": 1.0, "unit": "x", "detail": detail}]


def _frames(pace: Pace, model: RunModel | None) -> list[float]:
    """Return how late each frame began, s; after a frame that took too long the beat starts anew."""
    late = []
    due = time.perf_counter() + PERIOD
    before = due - PERIOD
    for _ in range(FRAMES):
        time.sleep(max(0.0, due - time.perf_counter()))
        begun = time.perf_counter()
        late.append(begun - due)
        while time.perf_counter() < begun + OWN:
            pass
        if model is None:
            pace.idle(begun - before)
        else:
            model.step(pace.budget(begun - before, BUDGET))
        before = begun
        due = max(due + PERIOD, time.perf_counter() - PERIOD)
    return late
