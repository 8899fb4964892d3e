# SPDX-License-Identifier: Apache-2.0
"""The edit that sets up rows and columns of copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pxr import Sdf, Usd

from ..errors import FactoryTwinError
from .base import Edit
from .copies import Originals, make_own
from .pose import shift
from .selection import names, tops
from .trace import Trace

LIMIT = 10_000
"""Most copies that one edit makes."""


@dataclass(frozen=True)
class Array(Edit):
    """Copy prims to the points of a grid on the floor, in whose first point the originals stand.

    Attributes:
        paths: Prim paths.
        counts: How many stand along the floor's x and y, the original among them.
        steps: From one to the next along the floor's x and y, m; negative goes the other way.
        outside: As for `Duplicate`.
    """

    paths: tuple[str, ...]
    counts: tuple[int, int]
    steps: tuple[float, float]
    outside: bool = True

    @property
    def label(self) -> str:
        """What is copied how often."""
        return f"Array of {self.counts[0]} x {self.counts[1]} {names(self.paths)}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Write the copies, then where they stand."""
        where = ", ".join(self.paths)
        columns, rows = self.counts
        if min(self.counts) < 1 or not 1 < columns * rows <= LIMIT:
            raise FactoryTwinError(
                f"{columns} x {rows} is no array.",
                where=where,
                hint=f"Give two numbers from 1 with a product from 2 to {LIMIT}.",
            )
        if not np.isfinite(self.steps).all():
            raise FactoryTwinError(f"{self.steps} are no steps.", where=where, hint="Give two lengths in m.")
        originals = Originals(stage, tops(stage, self.paths), trace)
        cells = [(i, j) for j in range(rows) for i in range(columns)][1:]
        copies = [originals.names() for _ in cells]
        with Sdf.ChangeBlock():
            for places in copies:
                originals.write(places)
        steps = np.repeat([(i * self.steps[0], j * self.steps[1], 0.0) for i, j in cells], len(originals.paths), axis=0)
        for places in copies:
            make_own(stage, places, trace, outside=self.outside)
        shift(stage, [stage.GetPrimAtPath(p) for places in copies for p in places.values()], steps, trace)
