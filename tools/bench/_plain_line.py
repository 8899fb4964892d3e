# SPDX-License-Identifier: Apache-2.0
"""The three-machine line as anybody would write it in plain SimPy: generators and Stores, with the product's random streams."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy
from factory_twin.plant import Plant, Station
from factory_twin.sim.stream import stream

Rows = list[tuple[float, str, str]]


def run(plant: Plant, until: float, *, seed: int, log: Rows | None = None) -> int:
    """Return the parts finished up to and including `until` (s); `log` gets the changes of state."""
    env = simpy.Environment()
    machines = plant.of(Station)
    stores = [simpy.Store(env, 10) for _ in machines[1:]]
    finished: list[int] = []
    for machine, get, put in zip(machines, [None, *stores], [*stores, None]):
        env.process(_machine(env, machine, get, put, seed=seed, log=log, finished=finished))
    env.run(until=until * (1 + 1e-12))
    return len(finished)


def _machine(
    env: simpy.Environment,
    node: Station,
    get: simpy.Store | None,
    put: simpy.Store | None,
    *,
    seed: int,
    log: Rows | None,
    finished: list[int],
) -> Generator[Any, Any, None]:
    mode = node.failures[0]
    name = f"{mode.name}:0"

    def draw(law: Any, purpose: str) -> Any:
        return stream(law, seed=seed, replication=0, path=node.path, purpose=purpose).draw

    time = draw(node.process_time, "process")
    up, down = draw(mode.time_to_failure, f"{name}:failure"), draw(mode.time_to_repair, f"{name}:repair")

    def note(state: str) -> None:
        if log is not None:
            log.append((env.now, node.path, state))

    left = up()
    while True:
        if get is not None:
            note("starved")
            yield get.get()
        note("busy")
        work = time()
        while left < work:
            yield env.timeout(left)
            work -= left
            note("down")
            yield env.timeout(down())
            note("busy")
            left = up()
        yield env.timeout(work)
        left -= work
        if put is None:
            finished.append(1)
        else:
            note("blocked")
            yield put.put(1)
