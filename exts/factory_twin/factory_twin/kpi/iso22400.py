# SPDX-License-Identifier: Apache-2.0
"""The key performance indicators of ISO 22400-2 for one work unit, from its time elements and counts.

The only definition, for simulated shifts, recorded ones and single numbers alike. What can't be told is nan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

NAN = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeElements:
    """Where the time of a work unit went, all in one unit of time, over all its servers.

    Attributes:
        apt: Actual production time: working on parts.
        aust: Actual unit setup time.
        adet: Actual unit delay time: an order is on the unit, but does not go on (failure, blocked, waiting for a worker).
        adot: Actual unit down time: available, without anything to do.
        planned_down: Planned down time, preventive maintenance for example: outside the planned busy time.
        not_scheduled: Outside the planned operation time: off shift, or unknown.
    """

    apt: float
    aust: float = 0.0
    adet: float = 0.0
    adot: float = 0.0
    planned_down: float = 0.0
    not_scheduled: float = 0.0

    @property
    def aupt(self) -> float:
        """Actual unit processing time."""
        return self.apt + self.aust

    @property
    def aubt(self) -> float:
        """Actual unit busy time."""
        return self.aupt + self.adet

    @property
    def pbt(self) -> float:
        """Planned busy time."""
        return self.aubt + self.adot

    @property
    def pot(self) -> float:
        """Planned operation time."""
        return self.pbt + self.planned_down

    @property
    def calendar(self) -> float:
        """All the time there is."""
        return self.pot + self.not_scheduled


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Parts of a work unit; nan where a number is not known.

    Attributes:
        pq: Produced quantity, good or not.
        gq: Good quantity.
        sq: Scrap quantity.
        rq: Rework quantity.
        ip: Inspected parts: those that came for the first time; nan: all that were produced.
        gp: Of these, the good ones; nan: all good ones.
        first: Produced quantity of the first operation, for the fall-off ratio.
        psq: Planned scrap quantity.
    """

    pq: float
    gq: float
    sq: float = 0.0
    rq: float = 0.0
    ip: float = NAN
    gp: float = NAN
    first: float = NAN
    psq: float = NAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """Failures and maintenance of a work unit.

    Attributes:
        failures: Failures that began.
        to_failure: Operating time (production, setup) of each stretch that ended in a failure, from the repair before it (TTF).
        to_repair: Length of each repair that came to an end (TTR).
        corrective: Time spent on repairs (CMT).
        preventive: Time spent on planned maintenance (PMT).
    """

    failures: int = 0
    to_failure: Sequence[float] = ()
    to_repair: Sequence[float] = ()
    corrective: float = 0.0
    preventive: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Iso22400:
    """Indicators of one work unit, names after ISO 22400-2; ratios 0..1, times in the unit of the time elements.

    Attributes:
        availability: APT / PBT. Setup, waiting and repairs all lower it.
        effectiveness: PRI PQ / APT.
        quality_ratio: GQ / PQ.
        oee_index: Availability x effectiveness x quality ratio.
        nee_index: AUPT / PBT x effectiveness x quality ratio: setup does not lower it.
        allocation_efficiency: AUBT / PBT.
        utilization_efficiency: APT / AUBT.
        setup_ratio: AUST / AUPT.
        technical_efficiency: APT / (APT + ADET).
        scrap_ratio: SQ / PQ.
        rework_ratio: RQ / PQ.
        first_pass_yield: GP / IP.
        fall_off_ratio: SQ / PQ of the first operation.
        actual_to_planned_scrap_ratio: SQ / PSQ.
        equipment_load_ratio: PQ / EPC, the production capacity being PBT / PRI.
        mtbf: Mean operating time between failures: all operating time (production, setup) / failures.
        mttf: Mean operating time to failure, of the stretches that ended in one.
        mttr: Mean time to repair, of the repairs that came to an end.
        corrective_maintenance_ratio: CMT / (CMT + PMT).
        teep: OEE x PBT / calendar time. Not an indicator of ISO 22400.
    """

    availability: float = NAN
    effectiveness: float = NAN
    quality_ratio: float = NAN
    oee_index: float = NAN
    nee_index: float = NAN
    allocation_efficiency: float = NAN
    utilization_efficiency: float = NAN
    setup_ratio: float = NAN
    technical_efficiency: float = NAN
    scrap_ratio: float = NAN
    rework_ratio: float = NAN
    first_pass_yield: float = NAN
    fall_off_ratio: float = NAN
    actual_to_planned_scrap_ratio: float = NAN
    equipment_load_ratio: float = NAN
    mtbf: float = NAN
    mttf: float = NAN
    mttr: float = NAN
    corrective_maintenance_ratio: float = NAN
    teep: float = NAN


_NO_STOPS = Stops()


def indicators(time: TimeElements, counts: Counts, *, pri: float = NAN, stops: Stops = _NO_STOPS) -> Iso22400:
    """Return the indicators of a work unit.

    Args:
        time: Its time elements.
        counts: Its parts.
        pri: Planned run time per item, in the unit of the time elements; nan where there is no plan.
        stops: Failures and maintenance, in the same unit.
    """
    availability, quality = ratio(time.apt, time.pbt), ratio(counts.gq, counts.pq)
    effectiveness = ratio(pri * counts.pq, time.apt)
    oee = product(availability, effectiveness, quality)
    first = counts.ip if counts.ip == counts.ip else counts.pq
    good = counts.gp if counts.gp == counts.gp else counts.gq
    return Iso22400(
        availability=availability,
        effectiveness=effectiveness,
        quality_ratio=quality,
        oee_index=oee,
        nee_index=product(ratio(time.aupt, time.pbt), effectiveness, quality),
        allocation_efficiency=ratio(time.aubt, time.pbt),
        utilization_efficiency=ratio(time.apt, time.aubt),
        setup_ratio=ratio(time.aust, time.aupt),
        technical_efficiency=ratio(time.apt, time.apt + time.adet),
        scrap_ratio=ratio(counts.sq, counts.pq),
        rework_ratio=ratio(counts.rq, counts.pq),
        first_pass_yield=ratio(good, first),
        fall_off_ratio=ratio(counts.sq, counts.first),
        actual_to_planned_scrap_ratio=ratio(counts.sq, counts.psq),
        equipment_load_ratio=ratio(counts.pq * pri, time.pbt),
        mtbf=ratio(time.aupt, stops.failures),
        mttf=mean(stops.to_failure),
        mttr=mean(stops.to_repair),
        corrective_maintenance_ratio=ratio(stops.corrective, stops.corrective + stops.preventive),
        teep=product(oee, ratio(time.pbt, time.calendar)),
    )


def ratio(part: float, whole: float) -> float:
    """Return part / whole; nan where either is unknown or there is nothing to divide by."""
    return part / whole if whole > 0 and part == part else NAN


def product(*factors: float) -> float:
    """Return the product; nan where a factor is unknown."""
    found = math.prod(factors)
    return found if found == found else NAN


def mean(values: Sequence[float]) -> float:
    """Return the mean; nan of none."""
    return math.fsum(values) / len(values) if len(values) else NAN
