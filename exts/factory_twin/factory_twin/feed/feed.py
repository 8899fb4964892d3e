# SPDX-License-Identifier: Apache-2.0
"""The live feed of a stage: everything between a broker and the session layer, one small step per frame."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from time import monotonic, perf_counter
from time import time as unix_time
from typing import TYPE_CHECKING

from pxr import Usd

from ..binding import Binding, Discovery, Filters, Router, read_bindings
from ..errors import FactoryTwinError, Issue
from ..formats.registry import Formats, formats
from ..live import LiveLayer, LiveState, Verdict
from ..log import Log
from ..message import Message
from ..mqtt import Inbox, Link
from ..plant import Plant, Station
from ..sample import Sample, to_event
from ..topic import PREFIX
from .health import Health
from .identity import identity
from .intake import Intake
from .recording import Recording
from .status import FeedStatus, Meter

if TYPE_CHECKING:
    from ..history import History

_log = logging.getLogger(__name__)
_READ, _CATCH_UP = 0.55, 0.2
"""Shares of a frame's budget; the rest goes to writing the stage."""
MANY = 300
"""Stations; more of them have an andon board, for nobody can see so many lamps."""
ASK = 0.25
"""Time between two looks at what the formats want to ask of their senders, s."""


class Feed:
    """Shop-floor values of a plant, live on its stage. Everything but the link runs on the caller's thread.

    Args:
        stage: Open stage; its session layer shows the values.
        plant: What `read_plant(stage)` gave: the known places.
        url: Broker, `mqtt://host:port`, or `mqtts`, `ws`, `wss`.
        prefix: First levels of the default topics.
        bindings: Which values go where; None: those on the stage.
        user: User name, else from the URL or FACTORY_TWIN_MQTT_USER.
        password: Else from the URL or FACTORY_TWIN_MQTT_PASSWORD; never logged.
        authority: File of a certificate authority, else from FACTORY_TWIN_MQTT_CA, else the system's.
        certificate: File with our own certificate, for brokers that demand one.
        key: File with its key; empty: it is in the same file.
        credentials: Where user and password are kept: "env:NAME", "keyring:SERVICE" or "file:PATH".
        client_id: Our name at the broker; empty: with a recorder one that stays, so that the broker keeps what comes while
            we are away; else a random one.
        formats: Names of the payload formats to read; None: all there are.
        stale_after: Silence after which a value is stale where its binding says nothing else, s.
        history: The recorder; opened and closed by the caller. Messages are acknowledged only when it has them.
        health: Whether machine health is watched; with a recorder, alarms and what is normal are kept in its folder.
        log: Where all events are put, too, at Unix time minus its origin; None: nowhere.
        watch: Gets each value that counts, with the monotonic time it arrived (s).

    Attributes:
        live: Last values: `feed.live.rows(time.monotonic())` fills a table.
        layer: What is written on the stage.
        health: Alarms, health and OEE of the machines; None: not watched.
        discovery: What comes over the wire, bound or not.
        bindings: Those in use.
        problems: Bindings on the stage that are not in use, and why.

    Raises:
        LinkError: The URL or the prefix is not valid.
        HistoryError: The recorder can't be read.
    """

    def __init__(self, stage: Usd.Stage, plant: Plant, url: str, *, prefix: str = PREFIX,
                 bindings: Sequence[Binding] | None = None, user: str | None = None, password: str | None = None,
                 authority: str | None = None, certificate: str = "", key: str = "", credentials: str = "",
                 client_id: str = "", formats: Sequence[str] | None = None, stale_after: float = 10.0,
                 history: History | None = None, health: bool = True, log: Log | None = None,
                 watch: Callable[[Sample, float], None] | None = None) -> None:  # fmt: skip
        self.bindings: tuple[Binding, ...]
        self.problems: list[Issue]
        self.bindings, self.problems = read_bindings(stage, plant) if bindings is None else (tuple(bindings), [])
        self._plant, self._prefix, self._names, self._stale_after = plant, prefix, formats, stale_after
        self._filters = Filters(self.bindings, prefix)
        intake = self._make()
        self.discovery = intake.discovery = Discovery(plant, intake.router.prims)
        self._intake = intake
        self.recording = None if history is None else Recording(history, intake, self._make)
        self.inbox = Inbox(events=self._is_event)
        topics = tuple(dict.fromkeys((*intake.router.filters(), *intake.formats.filters())))
        self.link = Link(url, topics, self.inbox, user=user, password=password, authority=authority, certificate=certificate,
                         key=key, credentials=credentials, keep=None if history is None else history.keep,
                         client_id=client_id or ("" if history is None else identity(history.folder)))  # fmt: skip
        self.live = LiveState(intake.router.prims, stale_after=stale_after)
        stations = tuple(n.path for n in plant.of(Station))
        self.layer = LiveLayer(stage, self.live, board=stations if len(stations) > MANY else ())
        self.health = Health(stage, plant, None if history is None else history.folder) if health else None
        self.log, self._watch = log, watch
        self._origin = 0.0 if log is None or log.origin != log.origin else log.origin
        self._error = ""
        self._lag, self._asked = 0.0, 0.0
        self._meter = Meter()

    @property
    def intake(self) -> Intake:
        """What reads the messages now."""
        return self._intake if self.recording is None else self.recording.intake

    def start(self) -> None:
        """Connect, in the background; returns at once."""
        self.link.start()

    def stop(self, *, clear: bool = True) -> None:
        """Disconnect (within about a second), record the rest and, with `clear`, take all values off the stage again."""
        self.link.stop()
        try:
            if self.recording is not None:
                self._read(float("inf"))
                self.recording.finish()
            if self.health is not None:
                self.health.save()
        except FactoryTwinError as error:  # it is in the journal; the next start reads it
            self._fail(error)
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
        deadline = perf_counter() + budget
        try:
            moment = monotonic() if now is None else now
            self._read(budget * _READ)
            if self.recording is not None:
                self.recording.step(budget * _CATCH_UP, idle=not len(self.inbox))
            self._ask(moment)
            if self.health is not None:
                for sample in self.health.step(unix_time()):
                    self.live.feed(sample, moment)
            written = self.layer.flush(moment, max(deadline - perf_counter(), budget * (1 - _READ - _CATCH_UP)))
            self._error = "" if written else self._error
            return written
        except Exception as error:  # the border to a frame callback
            self._fail(error)
            return 0

    @property
    def status(self) -> FeedStatus:
        """How the feed is doing now."""
        intake, live = self.intake, self.live
        counts = intake.counts
        self._meter.see(counts.accepted + counts.rejected + counts.unknown, monotonic())
        history = None if self.recording is None else self.recording.history
        return FeedStatus(
            link=self.link.status, waiting=len(self.inbox), coalesced=self.inbox.coalesced + self.inbox.passed,
            accepted=counts.accepted, rejected=counts.rejected, unknown=counts.unknown, values=counts.values, lost=counts.lost,
            late=live.late, duplicates=live.duplicates, rate=self._meter.rate, lag=self._lag, writes=self.layer.writes,
            error=self._error, rejects=tuple(counts.rejects), reasons=tuple(counts.reasons.most_common()),
            history=None if history is None else history.status,
            behind=0 if history is None or self.recording is None else max(0, history.last - self.recording.cursor),
            broken=tuple((b.name, b.reason) for b in intake.formats.broken),
        )  # fmt: skip

    # ---- one frame
    def _read(self, budget: float) -> None:
        recording, feed, read, health = self.recording, self.live.feed, self.intake.read, self.health
        message: Message | None = None
        for message in self.inbox.drain(budget=budget):
            expected = recording is not None and recording.expect(message)
            samples = read(message)
            arrival, retained = message.arrival, message.retained
            events = []
            for sample in samples:
                event = to_event(sample)
                if event is not None:
                    events.append(event)
                verdict = feed(sample, arrival, retained=retained)
                if verdict.counts:
                    if health is not None and event is not None:
                        health.feed(event)
                    if self._watch is not None:
                        self._watch(sample, arrival)
                    if self.log is not None and event is not None:
                        self.log.append(event._replace(time=event.time - self._origin))
                elif health is not None and verdict is Verdict.SAME:
                    health.hear(sample)
            if expected and recording is not None:
                recording.take(message, events)
        if message is not None:
            self._lag = monotonic() - message.arrival

    def _ask(self, now: float) -> None:
        """Send what the formats want to ask of their senders, such as to tell everything anew."""
        if now - self._asked < ASK or not self.link.status.connected:
            return
        self._asked = now
        for found in self.intake.formats:
            for message in found.requests(now):
                self.link.publish(message.topic, message.payload, message.retain, message.qos)

    def _fail(self, error: Exception) -> None:
        text = str(error) if isinstance(error, FactoryTwinError) else f"{type(error).__name__}: {error}"
        if text != self._error:
            _log.error("The live feed could not finish a frame.", exc_info=error)
        self._error = text

    # ---- making
    def _make(self) -> Intake:
        router = Router(self._plant, self.bindings, self._prefix, stale_after=self._stale_after)
        options = {
            "json": {
                "filters": router.filters(),
                "is_event": self._filters.is_event,
                "time_pointer": self._filters.time_pointer,
            }
        }
        return Intake(formats(self._names, **options) if self._names is None or "json" in self._names else formats(self._names),
                      router)  # fmt: skip

    def _is_event(self, topic: str) -> bool:
        found: Formats = self._intake.formats
        return found.is_event(topic)
