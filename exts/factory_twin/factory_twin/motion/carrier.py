# SPDX-License-Identifier: Apache-2.0
"""What shows the parts on a stage: prims that can be selected one by one, or arrays for crowds."""

from __future__ import annotations

from typing import Any, Protocol

from numpy.typing import NDArray
from pxr import Sdf

from .frame import Frame
from .tracks import Floats, Ints


class Carrier(Protocol):
    """Shows tracks of parts below a prim."""

    def author(self, home: Sdf.PrimSpec) -> None:
        """Make all prims and attributes there are below `home`, with no part in sight; called inside a change block."""

    def show(self, live: Ints, world: Floats, way: NDArray[Any], frame: Frame) -> int:
        """Show these tracks and no others; called inside a change block.

        Args:
            live: Tracks, ascending.
            world: Where they are, m, shape (n, 3).
            way: Their headings, shape (n, 3).
            frame: Of `home`.

        Returns:
            Number of values written.
        """

    def track(self, name: str) -> int:
        """Return the track that the child prim of this name shows now, -1 for none."""

    @property
    def places(self) -> Floats:
        """Where the parts in sight are, stage units below `home`, shape (n, 3)."""
