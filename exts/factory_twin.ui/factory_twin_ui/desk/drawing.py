# SPDX-License-Identifier: Apache-2.0
"""What the 3D view draws of a stage: one item per geometric prim, kept in step with time and edits. No UI here."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from pxr import Sdf, Usd, UsdGeom

from ..change import Change
from .geometry import color, shape, tiled
from .instances import Instances, moves_instances
from .item import Item
from .shape import Shape

Array = NDArray[np.float64]
_LOOK = ("primvars:displayColor", "primvars:displayOpacity")
_TILE = 0.7  # m
_FLAT = 0.02  # height by width of what lies on the floor
_MEANING = ("factoryTwin:", "ui:")  # properties that nothing drawn depends on


class Drawing:
    """Items of a stage at a time.

    Args:
        stage: Stage to draw.
        time: Time code.

    Attributes:
        items: What to draw.
        version: Grows when items were added or removed.
    """

    def __init__(self, stage: Usd.Stage, time: Usd.TimeCode) -> None:
        self.stage, self.time = stage, time
        self.up = str(UsdGeom.GetStageUpAxis(stage))
        self.unit = UsdGeom.GetStageMetersPerUnit(stage)
        self.items: list[Item] = []
        self.version = 0
        self._shapes: dict[tuple[str, int], Shape | None] = {}
        self._alike: dict[tuple[bytes, tuple[tuple[int, ...], ...]], Shape] = {}
        self._cut: dict[tuple[Shape, bytes], Shape] = {}
        self._crowds: dict[Sdf.Path, Instances] = {}
        self._below: dict[Sdf.Path, list[Item]] | None = None  # the items of each prim and below it; None: not looked up yet
        self._cache = UsdGeom.XformCache(time)
        self._add(stage.GetPseudoRoot())

    # ---- reading the stage

    def _add(self, root: Usd.Prim) -> None:
        prims = iter(Usd.PrimRange(root, Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate)))
        for prim in prims:
            if prim.IsA(UsdGeom.PointInstancer):
                prims.PruneChildren()
                made = Instances(UsdGeom.PointInstancer(prim), self._cache, self.time, self._shape)
                self._crowds[prim.GetPath()] = made
                self.items += made.items
            elif prim.IsA(UsdGeom.Gprim) and UsdGeom.Imageable(prim).ComputePurpose() in ("default", "proxy", "render"):
                item = self._item(prim)
                if item is not None:
                    self.items.append(item)
        self._below = None
        self.version += 1

    def _item(self, prim: Usd.Prim) -> Item | None:
        matrix = np.array(self._cache.GetLocalToWorldTransform(prim))
        faces = self._shape(prim, matrix)
        if faces is None:
            return None
        double = UsdGeom.Gprim(prim).GetDoubleSidedAttr().Get()
        item = Item(prim, faces, matrix, color(prim, self.time), closed=not double)
        up = 1 if self.up == "Y" else 2
        if not lies_flat(item.box(), up):
            item.shape = self._tiled(faces, matrix, up)
        item.visible = self._shown(prim)
        _note_samples(item)
        return item

    def _shape(self, prim: Usd.Prim, matrix: Array) -> Shape | None:
        scale = float(np.linalg.norm(matrix[:3, :3], axis=1).max()) * self.unit
        radius = prim.GetAttribute("radius").Get() if prim.HasAttribute("radius") else 0.0
        size = (radius or 0.0) * scale
        sides = 6 if size < 0.025 else 8 if size < 0.06 else 12 if size < 0.5 else 20
        source = prim.GetPrimInPrototype() if prim.IsInstanceProxy() else prim
        key = (str(source.GetPath()), sides)
        if key not in self._shapes:
            found = shape(prim, sides=sides)
            if found is not None:  # what looks alike is one shape, whether or not the prims are instances
                found = self._alike.setdefault((found.points.tobytes(), found.faces), found)
            self._shapes[key] = found
        return self._shapes[key]

    def _tiled(self, faces: Shape, matrix: Array, up: int) -> Shape:
        key = faces, matrix[:3, :3].round(9).tobytes()
        if key not in self._cut:
            self._cut[key] = tiled(faces, matrix, up=up, size=_TILE / self.unit)
        return self._cut[key]

    def _shown(self, prim: Usd.Prim) -> bool:
        return bool(UsdGeom.Imageable(prim).ComputeVisibility(self.time) != UsdGeom.Tokens.invisible)

    # ---- following the stage

    def set_time(self, time: Usd.TimeCode) -> None:
        """Show another time code; only what has time samples is looked at."""
        if time == self.time:
            return
        self.time = time
        self._cache = UsdGeom.XformCache(time)  # not SetTime: its queries abort when a layer they knew was taken away
        self._refresh((i for i in self.items if i.moves or i.paints or i.hides), sampled=True)

    def apply(self, change: Change) -> None:
        """Follow an edit of the stage."""
        self._cache.Clear()
        roots = Sdf.Path.RemoveDescendentPaths(list(change.resynced | {p.GetPrimPath() for p in change.values if _shapes(p)}))
        for path in roots:
            self._replace(path)
        touched = {p.GetPrimPath() for p in change.values if not _shapes(p) and not p.name.startswith(_MEANING)}
        if touched:
            self._refresh({id(i): i for p in touched for i in self.below(p)}.values())

    def _replace(self, path: Sdf.Path) -> None:
        self._shapes = {k: v for k, v in self._shapes.items() if not Sdf.Path(k[0]).HasPrefix(path)}
        kept = {id(s) for s in self._shapes.values()}
        self._alike = {k: s for k, s in self._alike.items() if id(s) in kept}
        self._cut = {k: s for k, s in self._cut.items() if id(k[0]) in kept}
        inside = self._instancer_above(path)
        root = inside if inside is not None else path
        self.items = [i for i in self.items if not i.path.HasPrefix(root)]
        self._crowds = {p: c for p, c in self._crowds.items() if not p.HasPrefix(root)}
        prim = self.stage.GetPrimAtPath(root) if root != Sdf.Path.absoluteRootPath else self.stage.GetPseudoRoot()
        self._below = None
        if prim and prim.IsActive() and prim.IsDefined():
            self._add(prim)
        self.version += 1

    def _instancer_above(self, path: Sdf.Path) -> Sdf.Path | None:
        """Prototypes below an instancer are drawn by it alone."""
        return next((p for p in path.GetPrefixes() if p in self._crowds), None)

    def _refresh(self, items: Iterable[Item], *, sampled: bool = False) -> None:
        """Read transform, colour and visibility anew; with `sampled` only those that have time samples."""
        crowds: set[Sdf.Path] = set()
        for item in items:
            if not item.prim:  # gone; the notice about it is still on its way
                continue
            if item.instance >= 0:
                crowds.add(item.path)
                continue
            if not sampled:
                _note_samples(item)
            if not sampled or item.hides:
                item.set("visible", self._shown(item.prim))
            if not sampled or (item.moves and item.visible):
                matrix = np.array(self._cache.GetLocalToWorldTransform(item.prim))
                if not np.array_equal(matrix, item.matrix):
                    item.matrix = matrix
                    item.fresh.add("matrix")
            if not sampled or item.paints:
                item.set("color", color(item.prim, self.time))
        for path in crowds:
            if not self._crowds[path].refresh(self._cache, self.time):
                self._replace(path)

    # ---- asking

    def below(self, path: Sdf.Path) -> list[Item]:
        """Return the items of a prim and of all below it."""
        if path == Sdf.Path.absoluteRootPath:
            return self.items
        if self._below is None:
            self._below = {}
            for item in self.items:
                for above in item.above:
                    self._below.setdefault(above, []).append(item)
        return self._below.get(path, [])

    def box(self, below: Sdf.Path = Sdf.Path.absoluteRootPath, *, still: bool = False) -> tuple[Array, Array] | None:
        """Return the corners of the box around all visible items below a path; None when there is none.

        Args:
            below: Prim path.
            still: Leave out what moves.
        """
        boxes = [i.box() for i in self.below(below) if i.visible and not (still and i.moves)]
        if not boxes:
            return None
        return np.min([b[0] for b in boxes], axis=0), np.max([b[1] for b in boxes], axis=0)

    def origin(self, prim: Usd.Prim) -> Array:
        """Return where a prim's origin is in world space."""
        return np.array(self._cache.GetLocalToWorldTransform(prim).ExtractTranslation())

    def pick(self, origin: Array, direction: Array, *, skip: Iterable[Item] = ()) -> Sdf.Path | None:
        """Return the path of the nearest visible item hit by a ray (against each item's own box); None when none is hit."""
        left_out = {id(i) for i in skip}
        items = [i for i in self.items if i.visible and id(i) not in left_out]
        if not items:
            return None
        inverse = np.linalg.inv(np.array([i.matrix for i in items]))
        o = np.append(origin, 1.0) @ inverse
        d = np.append(direction, 0.0) @ inverse
        low, high = np.array([i.shape.low for i in items]), np.array([i.shape.high for i in items])
        with np.errstate(divide="ignore", invalid="ignore"):
            a, b = (low - o[:, :3]) / d[:, :3], (high - o[:, :3]) / d[:, :3]
        near, far = np.nanmax(np.minimum(a, b), axis=1), np.nanmin(np.maximum(a, b), axis=1)
        hit = np.where((far >= np.maximum(near, 0.0)), np.maximum(near, 0.0), math.inf)
        best = int(hit.argmin())
        return items[best].path if math.isfinite(hit[best]) else None


def lies_flat(box: tuple[Array, Array], up: int) -> bool:
    """Return whether a thing of that box (lowest and highest corner) is as flat as a floor or a mark on it."""
    size = box[1] - box[0]
    return bool(size[up] < _FLAT * min(size[a] for a in range(3) if a != up))


def _note_samples(item: Item) -> None:
    """Note which of an item's looks have time samples."""
    item.moves, item.hides = _varies(item.prim)
    item.paints = UsdGeom.PrimvarsAPI(item.prim).FindPrimvarWithInheritance("displayColor").ValueMightBeTimeVarying()


def _varies(prim: Usd.Prim) -> tuple[bool, bool]:
    """Whether the world transform and the visibility of a prim have time samples."""
    moves = hides = False
    while prim and not prim.IsPseudoRoot():
        if prim.IsA(UsdGeom.Xformable):
            moves = moves or UsdGeom.Xformable(prim).TransformMightBeTimeVarying()
        if prim.IsA(UsdGeom.Imageable):
            hides = hides or UsdGeom.Imageable(prim).GetVisibilityAttr().ValueMightBeTimeVarying()
        prim = prim.GetParent()
    return moves, hides


def _shapes(path: Sdf.Path) -> bool:
    """Whether a property decides about faces or about which items there are."""
    name = path.name
    return not (name.startswith(("xformOp", *_MEANING)) or name in _LOOK or name == "visibility" or moves_instances(name))
