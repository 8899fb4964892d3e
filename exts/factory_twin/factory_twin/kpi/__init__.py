# SPDX-License-Identifier: Apache-2.0
"""Key performance indicators of one shift, read from its log; names and formulas after ISO 22400-2."""

from __future__ import annotations

from .bottleneck import Bottlenecks, find_bottlenecks, turning_points
from .flow import Flow
from .iso22400 import Counts, Iso22400, Stops, TimeElements, indicators
from .kpis import CostKpi, Kpis, OrderKpi, ProductKpi, bottleneck_sentence, choose_bottleneck
from .measure import measure
from .place import BufferKpi, PoolKpi, StationKpi
from .series import series

__all__ = [
    "Bottlenecks",
    "BufferKpi",
    "CostKpi",
    "Counts",
    "Flow",
    "Iso22400",
    "Kpis",
    "OrderKpi",
    "PoolKpi",
    "ProductKpi",
    "StationKpi",
    "Stops",
    "TimeElements",
    "bottleneck_sentence",
    "choose_bottleneck",
    "find_bottlenecks",
    "indicators",
    "measure",
    "series",
    "turning_points",
]
