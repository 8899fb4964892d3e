# SPDX-License-Identifier: Apache-2.0
"""From messages to samples: formats read them, the router says where each value belongs. Counts what is not taken, and why."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from ..binding import Discovery, Router
from ..formats import Refused, Unknown
from ..formats.registry import Formats
from ..message import Message
from ..sample import Sample

ROUTER = "router"
"""Name under which the router's knowledge is saved beside that of the formats."""
LISTED, _LONGEST, _REASONS = 100, 120, 200


class Reject(NamedTuple):
    """A message that was not taken, or not in whole: its topic (shortened), why, and the Unix time it arrived (s)."""

    topic: str
    reason: str
    time: float


@dataclass(slots=True)
class Counts:
    """What became of messages and values.

    Attributes:
        accepted: Messages that told something of the plant, or of who tells it.
        rejected: Messages that could not be understood.
        unknown: Sound messages about nothing that is known here.
        values: Values that found their place.
        lost: Values within accepted messages that could not be taken.
        rejects: The last messages not taken, oldest first.
        reasons: How often each reason was given; of reasons that come up late only the sum ("other reasons").
    """

    accepted: int = 0
    rejected: int = 0
    unknown: int = 0
    values: int = 0
    lost: int = 0
    rejects: deque[Reject] = field(default_factory=lambda: deque(maxlen=LISTED))
    reasons: Counter[str] = field(default_factory=Counter)

    def note(self, message: Message, reason: str) -> None:
        """Take down why a message, or a part of it, was not taken."""
        self.rejects.append(Reject(message.topic[:_LONGEST], reason, message.wall))
        self.reasons[reason if reason in self.reasons or len(self.reasons) < _REASONS else "other reasons"] += 1


class Intake:
    """Reads messages, in the order in which they came.

    Args:
        formats: The formats, with what they have learnt so far.
        router: Says where readings belong.
        discovery: Takes down what comes, bound or not; None: nothing does.

    Attributes:
        counts: What became of the messages.
    """

    def __init__(self, formats: Formats, router: Router, discovery: Discovery | None = None) -> None:
        self.formats, self.router, self.discovery = formats, router, discovery
        self.counts = Counts()

    def read(self, message: Message) -> list[Sample]:
        """Return the values that a message tells; none when it is not taken (`counts` says why). Never raises."""
        counts = self.counts
        found = self.formats.which(message.topic)
        if found is None:
            counts.unknown += 1
            counts.note(message, "No format reads this topic.")
            return []
        try:
            readings = found.read(message)
        except Refused as error:
            unknown = isinstance(error, Unknown)
            counts.unknown += unknown
            counts.rejected += not unknown
            counts.note(message, str(error))
            return []
        samples: list[Sample] = []
        wrong: Refused | None = None
        lost = 0
        for reading in readings:
            if self.discovery is not None:
                self.discovery.see(reading, message.wall)
            try:
                samples += self.router.route(reading, message.wall, retained=message.retained)
            except Unknown as error:
                wrong = wrong or error
            except Refused as error:
                lost += 1
                if not isinstance(wrong, Refused) or isinstance(wrong, Unknown):
                    wrong = error
        if samples or wrong is None:
            counts.accepted += 1
            counts.values += len(samples)
            counts.lost += lost
            if lost:
                counts.note(message, str(wrong))
        else:
            counts.unknown += not lost
            counts.rejected += bool(lost)
            counts.note(message, str(wrong))
        return samples

    def save(self) -> dict[str, bytes]:
        """Return what formats and router have learnt and need to read on; the bytes are the same objects while they hold."""
        return {**{f.name: f.save() for f in self.formats}, ROUTER: self.router.save()}

    def load(self, saved: dict[str, bytes]) -> None:
        """Go on from what `save` returned; what is not in it stays as it is."""
        for part in self.formats:
            if saved.get(part.name):
                part.load(saved[part.name])
        if saved.get(ROUTER):
            self.router.load(saved[ROUTER])
