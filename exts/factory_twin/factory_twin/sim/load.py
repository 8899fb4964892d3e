# SPDX-License-Identifier: Apache-2.0
"""What a workplace takes to start: one part, a batch, or the parts of an assembly.

A giver that can show only one part at a time (the end of a conveyor, a server, a vehicle) hands it over at once; it is kept in
front of the servers until everything is there.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from .conveyor import ConveyorOffer
from .exit import Exit
from .place import longest, pick
from .server import Server
from .vehicle import Carrier

if TYPE_CHECKING:
    from ..plant import Assembly, Batch
    from .place import Giver
    from .workplace import WorkPlace

SINGLE = (Carrier, ConveyorOffer, Exit, Server)


class One:
    """One part, that which has waited longest."""

    def __init__(self, place: WorkPlace) -> None:
        self.place = place

    def parts(self, now: float) -> list[int]:
        """Take what is needed and return it; nothing when it is not all there."""
        giver = self.first(now)
        return [] if giver is None else [self.place.draw_from(giver, now)]

    def first(self, now: float) -> Giver | None:
        """Return who gives the part that goes first; None: nobody, or each has a place it would rather go to."""
        place = self.place
        waiters = [g for g in place.waiters if not g.prefers_another(place)]
        if not waiters:
            return None
        if place.node.preemptive:
            return min(waiters, key=lambda g: (place.urgency(g.peek(now)), longest(g)))
        return pick(waiters, now)

    def lacking(self) -> str:
        """Return in words what a start waits for."""
        return "a part"

    @property
    def is_single(self) -> bool:
        """Whether any one part will do."""
        return self.__class__ is One

    def holds(self) -> int:
        """Return how many parts are kept in front of the servers."""
        return 0

    def state(self) -> Any:
        """Return plain data for `load`."""
        return ()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""


class Several(One):
    """A batch: from `minimum` to `maximum` parts."""

    def __init__(self, place: WorkPlace, batch: Batch) -> None:
        super().__init__(place)
        self.batch = batch
        self.kept: list[int] = []

    def parts(self, now: float) -> list[int]:
        """See `One.parts`."""
        most = int(min(self.batch.maximum, self.place.cards()))
        product = self._product(now)
        self._collect(now, most, product)
        there = len(self.kept) + sum(g.available(now) for g in self._givers(now, product))
        if there < self.batch.minimum or most < self.batch.minimum:
            return []
        while len(self.kept) < most:
            givers = self._givers(now, product)
            if not givers:
                break
            self.kept.append(self.place.draw_from(min(givers, key=longest), now))
        taken, self.kept = self.kept, []
        return taken

    def _product(self, now: float) -> int | None:
        """Return the product that all must be of: of those with enough parts, the one that has waited longest."""
        if not self.batch.same_product:
            return None
        items = self.place.sim.items
        if self.kept:
            return items[self.kept[0]].product
        having: dict[int, float] = {}
        for giver in self.place.waiters:
            product = items[giver.peek(now)].product
            having[product] = having.get(product, 0) + giver.available(now)
        enough = [g for g in self.place.waiters if having[items[g.peek(now)].product] >= self.batch.minimum]
        best = min(enough or self.place.waiters, key=longest, default=None)
        return None if best is None else items[best.peek(now)].product

    def _givers(self, now: float, product: int | None) -> list[Giver]:
        items = self.place.sim.items
        return [g for g in self.place.waiters if product is None or items[g.peek(now)].product == product]

    def _collect(self, now: float, most: int, product: int | None) -> None:
        """Take from those who show one part at a time."""
        while len(self.kept) < most:
            givers = [g for g in self._givers(now, product) if isinstance(g, SINGLE)]
            if not givers:
                return
            self.kept.append(self.place.draw_from(min(givers, key=longest), now))

    def lacking(self) -> str:
        """See `One.lacking`."""
        return f"{self.batch.minimum} parts for a batch"

    def holds(self) -> int:
        """See `One.holds`."""
        return len(self.kept)

    def state(self) -> Any:
        """See `One.state`."""
        return tuple(self.kept)

    def load(self, state: Any) -> None:
        """See `One.load`."""
        self.kept = list(state)


class Kit(One):
    """The parts of an assembly, each input from its place or of its product."""

    def __init__(self, place: WorkPlace, assembly: Assembly) -> None:
        super().__init__(place)
        self.inputs = assembly.inputs
        products = {p.path for p in place.sim.plant.products}
        self._product = [place.sim.items.index(path) if path in products else None for path, _ in assembly.inputs]
        self.kept: list[list[int]] = [[] for _ in assembly.inputs]

    def parts(self, now: float) -> list[int]:
        """See `One.parts`."""
        if self.place.cards() < 1:
            return []
        for i in range(len(self.inputs)):
            self._fill(i, now, SINGLE)
        if self._short(now):
            return []
        for i in range(len(self.inputs)):
            self._fill(i, now, (object,))
        taken = [part for kept in self.kept for part in kept]
        self.kept = [[] for _ in self.inputs]
        return taken

    def _short(self, now: float) -> list[str]:
        """Return the inputs that there is not enough for; what several inputs ask for counts for all of them."""
        missing: dict[str, int] = {}
        for i, (path, quantity) in enumerate(self.inputs):
            missing[path] = missing.get(path, 0) + quantity - len(self.kept[i])
        first = {path: i for i, (path, _) in reversed(list(enumerate(self.inputs)))}
        return [path for path, count in missing.items() if count > self._there(first[path], now)]

    def _fill(self, i: int, now: float, kinds: tuple[type, ...]) -> None:
        """Take parts of an input until there are enough."""
        while len(self.kept[i]) < self.inputs[i][1]:
            givers = [g for g in self._givers(i, now) if isinstance(g, kinds)]
            if not givers:
                return
            self.kept[i].append(self.place.draw_from(min(givers, key=longest), now))

    def _there(self, i: int, now: float) -> float:
        return sum(g.available(now) for g in self._givers(i, now))

    def _givers(self, i: int, now: float) -> list[Giver]:
        product, path = self._product[i], self.inputs[i][0]
        waiters = self.place.waiters
        if product is None:
            return [g for g in waiters if g.home.node.path == path]
        items = self.place.sim.items
        return [g for g in waiters if items[g.peek(now)].product == product]

    def lacking(self) -> str:
        """See `One.lacking`."""
        short = self._short(inf)
        return f"parts of {', '.join(short)}" if short else "a free server"

    def holds(self) -> int:
        """See `One.holds`."""
        return sum(map(len, self.kept))

    def state(self) -> Any:
        """See `One.state`."""
        return tuple(tuple(k) for k in self.kept)

    def load(self, state: Any) -> None:
        """See `One.load`."""
        self.kept = [list(k) for k in state]
