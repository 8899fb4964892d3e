# SPDX-License-Identifier: Apache-2.0
"""A serial line as anybody would write it in plain SimPy (generators, Stores, interrupts), on the product's random streams."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import simpy
from factory_twin.plant import Buffer, Plant, Station
from factory_twin.sim.stream import stream

Draw = Callable[[], float]


class Line:
    """Machines with failures between Stores.

    Args:
        plant: Source, stations with one failure mode each and buffers, in a row, and sink.
        seed: Of the random streams.
        logged: Whether to keep states and moves.

    Attributes:
        departures: When each part left, s.
        states: (time in s, machine, word), as they are entered.
        moves: (time in s, from, to, part).
    """

    def __init__(self, plant: Plant, *, seed: int, logged: bool) -> None:
        self.env = simpy.Environment()
        self.logged = logged
        self.departures: list[float] = []
        self.states: list[tuple[float, str, str]] = []
        self.moves: list[tuple[float, str, str, int]] = []
        self.parts = 0
        buffers = [n for n in plant.nodes if isinstance(n, Buffer)]
        stores = [simpy.Store(self.env, b.capacity) for b in buffers]
        names = ["/S", *(b.path for b in buffers), "/K"]
        self.machines = [
            Machine(self, n, [None, *stores][k], [*stores, None][k], (names[k], names[k + 1]), seed)
            for k, n in enumerate(n for n in plant.nodes if isinstance(n, Station))
        ]

    def run(self, until: float) -> int:
        """Return the parts finished up to and including `until` (s)."""
        self.env.run(until=until * (1 + 1e-12))
        return len(self.departures)


class Machine:
    """A process that works. On a calendar clock another process breaks it; on an operating clock it breaks by itself."""

    def __init__(
        self,
        line: Line,
        node: Station,
        before: simpy.Store | None,
        behind: simpy.Store | None,
        neighbours: tuple[str, str],
        seed: int,
    ) -> None:
        self.line, self.env, self.name = line, line.env, node.path
        self.before, self.behind = before, behind
        self.source, self.target = neighbours
        mode = node.failures[0]

        def draw(law: Any, purpose: str) -> Draw:
            return stream(law, seed=seed, replication=0, path=node.path, purpose=purpose).draw

        self.time = draw(node.process_time, "process")
        self.up = draw(mode.time_to_failure, f"{mode.name}:0:failure")
        self.down = draw(mode.time_to_repair, f"{mode.name}:0:repair")
        self.interruptible, self.state = False, ""
        self.repaired: simpy.Event | None = None
        if mode.clock == "calendar":
            self.process = self.env.process(self.work())
            self.env.process(self.fail())
        else:
            self.process = self.env.process(self.work_and_fail())

    def note(self, state: str) -> None:
        """Log a state; a machine that is down stays so whatever it enters."""
        self.state = state
        if self.line.logged and self.repaired is None:
            self.line.states.append((self.env.now, self.name, state))

    def move(self, source: str, target: str, part: int) -> None:
        """Log a move."""
        if self.line.logged:
            self.line.moves.append((self.env.now, source, target, part))

    def new(self) -> int:
        """Return a new part."""
        self.line.parts += 1
        return self.line.parts - 1

    def fail(self) -> Generator[Any, Any, None]:
        """Break the machine every now and then, whether it works or not."""
        env = self.env
        while True:
            yield env.timeout(self.up())
            self.note_down()
            self.repaired = env.event()
            if self.interruptible:
                self.process.interrupt()
            yield env.timeout(self.down())
            self.repaired.succeed()
            self.repaired = None
            self.note(self.state)

    def note_down(self) -> None:
        """Log a failure."""
        if self.line.logged:
            self.line.states.append((self.env.now, self.name, "down"))

    def work(self) -> Generator[Any, Any, None]:
        """Get a part, work on it, pass it on; failures interrupt, but a finished part may leave."""
        env, before, behind = self.env, self.before, self.behind
        while True:
            self.note("starved")
            if self.repaired is not None:
                yield self.repaired
            if before is None:
                part = self.new()
            else:
                part = -1
                while part < 0:
                    request = before.get()
                    self.interruptible = True
                    try:
                        part = yield request
                        self.interruptible = False
                    except simpy.Interrupt:
                        self.interruptible = False
                        request.cancel()
                        yield self.repaired
            self.move(self.source, self.name, part)
            self.note("busy")
            left = self.time()
            while left > 0:
                end = env.now + left
                self.interruptible = True
                try:
                    yield env.timeout(left)
                    self.interruptible = False
                    left = 0.0
                except simpy.Interrupt:
                    self.interruptible = False
                    left = end - env.now
                    yield self.repaired
            if behind is None:
                self.line.departures.append(env.now)
            else:
                self.note("blocked")
                yield behind.put(part)
            self.move(self.name, self.target, part)

    def work_and_fail(self) -> Generator[Any, Any, None]:
        """Get a part, work on it, pass it on; a failure comes after so much work."""
        env, before, behind = self.env, self.before, self.behind
        margin = self.up()
        while True:
            self.note("starved")
            part = self.new() if before is None else (yield before.get())
            self.move(self.source, self.name, part)
            self.note("busy")
            left = self.time()
            while margin < left:
                yield env.timeout(margin)
                left -= margin
                self.note("down")
                yield env.timeout(self.down())
                self.note("busy")
                margin = self.up()
            yield env.timeout(left)
            margin -= left
            if behind is None:
                self.line.departures.append(env.now)
            else:
                self.note("blocked")
                yield behind.put(part)
            self.move(self.name, self.target, part)
