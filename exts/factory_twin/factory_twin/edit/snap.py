# SPDX-License-Identifier: Apache-2.0
"""The edit that brings prims to round positions and headings."""

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
class Snap(Edit):
    """Bring origins to the nearest point of a grid on the floor and headings to the nearest step; heights stay.

    Attributes:
        paths: Prim paths.
        grid: Spacing of the grid through the origin of the world, m; 0: positions stay.
        turn: Step of headings, degrees; 0: headings stay.
    """

    paths: tuple[str, ...]
    grid: float = 0.0
    turn: float = 0.0

    @property
    def label(self) -> str:
        """What is snapped to what."""
        steps = [f"{self.grid:g} m"] if self.grid else []
        steps += [f"{self.turn:g} degrees"] if self.turn else []
        return f"Snap {names(self.paths)} to {' and '.join(steps)}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Turn, then move."""
        given = (self.grid, self.turn)
        if not all(math.isfinite(v) and v >= 0 for v in given) or not any(given):
            raise FactoryTwinError(
                "This is no grid.", where=", ".join(self.paths), hint="Give a spacing in m, a step in degrees, or both."
            )
        prims = tops(stage, self.paths)
        paths = [str(prim.GetPath()) for prim in prims]
        starts = Floor(stage).flat([position(stage, path) for path in paths])
        if self.turn:
            for path in paths:
                turn(stage, path, round(heading(stage, path) / self.turn) * self.turn, trace)
        if self.grid:
            steps = np.round(starts / self.grid) * self.grid - starts
            steps[:, 2] = 0.0
            shift(stage, prims, steps, trace)
