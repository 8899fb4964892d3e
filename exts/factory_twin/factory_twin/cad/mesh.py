# SPDX-License-Identifier: Apache-2.0
"""One shape ready for USD: points welded, empty triangles dropped, normals by corner, colours by face; volume, area, box."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .scene import GREY, Color, Floats, Ints, Patch


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """A shape.

    Attributes:
        points: n x 3, m, each once; single precision.
        triangles: k x 3 indices of points.
        normals: Different unit vectors, m x 3.
        normal_indices: k x 3 indices of normals.
        colors: Different colours, linear.
        color_indices: k indices of colours.
        two_sided: Backs of faces are shown: the file asks for it, and the mesh is not closed.
        closed: Each edge is run along as often one way as the other, so a volume is enclosed.
        volume: Signed, m3; means something only when closed.
        area: m2.
        key: The same for meshes that are equal.
    """

    points: Floats
    triangles: Ints
    normals: Floats
    normal_indices: Ints
    colors: tuple[Color, ...]
    color_indices: Ints
    two_sided: bool
    closed: bool
    volume: float
    area: float
    key: str

    @property
    def box(self) -> tuple[Floats, Floats]:
        """Lower and upper corner, m."""
        return self.points.min(axis=0).astype(np.float64), self.points.max(axis=0).astype(np.float64)


def build(patches: Sequence[Patch]) -> Mesh | None:
    """Return the mesh of all patches; None when no triangle has an area."""
    corners = np.concatenate([p.points[p.triangles].reshape(-1, 3) for p in patches]).astype(np.float32) + np.float32(0)
    colors = list(dict.fromkeys(p.color or GREY for p in patches))
    paint = np.concatenate([np.full(len(p.triangles), colors.index(p.color or GREY)) for p in patches])
    points, places = _unique(corners)
    triangles = places.reshape(-1, 3)
    a, b, c = triangles.T
    good = (a != b) & (b != c) & (c != a)
    start = points[a].astype(np.float64)
    flat = np.cross(points[b] - start, points[c] - start)
    size = np.linalg.norm(flat, axis=1)
    good &= size > 0
    if not good.any():
        return None
    normals = _normals(patches, flat / np.where(size > 0, size, 1)[:, None]).reshape(-1, 3, 3)[good].reshape(-1, 3)
    triangles, paint = triangles[good], paint[good]
    used, triangles = np.unique(triangles, return_inverse=True)
    points, triangles = points[used], triangles.reshape(-1, 3)
    different, at = _unique((normals.round(5) + 0.0).astype(np.float32))
    closed = _closed(triangles, len(points))
    sided = any(p.two_sided for p in patches) and not closed
    key = hashlib.sha256(repr((colors, sided)).encode())
    for array in (points, triangles.astype(np.int64), different, at.astype(np.int64), paint.astype(np.int64)):
        key.update(np.ascontiguousarray(array).tobytes())
    first, second, third = (points[triangles[:, k]].astype(np.float64) - points[0] for k in range(3))
    return Mesh(
        points=points, triangles=triangles, normals=different, normal_indices=at.reshape(-1, 3), colors=tuple(colors),
        color_indices=paint, two_sided=sided, closed=closed,
        volume=float((first * np.cross(second, third)).sum() / 6.0), area=float(size[good].sum() / 2.0), key=key.hexdigest(),
    )  # fmt: skip


def _normals(patches: Sequence[Patch], flat: Floats) -> Floats:
    """Return a unit vector for each corner: the file's where it is one, else that of the triangle."""
    found = np.repeat(flat, 3, axis=0)
    at = 0
    for patch in patches:
        count = len(patch.triangles) * 3
        if patch.normals is not None:
            own = patch.normals[patch.triangles].reshape(-1, 3)
            length = np.linalg.norm(own, axis=1)
            good = (length > 0.5) & (length < 2.0)
            found[at : at + count][good] = own[good] / length[good][:, None]
        at += count
    return found


def _unique(rows: Floats) -> tuple[Floats, Ints]:
    """Return the different rows in order of their first place, and for each row which one it is."""
    packed = np.ascontiguousarray(rows).view([("", rows.dtype)] * rows.shape[1]).reshape(-1)
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    found: Any = rank[inverse.reshape(-1)]
    return rows[first[order]], found


def _closed(triangles: Ints, count: int) -> bool:
    edges = np.concatenate([triangles[:, (0, 1)], triangles[:, (1, 2)], triangles[:, (2, 0)]]).astype(np.int64)
    ahead, back = edges[:, 0] * count + edges[:, 1], edges[:, 1] * count + edges[:, 0]
    ahead.sort()
    back.sort()
    return bool((ahead == back).all())
