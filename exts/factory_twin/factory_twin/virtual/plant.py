# SPDX-License-Identifier: Apache-2.0
"""The virtual plant: events of a shift sent as shop-floor telemetry, on the wall clock, at a chosen speed."""

from __future__ import annotations

import math
import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable
from time import monotonic, time
from types import TracebackType

from ..errors import FactoryTwinError
from ..event import Event, Kind, State
from ..mqtt import topics
from ..plant import Plant, Station
from ..signals import Fault, GroundTruth
from .gate import Gate
from .ledger import SILENT, Ledger
from .machine import Sensors
from .resolve import resolve
from .tour import Tour
from .voices import FORMATS, STYLES, voices
from .wire import Opener, Wire
from .word import Word

PAUSE = 1.0
"""The longest step the plant makes up for, s of wall time."""
SHORTEST = 0.05
"""A state or recorded value that lasts less than this, in s of wall time, is not told."""
RESULTS = 0.2
"""Two quality results of a machine are at least this far apart, in s of wall time; those between are counted only."""
AT_ONCE = 50
"""Machines measured in one step at most, so that no step takes long."""
DRIVE = 0.5
"""Time between two positions of a vehicle, s of wall time."""
FORESIGHT, HELD = 3600.0, 50_000
"""How far ahead the end of a vehicle's drive is looked for: s of simulated time, events."""

__all__ = ["FORMATS", "STYLES", "VirtualPlant"]


class VirtualPlant:
    """Sends what the machines and vehicles of a plant would send.

    The plant lives on the wall clock: time stamps are Unix time of now, also at speed 60, where 8 hours pass in 8 minutes.
    States are sent as they change, counts when they change, measurements every `measure` seconds, quality results once per
    part. What speed makes too much is thinned, and counted.

    Args:
        plant: Its places.
        events: By time; for example `shift(simulation, log)` or `recorded(log)`. May be endless. Measured values that a
            recorded log holds are sent as they are; what it does not hold is made up.
        wire: Where to publish: a `Link` started and stopped by the caller, or what opens one for a `Channel`.
        speed: Simulated seconds per second.
        format: "json", "sparkplug" or "vda5050" (vehicles only), or two joined: "json+vda5050".
        style: JSON: "signal" (a topic for each value) or "flat" (an object for each machine).
        prefix: First levels of all topics; Sparkplug: the group; VDA 5050: the manufacturer.
        seed: Of the machines' variety and noise.
        faults: What goes wrong, on the simulated clock.
        refresh: Every value is sent again after this many seconds, so that a quiet machine does not look dead.
        measure: Seconds from one measurement to the next.
        waveforms: Seconds from one analysis of a machine's vibration to the next; inf: never.
        truth: File to write the faults and their severity to; None: none.

    Attributes:
        now: Simulated time reached, s.
        finished: Whether the events have ended.
        sent: Messages handed to the wire.
        thinned: Values not sent because the speed made too many.
        faults: With prim paths for ids.

    Raises:
        FactoryTwinError: Format, speed or style is unknown, or a fault fits no machine of the plant.
        StageError: The truth can't be written.
    """

    def __init__(
        self,
        plant: Plant,
        events: Iterable[Event],
        wire: Wire | Opener,
        *,
        speed: float = 60.0,
        format: str = "json",
        style: str = "signal",
        prefix: str = topics.PREFIX,
        seed: int = 1,
        faults: Iterable[Fault] = (),
        refresh: float = 4.0,
        measure: float = 1.0,
        waveforms: float = 10.0,
        truth: str | os.PathLike[str] | None = None,
    ) -> None:
        if not 0 < speed < math.inf or not measure > 0 or not waveforms > 0:
            raise FactoryTwinError(f"A speed of {speed:g}, or a pace of 0, can't be run.", hint="Give numbers above 0.")
        self.speed, self.prefix, self.refresh = speed, prefix, refresh
        self.now, self.sent, self.finished, self.thinned = 0.0, 0, False, 0
        self.faults = resolve(faults, plant)
        self._ledger, self._tour, self._gate = Ledger(plant), Tour(plant), Gate(self.faults)
        self._sensors = {s.path: Sensors(s, seed=seed, faults=self.faults) for s in plant.of(Station) if isinstance(s, Station)}
        self._events = iter(events)
        self._queue: deque[Event] = deque()
        self._open = True
        self._measure, self._waveforms = measure, waveforms
        self._began = self._last = self._refreshed = self._warmed = self._analysed = self._driven = -math.inf
        self._due: deque[str] = deque()
        self._shaken: deque[str] = deque()
        self._shown: dict[tuple[str, str], float | int | str] = {}
        self._result: dict[str, float] = {}
        self._shut: frozenset[str] = frozenset()
        self._senders = (*(n.path for n in plant.nodes), *self._tour.vehicles)
        self._told = -math.inf
        self._offset = time() - monotonic()  # Unix time of the monotonic clock's 0
        self._voices = voices(plant, self._tour, wire, self._count, format=format, style=style, prefix=prefix)
        about = {"stage": os.path.basename(plant.file), "seed": seed, "speed": speed, "began": round(time(), 3)}
        self._truth = None if truth is None else GroundTruth(truth, self.faults, about)

    @property
    def states(self) -> dict[str, State]:
        """Present state per place that told one."""
        return self._ledger.states

    @property
    def parts(self) -> Counter[str]:
        """Parts finished per place (parts that left it; for a sink those that came)."""
        return self._ledger.parts

    @property
    def wip(self) -> Counter[str]:
        """Parts here per place."""
        return self._ledger.wip

    @property
    def lost(self) -> int:
        """Values that a network loss has swallowed."""
        return self._gate.lost

    def step(self) -> int:
        """Send what happened since the last call; return the number of messages. Call it some times per second.

        Raises:
            SimulationError: The simulation behind the events can't go on.
            StageError: The truth can't be written.
        """
        wall = monotonic()
        self._offset = time() - wall
        pause = max(0.0, wall - self._last - PAUSE)  # the program slept: the plant slept, too
        self._began = wall if self._last == -math.inf else self._began + pause
        self._last = wall
        return self.advance((wall - self._began) * self.speed, wall)

    def run(self, stopped: threading.Event, *, duration: float = math.inf, period: float = 0.05,
            progress: Callable[[VirtualPlant], None] | None = None) -> None:  # fmt: skip
        """Step until the events end, `stopped` is set or `duration` s of wall time have passed; blocks.

        Args:
            stopped: Set it from anywhere.
            duration: Wall time, s.
            period: Wall time between steps, s.
            progress: Called about once per second.
        """
        deadline, told = monotonic() + duration, 0.0
        while not self.finished and not stopped.wait(period) and monotonic() < deadline:
            self.step()
            if progress is not None and monotonic() - told >= 1.0:
                told = monotonic()
                progress(self)

    def advance(self, now: float, wall: float) -> int:
        """Take all events up to simulated time `now` (s) and send what changed; `wall` is monotonic time, s."""
        before, unix = self.sent, wall + self._offset
        for voice in self._voices:
            voice.step(unix)
        shut = self._gate.shut(self._senders, now)
        if shut != self._shut:
            for voice in self._voices:
                voice.cut(shut)
        back, self._shut = self._shut - shut, shut
        words = self._happen(now, unix)
        words += self._counts(now, unix, wall, back)
        words += self._measured(now, unix, wall)
        through = self._gate.let(words, now)
        for voice in self._voices:
            voice.say(through)
        self.now, self._told = now, unix
        return self.sent - before

    def close(self) -> None:
        """Say goodbye and end the truth; the plant is not run any further."""
        for voice in self._voices:
            voice.close(max(self._told, self._last + self._offset))
        if self._truth is not None:
            self._truth.note(self.now, max(self._told, self._last + self._offset))
            self._truth.close()

    def __enter__(self) -> VirtualPlant:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # ---- what happened
    def _happen(self, now: float, unix: float) -> list[Word]:
        """Follow the events up to `now`; return states, recorded values and quality results, by time."""
        told: dict[tuple[str, str], list[tuple[float, float | str]]] = {}
        words: list[Word] = []
        self._pull(now)
        while self._queue and self._queue[0].time <= now:
            event = self._queue.popleft()
            self._ledger.take(event)
            self._tour.take(event)
            sensors = self._sensors.get(event.place)
            if event.kind is Kind.STATE and event.place in self._ledger.states:
                state = self._ledger.states[event.place]
                told.setdefault((event.place, topics.STATE), []).append((event.time, state.token))
                if sensors is not None:
                    sensors.enter(event.time, state)
            elif event.kind is Kind.VALUE and event.other not in SILENT and event.place:
                told.setdefault((event.place, event.other), []).append((event.time, event.value))
                if sensors is not None:
                    sensors.given.add(event.other)
            elif event.kind is Kind.MOVE and sensors is not None:
                size = sensors.finish(event.time)
                if size is not None and event.time - self._result.get(event.place, -math.inf) >= RESULTS * self.speed:
                    self._result[event.place] = event.time
                    words.append(Word(event.place, "diameter", size, self._unix(event.time, now, unix)))
                elif size is not None:
                    self.thinned += 1
        self.finished = not self._open and not self._queue
        for (place, name), values in told.items():
            words += (Word(place, name, value, self._unix(t, now, unix)) for t, value in self._thin(place, name, values))
        words.sort(key=lambda w: w.time)
        return words

    def _pull(self, now: float) -> None:
        """Read events up to one behind `now`, and as far as it takes to see where vehicles on their way will arrive."""
        queue = self._queue
        while self._open:
            if queue and queue[-1].time > now:
                far = queue[-1].time > now + FORESIGHT or len(queue) >= HELD
                if far or not self._tour.open:
                    return
            event = next(self._events, None)
            if event is None:
                self._open = False
                return
            self._tour.foresee(event)
            queue.append(event)

    def _thin(self, place: str, name: str, values: list[tuple[float, float | str]]) -> list[tuple[float, float | str]]:
        """Return the values that are new and last long enough; the last one always counts."""
        kept: list[tuple[float, float | str]] = []
        last = self._shown.get((place, name))
        for k, (t, value) in enumerate(values):
            if k + 1 < len(values) and values[k + 1][0] - t < SHORTEST * self.speed:
                self.thinned += values[k + 1][0] > t
            elif value != last or name != topics.STATE:
                kept.append((t, value))
                last = value
        if last is not None:
            self._shown[place, name] = last
        return kept

    def _unix(self, t: float, now: float, unix: float) -> float:
        """Return the Unix time (s) of simulated time `t`, not before what was told already."""
        return min(unix, max(self._told, unix - (now - t) / self.speed))

    # ---- what is told again and again
    def _counts(self, now: float, unix: float, wall: float, back: frozenset[str]) -> list[Word]:
        """Return the counts that changed; and all that is known when it is due again, or a place is back on the network."""
        if self._refreshed == -math.inf:
            self._refreshed = wall
        again = wall - self._refreshed >= self.refresh
        self._refreshed = wall if again else self._refreshed
        words = []
        if again or back:
            for place, state in self._ledger.states.items():
                if (again or place in back) and self._shown.get((place, topics.STATE)) == state.token:
                    words.append(Word(place, topics.STATE, state.token, unix))
        scrap = {p: self._ledger.scrap[p] + s.body.scrap for p, s in self._sensors.items()}
        for name, counts in ((topics.PARTS, self._ledger.parts), ("scrap", scrap), (topics.WIP, self._ledger.wip)):
            for place, count in counts.items():
                if again or place in back or self._shown.get((place, name)) != count:
                    self._shown[place, name] = count
                    words.append(Word(place, name, count, unix))
        return words

    def _measured(self, now: float, unix: float, wall: float) -> list[Word]:
        """Return what sensors show, of those whose turn it is; and have vehicles told."""
        if self._analysed == -math.inf:
            self._analysed = wall
        if wall - self._warmed >= self._measure:
            self._warmed = wall
            self._due.extend(p for p in self._sensors if p not in self._due)
            if self._truth is not None:
                self._truth.note(now, unix)
        if wall - self._driven >= DRIVE and self._tour.vehicles:
            self._driven = wall
            poses = {p: self._tour.pose(p, now) for p in self._tour.vehicles if p not in self._shut}
            for voice in self._voices:
                voice.drive(poses, unix)
        if wall - self._analysed >= self._waveforms:
            self._analysed = wall
            self._shaken.extend(p for p in self._sensors if p not in self._shaken)
        words: list[Word] = []
        for _ in range(min(AT_ONCE, len(self._due))):
            place = self._due.popleft()
            words += (Word(place, name, value, unix) for name, value in self._sensors[place].measure(now))
        if self._shaken:
            place = self._shaken.popleft()
            words += (Word(place, name, value, unix) for name, value in self._sensors[place].analyse())
        return words

    def _count(self, taken: bool) -> None:
        self.sent += 1
