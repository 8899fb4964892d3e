# SPDX-License-Identifier: Apache-2.0
"""Vibration zones."""

from __future__ import annotations

from typing import Any

from ...vibration import LIMITS, zone
from ..case import Case
from ..fields import CaseError, Fields, number, numbers


def vibration_zone(case: Case) -> dict[str, Any]:
    """Return the zone of each reading; limits of the case come before ours.

    Raises:
        CaseError: A key is missing or wrong.
        NotBuilt: A key is not known.
        FactoryTwinError: The limits don't ascend, or a reading is negative.
    """
    f = Fields(case.model, f"{case.id}: model")
    own = f.fields("limits", {})
    limits: dict[str, Any] = dict(LIMITS) | {name: numbers(raw, own.at(name)) for name, raw in own.data.items()}
    zones = []
    for i, raw in enumerate(f.items("readings")):
        where = f"{f.at('readings')}[{i}]"
        if not isinstance(raw, list) or len(raw) != 2 or raw[0] not in list(limits):
            raise CaseError("This is no reading.", where=where, hint=f"Write [group, mm/s], group one of {', '.join(limits)}.")
        zones.append(zone(number(raw[1], where), limits[raw[0]]))
    f.done()
    return {"zones": zones}
