# SPDX-License-Identifier: Apache-2.0
"""Upkeep of one server: maintenance by time, work or parts; wear with a failure level and maintenance by condition."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from ..plant import Maintenance, Wear
from .agenda import Alarm
from .crew import Crew


class Plan:
    """A maintenance plan.

    Attributes:
        left: To its being due: working time in s, or parts; infinite for a calendar plan, which has an alarm.
        node: What the plant says of it.
        crew: Who does it; None: it begins at once.
    """

    __slots__ = ("_alarm", "_call", "_duration", "_every", "crew", "left", "node")

    def __init__(self, sim: Any, path: str, server: int, node: Maintenance) -> None:
        self.node = node
        purpose = f"maintenance:{node.name}:{server}"
        self.crew: Crew | None = sim.crews[node.crew] if node.crew else None
        self._every = sim.stream(node.every, path, f"{purpose}:every")
        self._duration = sim.stream(node.duration, path, f"{purpose}:duration")
        self.left = inf if node.clock == "calendar" else self._every.draw()
        self._alarm: Alarm
        self._call: Callable[[Plan, float], None]

    def connect(self, env: Any, call: Callable[[Plan, float], None]) -> None:
        """Say who is told when it is due."""
        self._call, self._alarm = call, Alarm(env, self._ring)

    def start(self, now: float) -> None:
        """Let a calendar plan run."""
        if self.node.clock == "calendar":
            self._alarm.arm(now + self._every.draw())

    def _ring(self, now: float) -> None:
        self._alarm.time = None
        self._call(self, now)

    def spend(self, *, work: float = 0.0, parts: int = 0) -> bool:
        """Count working time (s) or parts; return whether it is due because of that."""
        amount = work if self.node.clock == "operating" else parts if self.node.clock == "parts" else 0.0
        before = self.left
        self.left -= amount
        return amount > 0 and before > 0 >= self.left

    def time(self) -> float:
        """Return how long it takes, s."""
        return float(self._duration.draw())

    def renew(self, now: float) -> None:
        """It has been done; draw when it is due again."""
        if self.node.clock == "calendar":
            self.start(now)
        else:
            self.left = self._every.draw()

    def state(self) -> Any:
        """Return plain data for `load`."""
        return self.left, self._alarm.time, self._every.state(), self._duration.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.left, alarm, every, duration = state
        if alarm is not None:
            self._alarm.arm(alarm)
        self._every.load(every)
        self._duration.load(duration)


class Condition:
    """How worn a server is.

    Attributes:
        level: Wear; 0: as new.
        crew: Who repairs and maintains; None: it begins at once.
    """

    __slots__ = ("_maintenance", "_part", "_repair", "crew", "level", "node")

    def __init__(self, sim: Any, path: str, server: int, node: Wear) -> None:
        self.node, self.level = node, 0.0
        self.crew: Crew | None = sim.crews[node.crew] if node.crew else None
        self._part = sim.stream(node.per_part, path, f"wear:{server}:part")
        self._repair = sim.stream(node.repair_time, path, f"wear:{server}:repair")
        time = node.maintenance_time or node.repair_time
        self._maintenance = sim.stream(time, path, f"wear:{server}:maintenance")

    def add(self, parts: int) -> None:
        """Wear by parts that were finished."""
        for _ in range(parts):
            self.level += self._part.draw()

    @property
    def failed(self) -> bool:
        """Whether it has reached the failure level."""
        return self.level >= self.node.failure_level

    @property
    def due(self) -> bool:
        """Whether it has reached the maintenance level."""
        return 0 <= self.node.maintenance_level <= self.level

    def time(self) -> float:
        """Return how long the repair or maintenance takes, s."""
        return float((self._repair if self.failed else self._maintenance).draw())

    def renew(self, now: float) -> None:
        """As new."""
        self.level = 0.0

    def state(self) -> Any:
        """Return plain data for `load`."""
        return self.level, self._part.state(), self._repair.state(), self._maintenance.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.level, part, repair, maintenance = state
        self._part.load(part)
        self._repair.load(repair)
        self._maintenance.load(maintenance)
