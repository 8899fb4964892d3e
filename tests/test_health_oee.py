# SPDX-License-Identifier: Apache-2.0
"""Live OEE is the OEE of the simulator's KPI code, from states and counters alone."""

from __future__ import annotations

import dataclasses
import math
import time
from pathlib import Path

import numpy as np
import pytest
from factory_twin.event import Event, Kind, State, state, value
from factory_twin.health import LiveOee
from factory_twin.kpi import measure
from factory_twin.log import Log
from factory_twin.plant import SCRAP, Plant, Station
from factory_twin.read import open_stage, read_plant
from factory_twin.sim import Simulation

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "data" / "examples"
LIVE = ("availability", "effectiveness", "quality_ratio", "oee_index", "nee_index", "allocation_efficiency",
        "utilization_efficiency", "setup_ratio", "technical_efficiency", "scrap_ratio", "teep")  # fmt: skip


def counters(log: Log, stations: set[str]) -> list[Event]:
    """Events of a log as a shop floor sends them: states and counters, no moves."""
    parts, scrap, out = dict.fromkeys(stations, 0), dict.fromkeys(stations, 0), []
    out += [value(0.0, path, name, 0.0) for path in stations for name in ("parts", "scrap")]
    for one in log.events():
        if one.kind is Kind.STATE:
            out.append(one)
        elif one.kind is Kind.MOVE and one.place in stations:
            parts[one.place] += 1
            if one.other == SCRAP.path:
                scrap[one.place] += 1
                out.append(value(one.time, one.place, "scrap", float(scrap[one.place])))
            out.append(value(one.time, one.place, "parts", float(parts[one.place])))
    return out


@pytest.mark.parametrize("name", ["breakdowns", "rework_and_scrap", "shifts_and_breaks", "mix_and_setup"])
@pytest.mark.parametrize("window", [2 * 3600.0, 8 * 3600.0])
@pytest.mark.parametrize("moves", [True, False])
def test_live_oee_is_that_of_the_kpi_code(name: str, window: float, moves: bool) -> None:
    plant = read_plant(open_stage(EXAMPLES / f"{name}.usda"))
    log, end = Log(), 9.5 * 3600.0
    Simulation(plant, seed=3, log=log).run(10 * 3600.0)
    stations = {n.path for n in plant.of(Station)}
    live = LiveOee(plant, window=window)
    for one in log.events() if moves else counters(log, stations):
        if one.time <= end:
            live.feed(one)
            live.at(one.time) if one.time % 900 < 1 else None  # looking does not change it
    wanted, found = measure(log, plant, begin=end - window, end=end), live.at(end)
    assert set(found) == stations
    simple = name not in ("mix_and_setup",)  # what a product should take is not known from counters
    blind = {n.path for n in plant.of(Station) if isinstance(n, Station) and n.rework and not moves}
    for path in stations - blind:
        for word in LIVE:
            if not simple and word in ("effectiveness", "oee_index", "nee_index", "teep"):
                continue
            expected, number = getattr(wanted.stations[path].iso, word), getattr(found[path], word)
            assert number == pytest.approx(expected, rel=1e-6, abs=1e-9, nan_ok=True), (path, word)
    assert any(0 < f.oee_index < 1 for f in found.values()) or not simple


def plant_of(count: int) -> Plant:
    plant = read_plant(open_stage(HERE / "good" / "three_machines.usda"))
    first = plant.of(Station)[0]
    return dataclasses.replace(plant, nodes=tuple(dataclasses.replace(first, path=f"/P/S{k}") for k in range(count)))


def test_fifty_machines_take_a_few_milliseconds() -> None:
    plant, draw = plant_of(50), np.random.default_rng(1)
    live = LiveOee(plant)
    for k in range(50):
        now, parts = 0.0, 0
        while now < 10 * 3600:
            live.feed(state(now, f"/P/S{k}", State.BUSY))
            now += float(draw.exponential(50))
            parts += 1
            live.feed(value(now, f"/P/S{k}", "parts", float(parts)))
            live.feed(state(now, f"/P/S{k}", State.STARVED))
            now += float(draw.exponential(10))
    live.at(36_000.0)
    begin = time.perf_counter()
    for k in range(20):
        found = live.at(36_000.0 + k)
    assert (time.perf_counter() - begin) / 20 < 20e-3  # 1 ms on a quiet machine
    assert all(0.6 < f.availability < 0.95 for f in found.values())


def test_it_does_not_forget_or_grow_beyond_its_window() -> None:
    live = LiveOee(plant_of(1), window=3600.0)
    for k in range(20_000):
        live.feed(state(10.0 * k, "/P/S0", State.BUSY if k % 2 else State.DOWN))
        if k % 100 == 0:
            live.at(10.0 * k)
    assert live.at(200_000.0)["/P/S0"].availability == pytest.approx(0.5, abs=0.01)
    assert len(live._stays["/P/S0"][0].past) < 600
    assert live.at(1e6)["/P/S0"].availability == 1.0  # busy ever since


def test_counters_may_begin_again_and_nonsense_is_left_out() -> None:
    live = LiveOee(plant_of(1), window=3600.0)
    live.feed(state(0.0, "/P/S0", State.BUSY))
    for now, count in ((1.0, 100.0), (2.0, 110.0), (3.0, 2.0), (4.0, math.nan), (math.inf, 5.0), (5.0, 4.0)):
        live.feed(value(now, "/P/S0", "parts", count))
        live.feed(value(now, "/P/S0", "scrap", count / 2))
    live.feed(state(math.nan, "/P/S0", State.DOWN))
    live.feed(state(2.0, "/Other", State.DOWN))
    found = live.at(10.0)["/P/S0"]
    assert found.availability == 1.0
    assert found.scrap_ratio == pytest.approx(0.5)
    assert math.isnan(live.at(-5.0)["/P/S0"].oee_index)


def test_parts_after_a_reset_count() -> None:
    live = LiveOee(plant_of(1), window=3600.0)
    live.feed(state(0.0, "/P/S0", State.BUSY))
    for now, parts, scrap in ((1.0, 100.0, 50.0), (2.0, 110.0, 50.0), (3.0, 10.0, 5.0)):
        live.feed(value(now, "/P/S0", "scrap", scrap))
        live.feed(value(now, "/P/S0", "parts", parts))
    assert live.at(10.0)["/P/S0"].scrap_ratio == pytest.approx(5 / 20)
