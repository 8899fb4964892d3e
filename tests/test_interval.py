# SPDX-License-Identifier: Apache-2.0
"""Intervals and levels from the tables of a log, against sums over every second."""

from __future__ import annotations

import numpy as np
import pytest
from factory_twin import event
from factory_twin.event import State
from factory_twin.interval import in_time, levels, sorted_by, state_intervals, state_times, steps, window
from factory_twin.log import Log
from hypothesis import given
from hypothesis import strategies as st


def test_open_stays_end_with_the_log_and_rows_may_come_in_any_order() -> None:
    log = Log(("/A", "/B"))
    for time, place, state, server in (
        (5, "/B", State.BUSY, 0), (0, "/A", State.BUSY, 1), (2, "/A", State.DOWN, 0), (0, "/A", State.STARVED, 0),
    ):  # fmt: skip
        log.append(event.state(time, place, state, server))
    log.end = 10.0
    span, place, server, state = state_intervals(log)
    assert span.tolist() == [[0, 2], [2, 10], [0, 10], [5, 10]]
    assert (place.tolist(), server.tolist()) == ([0, 0, 0, 1], [0, 0, 1, 0])
    assert state.tolist() == [State.STARVED, State.DOWN, State.BUSY, State.BUSY]
    assert state_times(log, begin=1, end=6)[1, State.BUSY] == 1
    assert state_times(log, begin=1, end=6)[0, State.DOWN] == 4


def test_a_log_without_states_has_no_intervals() -> None:
    span, place, _, _ = state_intervals(Log(("/A",)))
    assert span.shape == (0, 2) and place.shape == (0,)
    assert state_times(Log(("/A",)), begin=0, end=1).sum() == 0


@given(st.lists(st.integers(-5, 70_000), max_size=40))
def test_sorting_keeps_equals_in_order(keys: list[int]) -> None:
    assert sorted_by(np.array(keys, np.int64)).tolist() == sorted(range(len(keys)), key=lambda i: keys[i])


def test_rows_in_time_are_not_copied() -> None:
    rows = np.array([[1.0, 0, 0, 0], [1.0, 1, 0, 0], [2.0, 2, 0, 0]])
    assert in_time(rows) is rows
    assert in_time(rows[::-1])[:, 1].tolist() == [1, 0, 2]


CHANGES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 2), st.sampled_from([-1, 1])), max_size=30)


@given(CHANGES, st.integers(0, 19), st.integers(1, 10), st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_levels_are_sums_over_every_second(
    changes: list[tuple[int, int, int]], begin: int, length: int, start: list[int]
) -> None:
    rows = np.array(sorted(changes, key=lambda c: c[0]), np.float64).reshape(-1, 3)
    end = begin + length
    mean, most = levels(rows[:, 0], rows[:, 1].astype(np.int64), rows[:, 2], np.array(start, np.float64), begin=begin, end=end)
    for place in range(3):
        there = [start[place] + sum(c for t, p, c in changes if p == place and t <= now) for now in range(begin, end)]
        assert mean[place] == pytest.approx(sum(there) / length)
        assert most[place] == max(there)


def test_steps_and_window() -> None:
    times, level = steps(np.array([1.0, 1.0, 4.0]), np.array([1.0, 1.0, -1.0]), start=2.0)
    assert (times.tolist(), level.tolist()) == ([0, 1, 4], [2, 4, 3])
    assert window(times, level, begin=0, end=5) == ((2 + 12 + 3) / 5, 4)
    assert window(times, level, begin=4, end=5) == (3, 3)
