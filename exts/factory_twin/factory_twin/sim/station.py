# SPDX-License-Identifier: Apache-2.0
"""Stations and vehicle paths: places whose servers take parts in, block after service and hand over."""

from __future__ import annotations

from typing import Any

from ..plant import Station, VehiclePath
from .failure import Mode
from .place import Place, first_free
from .server import IDLE, Server
from .stream import Fixed, Stream


class StationPlace(Place):
    """Parallel servers behind one door; a finished part keeps its server until the next place takes it.

    Attributes:
        servers: By number.
        free: Servers that are idle and up, highest number first.
        done: Servers that finished a part at this instant.
    """

    __slots__ = ("done", "free", "servers")

    kind: Any = Server

    def __init__(self, sim: Any, node: Station | VehiclePath, index: int, draws: list[Stream | Fixed]) -> None:
        super().__init__(sim, node, index)
        failures = node.failures if isinstance(node, Station) else ()
        self.servers = [
            self.kind(self, number, draw, [Mode(sim, node.path, number, f) for f in failures])
            for number, draw in enumerate(draws)
        ]
        self.free = self.servers[::-1]
        self.full = not self.free
        self.done: list[Server] = []

    def take(self, part: int, now: float) -> None:
        """Let the free server with the lowest number work on the part."""
        free = self.free
        server = free.pop()
        self.full = not free
        server.begin(part, now)

    def start(self, now: float) -> None:
        """Start the calendar clocks."""
        for server in self.servers:
            server.start(now)

    def settle(self, now: float) -> None:
        """Hand over what was finished at this instant, then load."""
        done, waiters, free = self.done, self.waiters, self.free
        if not done:
            while waiters and free:
                self.pull(now)
        else:
            done.sort(key=_number)
            for server in done:
                self._hand_over(server, now)
            while waiters and free:
                self.pull(now)
            self.sim.touched += done
            done.clear()
        if self.shared and waiters:
            self.pass_on()

    def _hand_over(self, server: Server, now: float) -> None:
        targets = self.router.route(server.part)
        target = first_free(targets)
        if target is None:
            server.offer(targets, now)
            return
        server.phase = IDLE
        if server.up:
            self.add_free(server)
        if self.moves is not None:
            self.moves((now, self.code, target.code, server.part))
        target.take(server.part, now)

    def add_free(self, server: Server) -> None:
        """Make a server available again."""
        free = self.free
        free.append(server)
        self.full = False
        if len(free) > 1:
            free.sort(key=_number, reverse=True)

    def remove_free(self, server: Server) -> None:
        """An idle server went down."""
        self.free.remove(server)
        self.full = not self.free

    def level(self) -> int:
        """Return how many parts are here."""
        return sum(s.phase != IDLE for s in self.servers)

    def state(self) -> Any:
        """Return plain data for `load`."""
        return tuple(s.state() for s in self.servers), self.router.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        servers, router = state
        for server, data in zip(self.servers, servers):
            server.load(data)
        self.free[:] = [s for s in self.servers[::-1] if s.phase == IDLE and s.up]  # the hot paths hold this very list
        self.full = not self.free
        self.router.load(router)


def _number(server: Server) -> int:
    return server.number


def draws(sim: Any, node: Station | VehiclePath) -> list[Stream | Fixed]:
    """Return one stream of work times per server."""
    if isinstance(node, Station):
        shared = sim.stream(node.process_time, node.path, "process")
        return [shared] * node.servers
    trip = node.length / node.speed
    return [Fixed(2 * trip + v.load_time + v.unload_time) for v in node.vehicles]
