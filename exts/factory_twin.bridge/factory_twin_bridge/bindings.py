# SPDX-License-Identifier: Apache-2.0
"""Where values go now, and the edits that bind them elsewhere. No UI."""

from __future__ import annotations

from factory_twin.binding import Seen, Suggestion, bind, unbind
from factory_twin.binding.guess import quantities
from factory_twin.edit import Edit, Group
from factory_twin.formats import Refused
from factory_twin.plant import Binding
from factory_twin.quantity import QUANTITIES
from pxr import Usd

from .model import LiveModel

TARGETS = tuple(q for q in QUANTITIES if q not in ("health", "alarm"))


class Bindings:
    """Looks up bindings of the model's feed; what it found is kept while the feed stays.

    Args:
        model: Has a feed.
    """

    def __init__(self, model: LiveModel) -> None:
        self._model = model
        self._feed: object = None
        self._known: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}

    def places(self, row: Seen) -> tuple[tuple[str, str], ...]:
        """Return (prim path, quantity or attribute) of each thing that a value goes to."""
        feed = self._model.feed
        if feed is None:
            return ()
        if feed is not self._feed:
            self._feed = feed
            self._known.clear()
        key = row.source, row.name
        found = self._known.get(key)
        if found is None:
            try:
                found = feed.intake.router.tags(*key)
            except Refused:  # or unknown
                found = ()
            self._known[key] = found
        return found

    def text(self, row: Seen) -> str:
        """Return where a value goes, in words."""
        return ", ".join(f"{self._model.name(p)} {q}" for p, q in self.places(row)) or "not bound"

    def made(self, row: Seen) -> list[Binding]:
        """Return the bindings on the stage through which a value goes; those can be taken away."""
        feed = self._model.feed
        if feed is None:
            return []
        goes = set(self.places(row))
        return [b for b in feed.bindings if (b.path, b.target) in goes and b.topic and b.pointer == row.name]

    def suggestions(self, row: Seen) -> list[Suggestion]:
        """Return where a value may belong, best first, without where it goes already."""
        feed = self._model.feed
        if feed is None:
            return []
        goes = set(self.places(row))
        return [s for s in feed.discovery.suggest(row.source, row.name) if (s.prim, s.quantity) not in goes]

    def quantity(self, row: Seen, path: str = "") -> str:
        """Return what a value is likely to be, of that prim if anything was found for it; empty: no idea."""
        found = self.suggestions(row)
        of_it = next((s.quantity for s in found if s.prim == path), "")
        guesses = quantities(f"{row.source} {row.name}", row.unit, row.value)
        return of_it or (guesses[0][0] if guesses else "") or (found[0].quantity if found else "")

    def bind(self, stage: Usd.Stage, row: Seen, path: str, quantity: str) -> Edit:
        """Return the edit that binds a value to a prim.

        Raises:
            FactoryTwinError: There is no such prim, or the topic can't be bound.
        """
        return bind(stage, path, row.source, row.name, quantity)

    def unbind(self, row: Seen) -> Edit | None:
        """Return the edit that takes a value's bindings away; None when there are none on the stage."""
        found = self.made(row)
        if not found:
            return None
        edits = tuple(unbind(b.path, b.name) for b in found)
        return edits[0] if len(edits) == 1 else Group(f"Unbind {row.source}", edits)
