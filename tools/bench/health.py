# SPDX-License-Identifier: Apache-2.0
"""Machine health: what the monitor takes of a value, the scan at once against it, live OEE against all KPIs."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from factory_twin.event import Event, State, state, value
from factory_twin.health import LiveOee, Monitor
from factory_twin.health.scan import scan
from factory_twin.kpi import measure
from factory_twin.live import LiveState
from factory_twin.log import Log
from factory_twin.plant import Station
from factory_twin.read import open_stage, read_plant
from factory_twin.sample import Sample
from factory_twin.signals import generate, machine

NAME = "health"
ABOUT = "monitor against the live state, value by value; the offline scan against the monitor; live OEE against all KPIs"
ROUNDS = 5
SAW = "/Plant/Saw"
STAGE = Path(__file__).resolve().parents[2] / "tests" / "good" / "three_machines.usda"


def run() -> list[dict[str, Any]]:
    """Measure; medians of interleaved rounds."""
    data = generate(machine(SAW, seed=2), duration=6 * 86400.0)
    events = _events(data)
    samples = [Sample(e.place, e.other or "state", e.value if e.other else e.state, e.time) for e in events]
    feed, at_once = _medians(lambda: _feed(events), lambda: scan(data))
    live, _ = _medians(lambda: _live(samples), lambda: None)
    count = len(events)
    rows = [
        {"name": "a value in the monitor", "ratio": live / feed, "goal": None, "unit": "x",
         "detail": f"{feed / count * 1e6:.2f} us a value, live state {live / count * 1e6:.2f} us"},
        {"name": "scan at once", "ratio": feed / at_once, "goal": None, "unit": "x",
         "detail": f"{at_once:.2f} s for {count:,} values, value by value {feed:.2f} s"},
    ]  # fmt: skip
    return [*rows, _oee()]


def _oee() -> dict[str, Any]:
    plant = read_plant(open_stage(STAGE))
    first = plant.of(Station)[0]
    plant = dataclasses.replace(plant, nodes=tuple(dataclasses.replace(first, path=f"/P/S{k}") for k in range(50)))
    oee, log = LiveOee(plant), Log(tuple(n.path for n in plant.nodes))
    for k in range(50):
        for step in range(480):
            for event in (state(60.0 * step, f"/P/S{k}", State.BUSY), state(60.0 * step + 50, f"/P/S{k}", State.STARVED)):
                oee.feed(event)
                log.append(event)
    log.end = 28_800.0
    whole, live = _medians(lambda: measure(log, plant), lambda: oee.at(28_800.0))
    return {"name": "OEE of 50 machines", "ratio": whole / live, "goal": None, "unit": "x",
            "detail": f"{live * 1e3:.2f} ms live, {whole * 1e3:.1f} ms all KPIs anew"}  # fmt: skip


def _events(data: dict[str, Any]) -> list[Event]:
    out, before = [], -1
    names = ("temperature", "vibration", "power")
    for now, code, *row in zip(*(data[k].tolist() for k in ("time", "state", *names))):
        if code != before:
            out.append(state(now, SAW, State(code)))
            before = code
        out += [value(now, SAW, name, number) for name, number in zip(names, row)]
    return out


def _feed(events: list[Event]) -> None:
    monitor = Monitor([SAW])
    for event in events:
        monitor.feed(event)


def _live(samples: list[Sample]) -> None:
    known = LiveState([SAW])
    for sample in samples:
        known.feed(sample, sample.time)


def _medians(*ways: Callable[[], Any]) -> tuple[float, float]:
    spent: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for k, way in enumerate(ways):
            began = time.perf_counter()
            way()
            spent[k].append(time.perf_counter() - began)
    first, second = (statistics.median(s) for s in spent)
    return first, second
