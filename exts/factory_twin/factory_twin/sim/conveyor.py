# SPDX-License-Identifier: Apache-2.0
"""A conveyor: parts travel, then wait at its end in the order they came."""

from __future__ import annotations

from collections import deque
from typing import Any

from ..plant import Conveyor
from .agenda import Alarm
from .place import Offer, Place


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
