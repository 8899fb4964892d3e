# SPDX-License-Identifier: Apache-2.0
"""One vehicle of a fleet: fetches parts, brings them, waits for room and for roads, parks and charges."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from ..event import State, value
from ..plant import Vehicle
from .agenda import Alarm
from .place import Offer

if TYPE_CHECKING:
    from .fleet import Fleet
    from .place import Place
    from .transport import TransportPlace

IDLE, FETCHING, LOADING, BRINGING, UNLOADING, GIVING, PARKING, CHARGING = range(8)


class Leg(NamedTuple):
    """A piece of a trip without a stop.

    Attributes:
        road: Index of an exclusive road; -1: others, which need no permission.
        time: s.
        to: Node at its end.
    """

    road: int
    time: float
    to: int


class Carrier(Offer):
    """A vehicle at work.

    Attributes:
        phase: IDLE, FETCHING, LOADING, BRINGING, UNLOADING, GIVING (waits for room), PARKING or CHARGING.
        at: Node it stands at, or left last.
        legs: Of the trip that are left, the present one first.
        road: Index of the exclusive road it is on; -1: none.
        claim: Since when it waits for the road of its next leg, s; infinite while it does not.
        job: (index of the transport, index of the place that gives, number of the giver there); None without one.
        parts: Parts it carries.
        targets: Where they may go.
        driven: Travelling time since it was charged, s.
    """

    row = 0  # a vehicle is the only server of its place in the log
    __slots__ = (
        "at",
        "claim",
        "clock",
        "driven",
        "fleet",
        "home_node",
        "job",
        "legs",
        "logged",
        "node",
        "parts",
        "phase",
        "place",
        "road",
        "roads",
        "targets",
    )

    def __init__(self, fleet: Fleet, node: Vehicle, number: int) -> None:
        super().__init__(fleet, number)  # type: ignore[arg-type]
        self.fleet, self.node = fleet, node
        self.roads = frozenset(i for i, r in enumerate(fleet.network.roads) if r.path in node.roads)
        self.home_node = self.at = fleet.network.node(fleet.home(node), self.roads)
        self.phase, self.road, self.claim, self.driven = IDLE, -1, inf, 0.0
        self.legs: list[Leg] = []
        self.job: tuple[int, int, int] | None = None
        self.parts: list[int] = []
        self.targets: tuple[Place, ...] = ()
        self.place = -1
        self.logged = State.UNKNOWN
        self.clock = Alarm(fleet.sim.env, self._ring)

    @property
    def now_state(self) -> State:
        """The state as others see it."""
        if self.phase == IDLE:
            return State.IDLE
        if self.phase == CHARGING:
            return State.MAINTENANCE
        if self.phase == GIVING:
            return State.BLOCKED
        return State.WAITING if self.claim < inf else State.BUSY

    def rings_at(self, now: float) -> bool:
        """Whether something ends here at this instant."""
        return self.clock.time == now and self.job is not None

    # ---- travelling
    def go(self, phase: int, node: int, now: float) -> None:
        """Set out for a node."""
        self.phase = phase
        self.legs = self.fleet.legs(self, node)
        self.touched()
        self._next_leg(now)

    def _next_leg(self, now: float) -> None:
        if not self.legs:
            self._leave_road()
            self._arrived(now)
            return
        leg = self.legs[0]
        if leg.road != self.road:
            self._leave_road()
        if leg.road >= 0 and leg.road != self.road:
            self.claim = now
            self.fleet.touch()
            self.touched()
            return
        self.depart(now)

    def _leave_road(self) -> None:
        if self.road >= 0:
            self.fleet.free_road(self.road)
            self.road = -1

    def depart(self, now: float) -> None:
        """Begin the next leg; its road is this vehicle's."""
        leg = self.legs[0]
        self.claim, self.road = inf, leg.road
        self._log(now, "depart", self.at)
        self.touched()
        self.clock.arm(now + leg.time)

    def _ring(self, now: float) -> None:
        self.clock.time = None
        if self.phase == LOADING:
            self.fleet.loaded(self, now)
        elif self.phase == UNLOADING:
            self.phase = GIVING
            self.transport.ready(self, now)
            self.touched()
        elif self.phase == CHARGING:
            self.driven = 0.0
            self.rest(now)
        else:
            leg = self.legs.pop(0)
            self.at = leg.to
            self.driven += leg.time
            self._log(now, "arrive", self.at)
            self._next_leg(now)

    def _arrived(self, now: float) -> None:
        if self.phase == FETCHING:
            self.transport.ready(self, now)
        elif self.phase == BRINGING:
            self.phase = UNLOADING
            self.clock.arm(now + self.node.unload_time)
        elif self.needs_charge:
            self.phase = CHARGING
            self.touched()
            self.clock.arm(now + self.node.charge_time * min(1.0, self.driven / self.node.battery_time))
        else:
            self.rest(now)

    @property
    def transport(self) -> TransportPlace:
        """The transport it works for."""
        assert self.job is not None
        place: Any = self.fleet.sim.places[self.job[0]]
        return place  # type: ignore[no-any-return]

    @property
    def needs_charge(self) -> bool:
        """Whether its battery is low."""
        full = self.node.battery_time
        return full > 0 and 1 - self.driven / full < self.node.charge_below

    def rest(self, now: float) -> None:
        """It has nothing to do."""
        self.phase, self.job, self.targets = IDLE, None, ()
        self.touched()
        self.fleet.touch()

    def load(self, parts: list[int], targets: tuple[Place, ...], now: float) -> None:
        """Load parts."""
        self.parts, self.targets = parts, targets
        for part in parts:
            self._log(now, "load", part)
        self.phase = LOADING
        self.clock.arm(now + self.node.load_time)

    # ---- giving
    def peek(self, now: float) -> int:
        """Return the part it gives next."""
        return self.parts[0]

    def available(self, now: float) -> float:
        """Return how many parts it has to give."""
        return len(self.parts)

    def give(self, now: float) -> int:
        """Hand over a part; the last one frees the vehicle."""
        part = self.parts.pop(0)
        if not self.parts:
            self.withdraw()
            self.rest(now)
        return part

    def touched(self) -> None:
        """Have its state noted at the end of this instant."""
        touched: list[Any] = self.fleet.sim.touched
        touched.append(self)

    def _log(self, now: float, name: str, number: int) -> None:
        if self.fleet.sim.log is not None:
            self.fleet.sim.log.append(value(now, self.node.path, name, number))

    def state(self) -> Any:
        """Return plain data for `load_state`."""
        return (
            (self.phase, self.at, self.road, self.claim, self.driven, self.job, int(self.logged)),
            tuple(tuple(leg) for leg in self.legs),
            tuple(self.parts),
            tuple(p.index for p in self.targets),
            self.clock.time,
            self.offer_state(),
        )

    def load_state(self, state: Any) -> None:
        """Take over what `state` returned."""
        flags, legs, parts, targets, clock, offer = state
        self.phase, self.at, self.road, self.claim, self.driven, self.job, logged = flags
        self.legs = [Leg(*leg) for leg in legs]
        self.parts, self.logged = list(parts), State(logged)
        self.targets = tuple(self.fleet.sim.places[i] for i in targets)
        if clock is not None:
            self.clock.arm(clock)
        if self.job is not None:
            self.home = self.transport
        self.load_offer(offer)
