# SPDX-License-Identifier: Apache-2.0
"""Points and faces of USD's geometric prims, in local space. Pure numbers: no UI."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pxr import Usd, UsdGeom

Array = NDArray[np.float64]
Color = tuple[float, float, float]
GREY = (0.55, 0.57, 0.60)
_CUBE_POINTS = np.array([(x, y, z) for z in (-0.5, 0.5) for y in (-0.5, 0.5) for x in (-0.5, 0.5)])
_CUBE_FACES = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))
_AXES = {"Z": (0, 1, 2), "X": (2, 0, 1), "Y": (1, 2, 0)}


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon mesh.

    Attributes:
        points: Shape (n, 3), stage units, local.
        faces: Point indices per face, counter-clockwise seen from outside.
    """

    points: Array
    faces: tuple[tuple[int, ...], ...]


def shape(prim: Usd.Prim, *, sides: int = 12) -> Shape | None:
    """Return the faces of a geometric prim at the default time; None when it is none that can be drawn.

    Args:
        prim: Cube, Cylinder, Cone, Capsule, Sphere or Mesh.
        sides: Faces around a round shape.
    """
    maker = _MAKERS.get(prim.GetTypeName())
    return maker(prim, sides) if maker is not None else None


def color(prim: Usd.Prim, time: Usd.TimeCode) -> Color:
    """Return the display colour of a prim, 0..1, inherited from its ancestors as USD says."""
    value = UsdGeom.PrimvarsAPI(prim).FindPrimvarWithInheritance("displayColor").ComputeFlattened(time)
    return tuple(float(c) for c in value[0]) if value else GREY  # type: ignore[return-value]


def tiled(found: Shape, matrix: Array, *, up: int, size: float, most: int = 60) -> Shape:
    """Return the shape with its large upward quads cut into tiles.

    The view sorts faces by their middle; what stands on a long table or belt would else be hidden by it.

    Args:
        found: A shape.
        matrix: Local to world, shape (4, 4), for row vectors.
        up: Index of the up axis.
        size: Length of a tile's side at most, stage units.
        most: A face that would give more tiles (a floor) is left whole.
    """
    points, faces = list(found.points), []
    linear = matrix[:3, :3]
    for face in found.faces:
        corners = found.points[list(face)]
        rows, columns = _tiles(corners @ linear, up, size) if len(face) == 4 else (1, 1)
        if not 1 < rows * columns <= most:
            faces.append(face)
            continue
        start = len(points)
        a, b, c, d = corners
        for i in range(rows + 1):
            for j in range(columns + 1):
                u, v = i / rows, j / columns
                points.append((a * (1 - u) + b * u) * (1 - v) + (d * (1 - u) + c * u) * v)
        for i in range(rows):
            for j in range(columns):
                k = start + i * (columns + 1) + j
                faces.append((k, k + columns + 1, k + columns + 2, k + 1))
    return found if len(points) == len(found.points) else Shape(np.array(points), tuple(faces))


def _tiles(corners: Array, up: int, size: float) -> tuple[int, int]:
    """Number of tiles along both sides of a quad; 1, 1 unless it faces upward."""
    along, across = corners[1] - corners[0], corners[3] - corners[0]
    normal = np.cross(along, across)
    if abs(normal[up]) < 0.9 * np.linalg.norm(normal) or not normal.any():
        return 1, 1
    return max(1, math.ceil(np.linalg.norm(along) / size)), max(1, math.ceil(np.linalg.norm(across) / size))


def _cube(prim: Usd.Prim, sides: int) -> Shape:
    return Shape(_CUBE_POINTS * (UsdGeom.Cube(prim).GetSizeAttr().Get() or 0.0), _CUBE_FACES)


def _cylinder(prim: Usd.Prim, sides: int) -> Shape:
    schema = UsdGeom.Cylinder(prim)
    radius, height = schema.GetRadiusAttr().Get(), schema.GetHeightAttr().Get()
    return _lathe([(radius, -height / 2), (radius, height / 2)], sides, schema.GetAxisAttr().Get())


def _cone(prim: Usd.Prim, sides: int) -> Shape:
    schema = UsdGeom.Cone(prim)
    radius, height = schema.GetRadiusAttr().Get(), schema.GetHeightAttr().Get()
    return _lathe([(radius, -height / 2), (radius * 1e-3, height / 2)], sides, schema.GetAxisAttr().Get())


def _capsule(prim: Usd.Prim, sides: int) -> Shape:
    schema = UsdGeom.Capsule(prim)
    radius, half = schema.GetRadiusAttr().Get(), schema.GetHeightAttr().Get() / 2
    rows = [(radius * s, -half - radius * c) for s, c in ((0.01, 1), (0.7, 0.7), (1, 0))]
    return _lathe(rows + [(r, -z) for r, z in reversed(rows)], sides, schema.GetAxisAttr().Get())


def _sphere(prim: Usd.Prim, sides: int) -> Shape:
    radius = UsdGeom.Sphere(prim).GetRadiusAttr().Get()
    rings = max(4, sides // 2)
    angles = [math.pi * k / rings for k in range(rings + 1)]
    return _lathe([(max(1e-3, math.sin(a)) * radius, -math.cos(a) * radius) for a in angles], sides, "Z")


def _lathe(rows: list[tuple[float, float]], sides: int, axis: str) -> Shape:
    """Turn (radius, height) rows, bottom to top, about an axis."""
    turn = [(math.cos(2 * math.pi * i / sides), math.sin(2 * math.pi * i / sides)) for i in range(sides)]
    points = np.array([(r * c, r * s, z) for r, z in rows for c, s in turn])
    faces = [
        (k * sides + i, k * sides + (i + 1) % sides, (k + 1) * sides + (i + 1) % sides, (k + 1) * sides + i)
        for k in range(len(rows) - 1)
        for i in range(sides)
    ]
    last = (len(rows) - 1) * sides
    caps = [tuple(range(sides - 1, -1, -1)), tuple(range(last, last + sides))]
    return Shape(points[:, _AXES[axis]], tuple(faces + caps))


def _mesh(prim: Usd.Prim, sides: int) -> Shape | None:
    schema = UsdGeom.Mesh(prim)
    points, counts = schema.GetPointsAttr().Get(), schema.GetFaceVertexCountsAttr().Get()
    indices = schema.GetFaceVertexIndicesAttr().Get()
    if not points or not counts or not indices or sum(counts) != len(indices) or max(indices) >= len(points):
        return None
    ends = np.cumsum(counts)
    flat = [int(i) for i in indices]
    step = -1 if schema.GetOrientationAttr().Get() == UsdGeom.Tokens.leftHanded else 1
    faces = tuple(tuple(flat[e - c : e][::step]) for e, c in zip(ends, counts) if c >= 3)
    return Shape(np.array(points, dtype=np.float64), faces)


_MAKERS = {
    "Cube": _cube, "Cylinder": _cylinder, "Cone": _cone, "Capsule": _capsule, "Sphere": _sphere, "Mesh": _mesh,
}  # fmt: skip
