# SPDX-License-Identifier: Apache-2.0
"""Anything material flows through."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything material flows through.

    Attributes:
        path: Prim path.
        id: Id used in plans, messages and reports; the prim name when none is authored.
        name: Display name.
        successors: Prim paths of the next places, in order.
        weights: Shares per successor; empty: `rule` says which.
        rule: "first" (the first that is free), "cyclic" (in turn) or "shortest" (the one with the fewest parts).
        position: Where a part stands, world, m.
        spacing: From one waiting part (or server) to the next, world, m.
        heading: World direction of the prim's local x axis, unit length: where a part faces.
    """

    path: str
    id: str = ""
    name: str = ""
    successors: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    rule: str = "first"
    position: Point = (0.0, 0.0, 0.0)
    spacing: Point = (0.0, 0.0, 0.0)
    heading: Point = (1.0, 0.0, 0.0)

    @property
    def kind(self) -> str:
        """Lower-case word for the kind of place."""
        return type(self).__name__.lower()
