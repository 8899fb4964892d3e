# SPDX-License-Identifier: Apache-2.0
"""Places that hold parts without working on them: buffer, conveyor, source, sink."""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Any

from ..errors import SimulationError
from ..plant import Buffer, Conveyor, Source
from .agenda import Alarm
from .place import Offer, Place

ENDLESS = 100_000


class BufferPlace(Place):
    """First in, first out; offers the part at its head."""

    __slots__ = ("capacity", "items", "offer")

    node: Buffer

    def __init__(self, sim: Any, node: Buffer, index: int) -> None:
        super().__init__(sim, node, index)
        self.capacity = inf if node.capacity < 0 else node.capacity
        self.items: deque[tuple[int, float]] = deque()
        self.offer = BufferOffer(self)

    def take(self, part: int, now: float) -> None:
        """Put the part at the end; where the next place is waiting for it, straight on."""
        items = self.items
        if not items:
            target = self.only
            if target is not None and not target.full and not target.waiters:
                if self.moves is not None:
                    self.moves((now, self.index, target.index, part))
                target.take(part, now)
                return
            items.append((part, now))
            self.full = self.capacity <= 1
            self.offer.offer(self.router.route(), now)
            return
        items.append((part, now))
        if len(items) >= self.capacity:
            self.full = True

    def state(self) -> Any:
        """Return plain data for `load`."""
        return tuple(self.items), self.offer.offer_state(), self.router.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        items, offer, router = state
        self.items = deque(items)
        self.full = len(self.items) >= self.capacity
        self.offer.load_offer(offer)
        self.router.load(router)


class BufferOffer(Offer):
    """Gives the head of a buffer."""

    __slots__ = ()

    home: BufferPlace

    def waiting(self) -> float:
        """Return when the head came in, s."""
        return self.home.items[0][1]

    def give(self, now: float) -> int:
        """Hand over the head; offer the next."""
        home = self.home
        items = home.items
        part = items.popleft()[0]
        if not items or home.drawn:
            self.withdraw()
            if items:
                self.offer(home.router.route(), now)
        if home.full:
            home.full = False
            if home.waiters:
                home.touch()
        return part


class ConveyorPlace(Place):
    """Accumulating conveyor: a part travels for `length / speed`, then waits at the end in the order it came."""

    __slots__ = ("alarm", "items", "offer", "transit")

    node: Conveyor

    def __init__(self, sim: Any, node: Conveyor, index: int) -> None:
        super().__init__(sim, node, index)
        self.transit = node.length / node.speed
        self.items: deque[tuple[int, float]] = deque()
        self.offer = ConveyorOffer(self)
        self.alarm = Alarm(sim.env, self._arrive)

    def take(self, part: int, now: float) -> None:
        """Let the part travel."""
        self.items.append((part, now + self.transit))
        self.full = len(self.items) >= self.node.capacity
        if len(self.items) == 1:
            self.alarm.arm(now + self.transit)

    def _arrive(self, now: float) -> None:
        self.alarm.time = None
        self.offer.offer(self.router.route(), self.items[0][1])

    def state(self) -> Any:
        """Return plain data for `load`."""
        return tuple(self.items), self.alarm.time, self.offer.offer_state(), self.router.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        items, alarm, offer, router = state
        self.items = deque(items)
        self.full = len(self.items) >= self.node.capacity
        if alarm is not None:
            self.alarm.arm(alarm)
        self.offer.load_offer(offer)
        self.router.load(router)


class ConveyorOffer(Offer):
    """Gives the part that has arrived at the end of a conveyor."""

    __slots__ = ()

    home: ConveyorPlace

    def give(self, now: float) -> int:
        """Hand over the head; the next is offered when it has arrived."""
        home = self.home
        part, _ = home.items.popleft()
        self.withdraw()
        if home.items:
            arrival = home.items[0][1]
            if arrival <= now:
                self.offer(home.router.route(), arrival)
            else:
                home.alarm.arm(arrival)
        if home.full:
            home.full = False
            if home.waiters:
                home.touch()
        return part


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


class SinkPlace(Place):
    """Takes every part at once.

    Attributes:
        parts: How many came.
    """

    __slots__ = ("parts",)

    def __init__(self, sim: Any, node: Any, index: int) -> None:
        super().__init__(sim, node, index)
        self.parts = 0

    def take(self, part: int, now: float) -> None:
        """Count the part."""
        self.parts += 1

    def state(self) -> Any:
        """Return plain data for `load`."""
        return self.parts

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.parts = state
