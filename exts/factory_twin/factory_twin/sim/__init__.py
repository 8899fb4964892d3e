# SPDX-License-Identifier: Apache-2.0
"""The simulator: a discrete-event model of a plant on SimPy's clock, whose whole state is plain data."""

from __future__ import annotations

from .simulation import Process, Simulation
from .snapshot import Snapshot

__all__ = ["Process", "Simulation", "Snapshot"]
