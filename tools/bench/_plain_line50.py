# SPDX-License-Identifier: Apache-2.0
"""A line of any length in plain SimPy: a generator per machine, Stores between them, interrupts for the failures."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import simpy
from factory_twin.plant import Buffer, Plant, Station
from factory_twin.sim.stream import stream

Rows = list[tuple[float, str, str]]
Process = Generator[Any, Any, None]


class Machine:
    """A machine whose failures interrupt its work; the clock of the failures runs only while it works.

    Attributes:
        left: Working time to the next failure, s.
    """

    def __init__(self, env: simpy.Environment, node: Station, *, seed: int, log: Rows, departures: list[float]) -> None:
        self.env, self.node, self.seed, self.log, self.departures = env, node, seed, log, departures
        mode = node.failures[0]
        self.work = self._draw(node.process_time, "process")
        self.up = self._draw(mode.time_to_failure, f"{mode.name}:0:failure")
        self.down = self._draw(mode.time_to_repair, f"{mode.name}:0:repair")
        self.left = self.up()

    def _draw(self, law: Any, purpose: str) -> Callable[[], float]:
        return stream(law, seed=self.seed, replication=0, path=self.node.path, purpose=purpose).draw

    def note(self, state: str) -> None:
        """Write a change of state."""
        self.log.append((self.env.now, self.node.path, state))

    def run(self, get: simpy.Store | None, put: simpy.Store | None) -> Process:
        """Take a part, work on it, hand it over, for ever."""
        env = self.env
        process = env.active_process
        while True:
            if get is not None:
                self.note("starved")
                yield get.get()
            self.note("busy")
            work = self.work()
            while work:
                if self.left < work:  # this stretch ends in a failure
                    env.process(self.fail(process, self.left))
                try:
                    yield env.timeout(work)
                    self.left -= work
                    work = 0
                except simpy.Interrupt:
                    work -= self.left
                    self.note("down")
                    yield env.timeout(self.down())
                    self.note("busy")
                    self.left = self.up()
            if put is None:
                self.departures.append(env.now)
            else:
                self.note("blocked")
                yield put.put(1)

    def fail(self, process: Any, after: float) -> Process:
        """Interrupt the machine after so many seconds of work."""
        yield self.env.timeout(after)
        process.interrupt()


def run(plant: Plant, until: float, *, seed: int) -> tuple[list[float], Rows]:
    """Return when parts left the line (s), up to and including `until` (s), and every change of state."""
    env = simpy.Environment()
    machines = plant.of(Station)
    stores = [simpy.Store(env, int(b.capacity)) for b in plant.of(Buffer)]
    log: Rows = []
    departures: list[float] = []
    for node, get, put in zip(machines, [None, *stores], [*stores, None]):
        env.process(Machine(env, node, seed=seed, log=log, departures=departures).run(get, put))
    env.run(until=until * (1 + 1e-12))
    return departures, log
