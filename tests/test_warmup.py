# SPDX-License-Identifier: Apache-2.0
"""MSER-5 against its formula, on curves with a known ramp, and on queues whose steady state is known from theory."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from factory_twin.distribution import constant, exponential
from factory_twin.errors import FactoryTwinError
from factory_twin.experiment import Warmup, find_warmup, mser5, run
from factory_twin.experiment.replication import Replication, Task
from factory_twin.experiment.warmup import curves
from factory_twin.kpi import series
from factory_twin.log import Log
from factory_twin.plant import Buffer, Plant
from factory_twin.read import open_stage, read_plant
from factory_twin.sim import Simulation
from models import plant, source, station, three_machines


def queue(load: float) -> Plant:
    """M/M/1, mean service 1 s, started empty."""
    return plant(
        source("/B", every=exponential(1 / load)),
        Buffer(path="/B", successors=("/M",), capacity=-1),
        station("/M", "/K", exponential(1)),
    )


def mean_wip(model: Plant, *, horizon: float, runs: int) -> np.ndarray:
    task = Task(model, horizon, 1, partial(curves, horizon=horizon))
    outcomes = [Replication(task, number).advance(float("inf")) for number in range(runs)]
    return np.mean([o.get()[0] for o in outcomes if o is not None], axis=0)


def by_hand(values: list[float]) -> int:
    """The formula as written: batches of 5, d* = argmin of sum (z - mean)^2 / (n - d)^2 over the first half."""
    z = [sum(values[k : k + 5]) / 5 for k in range(0, len(values) - 4, 5)]
    found = {}
    for d in range(len(z) // 2 + 1):
        rest = z[d:]
        mean = sum(rest) / len(rest)
        found[d] = sum((v - mean) ** 2 for v in rest) / len(rest) ** 2
    return 5 * min(found, key=lambda d: found[d])


def test_the_cut_is_that_of_the_formula() -> None:
    random = np.random.default_rng(7)
    cuts = set()
    for _ in range(40):
        values = random.normal(size=int(random.integers(50, 200))) + np.linspace(3, 0, 200)[:1] * (random.random() < 0.5)
        values[: int(random.integers(0, 30))] += 4
        assert mser5(values)[0] == by_hand(values.tolist())
        cuts.add(mser5(values)[0])
    assert len(cuts) > 5


@pytest.mark.parametrize("ramp", [100, 200, 350])
def test_a_ramp_of_known_length_is_left_out(ramp: int) -> None:
    """From 0 to 10 with noise of 1: its last tenth is within the noise, so the cut may lie a little off its end."""
    for seed in range(5):
        level = np.minimum(np.arange(1000) / ramp, 1) * 10 + np.random.default_rng(seed).normal(size=1000)
        cut, found = mser5(level)
        assert found and 0.8 * ramp <= cut <= 1.3 * ramp


def test_nothing_is_left_out_of_what_is_steady_from_the_beginning() -> None:
    assert mser5(np.full(100, 3.0)) == (0, True)
    cuts = [mser5(np.random.default_rng(seed).normal(size=1000)) for seed in range(20)]
    assert all(found for _, found in cuts) and np.median([cut for cut, _ in cuts]) < 50


def test_what_goes_on_rising_has_no_steady_state() -> None:
    assert mser5(np.arange(200.0)) == (100, False)


def test_a_queue_started_empty_needs_a_warm_up_and_is_unbiased_after_it() -> None:
    """M/M/1 at load 0.9: L = 9 parts. Its time constant is 1 / (1 - sqrt 0.9)^2 = 380 s; a cut of some of these."""
    wip = mean_wip(queue(0.9), horizon=5000.0, runs=60)
    cut, found = mser5(wip)
    assert found and 200 <= cut * 5 <= 2000
    assert abs(wip[cut:].mean() - 9) < abs(wip.mean() - 9) and wip[:cut].mean() < 0.8 * 9


def test_an_overloaded_queue_is_said_to_have_no_steady_state() -> None:
    found = find_warmup(queue(1.2), horizon=20000.0)
    assert found == Warmup(10000.0, "MSER-5", found=False)


def test_the_line_fills_up_for_as_long_as_its_curve_shows(bike_line: Path) -> None:
    """The sample factory's buffers before the brakes fill for some three hours; in a day, too (median of five)."""
    model = read_plant(open_stage(bike_line))
    for horizon in (8 * 3600.0, 24 * 3600.0):
        found = [find_warmup(model, horizon=horizon, seed=seed) for seed in range(1, 6)]
        assert 2.5 * 3600 < np.median([w.seconds for w in found]) < 4.5 * 3600
        assert {w.rule for w in found} == {"MSER-5"} and sum(w.found for w in found) >= 3


def cut_of(model: Plant, *, horizon: float, seed: int, first: int) -> float:
    task = Task(model, horizon, seed, partial(curves, horizon=horizon))
    outcomes = [Replication(task, first + k).advance(float("inf")) for k in range(5)]
    mean = np.mean([o.get() for o in outcomes if o is not None], axis=0)
    return max(mser5(curve)[0] for curve in mean) * horizon / 1000


def test_pilot_runs_draw_what_no_replication_draws() -> None:
    """What chooses the warm-up is not what is measured: the cuts are those of other runs than replications 0 to 4."""
    model, seeds = queue(0.9), range(1, 7)
    found = [find_warmup(model, horizon=5000.0, seed=s).seconds for s in seeds]
    assert found == [cut_of(model, horizon=5000.0, seed=s, first=1 << 20) for s in seeds]
    assert found != [cut_of(model, horizon=5000.0, seed=s, first=0) for s in seeds]


def test_curves_are_those_of_the_charts() -> None:
    log = Log()
    Simulation(three_machines(), seed=3, log=log).run(1e5)
    wip, rate = curves(log, three_machines(), horizon=1e5, bins=200)
    assert wip == pytest.approx(series(log, three_machines(), "wip", bins=200)[1])
    assert rate == pytest.approx(series(log, three_machines(), "throughput", bins=200)[1])
    assert wip.max() > 10


def test_curves_of_an_empty_plant_and_beyond_its_last_event() -> None:
    """One part, in at 0 s, out at 10 s: 1 part in the plant in the first of 4 bins of 10 s, none after."""
    log = Log()
    model = plant(source("/M", limit=1), station("/M", "/K", constant(10)))
    Simulation(model, log=log).run(40.0)
    wip, rate = curves(log, model, horizon=40.0, bins=4)
    assert wip.tolist() == [1, 0, 0, 0] and rate.sum() == 360


def test_too_few_values_are_refused() -> None:
    with pytest.raises(FactoryTwinError, match="49 values are too few"):
        mser5(np.zeros(49))


def test_cancel_stops_the_pilot_runs() -> None:
    with pytest.raises(FactoryTwinError, match="Cancelled"):
        find_warmup(three_machines(), horizon=1e10, cancelled=lambda: True)


def test_what_was_found_is_left_out_and_said() -> None:
    found = Warmup(5000.0, "MSER-5", found=False)
    result = run(three_machines(), horizon=1e5, warmup=found).result()
    assert result.kpis[0].begin == 5000.0
    assert {k: result.to_json()[k] for k in ("warmup_s", "warmup_rule", "warmup_found")} == {
        "warmup_s": 5000.0, "warmup_rule": "MSER-5", "warmup_found": False,
    }  # fmt: skip
    assert run(three_machines(), horizon=1e5).result().to_json()["warmup_rule"] == "given"
