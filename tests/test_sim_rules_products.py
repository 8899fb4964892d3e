# SPDX-License-Identifier: Apache-2.0
"""Rules of products, followed by hand: process times, plans, assembly, disassembly, scrap and rework."""

from __future__ import annotations

import pytest
from factory_twin.distribution import constant, exponential
from factory_twin.kpi import measure
from factory_twin.plant import Assembly, Buffer, Conveyor, Disassembly, Failure, Plant, Product, Source, Station, Step
from follow import BLOCKED, BUSY, STARVED, Followed, made
from models import buffer, source, station


def step(name: str, *stations: str, time: float | None = None, before: tuple[int, ...] = ()) -> Step:
    return Step(path=f"/Plan/{name}", stations=stations, time=None if time is None else constant(time), before=before)


# ---- process times
def test_a_time_is_that_of_the_step_else_of_the_product_else_of_the_station() -> None:
    plant = made(
        Source(path="/S", successors=("/M",), limit=3, products=("/A", "/B", "/C"), cyclic=True),
        Station(
            path="/M", successors=("/K",), process_time=constant(10), process_times=(("/A", constant(20)), ("/B", constant(30)))
        ),
        products=(Product(path="/A", plan=(step("1", "/M", time=40),)), Product(path="/B"), Product(path="/C")),
    )
    assert Followed(plant).times("/K") == [40, 70, 80]
    no_time = (Product(path="/A", plan=(step("1", "/M"),)), *plant.products[1:])
    assert Followed(Plant(nodes=plant.nodes, products=no_time)).times("/K") == [20, 50, 60]


# ---- plans
def shop(*plan: Step, limit: int = 1, hub: str = "FIFO") -> Plant:
    """A hub with three machines of 10, 20 and 30 s around it."""
    return made(
        Source(path="/S", successors=("/Hub",), limit=limit, products=("/A",)),
        Buffer(path="/Hub", successors=("/M1", "/M2", "/M3", "/K"), capacity=-1, discipline=hub),
        *(station(f"/M{i}", "/Hub", constant(10 * i)) for i in (1, 2, 3)),
        products=(Product(path="/A", plan=plan),),
    )


def test_a_part_goes_to_the_station_of_its_next_step_and_leaves_when_all_are_done() -> None:
    run = Followed(shop(step("1", "/M3"), step("2", "/M1", before=(0,)), step("3", "/M3", before=(1,))))
    assert run.way(0) == [
        (0, "/Hub"), (0, "/M3"), (30, "/Hub"), (30, "/M1"), (40, "/Hub"), (40, "/M3"), (70, "/Hub"), (70, "/K"),
    ]  # fmt: skip


def test_steps_without_an_order_are_done_as_stations_are_free() -> None:
    """Two parts, three steps in any order: each goes on where it has not been and nobody is."""
    run = Followed(shop(step("1", "/M1"), step("2", "/M2"), step("3", "/M3"), limit=2))
    assert [(t, p) for t, p in run.way(0) if p != "/Hub"] == [(0, "/M1"), (10, "/M3"), (40, "/M2"), (60, "/K")]
    assert [(t, p) for t, p in run.way(1) if p != "/Hub"] == [(0, "/M2"), (20, "/M1"), (40, "/M3"), (70, "/K")]


def test_a_step_waits_for_all_steps_before_it() -> None:
    """Step 3 only after 1 and 2: 1 at M1 until 10, 2 at M1 until 20, then M3."""
    run = Followed(shop(step("1", "/M1"), step("2", "/M1"), step("3", "/M3", before=(0, 1))))
    assert [(t, p) for t, p in run.way(0) if p != "/Hub"] == [(0, "/M1"), (10, "/M1"), (20, "/M3"), (50, "/K")]


def test_of_alternative_stations_the_first_that_is_free_in_the_order_of_successors() -> None:
    """The plan names M3 before M1, but the hub's successors decide: M1 is free first, M3 is busy with nothing."""
    run = Followed(shop(step("1", "/M3", "/M1"), limit=3))
    assert run.came("/M1") == [(0, 0), (10, 2)] and run.came("/M3") == [(0, 1)]


def test_a_part_passes_places_that_lead_to_its_station_only() -> None:
    """Two lines of buffer and machine; A is made on the second only, B on both, C has no plan and takes what is free."""
    plant = made(
        Source(
            path="/S", successors=("/Q1", "/Q2"), limit=3, interarrival=constant(1), products=("/A", "/B", "/C"), cyclic=True
        ),
        buffer("/Q1", "/M1", capacity=5),
        buffer("/Q2", "/M2", capacity=5),
        station("/M1", "/K", constant(10)),
        station("/M2", "/K", constant(10)),
        products=(
            Product(path="/A", plan=(step("1", "/M2"),)),
            Product(path="/B", plan=(step("2", "/M1", "/M2"),)),
            Product(path="/C"),
        ),
    )
    run = Followed(plant)
    assert run.order("/Q2") == [0] and run.order("/Q1") == [1, 2]


def test_in_a_chain_steps_are_done_by_the_way_even_where_nothing_branches() -> None:
    """A plan along a line; at M2 product B has no step, so it takes the station's own time."""
    plant = made(
        Source(path="/S", successors=("/M1",), limit=2, products=("/A", "/B"), cyclic=True),
        station("/M1", "/M2", constant(10)),
        station("/M2", "/K", constant(10)),
        products=(
            Product(path="/A", plan=(step("1", "/M1", time=5), step("2", "/M2", time=7, before=(0,)))),
            Product(path="/B", plan=(step("3", "/M1", time=3),)),
        ),
    )
    assert Followed(plant).times("/K") == [12, 22]


# ---- assembly
def assembly(**values: object) -> Plant:
    """Frames every 10 s, wheels every 4 s; one frame and two wheels are joined in 3 s."""
    join = {"inputs": (("/Frames", 1), ("/Wheels", 2))} | values
    return made(
        Source(path="/F", successors=("/Frames",), interarrival=constant(10), limit=3, products=("/Frame",)),
        Source(path="/W", successors=("/Wheels",), interarrival=constant(4), limit=6, products=("/Wheel",)),
        buffer("/Frames", "/Join", capacity=-1),
        buffer("/Wheels", "/Join", capacity=-1),
        Station(path="/Join", successors=("/K",), process_time=constant(3), assembly=Assembly(**join)),  # type: ignore[arg-type]
        products=(Product(path="/Frame"), Product(path="/Wheel"), Product(path="/Bike")),
    )


def test_an_assembly_starts_when_all_is_there_and_the_first_input_is_the_main_part() -> None:
    """Wheels at 4, 8, ..., frames at 10, 20, 30: starts at 10, 20 and 30; the wheels are built in when it is finished."""
    run = Followed(assembly())
    assert run.times("/K") == [13, 23, 33]
    frames = [part for _, part in run.left("/F")]
    assert run.order("/K") == frames
    assert run.times("consumed") == [13, 13, 23, 23, 33, 33]
    assert run.states("/Join") == [
        (0, STARVED),
        (10, BUSY),
        (13, STARVED),
        (20, BUSY),
        (23, STARVED),
        (30, BUSY),
        (33, STARVED),
    ]


def test_an_assembly_waits_for_what_is_last() -> None:
    """Three wheels a frame: the third comes at 12, the sixth at 24; for the last frame there are none."""
    run = Followed(assembly(inputs=(("/Frames", 1), ("/Wheels", 3))))
    assert run.times("/K") == [15, 27]
    assert run.model.level("/Frames") == 1 and run.model.level("/Wheels") == 0


def test_the_product_made_is_the_one_named_else_that_of_the_main_part() -> None:
    kept = Followed(assembly())
    new = Followed(assembly(product="/Bike"))
    for run, product in ((kept, 0), (new, 2)):
        last = {int(r[0]): int(r[1]) for r in run.log.parts.array()}
        assert {last[p] for p in run.order("/K")} == {product}


def test_inputs_may_be_products_from_any_place_before_it() -> None:
    """Frames and wheels in one buffer, wheels first: neither stands in the other's way."""
    plant = made(
        Source(path="/S", successors=("/Q",), interarrival=constant(1), limit=6, products=("/Wheel", "/Frame"), cyclic=True),
        buffer("/Q", "/Join", capacity=-1),
        Station(
            path="/Join", successors=("/K",), process_time=constant(10),
            assembly=Assembly(inputs=(("/Frame", 1), ("/Wheel", 2)), product="/Bike"),
        ),
        products=(Product(path="/Frame"), Product(path="/Wheel"), Product(path="/Bike")),
    )  # fmt: skip
    run = Followed(plant)
    assert run.came("/Join") == [(3, 1), (3, 0), (3, 2)]
    assert run.came("/K") == [(13, 1)]
    assert run.model.level("/Q") == 3


def test_an_assembly_fed_by_belts_takes_each_part_at_the_end_of_its_belt_and_keeps_it() -> None:
    """Belt: 5 s, one part a time at its end. Two are needed: they are taken at 6 and 7 and kept before the server."""
    belt = Conveyor(path="/Belt", successors=("/Join",), length=5, speed=1, capacity=5, points=((0, 0, 0), (5, 0, 0)))
    plant = made(
        Source(path="/S", successors=("/Belt",), interarrival=constant(1), limit=4),
        Source(path="/T", successors=("/Q",), interarrival=constant(10), limit=1),
        belt,
        buffer("/Q", "/Join"),
        Station(
            path="/Join", successors=("/K",), process_time=constant(3), assembly=Assembly(inputs=(("/Q", 1), ("/Belt", 2)))
        ),
    )
    run = Followed(plant, 30)
    assert [t for t, p in run.came("/Join") if p in [n for _, n in run.left("/Belt")]] == [6, 7, 13, 13]
    assert run.times("/K") == [13]
    assert run.model.level("/Join") == 2  # kept for the next, which lacks its main part


def test_an_assembly_of_parts_without_products() -> None:
    plant = made(
        source("/Q1", path="/S1", every=constant(2), limit=4),
        source("/Q2", path="/S2", every=constant(5), limit=2),
        buffer("/Q1", "/Join", capacity=9),
        buffer("/Q2", "/Join", capacity=9),
        Station(path="/Join", successors=("/K",), process_time=constant(1), assembly=Assembly(inputs=(("/Q1", 2), ("/Q2", 1)))),
    )
    assert Followed(plant).times("/K") == [6, 11]


def test_two_inputs_of_one_product_need_two_parts() -> None:
    plant = made(
        Source(path="/S", successors=("/Q",), interarrival=constant(1), limit=4, products=("/A",)),
        buffer("/Q", "/Join", capacity=9),
        Station(path="/Join", successors=("/K",), process_time=constant(5), assembly=Assembly(inputs=(("/A", 1), ("/A", 1)))),
        products=(Product(path="/A"),),
    )
    run = Followed(plant)
    assert run.came("/Join") == [(2, 0), (2, 1), (7, 2), (7, 3)]
    assert run.times("/K") == [7, 12]


# ---- disassembly
def test_a_disassembly_gives_its_outputs_one_after_the_other() -> None:
    """A pallet of 3: the part itself and two new ones, which leave as the next station takes them (5 s each)."""
    plant = made(
        source("/Split", limit=1),
        Station(path="/Split", successors=("/M",), process_time=constant(10), disassembly=Disassembly(outputs=(("", 3),))),
        station("/M", "/K", constant(5)),
    )
    run = Followed(plant)
    assert run.came("/M") == [(10, 0), (15, 1), (20, 2)]
    assert run.left("made") == [(10, 1), (10, 2)]
    assert run.states("/Split") == [(0, BUSY), (10, BLOCKED), (20, STARVED)]


def test_what_comes_out_goes_its_own_way_by_product() -> None:
    plant = made(
        Source(path="/S", successors=("/Split",), limit=1, products=("/Crate",)),
        Station(
            path="/Split", successors=("/Good", "/Waste"), process_time=constant(10),
            disassembly=Disassembly(outputs=(("/Good", 2), ("/Box", 1))),
        ),
        station("/Good", "/K", constant(1)),
        station("/Waste", "/K", constant(1)),
        products=(
            Product(path="/Crate"),
            Product(path="/Good", plan=(step("g", "/Good"),)),
            Product(path="/Box", plan=(step("w", "/Waste"),)),
        ),
    )  # fmt: skip
    run = Followed(plant)
    assert run.came("/Good") == [(10, 0), (11, 1)] and run.came("/Waste") == [(10, 2)]


# ---- scrap and rework
def test_scrap_and_rework_are_shares_of_the_finished_parts() -> None:
    plant = made(
        source("/M", limit=4000),
        Station(path="/M", successors=("/K",), process_time=constant(1), scrap_rate=0.2, rework_rate=0.3, rework="/R"),
        station("/R", "/K", constant(0.5)),
    )
    run = Followed(plant)
    for place, share in (("scrap", 0.2), ("/R", 0.3)):
        assert len(run.came(place)) / 4000 == pytest.approx(share, abs=4 * (share * (1 - share) / 4000) ** 0.5), place


def test_rework_at_the_same_station_repeats_the_work() -> None:
    """All are sent back before the station: one more turn every 10 s."""
    plant = made(
        source("/Q", limit=1),
        buffer("/Q", "/M"),
        Station(path="/M", successors=("/K",), process_time=constant(10), rework_rate=1.0, rework="/Q"),
    )
    assert Followed(plant, 45).times("/Q") == [0, 10, 20, 30, 40]


def test_rework_undoes_the_steps_from_the_one_done_there_on() -> None:
    """M1, M2, then M3, which sends all back to M2's buffer: M2 and M3 are done again, M1 is not."""
    plant = made(
        Source(path="/S", successors=("/Hub",), limit=1, products=("/A",)),
        buffer("/Hub", "/M1", "/M2", "/M3", "/K", capacity=-1),
        station("/M1", "/Hub", constant(10)),
        station("/M2", "/Hub", constant(20)),
        Station(path="/M3", successors=("/Hub",), process_time=constant(5), rework_rate=1.0, rework="/Again"),
        buffer("/Again", "/M2", capacity=-1),
        products=(Product(path="/A", plan=(step("1", "/M1"), step("2", "/M2", before=(0,)), step("3", "/M3", before=(1,)))),),
    )
    run = Followed(plant, 61)
    assert [(t, p) for t, p in run.way(0) if p != "/Hub"] == [
        (0, "/M1"), (10, "/M2"), (30, "/M3"), (35, "/Again"), (35, "/M2"), (55, "/M3"), (60, "/Again"), (60, "/M2"),
    ]  # fmt: skip


def test_a_failure_that_scraps_takes_the_part_in_work() -> None:
    """Fails at 25 s of work: parts 0 and 1 are finished at 10 and 20, part 2 is scrap, part 3 starts after the repair."""
    mode = Failure("f", "operating", constant(25), constant(100), on_failure="scrap")
    run = Followed(made(source("/M", limit=5), station("/M", "/K", constant(10), failures=(mode,))))
    assert run.came("scrap") == [(25, 2)]
    assert run.came("/K") == [(10, 0), (20, 1), (135, 3), (145, 4)]


def test_scrap_of_an_assembly_in_work_takes_all_its_parts() -> None:
    mode = Failure("f", "operating", constant(4), constant(100), on_failure="scrap")
    plant = made(
        source("/Q1", path="/S1", limit=1),
        source("/Q2", path="/S2", limit=2),
        buffer("/Q1", "/Join", capacity=9),
        buffer("/Q2", "/Join", capacity=9),
        Station(
            path="/Join", successors=("/K",), process_time=constant(10), failures=(mode,),
            assembly=Assembly(inputs=(("/Q1", 1), ("/Q2", 2))),
        ),
    )  # fmt: skip
    run = Followed(plant)
    assert run.times("scrap") == [4, 4, 4] and run.times("consumed") == []


def test_scrap_does_not_wait_for_the_next_place() -> None:
    """M is blocked by its good parts only: with scrap 1 all leave at once though the next station is busy for ever."""
    plant = made(
        source("/M", limit=3),
        Station(path="/M", successors=("/N",), process_time=constant(10), scrap_rate=1.0),
        station("/N", "/K", exponential(1)),
    )
    run = Followed(plant)
    assert run.times("scrap") == [10, 20, 30]
    assert measure(run.log, plant).stations["/M"].blocked == 0
