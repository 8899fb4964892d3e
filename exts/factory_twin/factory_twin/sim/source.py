# SPDX-License-Identifier: Apache-2.0
"""A source: makes parts at arrivals, or whenever one is accepted."""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Any

from ..errors import SimulationError
from ..plant import Source
from .agenda import Alarm
from .place import Offer, Place

ENDLESS = 100_000


class SourcePlace(Place):
    """Makes parts: one at every arrival (they wait outside, first in first out), or whenever one is accepted."""

    __slots__ = ("alarm", "left", "offer", "repeats", "stream", "when", "waiting")

    node: Source

    def __init__(self, sim: Any, node: Source, index: int) -> None:
        super().__init__(sim, node, index)
        self.full = True
        self.left = inf if node.limit < 0 else node.limit
        self.waiting: deque[float] = deque()
        self.offer = SourceOffer(self)
        self.alarm = Alarm(sim.env, self._arrive)
        self.stream = None if node.interarrival is None else sim.stream(node.interarrival, node.path, "interarrival")
        self.when, self.repeats = -1.0, 0

    def start(self, now: float) -> None:
        """Offer at once when never starved, else wait for the first arrival."""
        if self.left <= 0:
            return
        if self.stream is None:
            self.offer.offer(self.router.route(), now)
        else:
            self.alarm.arm(now + self.stream.draw())

    def _arrive(self, now: float) -> None:
        self.alarm.time = None
        self.left -= 1
        self.count(now)
        self.waiting.append(now)
        if len(self.waiting) > ENDLESS:
            raise SimulationError(
                f"More than {ENDLESS} parts wait outside.",
                where=self.node.path,
                hint="The line is slower than this source: lengthen interarrival or set a limit.",
            )
        if len(self.waiting) == 1:
            self.offer.offer(self.router.route(), now)
        if self.left > 0 and self.stream is not None:
            self.alarm.arm(now + self.stream.draw())

    def count(self, now: float) -> None:
        """Raise when parts pour out without time going on."""
        self.repeats = self.repeats + 1 if now == self.when else 0
        self.when = now
        if self.repeats > ENDLESS:
            raise SimulationError(
                "Parts pour out endlessly at one instant.",
                where=self.node.path,
                hint="Give the source an interarrival time or a limit, or the buffer behind it a capacity.",
            )

    def state(self) -> Any:
        """Return plain data for `load`."""
        stream = None if self.stream is None else self.stream.state()
        return (
            self.left,
            tuple(self.waiting),
            self.alarm.time,
            stream,
            self.offer.offer_state(),
            self.router.state(),
            self.when,
            self.repeats,
        )

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.left, waiting, alarm, stream, offer, router, self.when, self.repeats = state
        self.waiting = deque(waiting)
        if alarm is not None:
            self.alarm.arm(alarm)
        if self.stream is not None:
            self.stream.load(stream)
        self.offer.load_offer(offer)
        self.router.load(router)


class SourceOffer(Offer):
    """Gives a new part."""

    __slots__ = ()

    home: SourcePlace

    def waiting(self) -> float:
        """Return when the next part arrived, s."""
        return self.home.waiting[0] if self.home.waiting else self.since

    def give(self, now: float) -> int:
        """Make a part; offer the next."""
        home = self.home
        if home.stream is None:
            if now == home.when:
                home.count(now)
            else:
                home.when, home.repeats = now, 0
            home.left -= 1
            more = home.left > 0
        else:
            home.waiting.popleft()
            more = bool(home.waiting)
        if not more or home.drawn:
            self.withdraw()
            if more:
                self.offer(home.router.route(), now)
        home.sim.parts += 1
        return home.sim.parts - 1
