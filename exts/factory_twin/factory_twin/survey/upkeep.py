# SPDX-License-Identifier: Apache-2.0
"""What stops the servers of a station: failures, preventive maintenance, wear."""

from __future__ import annotations

from ..plant import Failure, Maintenance, Wear
from .applied import Applied, Index
from .names import FAILURE, MAINTENANCE, WEAR
from .people import crew


def failures(path: str, index: Index) -> tuple[Failure, ...]:
    """Return the failure modes of a station."""
    return tuple(_failure(one, index) for one in index.all(path, FAILURE))


def _failure(one: Applied, index: Index) -> Failure:
    up, down = one.time("timeToFailure"), one.time("timeToRepair")
    if up.mean <= 0:
        message = "The time to failure is zero, so the station never works."
        one.error("timeToFailure", "invalid", message, hint="Give a longer time.")
    if one["renewsGroup"] and not one["group"]:
        hint = f"Set {one.attribute('group')} to the name that the modes share."
        one.warning("renewsGroup", "no_group", "The mode belongs to no group; this is ignored.", hint=hint)
    return Failure(
        name=one.instance, clock=one["clock"], time_to_failure=up, time_to_repair=down, crew=crew(one, index),
        on_failure=one["onFailure"], wait_is_down=one["waitIsDown"], group=one["group"], renews_group=one["renewsGroup"],
    )  # fmt: skip


def maintenance(path: str, index: Index) -> tuple[Maintenance, ...]:
    """Return the maintenance plans of a station."""
    return tuple(_maintenance(one, index) for one in index.all(path, MAINTENANCE))


def _maintenance(one: Applied, index: Index) -> Maintenance:
    unit = "20000 (parts)" if one["clock"] == "parts" else "8 h"
    every, duration = one.time("every", "interval", example=unit), one.time("duration")
    if every.mean <= 0:
        message = "Maintenance is always due, so the station never works."
        one.error("every", "invalid", message, hint="Give a longer time, or more parts.")
    groups = sorted({mode["group"] for mode in index.all(one.path, FAILURE)} - {""})
    if one["renews"] and one["renews"] not in groups:
        hint = f"Groups of its modes: {', '.join(groups)}." if groups else "Set factoryTwin:failure:<mode>:group of its modes."
        one.warning("renews", "no_group", f"No failure mode here is of the group {one['renews']!r}.", hint=hint)
    return Maintenance(name=one.instance, clock=one["clock"], every=every, duration=duration,
                       interrupts=one["interrupts"], crew=crew(one, index), renews=one["renews"])  # fmt: skip


def wear(path: str, index: Index) -> Wear | None:
    """Return the wear of a station's servers; None when nothing is said of it."""
    one = index.at(path, WEAR)
    if one is None:
        return None
    level, time = one["maintenanceLevel"], one["maintenanceTime"]
    if level >= 0 and time is None:
        time = one.time("maintenanceTime")
    elif level < 0 and time is not None:
        hint = f"Set {one.attribute('maintenanceLevel')} to the wear at which it is maintained, or remove the time."
        one.warning("maintenanceTime", "unused", "It is never maintained by condition, so this is ignored.", hint=hint)
    if level >= one["failureLevel"]:
        message = f"It fails at {one['failureLevel']:g}, before it is maintained at {level:g}."
        one.warning("maintenanceLevel", "unreached", message, hint="Make the level of maintenance lower than that of failure.")
    per_part = one.time("perPart", "wear", example="gamma(shape=2, scale=0.001)")
    return Wear(per_part=per_part, failure_level=one["failureLevel"], maintenance_level=level,
                repair_time=one.time("repairTime"), maintenance_time=time, crew=crew(one, index))  # fmt: skip
