# SPDX-License-Identifier: Apache-2.0
"""How much of the beginning to leave out: MSER-5 (White 1997; Spratt 1998) on curves averaged over pilot runs.

The pilot runs have random streams of their own: what chooses the warm-up is not what is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..errors import FactoryTwinError
from ..kpi import Flow
from ..log import Log
from ..plant import Plant
from .pool import open_pool
from .replication import Outcome, Task
from .settings import Settings

Floats = NDArray[np.float64]
BATCH, BINS, PILOTS, RULE = 5, 1000, 5, "MSER-5"
_FEWEST = 10  # batches: a minimum over fewer says nothing
_FIRST = 1 << 20  # number of the first pilot run, beyond those of all experiments


@dataclass(frozen=True, slots=True)
class Warmup:
    """A warm-up and where it comes from.

    Attributes:
        seconds: s.
        rule: "given" or "MSER-5".
        found: False when the first half of the pilot runs shows no steady state; then `seconds` is the best cut within it.
    """

    seconds: float
    rule: str = "given"
    found: bool = True


def mser5(values: Floats) -> tuple[int, bool]:
    """Return (values to leave out at the beginning, whether a steady state was found).

    Of the batch means of 5 values, those are left out without which the squared standard error of the mean of the rest is
    smallest; only the first half is searched. When the best cut is at the end of that half, no steady state is found.

    Args:
        values: Curve at equal steps, at least 50 values.

    Raises:
        FactoryTwinError: There are too few values.
    """
    count = len(values) // BATCH
    if count < _FEWEST:
        raise FactoryTwinError(
            f"{len(values)} values are too few to find a warm-up in.", where="warm-up", hint=f"Give {BATCH * _FEWEST} or more."
        )
    means = np.asarray(values[: count * BATCH], np.float64).reshape(count, BATCH).mean(axis=1)
    half = count // 2
    errors = [float(means[cut:].var()) / (count - cut) for cut in range(half + 1)]
    best = errors.index(min(errors))
    return best * BATCH, best < half


def curves(log: Log, plant: Plant, *, horizon: float, bins: int = BINS) -> Floats:
    """Return parts in the plant (average of each bin) and parts per hour (in each bin), shape (2, bins)."""
    flow = Flow(log, plant, {p: i for i, p in enumerate(log.places)})
    edges = np.linspace(0.0, horizon, bins + 1)
    return np.stack([flow.wip_in(edges), flow.finished_in(edges) * (3600.0 * bins / horizon)])


def find_warmup(
    plant: Plant,
    *,
    horizon: float,
    seed: int = 1,
    pilots: int = PILOTS,
    workers: int = 1,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Warmup:
    """Return the warm-up, s, that pilot runs over the same horizon ask for: the later one of parts in the plant and throughput.

    Raises:
        FactoryTwinError: The settings make no sense, a pilot run failed, or `cancelled()`.
    """
    Settings(horizon=horizon, seed=seed, replications=pilots, workers=workers)
    task = Task(plant, horizon, seed, partial(curves, horizon=horizon), first=_FIRST)
    pool = open_pool(task, pilots, workers=workers)
    found: dict[int, Outcome[Floats]] = {}
    try:
        while len(found) < pilots:
            found.update((o.number, o) for o in pool.advance(0.2))
            if progress is not None:
                progress((len(found) + pool.share) / pilots)
            if cancelled is not None and cancelled():
                raise FactoryTwinError("Cancelled while the warm-up was looked for.")
    finally:
        pool.close()
    mean = np.mean([found[number].get() for number in sorted(found)], axis=0)
    return _later([mser5(curve) for curve in mean], horizon / BINS)


def _later(cuts: list[tuple[int, bool]], step: float) -> Warmup:
    return Warmup(max(cut for cut, _ in cuts) * step, RULE, all(found for _, found in cuts))
