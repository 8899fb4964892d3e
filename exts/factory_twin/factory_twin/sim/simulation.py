# SPDX-License-Identifier: Apache-2.0
"""The running model: places of a plant on SimPy's clock, advanced in slices, snapshot and restored."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from heapq import heappop, heappush
from operator import attrgetter
from time import perf_counter
from typing import Any

import simpy

from ..distribution import Distribution
from ..errors import SimulationError, SnapshotError
from ..event import State
from ..log import Log
from ..plant import SCRAP, Plant
from .agenda import Alarm, DeadAlarm, WorkAlarm, queue
from .buffer import BufferPlace
from .conveyor import ConveyorPlace
from .crew import Crew
from .network import build, connect
from .place import Place
from .server import DONE, STATES, Server
from .sink import SinkPlace
from .snapshot import Snapshot
from .station import StationPlace
from .stream import Fixed, Stream, stream

Process = Callable[["Simulation"], Generator[Any, Any, Any]]
LOOP = 100_000
_DOWN = State.DOWN
_RANK = attrgetter("rank")
_SLICE = 512


class Simulation:
    """A plant on the move.

    Args:
        plant: What `read_plant` gave.
        seed: Whole number >= 0; equal seeds give equal runs.
        replication: Number of the replication, an independent stream of its own.
        log: Where moves and states are written; None: nowhere (the counts stay).
        processes: SimPy processes of the user: each is called with this simulation and gives a generator.

    Attributes:
        env: SimPy's environment, for the user's own processes.
        parts: Parts made so far.
        events: Events handled so far.
    """

    def __init__(
        self, plant: Plant, *, seed: int = 1, replication: int = 0, log: Log | None = None, processes: Iterable[Process] = ()
    ) -> None:
        self.plant, self.seed, self.replication, self.log = plant, seed, replication, log
        self.env = simpy.Environment()
        self.parts = self.events = 0
        self._reached = 0.0
        self.queue, self.count = queue(self.env)
        self.dirty: list[Place | Crew] = []
        self.touched: list[Server] = []
        self.crews = {p.path: Crew(self, p) for p in plant.pools}
        self.places = build(self)
        self._by_path = {p.node.path: p for p in self.places}
        connect(self.places)
        self._record()
        self._started, self._still = False, 0
        self._foreign = [self.env.process(p(self)) for p in processes]

    @property
    def now(self) -> float:
        """Simulated time, s."""
        return max(self._reached, float(self.env.now))

    @property
    def finished(self) -> int:
        """Parts that reached a sink."""
        return sum(p.parts for p in self.places if isinstance(p, SinkPlace) and p.node is not SCRAP)

    @property
    def scrapped(self) -> int:
        """Parts that left the plant as scrap."""
        return sum(p.parts for p in self.places if isinstance(p, SinkPlace) and p.node is SCRAP)

    # ---- building
    def stream(self, distribution: Distribution, path: str, purpose: str) -> Stream | Fixed:
        """Return the random stream of one prim path and purpose."""
        return stream(distribution, seed=self.seed, replication=self.replication, path=path, purpose=purpose)

    def _record(self) -> None:
        log = self.log
        if log is None:
            return
        if log.places[: len(self.places)] != [p.node.path for p in self.places]:
            if log.places:
                raise SimulationError("The log belongs to another plant.", hint="Give a new Log().")
            for p in self.places:
                log.place(p.node.path)
        log.maker = {"maker": "simulation", "plant": self.plant.file, "seed": self.seed, "replication": self.replication}
        for p in self.places:
            p.moves = log.moves.rows.extend
        for crew in self.crews.values():
            crew.index = log.place(crew.pool.path)

    # ---- running
    def run(self, until: float) -> None:
        """Run up to and including `until` (s): what happens exactly then has happened.

        Raises:
            SimulationError: Time does not go on, or a source pours out endlessly.
        """
        self.advance(until, budget=float("inf"))

    def advance(self, until: float, budget: float) -> bool:
        """Run towards `until` (s) for at most about `budget` seconds of wall time; return whether it was reached."""
        self._start()
        deadline = perf_counter() + budget
        while not self._slice(until):
            if self.log is not None:
                self._compact(self.log)
            if perf_counter() >= deadline:
                return False
        self._reached = max(self._reached, until)
        if self.log is not None:
            self._compact(self.log)
        return True

    def _compact(self, log: Log) -> None:
        log.moves.compact()
        log.states.compact()
        log.end = self.now

    def _slice(self, until: float) -> bool:
        """Handle some hundred events, whole instants; return whether none is left up to `until`.

        The hot loop: what happens most, a server that stops working, is written out here instead of called.
        """
        queue, dirty, touched, settle = self.queue, self.dirty, self.touched, self._settle
        env: Any = self.env
        began = now = env._now
        count = 0
        while queue and queue[0][0] <= until:
            item = heappop(queue)
            now = item[0]
            event = item[3]
            count += 1
            kind = event.__class__
            if kind is WorkAlarm:
                server = event.server
                if server.failing:
                    server.break_down(now)
                else:
                    server.margin -= server.stretch
                    server.phase = DONE
                    place = server.home
                    if place.done is not None:
                        place.done.append(server)
                    if not place.dirty:
                        place.dirty = True
                        dirty.append(place)
            elif kind is Alarm:
                event.call(now)
            elif kind is DeadAlarm:
                count -= 1
            else:
                heappush(queue, item)
                env.step()
            if queue and queue[0][0] == now:
                if count > LOOP:
                    self._stuck(now)
                continue
            if dirty:
                if len(dirty) == 1:
                    place = dirty.pop()
                    place.dirty = False
                    place.settle(now)
                    if dirty:
                        settle(now)
                else:
                    settle(now)
            if touched:
                self._note(now)
            if count >= _SLICE:
                break
        env._now = now
        self.events += count
        self._watch(began, now, count)
        return not queue or queue[0][0] > until

    def _watch(self, began: float, now: float, count: int) -> None:
        """Raise when time has stood still for many events."""
        self._still = self._still + count if now == began else 0
        if self._still > LOOP:
            self._stuck(now)

    def _start(self) -> None:
        if self._started:
            return
        self._started = True
        for crew in self.crews.values():
            crew.start(0.0)
        for place in self.places:
            place.start(0.0)
        self._settle(0.0)
        self._note(0.0)

    def _settle(self, now: float) -> None:
        """Move parts, downstream first, until nothing can move."""
        dirty = self.dirty
        ordered = 1
        while dirty:
            waiting = len(dirty)
            if waiting > ordered:
                dirty.sort(key=_RANK, reverse=True)
            place = dirty.pop()
            ordered = waiting - 1 or 1
            place.dirty = False
            place.settle(now)

    def _note(self, now: float) -> None:
        touched, log = self.touched, self.log
        for server in touched:
            state = STATES[server.phase] if server.up else _DOWN
            if state is not server.logged:
                server.logged = state
                if log is not None:
                    log.states.rows.extend((now, server.home.index, server.number, state))
        touched.clear()

    def _stuck(self, now: float) -> None:
        busy = [p.node.path for p in self.places if isinstance(p, StationPlace) and any(s.alarm.time == now for s in p.servers)]
        raise SimulationError(
            f"Time stands still at {now:g} s: more than {LOOP} events at one instant.",
            where=", ".join(busy[:5]) or self.plant.file,
            hint="A loop of places has process times of zero; give one of them a time.",
        )

    def server(self, place: int, number: int) -> Server:
        """Return a server by the index of its place and its number."""
        station = self.places[place]
        assert isinstance(station, StationPlace)
        return station.servers[number]

    # ---- looking and acting from a user's process or a panel
    def place(self, path: str) -> Place:
        """Return the running place of a prim path.

        Raises:
            SimulationError: There is none.
        """
        try:
            return self._by_path[path]
        except KeyError:
            raise SimulationError("There is no such place.", where=path) from None

    def level(self, path: str) -> int:
        """Return how many parts are at a place now (parts outside a source are not in the plant)."""
        place = self.place(path)
        if isinstance(place, StationPlace):
            return sum(s.phase != 0 for s in place.servers)
        return len(place.items) if isinstance(place, BufferPlace | ConveyorPlace) else 0

    def states(self, path: str) -> tuple[State, ...]:
        """Return the state of each server of a station; empty for other places."""
        place = self.place(path)
        return tuple(s.now_state for s in place.servers) if isinstance(place, StationPlace) else ()

    def fail(self, path: str, duration: float, *, server: int = 0) -> None:
        """Take one server of a station down for `duration` s, now (from a user's process or between slices)."""
        place = self.place(path)
        if not isinstance(place, StationPlace) or not 0 <= server < len(place.servers):
            raise SimulationError(f"There is no server {server}.", where=path)
        self._start()
        place.servers[server].fail(self.now, duration)
        if self.env.active_process is None:  # between slices there is no instant whose end settles it
            self._settle(self.now)
            self._note(self.now)

    # ---- snapshot
    def snapshot(self) -> Snapshot:
        """Return the state of the model as plain data.

        Raises:
            SnapshotError: A SimPy process of the user takes part; a running generator can't be copied.
        """
        if self._foreign:
            raise SnapshotError(
                "A model with a SimPy process of its own can't be snapshot: a running generator can't be copied.",
                hint="Leave the process out, or write it as a component with plain data.",
            )
        self._start()
        return Snapshot(
            self.now,
            self.seed,
            self.replication,
            self.parts,
            self.events,
            tuple(p.state() for p in self.places),
            tuple(c.state() for c in self.crews.values()),
            tuple(n.path for n in self.plant.nodes),
        )

    @classmethod
    def restore(cls, plant: Plant, snapshot: Snapshot, *, log: Log | None = None) -> Simulation:
        """Return a model that goes on where `snapshot` was taken, event for event; `log` gets what comes after it.

        Raises:
            SnapshotError: The plant has other places than the snapshot.
        """
        if snapshot.paths != tuple(n.path for n in plant.nodes):
            raise SnapshotError("The snapshot was taken of a plant with other places.", where=plant.file)
        model = cls(plant, seed=snapshot.seed, replication=snapshot.replication, log=log)
        model._started = True
        model._reached, model.parts, model.events = snapshot.now, snapshot.parts, snapshot.events
        for place, data in zip(model.places, snapshot.places):
            place.load(data)
        for crew, data in zip(model.crews.values(), snapshot.crews):
            crew.load(data)
        return model
