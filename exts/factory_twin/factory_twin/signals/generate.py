# SPDX-License-Identifier: Apache-2.0
"""Signals of one machine over a long time, at once: what a recorder would hold, for tests and scores of detectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FactoryTwinError
from ..event import State
from .body import SIGNALS, Body
from .duty import duty
from .fault import Fault, Floats
from .machine import Machine

MONTH = 30 * 86400.0
MOST = 20_000_000
"""Values of one signal at most."""


def generate(
    machine: Machine,
    states: tuple[Floats, NDArray[Any]] | None = None,
    duration: float = MONTH,
    step: float = 10.0,
    faults: Sequence[Fault] = (),
) -> dict[str, NDArray[Any]]:
    """Return what the sensors of a machine show.

    Args:
        machine: What it is like (`machine(place, seed=...)`); its seed is the seed of all noise.
        states: (when the state changes in s, ascending; new state by number); None: a made-up life, `duty(duration, ...)`.
        duration: s.
        step: From one value to the next, s.
        faults: Those at other places are left out.

    Returns:
        By value: `time` (s), `state` (number of the `State`), `temperature` (degC), `vibration` (velocity rms, m/s),
        `power` (W), `parts` and `scrap` (counted since the start). During a network loss without memory these are nan
        (`state` 0, counts -1). By part finished: `part_time` (s), `diameter` (m), `good`.

    Raises:
        FactoryTwinError: Duration or step makes no sense.
    """
    if not (0 < step < np.inf and step <= duration < np.inf and duration / step <= MOST):
        raise FactoryTwinError(f"A duration of {duration:g} s in steps of {step:g} s can't be made.",
                               hint=f"Ask for at most {MOST} values.")  # fmt: skip
    changes, codes = duty(duration, seed=machine.seed, place=machine.place) if states is None else states
    changes, codes = np.asarray(changes, float), np.asarray(codes, np.int64)
    times: Floats = np.arange(1.0, int(duration / step) + 1.0) * step
    first = int(np.searchsorted(changes, 0.0, side="right"))
    body = Body(machine, faults, state=State(int(codes[first - 1])) if first else State.OFF)
    inside = slice(first, int(np.searchsorted(changes, times[-1], side="right")))
    here = np.concatenate([[int(body.state)], codes[inside]])[np.searchsorted(changes[inside], times, side="right")]
    finished = _finished(machine, body.state, changes[inside], codes[inside], float(times[-1]))
    out: dict[str, NDArray[Any]] = {"time": times, "state": here}
    out |= body.run(times, changes[inside], codes[inside])
    size = body.inspect(finished)
    good = body.good(size)
    count = np.searchsorted(finished, times, side="right")
    out["parts"], out["scrap"] = count, np.concatenate([[0], np.cumsum(~good)])[count]
    lost = [f for f in faults if f.place == machine.place and f.kind == "network" and f.signal != "burst"]
    silent = np.any([f.at(times) > 0 for f in lost], axis=0) if lost else np.zeros(len(times), bool)
    for name in SIGNALS:
        out[name][silent] = np.nan
    out["state"][silent], out["parts"][silent], out["scrap"][silent] = 0, -1, -1
    told = ~np.any([f.at(finished) > 0 for f in lost], axis=0) if lost else np.ones(len(finished), bool)
    return out | {"part_time": finished[told], "diameter": size[told], "good": good[told]}


def _finished(machine: Machine, start: State, changes: Floats, codes: NDArray[np.int64], end: float) -> Floats:
    """Return when parts are finished, s: one whenever the machine has worked for a cycle more."""
    edges = np.concatenate([[0.0], changes, [end]])
    busy = np.concatenate([[int(start)], codes]) == int(State.BUSY)
    worked = np.concatenate([[0.0], np.cumsum(np.diff(edges) * busy)])
    marks = np.arange(1, int(worked[-1] / machine.cycle + 1e-9) + 1) * machine.cycle
    rows = np.clip(np.searchsorted(worked, marks, side="left"), 1, len(worked) - 1)
    return np.asarray(edges[rows] - (worked[rows] - marks))
