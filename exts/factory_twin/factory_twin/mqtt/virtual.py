# SPDX-License-Identifier: Apache-2.0
"""The virtual plant: events of a (simulated) shift sent as shop-floor telemetry, on the wall clock, at a chosen speed."""

from __future__ import annotations

import math
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic, time

from ..event import Event, Kind, State, together
from ..plant import Plant, Sink, Source, Station
from . import topics
from .link import Link
from .payload import encode

ROOM, IDLE, BUSY, LAG, NOISE = 21.0, 28.0, 58.0, 240.0, 0.15
"""Temperatures in degC, time constant in s of simulated time, noise in degC (standard deviation)."""
WARM, PAUSE = 1.0, 1.0
"""Wall time between two temperatures, and the longest step the plant makes up for, s."""


@dataclass(slots=True)
class _Machine:
    busy: float  # where its temperature settles while it works, degC
    temperature: float = ROOM


class VirtualPlant:
    """Sends a plant's states, counts, levels and temperatures.

    Args:
        plant: Its places.
        events: By time; for example `shift(simulation, log)`. May be endless.
        link: Where to publish; started and stopped by the caller.
        speed: Simulated seconds per second.
        prefix: First levels of all topics.
        seed: Of the temperatures' noise.
        refresh: Every value is sent again after this many seconds, so that a quiet machine does not look dead.

    Attributes:
        now: Simulated time reached, s.
        finished: Whether the events have ended.
        sent: Messages handed to the link.
        states: Present state per place that told one.
        parts: Parts finished per place (parts that left it; for a sink those that came).
        wip: Parts here per place.
    """

    def __init__(self, plant: Plant, events: Iterable[Event], link: Link, *, speed: float = 60.0,
                 prefix: str = topics.PREFIX, seed: int = 1, refresh: float = 4.0) -> None:  # fmt: skip
        self.speed, self.prefix, self.refresh = speed, prefix, refresh
        self.now, self.sent, self.finished = 0.0, 0, False
        self.states: dict[str, State] = {}
        self.parts: Counter[str] = Counter({n.path: 0 for n in plant.nodes})
        self.wip: Counter[str] = Counter({n.path: 0 for n in plant.nodes if not isinstance(n, Source | Sink)})
        self._known = {n.path for n in plant.nodes}
        self._sinks = {n.path for n in plant.of(Sink)}
        self._noise = random.Random(seed)
        self._machines = {n.path: _Machine(self._noise.gauss(BUSY, 6.0)) for n in plant.of(Station)}
        self._servers: dict[str, dict[int, State]] = {}
        self._events = iter(events)
        self._link = link
        self._shown: dict[tuple[str, str], float | str] = {}
        self._began = self._last = self._refreshed = self._warmed = -math.inf
        self._next: Event | None = next(self._events, None)

    def step(self) -> int:
        """Send what happened since the last call; return the number of messages. Call it some times per second.

        Raises:
            SimulationError: The simulation behind the events can't go on.
        """
        wall = monotonic()
        pause = max(0.0, wall - self._last - PAUSE)  # the program slept: the plant slept, too
        self._began = wall if self._last == -math.inf else self._began + pause
        self._last = wall
        return self.advance((wall - self._began) * self.speed, wall)

    def run(self, stopped: threading.Event, *, duration: float = math.inf, period: float = 0.05,
            progress: Callable[[VirtualPlant], None] | None = None) -> None:  # fmt: skip
        """Step until the events end, `stopped` is set or `duration` s of wall time have passed; blocks.

        Args:
            stopped: Set it from anywhere.
            duration: Wall time, s.
            period: Wall time between steps, s.
            progress: Called about once per second.
        """
        deadline, told = monotonic() + duration, 0.0
        while not self.finished and not stopped.wait(period) and monotonic() < deadline:
            self.step()
            if progress is not None and monotonic() - told >= 1.0:
                told = monotonic()
                progress(self)

    def advance(self, now: float, wall: float) -> int:
        """Take all events up to simulated time `now` (s) and send what changed; `wall` is monotonic time, s."""
        while self._next is not None and self._next.time <= now:
            self._take(self._next)
            self._next = next(self._events, None)
        self.finished = self._next is None
        self._heat(max(0.0, now - self.now))
        self.now = now
        again, warm = wall - self._refreshed >= self.refresh, wall - self._warmed >= WARM
        self._refreshed = wall if again else self._refreshed
        self._warmed = wall if warm else self._warmed
        before = self.sent
        for place, state in self.states.items():
            self._tell(place, topics.STATE, state.token, again)
        for signal, counts in ((topics.PARTS, self.parts), (topics.WIP, self.wip)):
            for place, count in counts.items():
                self._tell(place, signal, count, again)
        for place, machine in self._machines.items() if warm or again else ():
            self._tell(place, topics.TEMPERATURE, round(machine.temperature + self._noise.gauss(0.0, NOISE), 1), again)
        return self.sent - before

    def _take(self, event: Event) -> None:
        """Follow one event."""
        if event.kind is Kind.STATE and event.place in self._known:
            servers = self._servers.setdefault(event.place, {})
            servers[event.number] = event.state
            self.states[event.place] = together(servers.values())
        elif event.kind is Kind.MOVE:
            self.parts[event.place] += 1
            if event.other in self._sinks:
                self.parts[event.other] += 1
            for place, change in ((event.place, -1), (event.other, 1)):
                if place in self.wip:
                    self.wip[place] += change

    def _heat(self, elapsed: float) -> None:
        """Let every machine's temperature run after the level of its state, first order, exact for any step (s)."""
        share = -math.expm1(-elapsed / LAG)
        for place, machine in self._machines.items():
            state = self.states.get(place, State.OFF)
            level = machine.busy if state is State.BUSY else ROOM if state is State.OFF else IDLE
            machine.temperature += (level - machine.temperature) * share

    def _tell(self, place: str, signal: str, value: float | str, again: bool) -> None:
        """Publish a value when it is new, or due again."""
        key = (place, signal)
        if not again and self._shown.get(key) == value:
            return
        unit = "degC" if signal == topics.TEMPERATURE else ""
        self._link.publish(topics.topic(self.prefix, place, signal), encode(value, time=time(), unit=unit))
        self._shown[key] = value
        self.sent += 1
