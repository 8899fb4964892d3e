# SPDX-License-Identifier: Apache-2.0
"""Replications: intervals against Student's t, progress, cancel, and settings that make no sense."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from factory_twin.errors import FactoryTwinError
from factory_twin.experiment import Cancelled, Experiment, estimate, experiment, replication, run
from factory_twin.experiment.estimate import t975
from factory_twin.kpi import measure
from models import three_machines


def test_half_width_is_students_t() -> None:
    """Values 1..5: mean 3, s = sqrt(2.5), t(4) = 2.776: half-width 1.963."""
    e = estimate([1, 2, 3, 4, 5])
    assert (e.mean, e.n) == (3, 5)
    assert e.half_width == pytest.approx(1.9630, abs=2e-4)
    assert t975(40) == pytest.approx(2.0211, abs=1e-3) and t975(1000) == pytest.approx(1.9623, abs=1e-3)


def test_one_value_has_no_interval_and_unknown_values_are_left_out() -> None:
    assert estimate([7]).to_json() == {"mean": 7, "half_width": None, "n": 1}
    assert estimate([math.nan]).to_json() == {"mean": None, "half_width": None, "n": 0}
    assert estimate([1, math.nan, 3]).n == 2


def test_replications_differ_and_seeds_repeat() -> None:
    results = [run(three_machines(), horizon=2e5, seed=3, replications=3).result() for _ in range(2)]
    assert [k.throughput_per_h for k in results[0].kpis] == [k.throughput_per_h for k in results[1].kpis]
    assert len({k.throughput_per_h for k in results[0].kpis}) == 3


def test_progress_rises_and_cancel_keeps_what_is_finished() -> None:
    seen: list[float] = []
    experiment = Experiment(three_machines(), horizon=1e6, replications=50)
    while len(experiment.kpis) < 2:
        experiment.advance(0.005)
        seen.append(experiment.progress)
    assert seen == sorted(seen) and 0 < seen[-1] < 1 and len(set(seen)) > 3
    assert len(experiment.result().kpis) == len(experiment.kpis)
    with pytest.raises(Cancelled):
        Experiment(three_machines(), horizon=1e6).result()


def test_what_cant_be_split_is_left_to_the_next_call_where_half_of_the_budget_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    for module in (replication, experiment):
        monkeypatch.setattr(module, "perf_counter", lambda: float(next(clock)))  # each look takes a second
    whole = run(three_machines(), horizon=1e4, seed=3, replications=3).result()
    read: list[int] = []
    monkeypatch.setattr(experiment, "measure", lambda *a, **k: read.append(1) or measure(*a, **k))
    pieces = Experiment(three_machines(), horizon=1e4, seed=3, replications=3)
    counts = []
    while not pieces.done:
        pieces.advance(3.5)
        counts.append(len(read))
    assert counts[:2] == [0, 1] and counts[-1] == 3 and set(np.diff(counts)) == {0, 1}
    assert [k.throughput_per_h for k in pieces.result().kpis] == [k.throughput_per_h for k in whole.kpis]


def test_cancel_is_asked_for_between_slices() -> None:
    experiment = run(three_machines(), horizon=1e9, replications=2, cancelled=lambda: True)
    assert not experiment.done and experiment.progress < 0.1


@pytest.mark.parametrize(
    "settings", [{"horizon": 0}, {"horizon": 10, "warmup": 10}, {"horizon": 10, "seed": -1}, {"horizon": 10, "replications": 0}]
)
def test_settings_that_make_no_sense_are_refused_with_a_hint(settings: dict[str, float]) -> None:
    with pytest.raises(FactoryTwinError) as caught:
        Experiment(three_machines(), **settings)  # type: ignore[arg-type]
    assert caught.value.hint and caught.value.where


def test_with_a_precision_it_stops_at_the_first_number_that_is_precise_enough() -> None:
    """The stopped run is the beginning of a longer one, none shorter from 5 on would have done."""
    stopped = run(three_machines(), horizon=2e5, seed=2, precision=0.02).result()
    longer = [k.throughput_per_h for k in run(three_machines(), horizon=2e5, seed=2, replications=len(stopped.kpis)).kpis]
    assert longer == [k.throughput_per_h for k in stopped.kpis] and 5 < len(longer) < 100
    enough = [estimate(longer[:n]).half_width <= 0.02 * estimate(longer[:n]).mean for n in range(5, len(longer) + 1)]
    assert enough == [False] * (len(enough) - 1) + [True]
    assert stopped.precise and stopped.to_json()["precision"]["reached"] is True
    assert stopped.to_json()["precision"]["wanted"] == 0.02 and 0 < stopped.to_json()["precision"]["got"] <= 0.02


def test_a_precision_that_is_not_reached_is_said() -> None:
    result = run(three_machines(), horizon=5e4, precision=0.0001, max_replications=8).result()
    assert len(result.kpis) == 8 and not result.precise
    assert result.to_json()["precision"]["reached"] is False


def test_without_luck_the_least_number_is_enough_and_a_plant_that_makes_nothing_never_is() -> None:
    steady = run(three_machines(failures=False), horizon=1e4, precision=0.01)
    assert len(steady.kpis) == 5
    assert len(run(three_machines(failures=False), horizon=1e4, replications=9, precision=0.01).kpis) == 9
    nothing = run(three_machines(), horizon=10, precision=0.01, max_replications=6).result()
    assert len(nothing.kpis) == 6 and not nothing.precise and nothing.to_json()["precision"]["got"] is None


def test_no_precision_is_asked_for_is_null() -> None:
    assert run(three_machines(), horizon=1e4).result().to_json()["precision"] is None


def test_progress_towards_a_precision_never_falls() -> None:
    seen: list[float] = []
    experiment = Experiment(three_machines(), horizon=2e5, seed=2, precision=0.02)
    while not experiment.advance(0.001):
        seen.append(experiment.progress)
    assert seen == sorted(seen) and seen[-1] < 1 and experiment.progress == 1
    assert experiment.replications == len(experiment.kpis)


@pytest.mark.parametrize(
    "settings",
    [{"precision": 0}, {"precision": 1}, {"precision": 0.1, "max_replications": 4}, {"workers": 0}, {"precision": math.nan}],
)
def test_wishes_that_make_no_sense_are_refused_with_a_hint(settings: dict[str, float]) -> None:
    with pytest.raises(FactoryTwinError) as caught:
        Experiment(three_machines(), horizon=10, **settings)  # type: ignore[arg-type]
    assert caught.value.hint and caught.value.where
