# SPDX-License-Identifier: Apache-2.0
"""A running simulation as a stream of Events, made on the fly and forgotten at once, so it can run for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..event import Event
from ..log import Log


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
        yield from slice_.events()
