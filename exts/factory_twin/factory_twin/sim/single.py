# SPDX-License-Identifier: Apache-2.0
"""The common case of a station without detours: one server, one successor.

The hot path of long lines: what happens most is written out here instead of called.
"""

from __future__ import annotations

from collections import deque
from heapq import heappush
from typing import TYPE_CHECKING, Any

from .buffer import BufferPlace
from .failure import Mode
from .place import Place, pick
from .server import BLOCKED, BUSY, IDLE, WORKING, Server
from .solo import SoloServer
from .station import StationPlace
from .stream import Fixed, Stream

if TYPE_CHECKING:
    from ..plant import Station, VehiclePath

_NO_PARTS: deque[int] = deque()


class SingleServer(SoloServer):
    """The server of a single station.

    Attributes:
        target: The next place.
        ahead: That place, where it is a plain buffer that this station alone feeds; else None.
        stock: What waits there.
        beyond: The server that alone takes from there.
        behind: The plain buffer that alone feeds this station; else None.
        supply: What waits there.
        always: Work time, where it is always the same, s.
    """

    __slots__ = ("ahead", "always", "behind", "beyond", "stock", "supply", "target")

    home: SingleStation

    def __init__(self, home: SingleStation, number: int, stream: Stream | Fixed, modes: list[Mode]) -> None:
        super().__init__(home, number, stream, modes)
        self.always = stream.value if isinstance(stream, Fixed) else None
        self.ahead: BufferPlace | None = None
        self.behind: BufferPlace | None = None
        self.beyond: SingleServer | None = None
        self.stock = self.supply = _NO_PARTS

    def link(self, behind: Place | None) -> None:
        """Look at the neighbours; `behind` is what alone feeds the station."""
        self.enter()
        home = self.home
        ahead = self.target = home.only
        if type(ahead) is BufferPlace and ahead.sole and not ahead.timed:
            self.ahead, self.stock = ahead, ahead.items
            self.beyond = ahead.only.server if isinstance(ahead.only, SingleStation) else None
        if type(behind) is BufferPlace and behind.only is home and not (behind.timed or behind.last):
            self.behind, self.supply = behind, behind.items

    def begin(self, part: int, now: float) -> None:
        """Start work on a new part."""
        self.part = part
        self.phase = WORKING
        if self.logged is not BUSY:
            self.touched.append(self)
        always = self.always
        work = self.draw() if always is None else always
        margin = self.margin
        if margin < work:
            self.work, self.failing, self.odd, work = work - margin, True, True, margin
        self.margin = margin - work
        self.time = end = now + work
        heappush(self.queue, (end, 1, self.id, self))  # 1: simpy.events.NORMAL

    def settle(self, now: float) -> None:
        """Hand over the part that was finished at this instant; load the next one."""
        ahead, moves, part = self.ahead, self.moves, self.part
        if ahead is None:
            target: Any = self.target
            if target.full or target.waiters:
                self._block(now)
                return
            if moves is not None:
                moves((now, self.code, target.code, part))
            target.take(part, now)
        elif ahead.full:
            self._block(now)
            return
        elif stock := self.stock:
            if moves is not None:
                moves((now, self.code, ahead.code, part))
            stock.append(part)
            if len(stock) >= ahead.capacity:
                ahead.full = True
        elif (beyond := self.beyond) is None or beyond.home.full:
            if moves is not None:
                moves((now, self.code, ahead.code, part))
            ahead.take(part, now)
        else:
            if moves is not None:
                moves((now, self.code, ahead.code, part, now, ahead.code, beyond.code, part))
            beyond.home.full = True
            beyond.begin(part, now)
        waiters = self.waiters
        if not (waiters and self.up):
            self.phase = IDLE
            self.home.full = not self.up
            self.touched.append(self)
            return
        behind = self.behind
        if behind is None:
            giver = waiters[0] if len(waiters) == 1 else pick(waiters, now)
            self.part = part = giver.give(now)
            if moves is not None:
                moves((now, giver.home.code, self.code, part))
        else:
            supply = self.supply
            self.part = part = supply.popleft()
            if not supply:
                behind.offer.withdraw()
            if behind.full:
                behind.full = False
                if behind.waiters:
                    behind.touch()
            if moves is not None:
                moves((now, behind.code, self.code, part))
        self.phase = WORKING  # from here as in `begin`
        always = self.always
        work = self.draw() if always is None else always
        margin = self.margin
        if margin < work:
            self.work, self.failing, self.odd, work = work - margin, True, True, margin
        self.margin = margin - work
        self.time = end = now + work
        heappush(self.queue, (end, 1, self.id, self))

    def _block(self, now: float) -> None:
        self.phase = BLOCKED
        self.offer(self.home.router.all, now)
        self.touched.append(self)


class SingleStation(StationPlace):
    """One server, one successor.

    Attributes:
        server: The one.
    """

    __slots__ = ("server",)

    kind = SingleServer

    def __init__(self, sim: Any, node: Station | VehiclePath, index: int, draws: list[Stream | Fixed]) -> None:
        super().__init__(sim, node, index, draws)
        self.server: SingleServer = self.servers[0]

    def link(self, feeders: list[Place]) -> None:
        """Tell the server its neighbours."""
        self.server.link(feeders[0] if len(feeders) == 1 else None)

    def take(self, part: int, now: float) -> None:
        """Let the server work on the part."""
        self.full = True
        self.server.begin(part, now)

    def settle(self, now: float) -> None:
        """Load; a part that was finished at the very instant of a failure is handed over first."""
        if self.done:
            self.done.clear()
            self.server.settle(now)
        elif self.waiters and not self.full:
            self.pull(now)

    def add_free(self, server: Server) -> None:
        """Make the server available again."""
        self.full = False

    def remove_free(self, server: Server) -> None:
        """The idle server went down."""
        self.full = True
