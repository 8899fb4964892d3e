# SPDX-License-Identifier: Apache-2.0
"""Breakdowns, blockages, parts and orders done are found where the log has them."""

from __future__ import annotations

import numpy as np
import pytest
from factory_twin.distribution import constant
from factory_twin.event import State, move, state
from factory_twin.log import Log
from factory_twin.moments import KINDS, STATES, moments
from factory_twin.plant import Order, Plant, Product, Sink, Source, Station, Step
from factory_twin.sim import Simulation

MACHINES = tuple(Station(path=p, process_time=constant(1)) for p in ("/A", "/B"))
PLANT = Plant(nodes=(*MACHINES, Sink(path="/K")))


def made() -> Log:
    log = Log(("/A", "/B", "/K"), maker={})
    down, busy, blocked = State.DOWN, State.BUSY, State.BLOCKED
    states = ((0, "/A", busy), (5, "/A", down), (7, "/B", blocked), (9, "/A", busy), (12, "/B", down))
    moves = ((3, "/A", "/B", 1), (8, "/B", "/K", 1), (14, "/B", "/K", 2))
    for event in (*(state(*s) for s in states), *(move(*m) for m in moves)):
        log.append(event)
    return log


def test_states_and_parts() -> None:
    log = made()
    found = moments(log, PLANT, "breakdown")
    assert found.times.tolist() == [5, 12] and [log.places[p] for p in found.places] == ["/A", "/B"]
    assert moments(log, PLANT, "blockage").times.tolist() == [7]
    assert moments(log, PLANT, "part done").times.tolist() == [8, 14]
    assert moments(log, PLANT, "order done").times.tolist() == [] == moments(log, PLANT, "maintenance").times.tolist()
    assert set(STATES) < set(KINDS)
    with pytest.raises(ValueError, match="none of breakdown"):
        moments(log, PLANT, "earthquake")


def test_next_and_before() -> None:
    found = moments(made(), PLANT, "breakdown")
    assert [found.next(t) for t in (0, 5, 11.9, 12)] == [0, 1, 1, None]
    assert [found.before(t) for t in (5, 5.1, 12, 99)] == [None, 0, 0, 1]


def test_an_order_is_done_with_its_last_part() -> None:
    station = Station(path="/A", successors=("/K",), process_time=constant(1))
    step = Step(path="/P/1", stations=("/A",), time=constant(10))
    plant = Plant(
        nodes=(Source(path="/S", successors=("/A",), orders=("/O1", "/O2")), station, Sink(path="/K")),
        products=(Product(path="/P", plan=(step,)),),
        orders=(Order(path="/O1", product="/P", quantity=3), Order(path="/O2", product="/P", quantity=2)),
    )
    log = Log()
    Simulation(plant, log=log).run(100)
    assert moments(log, plant, "part done").times.tolist() == [10, 20, 30, 40, 50]
    found = moments(log, plant, "order done")
    assert found.times.tolist() == [30, 50] and found.times.dtype == np.float64
