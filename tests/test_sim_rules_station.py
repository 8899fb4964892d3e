# SPDX-License-Identifier: Apache-2.0
"""Rules of stations, followed by hand: set-up, batches, release when down, preemption."""

from __future__ import annotations

import dataclasses

import pytest
from factory_twin.distribution import constant
from factory_twin.plant import (
    Batch,
    Buffer,
    CardLoop,
    Change,
    Conveyor,
    Failure,
    Order,
    Plant,
    Product,
    Setup,
    Source,
    Station,
    Step,
)
from follow import BLOCKED, BUSY, DOWN, SETUP, STARVED, Followed, changed, made
from models import buffer, source, station

PRODUCTS = (Product(path="/A"), Product(path="/B"), Product(path="/C"))


# ---- set-up
def setups(setup: Setup, *names: str, servers: int = 1) -> Plant:
    """Parts of the named products one after the other; work 10 s."""
    return made(
        Source(path="/S", successors=("/M",), limit=len(names), products=names, cyclic=True),
        Station(path="/M", successors=("/K",), process_time=constant(10), setup=setup, servers=servers),
        products=PRODUCTS,
    )


def test_a_set_up_comes_before_a_part_of_another_product_than_the_last() -> None:
    run = Followed(setups(Setup(time=constant(5)), "/A", "/A", "/B", "/A"))
    assert run.times("/K") == [10, 20, 35, 50]
    assert run.states("/M") == [(0, BUSY), (20, SETUP), (25, BUSY), (35, SETUP), (40, BUSY), (50, STARVED)]


@pytest.mark.parametrize(("first", "ends"), [(False, [10, 25]), (True, [15, 30])])
def test_the_very_first_part_needs_a_set_up_only_if_that_is_said(first: bool, ends: list[float]) -> None:
    assert Followed(setups(Setup(time=constant(5), first=first), "/A", "/B")).times("/K") == ends


def test_the_first_line_of_the_matrix_that_fits_counts_then_the_general_time() -> None:
    lines = (
        Change(before=("/A",), after=("/B",), time=constant(1)),
        Change(before=("/A", "/C"), after=(), time=constant(2)),
        Change(before=(), after=("/A",), time=constant(3)),
    )
    run = Followed(setups(Setup(time=constant(4), changes=lines), "/A", "/B", "/A", "/C", "/A", "/C", "/B", "/C"))
    # A>B 1, B>A 3, A>C 2, C>A 2 (line 2 before line 3), A>C 2, C>B 2, B>C 4 (general)
    starts = [t for t, s in run.states("/M") if s is BUSY]
    begun = [t for t, s in run.states("/M") if s is SETUP]
    assert [b - a for a, b in zip(begun, starts[1:])] == [1, 3, 2, 2, 2, 2, 4]


def test_without_a_general_time_a_change_that_is_in_no_line_needs_no_set_up() -> None:
    lines = (Change(before=("/A",), after=("/B",), time=constant(5)),)
    assert Followed(setups(Setup(changes=lines), "/A", "/B", "/A")).times("/K") == [10, 25, 35]


def test_a_matrix_without_product_before_holds_for_the_very_first_part() -> None:
    lines = (Change(before=(), after=("/A",), time=constant(7)),)
    assert Followed(setups(Setup(time=constant(5), changes=lines, first=True), "/A", "/B")).times("/K") == [17, 32]


def test_each_server_is_set_up_for_itself() -> None:
    """Two servers, A and B by turns: the first part of each needs nothing, and each gets its own product again."""
    assert Followed(setups(Setup(time=constant(5)), "/A", "/B", "/A", "/B", servers=2)).times("/K") == [10, 10, 20, 20]


# ---- batches
def oven(*, minimum: int, maximum: int, same: bool = False, limit: int = 6, every: float = 10) -> Plant:
    return made(
        Source(
            path="/S",
            successors=("/Q",),
            interarrival=constant(every),
            limit=limit,
            products=("/A", "/B") if same else (),
            cyclic=True,
        ),
        buffer("/Q", "/Oven", capacity=-1),
        Station(
            path="/Oven",
            successors=("/K",),
            process_time=constant(25),
            batch=Batch(minimum=minimum, maximum=maximum, same_product=same),
        ),
        products=PRODUCTS if same else (),
    )


def test_a_batch_starts_as_soon_as_the_minimum_is_there_and_takes_what_is_there_up_to_the_maximum() -> None:
    """Minimum 2: starts at 20 with two; at 45 the parts of 30 and 40 wait; at 70 those of 50 and 60."""
    assert Followed(oven(minimum=2, maximum=3)).came("/K") == [(45, 0), (45, 1), (70, 2), (70, 3), (95, 4), (95, 5)]


def test_a_batch_of_one_at_least_starts_with_the_first() -> None:
    """Starts at 10 with one; at 35 with those of 20 and 30; at 60 with three."""
    assert Followed(oven(minimum=1, maximum=3)).times("/K") == [35, 60, 60, 85, 85, 85]


def test_a_rest_that_is_too_few_waits_for_ever() -> None:
    run = Followed(oven(minimum=3, maximum=3, limit=5))
    assert run.times("/K") == [55, 55, 55]
    (stuck,) = [s for s in run.model.stuck() if s.path == "/Oven"]
    assert "3 parts for a batch" in stuck.why
    assert {s.path: s.parts for s in run.model.stuck()} == {"/Q": 2, "/Oven": 0}


def test_a_batch_of_one_product_passes_over_the_others() -> None:
    """A at 10, 30, 50, B at 20, 40, 60: two A are there at 30, so they start; two B wait since 40 when it is free at 55."""
    run = Followed(oven(minimum=2, maximum=2, same=True))
    assert run.came("/K") == [(55, 0), (55, 2), (80, 1), (80, 3)]


def test_a_product_with_too_few_parts_does_not_hold_up_one_with_enough() -> None:
    """A at 10, B at 20 and at 30: two B start at 30, though A has waited longer; a second A never comes."""
    plant = oven(minimum=2, maximum=2, same=True, limit=0)
    extra = made(
        Source(path="/S1", successors=("/Q",), interarrival=constant(10), limit=1, products=("/A",)),
        Source(path="/S2", successors=("/Q",), interarrival=constant(10), first=constant(20), limit=2, products=("/B",)),
        *plant.nodes[1:-1],
        products=PRODUCTS,
    )
    assert Followed(extra).came("/K") == [(55, 1), (55, 2)]


def test_of_products_with_enough_parts_the_one_that_has_waited_longest() -> None:
    """Busy until 35 with the A of 10. B waits since 20, A since 30: B goes first, with the B of 40 not there yet."""
    run = Followed(oven(minimum=1, maximum=2, same=True))
    assert run.came("/K") == [(35, 0), (60, 1), (85, 2), (85, 4), (110, 3), (110, 5)]


def test_a_batch_is_fed_by_a_belt_one_by_one_as_they_come_to_its_end() -> None:
    """A belt shows one part at a time: the station takes them in front of its server until there are two."""
    belt = Conveyor(path="/Belt", successors=("/Oven",), length=5, speed=1, capacity=5, gap=1, points=((0, 0, 0), (5, 0, 0)))
    plant = made(
        source("/Belt", every=constant(10), limit=4),
        belt,
        Station(path="/Oven", successors=("/K",), process_time=constant(25), batch=Batch(minimum=2, maximum=2)),
    )
    run = Followed(plant)
    assert run.times("/Oven") == [15, 25, 50, 50 + 1]  # while it works nobody takes; the second moves up by 1 m
    assert run.times("/K") == [50, 50, 76, 76]


def test_a_batch_straight_from_a_source() -> None:
    """Arrivals every 3 s, two at least: starts at 6, at 16 with those of 9, 12 and 15, at 26 with those of 18 and 21."""
    furnace = Station(path="/Oven", successors=("/K",), process_time=constant(10), batch=Batch(minimum=2, maximum=3))
    run = Followed(made(source("/Oven", every=constant(3), limit=7), furnace))
    assert run.times("/K") == [16, 16, 26, 26, 26, 36, 36]
    ready = Followed(made(source("/Oven", limit=5), furnace))
    assert ready.times("/K") == [10, 10, 10, 20, 20]


def test_a_batch_straight_from_a_station_empties_it_part_by_part() -> None:
    """A makes one in 5 s; each is taken before the server as long as it is free. Working 10-20, A is blocked 15-20."""
    furnace = Station(path="/Oven", successors=("/K",), process_time=constant(10), batch=Batch(minimum=2, maximum=2))
    run = Followed(made(source("/A", limit=4), station("/A", "/Oven", constant(5)), furnace))
    assert run.times("/Oven") == [5, 10, 20, 25] and run.times("/K") == [20, 20, 35, 35]
    assert run.states("/A") == [(0, BUSY), (15, BLOCKED), (20, BUSY), (25, STARVED)]


def test_a_batch_takes_no_more_than_it_has_cards_for() -> None:
    """Two cards, which come off behind the buffer: at 11 the first part has gone on, and of the nine waiting two are taken."""
    plant = made(
        source("/Q", every=constant(1), limit=10),
        buffer("/Q", "/Oven", capacity=-1),
        Station(path="/Oven", successors=("/P",), process_time=constant(10), batch=Batch(minimum=1, maximum=4)),
        buffer("/P", "/M", capacity=9),
        station("/M", "/K", constant(20)),
        loops=(CardLoop(path="/L", cards=2, begin=("/Oven",), end=("/P",)),),
    )
    # M takes parts at 11, 31, 51, ...: each gives a card, and one part is started
    assert Followed(plant, 60).times("/Oven") == [1, 11, 11, 31, 51]


def test_a_batch_takes_its_time_from_its_first_part() -> None:
    plant = made(
        Source(path="/S", successors=("/Q",), interarrival=constant(1), limit=4, products=("/A", "/B"), cyclic=True),
        buffer("/Q", "/Oven", capacity=-1),
        Station(
            path="/Oven", successors=("/K",), process_time=constant(10), process_times=(("/B", constant(99)),),
            batch=Batch(minimum=2, maximum=2),
        ),
        products=PRODUCTS,
    )  # fmt: skip
    assert Followed(plant).times("/K") == [12, 12, 22, 22]


def test_a_server_that_baked_is_free_when_all_its_parts_have_left() -> None:
    """Three parts finished at 30; the next station takes one every 10 s, so the oven is blocked until 50."""
    plant = made(
        source("/Q", every=constant(1), limit=6),
        buffer("/Q", "/Oven", capacity=-1),
        Station(path="/Oven", successors=("/M",), process_time=constant(27), batch=Batch(minimum=3, maximum=3)),
        station("/M", "/K", constant(10)),
    )
    run = Followed(plant)
    assert run.times("/M") == [30, 40, 50, 77, 87, 97]
    assert run.states("/Oven") == [(0, STARVED), (3, BUSY), (30, BLOCKED), (50, BUSY), (77, BLOCKED), (97, STARVED)]


# ---- release when down
@pytest.mark.parametrize(("released", "ends"), [(True, [6, 10]), (False, [6, 109])])
def test_a_finished_part_may_leave_a_server_that_is_down_or_waits_for_the_repair(released: bool, ends: list[float]) -> None:
    """M finishes at 2 and 4; N takes 4 s each. M fails at 5 with a finished part: at 6 N is free, M is down until 105."""
    mode = Failure("f", "calendar", constant(5), constant(100))
    plant = made(
        source("/M", limit=2),
        Station(path="/M", successors=("/N",), process_time=constant(2), failures=(mode,), release_when_down=released),
        station("/N", "/K", constant(4)),
    )
    assert Followed(plant).times("/K") == ends


# ---- preemption
def urgent(*orders: tuple[float, int], setup: Setup | None = None, servers: int = 1, work: float = 20) -> Plant:
    """Orders of (release, priority), each from a source of its own; work 20 s; the products are A, B, C in turn."""
    names = [f"/O{i}" for i in range(len(orders))]
    return made(
        *[Source(path=f"/S{name[2:]}", successors=("/M",), orders=(name,)) for name in names],
        Station(
            path="/M", successors=("/K",), process_time=constant(work), setup=setup or Setup(), preemptive=True, servers=servers
        ),
        products=PRODUCTS,
        orders=tuple(
            Order(path=name, product=PRODUCTS[i % 3].path, release=r, priority=p)
            for i, (name, (r, p)) in enumerate(zip(names, orders))
        ),
    )


def test_a_more_urgent_part_pushes_the_part_in_work_aside_which_goes_on_where_it_stopped() -> None:
    run = Followed(urgent((0, 5), (12, 1)))
    assert run.came("/M") == [(0, 0), (12, 1)]
    assert run.came("/K") == [(32, 1), (40, 0)]


def test_without_preemption_it_waits() -> None:
    assert Followed(changed(urgent((0, 5), (12, 1)), "/M", preemptive=False)).came("/K") == [(20, 0), (40, 1)]


def test_equal_priority_does_not_interrupt() -> None:
    assert Followed(urgent((0, 5), (12, 5))).came("/K") == [(20, 0), (40, 1)]


def test_preemption_is_nested() -> None:
    """At 5 the first, at 10 the second is pushed aside: 30, then 45 (15 s left), then 60."""
    assert Followed(urgent((0, 9), (5, 5), (10, 1))).came("/K") == [(30, 2), (45, 1), (60, 0)]


def test_what_was_put_aside_goes_before_what_waits_unless_that_is_more_urgent() -> None:
    """At 25 the part of priority 1 is finished; of the waiting 9 and 3 only the 3 is more urgent than the 5 put aside."""
    run = Followed(urgent((0, 5), (5, 1), (6, 9), (7, 3)))
    assert run.order("/K") == [1, 3, 0, 2]
    assert run.times("/K") == [25, 45, 60, 80]


def test_what_was_put_aside_is_set_up_for_again() -> None:
    """A works 0-12; set up for B 12-17, work 17-37; set up for A 37-42, its 8 s left until 50."""
    run = Followed(urgent((0, 5), (12, 1), setup=Setup(time=constant(5))))
    assert run.came("/K") == [(37, 1), (50, 0)]
    assert run.states("/M") == [(0, BUSY), (12, SETUP), (17, BUSY), (37, SETUP), (42, BUSY), (50, STARVED)]


def test_a_set_up_that_is_interrupted_begins_anew() -> None:
    """Set-up for B from 20; C comes at 22: set-up until 27, work until 47; then all of the set-up for B, until 52."""
    run = Followed(urgent((0, 5), (1, 5), (22, 1), setup=Setup(time=constant(5))))
    assert run.came("/K") == [(20, 0), (47, 2), (72, 1)]


def test_of_several_servers_the_one_with_the_least_urgent_part_is_interrupted() -> None:
    run = Followed(urgent((0, 4), (0, 6), (10, 1), servers=2))
    assert run.came("/K") == [(20, 0), (30, 2), (40, 1)]


def test_a_server_that_is_down_is_not_interrupted() -> None:
    """Down from 10 to 50, when the first part goes on: the urgent part pushes it aside then."""
    mode = Failure("f", "operating", constant(10), constant(40))
    run = Followed(changed(urgent((0, 5), (12, 1)), "/M", failures=(mode,)), 71)
    assert run.states("/M")[:2] == [(0, BUSY), (10, DOWN)]
    assert run.came("/M") == [(0, 0), (50, 1)]


def test_a_buffer_before_it_shows_its_first_part_only() -> None:
    """FIFO: the urgent part stands behind another and interrupts nothing. PRIORITY: it does."""
    for discipline, first in (("FIFO", 0), ("PRIORITY", 2)):
        plant = made(
            Source(path="/S", successors=("/Q",), orders=("/O0", "/O1", "/O2")),
            Buffer(path="/Q", successors=("/M",), capacity=-1, discipline=discipline),
            Station(path="/M", successors=("/K",), process_time=constant(20), preemptive=True),
            products=PRODUCTS,
            orders=tuple(
                Order(path=f"/O{i}", product="/A", release=r, priority=p) for i, (r, p) in enumerate(((0, 5), (1, 5), (2, 1)))
            ),
        )
        assert Followed(plant).order("/K")[0] == first


def test_a_preempted_step_of_a_plan_is_done_once() -> None:
    plan = (Step(path="/1", stations=("/M",), time=constant(30)), Step(path="/2", stations=("/N",), before=(0,)))
    plant = urgent((0, 5), (12, 1))
    products = tuple(dataclasses.replace(p, plan=plan) for p in PRODUCTS)
    nodes = (
        *(dataclasses.replace(n, successors=("/N",)) if n.path == "/M" else n for n in plant.nodes),
        station("/N", "/K", constant(1)),
    )
    run = Followed(dataclasses.replace(plant, nodes=nodes, products=products))
    assert run.came("/K") == [(43, 1), (61, 0)]
