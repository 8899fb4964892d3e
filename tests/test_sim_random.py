# SPDX-License-Identifier: Apache-2.0
"""Laws that hold for every plant, tried on random ones: conservation, Little's law, shares, determinism, snapshots, units."""

from __future__ import annotations

import numpy as np
from factory_twin.log import Log
from factory_twin.plant import LOST, SCRAP, Plant, Station
from factory_twin.sim import Simulation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .random_plants import plants
from .scaling import scaled

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
SEEDS = st.integers(0, 1000)


def run(plant: Plant, seed: int) -> tuple[Simulation, Log]:
    log = Log()
    model = Simulation(plant, seed=seed, log=log)
    model.run_until_empty()
    return model, log


@QUICK
@given(plants(), SEEDS)
def test_every_part_gets_out_once(plant: Plant, seed: int) -> None:
    model, log = run(plant, seed)
    assert model.stuck() == ()
    assert model.now < 1e6
    moves = log.moves.array()
    out = [log.places.index(p) for p in ("/K", SCRAP.path, LOST.path) if p in log.places]
    ended = moves[np.isin(moves[:, 2], out), 3]
    assert len(ended) == len(set(ended.tolist())) == model.parts
    assert model.parts == sum(n.limit for n in plant.nodes if n.kind == "source")
    assert all(model.level(n.path) == 0 for n in plant.nodes)
    assert len(model.items) == 0


@QUICK
@given(plants(), SEEDS)
def test_littles_law_holds_exactly_from_empty_to_empty(plant: Plant, seed: int) -> None:
    _, log = run(plant, seed)
    moves = log.moves.array()
    for index in range(len(plant.nodes)):
        here = moves[(moves[:, 1] == index) | (moves[:, 2] == index)]
        if plant.nodes[index].kind in ("source", "sink") or not len(here):
            continue
        times, change = here[:, 0], (here[:, 2] == index).astype(float) - (here[:, 1] == index)
        level = np.cumsum(change)
        assert level.min() >= 0 and level[-1] == 0
        area = float((level[:-1] * np.diff(times)).sum())
        stays = float(times[change < 0].sum() - times[change > 0].sum())
        np.testing.assert_allclose(area, stays, rtol=1e-9, atol=1e-6)


@QUICK
@given(plants(), SEEDS)
def test_states_follow_each_other_without_gap(plant: Plant, seed: int) -> None:
    _, log = run(plant, seed)
    rows = log.states.array()
    for index, node in enumerate(plant.nodes):
        if isinstance(node, Station):
            for server in range(node.servers):
                mine = rows[(rows[:, 1] == index) & (rows[:, 2] == server)]
                assert mine[0, 0] == 0.0  # known from the first instant on, so the shares sum to 1
                assert (np.diff(mine[:, 0]) >= 0).all()
                assert (np.diff(mine[:, 3]) != 0).all()  # only changes


@QUICK
@given(plants(), SEEDS)
def test_equal_seeds_give_equal_logs(plant: Plant, seed: int) -> None:
    (_, a), (_, b) = run(plant, seed), run(plant, seed)
    np.testing.assert_array_equal(a.moves.array(), b.moves.array())
    np.testing.assert_array_equal(a.states.array(), b.states.array())


@QUICK
@given(plants(), SEEDS, st.floats(0, 300))
def test_a_snapshot_anywhere_goes_on_the_same(plant: Plant, seed: int, at: float) -> None:
    whole, begun, rest = Log(), Log(), Log()
    Simulation(plant, seed=seed, log=whole).run(600)
    model = Simulation(plant, seed=seed, log=begun)
    model.run(at)
    Simulation.restore(plant, model.snapshot(), log=rest).run(600)
    for name in ("moves", "states"):
        joined = np.concatenate([getattr(begun, name).array(), getattr(rest, name).array()])
        np.testing.assert_array_equal(joined, getattr(whole, name).array())


@QUICK
@given(plants(), SEEDS)
def test_another_unit_of_time_changes_nothing_else(plant: Plant, seed: int) -> None:
    (_, one), (_, four) = run(plant, seed), run(scaled(plant, 4.0), seed)  # a power of two: no rounding
    np.testing.assert_array_equal(one.moves.array()[:, 0] * 4, four.moves.array()[:, 0])
    np.testing.assert_array_equal(one.moves.array()[:, 1:], four.moves.array()[:, 1:])
    np.testing.assert_array_equal(one.states.array()[:, 1:], four.states.array()[:, 1:])


@QUICK
@given(plants(), SEEDS, st.floats(0, 400))
def test_no_place_is_called_stuck_where_every_part_gets_out_in_the_end(plant: Plant, seed: int, at: float) -> None:
    model = Simulation(plant, seed=seed, log=Log())
    model.run(at)
    assert model.stuck() == ()
