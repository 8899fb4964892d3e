# SPDX-License-Identifier: Apache-2.0
"""Active periods against a shift worked out by hand and against a search in every second; turning points of short lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factory_twin import event
from factory_twin.distribution import constant, exponential
from factory_twin.event import State
from factory_twin.kpi import StationKpi, choose_bottleneck, find_bottlenecks, measure, turning_points
from factory_twin.log import Log
from factory_twin.plant import Buffer, Plant, Sink
from factory_twin.sim import Simulation
from hypothesis import given
from hypothesis import strategies as st
from models import buffer, plant, source, station

B, D, S, X, O = State.BUSY, State.DOWN, State.STARVED, State.BLOCKED, State.OFF  # noqa: E741
SHIFT = {
    "M1": [(B, 0, 20), (X, 20, 25), (B, 25, 40), (X, 40, 50), (B, 50, 70), (S, 70, 80), (B, 80, 120)],
    "M2": [(S, 0, 5), (B, 5, 35), (D, 35, 60), (B, 60, 75), (S, 75, 90), (B, 90, 110), (S, 110, 120)],
    "M3": [(S, 0, 10), (B, 10, 20), (S, 20, 40), (B, 40, 52), (S, 52, 70), (B, 70, 95), (X, 95, 120)],
}


def test_a_shift_by_hand() -> None:
    found = find_bottlenecks(SHIFT, begin=0, end=120)
    assert found.average == {"M1": 23.75, "M2": 45, "M3": pytest.approx(47 / 3)} and found.primary == "M2"
    assert found.sequence == (("M1", 0, 20), ("M2", 5, 75), ("M3", 70, 95), ("M1", 80, 120))
    assert found.sole == {"M1": 30 / 120, "M2": 50 / 120, "M3": 5 / 120}
    assert found.shifting == {"M1": 30 / 120, "M2": 20 / 120, "M3": 20 / 120}


def test_a_window_cuts_the_shares_but_not_the_periods() -> None:
    found = find_bottlenecks(SHIFT, begin=60, end=100)
    assert found.average["M2"] == 45 and found.sequence[0] == ("M2", 5, 75)
    assert found.sole == {"M1": 5 / 40, "M2": 10 / 40, "M3": 5 / 40}
    assert found.shifting == {"M1": 15 / 40, "M2": 5 / 40, "M3": 20 / 40}


def test_nothing_active_is_no_bottleneck() -> None:
    found = find_bottlenecks({"M": [(S, 0.0, 10.0), (O, 10.0, 20.0)]}, begin=0, end=20)
    assert (found.average, found.sequence, found.sole, found.shifting) == ({"M": 0}, (), {"M": 0}, {"M": 0})
    assert find_bottlenecks({}, begin=0, end=1).primary is None


def test_a_waiting_worker_and_maintenance() -> None:
    """Waiting for a worker is not active, maintenance is."""
    stays = {"M": [(B, 0.0, 4.0), (State.WAITING, 4.0, 5.0), (State.MAINTENANCE, 5.0, 6.0), (State.SETUP, 6.0, 8.0)]}
    assert find_bottlenecks(stays, begin=0, end=8).average == {"M": 3.5}


def test_servers_of_one_place_hand_the_bottleneck_on_without_a_shift() -> None:
    """Two servers of A in turn, B in the middle for 5 s beyond: A, then B, then A again."""
    stays = {"A": [(B, 0.0, 10.0), (B, 30.0, 50.0), (B, 8.0, 20.0)], "B": [(B, 15.0, 32.0)]}
    found = find_bottlenecks(stays, begin=0, end=50)
    assert found.sequence == (("A", 0, 10), ("A", 8, 20), ("B", 15, 32), ("A", 30, 50))
    assert found.sole == {"A": (15 + 18) / 50, "B": 10 / 50}
    assert found.shifting == {"A": (5 + 2) / 50, "B": 7 / 50}
    assert found.average == {"A": 14, "B": 17}


PERIODS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(1, 12)), max_size=12)


@given(PERIODS)
def test_the_sequence_is_what_a_search_in_every_second_finds(rows: list[tuple[int, int, int]]) -> None:
    """Lengths that differ by little shares of a second, so that no two are equal; servers are machines of their own."""
    stays: dict[int, list[tuple[State, float, float]]] = {}
    for k, (_, begin, length) in enumerate(rows):
        stays[k] = [(B, float(begin), begin + length + k / 1000)]
    found = find_bottlenecks(stays, begin=0, end=60)
    ask = [t + k / 1000 + 0.0001 for t in range(45) for k in range(len(rows) + 1)]
    expected = []
    for now in ask:
        going = [(b - a, k) for k, ((_, a, b),) in stays.items() if a <= now < b]
        if going and (not expected or expected[-1] != max(going)[1]):
            expected.append(max(going)[1])
    assert [k for k, _, _ in found.sequence] == expected
    edges = sorted({t for _, a, b in found.sequence for t in (a, b)})
    sole, shifting = dict.fromkeys(stays, 0.0), dict.fromkeys(stays, 0.0)
    for low, high in zip(edges, edges[1:]):
        there = [k for k, a, b in found.sequence if a <= low < b]
        for k in there:
            (sole if len(there) == 1 else shifting)[k] += high - low
    assert {k: v * 60 for k, v in found.sole.items()} == pytest.approx(sole, abs=1e-9)
    assert {k: v * 60 for k, v in found.shifting.items()} == pytest.approx(shifting, abs=1e-9)


LINE = [[], [0], [1], [2]]


def test_turning_points_of_a_line() -> None:
    assert turning_points([0.3, 0.2, 0.0, 0.0], [0.0, 0.1, 0.05, 0.4], LINE) == [2]
    assert turning_points([0.0, 0.0, 0.0, 0.0], [0.05, 0.2, 0.3, 0.4], LINE) == [0]  # starved from the start: the first
    assert turning_points([0.4, 0.3, 0.2, 0.0], [0.0, 0.0, 0.0, 0.1], LINE) == [3]  # blocked to the end: the last
    assert turning_points([0.3, 0.0, 0.2, 0.0], [0.0, 0.1, 0.1, 0.4], LINE) == []  # 2 waits as long as its neighbours: none
    assert turning_points([0.5], [0.5], [[]]) == []


def test_turning_point_where_two_branches_meet() -> None:
    blocked, starved = [0.5, 0.4, 0.0, 0.0], [0.0, 0.0, 0.1, 0.6]
    before = [[], [], [0, 1], [2]]
    assert turning_points(blocked, starved, before) == [2]
    assert turning_points([0.5, 0.0, 0.0, 0.0], [0.0, 0.3, 0.1, 0.6], before) == []  # one branch starves: the line is not full


def line(times: list[float]) -> Plant:
    nodes = [source("/M0")]
    for k, time in enumerate(times):
        last = k == len(times) - 1
        nodes.append(station(f"/M{k}", "/K" if last else f"/B{k}", exponential(time)))
        nodes += [] if last else [buffer(f"/B{k}", f"/M{k + 1}", capacity=3)]
    return plant(*nodes)


def test_the_slowest_station_of_a_line_is_found_by_every_method() -> None:
    model = line([10, 11, 16, 10, 9])
    log = Log()
    Simulation(model, log=log, seed=2).run(200_000)
    found = measure(log, model, begin=10_000)
    assert found.bottleneck == "/M2" and found.turning_points == ("/M2",)
    assert max(found.stations, key=lambda p: found.stations[p].active_period_s) == "/M2"
    shares = [s.sole_bottleneck for s in found.stations.values()]
    assert sum(shares) + sum(s.shifting_bottleneck for s in found.stations.values()) / 2 == pytest.approx(1, abs=0.05)


def test_a_log_gives_what_its_intervals_give() -> None:
    model = plant(*(station(f"/M{k}", "/K", constant(1)) for k in (1, 2, 3)))
    log = Log(tuple(n.path for n in model.nodes))
    for name, stays in SHIFT.items():
        for state, begin, _ in stays:
            log.append(event.state(begin, f"/{name}", state))
    log.end = 120.0
    found, expected = measure(log, model), find_bottlenecks(SHIFT, begin=0, end=120)
    for name in SHIFT:
        got = found.stations[f"/{name}"]
        assert (got.active_period_s, got.sole_bottleneck, got.shifting_bottleneck) == pytest.approx(
            (expected.average[name], expected.sole[name], expected.shifting[name])
        )
    assert found.bottleneck == "/M2"


def test_long_process_times_alone_make_no_bottleneck() -> None:
    """An oven of 4 h that waits half the time, and a press that never waits long."""
    oven = StationKpi(busy=0.5, starved=0.5, sole_bottleneck=0.5, active_period_s=14_400)
    press = StationKpi(busy=0.95, starved=0.05, sole_bottleneck=0.4, active_period_s=900)
    assert choose_bottleneck({"/Oven": oven, "/Press": press}) == "/Press"
    assert choose_bottleneck({"/Oven": replace(oven, busy=0.9, starved=0.1), "/Press": press}) == "/Oven"
    assert choose_bottleneck({}) == ""


def test_a_night_off_does_not_hide_a_bottleneck() -> None:
    """Works without a break in its own shift; the other works longer hours, but waits."""
    short = StationKpi(busy=0.5, off=0.5, sole_bottleneck=0.5)
    long = StationKpi(busy=0.6, starved=0.4, sole_bottleneck=0.3)
    assert choose_bottleneck({"/Long": long, "/Short": short}) == "/Short"


def test_places_that_are_no_stations_lie_between_neighbours() -> None:
    """A buffer behind a buffer is no station, and a loop of buffers is walked once."""
    from factory_twin.kpi.measure import _before

    model = Plant(
        nodes=(
            station("/A", "/B1", constant(1)),
            Buffer(path="/B1", successors=("/B2",)),
            Buffer(path="/B2", successors=("/B1", "/C")),
            station("/C", "/K", constant(1)),
            Sink(path="/K"),
        )
    )
    assert _before(model, ["/A", "/C"]) == [[], [0]]
