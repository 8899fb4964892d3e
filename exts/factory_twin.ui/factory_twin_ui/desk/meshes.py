# SPDX-License-Identifier: Apache-2.0
"""Draw items as flat shaded meshes of omni.ui.scene; what is out of sight, looks away or is a speck is left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from omni.ui import scene as sc

from .cuts import Cuts, cut
from .item import Item
from .light import lit
from .shape import Shape, cofactors
from .view import View

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
_SPECK = 1.2  # pixels: smaller things are left out
_CRUMB = 0.35  # pixels squared: smaller faces are left out


class Meshes:
    """The meshes of some items in one scene. What was never in sight costs no mesh.

    Args:
        scene: Where they are drawn.
        items: What to draw.
        up: Index of the up axis (1 or 2).

        ordered: Make all meshes at once, in the order of the items.

    Attributes:
        nodes: What was drawn so far, by number of the item.
        cuts: What is drawn of faces that reach behind the viewer.
        changed: Numbers of the items that changed before the last `refresh`.
    """

    def __init__(self, scene: sc.Scene, items: list[Item], up: int, *, ordered: bool = False) -> None:
        self.items, self._scene, self._up = items, scene, up
        self.nodes: dict[int, tuple[sc.Transform, sc.PolygonMesh]] = {}
        self.changed: list[int] = []
        count = len(items)
        self.cuts = Cuts(scene)
        self._sizes = np.array([len(i.shape.faces) for i in items], dtype=np.int64)
        self._first = np.cumsum(self._sizes) - self._sizes
        faces = int(self._sizes.sum())
        self._closed = np.repeat(np.array([i.closed for i in items], dtype=bool), self._sizes)
        self._area, self._arm, self._c = (np.empty((faces, 3)) for _ in range(3))  # arms: centres from the item's origin
        self._shown: list[bytes] = [b""] * count
        self._drawn, self._seen = np.zeros(count, dtype=bool), np.array([i.visible for i in items], dtype=bool)
        self._local = np.array([i.shape.middle for i in items]).reshape(-1, 3)
        self._reach = np.array([i.shape.radius for i in items])
        self._matrix = np.empty((count, 4, 4))
        self._linear = np.full((count, 3, 3), np.nan)  # for which the areas and arms hold
        self._stale = np.ones(count, dtype=bool)  # whose faces are yet to be put into the world
        self.ball, self.radius = np.empty((count, 3)), np.empty(count)
        self._move(np.arange(count))
        if ordered:
            self.nodes = {k: self._make(k) for k in range(count)}

    # ---- following the items

    def refresh(self) -> bool:
        """Take over what changed on the items; return whether `cull` is needed, as one moved, came or went."""
        self.changed = fresh = [k for k, item in enumerate(self.items) if item.fresh]
        moved = [k for k in fresh if "matrix" in self.items[k].fresh]
        self._move(np.array(moved, dtype=np.int64))
        for k in moved:
            if k in self.nodes:
                self.nodes[k][0].transform = sc.Matrix44(*self.items[k].matrix.ravel().tolist())
        look = bool(moved or (fresh and self.cuts.faces))
        for k in fresh:
            item = self.items[k]
            look = look or "visible" in item.fresh
            self._seen[k] = item.visible
            if "color" in item.fresh and k in self.nodes:
                self._place(np.array([k])[self._stale[[k]]])
                self.nodes[k][1].colors = self._colors(k)[self._corner_mask(k)].tolist()
            item.fresh.clear()
        return look

    def _move(self, which: Ints) -> None:
        """Take over matrices: balls follow at once, faces when they are to be seen."""
        if not len(which):
            return
        matrix = self._matrix[which] = [self.items[k].matrix for k in which.tolist()]
        matrix = np.asarray(matrix)
        self.ball[which] = np.einsum("ni,nij->nj", self._local[which], matrix[:, :3, :3]) + matrix[:, 3, :3]
        self.radius[which] = self._reach[which] * np.linalg.norm(matrix[:, :3, :3], axis=2).max(axis=1)
        self._stale[which] = True

    def _place(self, which: Ints) -> None:
        """Put area vectors and face centres of items into world space."""
        if not len(which):
            return
        linear = self._matrix[which, :3, :3]
        turned = which[(linear != self._linear[which]).any(axis=(1, 2))]
        self._linear[which] = linear
        alike: dict[Shape, list[int]] = {}
        for k in turned.tolist():
            alike.setdefault(self.items[k].shape, []).append(k)
        for shape, some in alike.items():
            faces = self._first[some][:, None] + np.arange(len(shape.faces))
            self._area[faces] = shape.areas @ cofactors(self._linear[some])
            self._arm[faces] = shape.centers @ self._linear[some]
        faces = self._faces(which)
        self._c[faces] = self._arm[faces] + np.repeat(self._matrix[which, 3, :3], self._sizes[which], axis=0)
        self._stale[which] = False

    def _faces(self, which: Ints) -> Ints:
        """Return where the faces of items are in the long arrays, one after the other."""
        sizes = self._sizes[which]
        start = np.repeat(self._first[which] - (np.cumsum(sizes) - sizes), sizes)
        return np.asarray(start + np.arange(len(start)))

    # ---- drawing

    def cull(self, view: View, *, coarse: bool = False, wanted: Mask | None = None) -> None:
        """Choose the items and faces to draw.

        Args:
            view: From where they are seen.
            coarse: Means nothing here.
            wanted: Which items may be drawn; None: all.
        """
        show = self._seen & view.sees(self.ball, self.radius) & (view.width(self.ball, self.radius) >= _SPECK)
        if wanted is not None:
            show &= wanted
        which = np.flatnonzero(show)
        self._place(which[self._stale[which]])
        for k in which.tolist():
            if k not in self.nodes:
                self.nodes[k] = self._make(k)
        for k in np.flatnonzero(show != self._drawn).tolist():
            self.nodes[k][0].visible = bool(show[k])
        self._drawn = show
        faces = self._faces(which)
        away = view.eye - self._c[faces]
        distance = np.linalg.norm(away, axis=1)
        seen = np.einsum("ij,ij->i", self._area[faces], away)  # projected area times distance cubed, over scale squared
        front = np.where(self._closed[faces], seen, np.abs(seen)) * view.scale**2 > _CRUMB * distance**3
        self._cut(view, which, front)
        end = 0
        for k, size in zip(which.tolist(), self._sizes[which].tolist()):
            end += size
            mask = front[end - size : end]
            key = mask.tobytes()
            if key != self._shown[k]:
                self._shown[k] = key
                corners = self._corner_mask(k)
                _, mesh = self.nodes[k]
                mesh.vertex_counts = self.items[k].shape.counts[mask].tolist()
                mesh.vertex_indices = np.flatnonzero(corners).tolist()
                mesh.colors = self._colors(k)[corners].tolist()  # colours go by corner drawn, not by index

    def _cut(self, view: View, which: Ints, front: Mask) -> None:
        """Take faces that reach behind the viewer out of `front`, and show what of them is before."""
        faces: list[Array] = []
        colors: list[Array] = []
        ends = np.cumsum(self._sizes[which])
        close = view.depth(self.ball[which]) < self.radius[which] + view.near
        for k, end in zip(which[close].tolist(), ends[close].tolist()):
            shape, matrix, part = self.items[k].shape, self._matrix[k], front[end - self._sizes[k] : end]
            points = (shape.points @ matrix[:3, :3] + matrix[3, :3])[shape.corners]
            depth = view.depth(points) - view.near
            starts = np.cumsum(shape.counts) - shape.counts
            behind = part & (np.minimum.reduceat(depth, starts) < 0)
            part &= ~behind
            for f in np.flatnonzero(behind & (np.maximum.reduceat(depth, starts) > 0)).tolist():
                corners = slice(starts[f], starts[f] + shape.counts[f])
                faces.append(cut(points[corners], depth[corners]))
                colors.append(self._colors(k)[starts[f]])
        self.cuts.show(faces, colors)

    def _make(self, k: int) -> tuple[sc.Transform, sc.PolygonMesh]:
        item = self.items[k]
        with self._scene:
            transform = sc.Transform(transform=sc.Matrix44(*item.matrix.ravel().tolist()))
            with transform:
                points = item.shape.points[item.shape.corners].tolist()
                black = [[0.0, 0.0, 0.0, 1.0]] * len(points)
                # never made without faces: ovui 0.3.0 crashes when it draws such a mesh
                mesh = sc.PolygonMesh(points, black, item.shape.counts.tolist(), list(range(len(points))))
        self._shown[k] = b"\2"
        transform.visible = False
        return transform, mesh

    def _colors(self, k: int) -> Array:
        """One colour per face corner; shape (corners, 4)."""
        item, first = self.items[k], self._first[k]
        rgb = lit(item.color, self._area[first : first + self._sizes[k]], self._up)
        return np.repeat(np.column_stack([rgb, np.ones(len(rgb))]), item.shape.counts, axis=0)

    def _corner_mask(self, k: int) -> Mask:
        """Which face corners of an item are drawn."""
        return np.repeat(np.frombuffer(self._shown[k], dtype=bool), self.items[k].shape.counts)
