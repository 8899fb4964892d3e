# SPDX-License-Identifier: Apache-2.0
"""What a payload format is: it reads untrusted bytes of a topic and gives readings; where they belong is not its concern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from ..message import Message, Outgoing


class Refused(ValueError):
    """A message that is not taken; the text says why, in words for people."""


class Unknown(Refused):
    """A message that is sound, but about nothing that is known here."""


class Reading(NamedTuple):
    """One value that a message tells.

    Attributes:
        source: Who tells it: the topic, or for formats with devices the device ("spBv1.0/Plant1/Line4/Press1",
            "vda5050/v3/ACME/AGV-01").
        name: What: a JSON pointer into the payload ("" the whole, "/spindle/rpm"), or the metric's name. With a value of None
            and an empty name, all that this source and what lies below it ever told is no longer known (it has died).
        value: As sent; None: the source itself does not know it now.
        time: Unix time the source gives, s; None: it gives none.
        unit: As sent; empty: none given.
        good: Whether the source calls the value good.
    """

    source: str
    name: str
    value: float | str | bool | None
    time: float | None = None
    unit: str = ""
    good: bool = True


class Format(Protocol):
    """Reads the messages of some topics. Used on one thread; `claims` and `is_event` must be safe on any thread.

    Third parties add theirs by an entry point of the group `factory_twin.formats`: a callable without arguments that
    returns one.

    Attributes:
        name: Lower-case word, as users write it.
    """

    name: str

    def filters(self) -> tuple[str, ...]:
        """Return the topic filters to subscribe to."""

    def claims(self, topic: str) -> bool:
        """Return whether this format reads the messages of a topic."""

    def is_event(self, topic: str) -> bool:
        """Return whether each message of a topic counts (births, states, counts); those are never replaced by a newer one."""

    def read(self, message: Message) -> Sequence[Reading]:
        """Return what a message tells, in order.

        Raises:
            Refused: It can't be understood; nothing of it was taken.
        """

    def requests(self, now: float) -> Sequence[Outgoing]:
        """Return what is to be sent at `now` (monotonic, s), such as a request to tell everything anew; mostly nothing."""

    def save(self) -> bytes:
        """Return what was learned from messages and is needed to read later ones (aliases); empty when nothing is."""

    def load(self, saved: bytes) -> None:
        """Go on from what `save` returned."""
