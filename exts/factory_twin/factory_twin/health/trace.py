# SPDX-License-Identifier: Apache-2.0
"""The averages of the last days, for trends; a ring in a fixed number of bytes that thins itself out."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SIZE = 256


class Trace:
    """Times and values; when it is full, every second one goes and from then on only every second one is taken."""

    __slots__ = ("_skip", "_skipped", "_times", "_values")

    def __init__(self) -> None:
        self._times, self._values = array("d"), array("d")
        self._skip, self._skipped = 1, 0

    def add(self, time: float, value: float) -> None:
        """Add a value."""
        self._skipped += 1
        if self._skipped < self._skip:
            return
        self._skipped = 0
        self._times.append(time)
        self._values.append(value)
        if len(self._times) >= SIZE:
            self._times, self._values = self._times[1::2], self._values[1::2]
            self._skip = min(2 * self._skip, 8)

    def since(self, time: float) -> tuple[Floats, Floats]:
        """Return (times, values) from a Unix time on."""
        times = np.array(self._times)
        first = int(np.searchsorted(times, time))
        return times[first:], np.array(self._values)[first:]
