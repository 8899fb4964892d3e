# SPDX-License-Identifier: Apache-2.0
"""Rules of transport, followed by hand: vehicles on a network of roads, traffic, batteries."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from factory_twin.distribution import constant
from factory_twin.errors import SimulationError
from factory_twin.plant import (
    Batch,
    Buffer,
    Conveyor,
    Node,
    Order,
    Plant,
    Product,
    Road,
    Setup,
    Sink,
    Source,
    Station,
    Step,
    Transport,
    Vehicle,
)
from follow import BLOCKED, BUSY, IDLE, MAINTENANCE, WAITING, Followed

STREET = Road(path="/R", points=((0, 0, 0), (20, 0, 0)), both_ways=True)


def at(x: float, y: float = 0.0) -> tuple[float, float, float]:
    return (x, y, 0.0)


def source(path: str, to: str, *, x: float = 0.0, y: float = 0.0, first: float = 5, every: float = 5, limit: int = 1) -> Source:
    return Source(
        path=path, successors=(to,), interarrival=constant(every), first=constant(first), limit=limit, position=at(x, y)
    )


def agv(path: str = "/V", *, roads: tuple[str, ...] = ("/R",), **values: Any) -> Vehicle:
    return Vehicle(path=path, load_time=4, unload_time=6, roads=roads, **values)


def fleet(*nodes: Node, vehicles: tuple[Vehicle, ...] = (agv(),), roads: tuple[Road, ...] = (STREET,), **parts: Any) -> Plant:
    """Sink /K at (20, 0)."""
    return Plant(nodes=(*nodes, Sink(path="/K", position=at(20))), vehicles=vehicles, roads=roads, **parts)


def ride(path: str = "/T", to: str = "/K", *vehicles: str, **values: Any) -> Transport:
    return Transport(path=path, successors=(to,), vehicles=vehicles or ("/V",), **values)


def shuttle(*, limit: int = 2, **values: Any) -> Plant:
    """Parts at 5, 10, ... at (0, 0), to be brought to (20, 0); 1 m/s, load 4 s, unload 6 s; the vehicle starts at (0, 0)."""
    return fleet(source("/S", "/T", limit=limit), ride(), vehicles=(agv(**values),))


# ---- a job
def test_a_vehicle_fetches_loads_brings_unloads_and_stays() -> None:
    """5: load until 9, travel until 29, unload until 35. Empty back until 55, load 59, travel 79, unload 85."""
    run = Followed(shuttle())
    assert run.came("/T") == [(5, 0), (55, 1)]
    assert run.came("/K") == [(35, 0), (85, 1)]
    assert run.states("/V") == [(0, IDLE), (5, BUSY), (85, IDLE)]
    driven = [(e.time, e.other) for e in run.events if e.place == "/V" and e.other in ("depart", "arrive", "load")]
    assert driven == [
        (5, "load"), (9, "depart"), (29, "arrive"),
        (35, "depart"), (55, "arrive"), (55, "load"), (59, "depart"), (79, "arrive"),
    ]  # fmt: skip


def test_the_speed_is_that_of_the_road_or_of_the_vehicle() -> None:
    fast = dataclasses.replace(STREET, speed=4.0)
    plant = fleet(source("/S", "/T"), ride(), roads=(fast,))
    assert Followed(plant).times("/K") == [5 + 4 + 5 + 6]
    assert Followed(dataclasses.replace(plant, vehicles=(agv(speed=2.0),))).times("/K") == [5 + 4 + 10 + 6]


def test_it_starts_from_its_home_and_the_points_are_the_nearest_on_its_roads() -> None:
    """Home (8, 3) is at 8 m along; the part stands at (2, -1): 6 m empty, then 18 m."""
    plant = fleet(source("/S", "/T", x=2, y=-1), ride(), vehicles=(agv(home=at(8, 3)),))
    assert Followed(plant).times("/K") == [5 + 6 + 4 + 18 + 6]


def test_a_belt_is_left_at_its_end_and_entered_at_its_begin() -> None:
    """Belt from (-9, 0) to (1, 0) in 10 s; the other begins at (15, 0): 1 m empty, 14 m loaded."""
    here = Conveyor(path="/B1", successors=("/T",), length=10, speed=1, capacity=5, points=(at(-9), at(1)), position=at(-9))
    there = Conveyor(path="/B2", successors=("/K",), length=5, speed=1, capacity=5, points=(at(15), at(20)), position=at(15))
    plant = fleet(source("/S", "/B1"), here, ride(to="/B2"), there)
    run = Followed(plant)
    assert run.times("/T") == [5 + 10 + 1] and run.times("/B2") == [16 + 4 + 14 + 6]


# ---- which vehicle, which part
def test_the_nearest_vehicle_that_is_free_fetches_a_part() -> None:
    """The part stands at 15; vehicles at 0 and at 20: 5 m empty, 5 m loaded. Of equals the first named on the stage."""
    vehicles = (agv("/V1"), agv("/V2", home=at(20)))
    plant = fleet(source("/S", "/T", x=15), ride("/T", "/K", "/V1", "/V2"), vehicles=vehicles)
    run = Followed(plant)
    assert run.times("/K") == [5 + 5 + 4 + 5 + 6] and run.states("/V1") == [(0, IDLE)]
    middle = Followed(fleet(source("/S", "/T", x=10), ride("/T", "/K", "/V1", "/V2"), vehicles=vehicles))
    assert middle.states("/V2") == [(0, IDLE)]


@pytest.mark.parametrize(("dispatch", "order"), [("oldest", [0, 1, 2]), ("nearest", [0, 2, 1])])
def test_a_free_vehicle_takes_the_oldest_or_the_nearest_part(dispatch: str, order: list[int]) -> None:
    """After the first job it stands at 20, at 35. Parts wait at 0 since 10 and at 18 since 12."""
    plant = fleet(source("/S1", "/T", limit=2), source("/S2", "/T", x=18, first=12), ride(dispatch=dispatch))
    assert Followed(plant).order("/K") == order


def test_a_part_that_a_vehicle_is_on_its_way_to_gets_no_second_one() -> None:
    """Both vehicles at 20, two parts at 0 at 5 and 10, of one buffer: each fetches one."""
    vehicles = (agv("/V1", home=at(20)), agv("/V2", home=at(20)))
    plant = fleet(
        source("/S", "/Q", limit=2),
        Buffer(path="/Q", successors=("/T",), capacity=5),
        ride("/T", "/K", "/V1", "/V2"),
        vehicles=vehicles,
    )
    run = Followed(plant)
    assert run.came("/T") == [(25, 0), (30, 1)]
    assert run.came("/K") == [(55, 0), (60, 1)]


def test_two_transports_share_a_vehicle() -> None:
    """T1 from 0 to the buffer at 10, T2 from the station there, 5 s a part, to 20.

    Part 0 is there at 25 and worked on until 30. By then the vehicle is on its way to part 1, which asks since 10: back at 0
    at 35, loaded 39, at 10 at 49, unloaded 55. There part 0 asks since 30: loaded 59, at 20 at 69, unloaded 75. Part 1 is
    worked on until 60; the vehicle is back at 85, loaded 89, there at 99.
    """
    plant = fleet(
        source("/S", "/T1", limit=2),
        ride("/T1", "/Q"),
        Buffer(path="/Q", successors=("/M",), capacity=1, position=at(10)),
        Station(path="/M", successors=("/T2",), process_time=constant(5), position=at(10)),
        ride("/T2", "/K"),
    )
    run = Followed(plant)
    assert run.came("/Q") == [(25, 0), (55, 1)] and run.came("/M") == [(25, 0), (55, 1)]
    assert run.came("/K") == [(75, 0), (105, 1)]


# ---- loads
def test_it_takes_what_waits_when_it_comes_up_to_its_capacity() -> None:
    """Home at 20, capacity 2. Part 0 at 5: there at 25, when parts 1 to 4 wait: 0 and 1; then 2 and 3, then 4."""
    plant = fleet(
        source("/S", "/Q", limit=5),
        Buffer(path="/Q", successors=("/T",), capacity=9),
        ride(),
        vehicles=(agv(home=at(20), capacity=2),),
    )
    run = Followed(plant)
    assert run.came("/T") == [(25, 0), (25, 1), (75, 2), (75, 3), (125, 4)]
    assert run.came("/K") == [(55, 0), (55, 1), (105, 2), (105, 3), (155, 4)]


def test_it_does_not_wait_for_a_full_load() -> None:
    """It stands where the part arrives: part 0 goes alone."""
    assert Followed(shuttle(capacity=2)).times("/K") == [35, 85]


def test_a_vehicle_waits_with_its_load_where_there_is_no_room() -> None:
    """The station takes 100 s a part. The second part is there at 79, unloaded at 85, and waits on the vehicle until 135."""
    plant = fleet(
        source("/S", "/T", limit=2),
        ride(to="/M"),
        Station(path="/M", successors=("/K",), process_time=constant(100), position=at(20)),
    )
    run = Followed(plant)
    assert run.came("/M") == [(35, 0), (135, 1)]
    assert run.states("/V") == [(0, IDLE), (5, BUSY), (85, BLOCKED), (135, IDLE)]


def test_of_several_places_it_brings_to_the_first_with_room_when_it_is_loaded() -> None:
    """A at 10 holds one part for 100 s; the second part is loaded at 49, when A is full: it goes to B at 20."""
    plant = fleet(
        source("/S", "/T", limit=2),
        Transport(path="/T", successors=("/A", "/B"), vehicles=("/V",)),
        Buffer(path="/A", successors=("/M",), capacity=1, position=at(10), minimum_time=100),
        Buffer(path="/B", successors=("/M",), capacity=1, position=at(20)),
        Station(path="/M", successors=("/K",), process_time=constant(1)),
    )
    run = Followed(plant)
    assert run.came("/A") == [(5 + 4 + 10 + 6, 0)]
    assert run.came("/B") == [(25 + 10 + 4 + 20 + 6, 1)]


def test_a_vehicle_brings_the_parts_of_a_batch_one_by_one() -> None:
    """There at 25, and the next at 55: the first is taken at once and waits before the server for the second."""
    furnace = Station(
        path="/Oven", successors=("/K",), process_time=constant(10), batch=Batch(minimum=2, maximum=2), position=at(10)
    )
    plant = fleet(source("/S", "/T", limit=2), ride(to="/Oven"), furnace)
    assert Followed(plant).came("/Oven") == [(5 + 4 + 10 + 6, 0), (25 + 10 + 4 + 10 + 6, 1)]
    assert Followed(plant).times("/K") == [65, 65]


def sorted_out(**values: Any) -> Plant:
    """Products A and B by turns, at 1, 2, 3, 4, in one buffer; A is for X at 10, B for Y at 20, where the vehicle starts."""
    return fleet(
        Source(path="/S", successors=("/Q",), interarrival=constant(1), limit=4, products=("/A", "/B"), cyclic=True),
        Buffer(path="/Q", successors=("/T",), capacity=9),
        Transport(path="/T", successors=("/X", "/Y"), vehicles=("/V",)),
        Station(path="/X", successors=("/K",), process_time=constant(1), position=at(10)),
        Station(path="/Y", successors=("/K",), process_time=constant(1), position=at(20)),
        vehicles=(agv(home=at(20), **values),),
        products=tuple(
            Product(path=name, plan=(Step(path=f"{name}/1", stations=(where,)),))
            for name, where in (("/A", "/X"), ("/B", "/Y"))
        ),
    )


@pytest.mark.parametrize("capacity", [1, 2, 4])
def test_parts_for_different_places_do_not_ride_together(capacity: int) -> None:
    run = Followed(sorted_out(capacity=capacity))
    assert sorted(run.order("/X")) == [0, 2] and sorted(run.order("/Y")) == [1, 3]


def two_ways(discipline: str, *vehicles: str) -> Plant:
    """Part 0 keeps M busy. Part 1 (A, priority 5) may only go by transport, part 2 (B, priority 1) to M or by transport."""
    stations = {"/Z": ("/M",), "/A": ("/X",), "/B": ("/X", "/M")}
    return fleet(
        Source(path="/S", successors=("/Q",), orders=("/O0", "/O1", "/O2")),
        Buffer(path="/Q", successors=("/T", "/M"), capacity=9, discipline=discipline),
        Station(path="/M", successors=("/K",), process_time=constant(1000)),
        ride("/T", "/X", *vehicles),
        Station(path="/X", successors=("/K",), process_time=constant(1), position=at(20)),
        vehicles=tuple(agv(path, home=at(20)) for path in vehicles),
        products=tuple(Product(path=p, plan=(Step(path=f"{p}/1", stations=where),)) for p, where in stations.items()),
        orders=(
            Order(path="/O0", product="/Z"),
            Order(path="/O1", product="/A", release=1, priority=5),
            Order(path="/O2", product="/B", release=2, priority=1),
        ),
    )


def test_every_part_of_a_buffer_gets_a_vehicle_also_where_they_may_go_different_ways() -> None:
    assert Followed(two_ways("FIFO", "/V1", "/V2"), 60).came("/T") == [(21, 1), (22, 2)]


@pytest.mark.parametrize(("discipline", "order"), [("FIFO", [1, 2]), ("LIFO", [2, 1]), ("PRIORITY", [2, 1])])
def test_at_the_pick_up_the_rule_of_the_buffer_says_which_part_it_gets(discipline: str, order: list[int]) -> None:
    """Called for part 1 at 1, the vehicle is there at 21, when both wait."""
    assert Followed(two_ways(discipline, "/V"), 100).came("/T") == list(zip((21, 71), order))


@pytest.mark.parametrize("setup", [Setup(), Setup(time=constant(1))])
def test_of_several_stations_it_brings_to_the_first_that_is_free(setup: Setup) -> None:
    """A at 10 has the first part for 1000 s, so the second is brought to B at 20."""
    plant = fleet(
        source("/S", "/T", limit=2),
        Transport(path="/T", successors=("/A", "/B"), vehicles=("/V",)),
        Station(path="/A", successors=("/K",), process_time=constant(1000), setup=setup, position=at(10)),
        Station(path="/B", successors=("/K",), process_time=constant(10), setup=setup, position=at(20)),
    )
    run = Followed(plant)
    assert run.came("/A") == [(25, 0)] and run.came("/B") == [(25 + 10 + 4 + 20 + 6, 1)]


# ---- idle vehicles
def test_without_work_it_stays_or_goes_home() -> None:
    """Parts at 5 and 100. Staying it is at 20 and travels empty for 20 s; at home, from 55 on, it is there."""
    for home, end in ((False, 100 + 20 + 4 + 20 + 6), (True, 100 + 4 + 20 + 6)):
        plant = fleet(source("/S", "/T", every=95, limit=2), ride(), vehicles=(agv(goes_home=home),))
        assert Followed(plant).times("/K") == [35, end]


def test_on_its_way_home_it_first_gets_there() -> None:
    """On the way home from 35 to 55; a part that comes at 40, at 18 m, is fetched from home: at 73."""
    plant = fleet(source("/S1", "/T"), source("/S2", "/T", x=18, first=40), ride(), vehicles=(agv(goes_home=True),))
    assert Followed(plant).times("/T") == [5, 55 + 18]


# ---- batteries
def test_a_battery_runs_down_by_travelling_and_is_charged_at_home_for_as_long_as_it_travelled() -> None:
    """100 s of travel, charging below half, full in 200 s. Used: 20 s at 29, 40 at 55, 60 at 79: 40 % are left.

    It is home at 105, with 80 s used, and charges 0.8 x 200 s, until 265; the part of 15 waits until then.
    """
    run = Followed(shuttle(limit=3, battery_time=100, charge_time=200, charge_below=0.5))
    assert run.times("/K") == [35, 85, 265 + 4 + 20 + 6]
    assert run.states("/V") == [(0, IDLE), (5, BUSY), (105, MAINTENANCE), (265, BUSY), (295, IDLE)]


def test_exactly_at_the_level_it_does_not_charge() -> None:
    """60 s of 120 s used at 79 is one half: it goes on for the third part, and charges after that."""
    run = Followed(shuttle(limit=3, battery_time=120, charge_time=120, charge_below=0.5), 400)
    assert run.times("/K") == [35, 85, 135]
    assert [(t, s) for t, s in run.states("/V") if s is MAINTENANCE] == [(155, MAINTENANCE)]
    assert run.states("/V")[-1] == (155 + 120, IDLE)


def test_without_a_battery_it_never_charges() -> None:
    assert Followed(shuttle(limit=3)).times("/K") == [35, 85, 135]


# ---- the network
def test_roads_are_one_way_unless_that_is_said() -> None:
    """Out along 20 m, back by a loop of 40 m: the second part is fetched at 35 + 40."""
    out = dataclasses.replace(STREET, both_ways=False)
    back = Road(path="/Back", points=(at(20), at(20, 10), at(0, 10), at(0)))
    plant = fleet(source("/S", "/T", limit=2), ride(), vehicles=(agv(roads=("/R", "/Back")),), roads=(out, back))
    assert Followed(plant).times("/T") == [5, 75]


def test_the_quickest_way_counts_not_the_shortest() -> None:
    """20 m at 1 m/s, or 40 m at 4 m/s, by a way round."""
    around = Road(path="/Round", points=(at(0), at(0, 10), at(20, 10), at(20)), speed=4)
    plant = fleet(source("/S", "/T"), ride(), vehicles=(agv(roads=("/R", "/Round")),), roads=(STREET, around))
    assert Followed(plant).times("/K") == [5 + 4 + 10 + 6]
    steady = dataclasses.replace(plant, vehicles=(agv(roads=("/R", "/Round"), speed=2.0),))
    assert Followed(steady).times("/K") == [5 + 4 + 10 + 6]  # 20 m at 2 m/s


def test_a_road_that_ends_on_another_joins_it_there() -> None:
    """A side road from (10, 8) ends 2 cm beside the middle of the street: 8 m and 10 m."""
    side = Road(path="/Side", points=(at(10, 8), at(10, 0.02)), both_ways=True)
    plant = fleet(
        source("/S", "/T", x=10, y=9), ride(), vehicles=(agv(roads=("/R", "/Side"), home=at(10, 9)),), roads=(STREET, side)
    )
    assert Followed(plant).times("/K") == pytest.approx([5 + 4 + 8 - 0.02 + 10 + 6])


@pytest.mark.parametrize(
    "roads",
    [
        (dataclasses.replace(STREET, both_ways=False),),  # no way back
        (
            dataclasses.replace(STREET, points=(at(0), at(9))),
            Road(path="/R2", points=(at(11), at(20)), both_ways=True),
        ),  # a gap
    ],
)
def test_a_place_that_can_not_be_reached_is_an_error_that_names_vehicle_and_place(roads: tuple[Road, ...]) -> None:
    plant = fleet(source("/S", "/T"), ride(), vehicles=(agv(roads=tuple(r.path for r in roads)),), roads=roads)
    with pytest.raises(SimulationError, match=r"/V has no way to /[SK]") as caught:
        Followed(plant)
    assert caught.value.where == "/T"


# ---- traffic
def crossing(*, exclusive: bool) -> Plant:
    """A bridge of 10 m between two places; two vehicles, one at each end, have a part to bring across at 5."""
    left = Road(path="/Left", points=(at(0), at(5)), both_ways=True)
    bridge = Road(path="/Bridge", points=(at(5), at(15)), both_ways=True, exclusive=exclusive)
    right = Road(path="/Right", points=(at(15), at(20)), both_ways=True)
    roads = ("/Left", "/Bridge", "/Right")
    return fleet(
        source("/S1", "/T1"),
        source("/S2", "/T2", x=20),
        ride("/T1", "/K", "/V1"),
        ride("/T2", "/K2", "/V2"),
        Sink(path="/K2", position=at(0)),
        vehicles=(agv("/V1", roads=roads), agv("/V2", roads=roads, home=at(20))),
        roads=(left, bridge, right),
    )


def test_vehicles_pass_each_other_where_nothing_is_said() -> None:
    run = Followed(crossing(exclusive=False))
    assert run.times("/K") == run.times("/K2") == [35]


def test_on_an_exclusive_road_one_at_a_time_the_other_waits_at_its_end() -> None:
    """Both are at the bridge at 14. V1, the first on the stage, crosses until 24; then V2 until 34, unloaded at 45."""
    run = Followed(crossing(exclusive=True))
    assert run.times("/K") == [35] and run.times("/K2") == [45]
    assert run.states("/V2") == [(0, IDLE), (5, BUSY), (14, WAITING), (24, BUSY), (45, IDLE)]


def test_an_exclusive_road_goes_to_who_has_waited_longest() -> None:
    """Three vehicles come to the bridge at 14, 15 and 16: the one of 15 goes before the one of 16, though that stands first."""
    roads = ("/A", "/Bridge", "/B")
    plant = fleet(
        source("/S3", "/T3", x=0, y=2, first=5),
        source("/S2", "/T2", x=0, y=1, first=5),
        source("/S1", "/T1", x=0, y=0, first=5),
        *[ride(f"/T{i}", "/K", f"/V{i}") for i in (3, 2, 1)],
        vehicles=tuple(agv(f"/V{i}", roads=roads, home=at(0, i - 1)) for i in (3, 2, 1)),
        roads=(
            Road(path="/A", points=(at(0, 2), at(0), at(5)), both_ways=True),
            Road(path="/Bridge", points=(at(5), at(15)), both_ways=True, exclusive=True),
            Road(path="/B", points=(at(15), at(20)), both_ways=True),
        ),
    )
    run = Followed(plant)
    assert [p for _, p in run.came("/K")] == [p for path in ("/S1", "/S2", "/S3") for _, p in run.left(path)]
    assert run.times("/K") == [14 + 10 + 5 + 6, 24 + 10 + 5 + 6, 34 + 10 + 5 + 6]


def test_a_vehicle_keeps_its_exclusive_road_until_it_stops_or_leaves_it() -> None:
    """Both pick-ups and drops are on one exclusive road: who stands at a stop is beside it, the other may pass."""
    road = dataclasses.replace(STREET, exclusive=True)
    plant = fleet(
        source("/S1", "/T1", x=5),
        source("/S2", "/T2", x=0, first=5),
        ride("/T1", "/K", "/V1"),
        ride("/T2", "/K", "/V2"),
        vehicles=(agv("/V1", home=at(5)), agv("/V2")),
        roads=(road,),
    )
    run = Followed(plant)
    # V1 loads until 9, is first on the road, at 20 at 24, unloaded at 30; V2 loads until 9, waits, 24-44, unloaded at 50
    assert run.came("/K") == [(30, 0), (50, 1)]


# ---- other ways
def test_an_alternative_way_out_takes_the_part_before_the_vehicle_is_there() -> None:
    """The buffer gives to the station, once it is free, or to the vehicle: what is gone when it comes is not fetched."""
    plant = fleet(
        source("/S", "/Q", first=5, every=5, limit=2),
        Buffer(path="/Q", successors=("/M", "/T"), capacity=9),
        Station(path="/M", successors=("/K",), process_time=constant(10)),
        ride(),
        vehicles=(agv(home=at(20)),),
    )
    run = Followed(plant, 40)
    # part 0 goes to M at 5; part 1 waits since 10, the vehicle sets out, M takes the part at 15; the vehicle is at 0 at 30
    assert run.came("/M") == [(5, 0), (15, 1)]
    assert run.states("/V") == [(0, IDLE), (10, BUSY), (30, IDLE)]
