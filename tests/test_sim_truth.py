# SPDX-License-Identifier: Apache-2.0
"""The simulator against known answers: closed forms of queueing theory, exact recurrences, published transfer-line values.

Statistical comparisons pass when the mean of the replications is within 4 standard errors (or 0.5 %) of the truth.
"""

from __future__ import annotations

import statistics

import pytest
from factory_twin.distribution import constant, exponential, parse
from factory_twin.kpi import Kpis, measure
from factory_twin.log import Log
from factory_twin.plant import Plant, WorkerPool
from factory_twin.sim import Simulation
from models import buffer, failure, plant, source, station, three_machines


def shifts(model: Plant, *, horizon: float, warmup: float, replications: int = 8) -> list[Kpis]:
    found = []
    for r in range(replications):
        log = Log()
        Simulation(model, seed=11, replication=r, log=log).run(horizon)
        found.append(measure(log, model, begin=warmup, end=horizon))
    return found


def near(values: list[float], truth: float, *, relative: float = 0.005) -> None:
    mean, error = statistics.fmean(values), statistics.stdev(values) / len(values) ** 0.5
    assert abs(mean - truth) <= max(4 * error, relative * abs(truth)), (mean, truth, error)
    assert error <= 0.05 * abs(truth), f"too noisy to say anything: {mean} +- {error}"


def test_single_queue_is_m_m_1() -> None:
    """rho = 0.8: L = 4, W = 40 s (Little: L = lambda W)."""
    model = plant(source("/Q", every=exponential(10)), buffer("/Q", "/M", capacity=-1), station("/M", "/K", exponential(8)))
    found = shifts(model, horizon=400_000, warmup=20_000)
    near([k.stations["/M"].busy for k in found], 0.8)
    near([k.wip for k in found], 4.0, relative=0.02)
    near([k.lead_time_s for k in found], 40.0, relative=0.02)


def test_parallel_servers_are_erlang_c() -> None:
    """M/M/3 with offered load 2.5: L = 6.01124 (Erlang C)."""
    model = plant(
        source("/Q", every=exponential(4)), buffer("/Q", "/M", capacity=-1), station("/M", "/K", exponential(10), servers=3)
    )
    found = shifts(model, horizon=200_000, warmup=10_000)
    near([k.wip for k in found], 6.011235955, relative=0.02)
    near([k.stations["/M"].busy for k in found], 2.5 / 3)


def test_lognormal_service_is_pollaczek_khinchine() -> None:
    """M/G/1: Lq = rho^2 (1 + cv^2) / (2 (1 - rho)); rho = 0.75, cv = 0.5 gives Lq = 1.40625."""
    model = plant(
        source("/Q", every=exponential(40)),
        buffer("/Q", "/M", capacity=-1),
        station("/M", "/K", parse("lognormal(mean=30, cv=0.5)")),
    )
    found = shifts(model, horizon=1_500_000, warmup=20_000)
    near([k.buffers["/Q"].mean_level for k in found], 0.75**2 * 1.25 / 0.5, relative=0.02)


def test_blocking_after_service_is_hillier_boling() -> None:
    """Balanced exponential line of three, one place between: 0.6705 of the service rate (Hillier & Boling 1967)."""
    model = plant(
        source("/M1"),
        station("/M1", "/B1", exponential(10)),
        buffer("/B1", "/M2"),
        station("/M2", "/B2", exponential(10)),
        buffer("/B2", "/M3"),
        station("/M3", "/K", exponential(10)),
    )
    found = shifts(model, horizon=200_000, warmup=5_000)
    near([k.throughput_per_h for k in found], 0.6704661583 * 360)
    near([k.stations["/M1"].blocked for k in found], 0.3295338416, relative=0.01)
    near([k.stations["/M3"].starved for k in found], 0.3295338416, relative=0.01)
    near([k.buffers["/B1"].mean_level for k in found], 0.6228283940, relative=0.01)
    assert all(k.stations["/M1"].starved == 0 for k in found)


def test_two_failing_machines_are_gershwin_berman() -> None:
    """Exponential machines with operating-time failures and a buffer of 4 (Gershwin & Berman 1981, as a Markov chain)."""
    model = plant(
        source("/M1"),
        station("/M1", "/B", exponential(10), failures=(failure(exponential(300), exponential(60)),)),
        buffer("/B", "/M2", capacity=4),
        station("/M2", "/K", exponential(9), failures=(failure(exponential(250), exponential(80)),)),
    )
    found = shifts(model, horizon=400_000, warmup=5_000)
    near([k.throughput_per_h for k in found], 0.0650284973 * 3600)
    near([k.buffers["/B"].mean_level for k in found], 1.9158232790, relative=0.01)
    near([k.stations["/M1"].down for k in found], 0.1300569946, relative=0.01)
    near([k.stations["/M2"].starved for k in found], 0.2274614522, relative=0.01)


@pytest.mark.parametrize("clock", ["operating", "calendar"])
def test_a_saturated_machine_is_up_by_its_mean_times(clock: str) -> None:
    """Availability MTTF / (MTTF + MTTR) = 6/7; a saturated machine works whenever it is up, so both clocks agree."""
    model = plant(
        source("/M"), station("/M", "/K", constant(60), failures=(failure(exponential(3600), exponential(600), clock=clock),))
    )
    found = shifts(model, horizon=2_000_000, warmup=0)
    near([k.stations["/M"].down for k in found], 1 / 7, relative=0.01)
    near([k.throughput_per_h for k in found], 60 * 6 / 7)


def test_the_clock_matters_where_the_machine_idles() -> None:
    """Load 0.5, MTTF 1000, MTTR 100. Operating: down = busy * MTTR / MTTF = 0.05. Calendar: 100 / 1100 of the time."""
    down = {}
    for clock in ("operating", "calendar"):
        mode = failure(exponential(1000), exponential(100), clock=clock)
        model = plant(
            source("/Q", every=exponential(20)),
            buffer("/Q", "/M", capacity=-1),
            station("/M", "/K", constant(10), failures=(mode,)),
        )
        down[clock] = [k.stations["/M"].down for k in shifts(model, horizon=1_000_000, warmup=0)]
    near(down["operating"], 0.05, relative=0.01)
    near(down["calendar"], 1 / 11, relative=0.01)


def test_two_operating_modes_add_up() -> None:
    """Down time per working time adds up over modes: 60/600 + 200/4000 = 0.15, so down = 0.15 / 1.15 when saturated."""
    modes = (failure(exponential(600), exponential(60), name="jam"), failure(exponential(4000), exponential(200), name="tool"))
    model = plant(source("/M"), station("/M", "/K", constant(7), failures=modes))
    near([k.stations["/M"].down for k in shifts(model, horizon=1_000_000, warmup=0)], 0.15 / 1.15, relative=0.01)


def test_a_deterministic_line_follows_the_recurrence() -> None:
    """Equal parts, fixed times: the n-th part leaves at sum(t) + (n - 1) max(t), whatever the buffers."""
    model = plant(
        source("/A", limit=100),
        station("/A", "/B1", constant(7)),
        buffer("/B1", "/B", capacity=2),
        station("/B", "/B2", constant(11)),
        buffer("/B2", "/C", capacity=1),
        station("/C", "/K", constant(5)),
    )
    log = Log()
    Simulation(model, log=log).run(5000)
    exits = [e.time for e in log.events() if e.other == "/K"]
    assert exits == [7 + 11 + 5 + 11 * n for n in range(100)]


def test_one_crew_for_six_machines_is_the_machine_repairman() -> None:
    """M/M/1//6 with MTTF 900 s, repair 150 s: down 0.2649223 of the time (waiting for the crew counts), crew busy 0.7350777."""
    mode = failure(exponential(900), exponential(150), clock="calendar", crew="/R")
    machines = plant(source("/M"), station("/M", "/K", constant(300), servers=6, failures=(mode,)))
    model = Plant(nodes=machines.nodes, pools=(WorkerPool(path="/R", size=1),))
    found = shifts(model, horizon=800_000, warmup=20_000)
    near([k.stations["/M"].down for k in found], 0.2649223222, relative=0.01)
    near([k.pools["/R"].busy for k in found], 0.7350776778, relative=0.01)
    near([k.throughput_per_h for k in found], 0.0147015536 * 3600, relative=0.01)


@pytest.mark.slow
def test_three_machine_line_makes_49_48_parts_an_hour() -> None:
    """Reference 49.48 parts/h (110 independent runs of a recursion and of an event kernel); 1e8 simulated seconds in total."""
    rates = []
    for r in range(20):
        model = Simulation(three_machines(), seed=2026, replication=r)
        model.run(5e6)
        rates.append(model.finished / 5e6 * 3600)
    assert statistics.fmean(rates) == pytest.approx(49.48, abs=0.2)
