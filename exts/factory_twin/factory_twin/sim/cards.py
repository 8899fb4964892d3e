# SPDX-License-Identifier: Apache-2.0
"""Pull control: a loop of cards. Who begins a part in the loop needs a card; the part gives it back where the loop ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plant import CardLoop

if TYPE_CHECKING:
    from .place import Place


class Loop:
    """A card loop at work (CONWIP, kanban).

    Attributes:
        index: In `Plant.loops`.
        free: Cards that hang on no part.
        begin: Places that need a card.
    """

    __slots__ = ("begin", "free", "index", "node")

    def __init__(self, node: CardLoop, index: int) -> None:
        self.node, self.index, self.free = node, index, node.cards
        self.begin: list[Place] = []

    def take(self) -> None:
        """Take a card off the board; there must be one."""
        self.free -= 1
        if len(self.begin) > 1 or not self.free:
            for place in self.begin:
                if self.free:
                    place.touch()  # it may have stood back
                else:
                    place.no_card()

    def allows(self, place: Place) -> bool:
        """Return whether a place may take a card: there are more than places that could use one and have waited longer."""
        if len(self.begin) == 1 or not self.free:
            return self.free > 0
        own = place.claim()
        claims = [(p.claim(), p.index) for p in self.begin if p is not place]
        return sum(c is not None and own is not None and (c, i) < (own, place.index) for c, i in claims) < self.free

    def put_back(self, now: float) -> None:
        """A card is free again: who waits for one may begin at this instant."""
        self.free += 1
        for place in self.begin:
            place.touch()

    def state(self) -> Any:
        """Return plain data for `load`."""
        return self.free

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.free = state
