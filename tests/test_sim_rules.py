# SPDX-License-Identifier: Apache-2.0
"""The rules of the world (docs/SIMULATION.md), each on a model small enough to follow by hand."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from factory_twin.distribution import Distribution, constant, exponential
from factory_twin.errors import SimulationError, SnapshotError
from factory_twin.event import Kind, State
from factory_twin.kpi import measure
from factory_twin.log import Log
from factory_twin.plant import Buffer, Conveyor, Plant, Sink, Source, Station, Vehicle, VehiclePath, WorkerPool
from factory_twin.sim import Simulation
from models import buffer, failure, plant, source, station, three_machines


def events(model: Plant, until: float, kind: Kind) -> list[tuple[Any, ...]]:
    log = Log()
    Simulation(model, log=log).run(until)
    rows = [e for e in log.events() if e.kind is kind]
    if kind is Kind.MOVE:
        return [(e.time, e.place, e.other) for e in rows]
    return [(e.time, e.place, e.state) for e in rows]


def test_a_finished_part_blocks_its_server_until_the_next_place_takes_it() -> None:
    model = plant(source("/A"), station("/A", "/B", constant(2)), station("/B", "/K", constant(5)))
    states = [(t, s) for t, p, s in events(model, 12, Kind.STATE) if p == "/A"]
    assert states == [(0, State.BUSY), (4, State.BLOCKED), (7, State.BUSY), (9, State.BLOCKED), (12, State.BUSY)]


def test_what_happens_exactly_at_the_horizon_has_happened() -> None:
    model = Simulation(plant(source("/A"), station("/A", "/K", constant(5))))
    model.run(10)
    assert model.finished == 2
    model.run(14.999)
    assert model.finished == 2


def test_all_events_of_one_instant_come_before_any_part_moves() -> None:
    """A and B finish at 4, A's event first: B's place is free for A's part at that very instant, so A is never blocked."""
    model = plant(
        source("/A", limit=1),
        source("/B", path="/S2", every=constant(2), limit=1),
        station("/A", "/B", constant(4)),
        station("/B", "/K", constant(2)),
    )
    assert [(t, s) for t, p, s in events(model, 3, Kind.STATE) if p == "/B"][-1] == (2, State.BUSY)
    assert State.BLOCKED not in {s for _, p, s in events(model, 100, Kind.STATE) if p == "/A"}


def test_ties_go_to_the_part_that_has_waited_longest() -> None:
    """Two feeders block before one station; the one that finished first goes first."""
    model = plant(
        source("/A", path="/S1", limit=1),
        source("/B", path="/S2", limit=1),
        source("/C", path="/S0", limit=1),
        station("/A", "/C", constant(3)),
        station("/B", "/C", constant(2)),
        station("/C", "/K", constant(10)),
    )
    assert [p for t, p, to in events(model, 30, Kind.MOVE) if to == "/C"] == ["/S0", "/B", "/A"]


def test_a_finished_part_may_leave_a_server_that_is_down() -> None:
    """Calendar failure at 5 while A holds a finished part: it leaves at 6 when B is free, though A is down until 105."""
    model = plant(
        source("/A"),
        station("/A", "/B", constant(2), failures=(failure(constant(5), constant(100), clock="calendar"),)),
        station("/B", "/K", constant(4)),
    )
    moves = events(model, 20, Kind.MOVE)
    assert (6.0, "/A", "/B") in moves
    assert not [m for m in moves if m[2] == "/A" and m[0] > 5]


def test_interrupted_work_is_resumed() -> None:
    """Operating failures every 25 s of work, repair 10 s, cycle 10 s: the third part takes 10 s of repair longer.

    The second failure falls on the very end of the fifth part, which is finished first.
    """
    model = plant(source("/A"), station("/A", "/K", constant(10), failures=(failure(constant(25), constant(10)),)))
    assert [t for t, _, to in events(model, 90, Kind.MOVE) if to == "/K"] == [10, 20, 40, 50, 60, 80, 90]


def test_a_part_finished_at_the_instant_of_a_failure_is_finished() -> None:
    mode = failure(constant(10), constant(100), clock="calendar")
    model = Simulation(plant(source("/A"), station("/A", "/K", constant(10), failures=(mode,))))
    model.run(10)
    assert model.finished == 1


def test_parts_take_the_first_free_successor_or_one_drawn_by_weight() -> None:
    two: dict[str, Any] = {"path": "/Q", "capacity": -1}
    arrivals = source("/Q", every=constant(10), limit=400)
    first = plant(
        arrivals, buffer("/Q", "/A", "/B", capacity=-1), station("/A", "/K", constant(1)), station("/B", "/K", constant(1))
    )
    assert {p for _, p, to in events(first, 5000, Kind.MOVE) if to == "/K"} == {"/A"}
    drawn = Plant(
        nodes=tuple(n if n.path != "/Q" else type(n)(successors=("/A", "/B"), weights=(1, 3), **two) for n in first.nodes)
    )
    share = [p for _, p, to in events(drawn, 5000, Kind.MOVE) if to == "/K"].count("/B") / 400
    assert share == pytest.approx(0.75, abs=4 * (0.75 * 0.25 / 400) ** 0.5)


def test_scrap_leaves_the_plant_at_the_rate_named() -> None:
    """Binomial: of n parts a share p is scrapped, within 4 standard deviations; the line's output is the rest."""
    scrapping = Station(path="/A", successors=("/B",), process_time=constant(1), scrap_rate=0.2)
    model = plant(source("/A"), scrapping, station("/B", "/K", constant(1)))
    log = Log()
    simulation = Simulation(model, log=log)
    simulation.run(10_000)
    assert simulation.scrapped == pytest.approx(2000, abs=4 * (10_000 * 0.2 * 0.8) ** 0.5)
    assert simulation.finished + simulation.scrapped == pytest.approx(10_000, abs=2)
    found = measure(log, model)
    a, b = found.stations["/A"], found.stations["/B"]
    assert (a.parts, a.scrapped, b.scrapped) == (10_000, simulation.scrapped, 0)
    assert a.quality_ratio == pytest.approx(1 - simulation.scrapped / 10_000) and b.quality_ratio == 1
    assert found.throughput_per_h == pytest.approx(simulation.finished * 0.36)
    assert found.wip == pytest.approx(2 - 0.2, abs=0.05)  # A always holds one, B for the share that is good


def test_a_crew_repairs_who_has_been_down_longest_first() -> None:
    """A fails at 100, B at 110, C at 120; repairs take 50 s each and there are two members."""
    down = constant(50)
    modes = [failure(constant(t), down, clock="calendar", crew="/R") for t in (120, 100, 110)]
    names = ("/C", "/A", "/B")
    lines = [station(name, "/K", constant(1000), failures=(mode,)) for name, mode in zip(names, modes)]
    nodes = plant(*[source(n, path=f"/S{n[1:]}") for n in names], *lines).nodes
    model = Plant(nodes=nodes, pools=(WorkerPool(path="/R", size=2),))
    ends = {p: t for t, p, s in events(model, 205, Kind.STATE) if p in names and s is State.BUSY}
    assert ends == {"/A": 150, "/B": 160, "/C": 200}


def test_a_conveyor_takes_its_length_over_speed_and_accumulates() -> None:
    belt = Conveyor(path="/Belt", successors=("/M",), length=10, speed=0.5, capacity=3, points=((0, 0, 0), (10, 0, 0)))
    model = plant(source("/Belt", every=constant(5), limit=6), belt, station("/M", "/K", constant(30)))
    moves = events(model, 400, Kind.MOVE)
    assert [t for t, p, to in moves if to == "/M"] == [25, 55, 85, 115, 145, 175]
    # three fit: the fourth waits outside until the first leaves
    assert [t for t, p, to in moves if to == "/Belt"] == [5, 10, 15, 25, 55, 85]


def test_a_conveyor_that_flows_freely_delays_each_part_alike() -> None:
    belt = Conveyor(path="/Belt", successors=("/M",), length=10, speed=0.5, capacity=9, points=((0, 0, 0), (10, 0, 0)))
    model = plant(source("/Belt", every=constant(5), limit=4), belt, station("/M", "/K", constant(1)))
    assert [t for t, _, to in events(model, 400, Kind.MOVE) if to == "/M"] == [25, 30, 35, 40]


def test_a_conveyor_keeps_its_gap_on_entering_and_on_moving_up() -> None:
    """Gap 2 m at 0.5 m/s: entries are 4 s apart, and behind a part that leaves the next is at the end 4 s later."""
    belt = Conveyor(path="/Belt", successors=("/M",), length=10, speed=0.5, capacity=5, gap=2, points=((0, 0, 0), (10, 0, 0)))
    model = plant(source("/Belt", limit=4), belt, station("/M", "/K", constant(1)))
    moves = events(model, 400, Kind.MOVE)
    assert [t for t, _, to in moves if to == "/Belt"] == [0, 4, 8, 12]
    assert [t for t, _, to in moves if to == "/M"] == [20, 24, 28, 32]
    queue = plant(source("/Belt", limit=4), belt, station("/M", "/K", constant(30)))
    assert [t for t, _, to in events(queue, 400, Kind.MOVE) if to == "/M"] == [20, 50, 80, 110]
    late = plant(
        source("/Belt", limit=3),
        belt,
        station("/M", "/Q", constant(40)),
        buffer("/Q", "/N", capacity=1),
        station("/N", "/K", constant(1)),
    )
    assert [t for t, _, to in events(late, 400, Kind.MOVE) if to == "/M"] == [20, 60, 100]


def test_parts_that_leave_a_belt_one_after_the_other_follow_by_the_gap() -> None:
    """Three wait at the end until all three servers are up again at 100: they come 4 s apart."""
    belt = Conveyor(path="/Belt", successors=("/M",), length=10, speed=0.5, capacity=5, gap=2, points=((0, 0, 0), (10, 0, 0)))

    def closed(sim: Simulation) -> Generator[Any, Any, None]:
        yield sim.env.timeout(1)
        for server in range(3):
            sim.fail("/M", 99, server=server)

    model = plant(source("/Belt", limit=3), belt, station("/M", "/K", constant(500), servers=3))
    log = Log()
    Simulation(model, log=log, processes=[closed]).run(150)
    assert [e.time for e in log.events() if e.other == "/M"] == [100, 104, 108]


def test_a_dwell_time_is_the_least_time_in_a_buffer() -> None:
    oven = Buffer(path="/Q", successors=("/M",), capacity=3, minimum_time=100)
    model = plant(source("/Q", every=constant(10), limit=5), oven, station("/M", "/K", constant(1)))
    moves = events(model, 1000, Kind.MOVE)
    assert [t for t, _, to in moves if to == "/M"] == [110, 120, 130, 210, 220]
    assert [t for t, _, to in moves if to == "/Q"] == [10, 20, 30, 110, 120]


def test_last_in_first_out() -> None:
    pile = Buffer(path="/Q", successors=("/M",), capacity=9, discipline="LIFO")
    model = plant(source("/Q", every=constant(10), limit=4), pile, station("/M", "/K", constant(25)))
    log = Log()
    Simulation(model, log=log).run(500)
    assert [e.number for e in log.events() if e.other == "/M"] == [0, 2, 3, 1]


def test_a_vehicle_drives_empty_loads_drives_back_and_unloads() -> None:
    road = VehiclePath(
        path="/Road",
        successors=("/K",),
        length=20,
        speed=2,
        points=((0, 0, 0), (20, 0, 0)),
        vehicles=(Vehicle(path="/Agv", load_time=4, unload_time=6),),
    )
    model = plant(source("/Road", every=constant(5), limit=2), road)
    assert [t for t, _, to in events(model, 200, Kind.MOVE) if to == "/K"] == [5 + 30, 5 + 60]


def test_adding_a_machine_does_not_change_what_the_others_draw() -> None:
    """One stream per prim path and purpose: common random numbers across scenarios."""
    short = plant(source("/A"), station("/A", "/K", exponential(10)))
    long = plant(
        source("/A"), station("/A", "/Q", exponential(10)), buffer("/Q", "/B", capacity=-1), station("/B", "/K", exponential(1))
    )
    out = [[t for t, p, _ in events(m, 2000, Kind.MOVE) if p == "/A"] for m in (short, long)]
    assert out[0] == out[1] and len(out[0]) > 100


def test_equal_seeds_give_equal_runs_and_other_seeds_do_not() -> None:
    def states(seed: int, replication: int) -> list[Any]:
        log = Log()
        Simulation(three_machines(), seed=seed, replication=replication, log=log).run(1e5)
        return list(log.events())

    assert states(1, 0) == states(1, 0)
    assert states(1, 0) != states(2, 0)
    assert states(1, 0) != states(1, 1)


def test_slices_give_the_same_run_as_one_piece() -> None:
    logs = [Log(), Log()]
    whole = Simulation(three_machines(), log=logs[0])
    whole.run(2e5)
    sliced = Simulation(three_machines(), log=logs[1])
    while not sliced.advance(2e5, budget=0.0):
        pass
    assert list(logs[0].events()) == list(logs[1].events())


def test_an_endless_source_is_an_error_not_a_hang() -> None:
    with pytest.raises(SimulationError, match="endlessly") as caught:
        Simulation(plant(source("/Q"), buffer("/Q", "/A", capacity=-1), station("/A", "/K", constant(1)))).run(10)
    assert caught.value.where == "/S"


def test_a_source_that_outruns_the_line_is_an_error() -> None:
    with pytest.raises(SimulationError, match="wait outside"):
        Simulation(plant(source("/A", every=constant(0.01)), station("/A", "/K", constant(1000)))).run(1e5)


def test_a_loop_in_zero_time_is_an_error_that_names_the_place() -> None:
    nodes = (
        Source(path="/S", successors=("/A",), limit=1),
        Station(path="/A", successors=("/B",), process_time=constant(0)),
        Station(path="/B", successors=("/A",), process_time=constant(0)),
        Sink(path="/K"),
    )
    with pytest.raises(SimulationError, match="Time stands still"):
        Simulation(Plant(nodes=nodes)).run(10)


def test_a_successor_that_is_not_there_is_an_error() -> None:
    with pytest.raises(SimulationError, match="/Nowhere"):
        Simulation(Plant(nodes=(Source(path="/S", successors=("/Nowhere",)), Sink(path="/K"))))


def test_a_users_own_process_takes_part_but_can_not_be_snapshot() -> None:
    seen = []

    def saboteur(sim: Simulation) -> Generator[Any, Any, None]:
        yield sim.env.timeout(25)
        seen.append((sim.now, sim.states("/A"), sim.level("/A")))
        sim.fail("/A", 100)

    model = Simulation(plant(source("/A"), station("/A", "/K", constant(10))), processes=[saboteur])
    model.run(200)
    assert seen == [(25, (State.BUSY,), 1)]
    assert model.finished == 10  # 2 until 20, 100 s lost: 20 - 10
    with pytest.raises(SnapshotError, match="generator"):
        model.snapshot()


def test_distributions_have_the_mean_they_name() -> None:
    from factory_twin.distribution import parse
    from factory_twin.sim.stream import stream

    for text in (
        "uniform(low=2, high=6)",
        "triangular(low=1, mode=2, high=6)",
        "lognormal(mean=5, cv=0.4)",
        "gamma(shape=2, scale=3)",
        "erlang(k=3, mean=9)",
        "weibull(shape=1.5, scale=10)",
        "normal(mean=10, sd=8)",
        "beta(low=2, high=10, alpha=2, beta=3)",
        "exponential(mean=4)",
    ):
        law: Distribution = parse(text)
        draw = stream(law, seed=1, replication=0, path="/X", purpose="test").draw
        values = [draw() for _ in range(40_000)]
        assert min(values) >= 0
        assert sum(values) / len(values) == pytest.approx(law.mean, rel=0.02), text
