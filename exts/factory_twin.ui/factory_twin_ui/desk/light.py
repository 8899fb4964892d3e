# SPDX-License-Identifier: Apache-2.0
"""The 3D view's light: one lamp above, the same for all that is drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_AMBIENT = 0.30
_LAMP = np.array([0.32, -0.52, 0.79])  # where it shines from, Z up


def lit(color: tuple[float, float, float], areas: Array, up: int) -> Array:
    """Return the colours of faces on the screen, 0..1, shape (n, 3).

    Args:
        color: Of the thing, linear, 0..1.
        areas: Area vectors of the faces, world, shape (n, 3).
        up: Index of the up axis (1 or 2).
    """
    lamp = _LAMP if up == 2 else np.array([_LAMP[0], _LAMP[2], -_LAMP[1]])
    facing = np.maximum(areas @ lamp, 0.0) / np.maximum(np.linalg.norm(areas, axis=1), 1e-30)
    shade = _AMBIENT + (1 - _AMBIENT) * facing
    return np.asarray(np.clip(np.outer(shade, color), 0.0, 1.0) ** (1 / 2.2))  # USD's colours are linear, the screen's are not
