# SPDX-License-Identifier: Apache-2.0
"""One thing that the 3D view draws, with what it has not yet taken over."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pxr import Sdf, Usd

from .shape import Shape

Array = NDArray[np.float64]


@dataclass(eq=False)
class Item:
    """One thing to draw.

    Attributes:
        prim: The geometric prim (or the instancer).
        shape: Its faces, local.
        matrix: Local to world, shape (4, 4), for row vectors as in USD.
        color: 0..1.
        visible: Whether it is shown at the present time.
        closed: Whether faces seen from behind may be dropped.
        moves, paints, hides: Whether transform, colour, visibility have time samples.
        instance: Index of the instance when `prim` is a point instancer, else -1.
        fresh: What the view has not yet taken over, of "matrix", "color", "visible".
        path: Path of the prim.
        above: The paths of the prim and of those it is below.
    """

    prim: Usd.Prim
    shape: Shape
    matrix: Array
    color: tuple[float, float, float]
    visible: bool = True
    closed: bool = True
    moves: bool = False
    paints: bool = False
    hides: bool = False
    instance: int = -1
    fresh: set[str] = field(default_factory=set)
    path: Sdf.Path = field(init=False)
    above: tuple[Sdf.Path, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.path = self.prim.GetPath()
        self.above = tuple(self.path.GetPrefixes())

    def set(self, name: str, value: object) -> None:
        """Change "color" or "visible"; the view is to take over what differs."""
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.fresh.add(name)

    def box(self) -> tuple[Array, Array]:
        """Return the lowest and highest corner in world space."""
        middle, half = self.shape.middle, (self.shape.high - self.shape.low) / 2
        at, reach = middle @ self.matrix[:3, :3] + self.matrix[3, :3], half @ np.abs(self.matrix[:3, :3])
        return at - reach, at + reach
