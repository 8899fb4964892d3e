# SPDX-License-Identifier: Apache-2.0
"""Factory Twin's core: a factory read from a USD stage, checked, simulated, measured, moved and joined to the shop floor.

The public names below are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "open_stage": "read",
    "read_plant": "read",
    "Plant": "plant",
    "Log": "log",
    "Event": "event",
    "State": "event",
    "Simulation": "sim",
    "measure": "kpi",
    "run": "experiment",
    "compare": "experiment",
    "write_motion": "motion",
    "FactoryTwinError": "errors",
    "Issue": "errors",
}
__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
