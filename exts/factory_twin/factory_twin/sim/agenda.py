# SPDX-License-Identifier: Apache-2.0
"""The clock and event queue: SimPy's `Environment`, used with events that are armed again and again.

SimPy's cost lies in making events, processes and requests, not in its loop. An `Alarm` is made once per server and pushed on SimPy's
own queue at an absolute time, so ordinary SimPy processes of a user work beside ours in one environment. The queue and its counter
are private names of SimPy 4; where a release lacks them the public `schedule` is used (slower, and times are rounded once more).
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from typing import Any

import simpy
from simpy.events import NORMAL, Event

_PROBE = simpy.Environment()
# True where SimPy's queue can be used directly.
FAST = isinstance(getattr(_PROBE, "_queue", None), list) and hasattr(_PROBE, "_eid")


class Alarm(Event):
    """An event that calls one function with its time, and can be armed again after it went off.

    `Simulation.advance` takes alarms from SimPy's queue itself and calls them; SimPy's own `step` is used for all other events.

    Attributes:
        time: When it goes off, s; None while it is not armed.
        call: The function; told the time.
    """

    def __init__(self, env: simpy.Environment, call: Callable[[float], None]) -> None:
        self.env = env
        self._ok, self._value = True, None
        self.call = call
        self.time: float | None = None
        self.callbacks = None

    if FAST:

        def arm(self, time: float) -> None:
            """Go off at `time` (s, absolute). It must not be armed already."""
            self.time = time
            env = self.env
            heappush(env._queue, (time, NORMAL, next(env._eid), self))  # type: ignore[attr-defined]

    else:

        def arm(self, time: float) -> None:
            """Go off at `time` (s, absolute). It must not be armed already."""
            self.time = time
            self.callbacks = [_ring]
            self.env.schedule(self, NORMAL, time - self.env.now)

    def disarm(self) -> Alarm:
        """Never go off; return a fresh alarm for the same call (the old one stays in SimPy's queue, dead)."""
        fresh = Alarm(self.env, self.call)
        self.time, self.call = None, _nothing
        return fresh


def _ring(alarm: Any) -> None:
    alarm.call(alarm.time)


def _nothing(_: float) -> None:
    """What a dead alarm does."""


def queue(env: simpy.Environment) -> tuple[list[Any], Any]:
    """Return SimPy's heap of (time, priority, count, event) and its counter."""
    return env._queue, env._eid  # type: ignore[attr-defined]
