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
NEXT = -1


class SourcePlace(Place):
    """Makes parts: one at every arrival (they wait outside, first in first out), or whenever one is accepted."""

    __slots__ = ("alarm", "counted", "left", "limited", "offer", "repeats", "stream", "waiting", "when")

    node: Source

    def __init__(self, sim: Any, node: Source, index: int) -> None:
        super().__init__(sim, node, index)
        self.full = True
        self.limited = node.limit >= 0
        self.left = node.limit if self.limited else inf
        self.waiting: deque[float] = deque()
        self.offer = EndlessOffer(self) if node.interarrival is None and not self.limited else SourceOffer(self)
        self.alarm = Alarm(sim.env, self._arrive)
        self.stream = None if node.interarrival is None else sim.stream(node.interarrival, node.path, "interarrival")
        self.when = self.counted = -1.0
        self.repeats = 0

    def start(self, now: float) -> None:
        """Offer at once when never starved, else wait for the first arrival."""
        if self.left <= 0:
            return
        if self.stream is None:
            self.offer.offer(self.router.route(NEXT), now)
        else:
            self.alarm.arm(now + self.stream.draw())

    def _arrive(self, now: float) -> None:
        self.alarm.time = None
        self.left -= 1
        self.waiting.append(now)
        if len(self.waiting) > ENDLESS:
            raise SimulationError(
                f"More than {ENDLESS} parts wait outside.",
                where=self.node.path,
                hint="The line is slower than this source, or no time passes between parts: change interarrival or limit.",
            )
        if len(self.waiting) == 1:
            self.offer.offer(self.router.route(NEXT), now)
        if self.left > 0 and self.stream is not None:
            self.alarm.arm(now + self.stream.draw())

    def count(self, now: float) -> None:
        """Count one more part at the instant of the one before; raise when they pour out without time going on."""
        if self.counted != now:
            self.counted, self.repeats = now, 0
        self.repeats += 1
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
        )

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.left, waiting, alarm, stream, offer, router = state
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

    def available(self, now: float) -> float:
        """Return how many parts wait outside; a source that never starves has as many as are left."""
        home = self.home
        return home.left if home.stream is None else len(home.waiting)

    def peek(self, now: float) -> int:
        """Return the number the next part will have."""
        return self.home.sim.parts

    def give(self, now: float) -> int:
        """Make a part; offer the next."""
        home = self.home
        if home.stream is None:
            if now == home.when:
                home.count(now)
            home.when = now
            if home.limited:
                home.left -= 1
            more = home.left > 0
        else:
            home.waiting.popleft()
            more = bool(home.waiting)
        if not more or home.drawn:
            self.withdraw()
            if more:
                self.offer(home.router.route(NEXT), now)
        sim = home.sim
        number = sim.parts
        sim.parts = number + 1
        return number


class EndlessOffer(SourceOffer):
    """Gives a new part whenever one is accepted."""

    __slots__ = ()

    def give(self, now: float) -> int:
        """Make a part; offer the next."""
        home = self.home
        if now == home.when:
            home.count(now)
        home.when = now
        if home.drawn:
            self.withdraw()
            self.offer(home.router.route(NEXT), now)
        sim = home.sim
        number = sim.parts
        sim.parts = number + 1
        return number
