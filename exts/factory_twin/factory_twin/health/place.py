# SPDX-License-Identifier: Apache-2.0
"""A place that is watched: its state, how hard it has worked, and whether anything is heard of it."""

from __future__ import annotations

from ..event import State, together
from .load import Load
from .settings import Settings
from .silence import Silence

BLIND = 7200.0
HOLE = 600.0
_SERVERS = 256


class Place:
    """What the detectors of a place share.

    Args:
        path: Prim path.
        settings: Numbers.

    Attributes:
        state: What it does; None: it has never told.
        since: When that began, Unix s.
        load: How hard it has worked.
        silence: Of anything from it.
        blind: Until then its warmth can't be foreseen, since nobody knows what it did before; Unix s.
    """

    __slots__ = ("_servers", "_settle", "blind", "load", "path", "silence", "since", "state")

    def __init__(self, path: str, settings: Settings) -> None:
        self.path = path
        self.state: State | None = None
        self.since = float("-inf")
        self.load = Load(settings.bin)
        self.silence = Silence(settings.silence, settings.silence_factor)
        self.blind = float("-inf")
        self._settle = settings.settle
        self._servers: dict[int, State] = {}

    def hear(self, time: float) -> None:
        """Note that something came at `time` (s, not before the last)."""
        silence = self.silence
        wait = time - silence.last
        if wait > HOLE and wait > silence.limit and self.state is not State.OFF:
            self.blind = time + BLIND
        silence.feed(time, self.state is not State.OFF)

    def change(self, time: float, server: int, new: State) -> None:
        """Take the state of a server."""
        if len(self._servers) < _SERVERS or server in self._servers:
            self._servers[server] = new
        whole = new if len(self._servers) == 1 else _whole(self._servers)
        if whole == self.state:
            return
        before = State.UNKNOWN if self.state is None else self.state
        if before is State.UNKNOWN and time - self.since > HOLE:
            self.blind = max(self.blind, time + BLIND)
        self.load.change(time, before, whole)
        self.state, self.since = whole, time

    def works(self, time: float) -> bool:
        """Return whether values of `time` are of a machine at work; also when it has never told its state."""
        state = self.state
        return state is None or (state is State.BUSY and time - self.since >= self._settle)


def _whole(servers: dict[int, State]) -> State:
    return State.BUSY if State.BUSY in servers.values() else together(servers.values())
