# SPDX-License-Identifier: Apache-2.0
"""Overlaps of turned rectangles: those that shapely finds, none where they but touch, and kept up while some move."""

from __future__ import annotations

import math

import numpy as np
import pytest
from factory_twin.collide import Collisions, overlaps
from factory_twin.rectangles import Rectangles
from hypothesis import given
from hypothesis import strategies as st


def scattered(count: int, seed: int, *, size: float = 60.0, square: bool = False) -> Rectangles:
    rng = np.random.default_rng(seed)
    turns = np.zeros(count) if square else rng.uniform(-math.pi, math.pi, count)
    return Rectangles(rng.uniform(0, size, (count, 2)), rng.uniform(0.1, 2.0, (count, 2)), turns)


def by_shapely(rectangles: Rectangles) -> list[tuple[int, int]]:
    """Pairs whose insides meet: shapely's `intersects` without its `touches`."""
    shapely = pytest.importorskip("shapely", reason="shapely is the second opinion; it comes with the extra `dev`")
    shapes = shapely.polygons(rectangles.corners)
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    keep = (a < b) & ~shapely.touches(shapes[a], shapes[b])
    return sorted(zip(a[keep].tolist(), b[keep].tolist()))


def found(rectangles: Rectangles, depth: float = 0.0) -> list[tuple[int, int]]:
    return [(a, b) for a, b in overlaps(rectangles, depth=depth).tolist()]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("count", "size"), [(1000, 60.0), (1000, 300.0), (300, 8.0)])
def test_the_pairs_are_those_of_shapely(count: int, size: float, seed: int) -> None:
    rectangles = scattered(count, seed, size=size, square=seed == 5)
    pairs = found(rectangles)
    assert pairs == by_shapely(rectangles) and len(pairs) > 10


def test_large_numbers_are_taken_in_blocks() -> None:
    rectangles = scattered(3000, 1, size=30.0)  # 2 million pairs whose boxes may meet
    stripe = Rectangles(rectangles.middle * [0.01, 100.0], rectangles.half, rectangles.heading)
    assert found(rectangles) == by_shapely(rectangles)
    assert found(stripe) == by_shapely(stripe)


def test_machines_side_by_side_do_not_collide() -> None:
    turn = math.radians(17)
    c, s = math.cos(turn), math.sin(turn)
    grid = np.array([(2.0 * i, 1.0 * j) for i in range(8) for j in range(8)]) @ np.array([(c, s), (-s, c)])
    rectangles = Rectangles(grid, np.tile([1.0, 0.5], (64, 1)), np.full(64, turn))
    assert found(rectangles, 1e-4) == []
    assert len(found(Rectangles(grid, rectangles.half + 1e-3, rectangles.heading), 1e-4)) == 2 * 8 * 7 + 2 * 7 * 7


def test_what_but_touches_does_not_overlap_for_shapely_either() -> None:
    flat = Rectangles(np.array([(0.0, 0.0), (2.0, 0.0)]), np.ones((2, 2)), np.zeros(2))
    assert found(flat) == by_shapely(flat) == []


def test_the_depth_is_how_far_one_must_go_to_be_clear() -> None:
    rectangles = Rectangles(np.array([(0.0, 0.0), (1.9, 0.5)]), np.ones((2, 2)), np.zeros(2))
    assert found(rectangles, 0.099) == [(0, 1)] and found(rectangles, 0.101) == []


def test_what_is_nowhere_meets_nothing_and_none_are_fine() -> None:
    rectangles = scattered(50, 3, size=5.0)
    rectangles.middle[7] = rectangles.half[7] = np.nan
    assert found(rectangles) and not [p for p in found(rectangles) if 7 in p]
    for count in (0, 1):
        assert overlaps(scattered(count, 1)).shape == (0, 2)


def test_sides_grow_by_the_margin() -> None:
    rectangles = Rectangles(np.array([(0.0, 0.0), (3.0, 0.0)]), np.ones((2, 2)), np.zeros(2))
    assert found(rectangles.grown(np.array([0.4, 0.5]))) == []
    assert found(rectangles.grown(np.array([0.6, 0.5]))) == [(0, 1)]
    assert rectangles.corners[1].tolist() == [[2, -1], [4, -1], [4, 1], [2, 1]]


@given(
    seed=st.integers(0, 10**6), moves=st.lists(st.lists(st.integers(0, 39), min_size=1, max_size=3, unique=True), max_size=6)
)
def test_kept_pairs_are_those_found_anew(seed: int, moves: list[list[int]]) -> None:
    rectangles = scattered(40, seed, size=15.0)
    kept = Collisions(rectangles, depth=0.0)
    assert kept.pairs == found(rectangles)
    for k, rows in enumerate(moves):
        fresh = scattered(len(rows), seed + k + 1, size=15.0)
        if k == 2:
            fresh.middle[0] = np.nan
        before = [kept.partners(row) for row in range(40)]
        rectangles.middle[rows], rectangles.half[rows], rectangles.heading[rows] = fresh.middle, fresh.half, fresh.heading
        changed = kept.move(rows, fresh)
        assert kept.pairs == found(rectangles)
        assert all((b, a) in kept.pairs or (a, b) in kept.pairs for a in range(40) for b in kept.partners(a))
        assert changed >= {row for row in range(40) if kept.partners(row) != before[row]}
