# SPDX-License-Identifier: Apache-2.0
"""A machine's body: from its states over time to what its sensors show; any step, one or a million values at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..event import State
from .fault import Fault, Floats
from .machine import Machine
from .relax import relax, swing
from .sensor import Sensor

Ints = NDArray[np.int64]

SIGNALS = ("temperature", "vibration", "power")
"""Measured all the time; `diameter` is measured once per part."""

HOTTER = 0.6
"""Overheating of severity 1 makes a machine this share warmer, above its surroundings, than it should be."""
FRICTION, FRICTION_FROM = 15.0, 0.3
"""Bearing wear of severity 1 adds this much heat at work, K; below that severity none."""
SHAKING = 5e-3
"""Velocity rms that bearing wear of severity 1 adds at work (in quadrature), m/s."""
CREEP = 0.12
"""Share of power that tool wear of severity 1 adds at work."""
OFF_SIZE = 1.0
"""How far tool wear of severity 1 moves the dimension, in half widths of the tolerance."""
_NONE: Floats = np.empty(0)
_NO_STATE: Ints = np.empty(0, np.int64)


class Body:
    """A machine that goes on from where it was, so that a long time may be made in pieces.

    Args:
        machine: What it is like.
        faults: Of any machines; those of others are left out.
        start: Time it begins at, s.
        state: Its state then.

    Attributes:
        now: Time reached, s.
        state: State reached.
        parts: Parts inspected.
        scrap: Of these the ones out of tolerance.
    """

    def __init__(self, machine: Machine, faults: Iterable[Fault] = (), *, start: float = 0.0,
                 state: State = State.OFF) -> None:  # fmt: skip
        self.machine, self.now, self.state = machine, start, state
        self.parts = self.scrap = 0
        self._rise, self._load, self._power = machine.rise(), machine.load(), np.array(machine.power)
        self._warm = float(self._rise[state])
        self._faults = [f for f in faults if f.place == machine.place]
        self._temperature = Sensor(machine, "temperature", self._faults, drift=(0.4, 6 * 3600.0))
        self._vibration = Sensor(machine, "vibration", self._faults, drift=(0.04, 4 * 3600.0))
        self._draw = Sensor(machine, "power", self._faults, drift=(0.015, 2 * 3600.0))
        self._size = Sensor(machine, "diameter", self._faults, drift=(0.0, 3600.0))
        self._inspected = start

    def severity(self, kind: str, times: Floats) -> Floats:
        """Return how bad the faults of a kind are at `times` (s), those that overlap added up."""
        return sum((f.at(times) for f in self._faults if f.kind == kind), np.zeros(len(times)))

    def run(self, times: Floats, changes: Floats = _NONE, states: Ints = _NO_STATE) -> dict[str, Floats]:
        """Go on to the last of `times` and return what the sensors show at each: temperature, vibration, power.

        Args:
            times: s, ascending, not before `now`.
            changes: When the state changes, s, ascending, within (now, last of `times`].
            states: The new states, by number.
        """
        if not len(times):
            return {name: np.empty(0) for name in SIGNALS}
        codes = np.concatenate([[int(self.state)], np.asarray(states, np.int64)])
        here = codes[np.searchsorted(changes, times, side="right")]
        spans = np.diff(times, prepend=self.now)
        out = {
            "temperature": self._warmth(times, changes, codes, spans),
            "vibration": self._shaking(times, here, spans),
            "power": self._drawn(times, here, spans),
        }
        self.now, self.state = float(times[-1]), State(int(codes[-1]))
        return out

    def inspect(self, times: Floats) -> Floats:
        """Return the measured dimension (m) of the parts finished at `times` (s), and count them."""
        machine, sensor = self.machine, self._size
        worn = ((self.parts + np.arange(len(times))) % machine.tool_life) / machine.tool_life - 0.5
        true = machine.nominal + machine.tool_drift * worn + OFF_SIZE * machine.tolerance * self.severity("tool", times)
        spans = np.diff(times, prepend=min(self._inspected, float(times[0])) if len(times) else 0.0)
        shown = sensor.show(times, spans, true + machine.spread * sensor.white(len(times)))
        self.parts += len(times)
        self.scrap += int(np.count_nonzero(~self.good(shown)))
        self._inspected = float(times[-1]) if len(times) else self._inspected
        return shown

    def good(self, sizes: Floats) -> NDArray[np.bool_]:
        """Return which dimensions (m) are within tolerance."""
        return np.asarray(np.abs(sizes - self.machine.nominal) <= self.machine.tolerance)

    def _warmth(self, times: Floats, changes: Floats, codes: Ints, spans: Floats) -> Floats:
        """Return degC: surroundings, and first order what the states heat; exact where a state changes within a step."""
        points = np.concatenate([changes, times])
        order = np.argsort(points, kind="stable")
        ends = points[order]
        begins = np.concatenate([[self.now], ends[:-1]])
        during = codes[np.searchsorted(changes, begins, side="right")]
        friction = FRICTION * np.clip((self.severity("bearing", begins) - FRICTION_FROM) / (1.0 - FRICTION_FROM), 0.0, None)
        levels = self._rise[during] * (1.0 + HOTTER * self.severity("overheating", begins)) + self._load[during] * friction
        warm = relax(self._warm, ends - begins, levels, self.machine.lag)
        self._warm = float(warm[-1])
        around = self.machine.ambient + swing(times, self.machine.swing)
        sensor = self._temperature
        true = around + warm[order >= len(changes)]
        return sensor.show(times, spans, true + sensor.drift(spans) + 0.15 * sensor.white(len(times)))

    def _shaking(self, times: Floats, here: Ints, spans: Floats) -> Floats:
        sensor = self._vibration
        rms = self._load[here] * np.hypot(self.machine.vibration, SHAKING * self.severity("bearing", times))
        noise = np.exp(sensor.drift(spans) + 0.06 * sensor.white(len(times)))
        return np.maximum(0.0, sensor.show(times, spans, rms * noise))

    def _drawn(self, times: Floats, here: Ints, spans: Floats) -> Floats:
        sensor = self._draw
        watts = self._power[here] * (1.0 + CREEP * self.severity("tool", times) * (here == int(State.BUSY)))
        noise = 1.0 + sensor.drift(spans) + 0.015 * sensor.white(len(times))
        return np.maximum(0.0, sensor.show(times, spans, watts * noise))
