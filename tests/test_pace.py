# SPDX-License-Identifier: Apache-2.0
"""A run takes its whole budget where frames keep their length, less where they get longer, and never nothing."""

from __future__ import annotations

import pytest
from factory_twin_runner.pace import LEAST, Pace

MOST = 0.008


@pytest.mark.parametrize("usual", [1 / 60, 1 / 30, 0.2])
def test_frames_of_any_usual_length_leave_the_whole_budget(usual: float) -> None:
    pace = Pace()
    for _ in range(50):
        pace.idle(usual)
    assert [pace.budget(usual * k, MOST) for k in (1.0, 1.05, 0.5)] == [MOST] * 3


def test_late_frames_take_less_and_punctual_ones_give_it_back() -> None:
    pace = Pace()
    pace.idle(1 / 60)
    late = [pace.budget(1 / 40, MOST) for _ in range(30)]
    assert late == sorted(late, reverse=True) and late[0] < MOST and late[-1] == pytest.approx(LEAST)
    back = [pace.budget(1 / 60, MOST) for _ in range(100)]
    assert back == sorted(back) and back[-1] == MOST


def test_a_small_budget_is_never_exceeded_and_an_unknown_beat_leaves_it_whole() -> None:
    pace = Pace()
    assert pace.budget(1.0, MOST) == MOST
    pace.idle(1 / 60)
    assert [pace.budget(1.0, 0.0005) for _ in range(9)] == [0.0005] * 9
    assert pace.budget(1 / 60, MOST) == MOST


def test_the_usual_length_is_learnt_again_between_runs() -> None:
    pace = Pace()
    for dt in [1 / 60] * 50 + [1 / 30] * 100:
        pace.idle(dt)
    assert pace.budget(1 / 30, MOST) == MOST
