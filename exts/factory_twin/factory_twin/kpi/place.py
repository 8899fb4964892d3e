# SPDX-License-Identifier: Apache-2.0
"""The results of one shift at one place or worker pool. What can't be told is nan."""

from __future__ import annotations

from dataclasses import dataclass

from .iso22400 import NAN, Iso22400

_UNKNOWN = Iso22400()


@dataclass(frozen=True, slots=True, kw_only=True)
class StationKpi:
    """One station, vehicle path or transport: shares of time (0..1, mean over servers, together 1), parts, indicators.

    The servers of a transport are its vehicles; several transports that share vehicles have the shares of all of them.

    Attributes:
        busy: Works on parts.
        setup: Is set up.
        blocked: A finished part can't leave.
        starved: No part to work on.
        waiting: A part is there, the worker or crew is not; a vehicle waits for a road to be free.
        down: Under repair.
        maintenance: Planned maintenance; a vehicle is charged.
        off: Off shift.
        unknown: Before the first entry of the log, or where it does not say.
        parts: Parts that left the station, scrap and rework among them, parts built in or taken apart not.
        scrapped: Of these, parts that were scrapped.
        reworked: Of these, parts that went to rework.
        rate_per_h: Parts per hour.
        wait_s: Mean time in the buffers right in front, of the parts the station took, s; nan when it took none.
        technical_availability: Share of the scheduled time without repairs (what many call availability).
        failures: Failures that began.
        active_period_s: Mean time without a break in which a server is busy, set up, down or maintained, s.
        sole_bottleneck: Share of time as the only momentary bottleneck.
        shifting_bottleneck: Share of time in which the momentary bottleneck shifts from or to the station.
        energy_kwh: From the power in each state.
        cost: Of the planned time and the parts.
        iso: Indicators of ISO 22400-2; times in s.
    """

    busy: float = 0.0
    setup: float = 0.0
    blocked: float = 0.0
    starved: float = 0.0
    waiting: float = 0.0
    down: float = 0.0
    maintenance: float = 0.0
    off: float = 0.0
    unknown: float = 0.0
    parts: float = 0.0
    scrapped: float = 0.0
    reworked: float = 0.0
    rate_per_h: float = 0.0
    wait_s: float = NAN
    technical_availability: float = NAN
    failures: float = 0.0
    active_period_s: float = 0.0
    sole_bottleneck: float = 0.0
    shifting_bottleneck: float = 0.0
    energy_kwh: float = 0.0
    cost: float = 0.0
    iso: Iso22400 = _UNKNOWN

    @property
    def availability(self) -> float:
        """ISO 22400-2 availability, APT / PBT: setup, waiting and repair all lower it."""
        return self.iso.availability

    @property
    def utilization_efficiency(self) -> float:
        """ISO 22400-2, APT / AUBT with AUBT = APT + AUST + delays (blocked, waiting, down)."""
        return self.iso.utilization_efficiency

    @property
    def quality_ratio(self) -> float:
        """ISO 22400-2, good parts / parts."""
        return self.iso.quality_ratio

    @property
    def active(self) -> float:
        """Share of the time on shift in which it is busy, set up, down or maintained."""
        on = 1 - self.off - self.unknown
        return (self.busy + self.setup + self.down + self.maintenance) / on if on > 0 else 0.0


@dataclass(frozen=True, slots=True)
class BufferKpi:
    """Time average and maximum of the parts in a buffer or on a conveyor, and the mean stay of those that left, s."""

    mean_level: float
    max_level: float
    stay_s: float = NAN


@dataclass(frozen=True, slots=True)
class PoolKpi:
    """Workers of a pool, mean over its members.

    Attributes:
        busy: Share of time at work.
        off: Share of time off shift.
        worker_efficiency: ISO 22400-2: time at work / time on shift.
    """

    busy: float
    off: float = 0.0
    worker_efficiency: float = NAN
