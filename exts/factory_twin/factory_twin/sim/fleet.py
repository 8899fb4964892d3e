# SPDX-License-Identifier: Apache-2.0
"""The fleet: which vehicle fetches which part, by which way, who may enter an exclusive road. It chooses last in an instant."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import SimulationError
from ..plant import Transport
from ..roads import give_point, of_plant
from .buffer import BufferOffer
from .store import Lane
from .vehicle import BRINGING, FETCHING, IDLE, PARKING, Carrier, Leg

if TYPE_CHECKING:
    from .place import Giver, Place
    from .simulation import Simulation
    from .transport import TransportPlace


class Wish(NamedTuple):
    """A part that waits to be fetched; sorts by who has waited longest."""

    since: float
    transport: int
    place: int
    number: int


class Fleet:
    """All vehicles of the plant's transports.

    Attributes:
        network: Of all roads, with the stops at the places that vehicles get to.
        vehicles: In plant order.
        owner: Exclusive road -> whether a vehicle is on it.
        index: For sorting beside places.
    """

    def __init__(self, sim: Simulation) -> None:
        self.sim, self.rank, self.chosen, self.index = sim, 1 << 30, False, -1
        plant = sim.plant
        self.network, self.home = of_plant(plant)
        self.vehicles = [Carrier(self, v, i) for i, v in enumerate(plant.vehicles)]
        self.taken: set[int] = set()
        self._of: dict[int, list[Carrier]] = {}

    def connect(self, transports: list[TransportPlace]) -> None:
        """Say which transports there are; check that their vehicles get where they have to.

        Raises:
            SimulationError: A vehicle can't get from one place to another.
        """
        for place in transports:
            node: Transport = place.node
            self._of[place.index] = [v for v in self.vehicles if v.node.path in node.vehicles]
            for vehicle in self._of[place.index]:
                for giver in place.feeders:
                    for taker in place.router.all:
                        self._check(vehicle, giver, taker, node)

    def _check(self, vehicle: Carrier, giver: Place, taker: Place, node: Transport) -> None:
        pickup, drop = self.pickup(vehicle, giver), self.drop(vehicle, taker)
        for begin, end, what in ((vehicle.home_node, pickup, giver), (pickup, drop, taker), (drop, pickup, giver)):
            if self.network.way(begin, end, vehicle.node.speed, vehicle.roads) is None:
                raise SimulationError(
                    f"Vehicle {vehicle.node.path} has no way to {what.node.path}.",
                    where=node.path,
                    hint="Join its roads (their ends must touch), set factoryTwin:path:bidirectional, or add a road back.",
                )

    def pickup(self, vehicle: Carrier, giver: Place) -> int:
        """Return the node where a vehicle fetches parts from a place."""
        return self.network.node(give_point(giver.node), vehicle.roads)

    def drop(self, vehicle: Carrier, taker: Place) -> int:
        """Return the node where a vehicle brings parts to a place."""
        return self.network.node(taker.node.position, vehicle.roads)

    def legs(self, vehicle: Carrier, node: int) -> list[Leg]:
        """Return the legs of the quickest way to a node: pieces without an exclusive road are joined."""
        way = self.network.way(vehicle.at, node, vehicle.node.speed, vehicle.roads)
        if way is None:
            raise SimulationError(
                "The vehicle has no way to where it is sent.", where=vehicle.node.path, hint="Join its roads."
            )
        legs: list[Leg] = []
        for edge in way:
            road = edge.road if self.network.roads[edge.road].exclusive else -1
            time = self.network.time((edge,), vehicle.node.speed)
            if legs and legs[-1].road == road:
                legs[-1] = Leg(road, legs[-1].time + time, edge.to)
            else:
                legs.append(Leg(road, time, edge.to))
        return legs

    def touch(self) -> None:
        """Have it choose before time goes on."""
        if not self.chosen:
            self.chosen = True
            self.sim.later.append(self)

    def start(self, now: float) -> None:
        """Note that all vehicles are idle."""
        for vehicle in self.vehicles:
            vehicle.touched()

    def free_road(self, road: int) -> None:
        """A vehicle has left an exclusive road."""
        self.taken.discard(road)
        self.touch()

    def choose(self, now: float) -> None:
        """Give free roads to who has waited longest, and parts to vehicles that have nothing to do."""
        for vehicle in sorted((v for v in self.vehicles if v.claim < inf), key=lambda v: (v.claim, v.number)):
            road = vehicle.legs[0].road
            if road not in self.taken:
                self.taken.add(road)
                vehicle.depart(now)
        self._dispatch(now)
        for vehicle in self.vehicles:
            if (
                vehicle.phase == IDLE and vehicle.at != vehicle.home_node and (vehicle.node.goes_home or vehicle.needs_charge)
            ) or (vehicle.phase == IDLE and vehicle.needs_charge):
                vehicle.go(PARKING, vehicle.home_node, now)

    def _dispatch(self, now: float) -> None:
        while True:
            idle = [v for v in self.vehicles if v.phase == IDLE and not v.needs_charge]
            pairs = self._pairs(idle, now) if idle else []
            if not pairs:
                return
            _, wish, _, vehicle = min(pairs, key=lambda p: (p[0], p[1], p[2], p[3].number))
            vehicle.job = (wish.transport, wish.place, wish.number)
            giver = self.sim.places[wish.place]
            vehicle.home = self.sim.places[wish.transport]
            vehicle.go(FETCHING, self.pickup(vehicle, giver), now)

    def _pairs(self, idle: list[Carrier], now: float) -> list[tuple[float, Wish, float, Carrier]]:
        """Return (rank of the wish, wish, time to get there in s, vehicle) of all that could be done."""
        pairs = []
        for place, vehicles in self._of.items():
            able = [v for v in vehicles if v in idle]
            transport: Any = self.sim.places[place]
            for wish in self._wishes(transport, now) if able else ():
                for vehicle in able:
                    way = self.network.way(
                        vehicle.at, self.pickup(vehicle, self.sim.places[wish.place]), vehicle.node.speed, vehicle.roads
                    )
                    if way is not None:
                        time = self.network.time(way, vehicle.node.speed)
                        first = time if transport.node.dispatch == "nearest" else wish.since
                        pairs.append((first, wish, time, vehicle))
        return pairs

    def _wishes(self, transport: TransportPlace, now: float) -> list[Wish]:
        """Return the first part of every place that gives, that no vehicle is on its way to (a store counts as one)."""
        together: dict[tuple[int, int, int], list[Giver]] = {}
        for giver in transport.waiters:
            together.setdefault((transport.index, giver.home.index, giver.number), []).append(giver)
        wishes = []
        for key, givers in together.items():
            promised = sum(v.node.capacity for v in self.vehicles if v.job == key and v.phase == FETCHING)
            if sum(g.available(now) for g in givers) > promised:
                wishes.append(Wish(_since(givers, promised), *key))
        return wishes

    def loaded(self, vehicle: Carrier, now: float) -> None:
        """A vehicle has its load: bring it."""
        target = next((t for t in vehicle.targets if t.wants()), vehicle.targets[0])
        vehicle.go(BRINGING, self.drop(vehicle, target), now)
        vehicle.targets = (target,)

    def state(self) -> Any:
        """Return plain data for `load`."""
        return tuple(sorted(self.taken)), tuple(v.state() for v in self.vehicles)

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        taken, vehicles = state
        self.taken = set(taken)
        for vehicle, data in zip(self.vehicles, vehicles):
            vehicle.load_state(data)


def _since(givers: list[Giver], promised: int) -> float:
    """Return since when the part behind those promised has waited, s."""
    giver = givers[0]
    if isinstance(giver, Lane) and giver.home.discipline.fixed:
        return sorted(e for g in givers if isinstance(g, Lane) for e in g.entries)[promised][3]
    if isinstance(giver, BufferOffer) and giver.home.timed and not giver.home.last:
        return giver.home.since[promised]
    return min(g.waiting() for g in givers)
