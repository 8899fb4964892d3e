# SPDX-License-Identifier: Apache-2.0
"""Rules of sources, followed by hand: arrivals, batches, lost parts, product mix, work orders."""

from __future__ import annotations

import dataclasses

import pytest
from factory_twin.distribution import constant
from factory_twin.plant import Assembly, Batch, Buffer, Order, Plant, Product, Setup, Source, Station
from follow import Followed, changed, made
from models import buffer, source, station

PRODUCTS = (Product(path="/A"), Product(path="/B"), Product(path="/C"))


def products_of(run: Followed) -> list[str]:
    """Return the product of each part, by number; empty: none."""
    rows = {int(number): int(product) for number, product, *_ in run.log.parts.array().tolist()}
    paths = [p.path for p in run.model.plant.products]
    return [paths[rows[i]] if rows.get(i, -1) >= 0 else "" for i in range(run.model.parts)]


def test_the_first_part_comes_after_one_interarrival_or_at_the_time_named() -> None:
    plain = made(source("/K", every=constant(10), limit=3))
    assert Followed(plain).times("/K") == [10, 20, 30]
    assert Followed(changed(plain, "/S", first=constant(3))).times("/K") == [3, 13, 23]
    assert Followed(changed(plain, "/S", first=constant(0))).times("/K") == [0, 10, 20]


def test_a_source_that_is_never_starved_has_its_next_part_ready_whenever_one_is_accepted() -> None:
    plain = made(source("/M", limit=3), station("/M", "/K", constant(10)))
    assert Followed(plain).times("/M") == [0, 10, 20]
    assert Followed(changed(plain, "/S", first=constant(4))).times("/M") == [4, 14, 24]


def test_a_batch_arrives_at_one_instant_and_the_limit_counts_parts() -> None:
    plant = made(Source(path="/S", successors=("/K",), interarrival=constant(10), batch=3, limit=7))
    assert Followed(plant).times("/K") == [10, 10, 10, 20, 20, 20, 30]


def test_parts_that_are_not_accepted_wait_outside_first_in_first_out_or_are_lost() -> None:
    """Arrivals every 10 s, work 25 s. Waiting: in at 10, 35, 60, 85. Lost: 20 and 30; the part of 40 finds the station free."""
    plant = made(source("/M", every=constant(10), limit=4), station("/M", "/K", constant(25)))
    assert Followed(plant).came("/M") == [(10, 0), (35, 1), (60, 2), (85, 3)]
    loses = Followed(changed(plant, "/S", lose=True))
    assert loses.came("/M") == [(10, 0), (40, 3)]
    assert loses.came("lost") == [(20, 1), (30, 2)]


def test_a_part_that_arrives_as_the_station_gets_free_is_not_lost() -> None:
    """Work 20 s from 10 on: the part of 30 arrives at the instant of the finish, which comes before any part moves."""
    plant = made(
        Source(path="/S", successors=("/M",), interarrival=constant(10), limit=3, lose=True), station("/M", "/K", constant(20))
    )
    run = Followed(plant)
    assert run.came("/M") == [(10, 0), (30, 2)]
    assert run.times("lost") == [20]


def test_of_a_batch_what_finds_no_room_is_lost() -> None:
    """Three arrive at 10: one goes through the buffer to the station, one waits in the buffer, one is lost; likewise at 20."""
    plant = made(
        Source(path="/S", successors=("/Q",), interarrival=constant(10), batch=3, limit=6, lose=True),
        buffer("/Q", "/M", capacity=1),
        station("/M", "/K", constant(10)),
    )
    run = Followed(plant)
    assert run.came("/Q") == [(10, 0), (10, 1), (20, 3)]
    assert run.came("lost") == [(10, 2), (20, 4), (20, 5)]
    assert run.times("/M") == [10, 20, 30]


@pytest.mark.parametrize(
    "place",
    [
        Station(path="/M", successors=("/K",), process_time=constant(5), setup=Setup(time=constant(1))),
        Station(path="/M", successors=("/K",), process_time=constant(5), batch=Batch(minimum=1, maximum=2)),
        Station(path="/M", successors=("/K",), process_time=constant(5), assembly=Assembly(inputs=(("/S", 1),))),
    ],
)
def test_an_idle_station_of_any_kind_takes_what_would_be_lost(place: Station) -> None:
    run = Followed(made(Source(path="/S", successors=("/M",), interarrival=constant(10), limit=3, lose=True), place))
    assert run.times("/M") == [10, 20, 30]


def test_products_come_in_turn_or_by_their_shares() -> None:
    mix = Source(path="/S", successors=("/K",), interarrival=constant(1), limit=4000, products=("/A", "/B", "/C"))
    plant = made(mix, products=PRODUCTS)
    assert products_of(Followed(changed(plant, "/S", cyclic=True)))[:5] == ["/A", "/B", "/C", "/A", "/B"]
    equal = products_of(Followed(plant))
    shares = products_of(Followed(changed(plant, "/S", product_weights=(1, 0, 3))))
    for found, share in ((equal, 1 / 3), (shares, 1 / 4)):
        assert found.count("/A") / 4000 == pytest.approx(share, abs=4 * (share * (1 - share) / 4000) ** 0.5)
    assert set(equal) == {"/A", "/B", "/C"} and set(shares) == {"/A", "/C"}


def orders(*, limit: int = -1) -> Plant:
    return made(
        Source(path="/S", successors=("/M",), orders=("/O1", "/O2", "/O3"), limit=limit),
        station("/M", "/K", constant(10)),
        products=PRODUCTS,
        orders=(
            Order(path="/O1", product="/A", quantity=2, release=50),
            Order(path="/O2", product="/B", quantity=1, release=5, due=100),
            Order(path="/O3", product="/C", quantity=1, release=50),
        ),
    )


def test_the_parts_of_work_orders_come_by_release_then_in_the_order_named() -> None:
    """B at 5. A, A and C are released at 50; the station takes them one after the other."""
    run = Followed(orders())
    assert run.times("/M") == [5, 50, 60, 70]
    assert products_of(run) == ["/B", "/A", "/A", "/C"]
    rows = {int(r[0]): (int(r[2]), r[3]) for r in run.log.parts.array().tolist()}
    assert rows == {0: (1, 100.0), 1: (0, -1.0), 2: (0, -1.0), 3: (2, -1.0)}  # number: order, due


def test_a_limit_counts_ordered_parts_too() -> None:
    assert products_of(Followed(orders(limit=2))) == ["/B", "/A"]


def test_with_an_interarrival_time_the_ordered_parts_come_one_by_one_and_releases_do_not_count() -> None:
    run = Followed(changed(orders(), "/S", interarrival=constant(30)))
    assert run.times("/M") == [30, 60, 90, 120]
    assert products_of(run) == ["/B", "/A", "/A", "/C"]


def test_an_order_has_the_priority_of_its_product_where_it_names_none() -> None:
    """Released together with part 0 in work: by priority 1 (order), 2 (product), 3 (order)."""
    plant = made(
        Source(path="/S", successors=("/Q",), orders=("/O0", "/O1", "/O2", "/O3")),
        Buffer(path="/Q", successors=("/M",), capacity=-1, discipline="PRIORITY"),
        station("/M", "/K", constant(10)),
        products=(Product(path="/A", priority=2), Product(path="/B")),
        orders=(
            Order(path="/O0", product="/B"),
            Order(path="/O1", product="/A", priority=3, release=1),
            Order(path="/O2", product="/A", release=1),
            Order(path="/O3", product="/A", priority=1, release=1),
        ),
    )
    assert Followed(plant).order("/M") == [0, 3, 2, 1]


def test_a_batch_does_not_matter_where_no_arrivals_are_timed() -> None:
    plant = made(Source(path="/S", successors=("/M",), batch=5, limit=3), station("/M", "/K", constant(10)))
    assert Followed(plant).times("/M") == [0, 10, 20]


def test_shares_draw_the_next_place_of_a_part_before_it_leaves_the_source() -> None:
    """The part drawn for A waits for A, though B is free; those behind it wait too."""
    plant = made(
        Source(path="/S", successors=("/A", "/B"), weights=(1, 0), limit=2),
        station("/A", "/K", constant(10)),
        station("/B", "/K", constant(1)),
    )
    run = Followed(plant)
    assert run.times("/A") == [0, 10] and run.times("/B") == []
    free = dataclasses.replace(plant.nodes[0], weights=())
    assert Followed(dataclasses.replace(plant, nodes=(free, *plant.nodes[1:]))).times("/B") == [0]
