# SPDX-License-Identifier: Apache-2.0
"""Bounds on memory, and results that do not depend on how many workers made them, with every feature at work."""

from __future__ import annotations

import pytest
from factory_twin.distribution import constant
from factory_twin.errors import SimulationError
from factory_twin.experiment import run
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


def test_one_and_four_workers_give_the_same_with_every_feature() -> None:
    one, four = (run(everything(), horizon=8000, replications=5, workers=w).result() for w in (1, 4))
    assert one.kpis == four.kpis or repr(one.kpis) == repr(four.kpis)  # nan is not equal to itself
    assert one.events == four.events > 1000
