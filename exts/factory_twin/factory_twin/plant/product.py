# SPDX-License-Identifier: Apache-2.0
"""What is made: products with their process plans and bills of material, work orders."""

from __future__ import annotations

from dataclasses import dataclass

from ..distribution import Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An operation of a product's process plan.

    Attributes:
        path: Prim path of the operation.
        stations: Prim paths of the stations that can do it.
        time: s per part; None: the station's own.
        before: Positions in the plan of the steps to be done before this one.
    """

    path: str
    stations: tuple[str, ...]
    time: Distribution | None = None
    before: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product or part type.

    Attributes:
        path: Prim path.
        id: Article number, or the prim name.
        name: Display name.
        priority: Lower goes first.
        plan: Steps, by sequence; empty: parts go where the places send them.
        parts: Bill of materials: (prim path of a product, quantity).
        material_cost: Per part.
    """

    path: str
    id: str = ""
    name: str = ""
    priority: int = 0
    plan: tuple[Step, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()
    material_cost: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A work order. `release` and `due` in s from the start of the run, `due` -1: none; lower `priority` goes first."""

    path: str
    product: str
    id: str = ""
    quantity: int = 1
    release: float = 0.0
    due: float = -1.0
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A step of a process plan and the stations that can do it."""

    path: str
    name: str
    sequence: int = 0
    stations: tuple[str, ...] = ()
