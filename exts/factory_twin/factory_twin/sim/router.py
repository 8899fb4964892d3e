# SPDX-License-Identifier: Apache-2.0
"""Where a part goes next: by its process plan, by shares, in turn, to the shortest queue, or to the first that is free."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from .part import NONE, Part, Parts
from .place import level

if TYPE_CHECKING:
    from .place import Place


class Router:
    """Which successors a part may go to, asked once per part, when it is finished here.

    Attributes:
        all: Every successor, in order.
        only: The successor where there is just one.
        drawn: Whether each part has to ask.
    """

    __slots__ = (
        "_again", "_faults", "_parts", "_plans", "_rework", "_reworked", "_rule", "_scrap", "_scrapped", "_stream", "_turn",
        "_weights", "all", "drawn", "only",
    )  # fmt: skip

    def __init__(self, targets: tuple[Place, ...], weights: tuple[float, ...], stream: Any, *, rule: str = "first") -> None:
        self.all = targets
        several = len(targets) > 1
        self._weights = {p.index: w for p, w in zip(targets, weights)} if several else {}
        self._stream = stream if self._weights else None
        self._rule = rule if several and not self._weights else "first"
        self._turn = 0
        self._faults: Any = None
        self._scrap = self._rework = 0.0
        self._scrapped: Place
        self._reworked: Place
        self._parts: Parts
        self._again: frozenset[str]
        self._plans: Plans | None = None
        self.drawn = self._stream is not None or self._rule != "first"
        self.only = targets[0] if len(targets) == 1 else None

    def faults(self, stream: Any) -> None:
        """Draw for every part whether it is scrap, to be reworked, or good; `stream` draws uniformly from 0..1."""
        self._faults = stream
        self.drawn, self.only = True, None

    def scrap(self, place: Place, rate: float) -> None:
        """Send a share `rate` of the parts to `place` instead."""
        self._scrapped, self._scrap = place, rate

    def rework(self, place: Place, rate: float, parts: Parts, again: frozenset[str]) -> None:
        """Send a share `rate` of the parts to `place` instead; steps done at the stations `again` are undone."""
        self._reworked, self._rework = place, rate
        self._parts, self._again = parts, again

    def follow(self, plans: Plans) -> None:
        """Send parts where their process plan leads."""
        self._plans = plans
        self.drawn, self.only = True, None

    def fixed(self, items: Parts, product: int, done: int) -> tuple[Place, ...] | None:
        """Return where every part of a product with those steps done goes; None when each part has to ask."""
        if self._faults is not None or self._stream is not None or self._rule != "first":
            return None
        return self.all if self._plans is None else self._plans.lead(product, done)

    def route(self, part: int) -> tuple[Place, ...]:
        """Return the places that may take the part, in order of preference."""
        if self._faults is not None:
            drawn = self._faults.draw()
            if drawn < self._scrap:
                return (self._scrapped,)
            if drawn < self._scrap + self._rework:
                self._parts.undo(self._parts[part], self._again)
                return (self._reworked,)
        targets = self.all if self._plans is None else self._plans.targets(part)
        if len(targets) == 1:
            return targets
        if self._stream is not None:
            return (self._by_share(targets),)
        if self._rule == "cyclic":
            self._turn += 1
            return (targets[(self._turn - 1) % len(targets)],)
        return tuple(sorted(targets, key=level)) if self._rule == "shortest" else targets

    def _by_share(self, targets: tuple[Place, ...]) -> Place:
        bounds = list(accumulate(self._weights[p.index] for p in targets))
        if bounds[-1] <= 0:  # none of the places that the plan leaves has a share
            return targets[0]
        return targets[min(bisect_right(bounds, self._stream.draw() * bounds[-1]), len(targets) - 1)]  # type: ignore[union-attr]

    def state(self) -> Any:
        """Return plain data for `load`."""
        return self._turn, tuple(None if s is None else s.state() for s in self._streams())

    def load(self, state: Any) -> None:
        """Go on where `state` was taken."""
        self._turn, streams = state
        for stream, data in zip(self._streams(), streams):
            if stream is not None:
                stream.load(data)

    def _streams(self) -> tuple[Any, ...]:
        return self._faults, self._stream


class Plans:
    """Which successors of a place lead to the next steps of a part.

    Args:
        parts: Of the model.
        leads: Each successor with the prim paths of the stations that parts get to from it without passing another one; a
            path "" stands for a sink.
    """

    __slots__ = ("_all", "_known", "_leads", "_parts")

    def __init__(self, parts: Parts, leads: tuple[tuple[Place, frozenset[str]], ...]) -> None:
        self._parts, self._leads = parts, leads
        self._all = tuple(place for place, _ in leads)
        self._known: dict[tuple[int, int], tuple[Place, ...]] = {}

    def targets(self, number: int) -> tuple[Place, ...]:
        """Return the successors that lead on; all when the part has no plan or none of them leads there."""
        part = self._parts[number]
        return self.lead(part.product, part.done)

    def lead(self, product: int, done: int) -> tuple[Place, ...]:
        """Return the successors that lead on a part of a product with those steps done."""
        key = product, done
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._find(product, done)
        return found

    def _find(self, product: int, done: int) -> tuple[Place, ...]:
        parts = self._parts
        part = Part(NONE, product)
        part.done = done
        plan = parts.plan(part)
        if not plan:
            return self._all
        wanted = {s for i in parts.open_steps(part) for s in plan[i].stations} or {""}
        return tuple(place for place, stations in self._leads if wanted & stations) or self._all
