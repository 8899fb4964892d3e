# SPDX-License-Identifier: Apache-2.0
"""Energy and cost of a station from the time in each state and its parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..event import State
from ..plant import Station

Floats = NDArray[np.float64]
JOULES_PER_KWH = 3.6e6


def energy(node: Station, times: Floats) -> float:
    """Return kWh; `times`: server-seconds by state.

    Starved, idle, blocked and waiting take the idle power, maintenance that of a station that is down, the unknown none.
    """
    setup = node.power_busy if node.power_setup < 0 else node.power_setup
    power = np.zeros(len(State))
    power[[State.IDLE, State.STARVED, State.BLOCKED, State.WAITING]] = node.power_idle
    power[[State.DOWN, State.MAINTENANCE]] = node.power_down
    power[[State.BUSY, State.SETUP, State.OFF]] = node.power_busy, setup, node.power_off
    return float(power @ times) / JOULES_PER_KWH


def cost(node: Station, *, planned: float, parts: float) -> float:
    """Return the cost of `planned` server-seconds on shift and of the parts worked on."""
    return node.cost_per_hour * planned / 3600 + node.cost_per_part * parts
