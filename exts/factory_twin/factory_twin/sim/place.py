# SPDX-License-Identifier: Apache-2.0
"""What all places share: givers offer a part, takers pull it. Plain data and callbacks only, so a running model can be copied.

Rules of the world (docs/SIMULATION.md): all events of one instant are applied first; then parts move downstream first, in zero
time, until nothing can move. Whoever waits to give is registered with the taker; ties go to the part that has waited longest.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ..plant import Node
    from .simulation import Simulation

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


class Router:
    """Which successor a part goes to: the first that is free, or one drawn by weight, once, on completion.

    Attributes:
        all: Every successor, in order.
        only: The successor where there is just one.
        drawn: Whether each part draws its successor.
    """

    __slots__ = ("_bounds", "_scrap", "_stream", "all", "drawn", "only")

    def __init__(self, targets: tuple[Place, ...], weights: tuple[float, ...], stream: Any) -> None:
        self.all = targets
        self._stream = stream if weights and len(targets) > 1 else None
        self._scrap: tuple[Place, float, Any] | None = None
        self.drawn = self._stream is not None
        self.only = targets[0] if len(targets) == 1 else None
        total = sum(weights) or 1.0
        self._bounds = [b / total for b in accumulate(weights)][:-1]

    def scrap(self, place: Place, rate: float, stream: Any) -> None:
        """Send a share `rate` of the parts to `place` instead; `stream` draws uniformly from 0..1."""
        self._scrap = (place, rate, stream)
        self.drawn, self.only = True, None

    def route(self) -> tuple[Place, ...]:
        """Return the places that may take the next part, in order of preference."""
        if self._scrap is not None and self._scrap[2].draw() < self._scrap[1]:
            return (self._scrap[0],)
        if self._stream is None:
            return self.all
        return (self.all[bisect_right(self._bounds, self._stream.draw())],)

    def state(self) -> Any:
        """Return plain data for `load`."""
        scrap = None if self._scrap is None else self._scrap[2].state()
        return scrap, None if self._stream is None else self._stream.state()

    def load(self, state: Any) -> None:
        """Go on where `state` was taken."""
        scrap, share = state
        if self._scrap is not None:
            self._scrap[2].load(scrap)
        if self._stream is not None:
            self._stream.load(share)


class Place:
    """A node of the running model.

    Attributes:
        index: Position in the plant and in the log's places.
        rank: Lower is further downstream.
        waiters: Givers that wait for room here.
        dirty: True while registered to be settled at this instant.
        full: True while no part can be taken.
        only: The successor where there is just one.
        drawn: Whether each part draws its successor.
    """

    __slots__ = ("dirty", "drawn", "full", "index", "moves", "node", "only", "rank", "router", "sim", "waiters")

    def __init__(self, sim: Simulation, node: Node, index: int) -> None:
        self.sim, self.node, self.index, self.rank = sim, node, index, 0
        self.waiters: list[Giver] = []
        self.dirty = self.full = False
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

    def start(self, now: float) -> None:
        """Begin at time zero."""

    def touch(self) -> None:
        """Have this place settled before time goes on."""
        if not self.dirty:
            self.dirty = True
            self.sim.dirty.append(self)

    def pull(self, now: float) -> None:
        """Take a part from the giver whose part has waited longest."""
        waiters = self.waiters
        giver = waiters[0] if len(waiters) == 1 else min(waiters, key=longest)
        part = giver.give(now)
        if self.moves is not None:
            self.moves((now, giver.home.index, self.index, part))
        self.take(part, now)

    def state(self) -> Any:
        """Return plain data for `load`."""
        raise NotImplementedError

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        raise NotImplementedError


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
            if not target.dirty and not target.full:
                target.touch()

    def waiting(self) -> float:
        """Return since when the part has been waiting, s."""
        return self.since

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
