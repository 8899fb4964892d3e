# SPDX-License-Identifier: Apache-2.0
"""The panel's own virtual plant: a broker when none is named, a link, a speed, and faults that begin when one is asked for."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, perf_counter
from typing import Any

from factory_twin.errors import FactoryTwinError
from factory_twin.log import Log
from factory_twin.mqtt import EmbeddedBroker, Link
from factory_twin.plant import Plant
from factory_twin.signals import Fault
from factory_twin.sim import Simulation
from factory_twin.virtual import OUTBOX, VirtualPlant, shift

FASTEST = 3600.0
SPEEDS = (1.0, 10.0, 60.0, 300.0)
BREAKS: dict[str, tuple[str, dict[str, Any], float]] = {
    "Bearing wear": ("bearing", {"severity": 2.0}, 40.0),
    "Overheating": ("overheating", {"severity": 1.5}, 40.0),
    "Tool wear": ("tool", {"severity": 1.5}, 40.0),
    "Stuck sensor": ("stuck", {"signal": "temperature"}, 0.0),
    "Wild sensor": ("spikes", {"signal": "temperature"}, 0.0),
    "Network loss": ("network", {"signal": "burst"}, 0.0),
}
"""Word for people -> kind of fault, its details, and how long it grows, s of wall time."""
_STEP, _PAUSE = 1.0, 1.0  # s of wall time


class OwnPlant:
    """A plant that sends what its machines would send.

    A fault is shown by a second plant, which lives through the same shift in small steps without saying anything until it
    has reached the first one, and goes on in its place.

    Args:
        plant: Its places.
        url: Broker; empty: one is started on this machine.
        prefix: First levels of all topics.
        speed: Simulated seconds per second.
        options: How to join the broker, as for `Link`.

    Attributes:
        faults: What is wrong, oldest first.

    Raises:
        FactoryTwinError: The address or the speed is not valid, or there is no broker to start.
    """

    def __init__(self, plant: Plant, url: str, prefix: str, *, speed: float = 60.0, **options: Any) -> None:
        if not 0 < speed <= FASTEST:
            raise FactoryTwinError(f"A speed of {speed:g} can't be run.", hint=f"Give a number up to {FASTEST:g}, such as 60.")
        self._model, self._prefix, self.speed = plant, prefix, speed
        self.faults: list[Fault] = []
        self._broker: EmbeddedBroker | None = None
        self._link: Link | None = None
        self._next: VirtualPlant | None = None
        self._next_wire, self._next_now = _Wire(None), 0.0
        self._last = self._began = monotonic()
        try:
            if not url:
                self._broker = EmbeddedBroker().start()
                url, options = self._broker.url, {}
            self.url = url
            self._link = Link(url, conflate=False, outbox=OUTBOX, **options)
            self._link.start()
            self._plant = self._make(_Wire(self._link.publish))
        except BaseException:
            self.stop()
            raise

    @property
    def has_own_broker(self) -> bool:
        """Whether the broker was started by us."""
        return self._broker is not None

    @property
    def now(self) -> float:
        """Simulated time, s."""
        return self._plant.now

    @property
    def preparing(self) -> float:
        """Share of the way that a plant with the newest fault has come, 0..1; 1: there is nothing to prepare."""
        return 1.0 if self._next is None else min(1.0, self._next_now / max(self.now, 1e-9))

    @property
    def finished(self) -> bool:
        """Whether the shift has ended."""
        return self._plant.finished

    def break_(self, word: str, place: str) -> None:
        """Let something go wrong from now on.

        Args:
            word: A key of `BREAKS`.
            place: Prim path of a machine.

        Raises:
            FactoryTwinError: There is no such machine.
        """
        kind, more, time = BREAKS[word]
        grown = {"time": time * self.speed} if time else {}
        fault = Fault(kind, place, onset=self.now, **more, **grown)
        self._restart([*self.faults, fault])

    def mend(self) -> None:
        """Let all be well again."""
        self._restart([])

    def step(self, budget: float = 0.006) -> None:
        """Send what happened since the last call, and work on what is being prepared.

        Raises:
            FactoryTwinError: The simulation can't go on.
        """
        wall = monotonic()
        self._began += max(0.0, wall - self._last - _PAUSE)  # the program slept: the plant slept, too
        self._last = wall
        self._plant.advance((wall - self._began) * self.speed, wall)
        if self._next is not None:
            self._prepare(self._next, wall, budget)

    def stop(self) -> None:
        """Say goodbye and end link and broker."""
        link, self._link = self._link, None
        if link is not None:
            link.stop()
        broker, self._broker = self._broker, None
        if broker is not None:
            broker.stop()

    def _make(self, wire: _Wire) -> VirtualPlant:
        log = Log()
        simulation = Simulation(self._model, seed=self._model.scenario.seed, log=log)
        events = shift(simulation, log)
        return VirtualPlant(self._model, events, wire, speed=self.speed, prefix=self._prefix, faults=self.faults)

    def _restart(self, faults: list[Fault]) -> None:
        before, self.faults = self.faults, faults
        try:
            self._next_wire = _Wire(None)
            self._next, self._next_now = self._make(self._next_wire), 0.0
        except FactoryTwinError:
            self.faults = before
            raise

    def _prepare(self, plant: VirtualPlant, wall: float, budget: float) -> None:
        deadline, target = perf_counter() + budget, self.now
        while self._next_now < target and perf_counter() < deadline:
            self._next_now = min(target, self._next_now + _STEP * self.speed)
            plant.advance(self._next_now, self._began + self._next_now / self.speed)
        if self._next_now >= target and self._link is not None:
            self._next_wire.send = self._link.publish
            self._plant, self._next = plant, None


class _Wire:
    """Publishes, or nothing while it is muted."""

    def __init__(self, send: Callable[..., bool] | None) -> None:
        self.send = send

    def publish(self, topic: str, payload: bytes, retain: bool = False, qos: int = 1) -> bool:
        return self.send is None or self.send(topic, payload, retain, qos)
