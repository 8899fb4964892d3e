# SPDX-License-Identifier: Apache-2.0
"""The live feed: broker -> inbox -> Events -> last values (and a log) -> session layer, one small step per frame."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from time import monotonic

from pxr import Usd

from .errors import FactoryTwinError
from .event import Event
from .live import LiveLayer, LiveState
from .log import Log
from .mqtt import Decoder, Inbox, Link, LinkStatus, Reject, topics
from .plant import Plant

_log = logging.getLogger(__name__)
_SHARE = 0.6  # of the frame's budget goes to reading, the rest to writing the stage


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """How a feed is doing.

    Attributes:
        link: The connection: state word, reason, counts.
        waiting: Messages in the inbox.
        coalesced: Messages replaced by a newer one of their topic because the inbox was full.
        accepted: Messages that gave an event.
        rejected: Messages that could not be understood.
        unknown: Messages about places or signals that the plant does not have.
        writes: Attribute values written to the stage.
        error: What went wrong in a frame, until values are written again; empty when nothing did.
        rejects: The last messages not taken, with reasons, oldest first.
    """

    link: LinkStatus
    waiting: int
    coalesced: int
    accepted: int
    rejected: int
    unknown: int
    writes: int
    error: str
    rejects: tuple[Reject, ...]


class Feed:
    """Shop-floor values of a plant, live on its stage. Everything but the link runs on the caller's thread.

    Args:
        stage: Open stage; its session layer shows the values.
        plant: What `read_plant(stage)` gave: the known places.
        url: Broker, `mqtt://host:port` or `mqtts://host:port`.
        prefix: First levels of all topics.
        user: User name, else from the URL or FACTORY_TWIN_MQTT_USER.
        password: Else from the URL or FACTORY_TWIN_MQTT_PASSWORD; never logged.
        authority: File of a certificate authority, else from FACTORY_TWIN_MQTT_CA, else the system's.
        stale_after: Silence after which a value is stale, s.
        log: Where all events are recorded, at Unix time minus its origin; None: nowhere.

    Attributes:
        live: Last values: `feed.live.rows(time.monotonic())` fills a table.
        layer: What is written on the stage.

    Raises:
        LinkError: The URL or the prefix is not valid.
    """

    def __init__(self, stage: Usd.Stage, plant: Plant, url: str, *, prefix: str = topics.PREFIX, user: str | None = None,
                 password: str | None = None, authority: str | None = None, stale_after: float = 10.0,
                 log: Log | None = None) -> None:  # fmt: skip
        self.decoder = Decoder(topics.places_by_name(plant), prefix)
        self.inbox = Inbox(events=topics.is_event)
        self.link = Link(url, (topics.subscription(prefix),), self.inbox, user=user, password=password, authority=authority)
        self.live = LiveState((n.path for n in plant.nodes), stale_after=stale_after)
        self.layer = LiveLayer(stage, self.live)
        self.log = log
        self._origin = 0.0 if log is None or log.origin != log.origin else log.origin
        self._error = ""

    def start(self) -> None:
        """Connect, in the background; returns at once."""
        self.link.start()

    def stop(self, *, clear: bool = True) -> None:
        """Disconnect (within about a second) and, with `clear`, take all values off the stage again."""
        self.link.stop()
        if clear:
            self.layer.clear()

    def frame(self, budget: float = 0.004, *, now: float | None = None) -> int:
        """Take in what has come and show it; call it once per frame. Never raises: see `status.error`.

        Args:
            budget: Wall time to spend at most, s, roughly.
            now: Monotonic time, s; leave it out but in tests.

        Returns:
            Number of values written to the stage.
        """
        try:
            for message in self.inbox.drain(budget=budget * _SHARE):
                event = self.decoder.decode(message)
                if event is not None:
                    self.live.feed(event, message.arrival, retained=message.retained)
                    self._record(event, message.retained)
            written = self.layer.flush(monotonic() if now is None else now)
            self._error = "" if written else self._error
            return written
        except Exception as error:  # the border to a frame callback
            text = str(error) if isinstance(error, FactoryTwinError) else f"{type(error).__name__}: {error}"
            if text != self._error:
                _log.exception("The live feed could not finish a frame.")
            self._error = text
            return 0

    @property
    def status(self) -> FeedStatus:
        """How the feed is doing now."""
        decoder = self.decoder
        return FeedStatus(
            link=self.link.status, waiting=len(self.inbox), coalesced=self.inbox.coalesced, accepted=decoder.accepted,
            rejected=decoder.rejected, unknown=decoder.unknown, writes=self.layer.writes, error=self._error,
            rejects=tuple(decoder.rejects),
        )  # fmt: skip

    def _record(self, event: Event, retained: bool) -> None:
        if self.log is not None and not retained:
            self.log.append(event._replace(time=event.time - self._origin))
