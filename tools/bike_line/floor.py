# SPDX-License-Identifier: Apache-2.0
"""The painted floor as a partition: marks are painted over one another on a plan, then cut into sheets that never overlap.

So a viewer that sorts faces by distance shows it right, and no two faces lie in one plane.
"""

from __future__ import annotations

from .plan import NORTH, SECOND_BRAKES, SOUTH, STORES, VEHICLE_WAY, WORKS
from .shape import Shape, sheet

Rectangle = tuple[str, float, float, float, float]
"""Paint, x and y of the lower corner, x and y of the upper corner, m."""

TILE = 4.0
LINE_WIDTH = 0.12
SEGMENTS = {1: "bc", 2: "abged", 3: "abgcd", 4: "fgbc", 5: "afgcd", 6: "afgedc", 7: "abc", 8: "abcdefg", 9: "abcdfg"}
"""Seven-segment shapes of the station numbers."""


def floor_sheets() -> dict[str, list[Shape]]:
    """Return the floor's sheets by paint."""
    sheets: dict[str, list[Shape]] = {}
    arrows = _arrows()
    for paint, x0, y0, x1, y1 in partition([*_marks(), *(("hole", *box) for box, _ in arrows)]):
        if paint != "hole":
            sheets.setdefault(paint, []).append(sheet([(x0, y0, 0), (x1, y0, 0), (x1, y1, 0), (x0, y1, 0)]))
    for bounds, direction in arrows:
        for paint, corners in _arrow(bounds, direction):
            sheets.setdefault(paint, []).append(sheet([(x, y, 0) for x, y in corners]))
    return sheets


def _marks() -> list[Rectangle]:
    marks: list[Rectangle] = [("Slab", -20.0, -12.0, 20.0, 12.0)]
    marks += [("Cell", -11.6, SOUTH - 2.0, 12.9, SOUTH + 2.0), ("Cell", -12.6, NORTH - 2.0, 12.9, NORTH + 2.0)]
    marks += [("Aisle", -20.0, -1.2, 14.8, 1.2)]
    for y in (-1.2, 1.2):
        marks.append(("Yellow", -20.0, y - LINE_WIDTH / 2, 14.8, y + LINE_WIDTH / 2))
    for number, work in enumerate(WORKS, 1):
        y = 2.02 if work.y > 0 else -2.98
        marks += _digit(number, work.x, y)
    return marks + _reserved() + _guide_line()


def _reserved() -> list[Rectangle]:
    x, y, w, d = SECOND_BRAKES.x, SECOND_BRAKES.y, 1.35, 1.85
    stripes: list[Rectangle] = []
    for a, b, c, e in ((x - w, y - d, x + w, y - d + LINE_WIDTH), (x - w, y + d - LINE_WIDTH, x + w, y + d),
                       (x - w, y - d, x - w + LINE_WIDTH, y + d), (x + w - LINE_WIDTH, y - d, x + w, y + d)):  # fmt: skip
        stripes.append(("Yellow", a, b, c, e))
    return stripes


def _guide_line() -> list[Rectangle]:
    half = LINE_WIDTH / 2
    return [("Blue", min(x0, x1) - half, min(y0, y1) - half, max(x0, x1) + half, max(y0, y1) + half)
            for (x0, y0), (x1, y1) in zip(VEHICLE_WAY, VEHICLE_WAY[1:])]  # fmt: skip


def _digit(number: int, x: float, y: float, w: float = 0.58, h: float = 0.96, t: float = 0.14) -> list[Rectangle]:
    left, right, top, mid = x - w / 2, x + w / 2, y + h, y + h / 2
    segments = {
        "a": (left, top - t, right, top), "g": (left, mid - t / 2, right, mid + t / 2), "d": (left, y, right, y + t),
        "f": (left, mid, left + t, top), "b": (right - t, mid, right, top),
        "e": (left, y, left + t, mid), "c": (right - t, y, right, mid),
    }  # fmt: skip
    return [("White", *segments[s]) for s in SEGMENTS[number]]


def _arrows() -> list[tuple[tuple[float, float, float, float], int]]:
    south = [((s.x - 0.8, -3.0, s.x + 0.8, -2.0), 1) for s in STORES if s.y == SOUTH]
    north = [((s.x - 0.8, 2.0, s.x + 0.8, 3.0), -1) for s in STORES if s.y == NORTH and s.name != "FinishedBikes"]
    return south + north


def _arrow(bounds: tuple[float, float, float, float], direction: int) -> list[tuple[str, list[tuple[float, float]]]]:
    x0, y0, x1, y1 = bounds
    middle = (y0 + y1) / 2
    if direction > 0:
        return [("Blue", [(x0, y0), (x1, middle), (x0, y1)]), ("Slab", [(x0, y0), (x1, y0), (x1, middle)]),
                ("Slab", [(x0, y1), (x1, middle), (x1, y1)])]  # fmt: skip
    return [("Blue", [(x1, y1), (x0, middle), (x1, y0)]), ("Slab", [(x1, y0), (x0, middle), (x0, y0)]),
            ("Slab", [(x1, y1), (x0, y1), (x0, middle)])]  # fmt: skip


def partition(marks: list[Rectangle]) -> list[Rectangle]:
    """Return rectangles that show the same picture as `marks` (later ones on top) without overlap, none longer than a tile."""
    xs = _cuts([v for m in marks for v in (m[1], m[3])])
    ys = _cuts([v for m in marks for v in (m[2], m[4])])
    grid = [[""] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    for paint, x0, y0, x1, y1 in marks:
        for j in range(ys.index(round(y0, 4)), ys.index(round(y1, 4))):
            for i in range(xs.index(round(x0, 4)), xs.index(round(x1, 4))):
                grid[j][i] = paint
    return _merged(grid, xs, ys)


def _cuts(values: list[float]) -> list[float]:
    low, high = min(values), max(values)
    tiles = [low + TILE * i for i in range(int((high - low) / TILE) + 1)]
    return sorted({round(v, 4) for v in [*values, *tiles]})


def _merged(grid: list[list[str]], xs: list[float], ys: list[float]) -> list[Rectangle]:
    found: list[Rectangle] = []
    for j in range(len(grid)):
        for i in range(len(grid[j])):
            paint = grid[j][i]
            if not paint:
                continue
            right, top = _grown(grid, i, j, xs, ys)
            for row in range(j, top):
                grid[row][i:right] = [""] * (right - i)
            found.append((paint, xs[i], ys[j], xs[right], ys[top]))
    return found


def _grown(grid: list[list[str]], i: int, j: int, xs: list[float], ys: list[float]) -> tuple[int, int]:
    paint, right, top = grid[j][i], i + 1, j + 1
    while right < len(grid[j]) and grid[j][right] == paint and xs[right + 1] - xs[i] <= TILE + 1e-6:
        right += 1
    while top < len(grid) and all(c == paint for c in grid[top][i:right]) and ys[top + 1] - ys[j] <= TILE + 1e-6:
        top += 1
    return right, top
