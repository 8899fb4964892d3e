# SPDX-License-Identifier: Apache-2.0
"""The clock and event queue: SimPy's `Environment`, used with events that are armed again and again.

SimPy's cost lies in making events, processes and requests, not in its loop. An `Alarm` is made once per server and pushed on
SimPy's own queue at an absolute time, so ordinary SimPy processes of a user work beside ours in one environment. The queue and
its counter are private names of SimPy 4 (hence `simpy<5`); `queue` says so where a release lacks them.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from math import inf
from typing import Any

import simpy
from simpy.events import NORMAL, Event

from ..errors import SimulationError

Queue = list[tuple[float, int, int, Any]]


class Alarm(Event):
    """An event that calls one function with its time, and can be armed again after it went off.

    `Simulation.advance` takes alarms from SimPy's queue itself and calls them; SimPy's own `step` is used for all other events.

    Attributes:
        time: When it goes off, s; None while it is not armed.
        call: The function; told the time.
        id: What tells it from others in the queue, where it stands once at most.
    """

    def __init__(self, env: simpy.Environment, call: Callable[[float], None]) -> None:
        self.env = env
        self._ok, self._value = True, None
        self.call = call
        self.time: float | None = None
        self.callbacks = []
        inside: Any = env
        self.id: int = next(inside._eid)  # models built alike number their alarms alike, so ties fall alike

    def __lt__(self, other: object) -> bool:
        """Of two with one number one is dead; SimPy's queue must not fail to find an order."""
        return False

    def arm(self, time: float) -> None:
        """Go off at `time` (s, absolute). It must not be armed already."""
        self.time = time
        env: Any = self.env
        heappush(env._queue, (time, NORMAL, self.id, self))

    def disarm(self) -> Alarm:
        """Never go off; return a fresh alarm for the same call (the old one stays in SimPy's queue, dead)."""
        fresh = Alarm(self.env, self.call)
        fresh.id = self.id
        self.time = None
        self.__class__ = DeadAlarm
        return fresh


def _never(_: float) -> None:
    """What an alarm calls that is never called."""


class DeadAlarm(Alarm):
    """An alarm that was disarmed: it is taken from the queue in its time and counts for nothing."""


class NeverAlarm(Alarm):
    """Stands at the end of the queue, at no time that is ever reached, so the queue is never empty."""

    def __init__(self, env: simpy.Environment) -> None:
        super().__init__(env, _never)
        self.arm(inf)


def queue(env: simpy.Environment) -> Queue:
    """Return SimPy's heap of (time, priority, count, event).

    Raises:
        SimulationError: This SimPy keeps it elsewhere.
    """
    inside: Any = env
    if not isinstance(getattr(inside, "_queue", None), list) or not hasattr(inside, "_eid"):
        raise SimulationError(f"SimPy {getattr(simpy, '__version__', '?')} is not supported.", hint="Install simpy>=4.1,<5.")
    heap: Queue = inside._queue
    return heap
