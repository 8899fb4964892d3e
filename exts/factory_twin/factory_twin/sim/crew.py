# SPDX-License-Identifier: Apache-2.0
"""A worker pool: its members repair, maintain, set up and work at stations; who has waited longest is served first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..event import State
from ..plant import WorkerPool
from .place import Settled

if TYPE_CHECKING:
    from .simulation import Simulation

REPAIR, WORK = 0, 1


class Request(NamedTuple):
    """Somebody who waits for workers; sorts by who has waited longest.

    Attributes:
        since: s.
        place: Index of the place.
        number: Of the server.
        task: REPAIR (also maintenance) or WORK (also set-up).
        members: How many it needs at once.
    """

    since: float
    place: int
    number: int
    task: int
    members: int


class Crew(Settled):
    """A worker pool at work. It is settled with the places of an instant, before any part moves.

    Attributes:
        index: In the log's places; -1 without a log.
        free: Members that have nothing to do, the lowest number last.
        queue: Requests that wait.
        busy: Member -> the request it works for.
        on: Whether the pool is on shift.
    """

    __slots__ = ("busy", "free", "index", "on", "pool", "queue")

    def __init__(self, sim: Simulation, pool: WorkerPool) -> None:
        self.sim, self.pool, self.index, self.rank = sim, pool, -1, -1
        self.free = list(range(pool.size))[::-1]
        self.queue: list[Request] = []
        self.busy: dict[int, Request] = {}
        self.on = True
        self.dirty = False

    def start(self, now: float) -> None:
        """Note what all members are doing."""
        for member in self.free:
            self._note(now, member, State.IDLE if self.on else State.OFF)

    def request(self, server: Any, now: float, *, task: int = REPAIR, count: int = 1) -> None:
        """A server needs members."""
        self.queue.append(Request(now, server.home.index, server.number, task, count))
        self.touch()

    def cancel(self, server: Any, task: int) -> None:
        """A server no longer waits for members."""
        self.queue = [r for r in self.queue if (r.place, r.number, r.task) != (server.home.index, server.number, task)]

    def release(self, members: tuple[int, ...], now: float) -> None:
        """Members are done."""
        for member in members:
            del self.busy[member]
            self.free.append(member)
            self._note(now, member, State.IDLE if self.on else State.OFF)
        self.free.sort(reverse=True)
        self.touch()

    def shift(self, now: float, *, on: bool) -> None:
        """A shift begins or ends; whether work in hand is finished first is the pool's choice."""
        self.on = on
        for member in self.free:
            self._note(now, member, State.IDLE if on else State.OFF)
        if on:
            self.touch()
        elif not self.pool.shift.finish:
            for request in sorted(set(self.busy.values())):
                self.sim.server(request.place, request.number).left_alone(request.task, now)

    def settle(self, now: float) -> None:
        """Send the members there are, to who has waited longest first."""
        if not self.on:
            return
        self.queue.sort()
        while self.queue and self.queue[0].members <= len(self.free):
            request = self.queue.pop(0)
            members = tuple(self.free.pop() for _ in range(request.members))
            for member in members:
                self.busy[member] = request
                self._note(now, member, State.BUSY)
            self.sim.server(request.place, request.number).helped(self, request.task, members, now)

    def _note(self, now: float, member: int, state: State) -> None:
        if self.sim.log is not None:
            self.sim.log.states.rows.extend((now, self.index, member, state))

    def state(self) -> Any:
        """Return plain data for `load`."""
        return tuple(self.free), tuple(map(tuple, self.queue)), tuple((m, tuple(r)) for m, r in self.busy.items()), self.on

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        free, queue, busy, self.on = state
        self.free, self.queue = list(free), [Request(*r) for r in queue]
        self.busy = {m: Request(*r) for m, r in busy}
