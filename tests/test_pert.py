# SPDX-License-Identifier: Apache-2.0
"""Project networks by hand."""

from __future__ import annotations

import pytest
from factory_twin.errors import FactoryTwinError
from factory_twin.pert import Task, schedule


def fixed(duration: float, *before: str) -> Task:
    return Task(duration, duration, duration, before)


def test_times_forwards_and_backwards() -> None:
    found = schedule({"D": fixed(2, "B", "C"), "A": fixed(3), "B": fixed(4, "A"), "C": fixed(1, "A")})
    assert found.duration == 9
    assert found.critical == ("A", "B", "D")
    assert found.early_start == {"A": 0, "B": 3, "C": 3, "D": 7}
    assert found.early_finish["C"] == 4
    assert (found.late_start["C"], found.late_finish["C"], found.slack["C"]) == (6, 7, 3)
    assert (found.chance(9), found.chance(8.9)) == (1.0, 0.0)


def test_of_two_critical_paths_the_more_uncertain_counts() -> None:
    found = schedule({"A": Task(1, 4, 7), "B": Task(3, 4, 5), "C": Task(0, 6, 6, ("A", "B"))})
    assert found.duration == pytest.approx(4 + 5)
    assert found.variance == pytest.approx(1 + 1)  # A and C; by B it would be 1/9 + 1
    assert set(found.critical) == {"A", "B", "C"}
    assert found.chance(9 + 2**0.5) == pytest.approx(0.841345, abs=1e-6)


def test_the_longest_path_counts_not_the_most_uncertain() -> None:
    found = schedule({"A": fixed(10), "B": Task(0, 4, 8)})
    assert (found.duration, found.variance, found.critical) == (10, 0, ("A",))
    found = schedule({"A": fixed(10), "B": Task(0, 4, 8), "C": Task(1, 1, 7, ("A", "B"))})
    assert (found.duration, found.variance) == (12, 1)


def test_of_two_ends_the_more_uncertain_counts() -> None:
    found = schedule({"A": Task(1, 4, 7), "B": fixed(4)})
    assert (found.duration, found.variance, found.critical) == (4, 1, ("A", "B"))


@pytest.mark.parametrize(
    ("tasks", "word"),
    [
        ({}, "no tasks"),
        ({"A": fixed(1, "B")}, "no task 'B'"),
        ({"A": fixed(1, "B"), "B": fixed(1, "A"), "C": fixed(1)}, "wait for each other"),
        ({"A": Task(2, 1, 3)}, "out of order"),
    ],
)
def test_networks_that_make_no_sense(tasks: dict[str, Task], word: str) -> None:
    with pytest.raises(FactoryTwinError, match=word):
        schedule(tasks)
