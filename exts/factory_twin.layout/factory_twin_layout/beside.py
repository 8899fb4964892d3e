# SPDX-License-Identifier: Apache-2.0
"""Where something new stands: on the floor, clear of what is selected. No UI."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from factory_twin.bounds import Bounds
from factory_twin.edit import position
from factory_twin.plant import Point
from pxr import Usd, UsdGeom

GAP = 0.5
"""Between a thing and the next, m."""


def width(stage: Usd.Stage, paths: Sequence[str]) -> float:
    """Return how far prims reach along x together, m; 0 when nothing of them is drawn."""
    low, high = Bounds(stage, paths).boxes()
    reach = np.nanmax(high[:, 0], initial=-np.inf) - np.nanmin(low[:, 0], initial=np.inf)
    return float(reach) * UsdGeom.GetStageMetersPerUnit(stage) if np.isfinite(reach) else 0.0


def beside(stage: Usd.Stage, selection: Sequence[str], wide: float) -> Point:
    """Return where the origin of something goes that is `wide` m along x; world, m. Nothing selected: the world's origin."""
    last = [p for p in selection[-1:] if stage.GetPrimAtPath(p)]
    if not last:
        return 0.0, 0.0, 0.0
    x, y, z = position(stage, last[0])
    _, high = Bounds(stage, last).boxes()
    edge = float(high[0, 0]) * UsdGeom.GetStageMetersPerUnit(stage)
    return (edge if np.isfinite(edge) else x) + GAP + wide / 2, y, z
