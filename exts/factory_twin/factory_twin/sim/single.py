# SPDX-License-Identifier: Apache-2.0
"""The common case of a station without detours: one server, one successor.

The hot path of long lines. What happens most is written out here instead of called, in a closure instead of a method: what
never changes (the server, the neighbours, the queue) is a local name then, which Python reads much faster than an attribute.
All that changes stays in the objects, as plain data, so a running model can still be copied.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappush
from typing import Any

from ..plant import Station, VehiclePath
from .agenda import SoloAlarm
from .buffer import BufferPlace
from .place import Place, pick
from .server import BLOCKED, IDLE, WORKING, Server
from .station import StationPlace
from .stream import Fixed, Stream


class SingleStation(StationPlace):
    """One server, one successor.

    Attributes:
        server: The one.
    """

    __slots__ = ("server",)

    def __init__(self, sim: Any, node: Station | VehiclePath, index: int, draws: list[Stream | Fixed]) -> None:
        super().__init__(sim, node, index, draws)
        self.server = self.servers[0]

    def link(self, feeders: list[Place]) -> None:
        """Look at the neighbours: plain buffers between two places are filled and emptied without a call."""
        ahead = self.only
        behind = feeders[0] if len(feeders) == 1 else None
        fills = isinstance(ahead, BufferPlace) and ahead.sole and not ahead.timed
        drains = isinstance(behind, BufferPlace) and behind.only is self and not (behind.timed or behind.last)
        go_on = _go_on(self, ahead if fills else None, behind if drains else None)
        self.server.alarm = SoloAlarm(self.sim.env, self.server, go_on, self.rank)

    def take(self, part: int, now: float) -> None:
        """Let the server work on the part."""
        self.full = True
        self.server.begin(part, now)

    def settle(self, now: float) -> None:
        """Load; a part that was finished at the very instant of a failure is handed over first."""
        if self.done:
            self.done.clear()
            alarm: Any = self.server.alarm
            alarm.settle(now)
        elif self.waiters and not self.full:
            self.pull(now)

    def add_free(self, server: Server) -> None:
        """Make the server available again."""
        self.full = False

    def remove_free(self, server: Server) -> None:
        """The idle server went down."""
        self.full = True


def _go_on(home: SingleStation, ahead: Any, behind: Any) -> Callable[[float], None]:
    """Return what follows when the server has finished a part.

    Args:
        home: The station.
        ahead: The plain buffer it alone feeds; None where its parts go elsewhere.
        behind: The plain buffer that alone feeds it; None where it is fed otherwise.
    """
    server, waiters, target, code, moves = home.server, home.waiters, home.only, home.code, home.moves
    queue, touched = home.sim.queue, home.sim.touched
    draw, always = server.draw, server.stream.value if isinstance(server.stream, Fixed) else None
    beyond = ahead.only if ahead is not None and isinstance(ahead.only, SingleStation) else None
    stock: deque[int] = deque() if ahead is None else ahead.items
    supply: deque[int] = deque() if behind is None else behind.items
    assert target is not None

    def go_on(now: float) -> None:
        if ahead is None:
            if target.full or target.waiters:
                block(now)
                return
            if moves is not None:
                moves((now, code, target.code, server.part))
            target.take(server.part, now)
        else:
            if ahead.full:
                block(now)
                return
            if stock:
                if moves is not None:
                    moves((now, code, ahead.code, server.part))
                stock.append(server.part)
                if len(stock) >= ahead.capacity:
                    ahead.full = True
            elif beyond is None or beyond.full:
                if moves is not None:
                    moves((now, code, ahead.code, server.part))
                ahead.take(server.part, now)
            else:
                if moves is not None:
                    moves((now, code, ahead.code, server.part, now, ahead.code, beyond.code, server.part))
                beyond.full = True
                beyond.server.begin(server.part, now)
        if not (waiters and server.up):
            server.phase = IDLE
            home.full = not server.up
            touched.append(server)
            return
        if behind is None:
            giver = waiters[0] if len(waiters) == 1 else pick(waiters, now)
            server.part = part = giver.give(now)
            if moves is not None:
                moves((now, giver.home.code, code, part))
        else:
            server.part = part = supply.popleft()
            if not supply:
                behind.offer.withdraw()
            if behind.full:
                behind.full = False
                if behind.waiters:
                    behind.touch()
            if moves is not None:
                moves((now, behind.code, code, part))
        server.phase = WORKING  # from here as in Server.begin
        work = draw() if always is None else always
        margin = server.margin
        if margin < work:
            server.work, server.failing, work = work - margin, True, margin
        server.margin = margin - work
        alarm = server.alarm
        alarm.time = end = now + work
        heappush(queue, (end, 1, alarm.id, alarm))  # 1: simpy.events.NORMAL

    def block(now: float) -> None:
        server.phase = BLOCKED
        server.offer(home.router.all, now)
        touched.append(server)

    return go_on
