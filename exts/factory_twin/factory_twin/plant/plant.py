# SPDX-License-Identifier: Apache-2.0
"""The plant as a whole, and how it is run."""

from __future__ import annotations

from dataclasses import dataclass, field

from .cards import CardLoop
from .node import Node
from .people import Calendar, WorkerPool
from .product import Operation, Order, Product
from .transport import Road, Vehicle


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Run settings of the stage: s, s, count, integer; `inclusive`: whether what happens exactly at the horizon counts."""

    horizon: float = 28800.0
    warmup: float = 0.0
    replications: int = 10
    seed: int = 1
    inclusive: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """Everything a run needs, in reading (stage) order.

    Attributes:
        file: Root layer of the stage it was read from; empty for a plant made in Python.
        nodes: All places.
        operations: Steps of the process plans, by sequence.
        pools: Worker pools.
        calendars: Calendars.
        products: Products.
        orders: Work orders.
        loops: Card loops.
        vehicles: Vehicles of the transports.
        roads: Roads of the transports.
        scenario: Run settings.
        meters_per_unit: Of the stage.
        up_axis: "Y" or "Z".
    """

    nodes: tuple[Node, ...]
    operations: tuple[Operation, ...] = ()
    pools: tuple[WorkerPool, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    products: tuple[Product, ...] = ()
    orders: tuple[Order, ...] = ()
    loops: tuple[CardLoop, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    roads: tuple[Road, ...] = ()
    scenario: Scenario = field(default_factory=Scenario)
    file: str = ""
    meters_per_unit: float = 1.0
    up_axis: str = "Z"

    def node(self, path: str) -> Node:
        """Return the place with that prim path.

        Raises:
            KeyError: There is none.
        """
        for n in self.nodes:
            if n.path == path:
                return n
        raise KeyError(path)

    def of(self, *kinds: type[Node]) -> tuple[Node, ...]:
        """Return all places of these kinds, in reading order."""
        return tuple(n for n in self.nodes if isinstance(n, kinds))
