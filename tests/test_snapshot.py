# SPDX-License-Identifier: Apache-2.0
"""A running model can be copied: run to t, snapshot, restore, go on equals the uninterrupted run, event for event."""

from __future__ import annotations

import copy
import pickle
import random
from pathlib import Path

import pytest
from factory_twin.distribution import constant, exponential
from factory_twin.errors import SnapshotError
from factory_twin.event import Kind, State
from factory_twin.log import Log
from factory_twin.plant import Buffer, Conveyor, Plant, Station, WorkerPool
from factory_twin.read import open_stage, read_plant
from factory_twin.sim import Simulation, Snapshot
from models import buffer, failure, plant, source, station, three_machines

END = 14_400.0


def rows(log: Log) -> tuple[list[list[float]], list[list[float]]]:
    return log.moves.array().tolist(), log.states.array().tolist()


def split(model: Plant, seed: int, time: float, end: float = END) -> None:
    whole, head, tail = Log(), Log(), Log()
    Simulation(model, seed=seed, log=whole).run(end)
    first = Simulation(model, seed=seed, log=head)
    first.run(time)
    snapshot: Snapshot = pickle.loads(pickle.dumps(first.snapshot()))
    second = Simulation.restore(model, snapshot, log=tail)
    assert second.now == first.now
    second.run(end)
    for complete, before, after in zip(rows(whole), rows(head), rows(tail)):
        assert complete == before + after
    uninterrupted = Simulation(model, seed=seed)
    uninterrupted.run(end)
    assert (second.finished, second.parts, second.events) == (uninterrupted.finished, uninterrupted.parts, uninterrupted.events)


def test_two_hundred_random_seeds_and_times_on_the_bike_line(bike_line: Path) -> None:
    model = read_plant(open_stage(str(bike_line)))
    pick = random.Random(20261124)
    for _ in range(200):
        split(model, seed=pick.randrange(10_000), time=pick.uniform(0.0, END))


def test_at_the_instants_where_things_happen() -> None:
    """Deterministic cycle: many events fall on one instant, and the snapshot is taken exactly there."""
    for time in (0.0, 60.0, 120.0, 6000.0, 6060.0):
        split(three_machines(), seed=3, time=time)


def test_with_every_kind_of_clock_and_branch() -> None:
    modes = (
        failure(exponential(300), exponential(60)),
        failure(exponential(500), exponential(90), clock="calendar", name="power", crew="/R"),
        failure(exponential(900), exponential(30), name="tool"),
    )
    belt = Conveyor(path="/Belt", successors=("/D",), length=9, speed=0.5, capacity=4, gap=2)
    model = plant(
        source("/Q", every=exponential(12)),
        buffer("/Q", "/A", "/B", capacity=-1),
        station("/A", "/Belt", exponential(20), servers=3, failures=modes),
        station("/B", "/L", exponential(30), failures=modes),
        belt,
        Buffer(path="/L", successors=("/C",), capacity=6, discipline="LIFO"),
        Buffer(path="/D", successors=("/C",), capacity=3, minimum_time=20),
        Station(path="/C", successors=("/K",), process_time=exponential(9), scrap_rate=0.1),
    )
    model = Plant(nodes=model.nodes, pools=(WorkerPool(path="/R", size=1),))
    for seed in range(10):
        split(model, seed=seed, time=977.0 * (seed + 1), end=20_000.0)


def test_a_snapshot_may_be_restored_many_times_and_is_not_changed_by_it() -> None:
    model = Simulation(three_machines(), seed=5)
    model.run(50_000)
    snapshot = model.snapshot()
    before = copy.deepcopy(snapshot)
    forks = [Simulation.restore(three_machines(), snapshot) for _ in range(3)]
    for fork in forks:
        fork.run(100_000)
    model.run(100_000)
    assert {f.finished for f in forks} == {model.finished}
    assert snapshot == before


def test_a_slice_never_ends_in_the_middle_of_an_instant() -> None:
    """Many events fall on one instant here, and a slice may end anywhere among them: a snapshot then is still whole."""
    feeders = [station(f"/A{k}", "/Q", constant(10)) for k in range(7)]
    sources = [source(f"/A{k}", path=f"/S{k}") for k in range(7)]
    model = plant(*sources, *feeders, buffer("/Q", "/B", capacity=7), station("/B", "/K", constant(2), servers=3))
    whole = Simulation(model)
    whole.run(20_000)
    sliced = Simulation(model)
    while not sliced.advance(20_000, budget=0.0):
        sliced = Simulation.restore(model, sliced.snapshot())
    assert (sliced.finished, sliced.parts, sliced.events) == (whole.finished, whole.parts, whole.events)


def test_a_failure_from_outside_is_noted_when_it_happens_and_survives_a_snapshot() -> None:
    """Between slices there is no instant to wait for: the log has DOWN at 25, not at the next event, and a fork knows it."""
    model = plant(source("/A"), station("/A", "/K", constant(10)))
    log, tail = Log(), Log()
    first = Simulation(model, log=log)
    first.run(25)
    first.fail("/A", 100)
    fork = Simulation.restore(model, first.snapshot(), log=tail)
    assert [(e.time, e.state) for e in log.events() if e.kind is Kind.STATE][-1] == (25, State.DOWN)
    first.run(300)
    fork.run(300)
    assert fork.finished == first.finished
    after = [(e.time, e.state) for e in tail.events() if e.kind is Kind.STATE]
    assert after == [(e.time, e.state) for e in log.events() if e.kind is Kind.STATE and e.time > 25] == [(125, State.BUSY)]


def test_another_plant_refuses_it() -> None:
    snapshot = Simulation(three_machines()).snapshot()
    with pytest.raises(SnapshotError, match="other places"):
        Simulation.restore(plant(source("/K")), snapshot)
