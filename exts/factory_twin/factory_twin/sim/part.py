# SPDX-License-Identifier: Apache-2.0
"""What is known of each part in the plant: product, order, steps done, cards. Only kept where something asks for it."""

from __future__ import annotations

import math
from math import inf
from typing import TYPE_CHECKING, Any

from ..plant import Order, Plant, Station, Step

if TYPE_CHECKING:
    from .cards import Loop
    from .job import Job
    from .simulation import Simulation

NONE = -1


class Part:
    """A part in the plant.

    Attributes:
        number: Of the part.
        product: Index in `Plant.products`; -1: none.
        order: Index in `Plant.orders`; -1: none.
        priority: Lower goes first.
        due: s; infinite: none.
        done: Steps of its plan that are done, one bit each.
        cards: Indices of the card loops whose card it carries.
        job: What the machine that it is on the way to does with it, where that is known (see `solo_job`).
    """

    __slots__ = ("cards", "done", "due", "job", "number", "order", "priority", "product")

    def __init__(self, number: int, product: int = NONE, order: int = NONE, priority: int = 0, due: float = inf) -> None:
        self.number, self.product, self.order, self.priority, self.due = number, product, order, priority, due
        self.done = 0
        self.cards: tuple[int, ...] = ()
        self.job: Job | None = None

    def state(self) -> tuple[Any, ...]:
        """Return plain data for `from_state`."""
        return self.number, self.product, self.order, self.priority, self.due, self.done, self.cards

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Part:
        """Return the part whose `state` this is."""
        part = cls(*state[:5])
        part.done, part.cards = state[5:]
        return part


class Parts:
    """All parts in the plant by number, and what their plans say.

    Args:
        sim: The model.
        kept: Whether parts are kept; else every part is one without product.

    Attributes:
        kept: See above.
        all: By number.
    """

    def __init__(self, sim: Simulation, *, kept: bool) -> None:
        self._sim, self.kept = sim, kept
        plant = sim.plant
        self._products = plant.products
        self._index = {p.path: i for i, p in enumerate(plant.products)}
        self.all: dict[int, Part] = {}
        self._anyone = Part(NONE)
        self._open: dict[tuple[int, int], tuple[int, ...]] = {}
        self._work: dict[tuple[int, int], float] = {}
        self._means = _means(plant)

    def __getitem__(self, number: int) -> Part:
        return self.all[number] if self.kept else self._anyone

    def __len__(self) -> int:
        return len(self.all)

    def index(self, product: str) -> int:
        """Return the index of a product; -1 for an empty path."""
        return self._index[product] if product else NONE

    def make(self, product: int = NONE, order: int = NONE) -> int:
        """Return the number of a new part."""
        sim = self._sim
        number = sim.parts
        sim.parts = number + 1
        if self.kept:
            self.all[number] = self._new(number, product, order)
            self.note(number)
        elif product >= 0 and sim.log is not None:
            sim.log.parts.rows.extend((number, product, -1, -1.0))
        return number

    def _new(self, number: int, product: int, order: int) -> Part:
        priority = self._products[product].priority if product >= 0 else 0
        if order < 0:
            return Part(number, product, priority=priority)
        wanted: Order = self._sim.plant.orders[order]
        return Part(number, product, order, wanted.priority or priority, wanted.due if wanted.due >= 0 else inf)

    def note(self, number: int) -> None:
        """Write to the log what the part is (again when its product changed: the last row counts)."""
        log, part = self._sim.log, self.all.get(number)
        if log is not None and part is not None and (part.product >= 0 or part.order >= 0):
            log.parts.rows.extend((number, part.product, part.order, -1.0 if part.due == inf else part.due))

    def become(self, number: int, product: int) -> None:
        """The part is another product from now on; its plan begins."""
        part = self[number]
        if product >= 0 and part.product != product:
            part.product, part.done, part.job = product, 0, None
            self.note(number)

    def drop(self, number: int, now: float) -> None:
        """The part has left the plant; its cards are free."""
        part = self.all.pop(number, None)
        if part is not None:
            for loop in part.cards:
                self._sim.loops[loop].put_back(now)

    def give_card(self, number: int, loop: Loop) -> None:
        """Hang a card on a part."""
        part = self[number]
        part.cards = (*part.cards, loop.index)

    def take_card(self, number: int, loop: Loop, now: float) -> None:
        """Take a card off a part, if it carries one."""
        part = self[number]
        if loop.index in part.cards:
            cards = list(part.cards)
            cards.remove(loop.index)
            part.cards = tuple(cards)
            loop.put_back(now)

    # ---- plans
    def plan(self, part: Part) -> tuple[Step, ...]:
        """Return the steps of the part's plan; empty without one."""
        return self._products[part.product].plan if part.product >= 0 else ()

    def open_steps(self, part: Part) -> tuple[int, ...]:
        """Return which steps can be done next: not done yet, and all before them are."""
        key = part.product, part.done
        if key not in self._open:
            plan = self.plan(part)
            self._open[key] = tuple(
                i for i, s in enumerate(plan) if not part.done >> i & 1 and all(part.done >> b & 1 for b in s.before)
            )
        return self._open[key]

    def step_at(self, part: Part, station: str) -> int:
        """Return the first step of the part that the station can do now; -1: none."""
        plan = self.plan(part)
        return next((i for i in self.open_steps(part) if station in plan[i].stations), NONE)

    def next_mean(self, part: Part) -> float:
        """Return the expected time of the next step, s."""
        plan, steps = self.plan(part), self.open_steps(part)
        return self._mean(plan[steps[0]], part.product) if steps else 0.0

    def remaining(self, part: Part) -> float:
        """Return the expected time of all steps that are not done, s."""
        key = part.product, part.done
        if key not in self._work:
            plan = self.plan(part)
            self._work[key] = math.fsum(self._mean(s, part.product) for i, s in enumerate(plan) if not part.done >> i & 1)
        return self._work[key]

    def steps_left(self, part: Part) -> int:
        """Return how many steps are not done."""
        return len(self.plan(part)) - part.done.bit_count()

    def mean_at(self, part: Part, station: str) -> float:
        """Return the expected time of the part at a station, s; at another place: of its next step."""
        if station not in self._means:
            return self.next_mean(part)
        step = self.step_at(part, station)
        if step >= 0:
            return self._mean(self.plan(part)[step], part.product, station)
        return self._station_mean(station, part.product)

    def _mean(self, step: Step, product: int, station: str = "") -> float:
        if step.time is not None:
            return step.time.mean
        return self._station_mean(station or (step.stations[0] if step.stations else ""), product)

    def _station_mean(self, station: str, product: int) -> float:
        times = self._means.get(station, {})
        path = self._products[product].path if product >= 0 else ""
        return times.get(path, times.get("", 0.0))

    def undo(self, part: Part, stations: frozenset[str]) -> None:
        """Rework: the first step done at one of the stations, and all after it, are to be done again."""
        plan = self.plan(part)
        first = next((i for i, s in enumerate(plan) if part.done >> i & 1 and stations & set(s.stations)), None)
        if first is not None:
            part.done &= (1 << first) - 1
            part.job = None

    # ---- snapshot
    def state(self) -> Any:
        """Return plain data for `load`."""
        return tuple(p.state() for p in self.all.values())

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        self.all.clear()  # never another dict: the hot paths hold this one
        self.all.update((s[0], Part.from_state(s)) for s in state)


def _means(plant: Plant) -> dict[str, dict[str, float]]:
    """Return station path -> product path ("" for any other) -> expected process time, s."""
    result = {}
    for station in plant.of(Station):
        if isinstance(station, Station):
            result[station.path] = {"": station.process_time.mean} | {p: t.mean for p, t in station.process_times}
    return result
