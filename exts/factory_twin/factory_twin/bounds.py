# SPDX-License-Identifier: Apache-2.0
"""World boxes of many prims, kept: after an edit only those of what was touched are measured anew.

The boxes are those of `UsdGeom.BBoxCache`, which has to be emptied after every edit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from pxr import Sdf, Usd, UsdGeom

Array = NDArray[np.float64]
_PURPOSES = [UsdGeom.Tokens.default_, UsdGeom.Tokens.proxy, UsdGeom.Tokens.render]
_MEANING = ("factoryTwin:", "ui:", "primvars:")  # properties that no box depends on
_DOWN = ("visibility", "purpose")  # what prims inherit, beside transforms


class Bounds:
    """Axis-aligned boxes of prims in world space, stage units.

    Args:
        stage: Where the prims are.
        paths: Of the prims; they need not exist yet.
        time: Time code.
    """

    def __init__(self, stage: Usd.Stage, paths: Iterable[str], time: Usd.TimeCode | None = None) -> None:
        self._stage, self._time = stage, Usd.TimeCode.EarliestTime() if time is None else time
        self.paths = tuple(dict.fromkeys(paths))
        self._number = {path: k for k, path in enumerate(self.paths)}
        self._sorted = sorted(self.paths)
        count = len(self.paths)
        self._middle, self._half = np.full((count, 3), np.nan), np.full((count, 3), np.nan)  # of the local boxes
        self._inner = np.tile(np.eye(4), (count, 1, 1))  # from the frame of a local box to that of its prim
        self._outer = np.tile(np.eye(4), (count, 1, 1))  # from the prim to the world
        self._low, self._high = np.full((count, 3), np.nan), np.full((count, 3), np.nan)
        self._shapes, self._places = set(range(count)), set(range(count))  # what is to be measured anew

    def change(self, resynced: Iterable[Sdf.Path], values: Iterable[Sdf.Path]) -> None:
        """Take notice of an edit.

        Args:
            resynced: Prims that may differ as a whole.
            values: Properties that have another value, came or went.
        """
        for path in resynced:
            touched = {*self._above(path), *self._below(path)}
            self._shapes |= touched
            self._places |= touched
        for path in values:
            name, prim = path.name, path.GetPrimPath()
            if name.startswith(_MEANING):
                continue
            if name.startswith("xformOp"):
                own = self._number.get(str(prim))
                self._places.update(self._below(prim))
                self._shapes.update(k for k in self._above(prim) if k != own)
            else:
                self._shapes.update(self._above(prim))
                if name in _DOWN:
                    self._shapes.update(self._below(prim))

    def _above(self, path: Sdf.Path) -> list[int]:
        """Return which of ours a path is, or is below."""
        found = (self._number.get(str(p)) for p in path.GetPrefixes())
        return [k for k in found if k is not None]

    def _below(self, path: Sdf.Path) -> list[int]:
        """Return which of ours are a path, or are below it."""
        text = "" if path == Sdf.Path.absoluteRootPath else str(path)
        first, end = bisect_left(self._sorted, f"{text}/"), bisect_left(self._sorted, f"{text}0")  # 0 comes after /
        own = self._number.get(text)
        return [*([] if own is None else [own]), *(self._number[p] for p in self._sorted[first:end])]

    def boxes(self) -> tuple[Array, Array]:
        """Return the lowest and highest corners, shape (n, 3) each, in the order of `paths`; nan: nothing is there to see.

        The arrays are ours: copy them to keep or change them.
        """
        fresh = sorted(self._shapes | self._places)
        if not fresh:
            return self._low, self._high
        world = UsdGeom.XformCache(self._time)
        for k in self._places:
            prim = self._stage.GetPrimAtPath(self.paths[k])
            if prim:
                before = self._outer[k, :3, :3].copy()
                self._outer[k] = world.GetLocalToWorldTransform(prim)
                if not np.array_equal(before, self._outer[k, :3, :3]):  # USD joins boxes along the axes of the world
                    self._shapes.add(k)
        if self._shapes:
            cache = UsdGeom.BBoxCache(self._time, _PURPOSES)
            for k in self._shapes:
                self._measure(k, cache)
        self._shapes.clear()
        self._places.clear()
        matrix = self._inner[fresh] @ self._outer[fresh]
        middle = np.einsum("ni,nij->nj", self._middle[fresh], matrix[:, :3, :3]) + matrix[:, 3, :3]
        half = np.einsum("ni,nij->nj", self._half[fresh], np.abs(matrix[:, :3, :3]))
        self._low[fresh], self._high[fresh] = middle - half, middle + half
        return self._low, self._high

    def _measure(self, k: int, cache: UsdGeom.BBoxCache) -> None:
        """Measure the local box of a prim."""
        self._middle[k] = self._half[k] = np.nan
        prim = self._stage.GetPrimAtPath(self.paths[k])
        if not prim:
            return
        box = cache.ComputeUntransformedBound(prim)
        span = box.GetRange()
        if not span.IsEmpty():
            low, high = np.array(span.GetMin()), np.array(span.GetMax())
            self._middle[k], self._half[k] = (low + high) / 2, (high - low) / 2
            self._inner[k] = box.GetMatrix()
