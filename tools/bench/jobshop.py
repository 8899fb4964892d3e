# SPDX-License-Identifier: Apache-2.0
"""A job shop of 100 machines, product mix with routes of ten steps, first in first out: the simulator against plain SimPy."""

from __future__ import annotations

import random
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import numpy as np
import simpy
from factory_twin.distribution import constant, exponential
from factory_twin.log import Log
from factory_twin.plant import Buffer, Node, Plant, Product, Sink, Source, Station, Step
from factory_twin.sim import Simulation

NAME = "jobshop"
ABOUT = "job shop of 100 machines with a state log: speed against plain SimPy resources and processes, same departures"
MACHINES, PRODUCTS, STEPS, JOBS, EVERY, REPEATS, GOAL = 100, 200, 10, 10_000, 4.0, 5, 6.0
Route = list[tuple[int, float]]


def routes() -> list[Route]:
    """Return the route of every product: (machine, s) per step, no machine twice in a row (else who goes first is open)."""
    draw = random.Random(1)
    found = []
    for _ in range(PRODUCTS):
        route: Route = []
        while len(route) < STEPS:
            machine = draw.randrange(MACHINES)
            if not route or route[-1][0] != machine:
                route.append((machine, round(draw.uniform(10, 50), 3)))
        found.append(route)
    return found


def shop(found: list[Route]) -> Plant:
    """Return the plant: a queue before each machine, parts find their way by their plans."""
    queues = tuple(f"/Q{i}" for i in range(MACHINES))
    nodes: list[Node] = [
        Source(
            path="/S",
            successors=queues,
            interarrival=exponential(EVERY),
            limit=JOBS,
            products=tuple(f"/P{k}" for k in range(PRODUCTS)),
            cyclic=True,
        )
    ]
    for i in range(MACHINES):
        nodes.append(Buffer(path=f"/Q{i}", successors=(f"/M{i}",), capacity=-1))
        nodes.append(Station(path=f"/M{i}", successors=(*queues, "/K"), process_time=constant(1)))
    products = tuple(
        Product(
            path=f"/P{k}",
            plan=tuple(
                Step(path=f"/P{k}/{i}", stations=(f"/M{m}",), time=constant(t), before=(i - 1,) if i else ())
                for i, (m, t) in enumerate(route)
            ),
        )
        for k, route in enumerate(found)
    )
    return Plant(nodes=(*nodes, Sink(path="/K")), products=products)


def plain(found: list[Route], plant: Plant) -> list[float]:
    """Return the departures of the same shop in plain SimPy, with a list of states."""
    env = simpy.Environment()
    machines = [simpy.Resource(env) for _ in range(MACHINES)]
    arrivals = Simulation(plant).stream(exponential(EVERY), "/S", "interarrival")
    log: list[tuple[float, int, int]] = []
    out: list[float] = []

    def job(route: Route) -> Any:
        for machine, time in route:
            with machines[machine].request() as request:
                yield request
                log.append((env.now, machine, 1))
                yield env.timeout(time)
                log.append((env.now, machine, 0))
        out.append(env.now)

    def source() -> Any:
        for k in range(JOBS):
            yield env.timeout(arrivals.draw())
            env.process(job(found[k % PRODUCTS]))

    env.process(source())
    env.run()
    return out


def ours(plant: Plant) -> list[float]:
    """Return the departures, with a full log."""
    log = Log()
    Simulation(plant, log=log).run(JOBS * EVERY * 10)
    moves = log.moves.array()
    return np.asarray(moves[moves[:, 2] == log.places.index("/K"), 0]).tolist()


def run() -> list[dict[str, Any]]:
    """Return the CPU-time ratio, median of paired runs."""
    found = routes()
    plant, ratios = shop(found), []
    for _ in range(REPEATS):
        there, theirs = _time(lambda: plain(found, plant))
        here, mine = _time(lambda: ours(plant))
        if sorted(theirs) != sorted(mine):
            raise AssertionError("The departures differ.")
        ratios.append(there / here)
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    detail = f"CPU time of plain SimPy / ours; {JOBS} jobs, departures equal to the last digit; {spread}"
    return [{"name": "job shop with log", "ratio": median(ratios), "goal": GOAL, "unit": "x", "detail": detail}]


def _time(call: Callable[[], list[float]]) -> tuple[float, list[float]]:
    began = process_time()
    value = call()
    return process_time() - began, value
