# SPDX-License-Identifier: Apache-2.0
"""A rolling bearing: how often its parts pass a defect, from its geometry and the shaft's speed."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bearing:
    """A rolling bearing with a turning inner ring.

    Attributes:
        balls: Rolling elements.
        ball: Their diameter, m.
        pitch: Diameter of the circle through their centres, m.
        angle: Contact angle, rad.
    """

    balls: int = 9
    ball: float = 7.94e-3
    pitch: float = 39.04e-3
    angle: float = 0.0

    @property
    def ratio(self) -> float:
        """Of ball to pitch diameter, seen along the contact angle."""
        return self.ball / self.pitch * math.cos(self.angle)

    def outer(self, shaft: float) -> float:
        """Return the passing frequency of a defect in the outer ring (BPFO), Hz, of a shaft that turns at `shaft` Hz."""
        return self.balls / 2.0 * shaft * (1.0 - self.ratio)

    def inner(self, shaft: float) -> float:
        """Return the passing frequency of a defect in the inner ring (BPFI), Hz."""
        return self.balls / 2.0 * shaft * (1.0 + self.ratio)

    def rolling(self, shaft: float) -> float:
        """Return the spin frequency of a ball (BSF), Hz."""
        return self.pitch / (2.0 * self.ball) * shaft * (1.0 - self.ratio**2)

    def cage(self, shaft: float) -> float:
        """Return the frequency at which the cage turns (FTF), Hz."""
        return shaft / 2.0 * (1.0 - self.ratio)
