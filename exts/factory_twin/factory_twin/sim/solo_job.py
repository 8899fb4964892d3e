# SPDX-License-Identifier: Apache-2.0
"""The common machine of a job shop: one server that alone empties one first-in-first-out queue of parts with plans.

The hot path of large job shops: what happens most is written out here instead of called. At an instant at which several places
change it does what `JobPlace` does, so that all parts arrive before any machine takes one.
"""

from __future__ import annotations

from collections import deque
from heapq import heappush
from typing import TYPE_CHECKING, Any

from .buffer import QueuePlace
from .failure import Mode
from .job import Job, JobPlace
from .place import first_free
from .server import BLOCKED, IDLE, WORKING
from .solo import SoloServer
from .stream import Fixed

if TYPE_CHECKING:
    from .part import Part


class SoloJobServer(SoloServer):
    """The server of such a machine.

    Attributes:
        item: What is known of the part it works on.
        job: What it does with it.
        line: The queue that feeds it.
        supply: What waits there.
        parts: All parts by number.
    """

    __slots__ = ("item", "job", "line", "parts", "supply")

    home: SoloJob

    def __init__(self, home: SoloJob, number: int, modes: list[Mode]) -> None:
        super().__init__(home, number, Fixed(0.0), modes)
        self.parts: dict[int, Part] = home.sim.items.all
        self.item: Part
        self.job: Job
        self.line: QueuePlace
        self.supply: deque[int] = deque()

    def link(self, line: QueuePlace) -> None:
        """Take over the queue once all places are connected and ranked."""
        self.enter()
        self.line, self.supply = line, line.items

    def begin(self, part: int, now: float) -> None:
        """Start work on a new part."""
        if self.phase != WORKING:
            self.touched.append(self)
        self.go(self.parts[part], now)

    def go(self, item: Part, now: float) -> None:
        """Start work on a new part whose state of the server is noted."""
        job = item.job
        if job is None:
            job = self.home.job(item.number)
        item.job = None
        self.item, self.job, self.part, self.phase = item, job, item.number, WORKING
        work = job.draw()
        margin = self.margin
        if margin < work:
            self.work, self.failing, self.odd, work = work - margin, True, True, margin
        self.margin = margin - work
        self.time = end = now + work
        heappush(self.queue, (end, 1, self.id, self))  # 1: simpy.events.NORMAL

    def settle(self, now: float) -> None:
        """Hand over the part that was finished at this instant; load the next one."""
        home = self.home
        if home.sim.crowded:
            home.finished_with_others(now)
            return
        job, item, moves = self.job, self.item, self.moves
        item.done = job.done
        ahead = job.ahead
        if ahead is None:
            if not self._hand_over(item.number, now):
                return
        elif ahead.full:
            self._block(job.targets or (), now)
            return
        else:
            taker = job.taker
            item.job = job.following or job.learn(item)
            waiting = ahead.items
            if waiting or taker.home.full:
                if moves is not None:
                    moves((now, self.code, ahead.code, item.number))
                waiting.append(item.number)
                if len(waiting) == 1:
                    ahead.offer.offer(ahead.router.all, now)
                if len(waiting) >= ahead.capacity:
                    ahead.full = True
            else:
                if moves is not None:
                    moves((now, self.code, ahead.code, item.number, now, ahead.code, taker.code, item.number))
                taker.home.full = True
                taker.home.free.pop()
                if taker.phase != WORKING:
                    self.touched.append(taker)
                taker.go(item, now)
        supply = self.supply
        if supply and self.up:
            number = supply.popleft()
            line = self.line
            if not supply:
                line.offer.withdraw()
            if line.full:
                line.full = False
                if line.waiters:
                    line.touch()
            if moves is not None:
                moves((now, line.code, self.code, number))
            self.go(self.parts[number], now)
            return
        self.phase = IDLE
        if self.up:
            home.free.append(self)
            home.full = False
            if self.waiters:
                home.touch()
        self.touched.append(self)

    def _hand_over(self, number: int, now: float) -> bool:
        """Give the part to a place of another kind, or wait to; return whether it has left."""
        targets = self.job.targets or self.home.router.route(number)
        target: Any = first_free(targets)
        if target is None:
            self._block(targets, now)
            return False
        if self.moves is not None:
            self.moves((now, self.code, target.code, number))
        target.take(number, now)
        return True

    def _block(self, targets: tuple[Any, ...], now: float) -> None:
        self.phase = BLOCKED
        self.offer(targets, now)
        self.touched.append(self)

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        super().load(state)
        if self.phase == WORKING:
            self.item, self.job = self.parts[self.part], self.home.job(self.part)


class SoloJob(JobPlace):
    """One server, fed by a queue that feeds nothing else."""

    __slots__ = ()

    kind = SoloJobServer

    def link(self, line: QueuePlace) -> None:
        """Look at the neighbours once all places are connected and ranked."""
        server: Any = self.servers[0]
        server.link(line)

    def finished_with_others(self, now: float) -> None:
        """The server has finished a part at an instant at which other places change, too."""
        self.done.append(self.servers[0])
        JobPlace.settle(self, now)
