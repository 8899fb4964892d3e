# SPDX-License-Identifier: Apache-2.0
"""Acceleration of a machine's bearing as a waveform: shaft, noise, and the impacts of a defect in the outer ring."""

from __future__ import annotations

import numpy as np

from .body import SHAKING
from .fault import Floats
from .features import velocity_rms
from .machine import Machine

RATE = 8192.0
RINGING, DAMPING = 3000.0, 800.0
"""Frequency at which an impact rings, Hz, and how fast it dies away, 1/s."""
IMPACT = 60.0
"""Acceleration of an impact at a severity of 1, m/s2."""
HARMONICS = (1.0, 0.35, 0.15)
"""Velocity at the shaft's speed and its multiples, relative."""
HISS = 0.3
"""Broad noise of a good machine at work, m/s2 rms."""


def waveform(machine: Machine, *, severity: float = 0.0, load: float = 1.0, count: int = 8192, rate: float = RATE,
             draw: np.random.Generator | None = None) -> Floats:  # fmt: skip
    """Return an acceleration, m/s2.

    Its velocity rms from 10 Hz to 1 kHz is what the `vibration` signal shows; a defect is seen in the envelope's spectrum
    at `machine.bearing.outer(machine.shaft)`, long before.

    Args:
        machine: What it is like.
        severity: Of bearing wear.
        load: How strongly it is shaken, 1 at work.
        count: Values.
        rate: Values per second.
        draw: Random numbers; None: the same each time.
    """
    draw = np.random.default_rng(machine.seed) if draw is None else draw
    time = np.arange(count) / rate
    shaft = np.zeros(count)
    for k, share in enumerate(HARMONICS, start=1):
        turn = 2.0 * np.pi * k * machine.shaft
        shaft += share * turn * np.cos(turn * time + draw.uniform(0.0, 2.0 * np.pi))
    rough = np.cumsum(draw.standard_normal(count))  # rough running: noise that falls with frequency
    rough -= np.linspace(rough[0], rough[-1], count)
    slow = _level(shaft, rate, machine.vibration) + _level(rough, rate, SHAKING * severity)
    return load * (slow + HISS * draw.standard_normal(count) + _impacts(machine, severity, time, rate, draw))


def _level(wave: Floats, rate: float, rms: float) -> Floats:
    """Return the wave made so strong that its velocity rms is `rms`, m/s."""
    return wave * (rms / velocity_rms(wave, rate))


def _impacts(machine: Machine, severity: float, time: Floats, rate: float, draw: np.random.Generator) -> Floats:
    """Return the impacts of rolling elements on a defect; they slip a little, so the times between are not quite equal."""
    if severity <= 0:
        return np.zeros(len(time))
    every = 1.0 / machine.bearing.outer(machine.shaft)
    number = int(time[-1] / every) + 2
    begins = (np.arange(number) + draw.uniform()) * every + 0.01 * every * draw.standard_normal(number)
    sizes = IMPACT * severity * (1.0 + 0.1 * draw.standard_normal(number))
    out = np.zeros(len(time))
    length = int(8.0 / DAMPING * rate)
    for begin, size in zip(begins.tolist(), sizes.tolist()):
        first = max(0, int(np.ceil(begin * rate)))
        after = time[first : first + length] - begin
        out[first : first + len(after)] += size * np.exp(-DAMPING * after) * np.sin(2.0 * np.pi * RINGING * after)
    return out
