# SPDX-License-Identifier: Apache-2.0
"""What the Factory Live panel knows: a feed from a broker, a recorder, a virtual plant of our own, a test. No UI."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from factory_twin.binding import read_bindings
from factory_twin.errors import FactoryTwinError, LinkError
from factory_twin.event import State
from factory_twin.feed import Feed, FeedStatus
from factory_twin.history import History
from factory_twin.kpi import Iso22400
from factory_twin.live import Mover
from factory_twin.live.state import TRUSTED, Quality, Row
from factory_twin.mqtt import LinkState, Probe
from factory_twin.plant import Binding, Node, Plant, Station
from factory_twin.sample import Sample
from pxr import Sdf, Usd

from .broker import Broker
from .past import Past
from .ring import Ring
from .virtual import OwnPlant
from .words import age_text, counts, sentence, silence

WHO = "operator"
_OEE = 1.0  # s between two looks
_REASONS = 8


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A line of the table of last values; `oee` is 0..1, None when it is not known."""

    path: str
    name: str
    kind: str
    row: Row
    oee: float | None = None


class LiveModel:
    """A feed and, when asked for, a plant to feed it.

    Attributes:
        feed: None while not connected.
        plant: Whose values are shown.
        virtual: The virtual plant, None when it does not run.
        history: The recorder, None when nothing is recorded.
        ring: The last minutes of all numbers.
        probe: The last test of a broker, None: there was none.
        past: A moment of the record that is shown in place of the live values; None: none is.
        error: Why the last action failed; empty when it did not.
    """

    def __init__(self, mover: Callable[[], Mover | None] = lambda: None) -> None:
        self._mover = mover
        self.past: Past | None = None
        self.feed: Feed | None = None
        self.plant: Plant | None = None
        self.virtual: OwnPlant | None = None
        self.history: History | None = None
        self.ring = Ring()
        self.probe: Probe | None = None
        self.error = ""
        self._stage: Usd.Stage | None = None
        self._url = ""
        self._broker = Broker()
        self._oee: tuple[float, dict[str, Iso22400]] = (0.0, {})

    # ---- actions

    def connect(self, stage: Usd.Stage, plant: Plant, url: str, broker: Broker | None = None, *,
                folder: Path | None = None) -> None:  # fmt: skip
        """Join a broker; values come in from now on.

        Args:
            stage: Where they are shown.
            plant: Its places.
            url: Address.
            broker: How to join it; None: without a user.
            folder: Of the recorder; None: nothing is recorded.

        Raises:
            LinkError: The address or the prefix is not valid.
            HistoryError: The recorder can't be opened.
        """
        if not url:
            raise LinkError("No broker is named.", hint="Write its address, or press Start virtual plant to try without one.")
        self.disconnect()
        self._stage, self._url, self._broker, self.ring = stage, url, broker or Broker(), Ring()
        self.plant = plant
        if folder is not None:
            self.history = History(folder)
        try:
            self.feed = self._make(None)
        except BaseException:
            self._close_history()
            raise
        self.feed.start()

    def disconnect(self) -> None:
        """Leave the broker; all live values are taken off the stage."""
        self.end_past()
        feed, self.feed = self.feed, None
        if feed is not None:
            feed.stop()
        self._close_history()

    def record(self, folder: Path | None) -> None:
        """Begin or end recording, on the same connection settings.

        Raises:
            HistoryError: The recorder can't be opened; nothing is recorded then.
        """
        if self.feed is None:
            return
        old = self._leave()
        try:
            self._close_history()
            self.history = None if folder is None else History(folder)
        finally:
            self._return(old, health=False)

    def rebind(self) -> bool:
        """Take up the bindings of the stage if they are other ones; return whether they were."""
        if self.feed is None or self._stage is None:
            return False
        bindings, problems = read_bindings(self._stage, self.plant)
        if bindings == self.feed.bindings:
            self.feed.problems = problems
            return False
        self._return(self._leave())
        return True

    def start_virtual(self, plant: Plant, url: str, broker: Broker, *, speed: float = 60.0) -> str:
        """Send a simulated shift as telemetry; without a broker's address one is started on this machine.

        Returns:
            The broker's address.

        Raises:
            FactoryTwinError: The address is not valid, or there is no broker to start.
        """
        self.stop_virtual()
        self.virtual = OwnPlant(plant, url, broker.prefix, speed=speed, **broker.options())
        return self.virtual.url

    def stop_virtual(self) -> None:
        """Stop the virtual plant and the broker that was started for it."""
        virtual, self.virtual = self.virtual, None
        if virtual is not None:
            virtual.stop()

    def test(self, url: str, broker: Broker) -> None:
        """Try a broker, in the background; `probe` has the finding soon."""
        self.probe = Probe(url, (f"{broker.prefix}/#",), **broker.options()).start()

    @property
    def has_own_broker(self) -> bool:
        """Whether a broker runs that we started."""
        return self.virtual is not None and self.virtual.has_own_broker

    def show_past(self, moment: float) -> None:
        """Show a Unix time (s) of the record on the stage; nothing when there is none.

        Raises:
            HistoryError: The record can't be read.
        """
        if self.past is None:
            if self.feed is None or self.history is None or self._stage is None:
                return
            self.past = Past(self._stage, self.feed, self.history)
        self.past.show(moment)

    def end_past(self) -> None:
        """Show the live values again."""
        past, self.past = self.past, None
        if past is not None:
            past.end()

    @property
    def stage(self) -> Usd.Stage | None:
        """Where the values are shown; None while not connected."""
        return self._stage if self.feed is not None else None

    def close(self) -> None:
        """Stop everything."""
        self.disconnect()
        self.stop_virtual()

    def change(self, resynced: Iterable[Sdf.Path], values: Iterable[Sdf.Path]) -> None:
        """Follow an edit of the stage, for what stands where stations are."""
        shown = self.past or (None if self.feed is None else self.feed.layer)
        if shown is not None:
            shown.change(resynced, values)

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

    # ---- one feed after the other

    def _make(self, bindings: tuple[Binding, ...] | None) -> Feed:
        assert self._stage is not None and self.plant is not None
        feed = Feed(
            self._stage, self.plant, self._url, prefix=self._broker.prefix, bindings=bindings, history=self.history,
            watch=self.ring.take, **self._broker.options(),
        )  # fmt: skip
        feed.layer.mover = self._mover()
        return feed

    def _leave(self) -> Feed:
        self.end_past()
        feed = self.feed
        assert feed is not None
        feed.stop()
        return feed

    def _return(self, old: Feed, *, health: bool = True) -> None:
        """Go on with a new feed that knows what the old one knew."""
        new = self._make(None)
        if health:
            new.health = old.health
        new.discovery = new.intake.discovery = old.discovery
        now = time.monotonic()
        bound = {(b.path, b.target) for b in new.bindings} ^ {(b.path, b.target) for b in old.bindings}
        for place in new.live.places:
            for v in old.live.values(place, now):
                if v.quality in TRUSTED and (place, v.name) not in bound:
                    new.live.feed(Sample(place, v.name, v.value, v.time, told=False), now - v.age)
        self.feed = new
        new.start()

    def _close_history(self) -> None:
        history, self.history = self.history, None
        if history is not None:
            try:
                history.close()
            except FactoryTwinError as error:
                self.error = str(error)

    # ---- words

    @property
    def status(self) -> FeedStatus | None:
        """How the feed is doing; None while not connected."""
        return self.feed.status if self.feed is not None else None

    def rows(self, now: float) -> list[PlaceRow]:
        """Return the last values of all places at `now` (monotonic, s), stations first, in plant order."""
        if self.feed is None or self.plant is None:
            return []
        nodes = self._nodes()
        found = self._indicators(now)
        pace = 1.0 if self.virtual is None else self.virtual.speed  # its parts take that much less than planned
        rows = []
        for node in nodes:
            oee = found[node.path].oee_index / pace if node.path in found else math.nan
            known = oee if math.isfinite(oee) else None
            rows.append(PlaceRow(node.path, node.name or node.id, node.kind, self.feed.live.row(node.path, now), known))
        return rows

    def paths(self) -> list[str]:
        """Return the prim paths of all places, stations first, in plant order."""
        return [n.path for n in self._nodes()]

    def _nodes(self) -> list[Node]:
        return [] if self.plant is None else sorted(self.plant.nodes, key=lambda n: not isinstance(n, Station))

    def name(self, path: str) -> str:
        """Return the name of a place for people."""
        found = next((n for n in self.plant.nodes if n.path == path), None) if self.plant is not None else None
        return (found.name or found.id) if found is not None else path.rpartition("/")[2]

    def _indicators(self, now: float) -> dict[str, Iso22400]:
        if self.feed is None or self.feed.health is None:
            return {}
        if now - self._oee[0] >= _OEE:
            self._oee = now, dict(self.feed.health.oee.at(time.time()))
        return self._oee[1]

    def sentence(self, rows: list[PlaceRow]) -> str:
        """Return whether the plant is connected and what it says, in one sentence."""
        return sentence(self.status, rows)

    def counts(self) -> list[tuple[str, str, str]]:
        """Return what was counted: name, number, meaning."""
        return counts(self.status)

    def wrong(self, rows: list[PlaceRow]) -> list[str]:
        """Return what is wrong now, worst first, each with its reason and what to do."""
        found = [self.error] if self.error else []
        s = self.status
        if s is None or self.feed is None:
            return found
        if s.error:
            found.append(s.error)
        if s.link.state is LinkState.WAITING:
            lost = f"No connection for {age_text(time.time() - s.link.since)}: {s.link.reason} {s.link.hint}"
            found.append(lost.strip())
        if s.link.stalled:
            found.append("The recorder can't store what comes; the broker keeps it. Is the disk full?")
        if s.history is not None and s.history.error:
            found.append(f"Recorder: {s.history.error}")
        if s.link.gaps:
            found.append(f"The broker forgot our session {s.link.gaps} times; messages may be missing.")
        found += [f"{r.name} is down." for r in rows if r.row.state is State.DOWN]
        found += [r.row.alarm for r in rows if r.row.alarm]
        found += silence([r for r in rows if r.row.quality is Quality.STALE], of=len(rows))
        found += [f"A binding is not used: {p.message} {p.hint}".strip() for p in self.feed.problems]
        found += [f"The format {name} can't be used: {reason}" for name, reason in s.broken]
        reasons = dict.fromkeys(f"Not taken: {r.topic or 'a message'}: {r.reason}" for r in reversed(s.rejects))
        return found + list(reasons)[:_REASONS]
