# SPDX-License-Identifier: Apache-2.0
"""Draw items as flat shaded meshes of omni.ui.scene; faces that look away and specks are left out, which halves the cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from omni.ui import scene as sc

from .item import Item

Array = NDArray[np.float64]
_AMBIENT = 0.30
_SPECK = 1.2  # pixels: smaller things are left out
_CRUMB = 0.35  # pixels squared: smaller faces are left out


class Meshes:
    """The meshes of some items in one scene. Make it inside `with scene_view.scene:`.

    Args:
        items: What to draw.
        up: Index of the up axis (1 or 2).
    """

    def __init__(self, items: list[Item], up: int) -> None:
        self.items = items
        light = np.array([0.32, -0.52, 0.79])
        self._light = light if up == 2 else np.array([light[0], light[2], -light[1]])
        self._counts = [np.array([len(f) for f in i.shape.faces]) for i in items]
        self._first = np.cumsum([0, *(len(c) for c in self._counts)]).tolist()
        self._corners = [np.concatenate([np.asarray(f) for f in i.shape.faces]) for i in items]
        self._areas = [_areas(i) for i in items]
        self._centers = [_centers(i) for i in items]
        sizes = [len(c) for c in self._counts]
        self._closed = np.repeat(np.array([i.closed for i in items], dtype=bool), np.array(sizes, dtype=int))
        self._shown: list[bytes] = [b""] * len(items)
        self._locals = [_ball(i) for i in items]
        faces = int(self._first[-1])
        self._area, self._arm, self._c = (
            np.empty((faces, 3)) for _ in range(3)
        )  # centres as seen from the origin of each item
        self._middle, self._ball, self._radius = np.empty((len(items), 3)), np.empty((len(items), 3)), np.empty(len(items))
        self._linear = np.full((len(items), 3, 3), np.nan)
        self._place(list(range(len(items))))
        self._nodes = [self._make(k) for k in range(len(items))]

    def _place(self, which: list[int]) -> None:
        """Put area vectors, face centres and balls of items in world space into the flat arrays."""
        if not which:
            return
        matrices = np.array([self.items[k].matrix for k in which])
        turned = (matrices[:, :3, :3] != self._linear[which]).any(axis=(1, 2))
        self._linear[which] = matrices[:, :3, :3]
        for k in np.array(which)[turned].tolist():
            part, linear, (middle, reach) = self._part(k), self._linear[k], self._locals[k]
            self._area[part], self._arm[part] = _turn(self._areas[k], linear), self._centers[k] @ linear
            self._middle[k], self._radius[k] = middle @ linear, reach * np.linalg.norm(linear, axis=1).max()
        faces = np.concatenate([np.arange(self._first[k], self._first[k + 1]) for k in which])
        sizes = [self._first[k + 1] - self._first[k] for k in which]
        self._c[faces] = self._arm[faces] + np.repeat(matrices[:, 3, :3], sizes, axis=0)
        self._ball[which] = self._middle[which] + matrices[:, 3, :3]

    def _part(self, k: int) -> slice:
        return slice(self._first[k], self._first[k + 1])

    def _make(self, k: int) -> tuple[sc.Transform, sc.PolygonMesh]:
        item = self.items[k]
        transform = sc.Transform(transform=sc.Matrix44(*item.matrix.ravel().tolist()))
        with transform:
            points = item.shape.points[self._corners[k]].tolist()
            counts = self._counts[k].tolist()
            mesh = sc.PolygonMesh(points, self._colors(k).tolist(), counts, list(range(len(points))))
        return transform, mesh

    def _colors(self, k: int) -> Array:
        """One colour per face corner: the item's colour, lit from above; shape (corners, 4)."""
        item = self.items[k]
        area = self._area[self._part(k)]
        lit = np.maximum(area @ self._light, 0.0) / np.maximum(np.linalg.norm(area, axis=1), 1e-30)
        shade = np.repeat(_AMBIENT + (1 - _AMBIENT) * lit, self._counts[k])
        rgb = np.clip(np.outer(shade, item.color), 0.0, 1.0) ** (1 / 2.2)  # USD's colours are linear, the screen's are not
        return np.column_stack([rgb, np.ones(len(rgb))])

    def refresh(self) -> bool:
        """Take over what changed on the items.

        Returns:
            True when transforms changed, so that `cull` is needed.
        """
        moved: list[int] = []
        look = False
        for k, item in enumerate(self.items):
            if not item.fresh:
                continue
            transform, mesh = self._nodes[k]
            if "matrix" in item.fresh:
                transform.transform = sc.Matrix44(*item.matrix.ravel().tolist())
                moved.append(k)
            if "color" in item.fresh:
                mesh.colors = self._colors(k)[self._corner_mask(k)].tolist()
            look = look or "visible" in item.fresh
            item.fresh.clear()
        self._place(moved)
        return look or bool(moved)

    def cull(self, eye: Array, forward: Array, scale: float) -> None:
        """Choose the faces to draw.

        Args:
            eye: Where the viewer stands, world.
            forward: Unit view direction.
            scale: Pixels per unit of size over distance.
        """
        away = eye - self._c
        distance = np.linalg.norm(away, axis=1)
        seen = np.einsum("ij,ij->i", self._area, away)  # projected area times distance cubed, over scale squared
        front = np.where(self._closed, seen, np.abs(seen)) * scale**2 > _CRUMB * distance**3
        depth = (self._ball - eye) @ forward
        large = (depth > -self._radius) & (2 * self._radius * scale >= _SPECK * np.maximum(depth, 1e-9))
        for k, item in enumerate(self.items):
            transform, mesh = self._nodes[k]
            show = bool(item.visible and large[k])
            if transform.visible != show:
                transform.visible = show
            mask = front[self._part(k)]
            key = mask.tobytes()
            if show and key != self._shown[k]:
                self._shown[k] = key
                corners = self._corner_mask(k)
                mesh.vertex_counts = self._counts[k][mask].tolist()
                mesh.vertex_indices = np.flatnonzero(corners).tolist()
                mesh.colors = self._colors(k)[corners].tolist()  # colours go by corner drawn, not by index

    def _corner_mask(self, k: int) -> NDArray[np.bool_]:
        """Which face corners of an item are drawn."""
        shown = self._shown[k]
        faces = np.frombuffer(shown, dtype=bool) if shown else np.ones(len(self._counts[k]), dtype=bool)
        return np.repeat(faces, self._counts[k])


def _areas(item: Item) -> Array:
    """Area vector (normal times area) of each face by Newell's method, local, shape (n, 3)."""
    found = np.empty((len(item.shape.faces), 3))
    for k, face in enumerate(item.shape.faces):
        p = item.shape.points[list(face)]
        found[k] = np.cross(p, np.roll(p, -1, axis=0)).sum(axis=0) / 2
    return found


def _centers(item: Item) -> Array:
    return np.array([item.shape.points[list(f)].mean(axis=0) for f in item.shape.faces])


def _ball(item: Item) -> tuple[Array, float]:
    """Middle and radius of an item, local."""
    low, high = item.shape.points.min(axis=0), item.shape.points.max(axis=0)
    return (low + high) / 2, float(np.linalg.norm(high - low)) / 2


def _turn(areas: Array, linear: Array) -> Array:
    """Area vectors in world space (by the matrix of cofactors); they point outward even when the transform mirrors."""
    a, b, c = linear
    cofactors = np.array([np.cross(b, c), np.cross(c, a), np.cross(a, b)])
    return areas @ (cofactors if a @ cofactors[0] >= 0 else -cofactors)
