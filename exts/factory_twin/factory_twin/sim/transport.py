# SPDX-License-Identifier: Apache-2.0
"""A transport: vehicles of the fleet fetch parts from the places before it and bring them to the place behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plant import Transport
from .place import Place, pick
from .vehicle import FETCHING, GIVING

if TYPE_CHECKING:
    from .fleet import Fleet
    from .place import Giver
    from .vehicle import Carrier


class TransportPlace(Place):
    """What waits here is fetched; parts are here from being picked up to being handed over.

    Attributes:
        fleet: Its vehicles, shared with other transports.
        feeders: Places that hand over to it.
        arrived: Vehicles that came to fetch, or are ready to give, at this instant.
    """

    __slots__ = ("arrived", "feeders", "fleet")

    node: Transport

    def __init__(self, sim: Any, node: Transport, index: int) -> None:
        super().__init__(sim, node, index)
        self.full = self.choosy = True
        self.fleet: Fleet = sim.fleet
        self.feeders: list[Place] = []
        self.arrived: list[Carrier] = []

    def ready(self, vehicle: Carrier, now: float) -> None:
        """A vehicle is where it fetches, or has unloaded."""
        self.arrived.append(vehicle)
        self.touch()

    def settle(self, now: float) -> None:
        """Hand over and load; have the fleet see to what waits."""
        arrived, self.arrived = sorted(self.arrived, key=lambda v: v.number), []
        for vehicle in arrived:
            if vehicle.phase == GIVING:
                self._give(vehicle, now)
            elif vehicle.phase == FETCHING:
                self._fetch(vehicle, now)
        self.fleet.touch()

    def _give(self, vehicle: Carrier, now: float) -> None:
        target = vehicle.targets[0]
        while vehicle.parts:
            if target.waiters or target.full:
                vehicle.offer(vehicle.targets[:1], now)
                return
            part = vehicle.parts[0]
            if self.moves is not None:
                self.moves((now, self.index, target.index, part))
            vehicle.give(now)
            target.take(part, now)

    def _fetch(self, vehicle: Carrier, now: float) -> None:
        givers = self._givers(vehicle)
        if not givers:  # another way out took the part
            vehicle.rest(now)
            return
        parts = [self.draw_from(pick(givers, now), now)]
        targets = self.router.route(parts[0])
        while len(parts) < vehicle.node.capacity and (givers := self._givers(vehicle)):
            giver = pick(givers, now)
            if not self._same_way(giver.peek(now), targets):
                break
            parts.append(self.draw_from(giver, now))
        vehicle.load(parts, targets, now)

    def _givers(self, vehicle: Carrier) -> list[Giver]:
        """Return who hands over at the place the vehicle was sent to."""
        assert vehicle.job is not None
        return [g for g in self.waiters if (g.home.index, g.number) == vehicle.job[1:]]

    def _same_way(self, number: int, targets: tuple[Place, ...]) -> bool:
        """Whether a part is sure to go where those on the vehicle go; one that draws its way is not."""
        part = self.sim.items[number]
        return self.router.fixed(self.sim.items, part.product, part.done) == targets

    def level(self) -> int:
        """Return how many parts are on the way."""
        return sum(len(v.parts) for v in self.fleet.vehicles if v.job is not None and v.job[0] == self.index)

    def state(self) -> Any:
        """Return plain data for `load`."""
        return self.router.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.router.load(state)
