# SPDX-License-Identifier: Apache-2.0
"""Cases that need no simulation: indicators, bottlenecks, charts, networks, layouts, zones, data, messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..case import Case
from .bottleneck import bottleneck
from .dataset import dataset_rules
from .kpi import kpi
from .pert import pert
from .qap import layout_qap
from .sparkplug import sparkplug_edge, sparkplug_payload
from .spc import spc, spc_constants
from .vda5050 import vda5050
from .vibration import vibration_zone

METHODS: dict[str, Callable[[Case], dict[str, Any]]] = {
    "kpi": kpi,
    "bottleneck": bottleneck,
    "spc": spc,
    "spc-constants": spc_constants,
    "pert": pert,
    "layout-qap": layout_qap,
    "vibration-zone": vibration_zone,
    "dataset-rules": dataset_rules,
    "vda5050": vda5050,
    "sparkplug-edge": sparkplug_edge,
    "sparkplug-payload": sparkplug_payload,
}
"""Kind -> function that gives the value of each metric it knows."""

__all__ = ["METHODS"]
