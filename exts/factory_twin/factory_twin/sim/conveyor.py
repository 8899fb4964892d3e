# SPDX-License-Identifier: Apache-2.0
"""A conveyor: parts travel, then wait at its end in the order they came. A buffer with a dwell time is one without length."""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Any

from ..plant import Buffer, Conveyor
from .agenda import Alarm
from .place import Offer, Place


class ConveyorPlace(Place):
    """Accumulating conveyor.

    A part is at the end `transit` s after it entered, at the earliest `headway` s (the time to move up by one gap) after the
    part ahead left. The next part may enter `headway` s after the one before.

    Attributes:
        items: (part number, when it is ready to leave in s), the head first.
        entry: Goes off when the next part may enter.
    """

    __slots__ = ("alarm", "capacity", "entry", "headway", "items", "offer", "transit")

    def __init__(self, sim: Any, node: Conveyor | Buffer, index: int) -> None:
        super().__init__(sim, node, index)
        if isinstance(node, Conveyor):
            self.transit, self.headway = node.length / node.speed, node.gap / node.speed
        else:
            self.transit, self.headway = node.minimum_time, 0.0
        self.capacity = inf if node.capacity < 0 else node.capacity
        self.items: deque[tuple[int, float]] = deque()
        self.offer = ConveyorOffer(self)
        self.alarm = Alarm(sim.env, self._arrive)
        self.entry = Alarm(sim.env, self._enter)

    def take(self, part: int, now: float) -> None:
        """Let the part travel."""
        self.items.append((part, now + self.transit))
        if self.headway > 0:
            self.entry.arm(now + self.headway)
        self.update()
        if len(self.items) == 1:
            self.alarm.arm(now + self.transit)

    def update(self) -> None:
        """See whether a part may enter."""
        self.full = len(self.items) >= self.capacity or self.entry.time is not None
        if self.waiters and not self.full:
            self.touch()

    def _enter(self, now: float) -> None:
        self.entry.time = None
        self.update()

    def _arrive(self, now: float) -> None:
        self.alarm.time = None
        self.offer.offer(self.router.route(self.items[0][0]), now)

    def level(self) -> int:
        """Return how many parts are here."""
        return len(self.items)

    def state(self) -> Any:
        """Return plain data for `load`."""
        return tuple(self.items), self.alarm.time, self.entry.time, self.offer.offer_state(), self.router.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        items, alarm, entry, offer, router = state
        self.items = deque(items)
        for clock, time in ((self.alarm, alarm), (self.entry, entry)):
            if time is not None:
                clock.arm(time)
        self.full = len(self.items) >= self.capacity or entry is not None
        self.offer.load_offer(offer)
        self.router.load(router)


class ConveyorOffer(Offer):
    """Gives the part that has arrived at the end of a conveyor."""

    __slots__ = ()

    home: ConveyorPlace

    def available(self, now: float) -> float:
        """Return how many parts may leave at this instant: one, or all that are ready where none has to move up."""
        home = self.home
        if home.headway > 0 or home.drawn:
            return 1
        return sum(ready <= now for _, ready in home.items)

    def peek(self, now: float) -> int:
        """Return the part at the end."""
        return self.home.items[0][0]

    def give(self, now: float) -> int:
        """Hand over the head; the next is offered when it has arrived."""
        home = self.home
        part, _ = home.items.popleft()
        self.withdraw()
        if home.items:
            following, arrival = home.items[0]
            ready = max(arrival, now + home.headway)
            home.items[0] = following, ready
            if ready <= now:
                self.offer(home.router.route(following), ready)
            else:
                home.alarm.arm(ready)
        home.update()
        return part
