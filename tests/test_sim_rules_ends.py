# SPDX-License-Identifier: Apache-2.0
"""Rules of beginnings and ends, followed by hand: horizon, runs until empty, standstills, loops in zero time."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator
from typing import Any

import pytest
from factory_twin.distribution import constant
from factory_twin.errors import SimulationError
from factory_twin.log import Log
from factory_twin.plant import (
    Assembly,
    Batch,
    Buffer,
    Calendar,
    CardLoop,
    Demand,
    Failure,
    Maintenance,
    Order,
    Plant,
    Product,
    Road,
    Scenario,
    Setup,
    Shift,
    Sink,
    Source,
    Station,
    Step,
    Transport,
    Vehicle,
    WorkerPool,
)
from factory_twin.sim import Simulation, simulation
from follow import Followed, made
from models import buffer, source, station


# ---- horizon
@pytest.mark.parametrize(("inclusive", "finished"), [(True, 3), (False, 2)])
def test_what_happens_exactly_at_the_horizon_counts_or_not(inclusive: bool, finished: int) -> None:
    plant = made(source("/M"), station("/M", "/K", constant(10)), scenario=Scenario(horizon=30, inclusive=inclusive))
    run = Followed(plant, 30)
    assert len(run.times("/K")) == run.model.finished == finished
    assert run.model.now == run.log.end == 30
    run.model.run(40)
    assert run.model.finished == finished + 1


# ---- until empty
def test_a_run_until_empty_ends_with_the_last_part() -> None:
    """Failures and shifts that are still to come do not prolong it."""
    day = Calendar(path="/Day", windows=((0, 1000),), period=2000)
    plant = made(
        source("/M", limit=3),
        Station(
            path="/M", successors=("/K",), process_time=constant(10), shift=Shift(calendar="/Day"),
            failures=(Failure("f", "calendar", constant(25), constant(5)),),
            maintenance=(Maintenance(name="m", clock="calendar", every=constant(500), duration=constant(5)),),
        ),
        calendars=(day,),
    )  # fmt: skip
    run = Followed(plant)
    assert run.end == run.model.now == 35
    assert run.model.stuck() == ()


@pytest.mark.parametrize(
    "endless", [{}, {"interarrival": constant(10)}, {"products": ("/A", "/B")}, {"batch": 2, "first": constant(1)}]
)
def test_a_source_without_end_is_refused(endless: dict[str, object]) -> None:
    plant = made(
        Source(path="/S", successors=("/M",), **endless),  # type: ignore[arg-type]
        station("/M", "/K", constant(10)),
        products=(Product(path="/A"), Product(path="/B")),
    )
    with pytest.raises(SimulationError, match="never end") as caught:
        Followed(plant)
    assert caught.value.where == "/S"


def test_work_orders_are_an_end() -> None:
    plant = made(
        Source(path="/S", successors=("/M",), orders=("/O",)),
        station("/M", "/K", constant(10)),
        products=(Product(path="/A"),),
        orders=(Order(path="/O", product="/A", quantity=4, release=5),),
    )
    assert Followed(plant).end == 45


def test_parts_present_at_the_start_are_to_leave_too() -> None:
    """Nothing comes from the source; three stand in the buffer."""
    plant = made(
        source("/Q", limit=0),
        Buffer(path="/Q", successors=("/M",), capacity=5, initial=3, initial_product="/A"),
        station("/M", "/K", constant(10)),
        products=(Product(path="/A"),),
    )
    run = Followed(plant)
    assert run.end == 30
    assert run.left("made") == [(0, 0), (0, 1), (0, 2)]
    assert run.came("/K") == [(10, 0), (20, 1), (30, 2)]


def test_a_repair_that_is_under_way_is_no_standstill() -> None:
    plant = made(
        source("/M", limit=1),
        station("/M", "/K", constant(10), failures=(Failure("f", "operating", constant(5), constant(1e6)),)),
    )
    run = Followed(plant, 100)
    assert run.model.stuck() == ()
    run.model.run_until_empty()
    assert run.model.finished == 1


# ---- standstills
def missing_part() -> Plant:
    return made(
        source("/Q1", path="/S1", limit=3),
        source("/Q2", path="/S2", limit=1),
        buffer("/Q1", "/Join", capacity=5),
        buffer("/Q2", "/Join", capacity=5),
        Station(
            path="/Join", successors=("/K",), process_time=constant(10), assembly=Assembly(inputs=(("/Q1", 1), ("/Q2", 1)))
        ),
    )


def circle() -> Plant:
    """Two stations that feed each other and are both full."""
    plan = (Step(path="/1", stations=("/A",)), Step(path="/2", stations=("/B",), before=(0,)))
    back = (Step(path="/3", stations=("/B",)), Step(path="/4", stations=("/A",), before=(0,)))
    return made(
        Source(path="/S", successors=("/A", "/B"), limit=4, products=("/P", "/Q"), cyclic=True),
        Station(path="/A", successors=("/B", "/K"), process_time=constant(10)),
        Station(path="/B", successors=("/A", "/K"), process_time=constant(10)),
        products=(Product(path="/P", plan=plan), Product(path="/Q", plan=back)),
    )


def no_workers() -> Plant:
    gone = Calendar(path="/Gone", windows=((0, 15),))
    return made(
        source("/M", limit=2),
        Station(path="/M", successors=("/K",), process_time=constant(10), workers=Demand(count=1, pools=("/P",))),
        pools=(WorkerPool(path="/P", shift=Shift(calendar="/Gone")),),
        calendars=(gone,),
    )


def shift_over() -> Plant:
    return made(
        source("/M", limit=2),
        Station(path="/M", successors=("/K",), process_time=constant(10), shift=Shift(calendar="/Gone")),
        calendars=(Calendar(path="/Gone", windows=((0, 15),)),),
    )


def no_cards() -> Plant:
    """The card comes off at a place that is never passed."""
    return made(
        source("/M", limit=3),
        Station(path="/M", successors=("/K", "/Q"), process_time=constant(10)),
        buffer("/Q", "/K", capacity=5),
        station("/N", "/K", constant(1)),
        loops=(CardLoop(path="/L", cards=1, begin=("/M",), end=("/Q",)),),
    )


def blocked_vehicle() -> Plant:
    """The vehicle brings a part to a station whose part waits for the vehicle."""
    return Plant(
        nodes=(
            source("/T1", limit=2),
            Transport(path="/T1", successors=("/M",), vehicles=("/V",)),
            Station(path="/M", successors=("/T2",), process_time=constant(60), position=(10, 0, 0)),
            Transport(path="/T2", successors=("/K",), vehicles=("/V",)),
            Sink(path="/K", position=(20, 0, 0)),
        ),
        vehicles=(Vehicle(path="/V", load_time=4, unload_time=6, roads=("/R",)),),
        roads=(Road(path="/R", points=((0, 0, 0), (20, 0, 0)), both_ways=True),),
    )


@pytest.mark.parametrize(
    ("build", "finished", "stuck"),
    [
        (missing_part, 1, {"/Q1": (2, "Join"), "/Join": (0, "parts of /Q2")}),
        (circle, 0, {"/A": (1, "/B takes nothing"), "/B": (1, "/A takes nothing"), "/S": (1, "takes nothing")}),
        (no_workers, 1, {"/M": (1, "workers of /P never come")}),
        (shift_over, 1, {"/M": (1, "shift")}),
        (blocked_vehicle, 0, {"/M": (1, "/T2 takes nothing"), "/T1": (1, "/M takes nothing")}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_standstill_is_reported_with_the_places_and_what_they_wait_for(
    build: Callable[[], Plant], finished: int, stuck: dict[str, tuple[int, str]]
) -> None:
    run = Followed(build())
    assert run.model.finished == finished
    found = {s.path: (s.parts, s.why) for s in run.model.stuck()}
    for path, (parts, words) in stuck.items():
        assert path in found, found
        assert found[path][0] == parts and words in found[path][1], found
    assert set(found) == set(stuck), found


def test_cards_that_never_come_back_are_a_standstill() -> None:
    """All parts go to the sink, where their card comes off; drop that, and the second never starts."""
    run = Followed(no_cards())
    assert run.times("/K") == [10, 20, 30]
    kept = made(
        source("/M", limit=3),
        station("/M", "/Q", constant(10)),
        Buffer(path="/Q", successors=("/Join",), capacity=9),
        Station(path="/Join", successors=("/K",), process_time=constant(1), batch=Batch(minimum=2, maximum=2)),
        loops=(CardLoop(path="/L", cards=1, begin=("/M",), end=("/Q",)),),
    )
    stuck = Followed(kept).model.stuck()
    assert {s.path: s.parts for s in stuck} == {"/S": 1, "/M": 0, "/Q": 1, "/Join": 0}
    assert "no card is free" in next(s.why for s in stuck if s.path == "/M")


def test_a_standstill_that_a_calendar_ends_is_none() -> None:
    """Off from 15 to 1000: the run goes on over the gap."""
    calendar = Calendar(path="/Gone", windows=((0, 15),), period=1000)
    run = Followed(dataclasses.replace(shift_over(), calendars=(calendar,)))
    assert run.end == 1005 and run.model.stuck() == ()


def test_a_shift_that_never_suffices_is_a_standstill() -> None:
    """A part takes 20 s, nothing is started within 20 s of the end, and shifts are 15 s long."""
    calendar = Calendar(path="/Gone", windows=((0, 15),), period=100)
    plant = made(
        source("/M", limit=1),
        Station(path="/M", successors=("/K",), process_time=constant(20), shift=Shift(calendar="/Gone", no_start_within=20)),
        calendars=(calendar,),
    )
    run = Followed(plant)
    assert run.model.finished == 0
    assert "/M" in {s.path for s in run.model.stuck()}


@pytest.mark.parametrize("time", [0, 10])
@pytest.mark.parametrize("rework", [False, True])
def test_a_station_that_feeds_itself_waits_for_itself(time: float, rework: bool) -> None:
    """One server: it is not free as long as the part stands on it. With two the part changes servers, for ever."""
    back = {"rework_rate": 1.0, "rework": "/M"} if rework else {}
    alone = Station(path="/M", successors=("/K",) if rework else ("/M",), process_time=constant(time), **back)  # type: ignore[arg-type]
    run = Followed(made(source("/M", limit=1), alone))
    assert [(s.path, s.parts) for s in run.model.stuck()] == [("/M", 1)]
    pair = Followed(made(source("/M", limit=1), dataclasses.replace(alone, servers=2, process_time=constant(10))), 35)
    assert pair.times("/M") == [0, 10, 20, 30]


# ---- loops in zero time
def workplace(path: str, to: str) -> Station:
    return Station(path=path, successors=(to,), process_time=constant(0), setup=Setup(time=constant(0)))


def looped(kind: str) -> Plant:
    nodes = {
        "stations": (station("/A", "/B", constant(0)), station("/B", "/A", constant(0))),
        "two servers": (station("/A", "/B", constant(0), servers=2), station("/B", "/A", constant(0), servers=2)),
        "workplaces": (workplace("/A", "/B"), workplace("/B", "/A")),
        "buffers": (buffer("/A", "/B"), buffer("/B", "/A")),
        "large buffers": (buffer("/A", "/B", capacity=-1), buffer("/B", "/A", capacity=-1)),
        "stores": (
            Buffer(path="/A", successors=("/B",), discipline="EDD"),
            Buffer(path="/B", successors=("/A",), discipline="EDD"),
        ),
        "a buffer and a station": (buffer("/A", "/B"), station("/B", "/A", constant(0))),
        "a store and a workplace": (Buffer(path="/A", successors=("/B",), discipline="EDD"), workplace("/B", "/A")),
        "a batch": (
            buffer("/A", "/B", capacity=2),
            Station(path="/B", successors=("/A",), process_time=constant(0), batch=Batch(minimum=1, maximum=2)),
        ),
        "rework": (
            buffer("/A", "/B"),
            Station(path="/B", successors=("/K",), process_time=constant(0), rework_rate=1.0, rework="/A"),
        ),
        "a vehicle": (
            buffer("/A", "/T"),
            Transport(path="/T", successors=("/A",), vehicles=("/V",)),
        ),
    }[kind]
    vehicles = (Vehicle(path="/V", roads=("/R",)),) if kind == "a vehicle" else ()
    roads = (Road(path="/R", points=((0, 0, 0), (1, 0, 0)), both_ways=True),)
    return made(source("/A", limit=3 if kind == "two servers" else 1), *nodes, vehicles=vehicles, roads=roads)


@pytest.mark.parametrize(
    "kind",
    [
        "stations", "two servers", "workplaces", "buffers", "large buffers", "stores", "a buffer and a station",
        "a store and a workplace", "a batch", "rework", "a vehicle",
    ],
)  # fmt: skip
def test_a_loop_in_zero_time_is_an_error_that_names_its_places(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "LOOP", 3000)
    with pytest.raises(SimulationError, match=r"Time stands still|in a circle, in no time") as caught:
        Simulation(looped(kind), log=Log()).run(10)
    assert set((caught.value.where or "").split(", ")) <= {"/A", "/B", "/T", "/V"}


def test_a_source_that_pours_out_is_an_error_that_names_it() -> None:
    for node in (
        source("/K"),
        source("/K", every=constant(0)),
        Source(path="/S", successors=("/K",), batch=2, products=("/A",)),
    ):
        with pytest.raises(SimulationError) as caught:
            Simulation(made(node, products=(Product(path="/A"),))).run(10)
        assert caught.value.where == "/S"


def test_a_users_process_that_does_not_let_time_go_on_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def idle(sim: Simulation) -> Generator[Any, Any, None]:
        while True:
            yield sim.env.timeout(0)

    monkeypatch.setattr(simulation, "LOOP", 3000)
    with pytest.raises(SimulationError, match="Time stands still"):
        Simulation(made(source("/M"), station("/M", "/K", constant(1))), processes=[idle]).run(10)
