# SPDX-License-Identifier: Apache-2.0
"""Bounds on memory, and results that do not depend on how many workers made them, with every feature at work."""

from __future__ import annotations

import pytest
from factory_twin.distribution import constant
from factory_twin.errors import SimulationError
from factory_twin.experiment import run
from factory_twin.log import Log
from factory_twin.plant import Plant, Station
from factory_twin.sim import Simulation, simulation

from .everything import everything
from .models import buffer, plant, source, station


def test_parts_that_pile_up_without_end_are_an_error_that_names_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "CROWD", 3000)
    made = plant(source("/B", every=constant(0.01)), buffer("/B", "/M", capacity=-1), station("/M", "/K", constant(1)))
    with pytest.raises(SimulationError, match="3,000 parts are in the plant") as caught:
        Simulation(made).run(1e9)
    assert caught.value.where == "/B"


def test_many_parts_that_leave_again_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "CROWD", 3000)
    made = plant(source("/B", every=constant(1)), buffer("/B", "/M", capacity=-1), station("/M", "/K", constant(0.5)))
    model = Simulation(made)
    model.run(10_000)
    assert model.finished == 9999


def circle() -> Plant:
    """A station that sends half of its parts back to the full buffer it takes them from, and a line beside it."""
    return plant(
        source("/B", every=constant(30)),
        buffer("/B", "/M", capacity=2),
        Station(path="/M", successors=("/B", "/K"), weights=(1, 1), process_time=constant(60)),
        source("/N", every=constant(30), path="/S2"),
        station("/N", "/K", constant(20)),
    )


def test_parts_stuck_in_one_part_of_the_plant_are_found_while_others_move_and_arrive() -> None:
    model = Simulation(circle(), log=Log())
    model.run(10_000)
    assert model.finished > 300
    assert {s.path: s.why for s in model.stuck()} == {
        "/S": "/B takes nothing",
        "/B": "/M takes nothing",
        "/M": "/B takes nothing",
    }


@pytest.mark.parametrize("until", [100.0, 1000.0, 5000.0, 20000.0])
def test_nothing_is_called_stuck_that_goes_on_with_every_feature(until: float) -> None:
    for seed in range(3):
        model = Simulation(everything(), seed=seed, log=Log())
        model.run(until)
        assert model.stuck() == ()


def test_one_and_four_workers_give_the_same_with_every_feature() -> None:
    one, four = (run(everything(), horizon=8000, replications=5, workers=w).result() for w in (1, 4))
    assert one.kpis == four.kpis or repr(one.kpis) == repr(four.kpis)  # nan is not equal to itself
    assert one.events == four.events > 1000
