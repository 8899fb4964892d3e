# SPDX-License-Identifier: Apache-2.0
"""Where parts leave; and the places in logs that are no prims."""

from __future__ import annotations

from dataclasses import dataclass

from .node import Node
from .source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink(Node):
    """Where parts leave."""


SCRAP = Sink(path="scrap", id="scrap", name="Scrap")
"""Where scrapped parts go, in logs; it is no prim, and its path can't be one's."""

CONSUMED = Sink(path="consumed", id="consumed", name="Built in")
"""Where parts go that became part of another, or were taken apart, in logs; no prim."""

MADE = Source(path="made", id="made", name="Made")
"""Where parts come from that a disassembly made, or that were there at the start, in logs; no prim."""

LOST = Sink(path="lost", id="lost", name="Lost")
"""Where parts go that a full place did not accept, in logs; no prim."""
