# SPDX-License-Identifier: Apache-2.0
"""Machine health and quality: detectors, alarms, remaining life, live OEE, and how good the detectors are."""

from __future__ import annotations

from ..plant.watch import Watch
from .alarm import Alarm, Condition, Key, Priority
from .alarms import Alarms
from .monitor import Monitor, Row
from .oee import LiveOee
from .rul import Remaining, Weibull, trend, weibull
from .settings import Settings

__all__ = [
    "Alarm", "Alarms", "Condition", "Key", "LiveOee", "Monitor", "Priority", "Remaining", "Row", "Settings", "Watch", "Weibull",
    "trend", "weibull",
]  # fmt: skip
