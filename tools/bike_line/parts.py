# SPDX-License-Identifier: Apache-2.0
"""Pieces that several work places share: bench, tool portal, work stand, bins, mat."""

from __future__ import annotations

from .shape import Shape, box, tube

BENCH_Y, BENCH_HEIGHT = -1.3, 0.92


def bench(length: float) -> tuple[Shape, list[Shape]]:
    """Return a table top and its frame; `length` in m."""
    top = box((length, 0.62, 0.05), (0.0, BENCH_Y, BENCH_HEIGHT - 0.025))
    half = length / 2 - 0.08
    legs = [box((0.06, 0.06, 0.88), (x, BENCH_Y + y, 0.44)) for x in (-half, half) for y in (-0.25, 0.25)]
    return top, [*legs, box((2 * half, 0.05, 0.06), (0.0, BENCH_Y - 0.25, 0.2))]


def portal(length: float, height: float) -> list[Shape]:
    """Return two uprights behind the bench and the tool rail between them, reaching over the bench."""
    half = length / 2 + 0.05
    posts = [box((0.07, 0.07, height), (x, -1.5, height / 2)) for x in (-half, half)]
    arms = [box((0.05, 0.8, 0.05), (x, -1.13, height - 0.05)) for x in (-half, half)]
    return [*posts, *arms, box((2 * half + 0.06, 0.07, 0.09), (0.0, -0.76, height - 0.05))]


def tools() -> list[Shape]:
    """Return screwdrivers that hang from the tool rail on hoses."""
    shapes = []
    for x, low in ((-0.5, 1.6), (0.0, 1.66), (0.5, 1.6)):
        shapes += [tube((x, -0.76, low), (x, -0.76, 2.07), 0.012, sides=3), box((0.07, 0.09, 0.24), (x, -0.76, low - 0.1))]
    return shapes


def cabinet(x: float) -> Shape:
    """Return a drawer cabinet under the bench."""
    return box((0.5, 0.5, 0.66), (x, BENCH_Y, 0.5))


def bins(count: int, reach: float) -> list[Shape]:
    """Return open-front bins along the back of the bench; `reach` is half their row, m."""
    step = 2 * reach / max(count - 1, 1)
    return [box((0.26, 0.2, 0.15), (-reach + i * step, -1.42, BENCH_HEIGHT + 0.08), top=(1.0, 0.6)) for i in range(count)]


def work_stand() -> list[Shape]:
    """Return a post at the aisle whose arm holds a bicycle 0.42 m above the floor."""
    base = box((0.6, 0.5, 0.04), (-0.2, 0.5, 0.03))
    post = tube((-0.2, 0.55, 0.04), (-0.2, 0.55, 1.5), 0.045, sides=6)
    return [base, post, tube((-0.2, 0.58, 1.46), (-0.2, 0.0, 1.3), 0.035, sides=4)]


def mat(y: float = -0.62) -> Shape:
    """Return the anti-fatigue mat that the operator stands on."""
    return box((1.7, 0.6, 0.02), (0.0, y, 0.01))
