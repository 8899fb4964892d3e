# SPDX-License-Identifier: Apache-2.0
"""A sensor: white noise, slow drift, and what goes wrong with it (stuck, offset, drift, spikes)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .fault import Fault, Floats
from .machine import Machine
from .relax import wander
from .stream import stream

SPIKES = 6.0
"""Wild values per hour of a sensor that shows spikes, at a severity of 1 as many as at any other."""
SPIKE = 10.0
"""Their size in units of `Machine.scale`."""


class Sensor:
    """One sensor of a machine, that goes on from where it was.

    Args:
        machine: Its machine.
        signal: What it measures.
        faults: Of the machine; those that don't concern this sensor are left out.
        drift: Slow drift: (standard deviation, time constant in s).
    """

    def __init__(self, machine: Machine, signal: str, faults: Iterable[Fault], *, drift: tuple[float, float]) -> None:
        self._scale = machine.scale(signal)
        self._spread, self._lag = drift
        own = [f for f in faults if f.place == machine.place and f.kind in _WRONG and signal in f.shows]
        self._faults = sorted(own, key=lambda f: list(_WRONG).index(f.kind))  # what is stuck, is stuck with all the rest
        self._white = stream(machine.seed, machine.place, f"{signal} white")
        self._slow = stream(machine.seed, machine.place, f"{signal} drift")
        self._wild = stream(machine.seed, machine.place, f"{signal} spikes")
        self._drift = self._spread * float(self._slow.standard_normal())
        self._last: float | None = None

    def white(self, count: int) -> Floats:
        """Return standard normal noise for that many values."""
        return self._white.standard_normal(count)

    def drift(self, spans: Floats) -> Floats:
        """Return the slow drift at the end of each of `spans` (s)."""
        out = wander(self._drift, spans, self._slow.standard_normal(len(spans)), self._lag, self._spread)
        if len(out):
            self._drift = float(out[-1])
        return out

    def show(self, times: Floats, spans: Floats, values: Floats) -> Floats:
        """Return what it shows of the true `values` at `times` (s), each `spans` (s) after the one before."""
        for fault in self._faults:
            values = _WRONG[fault.kind](self, fault, times, spans, values)
        if len(values):
            self._last = float(values[-1])
        return values

    def _off(self, fault: Fault, times: Floats, spans: Floats, values: Floats) -> Floats:
        return values + self._scale * fault.at(times)

    def _spikes(self, fault: Fault, times: Floats, spans: Floats, values: Floats) -> Floats:
        draws = self._wild.random((len(values), 2))
        size = SPIKE * self._scale * fault.at(times) * np.where(draws[:, 1] < 0.3, -0.3, 1.0)
        return np.where(draws[:, 0] < -np.expm1(-SPIKES * spans / 3600.0), values + size, values)

    def _stuck(self, fault: Fault, times: Floats, spans: Floats, values: Floats) -> Floats:
        frozen = (times >= fault.onset) & (times < fault.end)
        if not frozen.any():
            return values
        first = int(np.argmax(frozen))
        held = values[first - 1] if first else values[0] if self._last is None else self._last
        return np.where(frozen, held, values)


_WRONG = {"offset": Sensor._off, "drift": Sensor._off, "spikes": Sensor._spikes, "stuck": Sensor._stuck}
