# SPDX-License-Identifier: Apache-2.0
"""When somebody or something is there: calendars, shifts, worker pools."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When something is on shift, s from the start of the run.

    Attributes:
        path: Prim path.
        windows: (begin, end) of each time on shift, ascending, apart from each other; within [0, period) when they repeat.
        period: The windows repeat after this, s; 0: they don't.
        exceptions: (begin, end, windows between them): spans, ascending, where these windows stand for the usual ones.
    """

    path: str
    windows: tuple[tuple[float, float], ...] = ()
    period: float = 0.0
    exceptions: tuple[tuple[float, float, tuple[tuple[float, float], ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How a station follows a calendar.

    Attributes:
        calendar: Prim path; empty: always on.
        finish: Whether the part in work at the end of a shift is finished first; else it goes on in the next shift.
        no_start_within: No part is started that shortly before the end of a shift, s.
    """

    calendar: str = ""
    finish: bool = False
    no_start_within: float = 0.0


ALWAYS = Shift()
"""No calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPool:
    """Workers of the same skills; `size` of them.

    Attributes:
        path: Prim path.
        name: Display name.
        size: Workers.
        skills: What they can do.
        shift: When they are there.
        cost_per_hour: Of a worker on shift.
    """

    path: str
    name: str = ""
    size: int = 1
    skills: tuple[str, ...] = ()
    shift: Shift = ALWAYS
    cost_per_hour: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Workers needed at a station: `count` of one of the `pools` (prim paths, in order of preference)."""

    count: int = 0
    pools: tuple[str, ...] = ()


NOBODY = Demand()
"""No workers are needed."""
