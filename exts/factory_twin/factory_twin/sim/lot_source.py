# SPDX-License-Identifier: Apache-2.0
"""A source with all options: product mix, batches, work orders, lost parts, card loops."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from itertools import accumulate
from math import inf
from typing import TYPE_CHECKING, Any

from ..distribution import Distribution
from ..errors import SimulationError
from ..plant import Source
from .agenda import Alarm
from .place import Offer, Place, first_free
from .source import ENDLESS

if TYPE_CHECKING:
    from .cards import Loop

_SHARE = Distribution("uniform", (0.0, 1.0))


class LotSource(Place):
    """Makes parts at arrivals, at the release of orders, or whenever one is accepted; in that order they wait outside.

    Attributes:
        waiting: (part number, since when in s) of parts outside, first in first out.
        begins: Card loops that begin here.
        chosen: True while registered to lose what is not taken at this instant.
        loses: Whether parts that are not accepted at once are lost (only parts that arrive; others wait to be asked for).
        left: Parts that may still come; infinite without a limit.
    """

    __slots__ = (
        "alarm",
        "begins",
        "chosen",
        "counted",
        "left",
        "loses",
        "mix",
        "offer",
        "releases",
        "repeats",
        "stream",
        "waiting",
    )

    node: Source

    def __init__(self, sim: Any, node: Source, index: int) -> None:
        super().__init__(sim, node, index)
        self.full = True
        self.releases = _releases(sim, node)
        self.left: float = node.limit if node.limit >= 0 else inf
        if node.orders:
            self.left = min(self.left, len(self.releases))
        self.loses = node.lose and (node.interarrival is not None or bool(node.orders))
        self.waiting: deque[tuple[int, float]] = deque()
        self.begins: tuple[Loop, ...] = ()
        self.mix = Mix(sim, node)
        self.offer = LotOffer(self)
        self.alarm = Alarm(sim.env, self._arrive)
        self.stream = None if node.interarrival is None else sim.stream(node.interarrival, node.path, "interarrival")
        self.counted, self.repeats = -1.0, 0
        self.chosen = False

    def start(self, now: float) -> None:
        """Wait for the first arrival; where no arrivals are timed, have the first part ready."""
        if self.left <= 0:
            return
        if self.stream is not None:
            first = self.node.first
            self.alarm.arm(now + (self.stream.draw() if first is None else self._first(first)))
        else:
            self._ready(now)

    def _first(self, first: Distribution) -> float:
        return float(self.sim.stream(first, self.node.path, "first").draw())

    def _ready(self, now: float) -> None:
        """Untimed arrivals: have the next part wait, from its release on."""
        if self.left <= 0 or self.waiting:
            return
        release = self.releases[0][0] if self.releases else 0.0
        if self.node.first is not None and now == 0.0 and not self.releases:
            release = self._first(self.node.first)
        if release > now:
            if self.alarm.time is None:
                self.alarm.arm(release)
            return
        self._make(now)

    def _make(self, now: float) -> None:
        """One more part waits outside."""
        self.left -= 1
        product, order = self.releases.popleft()[1:] if self.node.orders else (self.mix.draw(), -1)
        self.waiting.append((self.sim.items.make(product, order), now))
        if len(self.waiting) > ENDLESS:
            raise SimulationError(
                f"More than {ENDLESS} parts wait outside.",
                where=self.node.path,
                hint="The line is slower than this source, or no time passes between parts: set interarrival or limit.",
            )
        self.touch()

    def _arrive(self, now: float) -> None:
        self.alarm.time = None
        if self.stream is None:
            self._ready(now)
            return
        for _ in range(self.node.batch):
            if self.left > 0:
                self._make(now)
        if self.left > 0:
            self.alarm.arm(now + self.stream.draw())

    def settle(self, now: float) -> None:
        """Hand over or offer the parts that have their cards; where parts don't wait, those nobody takes will be lost."""
        while self.waiting and not self.offer.offered and all(loop.allows(self) for loop in self.begins):
            part, since = self.waiting[0]
            targets = self.router.route(part)
            free = first_free(targets)
            if free is None:
                self.offer.offer(targets, since)
                break
            self.waiting.popleft()
            if self.moves is not None:
                self.moves((now, self.index, free.index, part))
            self.gone(part, now)
            free.take(part, now)
        for target in self.offer.offered:
            if target.choosy:
                target.touch()  # it may have waited for one more
        if self.loses and self.waiting and not self.chosen:
            self.chosen = True
            self.sim.later.append(self)  # asked when everything downstream has moved

    def choose(self, now: float) -> None:
        """Lose the parts that nobody took at this instant."""
        if self.waiting:
            self._lose(now)

    def _lose(self, now: float) -> None:
        """Everything downstream has moved, and these were not taken."""
        self.offer.withdraw()
        for number, _ in self.waiting:
            if self.moves is not None:
                self.moves((now, self.index, self.sim.lost, number))
            self.sim.items.drop(number, now)
        self.waiting.clear()

    def no_card(self) -> None:
        """No part may leave."""
        self.offer.withdraw()

    def claim(self) -> tuple[float, int] | None:
        """Return (since when the next part waits outside, its number); None where nothing would take it."""
        if not (self.waiting and any(t.wants() or t.choosy for t in self.router.all)):
            return None
        number, since = self.waiting[0]
        return since, number

    def gone(self, part: int, now: float) -> None:
        """The part has left; see to the next."""
        sim = self.sim
        for loop in self.begins:
            loop.take()
            sim.items.give_card(part, loop)
        if self.stream is None:
            self._count(now)
            self._ready(now)
        if self.waiting:
            self.touch()

    def _count(self, now: float) -> None:
        """Raise when parts pour out without time going on."""
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
            tuple(self.releases),
            self.alarm.time,
            stream,
            self.mix.state(),
            self.offer.offer_state(),
            self.router.state(),
        )

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.left, waiting, releases, alarm, stream, mix, offer, router = state
        self.waiting, self.releases = deque(waiting), deque(releases)
        if alarm is not None:
            self.alarm.arm(alarm)
        if self.stream is not None:
            self.stream.load(stream)
        self.mix.load(mix)
        self.offer.load_offer(offer)
        self.router.load(router)


class LotOffer(Offer):
    """Gives the part that has waited longest outside."""

    __slots__ = ()

    home: LotSource

    def available(self, now: float) -> float:
        """Return how many parts could leave now: those outside, or, where none has to arrive, all that are left."""
        home = self.home
        cards = min((loop.free for loop in home.begins), default=inf)
        if home.drawn:
            return 1
        return min(cards, len(home.waiting) + (home.left if home.stream is None and not home.releases else 0))

    def peek(self, now: float) -> int:
        """Return the next part."""
        return self.home.waiting[0][0]

    def give(self, now: float) -> int:
        """Hand over the next part."""
        home = self.home
        part, _ = home.waiting.popleft()
        self.withdraw()
        home.gone(part, now)
        if home.waiting and all(loop.allows(home) for loop in home.begins):
            self.offer(home.router.route(home.waiting[0][0]), home.waiting[0][1])
        return part


class Mix:
    """The products of a source: drawn by their shares, or in turn."""

    __slots__ = ("_bounds", "_cyclic", "_products", "_stream", "_turn")

    def __init__(self, sim: Any, node: Source) -> None:
        self._products: tuple[int, ...] = tuple(sim.items.index(p) for p in node.products) or (-1,)
        weights = node.product_weights or (1.0,) * len(self._products)
        whole = math.fsum(weights)
        self._bounds = [b / whole for b in accumulate(weights)][:-1]
        self._cyclic, self._turn = node.cyclic, 0
        drawn = len(self._products) > 1 and not node.cyclic
        self._stream = sim.stream(_SHARE, node.path, "product") if drawn else None

    def draw(self) -> int:
        """Return the index of the next product."""
        if self._stream is not None:
            return self._products[bisect_right(self._bounds, self._stream.draw())]
        self._turn += 1
        return self._products[(self._turn - 1) % len(self._products)]

    def state(self) -> Any:
        """Return plain data for `load`."""
        return self._turn, None if self._stream is None else self._stream.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self._turn, stream = state
        if self._stream is not None:
            self._stream.load(stream)


def _releases(sim: Any, node: Source) -> deque[tuple[float, int, int]]:
    """Return (release in s, product index, order index) of every part ordered, by release."""
    index = {o.path: i for i, o in enumerate(sim.plant.orders)}
    parts = []
    for path in node.orders:
        order = sim.plant.orders[index[path]]
        parts += [(order.release, sim.items.index(order.product), index[path])] * order.quantity
    return deque(sorted(parts, key=lambda p: p[0]))
