# SPDX-License-Identifier: Apache-2.0
"""Project networks (PERT): three estimates per task, longest path, slack, and the chance to meet a deadline."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import FactoryTwinError

_SLACK = 1e-9  # of the duration; less is none


@dataclass(frozen=True, slots=True)
class Task:
    """A task with an optimistic, a most likely and a pessimistic duration, in one unit of time, and the tasks before it."""

    optimistic: float
    likely: float
    pessimistic: float
    before: tuple[str, ...] = ()

    @property
    def mean(self) -> float:
        """Expected duration (beta approximation)."""
        return (self.optimistic + 4 * self.likely + self.pessimistic) / 6

    @property
    def variance(self) -> float:
        """Variance of the duration (beta approximation)."""
        return ((self.pessimistic - self.optimistic) / 6) ** 2


@dataclass(frozen=True, slots=True)
class Project:
    """A network worked out; times from the start of the project.

    Attributes:
        duration: Expected duration.
        variance: Of the critical path; the largest one of several.
        critical: Tasks without slack, in the order they begin.
        early_start: By task; likewise early_finish, late_start, late_finish.
        slack: Late minus early start.
    """

    duration: float
    variance: float
    critical: tuple[str, ...]
    early_start: dict[str, float]
    early_finish: dict[str, float]
    late_start: dict[str, float]
    late_finish: dict[str, float]
    slack: dict[str, float]

    def chance(self, deadline: float) -> float:
        """Return the probability to be done by a deadline: normal, with the critical path's mean and variance."""
        if self.variance <= 0:
            return 1.0 if deadline >= self.duration else 0.0
        return 0.5 * (1 + math.erf((deadline - self.duration) / math.sqrt(2 * self.variance)))


def schedule(tasks: Mapping[str, Task]) -> Project:
    """Return the network worked out, forwards and backwards.

    Raises:
        FactoryTwinError: There are no tasks, a task before another is not there, they go round in a circle, or estimates are
            out of order.
    """
    order = _order(tasks)
    start: dict[str, float] = {}
    spread: dict[str, float] = {}  # variance of the longest way up to the end of a task
    for name in order:
        task = tasks[name]
        start[name] = max((start[b] + tasks[b].mean for b in task.before), default=0.0)
        longest = [b for b in task.before if _same(start[b] + tasks[b].mean, start[name])]
        spread[name] = task.variance + max((spread[b] for b in longest), default=0.0)
    finish = {name: start[name] + tasks[name].mean for name in order}
    duration = max(finish.values())
    late = dict.fromkeys(order, duration)
    for name in reversed(order):
        for before in tasks[name].before:
            late[before] = min(late[before], late[name] - tasks[name].mean)
    slack = {name: late[name] - finish[name] for name in order}
    critical = [name for name in order if _same(slack[name] + duration, duration)]
    last = [spread[name] for name in critical if _same(finish[name], duration)]
    return Project(
        duration,
        max(last),
        tuple(sorted(critical, key=lambda name: start[name])),
        start,
        finish,
        {name: late[name] - tasks[name].mean for name in order},
        late,
        slack,
    )


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= _SLACK * max(1.0, abs(a), abs(b))


def _order(tasks: Mapping[str, Task]) -> list[str]:
    """Return the tasks so that each comes after those before it, else in the order given."""
    if not tasks:
        raise FactoryTwinError("There are no tasks.", hint="Name some.")
    for name, task in tasks.items():
        unknown = [b for b in task.before if b not in tasks]
        if unknown:
            raise FactoryTwinError(f"There is no task {unknown[0]!r}.", where=name, hint="Correct what comes before it.")
        if not 0 <= task.optimistic <= task.likely <= task.pessimistic < math.inf:
            raise FactoryTwinError(
                "The estimates are out of order.", where=name, hint="0 <= optimistic <= likely <= pessimistic."
            )
    open_ = {name: set(task.before) for name, task in tasks.items()}
    after: dict[str, list[str]] = {name: [] for name in tasks}
    for name, before in open_.items():
        for b in before:
            after[b].append(name)
    ready, order = [name for name in tasks if not open_[name]], []
    while ready:
        name = ready.pop(0)
        order.append(name)
        for follower in after[name]:
            open_[follower].discard(name)
            if not open_[follower]:
                ready.append(follower)
    if len(order) < len(tasks):
        circle = ", ".join(name for name in tasks if name not in order)
        raise FactoryTwinError("These tasks wait for each other.", where=circle, hint="Break the circle.")
    return order
