# SPDX-License-Identifier: Apache-2.0
"""A machine's nature: levels, time constants, noise. Every machine is a little different, the same each time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..event import State
from ..plant import Station
from .bearing import Bearing
from .stream import stream

_USUAL = Bearing()
RUNNING = frozenset({State.BUSY, State.SETUP, State.IDLE, State.STARVED, State.BLOCKED, State.WAITING})
"""States in which the drive is on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a machine is like.

    Attributes:
        place: Prim path.
        seed: Of its noise.
        cycle: s of work per part, where parts are not told from outside.
        ambient: Mean temperature around it, degC.
        swing: Amplitude of the ambient temperature over a day, K.
        rise_busy: How much warmer than its surroundings it gets at work, K; likewise `rise_idle` (drive on, no work).
        lag: Time constant of its temperature, s.
        vibration: Velocity rms at work, m/s.
        power: W per `State`, by its number.
        shaft: Turns per second at work.
        bearing: Its bearing.
        nominal: Dimension it makes, m.
        tolerance: Half the width of the tolerance, m.
        spread: Standard deviation of the dimension, m.
        tool_life: Parts until the tool is changed.
        tool_drift: How far the mean drifts over a tool's life, m.
    """

    place: str = "/Machine"
    seed: int = 1
    cycle: float = 60.0
    ambient: float = 21.0
    swing: float = 2.0
    rise_busy: float = 37.0
    rise_idle: float = 7.0
    lag: float = 900.0
    vibration: float = 1.2e-3
    power: tuple[float, ...] = (0.0, 75.0, 1900.0, 1900.0, 1900.0, 3000.0, 7500.0, 600.0, 600.0, 1900.0)
    shaft: float = 29.5
    bearing: Bearing = _USUAL
    nominal: float = 25e-3
    tolerance: float = 25e-6
    spread: float = 5e-6
    tool_life: int = 400
    tool_drift: float = 2.5e-6

    def rise(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return how much warmer than its surroundings each state makes it in the end, K, by state number."""
        out = np.zeros(len(State))
        out[list(RUNNING)] = self.rise_idle
        out[State.BUSY], out[State.SETUP] = self.rise_busy, 0.5 * (self.rise_idle + self.rise_busy)
        return out

    def load(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return how strongly each state shakes it, 1 at work, by state number."""
        out = np.full(len(State), 0.02)
        out[list(RUNNING)] = 0.25
        out[State.BUSY], out[State.SETUP] = 1.0, 0.4
        return out

    def scale(self, signal: str) -> float:
        """Return what one unit of severity of a sensor fault does to a signal, in the signal's unit."""
        return {
            "temperature": 6.0,
            "vibration": 1.5 * self.vibration,
            "power": 0.15 * self.power[State.BUSY],
            "diameter": self.tolerance,
        }[signal]


def machine(place: str, *, seed: int = 1, station: Station | None = None, cycle: float = 60.0) -> Machine:
    """Return a machine with a nature of its own, the same for equal `seed` and `place`.

    Args:
        place: Prim path.
        seed: Whole number.
        station: Its place in the plant: what power it says it takes is taken over.
        cycle: s of work per part.
    """
    draw = stream(seed, place, "variety")

    def near(value: float, spread: float) -> float:
        return float(value * np.exp(spread * 2.5 * np.tanh(draw.standard_normal() / 2.5)))

    rise, lag, level, size = near(37.0, 0.15), near(900.0, 0.2), near(1.2e-3, 0.12), near(7500.0, 0.4)
    shaft, nominal, balls = near(24.8, 0.1), round(near(25e-3, 0.3), 3), int(draw.integers(8, 13))
    life, cooler = int(draw.integers(300, 601)), near(7.0, 0.15)
    return Machine(
        place=place,
        seed=seed,
        cycle=cycle,
        ambient=float(draw.normal(21.0, 0.7)),
        rise_busy=rise,
        rise_idle=cooler,
        lag=lag,
        vibration=level,
        power=_power(station, size),
        shaft=shaft,
        bearing=Bearing(balls=balls),
        nominal=nominal,
        tool_life=life,
    )


def _power(station: Station | None, size: float) -> tuple[float, ...]:
    """Return W per state: the station's own where it says any, else what a machine of that size takes."""
    busy, idle, setup, down, off = size, 0.25 * size, 0.4 * size, 0.08 * size, 0.01 * size
    if station is not None and station.power_busy > 0:
        busy, idle, down, off = station.power_busy, station.power_idle, station.power_down, station.power_off
        setup = station.power_setup if station.power_setup >= 0 else busy
    by = {State.BUSY: busy, State.SETUP: setup, State.OFF: off, State.UNKNOWN: off, State.DOWN: down, State.MAINTENANCE: down}
    return tuple(by.get(s, idle) for s in State)
