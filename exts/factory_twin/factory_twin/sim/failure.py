# SPDX-License-Identifier: Apache-2.0
"""One failure mode of one server: how much of its clock is left, and the alarm of a calendar clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plant import Failure
from .agenda import Alarm
from .crew import Crew


class Mode:
    """A failure mode.

    Attributes:
        operating: True: the clock runs only while the server works. False: whenever the server is up.
        left: Time to the next failure on that clock, s: operating, as of the last failure of its server (see `Server.margin`);
            calendar, as of when the clock was resumed.
        crew: Who repairs; None: the repair begins at once.
        failure: What the plant says of it.
    """

    __slots__ = ("_alarm", "_call", "_repair", "_stream", "crew", "failure", "left", "operating")

    def __init__(self, sim: Any, path: str, server: int, failure: Failure) -> None:
        purpose = f"{failure.name}:{server}"
        self.failure = failure
        self.operating = failure.clock == "operating"
        self.crew: Crew | None = sim.crews[failure.crew] if failure.crew else None
        self._stream = sim.stream(failure.time_to_failure, path, f"{purpose}:failure")
        self._repair = sim.stream(failure.time_to_repair, path, f"{purpose}:repair")
        self.left: float = self._stream.draw()
        self._alarm: Alarm
        self._call: Callable[[Mode, float], None]

    def connect(self, env: Any, call: Callable[[Mode, float], None]) -> None:
        """Say whom a calendar failure concerns."""
        self._call = call
        self._alarm = Alarm(env, self._ring)

    def _ring(self, now: float) -> None:
        self._alarm.time = None
        self.left = 0.0
        self._call(self, now)

    def repair_time(self) -> float:
        """Return how long the repair takes, s."""
        return float(self._repair.draw())

    def renew(self) -> None:
        """Draw the time to the next failure."""
        self.left = self._stream.draw()

    def resume(self, now: float) -> None:
        """Let a calendar clock run."""
        if not self.operating and self._alarm.time is None:
            self._alarm.arm(now + self.left)

    def pause(self, now: float) -> None:
        """Stop a calendar clock."""
        if self._alarm.time is not None:
            self.left = max(0.0, self._alarm.time - now)
            self._alarm = self._alarm.disarm()

    def state(self) -> Any:
        """Return plain data for `load`."""
        return self.left, self._alarm.time, self._stream.state(), self._repair.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.left, alarm, stream, repair = state
        if alarm is not None:
            self._alarm.arm(alarm)
        self._stream.load(stream)
        self._repair.load(repair)
