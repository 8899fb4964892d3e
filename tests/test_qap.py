# SPDX-License-Identifier: Apache-2.0
"""Layout as quadratic assignment: costs by definition, search against every permutation."""

from __future__ import annotations

import itertools
import random

import pytest
from factory_twin.errors import FactoryTwinError
from factory_twin.qap import Assignment, cost, search


def matrices(n: int, seed: int) -> tuple[list[list[float]], list[list[float]]]:
    dice = random.Random(seed)
    a, b = ([[float(dice.randint(0, 9)) for _ in range(n)] for _ in range(n)] for _ in range(2))
    return a, b


def by_definition(a: list[list[float]], b: list[list[float]], p: tuple[int, ...]) -> float:
    return sum(a[i][j] * b[p[i]][p[j]] for i in range(len(p)) for j in range(len(p)))


@pytest.mark.parametrize("seed", range(4))
def test_search_finds_the_best_of_all_permutations(seed: int) -> None:
    a, b = matrices(6, seed)  # not symmetric, with a diagonal
    best = min(by_definition(a, b, p) for p in itertools.permutations(range(6)))
    found = search(a, b, steps=2000, seed=seed)
    assert found.cost == best == by_definition(a, b, found.places) == cost(a, b, found.places)


def test_equal_seeds_give_equal_searches_and_a_target_ends_one() -> None:
    a, b = matrices(9, 1)
    assert search(a, b, steps=300, seed=3) == search(a, b, steps=300, seed=3)
    first = search(a, b, steps=300, seed=3)
    again = search(a, b, steps=300, seed=3, target=first.cost)
    assert again.cost == first.cost and again.steps < 300
    assert search(a, b, steps=5, seed=3, start=first.places).cost <= first.cost


def test_progress_can_stop_the_search() -> None:
    a, b = matrices(8, 1)
    seen: list[Assignment] = []

    def stop(best: Assignment) -> bool:
        seen.append(best)
        return len(seen) < 2

    assert search(a, b, steps=100_000, progress=stop).steps < 5000
    assert seen[1].cost <= seen[0].cost


def test_a_single_place() -> None:
    assert search([[2.0]], [[3.0]]).cost == 6


@pytest.mark.parametrize(
    "call",
    [
        lambda: cost([[0, 1]], [[0, 1]], [0]),
        lambda: cost([[0, 1], [1, 0]], [[0, 1], [1]], [0, 1]),
        lambda: cost([[0, 1], [1, 0]], [[0, 1], [1, 0]], [0, 0]),
        lambda: cost([[0, 1], [1, 0]], [[0, 1], [1, 0]], [1, 2]),
        lambda: search([[0, float("nan")], [1, 0]], [[0, 1], [1, 0]]),
    ],
)
def test_what_makes_no_sense_is_said(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FactoryTwinError):
        call()
