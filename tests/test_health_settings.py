# SPDX-License-Identifier: Apache-2.0
"""Health settings on prims: read in SI, with what is wrong left out."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from factory_twin.event import value
from factory_twin.health import Monitor
from factory_twin.read import open_stage
from factory_twin.survey import survey

HERE = Path(__file__).parent
MILL = "/Line/Mill"


def test_settings_come_in_si() -> None:
    found = {w.quantity: w for w in survey(open_stage(HERE / "good" / "health.usda")).watches}
    assert list(found) == ["temperature", "vibration", "diameter", "coolant"]
    warm = found["temperature"]
    assert (warm.path, warm.warning, warm.low_warning, warm.delay, warm.drift) == (MILL, 70.0, -math.inf, 30.0, False)
    assert warm.alarm == pytest.approx(80.0)
    assert warm.hysteresis == pytest.approx(1.0)  # a difference: no offset
    assert (found["vibration"].zone, found["diameter"].zone) == ("group1_rigid", "")
    assert (found["diameter"].target, found["diameter"].tolerance) == (pytest.approx(25e-3), pytest.approx(25e-6))
    assert found["coolant"].low_alarm == 0.5


def test_the_monitor_keeps_to_them() -> None:
    monitor = Monitor([MILL], watches=survey(open_stage(HERE / "good" / "health.usda")).watches)
    for now, degrees in ((0.0, 81.0), (20.0, 81.0), (30.0, 81.0)):
        monitor.feed(value(now, MILL, "temperature", degrees))
    assert monitor.health(MILL, 30.0) == "alarm"
    monitor.feed(value(40.0, MILL, "temperature", 69.5))
    assert monitor.health(MILL, 40.0) == "warning"
    monitor.feed(value(50.0, MILL, "temperature", 68.9))
    assert monitor.health(MILL, 50.0) == "good"
    assert monitor.tags(MILL)["temperature"].drift is None


BAD = ("health.warning.invalid", "health.alarm.invalid", "health.alarm.order", "health.target.invalid")


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_left_out_and_the_rest_works(name: str) -> None:
    (watch,) = survey(open_stage(HERE / "bad" / f"{name}.usda")).watches
    assert watch.warning in (math.inf, 70.0)
    assert watch.tolerance == 0.0
