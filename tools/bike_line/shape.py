# SPDX-License-Identifier: Apache-2.0
"""Closed low-polygon shapes with a normal per face corner. All lengths in m, Z up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vector = Sequence[float]
Array = NDArray[np.float64]
Face = tuple[int, ...]


@dataclass(slots=True)
class Shape:
    """Points, faces (counter-clockwise seen from outside) and one normal per face corner.

    Attributes:
        points: Shape (n, 3), m.
        faces: Point indices of each face.
        normals: For each face one unit vector per corner, shape (corners, 3).
    """

    points: Array
    faces: list[Face]
    normals: list[Array] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.normals:
            self.normals = [np.repeat(flat_normal(self.points[list(f)])[None], len(f), axis=0) for f in self.faces]

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Shape:
        """Return the shape moved by (x, y, z) m."""
        return Shape(self.points + np.array((x, y, z)), self.faces, self.normals)

    def turned(self, axis: str, degrees: float) -> Shape:
        """Return the shape turned about a world axis ("x", "y" or "z"), counter-clockwise."""
        m = rotation(axis, degrees)
        return Shape(self.points @ m.T, self.faces, [n @ m.T for n in self.normals])


def rotation(axis: str, degrees: float) -> Array:
    """Return the 3 x 3 rotation matrix (column vectors) about "x", "y" or "z"."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    m = np.eye(3)
    m[i, i], m[i, j], m[j, i], m[j, j] = c, -s, s, c
    return m


def flat_normal(corners: Array) -> Array:
    """Return the unit normal of a planar polygon (Newell's method)."""
    following = np.roll(corners, -1, axis=0)
    normal = np.cross(corners, following).sum(axis=0)
    return np.asarray(normal / np.linalg.norm(normal))


def joined(shapes: Iterable[Shape]) -> Shape:
    """Return one shape made of all shapes, each still closed on its own."""
    parts = list(shapes)
    starts = np.cumsum([0, *(len(s.points) for s in parts)])
    faces = [tuple(int(i + o) for i in f) for s, o in zip(parts, starts) for f in s.faces]
    return Shape(np.concatenate([s.points for s in parts]), faces, [n for s in parts for n in s.normals])


def box(size: Vector, center: Vector = (0.0, 0.0, 0.0), *, top: Vector = (1.0, 1.0)) -> Shape:
    """Return a box; `top` scales the upper face in x and y, for tapered bodies."""
    sign = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    half = [(x * size[0] / 2, y * size[1] / 2) for x, y in sign]
    low = [(x, y, -size[2] / 2) for x, y in half]
    high = [(x * top[0], y * top[1], size[2] / 2) for x, y in half]
    faces: list[Face] = [(3, 2, 1, 0), (4, 5, 6, 7), *((i, (i + 1) % 4, (i + 1) % 4 + 4, i + 4) for i in range(4))]
    return Shape(np.array(low + high) + np.asarray(center, float), faces)


def prism(outline: Sequence[Vector], low: float, high: float) -> Shape:
    """Return an outline (counter-clockwise in x, y) extruded from z `low` to z `high`."""
    n = len(outline)
    points = np.array([(p[0], p[1], z) for z in (low, high) for p in outline], float)
    faces: list[Face] = [tuple(range(n - 1, -1, -1)), tuple(range(n, 2 * n))]
    faces += [(i, (i + 1) % n, (i + 1) % n + n, i + n) for i in range(n)]
    return Shape(points, faces)


def side_prism(outline: Sequence[Vector], low: float, high: float) -> Shape:
    """Return an outline in x, z (counter-clockwise seen from -y) extruded from y `low` to y `high`."""
    return prism(outline, -high, -low).turned("x", 90)


def front_prism(outline: Sequence[Vector], low: float, high: float) -> Shape:
    """Return an outline in y, z (counter-clockwise seen from +x) extruded from x `low` to x `high`."""
    return prism(outline, low, high).turned("x", 90).turned("z", 90)


def sector(inner: float, outer: float, low: float, high: float, *, begin: float = -90, end: float = 0, steps: int = 6) -> Shape:
    """Return a piece of a flat ring around z, from radius `inner` to `outer` and from `begin` to `end` degrees."""
    section = [(inner, low), (outer, low), (outer, high), (inner, high)]
    angles = [math.radians(begin + (end - begin) * i / steps) for i in range(steps + 1)]
    points = [(r * math.cos(a), r * math.sin(a), z) for a in angles for r, z in section]
    faces: list[Face] = [(0, 1, 2, 3), tuple(4 * steps + k for k in (3, 2, 1, 0))]
    for i in range(0, 4 * steps, 4):
        faces += [(i + (k + 1) % 4, i + k, i + 4 + k, i + 4 + (k + 1) % 4) for k in range(4)]
    return Shape(np.array(points), faces)


def sheet(corners: Sequence[Vector]) -> Shape:
    """Return one flat face; it is seen from the side where its corners run counter-clockwise.

    It is 0.02 mm smaller all round, so that sheets side by side share no point and every mesh stays manifold.
    """
    points = np.array(corners, float)
    inward = points.mean(axis=0) - points
    return Shape(points + np.sign(inward.round(6)) * 2e-5, [tuple(range(len(corners)))])


def tube(start: Vector, end: Vector, radius: float, *, sides: int = 6, end_radius: float | None = None) -> Shape:
    """Return a round bar (or cone stump) from `start` to `end` with smooth sides and flat ends."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    along = (b - a) / np.linalg.norm(b - a)
    side = np.cross(along, (0, 0, 1) if abs(along[2]) < 0.9 else (1, 0, 0))
    side /= np.linalg.norm(side)
    up = np.cross(along, side)
    angles = 2 * math.pi * (np.arange(sides) + 0.5) / sides
    out = np.outer(np.cos(angles), side) + np.outer(np.sin(angles), up)
    points = np.concatenate([a + radius * out, b + (radius if end_radius is None else end_radius) * out])
    return _walled(points, out, sides, along)


def _walled(points: Array, out: Array, n: int, along: Array) -> Shape:
    faces: list[Face] = [(i, (i + 1) % n, (i + 1) % n + n, i + n) for i in range(n)]
    normals = [out[[i, (i + 1) % n, (i + 1) % n, i]] for i in range(n)]
    faces += [tuple(range(n - 1, -1, -1)), tuple(range(n, 2 * n))]
    normals += [np.repeat(-along[None], n, axis=0), np.repeat(along[None], n, axis=0)]
    return Shape(points, faces, normals)


def run(points: Sequence[Vector], radius: float, *, sides: int = 6) -> list[Shape]:
    """Return tubes along a polyline."""
    return [tube(a, b, radius, sides=sides) for a, b in zip(points, points[1:])]


def ring(radius: float, thickness: float, *, segments: int = 14, sides: int = 4, flatten: float = 1.0) -> Shape:
    """Return a ring in the x-z plane (axis y) around the origin; `flatten` scales it along its axis."""
    turn = 2 * math.pi * np.arange(segments) / segments
    roll = 2 * math.pi * (np.arange(sides) + 0.5) / sides
    outward = np.stack([np.cos(turn), np.zeros(segments), np.sin(turn)], axis=1)
    normal = np.cos(roll)[None, :, None] * outward[:, None] + np.sin(roll)[None, :, None] * np.array((0, -flatten, 0))
    points = (radius * outward[:, None] + thickness * normal).reshape(-1, 3)
    unit = (normal / np.linalg.norm(normal, axis=2, keepdims=True)).reshape(-1, 3)
    faces: list[Face] = []
    for i in range(segments):
        for j in range(sides):
            a, b = i * sides, (i + 1) % segments * sides
            k = (j + 1) % sides
            faces.append((a + j, b + j, b + k, a + k))
    return Shape(points, faces, [unit[list(f)] for f in faces])


def lathe(profile: Sequence[Vector], *, sides: int = 8) -> Shape:
    """Return a body turned about z from (radius, z) pairs, bottom to top; a radius of 0 gives a tip."""
    rows: list[list[int]] = []
    points: list[tuple[float, float, float]] = []
    for radius, z in profile:
        count = sides if radius > 0 else 1
        rows.append(list(range(len(points), len(points) + count)))
        angles = [2 * math.pi * i / sides for i in range(count)]
        points += [(radius * math.cos(t), radius * math.sin(t), z) for t in angles]
    faces: list[Face] = [tuple(reversed(rows[0]))] if len(rows[0]) > 1 else []
    for low, high in zip(rows, rows[1:]):
        faces += _band(low, high, sides)
    if len(rows[-1]) > 1:
        faces.append(tuple(rows[-1]))
    return Shape(np.array(points), faces)


def _band(low: list[int], high: list[int], sides: int) -> list[Face]:
    faces: list[Face] = []
    for i in range(sides):
        k = (i + 1) % sides
        corners = [low[i % len(low)], low[k % len(low)], high[k % len(high)], high[i % len(high)]]
        faces.append(tuple(dict.fromkeys(corners)))
    return faces
