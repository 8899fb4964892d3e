# SPDX-License-Identifier: Apache-2.0
"""Streams of Events to publish: a running simulation, made on the fly and forgotten at once; or a log, once or for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..event import Event, Kind
from ..log import Log

AGAIN = Event(0.0, Kind.VALUE, "", "again")
"""Says that a recorded log begins again: what is in the plant now is not there any more."""


class Runner(Protocol):
    """What a simulation must do: run up to a time, writing to the log it was given."""

    def run(self, until: float) -> None:
        """Run up to and including `until`, s."""


def shift(simulation: Runner, log: Log, *, until: float = float("inf"), step: float = 10.0) -> Iterator[Event]:
    """Yield what happens, by time, up to and including `until` (s).

    Args:
        simulation: Running into `log`.
        log: Emptied as it is read; its places stay.
        until: End, s; inf: never.
        step: Simulated time made at once, s.
    """
    now = 0.0
    while now < until:
        now = min(now + step, until)
        simulation.run(now)
        slice_ = Log(tuple(log.places))
        slice_.names = log.names
        for full, part in ((log.moves, slice_.moves), (log.states, slice_.states), (log.values, slice_.values)):
            part.rows.extend(full.rows)
            full.rows.clear()
        log.parts.rows.clear()
        yield from slice_.events()


def recorded(log: Log, loop: bool = False) -> Iterator[Event]:
    """Yield the events of a log by time, from second 0 to its end.

    Args:
        log: Simulated or recorded; it is not changed.
        loop: Whether it begins again at its end, for ever; time goes on.
    """
    start = 0.0
    while True:
        for event in log.events():
            yield event._replace(time=start + event.time) if start else event
        if not loop or log.end <= 0:
            return
        start += log.end
        yield AGAIN._replace(time=start)
