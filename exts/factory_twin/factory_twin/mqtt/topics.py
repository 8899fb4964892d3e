# SPDX-License-Identifier: Apache-2.0
"""Topics: `<prefix>/<prim path without its leading slash>/<signal>`, or the place's id instead of its path.

A topic is untrusted: it names a place only by a look-up among the known ones, so it never leads anywhere else on the stage.
"""

from __future__ import annotations

from ..quantity import QUANTITIES
from ..topic import LENGTH, LEVELS, PREFIX, fault, prefix_fault

__all__ = [
    "EVENTS",
    "LENGTH",
    "LEVELS",
    "PARTS",
    "PREFIX",
    "SIGNALS",
    "STATE",
    "TEMPERATURE",
    "WIP",
    "fault",
    "prefix_fault",
    "topic",
]

STATE, PARTS, WIP, TEMPERATURE = "state", "parts", "wip", "temperature"
SIGNALS = (STATE, PARTS, WIP, TEMPERATURE)
EVENTS = frozenset(name for name, q in QUANTITIES.items() if q.is_event)
"""Signals whose messages are events: each one counts, so the inbox never coalesces them."""


def topic(prefix: str, place: str, signal: str) -> str:
    """Return the topic of a place's signal."""
    return f"{prefix}/{place.lstrip('/')}/{signal}"
