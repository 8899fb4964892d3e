# SPDX-License-Identifier: Apache-2.0
"""The vehicles of a player: prims of the stage, moved along their tracks."""

from __future__ import annotations

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom

from ..plant import Plant
from .frame import Frame
from .handles import movable
from .shape import scales
from .tracks import Cursor, Key, Tracks


class Traffic:
    """Moves vehicles.

    Args:
        stage: Where they are; those that are missing or inside an instance are left out.
        tracks: (time in s, place in m, unit heading) by prim path.
        plant: For unit and up axis.
    """

    def __init__(self, stage: Usd.Stage, tracks: dict[str, list[Key]], plant: Plant) -> None:
        cache = UsdGeom.XformCache()
        found = {path: prim for path in tracks if tracks[path] and _is_free(prim := stage.GetPrimAtPath(path))}
        self._up = plant.up_axis
        self._prims = list(found.values())
        self._frames = [Frame(cache.GetParentToWorldTransform(prim), plant) for prim in self._prims]
        self._cursor = Cursor(Tracks.of([tracks[path] for path in found]))
        self._all = np.arange(len(self._prims))

    def author(self, layer: Sdf.Layer) -> None:
        """Make the attributes that move them."""
        self._handles = [movable(Sdf.CreatePrimInLayer(layer, p.GetPath()), self._up, tuple(scales(p))) for p in self._prims]
        self._stood = np.full((len(self._prims), 3), np.nan)
        self._faced = np.full((len(self._prims), 3), np.nan)

    def show(self, time: float) -> int:
        """Move those that are elsewhere, or face another way, than before; return the number of values written."""
        if not self._prims:
            return 0
        place, way = self._cursor.at(self._all, time)
        moved, turned = (np.flatnonzero((a != b).any(axis=1)) for a, b in ((place, self._stood), (way, self._faced)))
        for k in moved.tolist():
            self._handles[k].spot.default = Gf.Vec3d(*self._frames[k].places(place[k : k + 1])[0].tolist())
        for k in turned.tolist():
            self._handles[k].turn.default = float(self._frames[k].degrees(way[k : k + 1])[0])
        self._stood, self._faced = place, np.asarray(way, float)
        return len(moved) + len(turned)


def _is_free(prim: Usd.Prim) -> bool:
    """Return whether a prim can be moved: it is there, and not inside an instance."""
    return bool(prim) and not prim.IsInstanceProxy()
