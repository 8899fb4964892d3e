# SPDX-License-Identifier: Apache-2.0
"""KPIs against a shift worked out by hand, and against Little's law."""

from __future__ import annotations

import math

import numpy as np
import pytest
from factory_twin import event
from factory_twin.distribution import constant, exponential
from factory_twin.errors import FactoryTwinError
from factory_twin.event import State
from factory_twin.kpi import BufferKpi, measure, series
from factory_twin.log import Log
from factory_twin.plant import Plant
from factory_twin.sim import Simulation
from models import buffer, plant, source, station

MODEL = plant(source("/Q"), buffer("/Q", "/M", capacity=3), station("/M", "/K", constant(10), servers=2))


def by_hand() -> Log:
    """100 s: server 0 busy 60, down 10, starved 30; server 1 busy 20, blocked 30, starved 50. Two parts, one leaves."""
    log = Log(tuple(n.path for n in MODEL.nodes))
    for time, server, state in (
        (0, 0, State.BUSY), (60, 0, State.DOWN), (70, 0, State.STARVED),
        (0, 1, State.STARVED), (50, 1, State.BUSY), (70, 1, State.BLOCKED),
    ):  # fmt: skip
        log.append(event.state(time, "/M", state, server))
    for time, place, to, part in ((0, "/S", "/Q", 0), (20, "/S", "/Q", 1), (40, "/Q", "/M", 0), (80, "/M", "/K", 0)):
        log.append(event.move(time, place, to, part))
    log.end = 100.0
    return log


def test_shares_are_means_over_servers() -> None:
    m = measure(by_hand(), MODEL).stations["/M"]
    assert (m.busy, m.blocked, m.starved, m.down, m.setup, m.off) == pytest.approx((0.4, 0.15, 0.4, 0.05, 0, 0))
    assert m.parts == 1
    assert m.availability == pytest.approx(0.4)  # APT / PBT
    assert m.technical_availability == pytest.approx(0.95)
    assert m.utilization_efficiency == pytest.approx(0.4 / 0.6)  # APT / (APT + delays)
    assert (m.rate_per_h, m.wait_s, m.failures) == (36, 40, 1)
    assert m.iso.mttr == 10 and m.iso.mtbf == 80  # busy 60 + 20 s, one failure


def test_every_state_has_its_share_and_what_is_not_known_too() -> None:
    log = Log(("/S", "/Q", "/M", "/K"))
    for time, state in enumerate((State.UNKNOWN, State.OFF, State.IDLE, State.STARVED, State.BLOCKED, State.SETUP, State.BUSY,
                                  State.DOWN, State.MAINTENANCE, State.WAITING)):  # fmt: skip
        log.append(event.state(10.0 + time, "/M", state, 0))
    log.end = 20.0
    m = measure(log, MODEL).stations["/M"]  # of the second server the log knows nothing
    assert m.starved == 2 / 40 and m.unknown == pytest.approx((20 + 11) / 40)
    assert {m.off, m.blocked, m.setup, m.busy, m.down, m.maintenance, m.waiting} == {1 / 40}
    assert m.active == pytest.approx(4 / 8)
    assert m.iso.availability == pytest.approx(1 / 7)  # planned: all but off, unknown and maintenance
    assert m.technical_availability == pytest.approx(7 / 8)


def test_a_log_with_more_servers_than_the_plant_still_gives_shares() -> None:
    log = Log(("/S", "/Q", "/M", "/K"))
    for server in (3, 4, 9):
        log.append(event.state(0.0, "/M", State.BUSY, server))
    log.end = 5.0
    assert measure(log, MODEL).stations["/M"].busy == 1


def test_levels_rates_and_lead_time() -> None:
    k = measure(by_hand(), MODEL)
    assert k.throughput_per_h == pytest.approx(36)
    assert k.lead_time_s == 80
    assert k.wip == pytest.approx((20 * 1 + 60 * 2 + 20 * 1) / 100)
    assert k.buffers["/Q"].mean_level == pytest.approx((20 * 1 + 20 * 2 + 60 * 1) / 100)
    assert k.buffers["/Q"].max_level == 2 and k.buffers["/Q"].stay_s == 40
    assert (k.finished, k.entered, k.scrapped, k.makespan_s) == (1, 2, 0, 80)
    assert k.finished_goods_ratio == 0.5 and k.inventory_turns == 1 / k.wip
    assert k.production_process_ratio == pytest.approx(80 / 160) and k.allocation_ratio == pytest.approx(120 / 160)
    assert k.bottleneck == "/M"
    assert "M" in k.sentence() and "36.0 parts/h" in k.sentence()


def test_a_part_that_passes_in_no_time_was_never_in_the_buffer() -> None:
    model = plant(source("/Q", every=constant(10)), buffer("/Q", "/M", capacity=3), station("/M", "/K", constant(1)))
    log = Log()
    Simulation(model, log=log).run(1000)
    assert measure(log, model).buffers["/Q"] == BufferKpi(0.0, 0.0, 0.0)


def test_a_window_leaves_out_what_was_before() -> None:
    k = measure(by_hand(), MODEL, begin=70, end=100)
    assert k.stations["/M"].blocked == pytest.approx(0.5)
    assert k.wip == pytest.approx((10 * 2 + 20 * 1) / 30)
    assert k.throughput_per_h == pytest.approx(120)


def test_what_nobody_knows_is_nan_and_an_empty_window_is_an_error() -> None:
    assert math.isnan(measure(by_hand(), MODEL, begin=80, end=100).lead_time_s)
    with pytest.raises(FactoryTwinError, match="Nothing to measure"):
        measure(by_hand(), MODEL, begin=100)
    with pytest.raises(FactoryTwinError, match="does not know"):
        measure(Log(("/Other",)), MODEL, begin=0, end=1)


def test_shares_add_up_and_little_holds_in_a_simulated_shift() -> None:
    model = plant(
        source("/Q", every=exponential(12)), buffer("/Q", "/A", capacity=-1), station("/A", "/B", exponential(8)),
        station("/B", "/K", exponential(6)),
    )  # fmt: skip
    log = Log()
    Simulation(model, log=log).run(300_000)
    k = measure(log, model, begin=1000)
    for s in k.stations.values():
        assert s.busy + s.setup + s.blocked + s.starved + s.down + s.off == pytest.approx(1)
    assert k.wip == pytest.approx(k.throughput_per_h / 3600 * k.lead_time_s, rel=0.02)


def test_curves_agree_with_the_totals() -> None:
    log = by_hand()
    times, wip = series(log, MODEL, "wip", bins=10)
    assert times.tolist() == list(range(10, 101, 10))
    assert float(np.mean(wip)) == pytest.approx(measure(log, MODEL).wip)
    assert series(log, MODEL, "parts", bins=10)[1][-1] == 1
    assert series(log, MODEL, "throughput", bins=10)[1].sum() == pytest.approx(360)
    with pytest.raises(FactoryTwinError, match="curve"):
        series(log, MODEL, "nonsense")


def test_a_saved_log_gives_the_same_kpis(tmp_path_factory: pytest.TempPathFactory) -> None:
    log = Log()
    Simulation(MODEL, log=log).run(500)
    path = log.save(tmp_path_factory.mktemp("log") / "shift.npz")
    assert measure(Log.load(path), MODEL) == measure(log, MODEL)


def test_the_plant_may_have_no_station() -> None:
    model = Plant(nodes=plant(source("/K", every=constant(10))).nodes)
    log = Log()
    Simulation(model, log=log).run(100)
    assert measure(log, model).sentence() == "360.0 parts/h."


def test_a_log_that_begins_in_the_middle_of_a_shift() -> None:
    """Part 7 is on the station, part 8 in the buffer, when the log begins; part 9 comes. Anonymous parts count, too."""
    log = Log(("/S", "/Q", "/M", "/K"))
    for time, place, to, part in (
        (10, "/M", "/K", 7), (10, "/Q", "/M", 8), (30, "/S", "/Q", 9), (40, "/M", "/K", 8), (50, "/Q", "/M", 9),
        (60, "/S", "/Q", -1), (80, "/Q", "/M", -1),
    ):  # fmt: skip
        log.append(event.move(time, place, to, part))
    log.end = 100.0
    k = measure(log, MODEL)
    assert k.wip == pytest.approx((10 * 2 + 20 * 1 + 10 * 2 + 20 * 1 + 40 * 2) / 100)
    assert math.isnan(k.lead_time_s) and k.finished == 2
    assert k.stations["/M"].wait_s == 20 and k.buffers["/Q"].stay_s == 20  # only part 9's is known
    assert k.buffers["/Q"].mean_level == pytest.approx((10 + 20 + 20) / 100)


def test_what_the_log_missed_is_not_guessed() -> None:
    """Part 1 is complete; of part 7 only the end is known; how part 1 came into the buffer is not."""
    log = Log(("/S", "/Q", "/M", "/K"))
    for time, place, to, part in ((0, "/S", "/M", 1), (50, "/Q", "/M", 1), (60, "/M", "/K", 1), (90, "/M", "/K", 7)):
        log.append(event.move(time, place, to, part))
    k = measure(log, MODEL)
    assert k.finished == 2 and k.lead_time_s == 60
    assert math.isnan(k.buffers["/Q"].stay_s) and k.stations["/M"].wait_s == 0  # it came from the source once


def test_a_part_number_used_again_is_another_part() -> None:
    log = Log(("/S", "/Q", "/M", "/K"))
    for begin in (0, 100):
        log.append(event.move(begin, "/S", "/M", 1))
        log.append(event.move(begin + 30 + begin / 10, "/M", "/K", 1))
    k = measure(log, MODEL)
    assert (k.lead_time_s, k.lead_time_sd_s) == (35, pytest.approx(math.sqrt(50)))


def test_time_zero_counts_where_nothing_is_left_out() -> None:
    log = Log(("/S", "/Q", "/M", "/K"))
    log.append(event.move(0, "/S", "/K", 0))
    log.append(event.move(10, "/S", "/K", 1))
    log.end = 20.0
    assert (measure(log, MODEL).finished, measure(log, MODEL).lead_time_s) == (2, 0)
    assert measure(log, MODEL, begin=10).finished == 0 and measure(log, MODEL, begin=5, end=10).finished == 1
