# SPDX-License-Identifier: Apache-2.0
"""A station with any of: set-up, batches, assembly, workers, shifts, upkeep, rework, times per product, plans, cards."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from ..event import State, value
from ..plant import Change, Station
from .exit import Exit
from .failure import Mode
from .load import Kit, One, Several
from .machine import SETUP, Machine
from .place import Place, first_free
from .server import DONE, WORKING
from .times import Times
from .upkeep import Condition, Plan

if TYPE_CHECKING:
    from .cards import Loop
    from .crew import Crew
    from .roster import Roster


class WorkPlace(Place):
    """Servers that take what they need when they are settled (so it is never "full", but choosy).

    Attributes:
        servers: By number.
        done: Servers that finished at this instant.
        closing: Whether the end of the shift was near when it chose last.
        chosen: True while registered to choose at this instant.
        crews: Pools the workers come from.
        begins, ends: Card loops that begin or end here.
        roster: Calendar it follows; None: always on.
        load: What a start takes.
    """

    __slots__ = ("begins", "chosen", "closing", "crews", "done", "ends", "load_rule", "roster", "servers", "times")

    node: Station

    def __init__(self, sim: Any, node: Station, index: int) -> None:
        super().__init__(sim, node, index)
        self.full = self.choosy = True
        self.crews: tuple[Crew, ...] = tuple(sim.crews[p] for p in node.workers.pools)
        self.roster: Roster | None = sim.rosters[node.shift.calendar] if node.shift.calendar else None
        self.servers = [
            Machine(
                self,
                number,
                [Mode(sim, node.path, number, f) for f in node.failures],
                [Plan(sim, node.path, number, m) for m in node.maintenance],
                None if node.wear is None else Condition(sim, node.path, number, node.wear),
            )
            for number in range(node.servers)
        ]
        if self.roster is not None:
            self.roster.followers += self.servers
        self.done: list[Machine] = []
        self.chosen = self.closing = False
        self.begins: tuple[Loop, ...] = ()
        self.ends: tuple[Loop, ...] = ()
        self.load_rule: One = (
            Kit(self, node.assembly)
            if node.assembly is not None
            else Several(self, node.batch)
            if node.batch.maximum > 1
            else One(self)
        )
        self.times = Times(sim, node)

    def start(self, now: float) -> None:
        """Start the clocks."""
        for machine in self.servers:
            machine.start(now)

    # ---- what a machine asks
    def product(self, machine: Machine) -> int:
        """Return the product of the main part; -1: none."""
        return self.sim.items[machine.parts[0]].product

    def demand(self, phase: int) -> int:
        """Return how many workers an activity needs."""
        return self.node.setup.workers if phase == SETUP else self.node.workers.count

    def setup_time(self, machine: Machine) -> float | None:
        """Return the time of the set-up that the parts of the machine need, s; None: none."""
        setup = self.node.setup
        if setup.time is None and not setup.changes:
            return None
        before, after = machine.product, self.product(machine)
        if before == after or (before is None and not setup.first):
            return None
        for i, change in enumerate(setup.changes):
            if self._fits(change, before, after):
                return self.times.setup(change.time, str(i))
        return None if setup.time is None else self.times.setup(setup.time, "")

    def _fits(self, change: Change, before: int | None, after: int) -> bool:
        paths = [p.path for p in self.sim.plant.products]
        old = paths[before] if before is not None and before >= 0 else ""
        new = paths[after] if after >= 0 else ""
        return (not change.before or old in change.before) and (not change.after or new in change.after)

    def work_time(self, machine: Machine) -> float:
        """Return the processing time of the parts, s: that of the step of the plan, of the product, or of the station."""
        items = self.sim.items
        return self.times.stream(items, items[machine.parts[0]], machine.steps[0]).draw()

    def finished(self, machine: Machine, now: float) -> None:
        """The parts of a machine are done: say what comes out of them."""
        items = self.sim.items
        if items.kept:
            for part, step in zip(machine.parts, machine.steps):
                if step >= 0:
                    items[part].done |= 1 << step
        machine.exits = [Exit(machine, part) for part in self._outcome(machine.parts, now)]
        self.done.append(machine)
        self.touch()

    def scrapped(self, machine: Machine, now: float) -> None:
        """The parts of a machine are scrap."""
        scrap = (self.sim.places[self.sim.scrap],)
        machine.exits = [Exit(machine, part, scrap) for part in machine.parts]
        self.done.append(machine)
        self.touch()

    def _outcome(self, parts: list[int], now: float) -> list[int]:
        node, sim = self.node, self.sim
        items = sim.items
        if node.assembly is not None:
            for part in parts[1:]:
                if self.moves is not None:
                    self.moves((now, self.index, sim.consumed, part))
                items.drop(part, now)
            self._become(parts[0])
            return parts[:1]
        if node.disassembly is None:
            return parts
        return [out for part in parts for out in self._apart(part, now)]

    def _become(self, number: int) -> None:
        """The main part is the assembly's product from now on; where its plan begins with this assembly, that step is done."""
        assert self.node.assembly is not None
        items = self.sim.items
        product = items.index(self.node.assembly.product)
        if product >= 0 and items[number].product != product:
            items.become(number, product)
            step = items.step_at(items[number], self.node.path)
            if step >= 0:
                items[number].done |= 1 << step

    def _apart(self, part: int, now: float) -> list[int]:
        """Take a part apart: it becomes the first of what comes out, the others are new."""
        assert self.node.disassembly is not None
        sim = self.sim
        items = sim.items
        old = items[part]
        product, order = old.product, old.order
        kinds = [items.index(path) if path else product for path, n in self.node.disassembly.outputs for _ in range(n)]
        out = [part]
        items.become(part, kinds[0])
        for kind in kinds[1:]:
            number = items.make(kind, order)
            if self.moves is not None:
                self.moves((now, sim.made, self.index, number))
            out.append(number)
        return out

    def note_wear(self, machine: Machine, now: float) -> None:
        """Write the wear of a machine to the log."""
        log = self.sim.log
        if log is not None and machine.condition is not None:
            name = f"wear{machine.number}" if len(self.servers) > 1 else "wear"
            log.append(value(now, self.node.path, name, machine.condition.level))

    # ---- moving
    def settle(self, now: float) -> None:
        """Hand over what was finished at this instant; what to start is chosen when all have done so."""
        if self.done:
            self.done.sort(key=_number)
            for machine in self.done:
                for out in tuple(machine.exits):
                    self._hand_over(out, now)
            self.done.clear()
        if not self.chosen:
            self.chosen = True
            self.sim.later.append(self)

    def choose(self, now: float) -> None:
        """Start what can start."""
        for machine in self.servers:
            if machine.idle:
                self._begin(machine, now)
        if self.node.preemptive and self.waiters:
            self._preempt(now)
        self.closing = self._ends_soon(now)
        if self.shared:
            self.pass_on()

    def _hand_over(self, out: Exit, now: float) -> None:
        if not out.targets:
            out.targets = self.router.route(out.part)
        if not out.machine.up and not self.node.release_when_down and out.targets[0].index != self.sim.scrap:
            out.since = now
            return
        target = first_free(out.targets)
        if target is None:
            out.offer(out.targets, now)
            out.machine.touched()
            return
        if self.moves is not None:
            self.moves((now, self.index, target.index, out.part))
        out.gone(now)
        target.take(out.part, now)

    def resume_exits(self, machine: Machine) -> None:
        """A server is up again: its finished parts may leave."""
        if not self.node.release_when_down:
            for out in machine.exits:
                if out.targets and not out.offered:
                    out.offer(out.targets, out.since)

    def sent(self, part: int, now: float) -> None:
        """A part has left."""
        for loop in self.ends:
            self.sim.items.take_card(part, loop, now)

    def _begin(self, machine: Machine, now: float) -> None:
        """Let an idle server take what it needs, when it is there."""
        if self._ends_soon(now):
            return
        if machine.paused and not self._more_urgent(machine, now):
            machine.take_up(now)
        elif self.cards() >= 1 and (parts := self.load_rule.parts(now)):
            self._load(machine, parts, now)

    def _load(self, machine: Machine, parts: list[int], now: float) -> None:
        """Give the parts their cards and the server its parts."""
        for loop in self.begins:
            for part in parts if self.node.assembly is None else parts[:1]:
                loop.take()
                self.sim.items.give_card(part, loop)
        machine.load(parts, now)

    def _ends_soon(self, now: float) -> bool:
        """Whether the shift is so near its end that nothing is started."""
        limit = self.node.shift.no_start_within
        return limit > 0 and self.roster is not None and self.roster.left(now) < limit

    def cards(self) -> float:
        """Return how many parts may be begun; infinite without a card loop."""
        if not all(loop.allows(self) for loop in self.begins):
            return 0
        return min((loop.free for loop in self.begins), default=inf)

    def claim(self) -> tuple[float, int] | None:
        """Return since when a part waits that an idle server could begin, s; which one does not matter."""
        if not (self.waiters and any(m.idle for m in self.servers)):
            return None
        return min(g.waiting() for g in self.waiters), 0

    def wants(self) -> bool:
        """Return whether a part would be taken now."""
        if self.closing or not self.load_rule.is_single or self.cards() < 1:
            return False
        return any(m.idle and not m.paused for m in self.servers)

    def urgency(self, number: int) -> int:
        """Return the priority of a part; lower is more urgent."""
        return self.sim.items[number].priority

    def _more_urgent(self, machine: Machine, now: float) -> bool:
        """Whether a part that waits is more urgent than the one put aside last."""
        aside = self.urgency(machine.paused[-1][0][0])
        return any(self.urgency(g.peek(now)) < aside for g in self.waiters)

    def _preempt(self, now: float) -> None:
        """Let parts that wait push less urgent ones aside, the least urgent first."""
        while self.cards() >= 1 and not self._ends_soon(now) and (giver := self.load_rule.first(now)) is not None:
            able = [m for m in self.servers if m.on_duty and m.phase in (SETUP, WORKING)]
            machine = max(able, key=lambda m: (self.urgency(m.parts[0]), -m.number), default=None)
            if machine is None or self.urgency(machine.parts[0]) <= self.urgency(giver.peek(now)):
                return
            machine.push_aside(now)
            if machine.phase == DONE:
                return
            self._load(machine, [self.draw_from(giver, now)], now)

    # ---- looking
    def level(self) -> int:
        """Return how many parts are here."""
        inside = sum(len(m.exits) if m.phase == DONE else len(m.parts) for m in self.servers)
        aside = sum(len(p[0]) for m in self.servers for p in m.paused)
        return inside + aside + self.load_rule.holds()

    def states(self) -> tuple[State, ...]:
        """Return the state of each server."""
        return tuple(m.now_state for m in self.servers)

    def state(self) -> Any:
        """Return plain data for `load`."""
        return tuple(m.state() for m in self.servers), self.times.state(), self.load_rule.state(), self.router.state()

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        servers, times, kept, router = state
        for machine, data in zip(self.servers, servers):
            machine.load_state(data)
        self.times.load(times)
        self.load_rule.load(kept)
        self.router.load(router)


def _number(machine: Machine) -> int:
    return machine.number
