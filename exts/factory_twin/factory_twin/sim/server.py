# SPDX-License-Identifier: Apache-2.0
"""One server of a station: idle, working or done; up or down. A stretch of work ends in the finish or in a failure."""

from __future__ import annotations

from heapq import heappush
from math import inf
from typing import TYPE_CHECKING, Any

from ..event import State
from .agenda import Alarm
from .failure import Mode
from .place import Offer
from .stream import Fixed, Stream

if TYPE_CHECKING:
    from .crew import Crew
    from .station import StationPlace

IDLE, WORKING, DONE, BLOCKED = 0, 1, 2, 3
BUSY = State.BUSY
STATES = (State.STARVED, State.BUSY, State.BLOCKED, State.BLOCKED)


class Server(Offer):
    """A server.

    Attributes:
        phase: IDLE, WORKING, DONE (holds a part finished at this instant) or BLOCKED (holds a finished part).
        up: False during a repair.
        work: Work that will be left on the part at the end of the present stretch of work, s, where that ends in a failure;
            during an interruption: that is left.
        failing: Whether the present stretch ends in a failure.
        duration, member: Of a repair by a crew: how long it takes, s, and who of the crew does it.
        margin: Working time to the next failure of an operating clock, s, as of the end of the present stretch; infinite
            without one.
        logged: State last written to the log.
    """

    __slots__ = (
        "alarm",
        "cause",
        "draw",
        "duration",
        "failing",
        "logged",
        "margin",
        "member",
        "modes",
        "part",
        "phase",
        "queue",
        "repair",
        "stream",
        "touched",
        "up",
        "wearing",
        "work",
    )

    home: StationPlace

    def __init__(self, home: StationPlace, number: int, stream: Stream | Fixed, modes: list[Mode]) -> None:
        super().__init__(home, number)
        self.stream, self.draw, self.modes = stream, stream.draw, modes
        self.wearing = [m for m in modes if m.operating]
        self.phase, self.up, self.part = IDLE, True, -1
        self.work = 0.0
        self.margin = min((m.left for m in self.wearing), default=inf)
        self.failing = False
        self.duration, self.member = 0.0, -1
        self.cause: Mode | None = None
        self.logged = State.UNKNOWN
        env = home.sim.env
        self.alarm: Any = Alarm(env, self._stop)
        self.repair = Alarm(env, self._repaired)
        self.queue, self.touched = home.sim.queue, home.sim.touched
        for mode in modes:
            mode.connect(env, self._fail)

    @property
    def now_state(self) -> State:
        """The state as others see it."""
        return STATES[self.phase] if self.up else State.DOWN

    def rings_at(self, now: float) -> bool:
        """Whether something ends here at this instant."""
        return bool(self.alarm.time == now)

    def start(self, now: float) -> None:
        """Start the calendar clocks."""
        self.home.sim.touched.append(self)
        for mode in self.modes:
            mode.resume(now)

    def begin(self, part: int, now: float) -> None:
        """Start work on a new part."""
        self.part = part
        self.phase = WORKING
        if self.logged is not BUSY:
            self.touched.append(self)
        work = self.draw()
        margin = self.margin
        if margin < work:
            self.work, self.failing, work = work - margin, True, margin
        self.margin = margin - work
        alarm = self.alarm
        alarm.time = end = now + work
        heappush(self.queue, (end, 1, alarm.id, alarm))  # 1: simpy.events.NORMAL

    def _resume(self, now: float) -> None:
        """Go on with the work that is left."""
        work, margin = self.work, self.margin
        if margin < work:
            self.work, self.failing, work = work - margin, True, margin
        self.margin = margin - work
        self.alarm.arm(now + work)

    def _stop(self, now: float) -> None:
        """The stretch of work is over."""
        if self.failing:
            self.break_down(now)
        else:
            self.phase = DONE
            self.home.done.append(self)
            self.home.touch()

    def break_down(self, now: float) -> None:
        """The stretch of work ends in the failure of an operating clock."""
        mode = min(self.wearing, key=_left)
        self.failing = False
        self._down(now, mode.repair_time(), mode)

    def fail(self, now: float, duration: float) -> None:
        """Go down for `duration` s for a reason of the caller's (a user's process, a what-if); no effect while down."""
        if self.up:
            self._interrupt(now)
            self._down(now, duration, None)

    def _fail(self, mode: Mode, now: float) -> None:
        """A calendar clock has run out."""
        self._interrupt(now)
        self._down(now, mode.repair_time(), mode)

    def _down(self, now: float, duration: float, cause: Mode | None) -> None:
        if self.phase == IDLE:
            self.home.remove_free(self)
        for mode in self.modes:
            mode.pause(now)
        self.up, self.cause = False, cause
        self.home.sim.touched.append(self)
        if cause is None or cause.crew is None:
            self.repair.arm(now + duration)
        else:
            self.duration = duration
            cause.crew.request(self, now)

    def helped(self, crew: Crew, task: int, members: tuple[int, ...], now: float) -> None:
        """A member of the crew has come."""
        self.member = members[0]
        self.repair.arm(now + self.duration)

    def _interrupt(self, now: float) -> None:
        """Keep the work that is left; a part that is finished at this very instant is finished."""
        if self.phase != WORKING:
            return
        end = self.alarm.time or 0.0
        self.alarm = self.alarm.disarm()
        left = end - now
        self.margin += left
        if end <= now and not self.failing:
            self.phase = DONE
            self.home.done.append(self)
            self.home.touch()
        else:
            self.work = self.work + left if self.failing else left
        self.failing = False

    def _renew(self, cause: Mode) -> None:
        """Draw the next failure of the mode that was repaired; the other operating clocks have run as long."""
        if cause.operating:
            ran = cause.left
            for mode in self.wearing:
                mode.left -= ran
            cause.renew()
            self.margin = min(m.left for m in self.wearing)
        else:
            cause.renew()

    def _repaired(self, now: float) -> None:
        self.repair.time = None
        self.up = True
        if self.cause is not None:
            self._renew(self.cause)
            if self.cause.crew is not None:
                self.cause.crew.release((self.member,), now)
        self.cause = None
        for mode in self.modes:
            mode.resume(now)
        if self.phase == WORKING:
            self._resume(now)
        elif self.phase == IDLE:
            self.home.add_free(self)
            self.home.touch()
        self.home.sim.touched.append(self)

    def peek(self, now: float) -> int:
        """Return the finished part."""
        return self.part

    def give(self, now: float) -> int:
        """Hand over the finished part; load the next."""
        self.withdraw()
        self.phase = IDLE
        home = self.home
        if self.up:
            home.add_free(self)
            if home.waiters:
                home.touch()
        home.sim.touched.append(self)
        return self.part

    def state(self) -> Any:
        """Return plain data for `load`."""
        modes = self.modes
        return (
            self.phase,
            self.up,
            self.part,
            self.work,
            int(self.logged),
            self.alarm.time if self.phase == WORKING and self.up else None,
            self.repair.time,
            self.margin,
            self.failing,
            (self.duration, self.member),
            modes.index(self.cause) if self.cause else -1,
            tuple(m.state() for m in modes),
            self.stream.state(),
            self.offer_state(),
        )

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        (
            self.phase,
            self.up,
            self.part,
            self.work,
            logged,
            alarm,
            repair,
            self.margin,
            self.failing,
            (self.duration, self.member),
            cause,
            modes,
            stream,
            offer,
        ) = state
        self.logged = State(logged)
        self.cause = self.modes[cause] if cause >= 0 else None
        if alarm is not None:
            self.alarm.arm(alarm)
        if repair is not None:
            self.repair.arm(repair)
        for mode, data in zip(self.modes, modes):
            mode.load(data)
        self.stream.load(stream)
        self.load_offer(offer)


def _left(mode: Mode) -> float:
    return mode.left
