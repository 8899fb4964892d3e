# SPDX-License-Identifier: Apache-2.0
"""Where parts wait."""

from __future__ import annotations

from dataclasses import dataclass

from .node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer(Node):
    """Storage.

    Attributes:
        capacity: Parts; -1: unlimited.
        discipline: Which part leaves first, see docs/SIMULATION.md: FIFO, LIFO, PRIORITY, SPT, LPT, EDD, MWKR, LWKR, MOPNR,
            FOPNR, CR, SEQUENCE, RULE.
        minimum_time: Dwell time, s (FIFO only).
        sequence: SEQUENCE: part numbers, from 1, in the order they leave.
        own_rule: RULE: name of an entry point of the group factory_twin.rules.
        initial: Parts present at the start.
        initial_product: Prim path of their product; empty: none.
    """

    capacity: int = 1
    discipline: str = "FIFO"
    minimum_time: float = 0.0
    sequence: tuple[int, ...] = ()
    own_rule: str = ""
    initial: int = 0
    initial_product: str = ""
