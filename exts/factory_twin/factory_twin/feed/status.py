# SPDX-License-Identifier: Apache-2.0
"""How a feed is doing, for people and panels."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from ..mqtt import LinkStatus
from .intake import Reject

if TYPE_CHECKING:
    from ..history import HistoryStatus

_SPAN = 1.0


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """A snapshot of a feed.

    Attributes:
        link: The connection: state word, reason, counts.
        waiting: Messages in the inbox.
        coalesced: Messages not shown because a newer one of their topic came before it was their turn; the recorder has them.
        accepted: Messages that told something.
        rejected: Messages that could not be understood.
        unknown: Messages about nothing that the plant has.
        values: Values taken.
        lost: Values within accepted messages that could not be taken.
        late: Values older than the one shown.
        duplicates: Values that were there already.
        rate: Messages per second, over the last second.
        lag: How long the last message waited between its arrival and its reading, s.
        writes: Attribute values written to the stage.
        error: What went wrong in a frame, until values are written again; empty when nothing did.
        rejects: The last messages not taken, with reasons, oldest first.
        reasons: How often each reason was given, most often first.
        history: The recorder; None: nothing is recorded.
        behind: Messages that the recorder has, but whose values are not stored yet.
        broken: Formats of others that could not be loaded: name and reason.
    """

    link: LinkStatus
    waiting: int
    coalesced: int
    accepted: int
    rejected: int
    unknown: int
    values: int
    lost: int
    late: int
    duplicates: int
    rate: float
    lag: float
    writes: int
    error: str
    rejects: tuple[Reject, ...]
    reasons: tuple[tuple[str, int], ...]
    history: HistoryStatus | None
    behind: int
    broken: tuple[tuple[str, str], ...]


class Meter:
    """Counts per second, over about the last second."""

    __slots__ = ("_at", "_count", "rate")

    def __init__(self) -> None:
        self.rate = 0.0
        self._at, self._count = monotonic(), 0

    def see(self, count: int, now: float) -> None:
        """Take a running total at `now` (monotonic, s)."""
        span = now - self._at
        if span >= _SPAN:
            self.rate = (count - self._count) / span
            self._at, self._count = now, count
