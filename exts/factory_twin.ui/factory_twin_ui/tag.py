# SPDX-License-Identifier: Apache-2.0
"""Name tags of stations: what they say and where they point to. No UI."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from factory_twin.bounds import Bounds
from factory_twin.event import State
from factory_twin.survey.walk import find, ours
from numpy.typing import NDArray
from pxr import Usd, UsdGeom

Point = NDArray[np.float64]


@dataclass(eq=False)
class Tag:
    """A name tag.

    Attributes:
        path: Prim path of the station.
        name: Text.
        point: Where it points to, world, stage units, shape (3,).
        state: State shown; UNKNOWN: none.
    """

    path: str
    name: str
    point: Point
    state: State = State.UNKNOWN


def stations(stage: Usd.Stage) -> tuple[str, ...]:
    """Return the paths of all stations."""
    return tuple(str(p.GetPath()) for p in find(stage) if "FactoryTwinStationAPI" in ours(p))


def tags(stage: Usd.Stage, bounds: Bounds) -> list[Tag]:
    """Return a tag for each prim of the bounds, above its middle, or at its origin when nothing of it is drawn."""
    frames = UsdGeom.XformCache(Usd.TimeCode.EarliestTime())
    up, found = 1 if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y else 2, []
    low, high = bounds.boxes()
    points = (low + high) / 2
    points[:, up] = high[:, up]
    for path, point in zip(bounds.paths, points):
        prim = stage.GetPrimAtPath(path)
        if np.isnan(point).any():
            point = np.array(frames.GetLocalToWorldTransform(prim).ExtractTranslation(), float)
        found.append(Tag(path, prim.GetDisplayName() or prim.GetName(), point))
    return found
