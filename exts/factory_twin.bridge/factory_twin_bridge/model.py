# SPDX-License-Identifier: Apache-2.0
"""What the Factory Live panel knows: a feed from a broker, a virtual plant of our own, and both in words. No UI."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from factory_twin.errors import FactoryTwinError, LinkError
from factory_twin.event import State
from factory_twin.feed import Feed, FeedStatus
from factory_twin.live.state import Quality, Row
from factory_twin.log import Log
from factory_twin.mqtt import EmbeddedBroker, Link, LinkState, topics
from factory_twin.plant import Plant, Station
from factory_twin.sim import Simulation
from factory_twin.virtual import VirtualPlant, shift
from pxr import Usd

PREFIX = topics.PREFIX
_TOLD = (State.DOWN, State.MAINTENANCE, State.WAITING, State.BLOCKED, State.STARVED, State.SETUP, State.BUSY)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A line of the table of last values."""

    path: str
    name: str
    kind: str
    row: Row


class LiveModel:
    """A feed and, when asked for, a plant to feed it.

    Attributes:
        feed: None while not connected.
        plant: Whose values are shown.
        virtual: The virtual plant, None when it does not run.
        error: Why the last action failed; empty when it did not.
    """

    def __init__(self) -> None:
        self.feed: Feed | None = None
        self.plant: Plant | None = None
        self.virtual: VirtualPlant | None = None
        self.error = ""
        self._broker: EmbeddedBroker | None = None
        self._link: Link | None = None

    # ---- actions

    def connect(self, stage: Usd.Stage, plant: Plant, url: str, prefix: str = PREFIX) -> None:
        """Join a broker; values come in from now on.

        Raises:
            LinkError: The address or the prefix is not valid.
        """
        if not url:
            raise LinkError("No broker is named.", hint="Write its address, or press Start virtual plant to try without one.")
        self.disconnect()
        self.feed, self.plant = Feed(stage, plant, url, prefix=prefix), plant
        self.feed.start()

    def disconnect(self) -> None:
        """Leave the broker; all live values are taken off the stage."""
        feed, self.feed = self.feed, None
        if feed is not None:
            feed.stop()

    def start_virtual(self, plant: Plant, url: str, prefix: str = PREFIX, *, speed: float = 60.0) -> str:
        """Send a simulated shift as telemetry; without a broker's address one is started on this machine.

        Returns:
            The broker's address.

        Raises:
            FactoryTwinError: The address is not valid, or there is no broker to start.
        """
        self.stop_virtual()
        if not speed > 0:
            raise FactoryTwinError(
                f"A speed of {speed:g} is not above 0.", hint="Give simulated seconds per second, such as 60."
            )
        try:
            if not url:
                self._broker = EmbeddedBroker().start()
                url = self._broker.url
            self._link = Link(url)
            self._link.start()
            log = Log()
            simulation = Simulation(plant, seed=plant.scenario.seed, log=log)
            self.virtual = VirtualPlant(plant, shift(simulation, log), self._link, speed=speed, prefix=prefix)
        except BaseException:
            self.stop_virtual()
            raise
        return url

    def stop_virtual(self) -> None:
        """Stop the virtual plant and the broker that was started for it."""
        link, self._link, self.virtual = self._link, None, None
        if link is not None:
            link.stop()
        broker, self._broker = self._broker, None
        if broker is not None:
            broker.stop()

    @property
    def has_own_broker(self) -> bool:
        """Whether a broker runs that we started."""
        return self._broker is not None

    def close(self) -> None:
        """Stop everything."""
        self.disconnect()
        self.stop_virtual()

    def frame(self) -> None:
        """Do a frame's share of the work; a virtual plant that can't go on is stopped, with the reason in `error`."""
        if self.virtual is not None:
            try:
                self.virtual.step()
            except FactoryTwinError as error:
                self.error = f"The virtual plant stopped: {error}"
                self.stop_virtual()
        if self.feed is not None:
            self.feed.frame()

    # ---- words

    @property
    def status(self) -> FeedStatus | None:
        """How the feed is doing; None while not connected."""
        return self.feed.status if self.feed is not None else None

    def rows(self, now: float) -> list[PlaceRow]:
        """Return the last values of all places at `now` (monotonic, s), stations first, in plant order."""
        if self.feed is None or self.plant is None:
            return []
        nodes = sorted(self.plant.nodes, key=lambda n: not isinstance(n, Station))
        return [PlaceRow(n.path, n.name or n.id, n.kind, self.feed.live.row(n.path, now)) for n in nodes]

    def sentence(self, rows: list[PlaceRow]) -> str:
        """Return whether the plant is connected and what it says, in one sentence."""
        status = self.status
        if status is None:
            return "Not connected."
        if status.link.state is not LinkState.CONNECTED:
            return f"{_link_word(status.link.state)} {status.link.reason}".strip()
        stations = [r for r in rows if r.kind == "station"]
        heard = [r for r in stations if r.row.quality in (Quality.GOOD, Quality.UNCERTAIN)]
        text = f"{len(heard)} of {len(stations)} stations report"
        for state in _TOLD:
            names = [r.name for r in heard if r.row.state is state]
            if names:
                text += f", {len(names)} {state.token}" + (f" ({', '.join(names)})" if state is State.DOWN else "")
        return f"{text}."

    def counts(self) -> list[tuple[str, str]]:
        """Return what was counted, in words and numbers."""
        s = self.status
        if s is None:
            return []
        return [
            ("Received", f"{s.link.received:,}"), ("Understood", f"{s.accepted:,}"),
            ("Rejected", f"{s.rejected + s.unknown:,}"), ("Dropped", f"{s.link.dropped + s.coalesced:,}"),
            ("Written to stage", f"{s.writes:,}"), ("Reconnects", f"{s.link.reconnects:,}"),
        ]  # fmt: skip

    def wrong(self, rows: list[PlaceRow]) -> list[str]:
        """Return what is wrong now, worst first, each with its reason."""
        found = [self.error] if self.error else []
        s = self.status
        if s is None:
            return found
        if s.error:
            found.append(s.error)
        if s.link.state is LinkState.WAITING:
            found.append(f"No connection for {age_text(time.time() - s.link.since)}: {s.link.reason}")
        if s.link.gaps:
            found.append(f"The broker forgot our session {s.link.gaps} times; messages may be missing.")
        found += [f"{r.name} is down." for r in rows if r.row.state is State.DOWN]
        found += [f"{r.name} has been silent for {age_text(r.row.age)}." for r in rows if r.row.quality is Quality.STALE]
        reasons = dict.fromkeys(f"Not taken: {r.topic or 'a message'}: {r.reason}" for r in reversed(s.rejects))
        return found + list(reasons)


def age_text(seconds: float) -> str:
    """Return an age in words; empty when it is not known."""
    if math.isinf(seconds) or math.isnan(seconds):
        return ""
    if seconds < 1.5:
        return "now"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _link_word(state: LinkState) -> str:
    words = {
        LinkState.OFF: "Not connected.",
        LinkState.CONNECTING: "Connecting...",
        LinkState.WAITING: "Not connected, trying again.",
    }
    return words.get(state, "")
