# SPDX-License-Identifier: Apache-2.0
"""Properties that hold with every feature at work at once: conservation, shares, determinism, snapshots, exclusive roads."""

from __future__ import annotations

import dataclasses
import pickle
from collections import Counter

import numpy as np
import pytest
from factory_twin.distribution import exponential
from factory_twin.event import State
from factory_twin.log import Log
from factory_twin.plant import Buffer, Plant, Sink, Source, Station
from factory_twin.sim import Simulation

from .everything import everything

HORIZON = 20_000.0


def run(plant: Plant, *, seed: int = 1, until: float = HORIZON) -> tuple[Simulation, Log]:
    log = Log()
    model = Simulation(plant, seed=seed, log=log)
    model.run(until)
    return model, log


@pytest.fixture(scope="module")
def plant() -> Plant:
    return everything()


@pytest.mark.parametrize("seed", range(1, 6))
def test_parts_are_conserved(plant: Plant, seed: int) -> None:
    model, log = run(plant, seed=seed)
    moves = log.moves.array()
    came = Counter(moves[:, 2].astype(int).tolist())
    went = Counter(moves[:, 1].astype(int).tolist())
    for place in model.places:
        if not isinstance(place.node, Source | Sink):
            assert came[place.index] - went[place.index] == place.level(), place.node.path
    outside = sum(len(p.waiting) for p in model.places if isinstance(p.node, Source) and hasattr(p, "waiting"))
    assert len(model.items) == sum(p.level() for p in model.places) + outside
    assert model.finished > 50


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_part_is_at_one_place_at_a_time(plant: Plant, seed: int) -> None:
    _, log = run(plant, seed=seed)
    where: dict[int, int] = {}
    for time, here, there, part in log.moves.array().tolist():
        assert where.get(int(part), int(here)) == int(here), (time, part)
        where[int(part)] = int(there)


def test_every_feature_takes_part(plant: Plant) -> None:
    _, log = run(plant)
    ways = {(log.places[int(a)], log.places[int(b)]) for _, a, b, _ in log.moves.array()}
    assert {
        ("/Drill", "scrap"),
        ("/Mill", "scrap"),
        ("/Join", "consumed"),
        ("made", "/Split"),
        ("/Screws", "lost"),
        ("made", "/Bin"),
    } <= ways
    seen = {(log.places[int(r[1])], State(int(r[3]))) for r in log.states.array()}
    for path, states in {
        "/Mill": {"BUSY", "SETUP", "DOWN", "MAINTENANCE", "OFF", "WAITING", "STARVED", "BLOCKED"},
        "/Oven": {"BUSY", "MAINTENANCE"},
        "/V2": {"BUSY", "MAINTENANCE", "WAITING"},
        "/Crew": {"BUSY", "IDLE", "OFF"},
    }.items():
        assert {(path, State[s]) for s in states} <= seen, path
    orders = log.parts.array()[:, 2]
    assert {0, 1} <= set(orders[orders >= 0].astype(int).tolist())


def test_equal_seeds_give_equal_runs(plant: Plant) -> None:
    (_, a), (_, b), (_, c) = run(plant), run(plant), run(plant, seed=2)
    np.testing.assert_array_equal(a.moves.array(), b.moves.array())
    np.testing.assert_array_equal(a.states.array(), b.states.array())
    assert not np.array_equal(a.moves.array()[:100], c.moves.array()[:100])


def test_a_station_added_elsewhere_does_not_change_what_others_draw(plant: Plant) -> None:
    extra = (
        Source(path="/Z/S", successors=("/Z/M",), interarrival=exponential(33)),
        Station(path="/Z/M", successors=("/Z/K",), process_time=exponential(30)),
        Sink(path="/Z/K"),
    )
    _, alone = run(plant)
    _, more = run(dataclasses.replace(plant, nodes=(*plant.nodes, *extra)))
    there = {i for i, p in enumerate(more.places) if p.startswith("/Z")}
    kept = [(t, more.places[int(a)], more.places[int(b)]) for t, a, b, _ in more.moves.array().tolist() if int(a) not in there]
    assert kept == [(t, alone.places[int(a)], alone.places[int(b)]) for t, a, b, _ in alone.moves.array().tolist()]


@pytest.mark.parametrize("at", [0.0, 1.0, 3000.0, 3600.0, 4321.0, 7200.0, 9000.0, 12345.6, 17777.0])
def test_a_restored_snapshot_goes_on_as_if_never_interrupted(plant: Plant, at: float) -> None:
    _, whole = run(plant)
    first = Log()
    model = Simulation(plant, seed=1, log=first)
    model.run(at)
    snapshot = pickle.loads(pickle.dumps(model.snapshot()))
    model.run(at + 500)  # the original goes on and disturbs nothing
    rest = Log()
    other = Simulation.restore(plant, snapshot, log=rest)
    other.run(HORIZON)
    for name in ("moves", "states"):
        rows = getattr(first, name).array()
        begun = rows[rows[:, 0] <= at]
        np.testing.assert_array_equal(np.concatenate([begun, getattr(rest, name).array()]), getattr(whole, name).array())


def test_an_exclusive_road_carries_one_vehicle_at_a_time(plant: Plant) -> None:
    log = Log()
    model = Simulation(plant, seed=3, log=log)
    assert model.fleet is not None
    exclusive = {i for i, r in enumerate(plant.roads) if r.exclusive}
    seen = set()
    model._start()
    while model.queue and model.queue[0][0] < HORIZON:
        model._slice(model.queue[0][0])
        on = [v.road for v in model.fleet.vehicles if v.road >= 0]
        assert len(on) == len(set(on))
        assert set(on) <= exclusive
        seen.update(on)
        assert model.fleet.taken == set(on)
    assert seen == exclusive


@pytest.mark.parametrize("seed", range(1, 4))
def test_levels_stay_within_capacity_and_cards(plant: Plant, seed: int) -> None:
    model = Simulation(plant, seed=seed, log=Log())
    bounds = {n.path: n.capacity for n in plant.nodes if isinstance(n, Buffer) and n.capacity >= 0}
    for until in np.linspace(0, HORIZON, 400)[1:]:
        model.run(float(until))
        for path, capacity in bounds.items():
            assert model.level(path) <= capacity
        kanban, conwip = model.loops
        assert 0 <= kanban.free <= 6 and 0 <= conwip.free <= 40
        held = Counter(card for part in model.items.all.values() for card in part.cards)
        assert held[0] == 6 - kanban.free and held[1] == 40 - conwip.free


def test_twice_the_times_give_twice_the_moments(plant: Plant) -> None:
    del plant
    from .scaling import scaled

    made = everything()
    _, one = run(made, until=8000)
    _, two = run(scaled(made, 2.0), until=16000)
    assert len(one.moves) == len(two.moves)
    np.testing.assert_allclose(one.moves.array()[:, 0] * 2, two.moves.array()[:, 0], rtol=1e-9)
    np.testing.assert_array_equal(one.moves.array()[:, 1:], two.moves.array()[:, 1:])
