# SPDX-License-Identifier: Apache-2.0
"""The edit that spaces prims evenly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pxr import Usd

from ..errors import FactoryTwinError
from .base import Edit
from .pose import boxes, shift
from .selection import names, tops
from .trace import Trace

EQUAL = ("gaps", "pitch")


@dataclass(frozen=True)
class Distribute(Edit):
    """Space prims evenly along an axis of the floor; the first and the last one stay.

    Attributes:
        paths: Prim paths, three or more.
        axis: `x` or `y` of the floor.
        equal: `gaps` between world boxes, or `pitch` from middle to middle.
    """

    paths: tuple[str, ...]
    axis: str = "x"
    equal: str = "gaps"

    @property
    def label(self) -> str:
        """What is spaced how."""
        return f"Space {names(self.paths)} along {self.axis} by equal {self.equal}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Move those between the ends."""
        if self.axis not in ("x", "y") or self.equal not in EQUAL:
            where, hint = ", ".join(self.paths), "Give x or y, and gaps or pitch."
            raise FactoryTwinError(f"{self.axis!r} and {self.equal!r} say no spacing.", where=where, hint=hint)
        prims = tops(stage, self.paths, least=3)
        axis = "xy".index(self.axis)
        low, high = (corner[:, axis] for corner in boxes(stage, prims))
        middle, size = (low + high) / 2, high - low
        order = np.argsort(middle, kind="stable")
        goal = np.linspace(middle[order[0]], middle[order[-1]], len(prims))
        if self.equal == "gaps":
            first, last = order[0], order[-1]
            gap = (high[last] - low[first] - size.sum()) / (len(prims) - 1)
            goal = low[first] + np.cumsum(size[order] + gap) - gap - size[order] / 2
        steps = np.zeros((len(prims), 3))
        steps[order[1:-1], axis] = (goal - middle[order])[1:-1]
        shift(stage, prims, steps, trace)
