# SPDX-License-Identifier: Apache-2.0
"""The common machine of a job shop: one server that alone empties one first-in-first-out queue of parts with plans.

The hot path of large job shops, written out in a closure like that of `single`, for the same reason. At an instant at which
several places change it does what `JobPlace` does, so that all parts arrive before any machine takes one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappush
from typing import Any

from .agenda import SoloAlarm
from .buffer import QueuePlace
from .job import JobPlace
from .place import Place
from .server import BLOCKED, IDLE, WORKING


class SoloJob(JobPlace):
    """One server, fed by a queue that feeds nothing else."""

    __slots__ = ("start_at",)

    def link(self, queue: QueuePlace) -> None:
        """Look at the neighbours once all places are connected and ranked."""
        go_on, self.start_at = _closures(self, queue)
        self.servers[0].alarm = SoloAlarm(self.sim.env, self.servers[0], go_on, self.rank)

    def finished_with_others(self, now: float) -> None:
        """The server has finished a part at an instant at which other places change, too."""
        self.done.append(self.servers[0])
        JobPlace.settle(self, now)


def _closures(home: SoloJob, queue: QueuePlace) -> tuple[Callable[[float], None], Callable[[int, float], None]]:
    """Return (what follows when the server has finished a part, start on a part)."""
    sim, server, waiters, free = home.sim, home.servers[0], home.waiters, home.free
    heap, touched, moves, code = sim.queue, sim.touched, home.moves, home.code
    parts, jobs, find = sim.items.all, home.jobs, home.find
    supply: deque[int] = queue.items

    def start(number: int, now: float) -> None:
        part = parts[number]
        try:
            job = jobs[part.product][part.done]
        except KeyError:
            job = find(part)
        server.job, server.part, server.phase = job, number, WORKING
        work = job.draw()
        margin = server.margin
        if margin < work:
            server.work, server.failing, work = work - margin, True, margin
        server.margin = margin - work
        alarm = server.alarm
        alarm.time = end = now + work
        heappush(heap, (end, 1, alarm.id, alarm))  # 1: simpy.events.NORMAL

    def go_on(now: float) -> None:
        if sim.crowded:
            home.finished_with_others(now)
            return
        job, number = server.job, server.part
        parts[number].done = job.done
        ahead = job.ahead
        if ahead is None:
            if not hand_over(number, now):
                return
        elif ahead.full:
            server.phase = BLOCKED
            server.offer(job.targets or (), now)
            touched.append(server)
            return
        else:
            beyond = job.beyond
            if ahead.items or beyond.full:
                if moves is not None:
                    moves((now, code, ahead.code, number))
                ahead.stand(number, now)
            else:
                if moves is not None:
                    moves((now, code, ahead.code, number, now, ahead.code, beyond.code, number))
                beyond.full = True
                beyond.free.pop()
                taker = beyond.servers[0]
                if taker.phase != WORKING:
                    touched.append(taker)
                beyond.start_at(number, now)
        if supply and server.up:
            following = supply.popleft()
            if not supply:
                queue.offer.withdraw()
            if queue.full:
                queue.full = False
                if queue.waiters:
                    queue.touch()
            if moves is not None:
                moves((now, queue.code, code, following))
            start(following, now)
            return
        server.phase = IDLE
        if server.up:
            free.append(server)
            home.full = False
            if waiters:
                home.touch()
        touched.append(server)

    def hand_over(number: int, now: float) -> bool:
        """Give the part to a place of another kind, or wait to; return whether it has left."""
        targets: tuple[Place, ...] = server.job.targets or home.router.route(number)
        target: Any = next((t for t in targets if not (t.full or t.waiters)), None)
        if target is None:
            server.phase = BLOCKED
            server.offer(targets, now)
            touched.append(server)
            return False
        if moves is not None:
            moves((now, code, target.code, number))
        target.take(number, now)
        return True

    return go_on, start
