# SPDX-License-Identifier: Apache-2.0
"""What all places share: givers offer a part, takers pull it. Plain data and callbacks only, so a running model can be copied.

Rules of the world (docs/SIMULATION.md): all events of one instant are applied first; then parts move downstream first, in zero
time, until nothing can move. Whoever waits to give is registered with the taker; ties go to the part that has waited longest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ..plant import Node
    from .router import Router
    from .simulation import Simulation

rank_of = attrgetter("rank")
Row = Callable[[Sequence[float]], None]


class Giver(Protocol):
    """Something that holds a part it wants to hand over.

    Attributes:
        number: Tie breaker (server index; 0 for places).
        home: The place it belongs to.
    """

    number: int
    home: Place

    def waiting(self) -> float:
        """Return since when the part has been waiting, s."""

    def give(self, now: float) -> int:
        """Hand over the part offered and return its number."""

    def available(self, now: float) -> float:
        """Return how many parts it could hand over one after the other at this instant."""

    def peek(self, now: float) -> int:
        """Return the number of the part that `give` would hand over."""

    def best(self, waiters: list[Giver], now: float) -> Giver:
        """Return who of the `waiters` goes first, when this is the one that has waited longest."""

    def prefers_another(self, place: Place) -> bool:
        """Return whether a place named before this one would take the part now."""

    def pass_on(self, place: Place) -> None:
        """A place did not take the part though it was asked first: ask those named after it."""


class Settled:
    """Something that is settled at the end of an instant: a place, or a worker pool."""

    __slots__ = ("dirty", "rank", "sim")

    sim: Simulation
    rank: int
    dirty: bool

    def touch(self) -> None:
        """Have it settled before time goes on."""
        if not self.dirty:
            self.dirty = True
            dirty = self.sim.dirty
            dirty.append(self)
            if len(dirty) > 1 and dirty[-2].rank < self.rank:
                dirty.sort(key=rank_of, reverse=True)


class Place(Settled):
    """A node of the running model.

    Attributes:
        index: Position in the plant and in the log's places.
        code: The same as a float, as the log keeps it.
        rank: Lower is further downstream.
        waiters: Givers that wait for room here.
        dirty: True while registered to be settled at this instant.
        full: True while no part can be taken.
        shared: Whether a place that feeds this one may give its parts to others, too.
        choosy: Whether it looks at all that is offered, full or not, and takes what it wants when it is settled.
        only: The successor where there is just one.
        drawn: Whether each part draws its successor.
    """

    __slots__ = (
        "choosy",
        "code",
        "drawn",
        "full",
        "index",
        "moves",
        "node",
        "only",
        "router",
        "shared",
        "waiters",
    )

    def __init__(self, sim: Simulation, node: Node, index: int) -> None:
        self.sim, self.node, self.index, self.code, self.rank = sim, node, index, float(index), 0
        self.waiters: list[Giver] = []
        self.dirty = self.full = self.choosy = self.shared = False
        self.router: Router
        self.only: Place | None = None
        self.drawn = False
        self.moves: Row | None = None

    def connect(self, router: Router) -> None:
        """Say where parts go from here."""
        self.router, self.only, self.drawn = router, router.only, router.drawn

    def take(self, part: int, now: float) -> None:
        """Take a part; the place must not be full."""
        raise NotImplementedError

    def settle(self, now: float) -> None:
        """Move what can move here at this instant."""
        while self.waiters and not self.full:
            self.pull(now)
        if self.shared and self.waiters:
            self.pass_on()

    def pass_on(self) -> None:
        """Have the places asked that are named after this one, about the parts that it did not take."""
        for giver in self.waiters:
            giver.pass_on(self)

    def start(self, now: float) -> None:
        """Begin at time zero."""

    def level(self) -> int:
        """Return how many parts are here."""
        return 0

    def wants(self) -> bool:
        """Return whether a part would be taken now, so that places named after this one have to stand back."""
        return not self.full

    def no_card(self) -> None:
        """The last card of a loop that begins here is gone."""

    def claim(self) -> tuple[float, int] | None:
        """Return (since when the part has waited that could be begun here with a card, its number); None: none could."""
        return None

    def pull(self, now: float) -> None:
        """Take a part from the giver whose part has waited longest."""
        self.take(self.draw_from(pick(self.waiters, now), now), now)

    def draw_from(self, giver: Giver, now: float) -> int:
        """Have a giver hand over a part to this place, note it, and return its number."""
        part = giver.give(now)
        if self.moves is not None:
            self.moves((now, giver.home.code, self.code, part))
        return part

    def state(self) -> Any:
        """Return plain data for `load`."""
        raise NotImplementedError

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        raise NotImplementedError


def level(place: Place) -> int:
    """Return how many parts are at a place."""
    return place.level()


def first_free(targets: tuple[Place, ...]) -> Place | None:
    """Return the first place that takes a part at once; None: all are full, or others wait for them, or they choose."""
    for target in targets:
        if not (target.full or target.waiters):
            return target
    return None


def pick(waiters: list[Giver], now: float) -> Giver:
    """Return the giver whose part goes first: that which has waited longest; within a ruled store, as its rule says."""
    giver = waiters[0] if len(waiters) == 1 else min(waiters, key=longest)
    return giver.best(waiters, now)


def longest(giver: Giver) -> tuple[float, int, int]:
    """Return the sort key that puts first whose part has waited longest; ties go to the lowest number."""
    return giver.waiting(), giver.home.index, giver.number


class Offer:
    """The state of offering one part: registered with the waiters of every place that may take it."""

    __slots__ = ("home", "number", "offered", "since")

    def __init__(self, home: Place, number: int = 0) -> None:
        self.home, self.number = home, number
        self.offered: tuple[Place, ...] = ()
        self.since = 0.0

    def offer(self, targets: tuple[Place, ...], since: float) -> None:
        """Wait to give to one of `targets`, in order of preference."""
        self.offered, self.since = targets, since
        for target in targets:
            target.waiters.append(self)  # type: ignore[arg-type]
        first = targets[0] if len(targets) == 1 else next((t for t in targets if t.wants()), None)
        for target in targets if first is None else (first,):
            if not target.dirty and (not target.full or target.choosy):
                target.touch()  # those after the first that wants it are asked when it has not taken it, see `pass_on`

    def waiting(self) -> float:
        """Return since when the part has been waiting, s."""
        return self.since

    def available(self, now: float) -> float:
        """Return how many parts it could hand over one after the other at this instant."""
        return 1

    def best(self, waiters: list[Any], now: float) -> Any:
        """Return who of the `waiters` goes first, when this is the one that has waited longest."""
        return self

    def prefers_another(self, place: Place) -> bool:
        """Return whether a place named before this one would take the part now."""
        for target in self.offered:
            if target is place:
                return False
            if target.wants():
                return True
        return False

    def pass_on(self, place: Place) -> None:
        """A place did not take the part though it was asked first: ask those named after it."""
        after = False
        for target in self.offered:
            if after and (not target.full or target.choosy):
                target.touch()
            after = after or target is place

    def withdraw(self) -> None:
        """No longer wait."""
        for target in self.offered:
            target.waiters.remove(self)  # type: ignore[arg-type]
        self.offered = ()

    def offer_state(self) -> tuple[float, tuple[int, ...]]:
        """Return plain data for `load_offer`."""
        return self.since, tuple(p.index for p in self.offered)

    def load_offer(self, state: tuple[float, tuple[int, ...]]) -> None:
        """Register again; the order among waiters does not matter, see `longest`."""
        self.since = state[0]
        self.offered = tuple(self.home.sim.places[i] for i in state[1])
        for target in self.offered:
            target.waiters.append(self)  # type: ignore[arg-type]
