# SPDX-License-Identifier: Apache-2.0
"""Which value of which message goes to which quantity or attribute of a prim."""

from __future__ import annotations

from dataclasses import dataclass

from ..event import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One value of a message bound to a prim.

    Attributes:
        path: Prim path.
        name: Instance name of its schema.
        topic: Topic filter, placeholders filled in; empty: the plant's prefix and the prim's path.
        pointer: JSON pointer or metric name; empty: the whole payload.
        quantity: Name of the quantity that gets the value; empty: an attribute does.
        attribute: Name of the attribute; empty: a quantity.
        component: Number of the attribute's component (x: 0); -1: the whole.
        kind: Type of the attribute's value (of one component): "number", "whole", "bool" or "text"; empty: a quantity.
        unit: Of the value where the message names none; empty: SI.
        scale: Value times scale plus offset is in the unit.
        offset: See scale.
        dead_band: Smaller changes are not told on, SI.
        states: What words or numbers sent mean: (as sent, a `State`, number or text).
        time_pointer: JSON pointer to the time; empty: found by itself.
        format: Name of the payload format; empty: by topic.
        event: Whether each message counts.
        stale_after: Silence after which the value is no longer known, s.
    """

    path: str
    name: str
    topic: str = ""
    pointer: str = ""
    quantity: str = ""
    attribute: str = ""
    component: int = -1
    kind: str = ""
    unit: str = ""
    scale: float = 1.0
    offset: float = 0.0
    dead_band: float = 0.0
    states: tuple[tuple[str, State | float | str], ...] = ()
    time_pointer: str = ""
    format: str = ""
    event: bool = False
    stale_after: float = 10.0

    @property
    def target(self) -> str:
        """Name under which its values go: the quantity, or the attribute with its component ("size.x")."""
        if self.quantity:
            return self.quantity
        return self.attribute if self.component < 0 else f"{self.attribute}.{'xyzw'[self.component]}"
