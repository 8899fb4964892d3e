# SPDX-License-Identifier: Apache-2.0
"""The building: floor with its marks, walls with windows and dock doors, columns, fences."""

from __future__ import annotations

from .asset import Asset, Part
from .floor import floor_sheets
from .shape import Shape, box, sheet

LENGTH, DEPTH, HEIGHT = 40.0, 24.0, 4.6
DOORS = (-6.0, 6.0)
"""y of the dock doors in the west wall, m; each is 3 m wide and 3 m high."""


def hall_floor() -> Asset:
    """Return the floor: one sheet per paint, side by side, none above another."""
    return Asset("HallFloor", "Hall floor", [Part(f"{p}Floor", p, s) for p, s in floor_sheets().items()])


def column() -> Asset:
    """Return a steel column with a yellow and black foot guard."""
    web = [box((0.08, 0.26, HEIGHT), (0.0, 0.0, HEIGHT / 2))]
    web += [box((0.3, 0.05, HEIGHT), (0.0, s * 0.15, HEIGHT / 2)) for s in (-1, 1)]
    guard = box((0.46, 0.46, 1.0), (0.0, 0.0, 0.5))
    return Asset("Column", "Column", [Part("Steel", "Steel", web), Part("Guard", "Yellow", [guard])])


def fence(length: float = 2.4) -> Asset:
    """Return a safety fence along x; `length` in m."""
    posts = [box((0.07, 0.07, 1.2), (x, 0.0, 0.6)) for x in (-length / 2, 0.0, length / 2)]
    rails = [box((length, 0.03, 0.04), (0.0, 0.0, z)) for z in (0.3, 0.7, 1.1)]
    return Asset("Fence", "Safety fence", [Part("Posts", "Yellow", posts), Part("Rails", "Graphite", rails)])


def hall_walls() -> Asset:
    """Return the north and west wall, seen from inside only, and low plinths in the south and east."""
    half_x, half_y = LENGTH / 2, DEPTH / 2
    north = [(x, half_y, x + 4.0, half_y) for x in range(-20, 20, 4)]
    spans = [(-12.0, -7.5), (-4.5, 0.0), (0.0, 4.5), (7.5, 12.0)]
    west = [(-half_x, a, -half_x, b) for a, b in spans]
    plinths = [box((LENGTH / 8 - 0.01, 0.15, 0.3), (x - 17.5, -half_y - 0.1, 0.15)) for x in range(0, 40, 5)]
    plinths += [box((0.15, DEPTH / 6 - 0.01, 0.3), (half_x + 0.1, y - 10.0, 0.15)) for y in range(0, 24, 4)]
    sides = [((x0, y0), (x1, y1)) for x0, y0, x1, y1 in [*west, *north]]
    low = [_wall(a, b, 0.0, 1.2) for a, b in sides]
    over = [_wall((-half_x, y - 1.5), (-half_x, y + 1.5), 3.0, 4.6) for y in DOORS]
    high = [*(_wall(a, b, z, t) for a, b in sides for z, t in ((1.2, 2.4), (3.6, 4.6))), *over]
    glass = [_wall(a, b, 2.4, 3.6) for a, b in sides]
    doors = [s for y in DOORS for s in _door(y)]
    parts = [Part("Base", "Concrete", low), Part("Panels", "Plaster", high),
             Part("Windows", "Glass", glass), Part("Doors", "Yellow", doors), Part("Plinths", "Concrete", plinths)]  # fmt: skip
    return Asset("HallWalls", "Hall walls", parts)


def _wall(a: tuple[float, float], b: tuple[float, float], low: float, high: float) -> Shape:
    return sheet([(*b, low), (*b, high), (*a, high), (*a, low)])


def _door(y: float) -> list[Shape]:
    x = -LENGTH / 2 + 0.06
    jambs = [box((0.14, 0.16, 3.0), (x, y + s * 1.46, 1.5)) for s in (-1, 1)]
    return [*jambs, box((0.15, 3.1, 0.2), (x, y, 3.05))]
