# SPDX-License-Identifier: Apache-2.0
"""Network losses: what a place says while it is cut off is lost, or kept and said afterwards."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from ..signals import Fault
from .word import Word

KEPT = 20_000
"""Words that wait for a network, at most; the oldest are lost then."""


class Gate:
    """Lets words through, or not.

    Args:
        faults: Those that are no network losses are left out.

    Attributes:
        lost: Words that will never be said.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._losses = [f for f in faults if f.kind == "network"]
        self._kept: deque[Word] = deque()
        self._held = Counter[str]()  # of those kept, by place
        self._shut: frozenset[str] = frozenset()
        self._known: dict[str, tuple[Fault, ...]] = {}
        self.lost = 0

    def loss(self, place: str, now: float) -> Fault | None:
        """Return the loss that cuts a place off at simulated time `now`, s."""
        if not self._losses:
            return None
        mine = self._known.get(place)
        if mine is None:
            mine = self._known[place] = tuple(f for f in self._losses if _covers(f.place, place))
        return next((f for f in mine if f.onset <= now < f.end), None)

    def shut(self, places: Iterable[str], now: float) -> frozenset[str]:
        """Return which of the places are cut off at simulated time `now`, s."""
        return frozenset(p for p in places if self.loss(p, now) is not None) if self._losses else frozenset()

    def let(self, words: Iterable[Word], now: float) -> list[Word]:
        """Return the words that get through at simulated time `now` (s): first those that waited, oldest first."""
        if not self._losses:
            return list(words)
        through = self._released(now)
        for word in words:
            fault = self.loss(word.place, now)
            if fault is None:
                through.append(word)
            elif fault.signal == "burst":
                self._kept.append(word)
                self._held[word.place] += 1
            else:
                self.lost += 1
        while len(self._kept) > KEPT:
            self._held[self._kept.popleft().place] -= 1
            self.lost += 1
        return through

    def _released(self, now: float) -> list[Word]:
        """Take out the words of places that are back; with thousands waiting, only when there are such places."""
        back = {place for place, count in self._held.items() if count and self.loss(place, now) is None}
        if not back:
            return []
        through = [word for word in self._kept if word.place in back]
        self._kept = deque(word for word in self._kept if word.place not in back)
        for place in back:
            del self._held[place]
        return through

    @property
    def waiting(self) -> int:
        """Words that wait for their network."""
        return len(self._kept)


def _covers(prim: str, place: str) -> bool:
    return place == prim or place.startswith(f"{prim.rstrip('/')}/")
