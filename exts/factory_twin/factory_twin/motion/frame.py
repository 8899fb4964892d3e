# SPDX-License-Identifier: Apache-2.0
"""From the plant's world metres into the frame of a prim: places in stage units, headings as an angle about the up axis."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pxr import Gf

from ..plant import Plant
from .tracks import Floats


class Frame:
    """The frame of a prim.

    Args:
        world: Local-to-world transform of the prim, in stage units.
        plant: Whose unit and up axis count.
    """

    def __init__(self, world: Gf.Matrix4d, plant: Plant) -> None:
        inverse = np.array(world.GetInverse())
        self._turn, self._shift = inverse[:3, :3], inverse[3, :3]
        self._unit = 1.0 / plant.meters_per_unit
        self._axes = (0, 2, -1.0) if plant.up_axis == "Y" else (0, 1, 1.0)

    def places(self, world: Floats) -> Floats:
        """Return points given in world metres, shape (n, 3), in stage units of the frame."""
        return np.asarray(world * self._unit @ self._turn + self._shift)

    def radians(self, way: NDArray[Any]) -> Floats:
        """Return the angles of world directions, shape (n, 3)."""
        ahead, side, sign = self._axes
        local = way @ self._turn
        return np.asarray(np.arctan2(sign * local[:, side], local[:, ahead]))

    def degrees(self, way: NDArray[Any]) -> Floats:
        """Return the angles of world directions, shape (n, 3)."""
        return np.asarray(np.degrees(self.radians(way)))
