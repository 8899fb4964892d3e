# SPDX-License-Identifier: Apache-2.0
"""Rules of people and time, followed by hand: worker pools, calendars, shifts of stations and of pools."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from factory_twin.distribution import constant
from factory_twin.plant import (
    Calendar,
    Demand,
    Failure,
    Maintenance,
    Plant,
    Product,
    Setup,
    Shift,
    Source,
    Station,
    WorkerPool,
)
from factory_twin.read import open_stage, read_plant
from follow import BUSY, DOWN, IDLE, MAINTENANCE, OFF, SETUP, STARVED, WAITING, Followed, changed, made
from models import source, station

DAY = Calendar(path="/Day", windows=((0, 100),), period=200)


def staffed(path: str, time: float, *pools: str, count: int = 1, to: str = "/K") -> Station:
    return Station(
        path=path, successors=(to,), process_time=constant(time), workers=Demand(count=count, pools=pools or ("/P",))
    )


# ---- workers
def test_a_worker_is_needed_from_the_start_to_the_end_of_the_work() -> None:
    """One worker, two stations of 10 s: B waits for him 10 s at a time. He goes to who has waited longest."""
    plant = made(
        source("/A", path="/S1", limit=2),
        source("/B", path="/S2", limit=2),
        staffed("/A", 10),
        staffed("/B", 10),
        pools=(WorkerPool(path="/P"),),
    )
    run = Followed(plant)
    assert run.came("/K") == [(10, 0), (20, 1), (30, 2), (40, 3)]
    assert run.states("/B")[:4] == [(0, WAITING), (10, BUSY), (20, WAITING), (30, BUSY)]
    assert run.states("/A") == [(0, BUSY), (10, WAITING), (20, BUSY), (30, STARVED)]


def test_a_worker_leaves_a_part_that_is_finished_though_it_is_blocked() -> None:
    """A's part is finished at 10 and stands there until 100; the worker is at B meanwhile."""
    plant = made(
        source("/A", path="/S1", limit=2),
        source("/B", path="/S2", limit=1),
        staffed("/A", 10, to="/N"),
        staffed("/B", 10),
        station("/N", "/K", constant(100)),
        pools=(WorkerPool(path="/P"),),
    )
    run = Followed(plant)
    assert (20, 1) in run.came("/K") or (20, 2) in run.came("/K")
    assert run.times("/K")[0] == 20


def test_all_workers_come_at_once_and_nobody_is_overtaken() -> None:
    """A (one worker) is at work until 10. B has waited for two since 1, C for one since 2: C waits, too, though one is free."""
    plant = made(
        source("/A", path="/S1", limit=1),
        Source(path="/S2", successors=("/B",), limit=1, first=constant(1)),
        Source(path="/S3", successors=("/C",), limit=1, first=constant(2)),
        staffed("/A", 10),
        staffed("/B", 10, count=2),
        staffed("/C", 10),
        pools=(WorkerPool(path="/P", size=2),),
    )
    run = Followed(plant)
    assert run.states("/B")[1:3] == [(1, WAITING), (10, BUSY)]
    assert run.states("/C")[1:3] == [(2, WAITING), (20, BUSY)]


def test_the_first_pool_that_has_workers_sends_them() -> None:
    """Both are free: the first. The first is busy: the second. They are not mixed."""
    plant = made(
        *[source(f"/M{i}", path=f"/S{i}", limit=1) for i in (1, 2, 3)],
        *[staffed(f"/M{i}", 10, "/P", "/Q") for i in (1, 2, 3)],
        pools=(WorkerPool(path="/P"), WorkerPool(path="/Q")),
    )
    run = Followed(plant)
    assert run.states("/P") == [(0, BUSY), (20, IDLE)]
    assert run.states("/Q") == [(0, BUSY), (10, IDLE)]
    one = Followed(dataclasses.replace(plant, nodes=(*plant.nodes[:1], *plant.nodes[3:4], plant.nodes[-1])))
    assert [s for _, s in one.states("/Q")] == [IDLE]
    two = Followed(changed(plant, "/M1", workers=Demand(count=2, pools=("/P", "/Q"))), 100)
    assert two.states("/M1") == [(0, WAITING)]


def test_a_pool_that_is_too_small_is_not_asked() -> None:
    """M1 has both workers of P until 100. M2 waits for two since 1; Q has one only, so N gets that one at 2."""
    plant = made(
        source("/M1", path="/S1", limit=1),
        Source(path="/S2", successors=("/M2",), limit=1, first=constant(1)),
        Source(path="/S3", successors=("/N",), limit=1, first=constant(2)),
        staffed("/M1", 100, count=2),
        staffed("/M2", 10, "/P", "/Q", count=2),
        staffed("/N", 10, "/Q"),
        pools=(WorkerPool(path="/P", size=2), WorkerPool(path="/Q")),
    )
    run = Followed(plant)
    assert run.states("/N") == [(0, STARVED), (2, BUSY), (12, STARVED)]
    assert run.states("/M2") == [(0, STARVED), (1, WAITING), (100, BUSY), (110, STARVED)]


def test_workers_of_the_set_up_and_of_the_work_differ() -> None:
    """Two set up from 0 to 5, one works until 15; the other pair of hands is at N from 5 on."""
    plant = made(
        Source(path="/S", successors=("/M",), limit=1, products=("/A",)),
        Source(path="/T", successors=("/N",), limit=1, first=constant(1)),
        Station(
            path="/M", successors=("/K",), process_time=constant(10), setup=Setup(time=constant(5), first=True, workers=2),
            workers=Demand(count=1, pools=("/P",)),
        ),
        staffed("/N", 10),
        products=(Product(path="/A"),),
        pools=(WorkerPool(path="/P", size=2),),
    )  # fmt: skip
    run = Followed(plant)
    assert run.states("/M") == [(0, SETUP), (5, BUSY), (15, STARVED)]
    assert run.states("/N") == [(0, STARVED), (1, WAITING), (5, BUSY), (15, STARVED)]


@pytest.mark.parametrize(("setup", "work", "busy"), [(1, 0, [(0, 5)]), (0, 1, [(5, 15)]), (1, 1, [(0, 15)])])
def test_workers_for_the_set_up_only_for_the_work_only_or_for_both(setup: int, work: int, busy: list[tuple[int, int]]) -> None:
    plant = made(
        Source(path="/S", successors=("/M",), limit=1, products=("/A",)),
        Station(
            path="/M", successors=("/K",), process_time=constant(10), setup=Setup(time=constant(5), first=True, workers=setup),
            workers=Demand(count=work, pools=("/P",)),
        ),
        products=(Product(path="/A"),),
        pools=(WorkerPool(path="/P"),),
    )  # fmt: skip
    states = [(t, s) for t, s in Followed(plant).states("/P") if (t, s) != (0, IDLE)]
    assert [(a, b) for (a, s), (b, _) in zip(states, states[1:]) if s is BUSY] == busy


def test_a_worker_leaves_when_the_machine_fails_and_comes_back_to_go_on() -> None:
    """A fails at 4 s of work for 20 s; B has the worker from 4 to 14; A goes on at 24."""
    plant = made(
        source("/A", path="/S1", limit=1),
        source("/B", path="/S2", limit=1),
        staffed("/A", 10),
        staffed("/B", 10),
        pools=(WorkerPool(path="/P"),),
    )
    broken = changed(plant, "/A", failures=(Failure("f", "operating", constant(4), constant(20)),))
    run = Followed(broken, 27)
    assert run.states("/A") == [(0, BUSY), (4, DOWN), (24, BUSY)]
    assert run.states("/B") == [(0, WAITING), (4, BUSY), (14, STARVED)]


def test_a_pool_of_a_skill_is_found_on_the_stage(tmp_path: Path) -> None:
    stage = """#usda 1.0
(
    defaultPrim = "F"
    metersPerUnit = 1
    upAxis = "Z"
)
def Xform "F"
{
    def Xform "S" (apiSchemas = ["FactoryTwinSourceAPI"])
    {
        rel factoryTwin:successors = </F/M>
        uniform int factoryTwin:source:limit = 1
    }
    def Xform "M" (apiSchemas = ["FactoryTwinStationAPI"])
    {
        rel factoryTwin:successors = </F/K>
        uniform string factoryTwin:station:processTime = "10"
        uniform int factoryTwin:station:workers = 1
        uniform string factoryTwin:station:workerSkill = "weld"
    }
    def Xform "K" (apiSchemas = ["FactoryTwinSinkAPI"]) {}
    def Scope "P" (apiSchemas = ["FactoryTwinWorkerPoolAPI"])
    {
        uniform string[] factoryTwin:pool:skills = ["paint"]
    }
    def Scope "Q" (apiSchemas = ["FactoryTwinWorkerPoolAPI"])
    {
        uniform string[] factoryTwin:pool:skills = ["paint", "weld"]
    }
}
"""
    file = tmp_path / "skill.usda"
    file.write_text(stage)
    run = Followed(read_plant(open_stage(str(file))))
    assert run.times("/F/K") == [10]
    assert [s for _, s in run.states("/F/Q")] == [BUSY, IDLE]
    assert [s for _, s in run.states("/F/P")] == [IDLE]


# ---- calendars
@pytest.mark.parametrize(
    ("calendar", "ends"),
    [
        (Calendar(path="/C", windows=((0, 25), (40, 60))), [10, 20, 45, 55]),  # a break, then the end: suspended for ever
        (Calendar(path="/C", windows=((0, 25),), period=40), [10, 20, 45, 55, 65, 90, 100]),
        (Calendar(path="/C", windows=((5, 25),), period=40), [15, 25, 55, 65, 95, 105]),
        (Calendar(path="/C", windows=((0, 25),), period=40, exceptions=((40, 80, ((50, 60),)),)), [10, 20, 55, 85, 95, 105]),
    ],
)
def test_a_station_works_in_the_windows_of_its_calendar(calendar: Calendar, ends: list[float]) -> None:
    plant = made(
        source("/M"),
        Station(path="/M", successors=("/K",), process_time=constant(10), shift=Shift(calendar="/C")),
        calendars=(calendar,),
    )
    assert Followed(plant, 108).times("/K") == ends


def test_at_the_begin_of_a_window_work_goes_on_and_at_its_end_it_is_off() -> None:
    plant = made(
        source("/M"),
        Station(path="/M", successors=("/K",), process_time=constant(70), shift=Shift(calendar="/Day")),
        calendars=(DAY,),
    )
    run = Followed(plant, 400)
    assert run.times("/K") == [70, 240]
    assert run.states("/M") == [(0, BUSY), (100, OFF), (200, BUSY), (300, OFF), (400, BUSY)]


# ---- end of a shift
def shifted(time: float, *, limit: int = -1, **values: object) -> Plant:
    return made(
        source("/M", limit=limit),
        Station(path="/M", successors=("/K",), process_time=constant(time), shift=Shift(calendar="/Day", **values)),  # type: ignore[arg-type]
        calendars=(DAY,),
    )


@pytest.mark.parametrize(
    ("finish", "ends", "states"),
    [
        (False, [60, 220, 280], [(0, BUSY), (100, OFF), (200, BUSY), (300, OFF)]),
        (True, [60, 120, 260, 320], [(0, BUSY), (120, OFF), (200, BUSY), (320, OFF)]),
    ],
)
def test_the_part_in_work_is_suspended_or_finished_first(finish: bool, ends: list[float], states: list[object]) -> None:
    run = Followed(shifted(60, finish=finish), 330)
    assert run.times("/K") == ends
    assert run.states("/M") == states


@pytest.mark.parametrize(("within", "starts"), [(0, [0, 60, 200, 260]), (40, [0, 60, 200, 260]), (40.5, [0, 200])])
def test_no_part_is_started_shorter_before_the_end_than_named(within: float, starts: list[float]) -> None:
    """The second part could start at 60, exactly 40 s before the end: with 40 s it may, with more it may not."""
    assert Followed(shifted(60, finish=True, no_start_within=within), 265).times("/M") == starts


def test_a_part_finished_at_the_very_end_of_the_shift_is_finished_and_no_other_is_started() -> None:
    for finish in (False, True):
        run = Followed(shifted(50, finish=finish), 250)
        assert run.times("/M") == [0, 50, 200, 250] and run.times("/K") == [50, 100, 250]
        assert run.states("/M") == [(0, BUSY), (100, OFF), (200, BUSY)]


def test_a_set_up_that_is_finished_after_the_shift_takes_its_work_along() -> None:
    """Set-up from 90 to 120, work until 180, all in overtime."""
    plant = made(
        Source(path="/S", successors=("/M",), limit=1, first=constant(90), products=("/A",)),
        Station(
            path="/M", successors=("/K",), process_time=constant(60), setup=Setup(time=constant(30), first=True),
            shift=Shift(calendar="/Day", finish=True),
        ),
        products=(Product(path="/A"),),
        calendars=(DAY,),
    )  # fmt: skip
    run = Followed(plant, 200)
    assert run.states("/M") == [(0, STARVED), (90, SETUP), (120, BUSY), (180, OFF), (200, STARVED)]


def test_a_finished_part_may_leave_a_station_that_is_off() -> None:
    """Finished at 60; N is free at 150, out of M's shift."""
    plant = made(
        source("/M", limit=2),
        Station(path="/M", successors=("/N",), process_time=constant(30), shift=Shift(calendar="/Day")),
        station("/N", "/K", constant(120)),
        calendars=(DAY,),
    )
    assert Followed(plant).times("/N") == [30, 150]


def test_a_repair_goes_on_out_of_shift_and_work_that_waits_for_it_is_suspended() -> None:
    """Work 60 s, fails at 90 s of work for 50 s: the second part has 30 s left at 90, is repaired at 140, goes on at 200.

    `finish` does not help: at the end of the shift nothing is in work.
    """
    mode = Failure("f", "operating", constant(90), constant(50))
    for finish in (False, True):
        run = Followed(changed(shifted(60, finish=finish), "/M", failures=(mode,)), 230)
        assert run.times("/K") == [60, 230]
        assert run.states("/M")[:4] == [(0, BUSY), (90, DOWN), (140, OFF), (200, BUSY)]


def test_nobody_is_scrapped_into_overtime() -> None:
    """Finishing until 150, but the part is scrap at 120: off from the end of the repair on."""
    mode = Failure("f", "calendar", constant(120), constant(10), on_failure="scrap")
    run = Followed(changed(shifted(150, finish=True), "/M", failures=(mode,)), 205)
    assert run.states("/M") == [(0, BUSY), (120, DOWN), (130, OFF), (200, BUSY)]


# ---- shifts of a pool
@pytest.mark.parametrize(("finish", "ends", "end"), [(False, [60, 220, 280], 100), (True, [60, 120, 260, 320], 120)])
def test_at_the_end_of_its_shift_a_pool_leaves_or_finishes(finish: bool, ends: list[float], end: float) -> None:
    plant = made(
        source("/M"),
        staffed("/M", 60),
        pools=(WorkerPool(path="/P", shift=Shift(calendar="/Day", finish=finish)),),
        calendars=(DAY,),
    )
    run = Followed(plant, 330)
    assert run.times("/K") == ends
    assert run.states("/M") == [(0, BUSY), (end, WAITING), (200, BUSY), (200 + end, WAITING)]
    assert run.states("/P") == [(0, BUSY), (end, OFF), (200, BUSY), (200 + end, OFF)]


def test_work_that_one_pool_leaves_the_other_takes_up() -> None:
    night = Calendar(path="/Night", windows=((100, 200),), period=200)
    plant = made(
        source("/M", limit=1),
        staffed("/M", 150, "/P", "/Q"),
        pools=(WorkerPool(path="/P", shift=Shift(calendar="/Day")), WorkerPool(path="/Q", shift=Shift(calendar="/Night"))),
        calendars=(DAY, night),
    )
    run = Followed(plant)
    assert run.times("/K") == [150]
    assert run.states("/M") == [(0, BUSY), (150, STARVED)]
    assert (100, BUSY) in run.states("/Q")


def test_a_repair_and_a_maintenance_wait_for_the_crews_shift() -> None:
    """Fails at 90 for 50 s: the crew mends until 100 and from 200 to 240. Maintenance due at 150 begins at 200."""
    mode = Failure("f", "operating", constant(90), constant(50), crew="/P")
    plan = Maintenance(name="m", clock="calendar", every=constant(150), duration=constant(20), crew="/P")
    day = WorkerPool(path="/P", shift=Shift(calendar="/Day"))
    plant = made(source("/M"), station("/M", "/K", constant(60), failures=(mode,)), pools=(day,), calendars=(DAY,))
    assert Followed(plant, 250).states("/M") == [(0, BUSY), (90, DOWN), (240, BUSY)]
    finishing = dataclasses.replace(plant, pools=(dataclasses.replace(day, shift=Shift(calendar="/Day", finish=True)),))
    assert Followed(finishing, 220).states("/M") == [(0, BUSY), (90, DOWN), (140, BUSY)]
    kept = changed(plant, "/M", failures=(), maintenance=(plan,), process_time=constant(150))
    assert Followed(kept, 230).states("/M") == [(0, BUSY), (150, MAINTENANCE), (220, BUSY)]


def test_station_and_pool_on_one_calendar() -> None:
    """The station would finish, but its worker leaves: off at 100, on at 200 with the worker."""
    plant = made(
        source("/M"),
        dataclasses.replace(staffed("/M", 60), shift=Shift(calendar="/Day", finish=True)),
        pools=(WorkerPool(path="/P", shift=Shift(calendar="/Day")),),
        calendars=(DAY,),
    )
    run = Followed(plant, 230)
    assert run.states("/M") == [(0, BUSY), (100, OFF), (200, BUSY)]
    assert run.times("/K") == [60, 220]


# ---- urgent parts and shifts
def test_a_more_urgent_part_starts_nothing_in_overtime_or_too_short_before_the_end() -> None:
    from test_sim_rules_station import urgent

    work = Shift(calendar="/Day", finish=True)
    over = dataclasses.replace(changed(urgent((0, 5), (120, 1), work=150), "/M", shift=work), calendars=(DAY,))
    assert Followed(over).came("/K") == [(150, 0), (350, 1)]
    short = Shift(calendar="/Day", no_start_within=50)
    late = dataclasses.replace(changed(urgent((0, 5), (70, 1), work=80), "/M", shift=short), calendars=(DAY,))
    assert Followed(late).came("/K") == [(80, 0), (280, 1)]
