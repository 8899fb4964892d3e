# SPDX-License-Identifier: Apache-2.0
"""A plain station that works on kept parts: time and next place by product and step. The fast kind for job shops."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..plant import Station
from .buffer import QueuePlace
from .failure import Mode
from .place import Place, first_free, pick
from .server import IDLE, WORKING, Server
from .station import StationPlace
from .stream import Fixed
from .times import Times

if TYPE_CHECKING:
    from .part import Part


class Job:
    """What a station does with the parts of one product that have come so far.

    Attributes:
        draw: Draws the time, s.
        done: Steps of the plan that are done afterwards.
        targets: Where the part goes then; None: asked each time.
        ahead: The queue it goes to, where that is the only target and leads to one plain machine; else None.
        taker: The server of that machine.
        following: What it does with the part; None: not known yet.
    """

    __slots__ = ("ahead", "done", "draw", "following", "taker", "targets")

    def __init__(self, draw: Callable[[], float], done: int, targets: tuple[Place, ...] | None) -> None:
        self.draw, self.done, self.targets = draw, done, targets
        self.ahead: Any = None
        self.taker: Any = None
        self.following: Job | None = None
        only = targets[0] if targets is not None and len(targets) == 1 else None
        if isinstance(only, QueuePlace) and only.solo:
            machine: Any = only.only
            self.ahead, self.taker = only, machine.servers[0]

    def learn(self, part: Part) -> Job:
        """Return what the next machine does with the part, and keep it for those like it."""
        found: Job = self.taker.home.job(part.number)
        self.following = found
        return found


class JobServer(Server):
    """A server that asks its place how long a part takes.

    Attributes:
        job: What it does with the part it works on.
    """

    __slots__ = ("job",)

    home: JobPlace

    def __init__(self, home: JobPlace, number: int, modes: list[Mode]) -> None:
        super().__init__(home, number, Fixed(0.0), modes)
        self.job: Job

    def begin(self, part: int, now: float) -> None:
        """Start work on a new part."""
        self.job = job = self.home.job(part)
        self.draw = job.draw
        super().begin(part, now)

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        super().load(state)
        if self.phase == WORKING:
            self.job = self.home.job(self.part)


class JobPlace(StationPlace):
    """Parallel servers; what they do with a part is looked up by its product and the steps done.

    Attributes:
        deferred: Whether what to take is chosen when all parts of an instant have arrived (a dispatching rule needs that).
        chosen: True while registered to choose at this instant.
    """

    __slots__ = ("_times", "chosen", "deferred", "jobs")

    node: Station
    servers: list[JobServer]
    kind: Any = JobServer

    def __init__(self, sim: Any, node: Station, index: int, *, deferred: bool) -> None:
        Place.__init__(self, sim, node, index)
        self.servers = [
            self.kind(self, number, [Mode(sim, node.path, number, f) for f in node.failures]) for number in range(node.servers)
        ]
        self.free = self.servers[::-1]
        self.done = []
        self.deferred, self.chosen = deferred, False
        self.full = self.choosy = deferred
        self._times = Times(sim, node)
        self.jobs: dict[int, dict[int, Job]] = {}  # by product and steps done

    def job(self, number: int) -> Job:
        """Return what a server does with a part."""
        part = self.sim.items[number]
        try:
            return self.jobs[part.product][part.done]
        except KeyError:
            return self.find(part)

    def find(self, part: Part) -> Job:
        """Work out what a server does with a part, and keep it for those like it."""
        items, path = self.sim.items, self.node.path
        step = items.step_at(part, path)
        draw = self._times.stream(items, part, step).draw
        done = part.done | 1 << step if step >= 0 else part.done
        job = Job(draw, done, self.router.fixed(items, part.product, done))
        self.jobs.setdefault(part.product, {})[part.done] = job
        return job

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
            self.take(self.draw_from(pick(givers, now), now), now)
        if self.shared:
            self.pass_on()

    def _finish(self, server: JobServer, now: float) -> None:
        part = server.part
        self.sim.items[part].done = server.job.done
        targets = server.job.targets
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
