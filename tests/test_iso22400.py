# SPDX-License-Identifier: Apache-2.0
"""ISO 22400-2 indicators of one day worked out by hand: from numbers, and the same from a log."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from factory_twin import event
from factory_twin.distribution import constant
from factory_twin.event import State
from factory_twin.kpi import Counts, Iso22400, Stops, TimeElements, indicators, measure
from factory_twin.log import Log
from models import buffer, plant, source, station

# One day in minutes: off 360, set-up 25, production 380, delays 18 and 12, planned stop 30, idle 15, off 600.
DAY = TimeElements(apt=380, aust=25, adet=30, adot=15, planned_down=30, not_scheduled=960)
COUNTS = Counts(pq=720, gq=693, sq=12, rq=15)
STOPS = Stops(failures=2, to_failure=(82 + 95 + 60,), to_repair=(18, 12), corrective=30, preventive=30)
EXPECTED = {
    "availability": 380 / 450,
    "effectiveness": 0.5 * 720 / 380,
    "quality_ratio": 693 / 720,
    "oee_index": 0.77,
    "nee_index": 405 / 450 * 0.5 * 720 / 380 * 693 / 720,
    "allocation_efficiency": 435 / 450,
    "utilization_efficiency": 380 / 435,
    "setup_ratio": 25 / 405,
    "technical_efficiency": 380 / 410,
    "scrap_ratio": 12 / 720,
    "rework_ratio": 15 / 720,
    "first_pass_yield": 693 / 720,
    "fall_off_ratio": math.nan,
    "actual_to_planned_scrap_ratio": math.nan,
    "equipment_load_ratio": 720 * 0.5 / 450,
    "mtbf": 405 / 2,
    "mttf": 237,
    "mttr": 15,
    "corrective_maintenance_ratio": 0.5,
    "teep": 0.77 * 450 / 1440,
}


def test_time_elements_add_up() -> None:
    assert (DAY.aupt, DAY.aubt, DAY.pbt, DAY.pot, DAY.calendar) == (405, 435, 450, 480, 1440)


def test_every_indicator_of_a_day() -> None:
    found = indicators(DAY, COUNTS, pri=0.5, stops=STOPS)
    assert set(EXPECTED) == {f.name for f in fields(Iso22400)}
    for name, value in EXPECTED.items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-12, nan_ok=True), name


def test_first_pass_and_plan_are_taken_where_they_are_known() -> None:
    found = indicators(DAY, replace(COUNTS, ip=700, gp=680, first=800, psq=24), pri=0.5)
    assert found.first_pass_yield == 680 / 700
    assert found.fall_off_ratio == 12 / 800
    assert found.actual_to_planned_scrap_ratio == 12 / 24


def test_what_can_not_be_told_is_nan() -> None:
    nothing = indicators(TimeElements(apt=0), Counts(pq=0, gq=0))
    assert all(math.isnan(getattr(nothing, f.name)) for f in fields(Iso22400))
    idle = indicators(TimeElements(apt=0, adot=10), Counts(pq=0, gq=0), pri=1)
    assert (idle.availability, idle.allocation_efficiency, idle.equipment_load_ratio) == (0, 0, 0)
    assert math.isnan(idle.effectiveness) and math.isnan(idle.oee_index) and math.isnan(idle.mtbf)


MODEL = plant(
    source("/Q"),
    buffer("/Q", "/M", capacity=-1),
    replace(station("/M", "/K", constant(30)), scrap_rate=0.01, rework_rate=0.02, rework="/Q"),
)
STATES = (
    (0, State.OFF), (360, State.SETUP), (385, State.BUSY), (500, State.DOWN), (518, State.BUSY), (600, State.MAINTENANCE),
    (630, State.BUSY), (725, State.STARVED), (740, State.BUSY), (800, State.DOWN), (812, State.BUSY), (840, State.OFF),
)  # fmt: skip


def day() -> Log:
    """The same day as a log: 693 good parts, 12 scrapped, 15 times back to the queue; all of that at 700 min."""
    log = Log((*(n.path for n in MODEL.nodes), "scrap"))
    for minute, state in STATES:
        log.append(event.state(60 * minute, "/M", state))
    for part in range(705):
        log.append(event.move(0, "/S", "/Q", part))
        log.append(event.move(23_000, "/Q", "/M", part))
    for part in range(15):
        log.append(event.move(42_000, "/M", "/Q", part))
        log.append(event.move(42_000, "/Q", "/M", part))
    for part in range(705):
        log.append(event.move(42_000, "/M", "scrap" if part >= 693 else "/K", part))
    log.end = 86_400
    return log


def test_a_log_of_that_day_gives_the_same_indicators() -> None:
    found = measure(day(), MODEL).stations["/M"]
    # 705 parts came for the first time, of which 15 went back and 12 were scrapped; 1 % of 720 was to be expected as scrap
    expected = EXPECTED | {
        "first_pass_yield": 678 / 705,
        "fall_off_ratio": 12 / 705,
        "actual_to_planned_scrap_ratio": 12 / 7.2,
    }
    for name, value in expected.items():
        factor = 60 if name in ("mtbf", "mttf", "mttr") else 1
        assert getattr(found.iso, name) == pytest.approx(value * factor, rel=1e-12), name
    assert (found.parts, found.scrapped, found.reworked, found.failures) == (720, 12, 15, 2)
    assert found.technical_availability == pytest.approx(1 - 30 / 480)


def test_the_planned_time_of_a_batch_and_of_a_product() -> None:
    from factory_twin.kpi.plan import planned_time
    from factory_twin.plant import Batch, Disassembly, Product, Step

    oven = replace(station("/M", "/K", constant(60)), batch=Batch(minimum=2, maximum=4))
    assert planned_time(oven, None) == 15
    apart = replace(station("/M", "/K", constant(60)), disassembly=Disassembly(outputs=(("/P/A", 2), ("", 1))))
    assert planned_time(apart, None) == 20
    times = replace(station("/M", "/K", constant(60)), process_times=(("/P/A", constant(10)),))
    steps = (Step(path="/O/1", stations=("/M",), time=constant(7)), Step(path="/O/2", stations=("/N",), time=constant(99)))
    assert planned_time(times, Product(path="/P/A")) == 10
    assert planned_time(times, Product(path="/P/B")) == 60
    assert planned_time(times, Product(path="/P/A", plan=steps)) == 7
    assert planned_time(times, Product(path="/P/A", plan=(replace(steps[0], time=None),))) == 10
