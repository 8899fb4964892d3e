# SPDX-License-Identifier: Apache-2.0
"""Rules of failures, maintenance and wear, followed by hand."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from factory_twin.distribution import Distribution, constant
from factory_twin.plant import (
    Batch,
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
    Wear,
    WorkerPool,
)
from follow import BUSY, DOWN, MAINTENANCE, OFF, SETUP, STARVED, WAITING, Followed, changed, made
from models import buffer, source, station


def mode(up: float, down: float, clock: str = "operating", name: str = "f", **values: Any) -> Failure:
    return Failure(name, clock, constant(up), constant(down), **values)


def plan(clock: str, every: float, duration: float, name: str = "m", **values: Any) -> Maintenance:
    return Maintenance(name=name, clock=clock, every=constant(every), duration=constant(duration), **values)


def machine(*failures: Failure, time: float = 10, limit: int = -1, **values: Any) -> Plant:
    """A station that is never starved; work 10 s."""
    return made(
        source("/M", limit=limit),
        Station(path="/M", successors=("/K",), process_time=constant(time), failures=failures, **values),
    )


# ---- what a failure does to the part in work
@pytest.mark.parametrize(
    ("what", "ends", "scrap"),
    [("resume", [10, 20, 130, 140], []), ("restart", [10, 20, 135, 145], []), ("scrap", [10, 20, 135, 145], [25])],
)
def test_the_part_in_work_goes_on_starts_anew_or_is_scrapped(what: str, ends: list[float], scrap: list[float]) -> None:
    """Fails after 25 s of work, 5 s into the third part; the repair takes 100 s."""
    run = Followed(machine(mode(25, 100, on_failure=what)), 149)
    assert run.times("/K") == ends
    assert run.times("scrap") == scrap
    assert run.states("/M")[:3] == [(0, BUSY), (25, DOWN), (125, BUSY)]


def test_a_set_up_that_a_failure_interrupts_goes_on_whatever_happens_to_parts() -> None:
    """Set-up 0-20, a calendar failure at 5 for 10 s: on until 30, work until 40. The operating clock does not count set-up."""
    for what in ("resume", "restart", "scrap"):
        plant = made(
            Source(path="/S", successors=("/M",), limit=1, products=("/A",)),
            Station(
                path="/M", successors=("/K",), process_time=constant(10), setup=Setup(time=constant(20), first=True),
                failures=(mode(5, 10, "calendar", on_failure=what), mode(9, 100, name="g")),
            ),
            products=(Product(path="/A"),),
        )  # fmt: skip
        run = Followed(changed(plant, "/M", failures=(mode(5, 10, "calendar", on_failure=what),)), 18)
        assert run.states("/M") == [(0, SETUP), (5, DOWN), (15, SETUP)]
        slow = Followed(changed(plant, "/M", failures=(mode(9, 100, name="g"),)), 50)
        assert slow.states("/M") == [(0, SETUP), (20, BUSY), (29, DOWN)]


def test_a_failure_at_the_very_end_of_a_part_hits_the_next_one_at_its_start() -> None:
    run = Followed(machine(mode(20, 100, on_failure="scrap"), limit=3))
    assert run.came("/K") == [(10, 0), (20, 1)]
    assert run.came("scrap") == [(20, 2)]


# ---- clocks
@pytest.mark.parametrize(("clock", "fails"), [("operating", 85), ("calendar", 45), ("planned", 65)])
def test_the_clock_runs_while_it_works_or_while_it_is_up_or_while_it_is_up_and_on_shift(clock: str, fails: float) -> None:
    """Off 40-60; work 0-10, 20-30, 60-90. A clock of 45 s runs out: by work at 85, by the calendar at 45, on shift at 65."""
    day = Calendar(path="/Day", windows=((0, 40),), period=60)
    plant = machine(mode(45, 5, clock), shift=Shift(calendar="/Day"))
    plant = changed(plant, "/S", interarrival=constant(20), first=constant(0))
    run = Followed(dataclasses.replace(plant, calendars=(day,)), 89)
    assert [t for t, s in run.states("/M") if s is DOWN] == [fails]


def test_no_clock_runs_during_a_repair() -> None:
    """Calendar clocks of 30 and 50 s: down at 30; at 40 the second has 20 s left: 60; at 70 the first has 10 s left: 80."""
    run = Followed(machine(mode(30, 10, "calendar"), mode(50, 10, "calendar", name="g")), 100)
    assert [t for t, s in run.states("/M") if s is DOWN] == [30, 60, 80]


# ---- waiting for the crew
@pytest.mark.parametrize(("down", "state"), [(True, DOWN), (False, WAITING)])
def test_waiting_for_the_crew_is_down_time_or_waiting(down: bool, state: Any) -> None:
    """Both fail at 5; the crew of one mends A until 15, then B until 25."""
    failure = mode(5, 10, crew="/P", wait_is_down=down)
    plant = made(
        source("/A", path="/S1", limit=1),
        source("/B", path="/S2", limit=1),
        station("/A", "/K", constant(10), failures=(failure,)),
        station("/B", "/K", constant(10), failures=(failure,)),
        pools=(WorkerPool(path="/P"),),
    )
    run = Followed(plant)
    assert run.states("/A")[:3] == [(0, BUSY), (5, DOWN), (15, BUSY)]
    assert run.states("/B")[:-1] == (
        [(0, BUSY), (5, DOWN), (25, BUSY)] if down else [(0, BUSY), (5, state), (15, DOWN), (25, BUSY)]
    )


def test_workers_who_work_also_mend() -> None:
    """One worker: he leaves A when it fails at 5, works at B, where he is asked for since 2, then mends A from 15 on."""
    need = Demand(count=1, pools=("/P",))
    plant = made(
        source("/A", path="/S1", limit=1),
        Source(path="/S2", successors=("/B",), limit=1, first=constant(2)),
        Station(path="/A", successors=("/K",), process_time=constant(10), failures=(mode(5, 10, crew="/P"),), workers=need),
        Station(path="/B", successors=("/K",), process_time=constant(10), workers=need),
        pools=(WorkerPool(path="/P"),),
    )
    run = Followed(plant)
    assert run.states("/B") == [(0, STARVED), (2, WAITING), (5, BUSY), (15, STARVED)]
    assert run.states("/A") == [(0, BUSY), (5, DOWN), (25, BUSY), (30, STARVED)]


# ---- groups
@pytest.mark.parametrize(("renews", "fails"), [(True, [30, 70, 110]), (False, [30, 60, 80])])
def test_a_repair_restarts_the_clocks_of_its_group_or_only_its_own(renews: bool, fails: list[float]) -> None:
    """Calendar clocks of 30 and 50 s of one group, repairs of 10 s. Renewed together, the second never runs out."""
    run = Followed(
        machine(mode(30, 10, "calendar", group="g", renews_group=renews), mode(50, 10, "calendar", name="b", group="g")), 112
    )
    assert [t for t, s in run.states("/M") if s is DOWN][:3] == fails


def test_a_group_is_left_alone_by_modes_of_another() -> None:
    first = mode(30, 10, "calendar", group="g", renews_group=True)
    run = Followed(machine(first, mode(50, 10, "calendar", name="b", group="h")), 100)
    assert [t for t, s in run.states("/M") if s is DOWN] == [30, 60, 80]


# ---- maintenance
@pytest.mark.parametrize(
    ("clock", "every", "interrupts", "states"),
    [
        # by the calendar at 25: after the part of 20-30, or at once
        ("calendar", 25, False, [(0, BUSY), (30, MAINTENANCE), (35, BUSY), (65, MAINTENANCE), (70, BUSY)]),
        ("calendar", 25, True, [(0, BUSY), (25, MAINTENANCE), (30, BUSY), (55, MAINTENANCE), (60, BUSY)]),
        # after 25 s of work
        ("operating", 25, False, [(0, BUSY), (30, MAINTENANCE), (35, BUSY), (65, MAINTENANCE), (70, BUSY)]),
        ("operating", 25, True, [(0, BUSY), (25, MAINTENANCE), (30, BUSY), (55, MAINTENANCE), (60, BUSY)]),
        # after every third part
        ("parts", 3, False, [(0, BUSY), (30, MAINTENANCE), (35, BUSY), (65, MAINTENANCE), (70, BUSY)]),
    ],
)
def test_maintenance_by_calendar_work_or_parts(clock: str, every: float, interrupts: bool, states: list[Any]) -> None:
    """Work 10 s, maintenance 5 s. The count starts again at the end of a maintenance."""
    run = Followed(machine(maintenance=(plan(clock, every, 5, interrupts=interrupts),)), 75)
    assert run.states("/M")[: len(states)] == states


def test_an_operating_count_stands_still_while_it_waits_and_a_calendar_does_not() -> None:
    """Parts every 20 s, work 10 s. 25 s of work: in the third part, at 65. Of the calendar: at 25, when it is idle."""
    plant = changed(machine(limit=4), "/S", interarrival=constant(20), first=constant(0))
    work = Followed(changed(plant, "/M", maintenance=(plan("operating", 25, 5, interrupts=True),)), 60)
    assert [(t, s) for t, s in work.states("/M") if s is MAINTENANCE] == [(45, MAINTENANCE)]
    clock = Followed(changed(plant, "/M", maintenance=(plan("calendar", 35, 5),)), 60)
    assert [(t, s) for t, s in clock.states("/M") if s is MAINTENANCE] == [(35, MAINTENANCE)]


def test_maintenance_waits_for_its_crew_and_counts_as_maintenance_meanwhile() -> None:
    """The crew repairs B from 5 to 55; A's maintenance, due at 20, ends at 60."""
    plant = made(
        source("/A", path="/S1"),
        source("/B", path="/S2"),
        Station(path="/A", successors=("/K",), process_time=constant(10), maintenance=(plan("calendar", 20, 5, crew="/P"),)),
        station("/B", "/K", constant(1000), failures=(mode(5, 50, crew="/P"),)),
        pools=(WorkerPool(path="/P"),),
    )
    assert Followed(plant, 70).states("/A") == [(0, BUSY), (20, MAINTENANCE), (60, BUSY)]


@pytest.mark.parametrize(("renews", "fails"), [("g", []), ("", [40])])
def test_maintenance_restarts_the_clocks_of_the_group_it_names(renews: str, fails: list[float]) -> None:
    """Fails after 35 s of work; maintenance every 20 s of work, 5 s each."""
    run = Followed(machine(mode(35, 10, group="g"), maintenance=(plan("operating", 20, 5, renews=renews),)), 48)
    assert [t for t, s in run.states("/M") if s is DOWN] == fails


@pytest.mark.parametrize(("interrupts", "begins"), [(True, 45), (False, 50)])
def test_maintenance_due_during_a_repair_follows_it_or_the_part_in_work(interrupts: bool, begins: float) -> None:
    """Down 25-45, due at 30. What may interrupt begins at 45; else the part, 5 s from its end, is finished first."""
    run = Followed(machine(mode(25, 20), maintenance=(plan("calendar", 30, 5, interrupts=interrupts),)), 60)
    assert [t for t, s in run.states("/M") if s is MAINTENANCE] == [begins]


def test_two_plans_due_at_once_follow_one_another() -> None:
    run = Followed(machine(maintenance=(plan("parts", 2, 5), plan("parts", 2, 7, name="n"))), 33)
    assert run.states("/M") == [(0, BUSY), (20, MAINTENANCE), (32, BUSY)]


def test_a_finished_part_waits_for_the_maintenance_where_it_may_not_leave() -> None:
    for release, ends in ((True, [10, 20]), (False, [10, 25])):
        run = Followed(machine(maintenance=(plan("parts", 2, 5),), release_when_down=release, limit=2))
        assert run.times("/K") == ends


def test_maintenance_is_done_out_of_shift_too() -> None:
    """Off from 40 to 60; idle and due at 50."""
    day = Calendar(path="/Day", windows=((0, 40),), period=60)
    plant = dataclasses.replace(
        machine(maintenance=(plan("calendar", 50, 5),), shift=Shift(calendar="/Day"), limit=1), calendars=(day,)
    )
    assert Followed(plant, 65).states("/M") == [
        (0, BUSY),
        (10, STARVED),
        (40, OFF),
        (50, MAINTENANCE),
        (55, OFF),
        (60, STARVED),
    ]


# ---- wear
def worn(per_part: Distribution, **values: Any) -> Plant:
    return machine(wear=Wear(per_part=per_part, repair_time=constant(50), **values))


def test_wear_adds_up_and_fails_at_its_level() -> None:
    """0.25 a part, level 1: after the fourth part, and again after four."""
    run = Followed(worn(constant(0.25)), 140)
    assert run.states("/M") == [(0, BUSY), (40, DOWN), (90, BUSY), (130, DOWN)]
    assert [e.value for e in run.events if e.other == "wear"] == [0.25, 0.5, 0.75, 1.0] * 2


def test_maintenance_by_condition_comes_before_the_failure() -> None:
    """0.25 a part, maintained at 0.5 in 5 s."""
    run = Followed(worn(constant(0.25), maintenance_level=0.5, maintenance_time=constant(5)), 50)
    assert run.states("/M") == [(0, BUSY), (20, MAINTENANCE), (25, BUSY), (45, MAINTENANCE), (50, BUSY)]


def test_without_a_level_of_maintenance_there_is_none_and_a_level_that_is_passed_in_one_step_fails() -> None:
    assert [t for t, s in Followed(worn(constant(0.25), failure_level=0.5), 25).states("/M") if s is DOWN] == [20]
    jump = Followed(worn(constant(0.6), maintenance_level=0.9, maintenance_time=constant(5)), 80)
    assert jump.states("/M") == [(0, BUSY), (20, DOWN), (70, BUSY)]


def test_wear_is_by_part_for_a_batch_and_by_server() -> None:
    plant = made(
        source("/Q"),
        buffer("/Q", "/M", capacity=9),
        Station(
            path="/M", successors=("/K",), process_time=constant(10), batch=Batch(minimum=2, maximum=2),
            wear=Wear(per_part=constant(0.5), repair_time=constant(50)),
        ),
    )  # fmt: skip
    assert Followed(plant, 59).states("/M") == [(0, BUSY), (10, DOWN)]
    two = changed(worn(constant(0.5)), "/M", servers=2)
    run = Followed(two, 30)
    assert run.states("/M") == run.states("/M", 1) == [(0, BUSY), (20, DOWN)]


def test_repair_and_maintenance_of_wear_wait_for_the_crew() -> None:
    """Two machines wear out at 20; the crew mends one after the other, 50 s each."""
    wear = Wear(per_part=constant(0.5), repair_time=constant(50), crew="/P")
    plant = made(
        source("/A", path="/S1"),
        source("/B", path="/S2"),
        *[Station(path=path, successors=("/K",), process_time=constant(10), wear=wear) for path in ("/A", "/B")],
        pools=(WorkerPool(path="/P"),),
    )
    run = Followed(plant, 125)
    assert run.states("/A")[:3] == [(0, BUSY), (20, DOWN), (70, BUSY)]
    assert run.states("/B")[:3] == [(0, BUSY), (20, DOWN), (120, BUSY)]


def test_parts_that_a_failure_scraps_add_no_wear() -> None:
    run = Followed(changed(worn(constant(0.5)), "/M", failures=(mode(15, 5, on_failure="scrap"),)), 36)
    assert run.states("/M") == [(0, BUSY), (15, DOWN), (20, BUSY), (30, DOWN)]
    assert run.times("/K") == [10, 30]
