# SPDX-License-Identifier: Apache-2.0
"""Parts as prims: each can be selected, and a part that stands still costs nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pxr import Gf, Sdf

from ..plant import Plant
from .frame import Frame
from .handles import Handle, movable
from .pool import most_at_once
from .shape import author_shape
from .slots import Slots
from .tracks import Floats, Ints

_NAME = "Part_"
_DECIMALS = 7  # of places, in stage units: less is rounding of the arithmetic


class Prims:
    """A pool of prims Part_000, Part_001, ...

    Args:
        begin: When each track comes into sight, s.
        until: When it goes out of it, s.
        model: The product's model; None: a box.
        plant: For unit and up axis.
    """

    def __init__(self, begin: Floats, until: Floats, model: Sdf.Path | None, plant: Plant) -> None:
        self._count, self._tracks = most_at_once(begin, until), len(begin)
        self._model, self._plant = model, plant

    def author(self, home: Sdf.PrimSpec) -> None:
        """Make the pool."""
        self._slots = Slots(self._count, self._tracks)
        self._handles: list[Handle] = []
        self._seen: list[Sdf.AttributeSpec] = []
        for number in range(self._count):
            prim = Sdf.PrimSpec(home, f"{_NAME}{number:03d}", Sdf.SpecifierDef, "Xform")
            prim.kind = "component"
            author_shape(prim, self._model, self._plant)
            self._handles.append(movable(prim, self._plant.up_axis))
            seen = Sdf.AttributeSpec(prim, "visibility", Sdf.ValueTypeNames.Token)
            seen.default = "invisible"
            self._seen.append(seen)

    def show(self, live: Ints, world: Floats, way: NDArray[Any], frame: Frame) -> int:
        """Move, show and hide prims; see `Carrier`."""
        place = np.round(frame.places(world), _DECIMALS)
        taken = self._slots.take(live, place, np.round(frame.degrees(way), _DECIMALS))
        for slot, (x, y, z) in zip(taken.moved.tolist(), self._slots.place[taken.moved].tolist()):
            self._handles[slot].spot.default = Gf.Vec3d(x, y, z)
        for slot, angle in zip(taken.turned.tolist(), self._slots.turn[taken.turned].tolist()):
            self._handles[slot].turn.default = angle
        for slot in taken.shown.tolist():
            self._seen[slot].default = "inherited"
        for slot in taken.hidden.tolist():
            self._seen[slot].default = "invisible"
        return sum(len(k) for k in (taken.moved, taken.turned, taken.shown, taken.hidden))

    def track(self, name: str) -> int:
        """Return the track that the prim of this name shows now, -1 for none."""
        number = name.removeprefix(_NAME)
        if not name.startswith(_NAME) or not number.isdecimal() or int(number) >= self._count:
            return -1
        return int(self._slots.track[int(number)])

    @property
    def places(self) -> Floats:
        """Where the parts in sight are, stage units, shape (n, 3)."""
        return self._slots.place[self._slots.track >= 0]
