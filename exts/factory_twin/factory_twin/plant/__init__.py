# SPDX-License-Identifier: Apache-2.0
"""The plant as frozen dataclasses, read from a stage and thrown away after use. All numbers SI; places are named by prim path.

Nothing here reads or writes USD: see `read` and `edit`.
"""

from __future__ import annotations

from .binding import Binding
from .buffer import Buffer
from .cards import CardLoop
from .node import Node, Point
from .people import Calendar, Demand, Shift, WorkerPool
from .plant import Plant, Scenario
from .product import Operation, Order, Product, Step
from .sink import CONSUMED, LOST, MADE, SCRAP, Sink
from .source import Source
from .station import Assembly, Batch, Change, Disassembly, Setup, Station
from .transport import Conveyor, Road, Transport, Vehicle, VehiclePath
from .upkeep import Failure, Maintenance, Wear
from .watch import Watch

__all__ = [
    "CONSUMED",
    "LOST",
    "MADE",
    "SCRAP",
    "Assembly",
    "Batch",
    "Binding",
    "Buffer",
    "Calendar",
    "CardLoop",
    "Change",
    "Conveyor",
    "Demand",
    "Disassembly",
    "Failure",
    "Maintenance",
    "Node",
    "Operation",
    "Order",
    "Plant",
    "Point",
    "Product",
    "Road",
    "Scenario",
    "Setup",
    "Shift",
    "Sink",
    "Source",
    "Station",
    "Step",
    "Transport",
    "Vehicle",
    "VehiclePath",
    "Watch",
    "Wear",
    "WorkerPool",
]
