# SPDX-License-Identifier: Apache-2.0
"""Level of detail: what is small on the screen and never changes is drawn as a picture of it, one face instead of a hundred.

Things that look alike and are seen from about the same side share a picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from omni.ui import scene as sc

from .groups import groups
from .item import Item
from .look import Look, sides
from .sheet import Sheet
from .view import View

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
LARGEST, COARSE = 72.0, 150.0
"""Pixels: wider things are meshes at rest, and while the camera is dragged."""
_SPECK = 1.2
_FEW = 24  # pictures painted for one coarse frame at most
_TURNS, _TILTS = 72, 36  # pictures about the up axis, and from straight below to straight above
_SMALLEST, _SIZES, _STEPS = 5.0, 13, 3  # pixels of the smallest picture; how many sizes; how many of them double it
_BACK = 0.5  # of the radius that a picture stands behind the middle, so that what moves in it is in front


class Pictures:
    """The pictures of some items in one scene.

    Args:
        scene: Where they are drawn.
        items: The items.
        up: Index of the up axis (1 or 2).
    """

    def __init__(self, scene: sc.Scene, items: list[Item], up: int) -> None:
        self._items, self._up, self._sheet = items, up, Sheet()
        self._looks: list[Look] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._middle, self._radius = np.empty((0, 3)), np.empty(0)  # of the looks
        self._groups = groups(items)
        self._group = np.full(len(items), -1, dtype=np.int64)  # of each item
        self._at, self._look = np.empty((len(self._groups), 3)), np.full(len(self._groups), -1, dtype=np.int64)
        for g, group in enumerate(self._groups):
            self._group[group] = g
            self._set(g)
        self._forget()
        self._scene = scene
        self._mesh: sc.TexturedMesh | None = None
        self._known: tuple[bytes, bool] | None = None
        self._mask = np.zeros(len(items), dtype=bool)

    @property
    def count(self) -> int:
        """How many things are drawn as pictures now."""
        return len(self._mesh.vertex_counts) if self._mesh is not None and self._mesh.visible else 0

    @property
    def painted(self) -> int:
        """How many different pictures there are."""
        return len(self._tiles)

    def _set(self, g: int) -> None:
        """Find out what a group looks like, and where it is."""
        some = [self._items[k] for k in self._groups[g]]
        key = Look.key(some)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._looks)
            self._looks.append(Look(some, self._up))
            self._middle = np.array([x.middle for x in self._looks])
            self._radius = np.array([x.radius for x in self._looks])
        self._look[g], self._at[g] = number, some[0].matrix[3, :3]

    def _forget(self) -> None:
        """Empty the sheet."""
        self._sheet.clear()
        self._tiles: dict[int, int] = {}
        self._edges: list[tuple[float, float, float, float]] = []  # in the sheet
        self._boxes: list[tuple[float, float, float, float]] = []  # about the middle, stage units
        self._last = np.full(len(self._groups), -1, dtype=np.int64)  # the tile each group had last

    def leave(self, numbers: list[int]) -> bool:
        """Leave items out from now on, as they change; return whether one of them was in a picture."""
        touched = {int(self._group[k]) for k in numbers} - {-1}
        self._group[numbers] = -1
        for g in touched:
            self._groups[g] = [k for k in self._groups[g] if self._group[k] >= 0]
            self._last[g] = self._look[g] = -1
            if self._groups[g]:
                self._set(g)
        if touched:
            self._known = None
        return bool(touched)

    def show(self, view: View, *, coarse: bool) -> Mask:
        """Draw the pictures; return which items are in one.

        Args:
            view: From where they are seen.
            coarse: Larger things, too, and few new pictures at once.
        """
        state = (b"".join(np.asarray(v).tobytes() for v in (view.eye, view.basis, view.scale, view.slopes)), coarse)
        if state != self._known:
            self._known = state
            self._mask = self._draw(view, coarse)
        return self._mask

    def _draw(self, view: View, coarse: bool) -> Mask:
        middle, radius = self._at + self._middle[self._look], self._radius[self._look]
        width = view.width(middle, radius)
        small = (self._look >= 0) & (width < (COARSE if coarse else LARGEST)) & (view.depth(middle) > radius)
        which = np.flatnonzero(small & (width >= _SPECK) & view.sees(middle, radius))
        toward = view.eye - middle[which]
        away = np.linalg.norm(toward, axis=1)
        toward /= away[:, None]
        tiles = self._find(which, toward, width[which], coarse)
        small[which[tiles < 0]] = False  # no room for a picture
        shown = tiles >= 0
        which, toward, away, tiles = which[shown], toward[shown], away[shown], tiles[shown]
        self._place(middle[which], radius[which], toward, away, tiles)
        return np.asarray((self._group >= 0) & small[self._group])

    def _find(self, which: Ints, toward: Array, width: Array, coarse: bool) -> Ints:
        """Return the tile for each group; -1: there is no room."""
        keys, place = np.unique(self._keys(self._look[which], toward, width), return_inverse=True)
        before = self._last[which] if coarse else np.full(len(which), -1)
        tiles = self._fill(keys, place, before)
        if (tiles < 0).any() and 2 * len(np.unique(tiles)) < len(self._tiles):  # full, mostly of what was seen before
            self._forget()
            tiles = self._fill(keys, place, np.full(len(which), -1))
        self._last[which] = tiles
        self._sheet.send()
        return tiles

    def _fill(self, keys: Ints, place: Ints, before: Ints) -> Ints:
        """Return the tile for each group, painting what is missing as far as there is room.

        Args:
            keys: Different pictures that are wanted.
            place: Which of them each group wants.
            before: The tile each group may keep for now, -1 for none.
        """
        known = np.array([self._tiles.get(k, -1) for k in keys.tolist()], dtype=np.int64)
        urgent = np.zeros(len(keys), dtype=bool)
        urgent[place[before < 0]] = True
        missing = [*np.flatnonzero((known < 0) & urgent), *np.flatnonzero((known < 0) & ~urgent)[:_FEW]]
        for k in missing:
            known[k] = self._paint(int(keys[k]))
            if known[k] < 0:
                break
        tiles = known[place]
        return np.where(tiles < 0, before, tiles)

    def _keys(self, looks: Ints, toward: Array, width: Array) -> Ints:
        """Return a number for each look, side and size."""
        x, y, z = toward.T if self._up == 2 else (toward[:, 0], -toward[:, 2], toward[:, 1])
        turn = np.floor(np.arctan2(y, x) / (2 * np.pi) * _TURNS).astype(np.int64) % _TURNS
        tilt = np.clip(np.floor((np.arcsin(np.clip(z, -1, 1)) / np.pi + 0.5) * _TILTS).astype(np.int64), 0, _TILTS - 1)
        size = np.clip(np.ceil(_STEPS * np.log2(width / _SMALLEST)), 0, _SIZES - 1).astype(np.int64)
        return np.asarray(((looks * _TURNS + turn) * _TILTS + tilt) * _SIZES + size)

    def _paint(self, key: int) -> int:
        """Paint a picture; return its tile, -1 when there is no room."""
        rest, size = divmod(key, _SIZES)
        rest, tilt = divmod(rest, _TILTS)
        look, turn = divmod(rest, _TURNS)
        a, b = (turn + 0.5) / _TURNS * 2 * np.pi, ((tilt + 0.5) / _TILTS - 0.5) * np.pi
        x, y, z = np.cos(b) * np.cos(a), np.cos(b) * np.sin(a), np.sin(b)
        side = np.array([x, y, z] if self._up == 2 else [x, z, -y])
        painting = self._looks[look].paint(side, _SMALLEST * 2 ** (size / _STEPS))
        edges, box = ((0.0,) * 4, (0.0,) * 4) if painting is None else (self._sheet.put(painting.pixels), painting.box)
        if edges is None:
            return -1
        self._edges.append(edges)
        self._boxes.append(box)
        self._tiles[key] = len(self._edges) - 1
        return self._tiles[key]

    def _place(self, middle: Array, radius: Array, toward: Array, away: Array, tiles: Ints) -> None:
        """Stand the pictures up, each facing the viewer."""
        right, above = sides(toward, self._up)
        box, edges = np.array(self._boxes).reshape(-1, 4)[tiles], np.array(self._edges).reshape(-1, 4)[tiles]
        x, y = box[:, [0, 1, 1, 0]], box[:, [2, 2, 3, 3]]
        back = _BACK * radius
        larger = (away + back) / away
        points = (middle - back[:, None] * toward)[:, None] + larger[:, None, None] * (
            x[..., None] * right[:, None] + y[..., None] * above[:, None]
        )
        uv = np.stack([edges[:, [0, 1, 1, 0]], edges[:, [2, 2, 3, 3]]], axis=2)
        self._show(points.reshape(-1, 3).tolist(), uv.reshape(-1, 2).tolist())

    def _show(self, points: list[list[float]], uv: list[list[float]]) -> None:
        """Hand the corners of the pictures over to be drawn."""
        count, mesh = len(points) // 4, self._mesh
        if mesh is not None:
            mesh.visible = count > 0
        if not count:  # ovui 0.3.0 crashes when it draws a mesh that was made without faces
            return
        if mesh is not None and len(mesh.vertex_counts) == count:
            mesh.positions, mesh.uvs = points, uv
            return
        white, corners = [[1.0, 1.0, 1.0, 1.0]] * (4 * count), list(range(4 * count))
        if mesh is None:
            with self._scene:
                self._mesh = sc.TexturedMesh(self._sheet.provider, uv, points, white, [4] * count, corners, False)
        else:
            mesh.positions, mesh.uvs, mesh.colors = points, uv, white
            mesh.vertex_indices, mesh.vertex_counts = corners, [4] * count
