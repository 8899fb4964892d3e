# SPDX-License-Identifier: Apache-2.0
"""One large picture that many small ones share, so that all of them are drawn as one mesh."""

from __future__ import annotations

import numpy as np
import omni.ui as ui
from numpy.typing import NDArray

_SIZE = 1024  # pixels


class Sheet:
    """Small pictures in rows.

    Attributes:
        provider: What to draw with.
    """

    def __init__(self) -> None:
        self.provider = ui.ByteImageProvider()
        self.clear()
        self.send()

    def clear(self) -> None:
        """Take all pictures away."""
        self._pixels = np.zeros((_SIZE, _SIZE, 4), dtype=np.uint8)
        self._rows: list[tuple[int, int, int]] = []  # top, height, where it is free
        self._end, self._fresh = 0, True

    def put(self, pixels: NDArray[np.uint8]) -> tuple[float, float, float, float] | None:
        """Add a picture; return its left, right, lower and upper edge in the sheet, 0..1; None when there is no room."""
        high, wide = pixels.shape[:2]
        spot = next((k for k, (_, h, x) in enumerate(self._rows) if high <= h <= 1.25 * high + 2 and x + wide <= _SIZE), -1)
        if spot < 0:
            height = min(high + high // 8, _SIZE)
            if self._end + height > _SIZE or wide > _SIZE:
                return None
            self._rows.append((self._end, height, 0))
            self._end += height
        top, height, x = self._rows[spot]
        self._rows[spot] = (top, height, x + wide)
        self._pixels[top : top + high, x : x + wide] = pixels
        self._fresh = True
        return x / _SIZE, (x + wide) / _SIZE, 1 - (top + high) / _SIZE, 1 - top / _SIZE

    def send(self) -> None:
        """Hand the pictures over to be drawn."""
        if self._fresh:
            self.provider.set_data_array(self._pixels, [_SIZE, _SIZE])
            self._fresh = False
