# SPDX-License-Identifier: Apache-2.0
"""A buffer: parts wait; it offers the one at its head, which is the first or (LIFO) the last that came."""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Any

from ..plant import Buffer
from .place import Offer, Place, first_free


class BufferPlace(Place):
    """Offers the part at its head.

    Attributes:
        items: Part numbers, in the order they came.
        since: When they came in, s; only kept when `timed`.
        timed: Whether anybody asks for that: another place feeds one of the successors, so who has waited longest matters.
        sole: Whether one place only feeds it.
    """

    __slots__ = ("capacity", "items", "last", "offer", "since", "sole", "timed")

    node: Buffer

    def __init__(self, sim: Any, node: Buffer, index: int) -> None:
        super().__init__(sim, node, index)
        self.capacity = inf if node.capacity < 0 else node.capacity
        self.items: deque[int] = deque()
        self.since: deque[float] = deque()
        self.timed = self.sole = False
        self.last = node.discipline == "LIFO"
        self.offer = BufferOffer(self)

    def take(self, part: int, now: float) -> None:
        """Put the part at the end; where the next place is waiting for it, straight on."""
        items = self.items
        if not items:
            target = self.only
            if target is not None and not target.full and not target.waiters:
                if self.moves is not None:
                    self.moves((now, self.code, target.code, part))
                target.take(part, now)
                return
            targets = self.router.route(part)
            if target is None and (target := first_free(targets)) is not None:
                if self.moves is not None:
                    self.moves((now, self.index, target.index, part))
                target.take(part, now)
                return
            items.append(part)
            if self.timed:
                self.since.append(now)
            self.full = self.capacity <= 1
            self.offer.offer(targets, now)
            return
        items.append(part)
        if self.timed:
            self.since.append(now)
        if len(items) >= self.capacity:
            self.full = True

    def level(self) -> int:
        """Return how many parts are here."""
        return len(self.items)

    def state(self) -> Any:
        """Return plain data for `load`."""
        return tuple(self.items), tuple(self.since), self.offer.offer_state(), self.router.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        items, since, offer, router = state
        self.items.extend(items)
        self.since.extend(since)
        self.full = len(self.items) >= self.capacity
        self.offer.load_offer(offer)
        self.router.load(router)


class BufferOffer(Offer):
    """Gives the head of a buffer."""

    __slots__ = ()

    home: BufferPlace

    def waiting(self) -> float:
        """Return when the head came in, s."""
        home = self.home
        return home.since[-1 if home.last else 0] if home.timed else self.since

    def available(self, now: float) -> float:
        """Return how many parts are here, where all go the same way."""
        return 1 if self.home.drawn else len(self.home.items)

    def peek(self, now: float) -> int:
        """Return the part at the head."""
        return self.home.items[-1 if self.home.last else 0]

    def give(self, now: float) -> int:
        """Hand over the head; offer the next."""
        home = self.home
        items = home.items
        if home.last:
            part = items.pop()
            if home.timed:
                home.since.pop()
        else:
            part = items.popleft()
            if home.timed:
                home.since.popleft()
        if not items or home.drawn:
            self.withdraw()
            if items:
                self.offer(home.router.route(items[-1 if home.last else 0]), now)
        if home.full:
            home.full = False
            if home.waiters:
                home.touch()
        return part


class QueuePlace(BufferPlace):
    """A first-in-first-out buffer of parts that are kept: those that come at the same instant stand by their numbers.

    Attributes:
        came: When the last part came at an instant at which several places changed, s.
        fresh: How many parts came at that instant.
        solo: Whether it feeds a machine that nothing else feeds (see `solo_job`).
    """

    __slots__ = ("came", "fresh", "solo")

    def __init__(self, sim: Any, node: Buffer, index: int) -> None:
        super().__init__(sim, node, index)
        self.came, self.fresh, self.solo = -1.0, 0, False

    def take(self, part: int, now: float) -> None:
        """Put the part at the end, or before those with higher numbers that came at this instant."""
        if not self.sim.crowded:
            super().take(part, now)
            return
        if self.came != now:
            self.came, self.fresh = now, 0
        items = self.items
        place = len(items)
        first = max(0, place - self.fresh)
        while place > first and items[place - 1] > part:
            place -= 1
        items.insert(place, part)
        if self.timed:
            self.since.append(now)
        self.fresh += 1
        self.full = len(items) >= self.capacity
        if not self.offer.offered:
            self.offer.offer(self.router.route(part), now)
