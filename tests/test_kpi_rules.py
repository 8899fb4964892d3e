# SPDX-License-Identifier: Apache-2.0
"""What must hold of the KPIs of any log: shares add up, parts are conserved, Little's law."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from factory_twin import event
from factory_twin.distribution import constant, exponential
from factory_twin.event import State
from factory_twin.kpi import measure, series
from factory_twin.log import Log
from factory_twin.plant import Assembly, Buffer, Disassembly, Plant, Product, Sink, Source
from factory_twin.sim import Simulation
from hypothesis import given
from hypothesis import strategies as st
from models import buffer, failure, plant, source, station

MODEL = plant(
    source("/Q"),
    buffer("/Q", "/A", "/B", capacity=-1),
    replace(station("/A", "/K", constant(10), servers=3), rework="/Q"),
    station("/B", "/K", constant(10)),
)
PLACES = (*(n.path for n in MODEL.nodes), "scrap", "consumed", "made", "lost")
SHARES = ("busy", "setup", "blocked", "starved", "waiting", "down", "maintenance", "off", "unknown")
STAYS = st.lists(
    st.tuples(st.floats(0, 100), st.sampled_from(["/A", "/B"]), st.integers(0, 3), st.sampled_from(State)), max_size=30
)
WINDOW = st.tuples(st.floats(0, 90), st.floats(1, 50))


@given(STAYS, WINDOW)
def test_the_shares_of_every_station_add_up_to_1(
    stays: list[tuple[float, str, int, State]], window: tuple[float, float]
) -> None:
    """Open intervals, unknown beginnings, servers the plant does not know, windows beyond the log: nothing is lost."""
    log = Log(PLACES)
    for time, place, server, state in stays:
        log.append(event.state(time, place, state, server))
    begin, end = window[0], window[0] + window[1]
    found = measure(log, MODEL, begin=begin, end=end)
    for kpi in found.stations.values():
        assert math.fsum(getattr(kpi, s) for s in SHARES) == pytest.approx(1, abs=1e-9)
        assert all(-1e-12 <= getattr(kpi, s) <= 1 + 1e-12 for s in SHARES)
        assert kpi.sole_bottleneck + kpi.shifting_bottleneck <= 1 + 1e-9
    busy = sum(k.sole_bottleneck for k in found.stations.values())
    assert busy <= 1 + 1e-9


@st.composite
def journeys(draw: st.DrawFn) -> Log:
    """Parts on their ways through the plant, in whole seconds; all have left at the end."""
    log, moves = Log(PLACES), []
    for part in range(draw(st.integers(1, 12))):
        here, time = draw(st.sampled_from(["/S", "made"])), draw(st.integers(0, 50))
        ways = draw(st.lists(st.sampled_from(["/Q", "/A", "/B"]), max_size=5))
        if here == "/S" and not ways and draw(st.booleans()):
            ways = ["lost"]
        else:
            ways.append(draw(st.sampled_from(["/K", "scrap", "consumed"])))
        for to in ways:
            moves.append((time, here, to, part))
            here, time = to, time + draw(st.integers(0, 20))
    for move in sorted(moves, key=lambda m: (m[0], m[3])):  # of one part, those of one instant stay in order: sorting is stable
        log.append(event.move(*move))
    log.end = 200.0
    return log


@given(journeys())
def test_little_holds_exactly_from_empty_to_empty(log: Log) -> None:
    """Time average of the parts in the plant x length = sum of their stays, whoever leaves how."""
    rows = log.moves.array().tolist()
    stays = 0.0
    for part in {r[3] for r in rows}:
        own = [r for r in rows if r[3] == part]
        if log.places[int(own[0][2])] != "lost":
            stays += own[-1][0] - own[0][0]
    found = measure(log, MODEL)
    assert found.wip * 200 == pytest.approx(stays, rel=1e-12, abs=1e-9)
    assert series(log, MODEL, "wip", bins=8)[1].sum() * 25 == pytest.approx(stays, rel=1e-12, abs=1e-9)


@given(journeys(), st.integers(1, 150))
def test_parts_are_conserved_at_any_time(log: Log, end: int) -> None:
    """What entered has left or is there, in the plant and in the buffer."""
    rows = [r for r in log.moves.array().tolist() if r[0] <= end]
    index = {p: k for k, p in enumerate(log.places)}
    sources, ends = {index["/S"], index["made"]}, {index[p] for p in ("/K", "scrap", "consumed")}
    inside = sum((a in sources and b != index["lost"]) - (b in ends) for _, a, b, _ in rows)
    queued = sum((b == index["/Q"]) - (a == index["/Q"]) for _, a, b, _ in rows)
    found = measure(log, MODEL, begin=end, end=end + 0.5)  # nothing moves between whole seconds
    assert (found.wip, found.buffers["/Q"].mean_level, found.buffers["/Q"].max_level) == pytest.approx((inside, queued, queued))
    whole = measure(log, MODEL)
    left = whole.finished + whole.scrapped + sum(r[2] == index["consumed"] for r in log.moves.array().tolist())
    assert whole.entered + sum(r[1] == index["made"] for r in log.moves.array().tolist()) == left


@given(journeys())
def test_a_mean_level_is_a_rate_times_a_stay(log: Log) -> None:
    found = measure(log, MODEL).buffers["/Q"]
    left = sum(log.places[int(r[1])] == "/Q" for r in log.moves.array().tolist())
    assert found.mean_level * 200 == pytest.approx(left * found.stay_s if left else 0, rel=1e-12, abs=1e-9)


def made_up() -> Plant:
    """Stock at the start, losses, assembly of two and one, rework, scrap, failures, and taking apart again."""
    kinds = tuple(Product(path=f"/P/{x}") for x in "ABC")
    joined = replace(
        station("/ASM", "/OUT", exponential(20), failures=(failure(exponential(500), exponential(40)),)),
        assembly=Assembly(inputs=(("/QA", 1), ("/QB", 2)), product="/P/C"), rework="/RW", rework_rate=0.1, scrap_rate=0.05,
    )  # fmt: skip
    apart = Disassembly(outputs=(("/P/A", 1), ("/P/B", 2)))
    model = plant(
        Source(path="/SA", successors=("/QA",), interarrival=exponential(30), products=("/P/A",)),
        Source(path="/SB", successors=("/QB",), interarrival=exponential(14), products=("/P/B",), lose=True),
        Buffer(path="/QA", successors=("/ASM",), capacity=-1, initial=3, initial_product="/P/A"),
        buffer("/QB", "/ASM", capacity=6),
        joined,
        buffer("/RW", "/FIX", capacity=-1),
        station("/FIX", "/OUT", constant(15)),
        buffer("/OUT", "/DIS", capacity=5),
        replace(station("/DIS", "/K", constant(9), servers=2), disassembly=apart),
    )
    return replace(model, products=kinds)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_simulated_shift_with_everything_that_makes_and_takes_parts(seed: int) -> None:
    model, log = made_up(), Log()
    simulation = Simulation(model, log=log, seed=seed)
    simulation.run(20_000)
    found = measure(log, model)
    there = sum(simulation.level(n.path) for n in model.nodes)
    rest = measure(log, model, begin=20_000 - 1e-6).wip  # nothing happens in the last microsecond
    assert rest == pytest.approx(there) and found.scrapped > 0 and found.loss_fraction > 0 and there > 0
    assert found.wip == pytest.approx(sum(b.mean_level for b in found.buffers.values()) + _at_stations(log), rel=1e-9)
    for kpi in found.stations.values():
        assert math.fsum(getattr(kpi, s) for s in SHARES) == pytest.approx(1, abs=1e-12) and kpi.unknown == 0
    assert found.products["/P/B"].finished == 2 * found.products["/P/A"].finished


def _at_stations(log: Log) -> float:
    """Return the time average of the parts at the stations, from the moves one by one."""
    index = {p: k for k, p in enumerate(log.places)}
    stations = {index[p] for p in ("/ASM", "/FIX", "/DIS")}
    area = sum((log.end - t) * ((b in stations) - (a in stations)) for t, a, b, _ in log.moves.array().tolist())
    return area / log.end


def test_rows_in_any_order_give_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    log = Log(PLACES)
    moves = [(float(t), a, b, p) for p in range(4) for t, a, b in ((p, "/S", "/Q"), (p + 5, "/Q", "/A"), (p + 9, "/A", "/K"))]
    for move in moves:
        log.append(event.move(*move))
    back = Log(PLACES)
    for move in reversed(moves):
        back.append(event.move(*move))
    assert repr(measure(log, MODEL)) == repr(measure(back, MODEL))
    assert any(isinstance(n, Sink) for n in MODEL.nodes) and measure(log, MODEL).lead_time_s == 9
