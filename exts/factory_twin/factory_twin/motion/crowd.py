# SPDX-License-Identifier: Apache-2.0
"""Parts as arrays on one point instancer: a thousand of them cost a frame little more than one, but none is a prim."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pxr import Gf, Sdf, Vt

from ..plant import Plant
from .frame import Frame
from .pool import assign
from .shape import author_shape
from .tracks import Floats, Ints

_TYPE = Sdf.ValueTypeNames


class Crowd:
    """An instancer Parts with an instance for each part that may be there at once.

    A part keeps its instance as long as it is in sight, so viewers need to move only what moved. Places are single precision,
    so the instancer stands in the middle of them.

    Args:
        begin: When each track comes into sight, s.
        until: When it goes out of it, s.
        middle: Of all places, stage units below the prim that the instancer is a child of, shape (3,).
        model: The product's model; None: a box.
        plant: For unit and up axis.
    """

    def __init__(self, begin: Floats, until: Floats, middle: Floats, model: Sdf.Path | None, plant: Plant) -> None:
        slots = assign(begin, until, pause=0.0)
        self._slot = np.zeros(len(begin), np.int64)
        for number, tracks in enumerate(slots):
            self._slot[tracks] = number
        self._count, self._middle = len(slots), middle
        self._model, self._plant = model, plant
        self._axis = 1 if plant.up_axis == "Y" else 2

    def author(self, home: Sdf.PrimSpec) -> None:
        """Make the instancer, all its instances out of sight."""
        prim = Sdf.PrimSpec(home, "Parts", Sdf.SpecifierDef, "PointInstancer")
        prim.kind = "component"
        part = Sdf.PrimSpec(prim, "Part", Sdf.SpecifierDef, "Xform")
        author_shape(part, self._model, self._plant)
        Sdf.RelationshipSpec(prim, "prototypes", False).targetPathList.explicitItems = [part.path]
        order = Sdf.AttributeSpec(prim, "xformOpOrder", _TYPE.TokenArray, Sdf.VariabilityUniform)
        order.default = Vt.TokenArray(["xformOp:translate"])
        Sdf.AttributeSpec(prim, "xformOp:translate", _TYPE.Double3).default = Gf.Vec3d(*self._middle.tolist())
        Sdf.AttributeSpec(prim, "protoIndices", _TYPE.IntArray).default = Vt.IntArray(self._count, 0)
        self._spots = Sdf.AttributeSpec(prim, "positions", _TYPE.Point3fArray)
        self._turns = Sdf.AttributeSpec(prim, "orientations", _TYPE.QuathArray)
        self._hidden = Sdf.AttributeSpec(prim, "invisibleIds", _TYPE.Int64Array)
        self._place = np.zeros((self._count, 3), np.float32)
        self._turn = np.tile(np.array([0, 0, 0, 1], np.float16), (self._count, 1))  # imaginary parts first, as in memory of Gf
        self._live = np.zeros(self._count, bool)
        self._spots.default = Vt.Vec3fArray.FromNumpy(self._place)
        self._turns.default = Vt.QuathArray.FromNumpy(self._turn)
        self._hidden.default = Vt.Int64Array.FromNumpy(np.arange(self._count))

    def show(self, live: Ints, world: Floats, way: NDArray[Any], frame: Frame) -> int:
        """Write the arrays that differ; see `Carrier`."""
        slot, writes = self._slot[live], 0
        place, turn = self._place.copy(), self._turn.copy()
        place[slot] = frame.places(world) - self._middle
        half = frame.radians(way) / 2
        turn[slot, self._axis], turn[slot, 3] = np.sin(half), np.cos(half)
        seen = np.zeros(self._count, bool)
        seen[slot] = True
        if not np.array_equal(place, self._place):
            self._place, writes = place, writes + 1
            self._spots.default = Vt.Vec3fArray.FromNumpy(place)
        if not np.array_equal(turn, self._turn):
            self._turn, writes = turn, writes + 1
            self._turns.default = Vt.QuathArray.FromNumpy(turn)
        if not np.array_equal(seen, self._live):
            self._live, writes = seen, writes + 1
            self._hidden.default = Vt.Int64Array.FromNumpy(np.flatnonzero(~seen))
        return writes

    def track(self, name: str) -> int:
        """Return -1: no prim shows one part."""
        return -1

    @property
    def places(self) -> Floats:
        """Where the parts in sight are, stage units, shape (n, 3)."""
        return self._place[self._live] + self._middle
