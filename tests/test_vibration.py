# SPDX-License-Identifier: Apache-2.0
"""Vibration zones of ISO 20816-3."""

from __future__ import annotations

import math

import pytest
from factory_twin.errors import FactoryTwinError
from factory_twin.vibration import LIMITS, zone


def test_zones() -> None:
    limits = LIMITS["group2_rigid"]
    assert [zone(v, limits) for v in (0, 1.39, 1.4, 2.79, 2.8, 4.49, 4.5, 99)] == list("AABBCCDD")
    assert zone(4.6, LIMITS["group1_rigid"]) == "C"
    assert zone(4.6, LIMITS["group1_flexible"]) == "B"


@pytest.mark.parametrize(
    ("velocity", "limits"), [(-1, (1, 2, 3)), (math.nan, (1, 2, 3)), (1, (1, 2)), (1, (2, 1, 3)), (1, (0, 1, 2))]
)
def test_what_makes_no_sense_is_said(velocity: float, limits: tuple[float, ...]) -> None:
    with pytest.raises(FactoryTwinError):
        zone(velocity, limits)
