# SPDX-License-Identifier: Apache-2.0
"""The books of a plant: states, parts finished, scrap and parts here, per place, from its events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..event import Event, Kind, State, together
from ..plant import SCRAP, Plant, Sink, Source

SILENT = frozenset({"depart", "arrive", "load"})
"""Values in a log that are no measurements: they say how vehicles travel."""


class Ledger:
    """Follows events.

    Args:
        plant: Its places.

    Attributes:
        states: Present state per place that told one.
        parts: Parts finished per place (parts that left it; for a sink those that came).
        scrap: Parts scrapped per place.
        wip: Parts here per place.
    """

    def __init__(self, plant: Plant) -> None:
        self.states: dict[str, State] = {}
        self.parts: Counter[str] = Counter({n.path: 0 for n in plant.nodes})
        self.scrap: Counter[str] = Counter()
        self.wip: Counter[str] = Counter({n.path: 0 for n in plant.nodes if not isinstance(n, Source | Sink)})
        self._known = {n.path for n in plant.nodes} | {v.path for v in plant.vehicles}
        self._sinks = {n.path for n in plant.of(Sink)}
        self._servers: dict[str, dict[int, State]] = {}

    def take(self, event: Event) -> Iterable[str]:
        """Follow one event; return the places whose parts, scrap or wip it changed."""
        if event.kind is Kind.STATE:
            if event.place in self._known:
                servers = self._servers.setdefault(event.place, {})
                servers[event.number] = event.state
                self.states[event.place] = together(servers.values())
        elif event.kind is Kind.MOVE:
            return self._move(event)
        elif not event.place and event.other == "again":
            gone = [place for place, count in self.wip.items() if count]
            for place in gone:
                self.wip[place] = 0
            return gone
        return ()

    def _move(self, event: Event) -> Iterable[str]:
        self.parts[event.place] += 1
        if event.other in self._sinks:
            self.parts[event.other] += 1
        if event.other == SCRAP.path:
            self.scrap[event.place] += 1
        for place, change in ((event.place, -1), (event.other, 1)):
            if place in self.wip:
                self.wip[place] += change
        return (event.place, event.other)
