# SPDX-License-Identifier: Apache-2.0
"""How much of each frame a run may take, so that no frame comes late because of it."""

from __future__ import annotations

LEAST = 0.001  # s; a run goes on, however late the frames
_LATE = 1.1  # times the usual length of a frame
_LEARN, _SHRINK, _GROW = 0.1, 0.75, 1.05


class Pace:
    """Learns how long frames are without a run, and takes less of them when they get longer with one."""

    def __init__(self) -> None:
        self._usual = 0.0
        self._share = 1.0

    def idle(self, dt: float) -> None:
        """Take notice of a frame without a run that took `dt` seconds."""
        self._usual += (dt - self._usual) * (_LEARN if self._usual else 1.0)
        self._share = 1.0

    def budget(self, dt: float, most: float) -> float:
        """Return how long a run may work in this frame, s, the one before having taken `dt` seconds.

        Args:
            dt: s.
            most: Where frames keep their usual length, s.
        """
        late = self._usual and dt > _LATE * self._usual
        self._share = max(LEAST / most, self._share * _SHRINK) if late else min(1.0, self._share * _GROW)
        return min(most, self._share * most)
