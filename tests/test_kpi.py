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


def test_levels_rates_and_lead_time() -> None:
    k = measure(by_hand(), MODEL)
    assert k.throughput_per_h == pytest.approx(36)
    assert k.lead_time_s == 80
    assert k.wip == pytest.approx((20 * 1 + 60 * 2 + 20 * 1) / 100)
    assert k.buffers["/Q"].mean_level == pytest.approx((20 * 1 + 20 * 2 + 60 * 1) / 100)
    assert k.buffers["/Q"].max_level == 2
    assert k.bottleneck == "/M"
    assert "M" in k.sentence() and "36.0 parts/h" in k.sentence()


def test_a_part_that_passes_in_no_time_was_never_in_the_buffer() -> None:
    model = plant(source("/Q", every=constant(10)), buffer("/Q", "/M", capacity=3), station("/M", "/K", constant(1)))
    log = Log()
    Simulation(model, log=log).run(1000)
    assert measure(log, model).buffers["/Q"] == BufferKpi(0.0, 0.0)


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
