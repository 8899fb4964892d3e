# SPDX-License-Identifier: Apache-2.0
"""What the 3D view draws of a stage: one item per geometric prim, kept in step with time and edits. No UI here."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pxr import Sdf, Usd, UsdGeom

from ..change import Change
from .geometry import Shape, color, shape, tiled

Array = NDArray[np.float64]
_LOOK = ("primvars:displayColor", "primvars:displayOpacity")
_TILE = 0.7  # m
_FLAT = 0.02  # height by width of what lies on the floor
_MEANING = ("factoryTwin:", "ui:")  # properties that nothing drawn depends on


@dataclass(eq=False)
class Item:
    """One thing to draw.

    Attributes:
        prim: The geometric prim (or the instancer).
        shape: Its faces, local.
        matrix: Local to world, shape (4, 4), for row vectors as in USD.
        color: 0..1.
        visible: Whether it is shown at the present time.
        closed: Whether faces seen from behind may be dropped.
        moves, paints, hides: Whether transform, colour, visibility have time samples.
        instance: Index of the instance when `prim` is a point instancer, else -1.
        fresh: What the view has not yet taken over, of "matrix", "color", "visible".
        path: Path of the prim.
    """

    prim: Usd.Prim
    shape: Shape
    matrix: Array
    color: tuple[float, float, float]
    visible: bool = True
    closed: bool = True
    moves: bool = False
    paints: bool = False
    hides: bool = False
    instance: int = -1
    fresh: set[str] = field(default_factory=set)
    path: Sdf.Path = field(init=False)

    def __post_init__(self) -> None:
        self.path = self.prim.GetPath()

    def box(self) -> tuple[Array, Array]:
        """Return the lowest and highest corner in world space."""
        low, high = self.shape.points.min(axis=0), self.shape.points.max(axis=0)
        corners = np.array([[(low, high)[k >> a & 1][a] for a in range(3)] for k in range(8)])
        world = corners @ self.matrix[:3, :3] + self.matrix[3, :3]
        return world.min(axis=0), world.max(axis=0)


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
        self._cache = UsdGeom.XformCache(time)
        self._add(stage.GetPseudoRoot())

    # ---- reading the stage

    def _add(self, root: Usd.Prim) -> None:
        prims = iter(Usd.PrimRange(root, Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate)))
        for prim in prims:
            if prim.IsA(UsdGeom.PointInstancer):
                prims.PruneChildren()
                self.items += self._instances(UsdGeom.PointInstancer(prim))
            elif prim.IsA(UsdGeom.Gprim) and UsdGeom.Imageable(prim).ComputePurpose() in ("default", "proxy", "render"):
                item = self._item(prim)
                if item is not None:
                    self.items.append(item)
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
            item.shape = tiled(faces, matrix, up=up, size=_TILE / self.unit)
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
            self._shapes[key] = shape(prim, sides=sides)
        return self._shapes[key]

    def _instances(self, instancer: UsdGeom.PointInstancer) -> list[Item]:
        matrices = self._instance_matrices(instancer)
        indices = instancer.GetProtoIndicesAttr().Get(self.time) or []
        sources = [self.stage.GetPrimAtPath(p) for p in instancer.GetPrototypesRel().GetTargets()]
        prim, found = instancer.GetPrim(), []
        for number, (index, matrix) in enumerate(zip(indices, matrices)):
            if not 0 <= index < len(sources):
                continue
            inverse = np.linalg.inv(np.array(self._cache.GetLocalToWorldTransform(sources[index])))
            for child in Usd.PrimRange(sources[index], Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate)):
                local = np.array(self._cache.GetLocalToWorldTransform(child)) @ inverse
                faces = self._shape(child, matrix) if child.IsA(UsdGeom.Gprim) else None
                if faces is not None:
                    points = faces.points @ local[:3, :3] + local[3, :3]
                    item = Item(prim, Shape(points, faces.faces), matrix, color(child, self.time), instance=number)
                    item.moves = True
                    item.visible = self._shown(prim)
                    found.append(item)
        return found

    def _instance_matrices(self, instancer: UsdGeom.PointInstancer) -> list[Array]:
        world = np.array(self._cache.GetLocalToWorldTransform(instancer.GetPrim()))
        found = instancer.ComputeInstanceTransformsAtTime(self.time, self.time, UsdGeom.PointInstancer.ExcludeProtoXform)
        return [np.array(m) @ world for m in found or []]

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
            self._refresh(i for i in self.items if any(i.path.HasPrefix(p) for p in touched))

    def _replace(self, path: Sdf.Path) -> None:
        self._shapes = {k: v for k, v in self._shapes.items() if not Sdf.Path(k[0]).HasPrefix(path)}
        inside = self._instancer_above(path)
        root = inside if inside is not None else path
        self.items = [i for i in self.items if not i.path.HasPrefix(root)]
        prim = self.stage.GetPrimAtPath(root) if root != Sdf.Path.absoluteRootPath else self.stage.GetPseudoRoot()
        if prim and prim.IsActive() and prim.IsDefined():
            self._add(prim)
        self.version += 1

    def _instancer_above(self, path: Sdf.Path) -> Sdf.Path | None:
        """Prototypes below an instancer are drawn by it alone."""
        found = {i.path for i in self.items if i.instance >= 0}
        return next((p for p in path.GetPrefixes() if p in found), None)

    def _refresh(self, items: Iterable[Item], *, sampled: bool = False) -> None:
        """Read transform, colour and visibility anew; with `sampled` only those that have time samples."""
        matrices: dict[Sdf.Path, list[Array]] = {}
        for item in items:
            if not item.prim:  # gone; the notice about it is still on its way
                continue
            if not sampled:
                _note_samples(item)
            if not sampled or item.hides:
                self._set(item, "visible", self._shown(item.prim))
            if not sampled or (item.moves and item.visible):
                matrix = self._matrix(item, matrices)
                if not np.array_equal(matrix, item.matrix):
                    item.matrix = matrix
                    item.fresh.add("matrix")
            if item.instance < 0 and (not sampled or item.paints):
                self._set(item, "color", color(item.prim, self.time))

    def _matrix(self, item: Item, instances: dict[Sdf.Path, list[Array]]) -> Array:
        if item.instance < 0:
            return np.array(self._cache.GetLocalToWorldTransform(item.prim))
        if item.path not in instances:
            instances[item.path] = self._instance_matrices(UsdGeom.PointInstancer(item.prim))
        known = instances[item.path]
        return known[item.instance] if item.instance < len(known) else item.matrix

    @staticmethod
    def _set(item: Item, name: str, value: object) -> None:
        if getattr(item, name) != value:
            setattr(item, name, value)
            item.fresh.add(name)

    # ---- asking

    def box(self, below: Sdf.Path = Sdf.Path.absoluteRootPath, *, still: bool = False) -> tuple[Array, Array] | None:
        """Return the corners of the box around all visible items below a path; None when there is none.

        Args:
            below: Prim path.
            still: Leave out what moves.
        """
        boxes = [i.box() for i in self.items if i.visible and i.path.HasPrefix(below) and not (still and i.moves)]
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
        low = np.array([i.shape.points.min(axis=0) for i in items])
        high = np.array([i.shape.points.max(axis=0) for i in items])
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
    if item.instance >= 0:
        return
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
    return not (name.startswith(("xformOp", *_MEANING)) or name in _LOOK or name == "visibility")
