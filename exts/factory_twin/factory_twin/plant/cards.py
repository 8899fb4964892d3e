# SPDX-License-Identifier: Apache-2.0
"""Pull control."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLoop:
    """Pull control by cards.

    Attributes:
        path: Prim path.
        name: Display name.
        cards: Parts in the loop at most.
        begin: Prim paths of sources whose parts need a card to leave, and of stations that need one to start a part.
        end: Prim paths of places where the card comes off: entering a sink, leaving any other place.
    """

    path: str
    name: str = ""
    cards: int = 1
    begin: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
