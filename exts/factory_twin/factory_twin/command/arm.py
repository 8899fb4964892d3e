# SPDX-License-Identifier: Apache-2.0
"""The arm switch: off until someone switches it on, by name, for some places, for some minutes; what is odd switches it off."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..errors import FactoryTwinError

DEFAULT, LONGEST = 900.0, 8 * 3600.0


@dataclass(frozen=True, slots=True)
class Armed:
    """Who armed what, and until when.

    Attributes:
        user: Name.
        places: Prim paths that may be commanded.
        until: Monotonic time of the end, s.
        seconds: Asked duration, s.
    """

    user: str
    places: frozenset[str]
    until: float
    seconds: float


class Arm:
    """A switch that falls back by itself. Safe on any thread.

    Args:
        told: Called with a text when it goes on or off, for log and banner; called outside the lock.
        clock: Monotonic clock, s.
    """

    def __init__(self, told: Callable[[str], None] = lambda text: None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._told, self._clock = told, clock
        self._lock = threading.Lock()
        self._now: Armed | None = None

    def on(self, user: str, places: Iterable[str], seconds: float = DEFAULT) -> Armed:
        """Switch on for `places`, for `seconds` (15 min; 8 h at most).

        Raises:
            FactoryTwinError: No name, no place, or no sensible duration.
        """
        chosen = frozenset(places)
        if not user.strip():
            raise FactoryTwinError("Arming needs a name.", hint="Say who is responsible.")
        if not chosen:
            raise FactoryTwinError("Arming needs at least one place.", hint="Choose the machines that may be commanded.")
        if not 0 < seconds <= LONGEST:
            raise FactoryTwinError(f"{seconds:g} s is no time to be armed for.", hint=f"Between 1 and {LONGEST:g} s.")
        armed = Armed(user.strip(), chosen, self._clock() + seconds, seconds)
        with self._lock:
            self._now = armed
        self._told(f"Armed by {armed.user} for {len(chosen)} places, for {seconds:g} s.")
        return armed

    def off(self, reason: str) -> None:
        """Switch off. Does nothing when it is off."""
        with self._lock:
            was, self._now = self._now, None
        if was is not None:
            self._told(f"Disarmed: {reason}")

    @property
    def state(self) -> Armed | None:
        """Who armed what; None while off or run out."""
        with self._lock:
            armed = self._now
            if armed is None or self._clock() < armed.until:
                return armed
            self._now = None
        self._told("Disarmed: the time has run out.")
        return None

    @property
    def left(self) -> float:
        """Time left, s; 0 while off."""
        armed = self.state
        return 0.0 if armed is None else max(0.0, armed.until - self._clock())

    def refusal(self, place: str) -> str:
        """Return why a place must not be commanded now; empty when it may."""
        armed = self.state
        if armed is None:
            return "Commands are not armed."
        return "" if place in armed.places else f"{place} is not among the places armed by {armed.user}."
