# SPDX-License-Identifier: Apache-2.0
"""One server of a workplace: set-up, workers, shifts, batches, failures of every kind, maintenance and wear.

An activity (set-up or processing) has `left` seconds to go. `_go` starts it when all it needs is there, `_halt` stops it and
keeps what is left; all that may interrupt - failure, end of a shift, a worker who leaves, a more urgent part - is these two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..event import State
from .agenda import Alarm
from .crew import REPAIR, WORK, Crew
from .exit import Exit
from .failure import Mode
from .server import DONE, IDLE, WORKING
from .upkeep import Condition, Plan

if TYPE_CHECKING:
    from .workplace import WorkPlace

SETUP = 4
_STATES = {IDLE: State.STARVED, WORKING: State.BUSY, DONE: State.BLOCKED, SETUP: State.SETUP}
Cause = Mode | Plan | Condition
Paused = tuple[tuple[int, ...], tuple[int, ...], int, float, float]  # parts, steps, phase, left, whole


class Machine:
    """A server.

    Attributes:
        phase: IDLE, SETUP, WORKING or DONE (holds finished parts).
        up: False during a repair or maintenance.
        on: False outside its shifts.
        parts: Numbers of the parts in work, the main part first.
        steps: Which step of its plan each part is in; -1: none.
        left: What is left of the activity, s: as of when it was last started.
        whole: Length of the activity, s.
        product: Product it is set up for; None before the first part.
        members: Workers who help, of `crew`.
        exits: Finished parts that have not left.
        paused: Parts that more urgent ones have pushed aside, the last on top.
        pending: Maintenance that is due as soon as the part in work is finished.
        logged: State last written to the log.
    """

    __slots__ = (
        "_alarm",
        "_asked",
        "_ending",
        "_failing",
        "_kept",
        "_repair",
        "_since",
        "_stretch",
        "cause",
        "condition",
        "crew",
        "duration",
        "exits",
        "home",
        "left",
        "logged",
        "members",
        "menders",
        "modes",
        "number",
        "on",
        "parts",
        "paused",
        "pending",
        "phase",
        "planned",
        "plans",
        "product",
        "steps",
        "up",
        "wearing",
        "whole",
    )

    def __init__(self, home: WorkPlace, number: int, modes: list[Mode], plans: list[Plan], condition: Condition | None) -> None:
        self.home, self.number = home, number
        self.modes, self.plans, self.condition = modes, plans, condition
        self.wearing = [m for m in modes if m.operating]
        self.phase, self.up, self.on = IDLE, True, True
        self.parts: list[int] = []
        self.steps: list[int] = []
        self.left = self.whole = self._since = self._stretch = self.duration = 0.0
        self._failing: Mode | Plan | None = None
        self._kept: tuple[float, float] | None = None  # left and whole of a part that was put aside and is set up for again
        self._ending = self._asked = self.planned = False
        self.product: int | None = None
        self.crew: Crew | None = None
        self.members: tuple[int, ...] = ()
        self.menders: tuple[int, ...] = ()
        self.cause: Cause | None = None
        self.exits: list[Exit] = []
        self.paused: list[Paused] = []
        self.pending: list[Cause] = []
        self.logged = State.UNKNOWN
        env = home.sim.env
        self._alarm, self._repair = Alarm(env, self._ring), Alarm(env, self._repaired)
        for mode in modes:
            mode.connect(env, self._fail)
        for plan in plans:
            plan.connect(env, self._due)

    @property
    def place(self) -> int:
        """Index of its place."""
        return self.home.index

    @property
    def row(self) -> int:
        """Its number, as the log has it."""
        return self.number

    @property
    def now_state(self) -> State:
        """The state as others see it."""
        if not self.up:
            waits = isinstance(self.cause, Mode) and not self.cause.failure.wait_is_down and self._repair.time is None
            return State.WAITING if waits else State.MAINTENANCE if self.planned else State.DOWN
        if not self.on:
            return State.OFF
        if self.phase in (SETUP, WORKING) and self._alarm.time is None:
            return State.WAITING
        return _STATES[self.phase]

    @property
    def on_duty(self) -> bool:
        """Whether it may begin something: up, on shift and not in overtime."""
        return self.up and self.on and not self._ending

    @property
    def idle(self) -> bool:
        """Whether it could take parts."""
        return self.phase == IDLE and self.on_duty

    def rings_at(self, now: float) -> bool:
        """Whether something ends here at this instant."""
        return now in (self._alarm.time, self._repair.time)

    def start(self, now: float) -> None:
        """Start the clocks."""
        self.touched()
        self._run_clocks(now)
        for plan in self.plans:
            plan.start(now)

    def touched(self) -> None:
        """Have its state noted at the end of this instant."""
        self.home.sim.touched.append(self)

    # ---- working
    def load(self, parts: list[int], now: float) -> None:
        """Begin with parts: set up first, where that is needed."""
        home = self.home
        items = home.sim.items
        self.parts = parts
        self.steps = [items.step_at(items[p], home.node.path) for p in parts] if items.kept else [-1] * len(parts)
        setup = home.setup_time(self)
        if setup is None:
            self._work(now)
        else:
            self._begin(SETUP, setup, now)

    def _work(self, now: float) -> None:
        self.product = self.home.product(self)
        if self._kept is None:
            self._begin(WORKING, self.home.work_time(self), now)
            return
        (left, whole), self._kept = self._kept, None
        self._begin(WORKING, left, now)
        self.whole = whole

    def _begin(self, phase: int, length: float, now: float) -> None:
        self.phase, self.left, self.whole = phase, length, length
        self._go(now)

    def _go(self, now: float) -> None:
        """Start or go on with the activity, when all it needs is there; ask for workers that are missing."""
        self.touched()
        if not (self.up and self.on) or self._alarm.time is not None:
            return
        need = self.home.demand(self.phase)
        if len(self.members) != need:
            self._release(now)
            if need:
                self._ask(need, now)
                return
        stretch, self._failing = self.left, None
        if self.phase == WORKING:
            for cause in self._clocks():
                if cause.left < stretch:
                    stretch, self._failing = cause.left, cause
        self._since, self._stretch = now, stretch
        self._alarm.arm(now + stretch)

    def _clocks(self) -> Iterable[Mode | Plan]:
        """Yield what can end a stretch of work: operating clocks of failures, and of plans that interrupt."""
        yield from self.wearing
        yield from (p for p in self.plans if p.node.interrupts and p.node.clock == "operating" and p.left > 0)

    def _worked(self, time: float) -> None:
        """Let the operating clocks have run for `time` s."""
        for mode in self.wearing:
            mode.left -= time
        for plan in self.plans:
            if plan.spend(work=time) and plan is not self._failing:
                self.pending.append(plan)

    def _ring(self, now: float) -> None:
        """The stretch is over: the activity ends, or a clock has run out."""
        self._alarm.time = None
        if self.phase == WORKING:
            self._worked(self._stretch)
        cause, self._failing = self._failing, None
        if cause is None:
            self._ended(now)
            return
        self.left -= self._stretch
        self._stop(now, cause)

    def _halt(self, now: float) -> None:
        """Stop the activity and keep what is left; what ends at this very instant has ended."""
        if self._alarm.time is None:
            return
        ends = self._alarm.time <= now and self._failing is None
        self._alarm = self._alarm.disarm()
        worked = self._stretch if ends else now - self._since
        if self.phase == WORKING:
            self._worked(worked)
        self._failing = None
        if ends:
            self._ended(now)
            self._halt(now)  # what came next has begun at this instant
        else:
            self.left -= worked

    def _ended(self, now: float) -> None:
        if self.phase == SETUP:
            self._work(now)
            return
        self._release(now)
        self.phase = DONE
        count = len(self.parts)
        for plan in self.plans:
            if plan.spend(parts=count):
                self.pending.append(plan)
        self.home.finished(self, now)
        if self.condition is not None:
            self.condition.add(count)
            self.home.note_wear(self, now)
            if self.condition.failed or self.condition.due:
                self.pending.insert(0, self.condition)
        self._end_overtime(now)
        self.touched()
        self._mend(now)

    def _end_overtime(self, now: float) -> None:
        """The part that was to be finished after the shift is finished, or gone."""
        if self._ending:
            self._ending, self.on = False, False
            self._pause_planned(now)

    def _mend(self, now: float) -> None:
        """Begin maintenance that is due: when nothing is in work, or when it may interrupt."""
        if self.up and self._alarm.time is None:
            able = [c for c in self.pending if self.phase in (IDLE, DONE) or (isinstance(c, Plan) and c.node.interrupts)]
            if able:
                self.pending.remove(able[0])
                self._stop(now, able[0])

    def emptied(self, now: float) -> None:
        """The last finished part has left."""
        self.parts, self.steps = [], []
        self.phase = IDLE
        self.home.touch()
        self.touched()

    # ---- workers
    def _ask(self, need: int, now: float) -> None:
        if not self._asked:
            self._asked = True
            for crew in self.home.crews:
                if crew.pool.size >= need:  # a smaller one would never send that many, and keep others waiting
                    crew.request(self, now, task=WORK, count=need)

    def _unask(self) -> None:
        if self._asked:
            self._asked = False
            for crew in self.home.crews:
                crew.cancel(self, WORK)

    def helped(self, crew: Crew, task: int, members: tuple[int, ...], now: float) -> None:
        """Workers have come."""
        if task == REPAIR:
            self.menders = members
            self._repair.arm(now + self.duration)
            self.touched()
            return
        self._unask()
        self.crew, self.members = crew, members
        self._go(now)

    def left_alone(self, task: int, now: float) -> None:
        """The workers' shift is over; wait for the next who come."""
        if task == REPAIR:
            assert self.cause is not None and self.cause.crew is not None
            if self._repair.time is None or self._repair.time <= now:
                return
            self.duration = self._repair.time - now
            self._repair = self._repair.disarm()
            self.cause.crew.release(self.menders, now)
            self.menders = ()
            self.cause.crew.request(self, now)
            self.touched()
            return
        self._halt(now)
        if self.members:
            self._release(now)
            self._go(now)

    def _release(self, now: float) -> None:
        """Send the workers away."""
        if self.members and self.crew is not None:
            self.crew.release(self.members, now)
        self.crew, self.members = None, ()

    # ---- shifts
    def shift(self, now: float, *, on: bool) -> None:
        """A shift begins or ends."""
        if on:
            self._ending, self.on = False, True
            self._run_clocks(now)
            self._wake(now)
        elif self.home.node.shift.finish and self._alarm.time is not None:
            self._ending = True
        else:
            self._halt(now)
            self._rest(now)
            self.on = False
            self._pause_planned(now)
        self.touched()

    def _pause_planned(self, now: float) -> None:
        for mode in self.modes:
            if mode.failure.clock == "planned":
                mode.pause(now)

    def _rest(self, now: float) -> None:
        """Nothing goes on for a while: nobody helps, nobody is asked."""
        self._unask()
        self._release(now)

    def _wake(self, now: float) -> None:
        """Go on after a stop."""
        if self.phase in (SETUP, WORKING):
            self._go(now)
        self.home.touch()

    def _run_clocks(self, now: float) -> None:
        for mode in self.modes:
            if self.up and (self.on or mode.failure.clock == "calendar"):
                mode.resume(now)

    # ---- failures
    def fail(self, now: float, duration: float) -> None:
        """Go down for `duration` s for a reason of the caller's; no effect while down."""
        if self.up:
            self._halt(now)
            if self.up:
                self.duration = duration
                self._down(now, None)

    def _fail(self, mode: Mode, now: float) -> None:
        """A calendar clock has run out."""
        self._halt(now)
        if self.up:  # else maintenance has begun at this instant, and the clock, paused at zero, rings after it
            self._stop(now, mode)

    def _due(self, plan: Plan, now: float) -> None:
        """A maintenance plan of the calendar is due."""
        if plan.node.interrupts and self.up:
            self._halt(now)
        if plan.node.interrupts and self.up:
            self._stop(now, plan)
        else:
            self.pending.append(plan)
            self._mend(now)

    def _stop(self, now: float, cause: Cause) -> None:
        """Go down for a repair or maintenance."""
        if isinstance(cause, Mode):
            self.planned, self.duration = False, cause.repair_time()
        else:
            self.planned = isinstance(cause, Plan) or not cause.failed
            self.duration = cause.time()
        self._down(now, cause)
        if isinstance(cause, Mode) and self.phase == WORKING:
            if cause.failure.on_failure == "restart":
                self.left = self.whole
            elif cause.failure.on_failure == "scrap":
                self.phase = DONE
                self.home.scrapped(self, now)
                self._end_overtime(now)

    def _down(self, now: float, cause: Cause | None) -> None:
        self._rest(now)
        for mode in self.modes:
            mode.pause(now)
        self.up, self.cause = False, cause
        if cause is None:
            self.planned = False
        if not self.home.node.release_when_down:
            for out in self.exits:
                out.withdraw()
        self.touched()
        if cause is None or cause.crew is None:
            self._repair.arm(now + self.duration)
        else:
            cause.crew.request(self, now)

    def _repaired(self, now: float) -> None:
        self._repair.time = None
        self.up, cause, self.cause = True, self.cause, None
        if cause is not None:
            if cause.crew is not None:
                cause.crew.release(self.menders, now)
                self.menders = ()
            self._renew(cause, now)
        self._run_clocks(now)
        self.home.resume_exits(self)
        self._mend(now)
        if self.up:
            self._wake(now)
        self.touched()

    def _renew(self, cause: Cause, now: float) -> None:
        """Draw when it happens next, and restart the clocks of the group that goes with it."""
        if isinstance(cause, Mode):
            cause.renew()
            group = cause.failure.group if cause.failure.renews_group else None
        else:
            cause.renew(now)
            group = (cause.node.renews or None) if isinstance(cause, Plan) else None
        for mode in self.modes:
            if group is not None and mode is not cause and mode.failure.group == group:
                mode.renew()

    # ---- preemption
    def push_aside(self, now: float) -> None:
        """Put the part in work aside for a more urgent one."""
        self._halt(now)
        if self.phase not in (SETUP, WORKING):
            return
        self._rest(now)
        self.paused.append((tuple(self.parts), tuple(self.steps), self.phase, self.left, self.whole))
        self.parts, self.steps, self.phase = [], [], IDLE

    def take_up(self, now: float) -> None:
        """Go on with the part put aside last; what was set up for it is set up again where need be."""
        parts, steps, phase, left, whole = self.paused.pop()
        self.parts, self.steps = list(parts), list(steps)
        if phase == WORKING:
            self._kept = left, whole
        setup = self.home.setup_time(self)
        if setup is None:
            self._work(now)
        else:
            self._begin(SETUP, setup, now)

    # ---- snapshot
    @staticmethod
    def _clock_of(known: list[Cause], index: int) -> Mode | Plan | None:
        clock = known[index] if index >= 0 else None
        return None if isinstance(clock, Condition) else clock

    def _causes(self) -> list[Cause]:
        return [*self.modes, *self.plans, *([self.condition] if self.condition else [])]

    def state(self) -> Any:
        """Return plain data for `load_state`."""
        causes = self._causes()
        places = {id(c): i for i, c in enumerate(causes)}
        return (
            (self.phase, self.up, self.on, self._ending, self._asked, self.planned),
            (tuple(self.parts), tuple(self.steps), self.product, tuple(self.paused)),
            (self.left, self.whole, self._since, self._stretch, self.duration),
            (self._alarm.time, self._repair.time),
            self._kept,
            self.crew.pool.path if self.crew else "",
            (self.members, self.menders),
            (places.get(id(self.cause), -1), places.get(id(self._failing), -1), tuple(places[id(c)] for c in self.pending)),
            tuple(c.state() for c in causes),
            tuple(out.state() for out in self.exits),
            int(self.logged),
        )

    def load_state(self, state: Any) -> None:
        """Take over what `state` returned."""
        flags, work, times, alarms, self._kept, crew, people, causes, clocks, exits, logged = state
        self.phase, self.up, self.on, self._ending, self._asked, self.planned = flags
        parts, steps, self.product, paused = work
        self.parts, self.steps, self.paused = list(parts), list(steps), list(paused)
        self.left, self.whole, self._since, self._stretch, self.duration = times
        for alarm, time in zip((self._alarm, self._repair), alarms):
            if time is not None:
                alarm.arm(time)
        self.crew = self.home.sim.crews[crew] if crew else None
        self.members, self.menders = people
        known = self._causes()
        self.cause = known[causes[0]] if causes[0] >= 0 else None
        self._failing = self._clock_of(known, causes[1])
        self.pending = [known[i] for i in causes[2]]
        for clock, data in zip(known, clocks):
            clock.load(data)
        self.exits = [Exit.from_state(self, data) for data in exits]
        self.logged = State(logged)
