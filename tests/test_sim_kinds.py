# SPDX-License-Identifier: Apache-2.0
"""The places with all options do, without the options, exactly what the plain and fast ones do."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest
from factory_twin.distribution import constant, exponential
from factory_twin.log import Log
from factory_twin.plant import Buffer, Plant, Product, Sink, Source, Station, Step, WorkerPool
from factory_twin.sim import Simulation
from factory_twin.sim import simulation as simulation_module
from factory_twin.sim.needs import Needs

from .models import buffer, failure, plant, source, station, three_machines


def line(*, every: float | None = None, servers: int = 1) -> Plant:
    modes = (failure(exponential(300), exponential(60)), failure(exponential(700), exponential(30), clock="calendar", name="b"))
    return plant(
        source("/M1", every=None if every is None else exponential(every)),
        station("/M1", "/B1", exponential(10), failures=modes, servers=servers),
        buffer("/B1", "/M2", capacity=3),
        station("/M2", "/B2", exponential(9), failures=modes, servers=servers),
        buffer("/B2", "/M3", capacity=2),
        station("/M3", "/K", exponential(11), failures=modes, servers=servers),
    )


def crews() -> Plant:
    made = line(servers=2)
    nodes = tuple(
        dataclasses.replace(n, failures=tuple(dataclasses.replace(f, crew="/C") for f in n.failures), scrap_rate=0.1)
        if isinstance(n, Station)
        else n
        for n in made.nodes
    )
    return dataclasses.replace(made, nodes=nodes, pools=(WorkerPool(path="/C", size=1),))


def branches() -> Plant:
    return plant(
        Source(path="/S", successors=("/A", "/B"), weights=(1, 3), interarrival=exponential(5)),
        Buffer(path="/A", successors=("/M1", "/M2"), capacity=-1),
        Buffer(path="/B", successors=("/M2",), capacity=-1, discipline="LIFO"),
        station("/M1", "/K", exponential(9)),
        station("/M2", "/K", exponential(6), servers=2),
    )


PLANTS = {
    "three": three_machines(),
    "line": line(),
    "arrivals": line(every=14),
    "servers": line(servers=3),
    "crews": crews(),
    "branches": branches(),
}


def events(made: Plant, *, until: float = 20_000, seed: int = 3) -> tuple[np.ndarray, np.ndarray, int]:
    log = Log()
    model = Simulation(made, seed=seed, log=log)
    model.run(until)
    moves, states = log.moves.array(), log.states.array()
    return ordered(moves), ordered(states), model.finished


def ordered(rows: np.ndarray) -> np.ndarray:
    """Rows of one instant in an order that does not depend on how they were found."""
    rows = rows.copy()
    rows[:, 0] = rows[:, 0].round(6)  # sums of times in another order differ in the last digit
    return rows[np.lexsort((rows[:, 3], rows[:, 2], rows[:, 1], rows[:, 0]))]


@pytest.mark.parametrize("name", PLANTS)
@pytest.mark.parametrize("kept", [False, True])
def test_rich_places_do_what_the_plain_ones_do(name: str, kept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = events(PLANTS[name])
    monkeypatch.setattr(Needs, "is_plain", lambda self, station: False)
    monkeypatch.setattr(simulation_module, "keeps_parts", lambda plant: kept)
    model = Simulation(PLANTS[name])
    kinds = {type(p).__name__ for p in model.places}
    assert "WorkPlace" in kinds and "SingleStation" not in kinds
    assert ("LotSource" in kinds) == kept
    rich = events(PLANTS[name])
    assert plain[2] == rich[2] > 100
    moves = [plain[0], rich[0]]
    if kept:  # a source of parts numbers them when they arrive, not when they enter
        moves = [m[:, :3] for m in moves]
    np.testing.assert_array_equal(*moves)
    np.testing.assert_array_equal(plain[1], rich[1])


@pytest.mark.parametrize("name", PLANTS)
def test_places_of_kept_parts_do_what_those_of_numbers_do(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = events(PLANTS[name])
    monkeypatch.setattr(simulation_module, "keeps_parts", lambda plant: True)
    kinds = {type(p).__name__ for p in Simulation(PLANTS[name]).places}
    assert kinds & {"SoloJob", "JobPlace"} and not kinds & {"WorkPlace", "SingleStation", "StationPlace"}
    kept = events(PLANTS[name])
    assert plain[2] == kept[2] > 100
    np.testing.assert_array_equal(plain[0][:, :3], kept[0][:, :3])
    np.testing.assert_array_equal(plain[1], kept[1])


def shop(seed: int) -> Plant:
    """A job shop in which machines often finish at one instant: all times are whole numbers."""
    draw = random.Random(seed)
    queues = tuple(f"/Q{i}" for i in range(5))
    stations = [
        station(f"/M{i}", "/K", constant(1), failures=(failure(exponential(200), exponential(20)),)) for i in range(len(queues))
    ]
    products = []
    for k in range(4):
        steps = [(draw.randrange(len(queues)), draw.choice((0, 1, 2, 5))) for _ in range(6)]
        plan = [
            Step(path=f"/P{k}/{j}", stations=(f"/M{m}",), time=constant(t), before=(j - 1,) if j else ())
            for j, (m, t) in enumerate(steps)
        ]
        products.append(Product(path=f"/P{k}", plan=tuple(plan)))
    names = tuple(p.path for p in products)
    return Plant(
        nodes=(
            Source(path="/S", successors=queues, interarrival=exponential(8), limit=300, products=names, batch=3),
            *(buffer(q, s.path, capacity=-1) for q, s in zip(queues, stations)),
            *(dataclasses.replace(s, successors=(*queues, "/K")) for s in stations),
            Sink(path="/K"),
        ),
        products=tuple(products),
    )


@pytest.mark.parametrize("seed", range(8))
def test_machines_of_a_shop_that_finish_together_do_what_rich_ones_do(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = shop(seed)
    assert "SoloJob" in {type(p).__name__ for p in Simulation(made).places}
    solo = events(made, until=3000)
    monkeypatch.setattr(Needs, "is_plain", lambda self, station: False)
    assert "WorkPlace" in {type(p).__name__ for p in Simulation(made).places}
    rich = events(made, until=3000)
    assert solo[2] == rich[2] > 100
    np.testing.assert_array_equal(solo[0], rich[0])
    np.testing.assert_array_equal(solo[1], rich[1])
