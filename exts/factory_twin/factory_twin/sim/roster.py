# SPDX-License-Identifier: Apache-2.0
"""A calendar at work: tells who follows it when a shift begins and ends."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, Protocol

from ..calendar import end_of_window, is_on, next_change
from ..plant import Calendar
from .agenda import Alarm

if TYPE_CHECKING:
    from .simulation import Simulation


class Follower(Protocol):
    """Who follows a calendar."""

    def shift(self, now: float, *, on: bool) -> None:
        """A shift begins or ends."""


class Roster:
    """One calendar.

    Attributes:
        on: Whether it is on shift.
        followers: Told at every change, in plant order.
    """

    __slots__ = ("_alarm", "_calendar", "followers", "on")

    def __init__(self, sim: Simulation, calendar: Calendar) -> None:
        self._calendar = calendar
        self._alarm = Alarm(sim.env, self._change)
        self.followers: list[Follower] = []
        self.on = is_on(calendar, 0.0)

    @property
    def period(self) -> float:
        """After which the calendar repeats, s; 0: it does not."""
        return self._calendar.period

    @property
    def goes_on(self) -> bool:
        """Whether changes are still to come."""
        return self._alarm.time is not None

    def start(self, now: float) -> None:
        """Tell everybody how the run begins, and wait for the first change."""
        if not self.on:
            for follower in self.followers:
                follower.shift(now, on=False)
        self._wait(now)

    def _wait(self, now: float) -> None:
        following = next_change(self._calendar, now)
        if following < inf:
            self._alarm.arm(following)

    def _change(self, now: float) -> None:
        self._alarm.time = None
        on = is_on(self._calendar, now)
        if on != self.on:
            self.on = on
            for follower in self.followers:
                follower.shift(now, on=on)
        self._wait(now)

    def left(self, now: float) -> float:
        """Return how long the present shift still takes, s."""
        return end_of_window(self._calendar, now) - now

    def state(self) -> Any:
        """Return plain data for `load`."""
        return self.on, self._alarm.time

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.on, alarm = state
        if alarm is not None:
            self._alarm.arm(alarm)
