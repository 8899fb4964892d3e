# SPDX-License-Identifier: Apache-2.0
"""KPIs of products, orders, losses, assembly, rework, energy, cost and people, on logs worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from factory_twin import event
from factory_twin.distribution import constant
from factory_twin.event import State
from factory_twin.kpi import Kpis, measure
from factory_twin.log import Log
from factory_twin.plant import Assembly, Order, Plant, Product, Transport, Vehicle, WorkerPool
from models import buffer, plant, source, station

BIKE, FRAME = Product(path="/P/Bike", id="BIKE", material_cost=5.0), Product(path="/P/Frame", material_cost=2.0)
MODEL = replace(
    plant(
        source("/Q"),
        buffer("/Q", "/M", capacity=9),
        replace(station("/M", "/K", constant(10)), rework="/Q", rework_rate=0.1),
    ),
    products=(BIKE, FRAME),
)
PLACES = (*(n.path for n in MODEL.nodes), "scrap", "consumed", "made", "lost")


def log_of(*moves: tuple[float, str, str, int], end: float = 100.0, places: tuple[str, ...] = PLACES) -> Log:
    """A log of moves by prim path."""
    log = Log(places)
    for time, place, to, part in moves:
        log.append(event.move(time, place, to, part))
    log.end = end
    return log


def thrice(place: str, to: str, *times: float) -> list[tuple[float, str, str, int]]:
    return [(time, place, to, part) for part, time in enumerate(times)]


def with_parts(log: Log, *rows: tuple[int, str, str, float]) -> Log:
    """Add (part, product, order, due) rows."""
    for part, product, order, due in rows:
        log.parts.rows.extend((part, log.product(product) if product else -1, log.order(order) if order else -1, due))
    return log


def test_parts_that_are_lost_never_were_in_the_plant() -> None:
    k = measure(log_of((0, "/S", "/Q", 0), (10, "/S", "lost", 1), (20, "/S", "/Q", 2), (30, "/S", "lost", 3)), MODEL)
    assert (k.entered, k.loss_fraction) == (2, 0.5)
    assert k.wip == pytest.approx((100 + 80) / 100)
    assert math.isnan(measure(log_of(), MODEL).loss_fraction)


def test_parts_built_in_leave_and_parts_made_enter() -> None:
    """Two frames and one wheel; the wheel is built in at 30, a part is made at 40, one was there from the start."""
    k = measure(
        log_of(
            (0, "made", "/Q", 9), (10, "/S", "/M", 0), (20, "/S", "/M", 1), (30, "/M", "consumed", 1), (40, "made", "/M", 2),
            (50, "/M", "/K", 0), (60, "/M", "/K", 2),
        ),
        MODEL,
    )  # fmt: skip
    assert (k.entered, k.finished, k.stations["/M"].parts) == (2, 2, 2)
    assert k.wip == pytest.approx((10 + 10 * 2 + 10 * 3 + 10 * 2 + 10 * 3 + 10 * 2 + 40 * 1) / 100)
    assert (k.lead_time_s, k.lead_time_sd_s) == (30, pytest.approx(math.sqrt(200)))  # 40 s, and 20 s of the part that was made
    assert k.finished_goods_ratio == 1


def test_rework_and_scrap_at_first_and_later() -> None:
    """Part 0 good at once; part 1 good after rework; part 2 scrapped at once; part 3 reworked, then scrapped."""
    moves: list[tuple[float, str, str, int]] = []
    for part, ways in enumerate((("/K",), ("/Q", "/K"), ("scrap",), ("/Q", "scrap"))):
        moves.append((1.0, "/S", "/M", part))
        for k, to in enumerate(ways):
            moves += [(10.0 * k + 5, "/M", to, part)] + ([(10.0 * k + 6, "/Q", "/M", part)] if to == "/Q" else [])
    k = measure(log_of(*moves), MODEL)
    m = k.stations["/M"]
    assert (m.parts, m.scrapped, m.reworked, m.iso.quality_ratio) == (6, 2, 2, 2 / 6)
    assert (m.iso.first_pass_yield, m.iso.fall_off_ratio, m.iso.rework_ratio) == (1 / 4, 2 / 4, 2 / 6)
    assert (k.first_pass_yield, k.scrapped, k.finished) == (1 / 4, 2, 2)
    late = measure(log_of(*moves), MODEL, begin=10).stations["/M"].iso  # second visits only: no first pass
    assert math.isnan(late.first_pass_yield) and math.isnan(late.fall_off_ratio)


def products() -> Kpis:
    log = log_of(*thrice("/S", "/M", 0, 0, 10, 20), *thrice("/M", "/K", 40, 50, 60), (70, "/M", "scrap", 3))
    return measure(
        with_parts(
            log,
            (0, "/P/Bike", "", 45),
            (1, "/P/Frame", "", 20),
            (1, "/P/Bike", "", 20),
            (3, "/P/Frame", "", -1),
        ),
        MODEL,
    )


def test_products_and_due_times_of_single_parts() -> None:
    """Part 1 began as a frame and became a bike; it is 30 s late."""
    k = products()
    bike, frame = k.products["/P/Bike"], k.products["/P/Frame"]
    assert (bike.finished, bike.scrapped, bike.throughput_per_h, bike.lead_time_s) == (2, 0, 72, 45)
    assert bike.lead_time_sd_s == pytest.approx(math.sqrt(50))
    assert (bike.on_time, bike.tardiness_s) == (0.5, 15) == (k.on_time, k.tardiness_s)
    assert (frame.finished, frame.scrapped) == (0, 1) and math.isnan(frame.lead_time_s) and math.isnan(frame.on_time)
    assert k.names["/P/Bike"] == "BIKE"


def test_material_costs_what_the_part_was_when_it_entered() -> None:
    assert products().cost.material == 5 + 2 + 0 + 2
    assert products().cost.per_part == pytest.approx(9 / 3)


def test_orders() -> None:
    """A: two parts, complete at 60 (due 50). B: two wanted, one came. C: due 100, complete by a scrapped part."""
    plan = tuple(Order(path=f"/O/{x}", product="/P/Bike", quantity=n) for x, n in (("A", 2), ("B", 2), ("C", 1)))
    log = log_of(*thrice("/S", "/M", 0, 10, 20, 30), *thrice("/M", "/K", 40, 60, 70), (80, "/M", "scrap", 3), end=200.0)
    rows = [(0, "", "/O/A", 50), (1, "", "/O/A", 50), (2, "", "/O/B", 50), (3, "", "/O/C", 100)]
    k = measure(with_parts(log, *rows), replace(MODEL, orders=plan))
    a, b, c = (k.orders[f"/O/{x}"] for x in "ABC")
    assert (a.entered, a.finished, a.complete, a.start_s, a.end_s, a.execution_time_s) == (2, 2, 1, 0, 60, 60)
    assert (a.throughput_rate_per_h, a.on_time, a.tardiness_s) == (120, 0, 10)
    assert (b.entered, b.finished, b.complete, b.start_s) == (1, 1, 0, 20) and math.isnan(b.end_s) and math.isnan(b.on_time)
    assert (c.complete, c.finished, c.end_s, c.on_time, c.tardiness_s) == (1, 0, 80, 1, 0)
    assert (k.on_time, k.tardiness_s) == (0.5, 5)
    early = measure(with_parts(log, *rows), replace(MODEL, orders=plan), end=65)
    assert (early.orders["/O/A"].complete, early.orders["/O/C"].complete, early.on_time) == (1, 0, 0)


MACHINE = replace(
    station("/M", "/K", constant(10)), power_busy=3600.0, power_idle=360.0, power_down=36.0, power_off=3.6,
    cost_per_hour=36.0, cost_per_part=0.5,
)  # fmt: skip
STATES = ((0, State.BUSY), (10, State.SETUP), (20, State.BLOCKED), (30, State.STARVED), (40, State.WAITING), (50, State.DOWN),
          (60, State.MAINTENANCE), (70, State.OFF))  # fmt: skip


@pytest.mark.parametrize(("setup", "kwh"), [(-1.0, 0.02), (720.0, 0.012)])
def test_energy_and_cost_by_state(setup: float, kwh: float) -> None:
    """10 s each of busy, set-up, three kinds of idle and two of down; off 30 s. 3600 W for 10 s are 0.01 kWh."""
    model = replace(
        plant(source("/M"), replace(MACHINE, power_setup=setup)), pools=(WorkerPool(path="/W", size=2, cost_per_hour=72.0),)
    )
    log = log_of((5, "/S", "/M", 0), (20, "/M", "/K", 0), (30, "/S", "/M", 1), places=("/S", "/M", "/K", "/W"))
    for time, state in STATES:
        log.append(event.state(time, "/M", state))
    for time, member, state in ((0, 0, State.BUSY), (60, 0, State.OFF), (0, 1, State.IDLE), (50, 1, State.BUSY)):
        log.append(event.state(time, "/W", state, member))
    k = measure(log, model)
    assert k.energy_kwh == k.stations["/M"].energy_kwh == pytest.approx(kwh + 3 * 0.001 + 2 * 0.0001 + 3 * 0.00001)
    assert k.energy_per_part_kwh == pytest.approx(k.energy_kwh)
    assert k.cost.stations == k.stations["/M"].cost == pytest.approx(36 * 70 / 3600 + 0.5)
    assert k.cost.workers == pytest.approx(72 * (60 + 100) / 3600)
    assert k.cost.total == pytest.approx(k.cost.stations + k.cost.workers) == pytest.approx(k.cost.per_part)
    w = k.pools["/W"]
    assert (w.busy, w.off, w.worker_efficiency) == pytest.approx((110 / 200, 40 / 200, 110 / 160))


def test_a_pool_that_the_log_does_not_know_was_there_all_the_time() -> None:
    model = replace(MODEL, pools=(WorkerPool(path="/W", size=2, cost_per_hour=36.0),))
    k = measure(log_of(), model)
    assert k.pools == {} and k.cost.workers == 2


def test_a_transport_has_the_states_of_its_vehicles() -> None:
    """Two vehicles, one of them shared with another transport."""
    nodes = (
        Transport(path="/T1", successors=("/K",), vehicles=("/V1", "/V2")),
        Transport(path="/T2", successors=("/K",), vehicles=("/V2",)),
    )
    model = Plant(nodes=plant(*nodes).nodes, vehicles=(Vehicle(path="/V1"), Vehicle(path="/V2")))
    log = Log(("/T1", "/T2", "/K", "/V1", "/V2"))
    for time, vehicle, state in (
        (0, "/V1", State.IDLE),
        (0, "/V2", State.BUSY),
        (60, "/V2", State.WAITING),
        (80, "/V2", State.BUSY),
    ):
        log.append(event.state(time, vehicle, state))
    log.end = 100.0
    k = measure(log, model)
    one, two = k.stations["/T1"], k.stations["/T2"]
    assert (one.busy, one.starved, one.waiting) == (0.4, 0.5, 0.1) and (two.busy, two.waiting) == (0.8, 0.2)
    assert one.active_period_s == two.active_period_s == 40
    assert k.bottleneck == "/T2"


def test_failures_across_the_edges_of_the_window() -> None:
    """Down 10-20, 40-70, 90-(100): with set-up 30-40 counted as operating time."""
    log = log_of()
    for time, state in ((0, State.BUSY), (10, State.DOWN), (20, State.BUSY), (30, State.SETUP), (40, State.DOWN),
                        (70, State.STARVED), (80, State.BUSY), (90, State.DOWN)):  # fmt: skip
        log.append(event.state(time, "/M", state))
    m = measure(log, MODEL).stations["/M"]
    assert (m.failures, m.iso.mtbf, m.iso.mttf, m.iso.mttr) == (3, 40 / 3, 15, 20)
    late = measure(log, MODEL, begin=50).stations["/M"]
    assert (late.failures, late.iso.mtbf, late.iso.mttf, late.iso.mttr) == (1, 10, 10, 30)
    assert late.iso.corrective_maintenance_ratio == 1


def test_failures_of_one_server_are_no_repairs_of_another() -> None:
    """The first failure of a server has no repair before it, whatever its neighbours did."""
    model = plant(source("/M"), station("/M", "/N", constant(1), servers=2), station("/N", "/K", constant(1)))
    log = Log(("/S", "/M", "/N", "/K"))
    for place, server, down in (("/M", 0, 10), ("/M", 1, 30), ("/N", 0, 60)):
        for time, state in ((0, State.BUSY), (down, State.DOWN), (down + 5, State.BUSY)):
            log.append(event.state(time, place, state, server))
    log.end = 100.0
    for kpi in measure(log, model).stations.values():
        assert math.isnan(kpi.iso.mttf) and kpi.iso.mttr == 5


def test_a_repair_that_was_going_on_when_the_log_began_has_no_length() -> None:
    log = log_of()
    for time, state in ((0, State.DOWN), (30, State.BUSY), (50, State.DOWN), (54, State.BUSY)):
        log.append(event.state(time, "/M", state))
    m = measure(log, MODEL).stations["/M"]
    assert (m.failures, m.iso.mttr, m.iso.mttf) == (1, 4, 20)


def test_an_assembly_counts_what_comes_out() -> None:
    model = plant(
        source("/Q"), buffer("/Q", "/M"), replace(station("/M", "/K", constant(10)), assembly=Assembly(inputs=(("/Q", 3),)))
    )
    log = log_of(
        *thrice("/S", "/Q", 0, 0, 0),
        *thrice("/Q", "/M", 4, 5, 6),
        *((16, "/M", "consumed", p) for p in (1, 2)),
        (16, "/M", "/K", 0),
    )
    for time, state in ((0, State.STARVED), (6, State.BUSY), (16, State.STARVED)):
        log.append(event.state(time, "/M", state))
    k = measure(log, model)
    m = k.stations["/M"]
    assert (m.parts, m.iso.effectiveness, m.iso.quality_ratio, m.wait_s) == (1, 1, 1, 5)
    assert k.wip == pytest.approx(3 * 16 / 100) and k.lead_time_s == 16
