# SPDX-License-Identifier: Apache-2.0
"""Control charts against published tables: Montgomery (constants), Champ & Woodall, Lucas & Saccucci (run lengths)."""

from __future__ import annotations

import math
import random

import pytest
from factory_twin.errors import FactoryTwinError
from factory_twin.spc import (
    constants,
    cusum_arl,
    ewma_arl,
    individuals,
    nelson,
    shewhart_arl,
    western_electric,
    western_electric_arl,
    xbar_r,
    xbar_s,
)

TABLE = {  # n: d2, d3, c4, A2, A3, D3, D4, B3, B4, three digits as printed
    2: (1.128, 0.853, 0.7979, 1.880, 2.659, 0, 3.267, 0, 3.267),
    5: (2.326, 0.864, 0.9400, 0.577, 1.427, 0, 2.114, 0, 2.089),
    10: (3.078, 0.797, 0.9727, 0.308, 0.975, 0.223, 1.777, 0.284, 1.716),
    25: (3.931, 0.708, 0.9896, 0.153, 0.606, 0.459, 1.541, 0.565, 1.435),
}


@pytest.mark.parametrize("n", TABLE)
def test_constants_are_those_of_the_tables(n: int) -> None:
    c = constants(n)
    found = c.d2, c.d3, c.c4, c.A2, c.A3, c.D3, c.D4, c.B3, c.B4
    assert found == pytest.approx(TABLE[n], abs=6e-4)


def test_the_range_of_two_is_known_exactly() -> None:
    assert constants(2).d2 == pytest.approx(2 / math.sqrt(math.pi), rel=1e-12)
    assert constants(2).d3 == pytest.approx(math.sqrt(2 - 4 / math.pi), rel=1e-10)


def test_run_lengths_are_the_published_ones() -> None:
    assert shewhart_arl(0) == pytest.approx(370.4, abs=0.05)
    assert shewhart_arl(1) == pytest.approx(43.89, abs=0.01)
    assert western_electric_arl(0) == pytest.approx(91.75, abs=0.005)
    assert western_electric_arl(0, {1, 2}) == pytest.approx(225.44, abs=0.005)
    assert western_electric_arl(2, {1}) == pytest.approx(shewhart_arl(2), rel=1e-12)
    assert cusum_arl(0, k=0.5, h=5) == pytest.approx(465, abs=0.5)
    assert cusum_arl(1, k=0.5, h=4) == pytest.approx(8.38, abs=0.005)
    assert ewma_arl(0, weight=0.1, limit=2.814) == pytest.approx(500, abs=1)
    assert ewma_arl(1, weight=0.4, limit=3.054) == pytest.approx(14.3, abs=0.05)


def test_run_lengths_are_what_a_simulation_gives() -> None:
    dice = random.Random(1)

    def length() -> int:
        values: list[float] = []
        while True:
            values.append(dice.gauss(1.0, 1.0))
            last = values[-8:]
            if any(len(last) - 1 in found for found in western_electric(last, centre=0, sigma=1).values()):
                return len(values)

    mean = sum(length() for _ in range(1500)) / 1500
    assert mean == pytest.approx(western_electric_arl(1.0), rel=0.08)  # a length has an sd of about 7: 4 standard errors


def test_one_sided_sums_and_symmetry() -> None:
    assert cusum_arl(0, k=0.5, h=4, sides=1) == pytest.approx(2 * cusum_arl(0, k=0.5, h=4), rel=1e-9)
    assert ewma_arl(-1, weight=0.2, limit=2.9) == pytest.approx(ewma_arl(1, weight=0.2, limit=2.9), rel=1e-9)
    assert ewma_arl(1, weight=1.0, limit=3.0) == pytest.approx(shewhart_arl(1), rel=1e-9)


ZERO: dict[int, list[int]] = {rule: [] for rule in range(1, 9)}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 3.1, 0, -3.1, 3.0], {1: [1, 3]}),
        ([0.5] * 8 + [-0.5] + [0.5] * 9, {2: [17], 7: [14, 15, 16, 17]}),
        ([-0.5] * 8 + [0.0] + [-0.5] * 8, {7: [14, 15, 16]}),  # a point on the line is on neither side
        ([0, 1, 2, 3, 4, 5], {1: [4, 5], 3: [5], 5: [4, 5], 6: [5]}),
        ([0, -0.1, -0.2, -0.3, -0.4, -0.4], {}),
        ([0.5, -0.5] * 7, {4: [13]}),
        ([2.1, 0, 2.1, 0, 0, 2.1, -2.1], {5: [2]}),
        ([2.1, 2.1, 0], {5: [1]}),
        ([1.1, 1.1, 0, 1.1, 1.1, 0], {6: [4]}),
        ([-1.1, 1.1] * 4, {8: [7]}),
    ],
)
def test_nelson(values: list[float], expected: dict[int, list[int]]) -> None:
    assert nelson([10 + 2 * v for v in values], centre=10, sigma=2) == {**ZERO, **expected}


def test_western_electric() -> None:
    values = [0.5] * 9 + [-2.5, 0.1, -2.5, -2.5, -1.2, -1.5]
    assert western_electric(values, centre=0, sigma=1) == {1: [], 2: [11, 12], 3: [13, 14], 4: [7, 8]}


def test_other_numbers_of_points() -> None:
    assert nelson([0.5] * 8, centre=0, sigma=1, points={2: 8})[2] == [7]


def test_limits() -> None:
    chart = individuals([10, 12, 11, 13])
    assert (chart.centre, chart.sigma) == pytest.approx((11.5, (5 / 3) / constants(2).d2))
    groups = [[1, 3], [2, 6], [4, 4]]
    means, ranges = xbar_r(groups)
    assert (means.centre, means.upper, ranges.centre, ranges.upper) == pytest.approx(
        (10 / 3, 10 / 3 + 1.88 * 2, 2, 2 * 3.267), abs=2e-3
    )
    _, spreads = xbar_s(groups)
    assert spreads.centre == pytest.approx((2 + 4 + 0) / 3 / math.sqrt(2))


@pytest.mark.parametrize(
    "call",
    [
        lambda: constants(1),
        lambda: nelson([1.0], centre=0, sigma=0),
        lambda: nelson([math.nan], centre=0, sigma=1),
        lambda: western_electric_arl(0, set()),
        lambda: western_electric_arl(0, {5}),
        lambda: cusum_arl(0, k=0.5, h=0),
        lambda: cusum_arl(0, k=0.5, h=4, sides=3),
        lambda: ewma_arl(0, weight=1.5, limit=3),
        lambda: individuals([1.0]),
        lambda: xbar_r([[1.0, 2.0], [1.0]]),
    ],
)
def test_what_makes_no_sense_is_said(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FactoryTwinError):
        call()
