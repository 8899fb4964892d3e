# SPDX-License-Identifier: Apache-2.0
"""The floor area of prims: a rectangle turned as the prim is, around its parts or a drawn outline, and its safety zone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pxr import Usd, UsdGeom

from .errors import FactoryTwinError
from .floor import Floor
from .geometry import Frame
from .rectangles import Array, Rectangles

POLYGON = "factoryTwin:footprint:polygon"
MARGIN = "factoryTwin:footprint:safetyMargin"
_PURPOSES = [UsdGeom.Tokens.default_, UsdGeom.Tokens.proxy, UsdGeom.Tokens.render]
_CORNERS = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float64)


@dataclass(frozen=True)
class Footprints:
    """Footprints of prims.

    Attributes:
        paths: Of the prims.
        rectangles: Their outlines, in the same order, m on the floor; nan where there is nothing to see.
        margins: Keep-clear distances around them, m, shape (n,).
    """

    paths: tuple[str, ...]
    rectangles: Rectangles
    margins: Array

    @property
    def zones(self) -> Rectangles:
        """The rectangles with their keep-clear distances around them."""
        return self.rectangles.grown(self.margins)


def footprints(stage: Usd.Stage, paths: Sequence[str]) -> Footprints:
    """Measure footprints.

    A prim with an outline of its own (FactoryTwinFootprintAPI) has the smallest rectangle of its heading around that, others
    around the boxes of their parts, each in its own frame, as seen from above.

    Args:
        stage: Where the prims are; what moves over time counts at its first sample.
        paths: Prim paths.

    Raises:
        FactoryTwinError: There is no such prim.
    """
    frame, floor = Frame(stage), Floor(stage)
    cache = UsdGeom.BBoxCache(Usd.TimeCode.EarliestTime(), _PURPOSES)
    rows = [_row(stage, path, frame, floor, cache) for path in paths]
    table = np.array(rows, np.float64).reshape(-1, 6)
    return Footprints(tuple(paths), Rectangles(table[:, :2], table[:, 2:4], table[:, 4]), table[:, 5])


def _row(stage: Usd.Stage, path: str, frame: Frame, floor: Floor, cache: UsdGeom.BBoxCache) -> tuple[float, ...]:
    """Return middle x and y, half lengths along x and y, heading in rad, margin."""
    prim = stage.GetPrimAtPath(path)
    if not prim:
        raise FactoryTwinError("There is no such prim.", where=path, hint="It may have been removed or renamed.")
    x, y, _ = floor.flat(frame.heading(prim)).tolist()
    heading = math.atan2(y, x) if math.hypot(x, y) > 1e-6 else 0.0  # upright x axis: any way round
    drawn = _drawn(prim, floor)
    points = floor.flat(frame.points(prim, drawn) if len(drawn) else _corners(prim, frame, cache))[:, :2]
    if not len(points):
        return (math.nan,) * 5 + (_margin(prim),)
    c, s = math.cos(heading), math.sin(heading)
    own = points @ np.array([(c, -s), (s, c)])  # along the rectangle's axes
    low, high = own.min(axis=0), own.max(axis=0)
    across, along = ((low + high) / 2).tolist()
    half_x, half_y = ((high - low) / 2).tolist()
    return c * across - s * along, s * across + c * along, half_x, half_y, heading, _margin(prim)


def _drawn(prim: Usd.Prim, floor: Floor) -> Array:
    """Return the outline that the prim has of its own, local, stage units, shape (n, 3)."""
    polygon = np.array(_value(prim, POLYGON) or (), np.float64).reshape(-1, 2)
    return floor.world(np.column_stack([polygon, np.zeros(len(polygon))]))


def _corners(prim: Usd.Prim, frame: Frame, cache: UsdGeom.BBoxCache) -> Array:
    """Return the corners of the boxes of all parts in the world, m, shape (n, 3).

    A component is one part: USD joins what is below it along its own axes, and all else along those of the world. What is
    hidden below the prim is no part of it; the prim itself may be hidden.
    """
    found = [np.empty((0, 3))]
    walk = iter(Usd.PrimRange(prim, Usd.TraverseInstanceProxies()))
    for part in walk:
        if part != prim and _is_hidden(part):
            walk.PruneChildren()
        elif part.IsA(UsdGeom.Boundable) or Usd.ModelAPI(part).IsKind("component", Usd.ModelAPI.KindValidationNone):
            walk.PruneChildren()
            span = cache.ComputeUntransformedBound(part).ComputeAlignedRange()
            if not span.IsEmpty():
                low, high = np.array(span.GetMin()), np.array(span.GetMax())
                found.append(frame.points(part, low + _CORNERS * (high - low)))
    return np.concatenate(found)


def _is_hidden(prim: Usd.Prim) -> bool:
    return bool(_value(prim, UsdGeom.Tokens.visibility) == UsdGeom.Tokens.invisible)


def _margin(prim: Usd.Prim) -> float:
    value = _value(prim, MARGIN)
    margin = float(value) if isinstance(value, float | int) else 0.0
    return margin if math.isfinite(margin) and margin > 0 else 0.0


def _value(prim: Usd.Prim, name: str) -> object:
    attribute = prim.GetAttribute(name)
    return attribute.Get(Usd.TimeCode.EarliestTime()) if attribute else None
