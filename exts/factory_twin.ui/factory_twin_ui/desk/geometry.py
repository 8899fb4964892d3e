# SPDX-License-Identifier: Apache-2.0
"""Points and faces of USD's geometric prims, in local space. Pure numbers: no UI."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from pxr import Usd, UsdGeom

from .shape import Shape

Array = NDArray[np.float64]
Color = tuple[float, float, float]
GREY = (0.55, 0.57, 0.60)
_CUBE_POINTS = np.array([(x, y, z) for z in (-0.5, 0.5) for y in (-0.5, 0.5) for x in (-0.5, 0.5)])
_CUBE_FACES = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))
_AXES = {"Z": (0, 1, 2), "X": (2, 0, 1), "Y": (1, 2, 0)}


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
    cuts = _tiles(found, matrix[:3, :3], up, size)
    cuts[cuts.prod(axis=1) > most] = 1
    if (cuts == 1).all():
        return found
    points, faces = list(found.points), []
    for face, (rows, columns) in zip(found.faces, cuts.tolist()):
        if rows * columns == 1:
            faces.append(face)
            continue
        start = len(points)
        a, b, c, d = found.points[list(face)]
        for i in range(rows + 1):
            for j in range(columns + 1):
                u, v = i / rows, j / columns
                points.append((a * (1 - u) + b * u) * (1 - v) + (d * (1 - u) + c * u) * v)
        for i in range(rows):
            for j in range(columns):
                k = start + i * (columns + 1) + j
                faces.append((k, k + columns + 1, k + columns + 2, k + 1))
    return Shape(np.array(points), tuple(faces))


def _tiles(found: Shape, linear: Array, up: int, size: float) -> NDArray[np.int64]:
    """Number of tiles along both sides of each face, shape (faces, 2); 1 unless it is a quad that faces upward."""
    cuts = np.ones((len(found.faces), 2), dtype=np.int64)
    quads = np.flatnonzero(found.counts == 4)
    first = (np.cumsum(found.counts) - found.counts)[quads]
    corners = found.points[found.corners[first[:, None] + np.arange(4)]] @ linear
    along, across = corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]
    normal = np.cross(along, across)
    length = np.linalg.norm(normal, axis=1)
    flat = (np.abs(normal[:, up]) >= 0.9 * length) & (length > 0)
    sides = np.stack([np.linalg.norm(along, axis=1), np.linalg.norm(across, axis=1)], axis=1)
    cuts[quads[flat]] = np.maximum(1, np.ceil(sides[flat] / size)).astype(np.int64)
    return cuts


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
    return Shape(np.array(points, dtype=np.float64), faces) if faces else None


_MAKERS = {
    "Cube": _cube, "Cylinder": _cylinder, "Cone": _cone, "Capsule": _capsule, "Sphere": _sphere, "Mesh": _mesh,
}  # fmt: skip
