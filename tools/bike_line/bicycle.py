# SPDX-License-Identifier: Apache-2.0
"""The bicycle: about two hundred faces in three meshes. It faces +x and stands on its wheels."""

from __future__ import annotations

from .asset import Asset, Part
from .shape import Shape, box, lathe, ring, tube

REAR, FRONT, CRANK = (-0.5, 0.0, 0.345), (0.54, 0.0, 0.345), (-0.06, 0.0, 0.29)
SEAT, HEAD, CROWN = (-0.215, 0.0, 0.78), (0.345, 0.0, 0.93), (0.41, 0.0, 0.7)
RADIUS = 0.32


def bicycle() -> Asset:
    """Return the finished bicycle."""
    parts = [Part("Frame", "Orange", frame(fork=True)), Part("Tyres", "Rubber", [*_tyres(), *_dark()]),
             Part("Metal", "Aluminium", [*_spokes(), *_metal()])]  # fmt: skip
    return Asset("Bicycle", "City bicycle", parts)


def frame(*, fork: bool) -> list[Shape]:
    """Return the diamond frame, with its fork if wanted."""
    low_head = (0.375, 0.0, 0.82)
    shapes = [tube(CRANK, SEAT, 0.024, sides=4), tube((-0.19, 0, 0.71), low_head, 0.022, sides=4),
              tube(CRANK, CROWN, 0.027, sides=4), tube(HEAD, CROWN, 0.028, sides=4)]  # fmt: skip
    for y in (-0.05, 0.05):
        shapes += [tube((-0.2, y / 3, 0.72), (REAR[0], y, REAR[2]), 0.014, sides=3),
                   tube((CRANK[0], y / 2, CRANK[2]), (REAR[0], y, REAR[2]), 0.014, sides=3)]  # fmt: skip
        if fork:
            shapes.append(tube((CROWN[0], y, CROWN[2]), (FRONT[0], y, FRONT[2]), 0.016, sides=3))
    return shapes


def wheel(at: tuple[float, float, float], *, segments: int = 12) -> Shape:
    """Return a tyre standing upright with its axle at a point, m."""
    return ring(RADIUS, 0.03, segments=segments, sides=3, flatten=0.8).moved(*at)


def _tyres() -> list[Shape]:
    return [wheel(REAR), wheel(FRONT)]


def _spokes() -> list[Shape]:
    shapes = []
    for hub in (REAR, FRONT):
        for dx, dz in ((0.22, 0.22), (0.22, -0.22)):
            ends = [(hub[0] + s * dx, 0.0, hub[2] + s * dz) for s in (-1, 1)]
            shapes.append(tube(ends[0], ends[1], 0.008, sides=3))
    return shapes


def _metal() -> list[Shape]:
    return [
        tube((0.3, -0.25, 1.04), (0.3, 0.25, 1.04), 0.014, sides=4),
        tube(HEAD, (0.31, 0.0, 1.03), 0.018, sides=3),
        tube(SEAT, (-0.24, 0.0, 0.93), 0.016, sides=3),
        lathe([(0.085, -0.006), (0.085, 0.006)], sides=8).turned("x", 90).moved(CRANK[0], -0.05, CRANK[2]),
        tube((CRANK[0] - 0.13, -0.08, CRANK[2] - 0.1), (CRANK[0] + 0.13, 0.08, CRANK[2] + 0.1), 0.012, sides=3),
    ]


def _dark() -> list[Shape]:
    pedals = [box((0.09, 0.08, 0.025), (CRANK[0] + s * 0.13, s * 0.13, CRANK[2] + s * 0.1)) for s in (-1, 1)]
    grips = [tube((0.3, s * 0.19, 1.045), (0.24, s * 0.29, 1.035), 0.022, sides=3) for s in (-1, 1)]
    return [*pedals, *grips, box((0.26, 0.15, 0.06), (-0.25, 0.0, 0.95), top=(1.05, 1.1))]
