# SPDX-License-Identifier: Apache-2.0
"""What takes a station down: failures, maintenance, wear."""

from __future__ import annotations

from dataclasses import dataclass

from ..distribution import Distribution


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure mode of each server of a station.

    Attributes:
        name: Instance name of the failure schema.
        clock: "operating" (runs only while the server works), "calendar" (whenever it is up, off shift too) or "planned"
            (whenever it is up and on shift).
        time_to_failure: s, on that clock.
        time_to_repair: s.
        crew: Prim path of the worker pool that repairs; empty: the repair begins at once.
        on_failure: Part in work: "resume" (goes on where it stopped), "restart" or "scrap".
        wait_is_down: Whether down time includes waiting for the crew.
        group: Name of modes whose clocks belong together.
        renews_group: Whether the end of this repair restarts the clocks of all modes of the group.
    """

    name: str
    clock: str
    time_to_failure: Distribution
    time_to_repair: Distribution
    crew: str = ""
    on_failure: str = "resume"
    wait_is_down: bool = True
    group: str = ""
    renews_group: bool = False

    @property
    def is_plain(self) -> bool:
        """True when all options are at their defaults."""
        return self.clock != "planned" and self.on_failure == "resume" and self.wait_is_down and not self.renews_group


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """Preventive maintenance of each server of a station.

    Attributes:
        name: Instance name of the schema.
        clock: What `every` counts: "calendar" (simulated time), "operating" (time at work, s) or "parts".
        every: From the end of one to the next being due, s or parts.
        duration: s.
        interrupts: Whether the part in work is interrupted; else it is finished first.
        crew: Prim path of the worker pool that does it; empty: it begins at once.
        renews: Group of failure modes whose clocks start anew after it; empty: none.
    """

    name: str
    clock: str
    every: Distribution
    duration: Distribution
    interrupts: bool = False
    crew: str = ""
    renews: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """Wear of each server of a station: a failure at a level, maintenance by condition; afterwards it is as new.

    Attributes:
        per_part: Wear a part adds.
        failure_level: It fails at the end of the part that reaches this.
        maintenance_level: It is maintained at the end of the part that reaches this; -1: never.
        repair_time: s.
        maintenance_time: s.
        crew: Prim path of the worker pool that does both; empty: it begins at once.
    """

    per_part: Distribution
    failure_level: float = 1.0
    maintenance_level: float = -1.0
    repair_time: Distribution
    maintenance_time: Distribution | None = None
    crew: str = ""
