# SPDX-License-Identifier: Apache-2.0
"""A repair crew: as many repairs at a time as it has members; who has been down longest is repaired first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..event import State
from ..plant import WorkerPool

if TYPE_CHECKING:
    from .server import Server
    from .simulation import Simulation


class Crew:
    """A worker pool that repairs. It is settled with the places of an instant, before any part moves.

    Attributes:
        index: In the log's places; -1 without a log.
        free: Members that have nothing to do, the lowest number last.
        queue: (down since in s, place index, server number) of servers that wait.
    """

    __slots__ = ("dirty", "free", "index", "pool", "queue", "rank", "sim")

    def __init__(self, sim: Simulation, pool: WorkerPool) -> None:
        self.sim, self.pool, self.index, self.rank = sim, pool, -1, -1
        self.free = list(range(pool.size))[::-1]
        self.queue: list[tuple[float, int, int]] = []
        self.dirty = False

    def start(self, now: float) -> None:
        """Note that all members are idle."""
        for member in self.free:
            self._note(now, member, State.IDLE)

    def request(self, server: Server, now: float) -> None:
        """A server has gone down."""
        self.queue.append((now, server.home.index, server.number))
        self._touch()

    def release(self, member: int, now: float) -> None:
        """A repair is over."""
        self.free.append(member)
        self.free.sort(reverse=True)
        self._note(now, member, State.IDLE)
        self._touch()

    def _touch(self) -> None:
        if not self.dirty:
            self.dirty = True
            self.sim.dirty.append(self)

    def settle(self, now: float) -> None:
        """Begin the repairs there are members for."""
        self.queue.sort()
        while self.free and self.queue:
            _, place, number = self.queue.pop(0)
            member = self.free.pop()
            self._note(now, member, State.BUSY)
            self.sim.server(place, number).begin_repair(member, now)

    def _note(self, now: float, member: int, state: State) -> None:
        if self.sim.log is not None:
            self.sim.log.states.rows.extend((now, self.index, member, state))

    def state(self) -> Any:
        """Return plain data for `load`."""
        return tuple(self.free), tuple(self.queue)

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        free, queue = state
        self.free, self.queue = list(free), list(queue)
