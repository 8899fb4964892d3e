# SPDX-License-Identifier: Apache-2.0
"""A server that is alone in its place and is its own alarm: the kind for the hot paths (see `single` and `solo_job`).

All that a stretch of work needs is in one object, which also stands in SimPy's queue for the end of its work: fewer steps, and
fewer places in memory, which is what costs where there are a thousand stations.
"""

from __future__ import annotations

from heapq import heappush
from typing import TYPE_CHECKING, Any

from simpy.events import NORMAL

from .failure import Mode
from .server import Server
from .stream import Fixed, Stream

if TYPE_CHECKING:
    from .station import StationPlace


class SoloServer(Server):
    """The only server of its place; it stands for that place among those to be settled.

    Alarms of this kind have negative numbers: they go off before all others of an instant, from upstream down, so they need no
    sorting.

    Attributes:
        time: When its work ends, s; it stays when it has ended. None: interrupted.
        id: Its number in the queue; lower is further upstream.
        odd: Whether the next alarm is not simply the end of work: it is a failure, or some of `stale` are left.
        stale: Times of alarms that are still in the queue but no longer count, s.
        rank, dirty, code, waiters, moves: As of its place.
    """

    __slots__ = ("code", "dirty", "id", "moves", "odd", "rank", "stale", "time", "waiters")

    def __init__(self, home: StationPlace, number: int, stream: Stream | Fixed, modes: list[Mode]) -> None:
        super().__init__(home, number, stream, modes)
        self.alarm = self
        self.time: float | None = None
        self.odd = self.dirty = False
        self.stale: list[float] = []
        self.waiters, self.code = home.waiters, home.code

    def settle(self, now: float) -> None:
        """Hand over the part that was finished at this instant; load the next one."""
        raise NotImplementedError

    def enter(self) -> None:
        """Take over what the place knows once all are connected and ranked."""
        self.rank, self.id, self.moves = self.home.rank, -1 - self.home.rank, self.home.moves

    def arm(self, time: float) -> None:
        """Let the present stretch of work end at `time` (s)."""
        self.time, self.odd = time, self.failing or bool(self.stale)
        heappush(self.queue, (time, NORMAL, self.id, self))

    def disarm(self) -> SoloServer:
        """The present stretch of work does not end when it was said to."""
        assert self.time is not None
        self.stale.append(self.time)
        self.time, self.odd = None, True
        return self

    def ring(self, now: float) -> bool:
        """Handle an alarm that is odd; return whether it counted."""
        if now in self.stale:
            self.stale.remove(now)
            self.odd = self.failing or bool(self.stale)
            return False
        self._stop(now)
        self.odd = bool(self.stale)
        return True

    def is_stale(self, time: float) -> bool:
        """Whether an alarm in the queue for that time no longer counts."""
        return time in self.stale and self.time != time

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.stale.clear()
        super().load(state)
