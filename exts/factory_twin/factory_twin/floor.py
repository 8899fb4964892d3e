# SPDX-License-Identifier: Apache-2.0
"""The floor: two axes across and the height, whichever axis of the stage points up.

The floor's x is the world's x; its y lies so that angles count counter-clockwise seen from above (the world's y where z is up,
minus z where y is up).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pxr import Usd, UsdGeom

Array = NDArray[np.float64]


class Floor:
    """Turns points and steps of the world into ones of the floor and back, in any unit.

    Args:
        stage: Stage whose up axis counts.
    """

    def __init__(self, stage: Usd.Stage) -> None:
        self._y_up = UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y

    def flat(self, points: Any) -> Array:
        """Return (x, y, height) of world points or steps, shape (..., 3)."""
        world = np.asarray(points, np.float64)
        return np.stack([world[..., 0], -world[..., 2], world[..., 1]], axis=-1) if self._y_up else world.copy()

    def world(self, points: Any) -> Array:
        """Return the world points or steps of (x, y, height), shape (..., 3)."""
        flat = np.asarray(points, np.float64)
        return np.stack([flat[..., 0], flat[..., 2], -flat[..., 1]], axis=-1) if self._y_up else flat.copy()
