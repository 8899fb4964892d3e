# SPDX-License-Identifier: Apache-2.0
"""The edit that brings prims into line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pxr import Usd

from ..errors import FactoryTwinError
from .base import Edit
from .pose import boxes, shift
from .selection import names, tops
from .trace import Trace

EDGES = {
    "left": (0, 0.0), "centre": (0, 0.5), "right": (0, 1.0),
    "front": (1, 0.0), "middle": (1, 0.5), "back": (1, 1.0),
    "bottom": (2, 0.0), "top": (2, 1.0),
}  # fmt: skip
"""Edge -> (axis of the floor or height, share of the box)."""


@dataclass(frozen=True)
class Align(Edit):
    """Bring one side of the world boxes of prims to that of all of them together.

    Attributes:
        paths: Prim paths, two or more.
        edge: `left`, `centre`, `right` along the floor's x; `front`, `middle`, `back` along its y; `bottom`, `top`.
    """

    paths: tuple[str, ...]
    edge: str

    @property
    def label(self) -> str:
        """What is aligned where."""
        return f"Align {names(self.paths)} {self.edge}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Move those that stand elsewhere."""
        if self.edge not in EDGES:
            raise FactoryTwinError(
                f"{self.edge!r} is no edge.", where=", ".join(self.paths), hint=f"Known: {', '.join(EDGES)}."
            )
        prims = tops(stage, self.paths, least=2)
        axis, share = EDGES[self.edge]
        low, high = (corner[:, axis] for corner in boxes(stage, prims))
        lowest = float(np.min(low))
        goal = lowest + share * (float(np.max(high)) - lowest)
        steps = np.zeros((len(prims), 3))
        steps[:, axis] = goal - (low + share * (high - low))
        shift(stage, prims, steps, trace)
