# SPDX-License-Identifier: Apache-2.0
"""A sink: takes and counts parts."""

from __future__ import annotations

from typing import Any

from .place import Place


class SinkPlace(Place):
    """Takes every part at once.

    Attributes:
        parts: How many came.
    """

    __slots__ = ("parts",)

    def __init__(self, sim: Any, node: Any, index: int) -> None:
        super().__init__(sim, node, index)
        self.parts = 0

    def take(self, part: int, now: float) -> None:
        """Count the part."""
        self.parts += 1

    def state(self) -> Any:
        """Return plain data for `load`."""
        return self.parts

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.parts = state


class LotSink(SinkPlace):
    """A sink of a model that keeps its parts: what is known of a part ends here, and its cards are free."""

    __slots__ = ()

    def take(self, part: int, now: float) -> None:
        """Count the part and forget it."""
        self.parts += 1
        self.sim.items.drop(part, now)
