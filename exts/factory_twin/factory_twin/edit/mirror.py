# SPDX-License-Identifier: Apache-2.0
"""The edit that mirrors where prims stand and where they look."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from pxr import Usd

from ..errors import FactoryTwinError
from ..floor import Floor
from .base import Edit
from .pose import shift, turn
from .selection import names, tops
from .trace import Trace
from .transform import heading, position


@dataclass(frozen=True)
class Mirror(Edit):
    """Mirror origins and headings about a line on the floor. Nothing is scaled: a machine stays what can be built.

    Attributes:
        paths: Prim paths.
        through: Point of the line, x and y on the floor, m.
        along: Direction of the line, degrees counter-clockwise from the floor's x.
    """

    paths: tuple[str, ...]
    through: tuple[float, float]
    along: float

    @property
    def label(self) -> str:
        """What is mirrored."""
        return f"Mirror {names(self.paths)}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Turn, then move."""
        if not np.isfinite([*self.through, self.along]).all():
            where = ", ".join(self.paths)
            raise FactoryTwinError("This is no line.", where=where, hint="Give a point in m and an angle in degrees.")
        prims = tops(stage, self.paths)
        paths = [str(prim.GetPath()) for prim in prims]
        starts = Floor(stage).flat([position(stage, path) for path in paths])
        normal = np.array([-math.sin(math.radians(self.along)), math.cos(math.radians(self.along)), 0.0])
        away = (starts - np.array([*self.through, 0.0])) @ normal
        for path in paths:
            turn(stage, path, 2 * self.along - heading(stage, path), trace)
        shift(stage, prims, -2 * away[:, None] * normal, trace)
