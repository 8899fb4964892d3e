# SPDX-License-Identifier: Apache-2.0
"""What is recorded under which name, and how the recorder is doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ..event import Event, Kind, State


class Key(NamedTuple):
    """What the values of one tag are about.

    Attributes:
        kind: MOVE, STATE or VALUE.
        place: Prim path.
        other: MOVE: prim path entered. VALUE: name of the quantity.
        number: STATE: server index; else -1.
    """

    kind: int
    place: str
    other: str
    number: int

    @property
    def name(self) -> str:
        """Name of the tag within its place."""
        if self.kind == Kind.VALUE:
            return self.other
        if self.kind == Kind.STATE:
            return "state" if self.number <= 0 else f"state:{self.number}"
        return f"move:{self.other}"

    def event(self, time: float, value: float) -> Event:
        """Return the event that a stored row stands for."""
        if self.kind == Kind.VALUE:
            return Event(time, Kind.VALUE, self.place, self.other, -1, State.UNKNOWN, value)
        if self.kind == Kind.STATE:
            return Event(time, Kind.STATE, self.place, "", self.number, State(int(value)))
        return Event(time, Kind.MOVE, self.place, self.other, int(value))


class Tag(NamedTuple):
    """A recorded series.

    Attributes:
        place: Prim path.
        name: Quantity; "state" (of server 0), "state:1" (of server 1); "move:/path" (parts that went there).
        count: Values stored.
        first: Time of the oldest, Unix s.
        last: Time of the newest, Unix s.
    """

    place: str
    name: str
    count: int  # type: ignore[assignment]
    first: float
    last: float


class Last(NamedTuple):
    """The last value of a tag before a moment.

    Attributes:
        time: Unix s.
        value: SI unit; the number of a `State`, or of a part.
    """

    time: float
    value: float


@dataclass(frozen=True, slots=True)
class HistoryStatus:
    """A snapshot of the recorder.

    Attributes:
        folder: Where it is.
        size: Bytes on disk.
        tags: Series.
        values: Values stored or waiting to be.
        messages: Messages in the journal.
        first: Time of the oldest value, Unix s; nan: there is none.
        last: Time of the newest value, Unix s; nan: there is none.
        behind: Messages whose values were not handed over yet.
        waiting: Values handed over and not yet committed.
        dropped: Messages not kept, since the broker had sent them before.
        refused: Values not kept: their time is not finite, or there are too many tags.
        error: What went wrong, until it goes well again; empty when nothing did.
    """

    folder: str
    size: int
    tags: int
    values: int
    messages: int
    first: float
    last: float
    behind: int
    waiting: int
    dropped: int
    refused: int
    error: str
