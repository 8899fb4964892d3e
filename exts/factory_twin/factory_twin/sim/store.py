# SPDX-License-Identifier: Apache-2.0
"""A store: a buffer whose parts leave by a dispatching rule, each to where it may go; none stands in another's way."""

from __future__ import annotations

from bisect import insort
from math import inf
from typing import TYPE_CHECKING, Any

from ..plant import Buffer
from .dispatch import Discipline
from .place import Offer, Place, first_free

if TYPE_CHECKING:
    from .cards import Loop

Entry = tuple[float, tuple[float, float], int, float]  # key, tie, part number, when it came in (s)


class StorePlace(Place):
    """Offers the best part for every set of places that parts here may go to (a lane).

    Attributes:
        lanes: By the indices of the places and, where the places ask for products, the product.
        count: Parts that came in so far.
        inside: Parts here.
        through: Whether a part may go straight on.
        apart: Whether parts of different products wait in lanes of their own.
        ends: Card loops that end here.
        within: Card loops whose parts come by: what is here at the start carries their cards.
        turn: Position in the sequence (SEQUENCE).
    """

    __slots__ = ("apart", "capacity", "count", "discipline", "ends", "inside", "lanes", "through", "turn", "within")

    node: Buffer

    def __init__(self, sim: Any, node: Buffer, index: int, *, apart: bool) -> None:
        super().__init__(sim, node, index)
        self.capacity = inf if node.capacity < 0 else node.capacity
        paths = tuple(p.path for p in sim.plant.products)
        self.discipline = Discipline(node.discipline, sim.items, paths, node.own_rule)
        self.lanes: dict[tuple[int, ...], Lane] = {}
        self.count = self.inside = self.turn = 0
        self.apart = apart
        self.through = node.discipline != "SEQUENCE"
        self.ends: tuple[Loop, ...] = ()
        self.within: tuple[Loop, ...] = ()

    def start(self, now: float) -> None:
        """Put in the parts that are there at the start."""
        sim = self.sim
        for _ in range(self.node.initial):
            number = sim.items.make(sim.items.index(self.node.initial_product))
            for loop in self.within:
                if loop.free > 0:
                    loop.take()
                    sim.items.give_card(number, loop)
            if self.moves is not None:
                self.moves((now, sim.made, self.index, number))
            self.take(number, now)

    def take(self, part: int, now: float) -> None:
        """Let the part wait in its lane; where the next place is waiting for it, straight on."""
        targets = self.router.route(part) if self.only is None else self.router.all
        if self.through and not self.inside and (target := first_free(targets)) is not None:
            if self.moves is not None:
                self.moves((now, self.index, target.index, part))
            self.count += 1
            target.take(part, now)
            return
        product = self.sim.items[part].product
        lane = self._lane(targets, product if self.apart else -1)
        self.inside += 1
        self.full = self.inside >= self.capacity
        lane.add(part, self.count, now)
        self.count += 1

    def _lane(self, targets: tuple[Place, ...], product: int) -> Lane:
        key = (product, *(p.index for p in targets))
        if key not in self.lanes:
            self.lanes[key] = Lane(self, targets)
        return self.lanes[key]

    def left(self, part: int, now: float) -> None:
        """A part has left."""
        self.inside -= 1
        self.full = False
        if self.waiters:
            self.touch()
        for loop in self.ends:
            self.sim.items.take_card(part, loop, now)
        if self.discipline.name == "SEQUENCE":
            self.turn += 1
            for lane in self.lanes.values():
                lane.show(now)

    def wanted(self) -> int:
        """Return the only part that may leave now (SEQUENCE); -1: any."""
        sequence = self.node.sequence
        return sequence[self.turn] - 1 if self.turn < len(sequence) else -1

    def coming(self) -> list[int]:
        """Return the parts that the sequence still names, in its order (SEQUENCE)."""
        return [number - 1 for number in self.node.sequence[self.turn :]]

    def level(self) -> int:
        """Return how many parts are here."""
        return self.inside

    def state(self) -> Any:
        """Return plain data for `load`."""
        lanes = tuple((key, tuple(lane.entries), lane.offer_state()) for key, lane in self.lanes.items())
        return self.count, self.turn, lanes, self.router.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.count, self.turn, lanes, router = state
        for key, entries, offer in lanes:
            lane = self._lane(tuple(self.sim.places[i] for i in key[1:]), key[0])
            lane.entries = list(entries)
            lane.load_offer(offer)
        self.inside = sum(len(lane.entries) for lane in self.lanes.values())
        self.full = self.inside >= self.capacity
        self.router.load(router)


class Lane(Offer):
    """Parts of a store that may go to the same places, the next first."""

    __slots__ = ("_station", "_targets", "entries")

    home: StorePlace

    def __init__(self, home: StorePlace, targets: tuple[Place, ...]) -> None:
        super().__init__(home)
        self._targets = targets
        self._station = targets[0].node.path
        self.entries: list[Entry] = []

    def add(self, part: int, count: int, now: float) -> None:
        """Put a part in; offer when it is the only one."""
        rule = self.home.discipline
        key = rule.key(self.home.sim.items[part], self._station, now, now) if rule.fixed else 0.0
        insort(self.entries, (key, rule.tie(part, now, count), part, now))
        self.show(now)
        for target in self.offered:
            if target.choosy:
                target.touch()  # it may have waited for one more

    def show(self, now: float) -> None:
        """Offer, or stop to, as there is a part that may leave."""
        may = self._position(now) is not None
        if may and not self.offered:
            self.offer(self._targets, now)
        elif self.offered and not may:
            self.withdraw()

    def _position(self, now: float) -> int | None:
        """Return the position of the part that goes next; None: none may."""
        entries, home = self.entries, self.home
        if not entries:
            return None
        rule = home.discipline
        if rule.name == "SEQUENCE":
            wanted = home.wanted()
            return 0 if wanted < 0 else next((i for i, e in enumerate(entries) if e[2] == wanted), None)
        if rule.fixed or len(entries) == 1:
            return 0
        items = home.sim.items
        keys = [(rule.key(items[e[2]], self._station, e[3], now), e[1]) for e in entries]
        return min(range(len(keys)), key=keys.__getitem__)

    def waiting(self) -> float:
        """Return when the part that goes next came in, s."""
        return self.entries[0][3] if self.home.discipline.fixed else self.since

    def available(self, now: float) -> float:
        """Return how many parts may leave one after the other."""
        if self.home.discipline.name != "SEQUENCE" or self.home.wanted() < 0:
            return len(self.entries)
        here = {e[2] for e in self.entries}
        return next((i for i, part in enumerate(self.home.coming()) if part not in here), len(here))

    def best(self, waiters: list[Any], now: float) -> Any:
        """Return the lane of this store whose next part the rule puts first."""
        home = self.home
        if home.discipline.name == "FIFO":
            return self
        return min((g for g in waiters if g.home is home), key=lambda lane: lane.head(now))

    def head(self, now: float) -> tuple[float, tuple[float, float]]:
        """Return (key, tie) of the part that goes next."""
        entry = self.entries[self._position(now) or 0]
        rule = self.home.discipline
        key = entry[0] if rule.fixed else rule.key(self.home.sim.items[entry[2]], self._station, entry[3], now)
        return key, entry[1]

    def peek(self, now: float) -> int:
        """Return the part that goes next."""
        return self.entries[self._position(now) or 0][2]

    def give(self, now: float) -> int:
        """Hand over the part that goes next."""
        part = self.entries.pop(self._position(now) or 0)[2]
        if not self.entries:
            self.withdraw()
        self.home.left(part, now)
        return part
