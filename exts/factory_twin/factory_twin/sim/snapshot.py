# SPDX-License-Identifier: Apache-2.0
"""The state of a running model as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A running model as plain data: copy it, pickle it, restore it as often as you like.

    Attributes:
        now: s.
        seed: Of the run.
        replication: Of the run.
        parts: Parts made so far.
        events: Events handled so far.
        places: One entry per place, in plant order.
        others: One entry each for parts, card loops, worker pools, calendars, the fleet.
        paths: Prim paths the entries belong to.
    """

    now: float
    seed: int
    replication: int
    parts: int
    events: int
    places: tuple[Any, ...]
    others: tuple[Any, ...]
    paths: tuple[str, ...]
