# SPDX-License-Identifier: Apache-2.0
"""A plain station that works on kept parts: time and next place by product and step. The fast kind for job shops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plant import Station
from .failure import Mode
from .place import Place, first_free, pick
from .server import IDLE, Server
from .station import StationPlace
from .stream import Fixed
from .times import Times

if TYPE_CHECKING:
    from .part import Part

Job = tuple[
    Any, int, tuple[Place, ...] | None
]  # draws the time; steps done afterwards; where to go then (None: asked each time)


class JobServer(Server):
    """A server that asks its place how long a part takes.

    Attributes:
        done: Steps of the part's plan that are done when it is finished.
        targets: Where it goes then; None: asked when it is finished.
    """

    __slots__ = ("done", "targets")

    home: JobPlace

    def __init__(self, home: JobPlace, number: int, modes: list[Mode]) -> None:
        super().__init__(home, number, Fixed(0.0), modes)
        self.done = 0
        self.targets: tuple[Place, ...] | None = None

    def begin(self, part: int, now: float) -> None:
        """Start work on a new part."""
        self.draw, self.done, self.targets = self.home.job(part)
        super().begin(part, now)

    def state(self) -> Any:
        """Return plain data for `load`."""
        targets = None if self.targets is None else tuple(p.index for p in self.targets)
        return super().state(), self.done if self.phase != IDLE else 0, targets if self.phase != IDLE else None

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        whole, self.done, targets = state
        super().load(whole)
        self.targets = None if targets is None else tuple(self.home.sim.places[i] for i in targets)


class JobPlace(StationPlace):
    """Parallel servers; what they do with a part is looked up by its product and the steps done.

    Attributes:
        deferred: Whether what to take is chosen when all parts of an instant have arrived (a dispatching rule needs that).
        chosen: True while registered to choose at this instant.
    """

    __slots__ = ("_jobs", "_times", "chosen", "deferred")

    node: Station
    servers: list[JobServer]  # type: ignore[assignment]

    def __init__(self, sim: Any, node: Station, index: int, *, deferred: bool) -> None:
        Place.__init__(self, sim, node, index)
        self.servers = [
            JobServer(self, number, [Mode(sim, node.path, number, f) for f in node.failures]) for number in range(node.servers)
        ]
        self.free = self.servers[::-1]  # type: ignore[assignment]
        self.done = []
        self.deferred, self.chosen = deferred, False
        self.full = self.choosy = deferred
        self._times = Times(sim, node)
        self._jobs: dict[tuple[int, int], Job] = {}

    def job(self, number: int) -> Job:
        """Return what a server has to know of a part."""
        part = self.sim.items[number]
        key = part.product, part.done
        job = self._jobs.get(key)
        if job is None:
            job = self._jobs[key] = self._find(part)
        return job

    def _find(self, part: Part) -> Job:
        items, path = self.sim.items, self.node.path
        step = items.step_at(part, path)
        draw = self._times.stream(items, part, step).draw
        done = part.done | 1 << step if step >= 0 else part.done
        return draw, done, self.router.fixed(items, part.product, done)

    def take(self, part: int, now: float) -> None:
        """Let the free server with the lowest number work on the part."""
        free = self.free
        server = free.pop()
        if not self.deferred:
            self.full = not free
        server.begin(part, now)

    def settle(self, now: float) -> None:
        """Hand over what was finished at this instant, then load, at once or when all have arrived."""
        done = self.done
        if done:
            if len(done) > 1:
                done.sort(key=_number)
            for server in done:
                self._finish(server, now)  # type: ignore[arg-type]
            self.sim.touched += done
            done.clear()
        if not (self.deferred or self.sim.crowded):
            while self.waiters and self.free:
                self.pull(now)
            if self.shared and self.waiters:
                self.pass_on()
        elif self.waiters and self.free and not self.chosen:
            self.chosen = True
            self.sim.later.append(self)

    def wants(self) -> bool:
        """Return whether a part would be taken now."""
        return bool(self.free)

    def choose(self, now: float) -> None:
        """Take the parts the rules put first, but for those that a place named before this one would take."""
        while self.free and (givers := [g for g in self.waiters if not g.prefers_another(self)]):
            giver = pick(givers, now)
            part = giver.give(now)
            if self.moves is not None:
                self.moves((now, giver.home.index, self.index, part))
            self.take(part, now)
        if self.shared:
            self.pass_on()

    def _finish(self, server: JobServer, now: float) -> None:
        part = server.part
        self.sim.items[part].done = server.done
        targets = server.targets
        if targets is None:
            targets = self.router.route(part)
        target = first_free(targets)
        if target is None:
            server.offer(targets, now)
            return
        server.phase = IDLE
        if server.up:
            self.add_free(server)
        if self.moves is not None:
            self.moves((now, self.index, target.index, part))
        target.take(part, now)

    def add_free(self, server: Server) -> None:
        """Make a server available again."""
        super().add_free(server)
        if self.deferred:
            self.full = True

    def remove_free(self, server: Server) -> None:
        """An idle server went down."""
        super().remove_free(server)
        if self.deferred:
            self.full = True

    def state(self) -> Any:
        """Return plain data for `load`."""
        return super().state(), self._times.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        whole, times = state
        self._times.load(times)
        super().load(whole)
        if self.deferred:
            self.full = True


def _number(server: Server) -> int:
    return server.number
