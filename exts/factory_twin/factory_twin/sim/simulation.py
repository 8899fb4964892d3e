# SPDX-License-Identifier: Apache-2.0
"""The running model: places of a plant on SimPy's clock, advanced in slices, snapshot and restored."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from heapq import heappop, heappush
from math import inf, nextafter
from sys import float_info
from time import perf_counter
from typing import Any

import simpy

from ..distribution import Distribution
from ..errors import SimulationError, SnapshotError
from ..event import State
from ..log import Log
from ..plant import CONSUMED, LOST, MADE, SCRAP, Plant
from .agenda import Alarm, DeadAlarm, NeverAlarm, queue
from .cards import Loop
from .crew import Crew
from .fleet import Fleet
from .job import JobServer
from .needs import keeps_parts
from .network import build, connect
from .part import Parts
from .place import Place, rank_of
from .roster import Roster
from .server import DONE, STATES, Server
from .single import SingleServer
from .sink import SinkPlace
from .snapshot import Snapshot
from .solo_job import SoloJobServer
from .standstill import Stuck, endless, is_over, stands_still, stuck
from .station import StationPlace
from .stream import Fixed, Stream, stream
from .workplace import WorkPlace

Process = Callable[["Simulation"], Generator[Any, Any, Any]]
LOOP = 100_000
CROWD = 2_000_000  # parts in the plant at once
LAST = float_info.max
_DOWN = State.DOWN
_SERVERS: frozenset[Any] = frozenset({Server, JobServer, SingleServer, SoloJobServer})
_SLICE, _CRUMB = 1024, 128  # events between two looks at the clock; the crumb, 0.4 ms, where a budget is to be kept


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
        crowded: Whether several places have changed at this instant.
    """

    def __init__(
        self, plant: Plant, *, seed: int = 1, replication: int = 0, log: Log | None = None, processes: Iterable[Process] = ()
    ) -> None:
        self.plant, self.seed, self.replication, self.log = plant, seed, replication, log
        self.env = simpy.Environment()
        self.parts = self.events = 0
        self._reached = 0.0
        self.queue = queue(self.env)
        NeverAlarm(self.env)
        self.dirty: list[Any] = []  # places, crews: what is settled, the furthest downstream last
        self.crowded = False
        self.later: list[Any] = []  # workplaces, the fleet: who chooses when nothing else moves
        self.touched: list[Any] = []  # servers, machines, vehicles: whose state may have changed
        self.items = Parts(self, kept=keeps_parts(plant))
        self.rosters = {c.path: Roster(self, c) for c in plant.calendars}
        self.crews = {p.path: Crew(self, p) for p in plant.pools}
        for i, crew in enumerate(self.crews.values()):
            crew.rank = i - len(self.crews)  # settled before all places, in plant order
            if crew.pool.shift.calendar:
                self.rosters[crew.pool.shift.calendar].followers.append(crew)
        self.loops = [Loop(loop, i) for i, loop in enumerate(plant.loops)]
        self.fleet = Fleet(self) if plant.vehicles else None
        self.places = build(self)
        self._by_path = {p.node.path: p for p in self.places}
        self.scrap, self.consumed, self.made, self.lost = (self._index(n.path) for n in (SCRAP, CONSUMED, MADE, LOST))
        self._record()
        connect(self, self.places)
        self._started, self._still = False, 0
        self._foreign = [self.env.process(p(self)) for p in processes]

    @property
    def now(self) -> float:
        """Simulated time, s."""
        return max(self._reached, float(self.env.now))

    @property
    def finished(self) -> int:
        """Parts that reached a sink."""
        return sum(p.parts for p in self.places if isinstance(p, SinkPlace) and p.node not in (SCRAP, CONSUMED, MADE, LOST))

    @property
    def scrapped(self) -> int:
        """Parts that left the plant as scrap."""
        return sum(p.parts for p in self.places if isinstance(p, SinkPlace) and p.node is SCRAP)

    # ---- building
    def _index(self, path: str) -> int:
        """Return the index of a place that is no prim; -1 where the plant needs none."""
        return self._by_path[path].index if path in self._by_path else -1

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
        for vehicle in self.fleet.vehicles if self.fleet is not None else ():
            vehicle.place = log.place(vehicle.node.path)
        for product in self.plant.products:
            log.product(product.path)
        for order in self.plant.orders:
            log.order(order.path)

    # ---- running
    def run(self, until: float) -> None:
        """Run up to `until` (s); what happens exactly then counts, or not, as the scenario says.

        Raises:
            SimulationError: Time does not go on, or a source pours out endlessly.
        """
        self.advance(until, budget=float("inf"))

    def run_until_empty(self) -> float:
        """Run until all parts have left, or nothing can move any more (see `stuck`); return when the last part moved, s.

        Raises:
            SimulationError: A source never runs out, so it would never end.
        """
        sources = endless(self)
        if sources:
            hint = "Give it a limit or work orders, or run to a horizon."
            raise SimulationError("The run would never end: this source has no limit.", where=sources[0], hint=hint)
        self._start()
        before, since = (-1, -1), self.now
        while not (is_over(self) or stands_still(self, since)):
            self._slice(self.queue[0][0])
            if self.rosters:  # calendars go on for ever: see whether anything else does
                there = self.parts, sum(p.rank * p.level() for p in self.places)
                if there != before:
                    before, since = there, float(self.env.now)
            if self.log is not None:
                self._compact(self.log)
        self._reached = max(self._reached, float(self.env.now))
        if self.log is not None:
            self._compact(self.log)
        return self.now

    def stuck(self) -> tuple[Stuck, ...]:
        """Return where parts stand for ever (a deadlock), though others may still move; empty while all can go on."""
        return stuck(self)

    def advance(self, until: float, budget: float) -> bool:
        """Run towards `until` (s) for at most about `budget` seconds of wall time; return whether it was reached."""
        self._start()
        deadline = perf_counter() + budget
        last = min(until if self.plant.scenario.inclusive else nextafter(until, -inf), LAST)
        most = _SLICE if budget == float("inf") else _CRUMB
        while not self._slice(last, most):
            if self.log is not None:
                self._compact(self.log)
            if perf_counter() >= deadline:
                return False
        self._reached = max(self._reached, until)
        if self.log is not None:
            self._compact(self.log)
        return True

    def _compact(self, log: Log) -> None:
        log.compact()
        log.end = self.now

    def _slice(self, until: float, most: int = _SLICE) -> bool:
        """Handle some hundred events, whole instants; return whether none is left up to `until`.

        The hot loop: what happens most, a server that stops working, is written out here instead of called.
        """
        queue, dirty, touched, later = self.queue, self.dirty, self.touched, self.later
        env: Any = self.env
        began = env._now
        now, count, mixed = began, 0, False
        while (following := queue[0][0]) <= until:
            now = following
            while True:
                _, priority, number, event = heappop(queue)
                count += 1
                if number < 0:  # a `SoloServer`
                    if not event.odd:
                        if queue[0][0] != now:
                            break  # the last of its instant, most often the only one
                        event.phase = DONE
                        dirty.append(event)
                        mixed = True
                        continue
                    if not event.ring(now):
                        count -= 1
                elif type(event) is Alarm:
                    event.call(now)
                elif type(event) is DeadAlarm:
                    count -= 1
                else:
                    heappush(queue, (now, priority, number, event))
                    env.step()
                mixed = True
                if count > LOOP:
                    self._stuck(now)
                if queue[0][0] != now:
                    event = None
                    break
            if mixed:
                mixed = False
                if event is not None:
                    event.phase = DONE
                    dirty.append(event)
                if len(dirty) > 1:
                    self._crowded(now)
            else:
                event.settle(now)
            while dirty:
                place = dirty.pop()
                place.dirty = False
                place.settle(now)
            if later:
                self._settle(now)
            if touched:
                self._note(now)
            if count >= most:
                break
        env._now = now
        self.events += count
        self._watch(began, now, count)
        return queue[0][0] > until

    def _watch(self, began: float, now: float, count: int) -> None:
        """Raise when time has stood still for many events."""
        self._still = self._still + count if now == began else 0
        if self._still > LOOP:
            self._stuck(now)
        if self.parts > CROWD and self.parts - sum(p.parts for p in self.places if isinstance(p, SinkPlace)) > CROWD:
            fullest = max(self.places, key=lambda p: p.level())
            raise SimulationError(
                f"More than {CROWD:,} parts are in the plant at {now:g} s.",
                where=fullest.node.path,
                hint="Parts come faster than they leave: lengthen interarrival, give the buffer a capacity, or add servers.",
            )

    def _start(self) -> None:
        if self._started:
            return
        self._started = True
        for crew in self.crews.values():
            crew.start(0.0)
        for roster in self.rosters.values():
            roster.start(0.0)
        for place in self.places:
            place.start(0.0)
        if self.fleet is not None:
            self.fleet.start(0.0)
        self._settle(0.0)
        self._note(0.0)

    def _crowded(self, now: float) -> None:
        """Settle an instant at which several places have changed: what they hand over arrives together."""
        self.crowded = True
        self._settle(now)
        self.crowded = False

    def _settle(self, now: float) -> None:
        """Move parts, downstream first, until nothing can move; then let those choose who have a choice, and so on."""
        dirty, later = self.dirty, self.later
        dirty.sort(key=rank_of, reverse=True)
        while dirty or later:
            if not dirty:
                later.sort(key=rank_of, reverse=True)
                chooser = later.pop()
                chooser.chosen = False
                chooser.choose(now)
                continue
            place = dirty.pop()
            place.dirty = False
            place.settle(now)

    def _note(self, now: float) -> None:
        touched, log = self.touched, self.log
        for server in touched:
            if server.__class__ in _SERVERS:
                state, place, number = STATES[server.phase] if server.up else _DOWN, server.home.index, server.number
            else:
                state, place, number = server.now_state, server.place, server.row
            if state is not server.logged:
                server.logged = state
                if log is not None:
                    log.states.rows.extend((now, place, number, state))
        touched.clear()

    def _stuck(self, now: float) -> None:
        servers = [s for p in self.places if isinstance(p, StationPlace | WorkPlace) for s in p.servers]
        fleet = [] if self.fleet is None else self.fleet.vehicles
        busy = [self.places[s.home.index].node.path for s in (*servers, *fleet) if s.rings_at(now)]
        busy = list(dict.fromkeys(busy))
        raise SimulationError(
            f"Time stands still at {now:g} s: more than {LOOP} events at one instant.",
            where=", ".join(busy[:5]) or self.plant.file,
            hint="A loop of places has process times of zero; give one of them a time.",
        )

    def server(self, place: int, number: int) -> Any:
        """Return a server or machine by the index of its place and its number."""
        station = self.places[place]
        assert isinstance(station, StationPlace | WorkPlace)
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
        return self.place(path).level()

    def states(self, path: str) -> tuple[State, ...]:
        """Return the state of each server of a station; empty for other places."""
        place = self.place(path)
        return tuple(s.now_state for s in place.servers) if isinstance(place, StationPlace | WorkPlace) else ()

    def fail(self, path: str, duration: float, *, server: int = 0) -> None:
        """Take one server of a station down for `duration` s, now (from a user's process or between slices)."""
        place = self.place(path)
        if not isinstance(place, StationPlace | WorkPlace) or not 0 <= server < len(place.servers):
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
            tuple(c.state() for c in self._others()),
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
        for other, data in zip(model._others(), snapshot.others):
            other.load(data)
        for place, data in zip(model.places, snapshot.places):
            place.load(data)
        return model

    def _others(self) -> list[Any]:
        """Return all that has a state and is no place."""
        fleet = [] if self.fleet is None else [self.fleet]
        return [self.items, *self.loops, *self.crews.values(), *self.rosters.values(), *fleet]
