# SPDX-License-Identifier: Apache-2.0
"""A machine of the virtual plant: its body follows the states of the shift and says what its sensors show."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..event import State
from ..plant import Station
from ..signals import Body, Fault, features, machine, waveform
from ..signals.stream import stream

Values = list[tuple[str, float]]


class Sensors:
    """The sensors of one station.

    Args:
        station: Where.
        seed: Of nature and noise.
        faults: Of any places.
        given: Names of quantities that the shift itself tells of this place (a recorded one); they are not made up.
    """

    def __init__(self, station: Station, *, seed: int, faults: Iterable[Fault]) -> None:
        self.body = Body(machine(station.path, seed=seed, station=station), faults)
        self.given: set[str] = set()
        self._changes: list[tuple[float, State]] = []
        self._shaken = stream(seed, station.path, "waveform")
        self._load = self.body.machine.load()

    def enter(self, time: float, state: State) -> None:
        """Note that the station is in a state from `time` (s) on."""
        self._changes.append((time, state))

    def measure(self, now: float) -> Values:
        """Return temperature, vibration and power at `now`, s."""
        body, changes = self.body, self._changes
        times = np.array([t for t, _ in changes])
        shown = body.run(np.array([now]), np.maximum(times, body.now), np.array([int(s) for _, s in changes], int))
        changes.clear()
        return [(name, float(values[0])) for name, values in shown.items() if name not in self.given]

    def finish(self, time: float) -> float | None:
        """Return the dimension (m) of a part finished at `time` (s); None when the shift tells it."""
        size = float(self.body.inspect(np.array([time]))[0])
        return None if "diameter" in self.given else size

    def analyse(self) -> Values:
        """Return the figures of the bearing's vibration, from a second of its waveform."""
        body = self.body
        severity = float(body.severity("bearing", np.array([body.now]))[0])
        wave = waveform(body.machine, severity=severity, load=float(self._load[body.state]), draw=self._shaken)
        found = features(wave, 8192.0)
        names = (("acceleration", "acceleration"), ("crest", "crest"), ("kurtosis", "kurtosis"), ("envelope", "envelope_peak"))
        return [(name, found[key]) for name, key in names if name not in self.given]
