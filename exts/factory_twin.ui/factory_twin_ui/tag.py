# SPDX-License-Identifier: Apache-2.0
"""Name tags of stations: what they say and where they point to. No UI."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from factory_twin.event import State
from factory_twin.survey.walk import find, ours
from numpy.typing import NDArray
from pxr import Usd, UsdGeom

Point = NDArray[np.float64]
_STATUS = "factoryTwin:state:status"


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


def tags(stage: Usd.Stage, top: Callable[[Usd.Prim], Point]) -> list[Tag]:
    """Return a tag for each station.

    Args:
        stage: The stage.
        top: Gives the middle of a prim's upper side, world, shape (3,).
    """
    found = (p for p in find(stage) if "FactoryTwinStationAPI" in ours(p))
    return [Tag(str(p.GetPath()), p.GetDisplayName() or p.GetName(), top(p)) for p in found]


def tops(stage: Usd.Stage) -> Callable[[Usd.Prim], Point]:
    """Return the `top` of `tags` that measures with USD's own bounds: a prim without any has its origin."""
    purposes = [UsdGeom.Tokens.default_, UsdGeom.Tokens.render]
    boxes = UsdGeom.BBoxCache(Usd.TimeCode.Default(), purposes, useExtentsHint=True)
    frames = UsdGeom.XformCache()
    up = 1 if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y else 2

    def top(prim: Usd.Prim) -> Point:
        box = boxes.ComputeWorldBound(prim).ComputeAlignedRange()
        if box.IsEmpty():
            return np.array(frames.GetLocalToWorldTransform(prim).ExtractTranslation(), float)
        point = np.array(box.GetMidpoint(), float)
        point[up] = box.GetMax()[up]
        return point

    return top


def read_states(tags: Sequence[Tag], stage: Usd.Stage, time: Usd.TimeCode) -> list[Tag]:
    """Take over the states that the stations show at a time code; return the tags that changed."""
    changed = []
    for tag in tags:
        attribute = stage.GetPrimAtPath(tag.path).GetAttribute(_STATUS)
        state = State.from_token(str(attribute.Get(time) or "")) if attribute else State.UNKNOWN
        if state is not tag.state:
            tag.state = state
            changed.append(tag)
    return changed
