# SPDX-License-Identifier: Apache-2.0
"""Messages to Events. What can't be understood is counted with its reason, never raised."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import LinkError
from ..event import Event, State
from ..event import state as state_event
from ..event import value as value_event
from ..message import Message
from . import topics
from .payload import Refused, Unknown, measure, read

KEPT = 20


@dataclass(frozen=True, slots=True)
class Reject:
    """A message that was not taken: Unix time of arrival (s), topic (cut), reason in words."""

    wall: float
    topic: str
    reason: str


class Decoder:
    """Reads messages of the default scheme.

    Args:
        places: Prim path for each name a topic may use; see `topics.places_by_name`.
        prefix: First levels of all topics.

    Attributes:
        accepted: Messages that gave an event.
        rejected: Messages that could not be understood.
        unknown: Messages about places or signals that the plant does not have.
        rejects: The last 20 messages not taken, with reasons.

    Raises:
        LinkError: The prefix is no valid topic.
    """

    def __init__(self, places: Mapping[str, str], prefix: str = topics.PREFIX) -> None:
        wrong = topics.prefix_fault(prefix)
        if wrong:
            raise LinkError(wrong, where=prefix, hint=f'Use a prefix such as "{topics.PREFIX}" or "site/line".')
        self.places, self.prefix = dict(places), prefix
        self.accepted = self.rejected = self.unknown = 0
        self.rejects: deque[Reject] = deque(maxlen=KEPT)
        self._routes: dict[str, tuple[str, str]] = {}

    def decode(self, message: Message) -> Event | None:
        """Return the event a message tells of, at its Unix time; None when it is not taken."""
        try:
            place, signal = self._routes.get(message.topic) or self._route(message.topic)
            sample = read(message.payload)
            found = measure(sample, signal)
        except Unknown as error:
            self.unknown += 1
            self._note(message, str(error))
            return None
        except Refused as error:
            self.rejected += 1
            self._note(message, str(error))
            return None
        self.accepted += 1
        time = message.wall if sample.time is None else sample.time
        if isinstance(found, State):
            return state_event(time, place, found)
        return value_event(time, place, signal, found)

    def _route(self, topic: str) -> tuple[str, str]:
        wrong = topics.fault(topic)
        if wrong:
            raise Refused(wrong)
        found = topics.split(topic, self.prefix)
        if found is None or found[1] not in topics.SIGNALS:
            raise Unknown(f"No topic of the form {self.prefix}/<place>/<signal>; signals: {', '.join(topics.SIGNALS)}.")
        if found[0] not in self.places:
            raise Unknown("The plant has no such place.")
        route = self.places[found[0]], found[1]
        self._routes[topic] = route  # bounded: known places times signals
        return route

    def _note(self, message: Message, reason: str) -> None:
        topic = message.topic if len(message.topic) <= 200 else message.topic[:200] + "..."
        self.rejects.append(Reject(message.wall, topic, reason))
