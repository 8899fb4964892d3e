# SPDX-License-Identifier: Apache-2.0
"""One `Sample`: a value that has found its place, in SI units. Made by the router, read by the live state and the recorder."""

from __future__ import annotations

from typing import NamedTuple

from .event import Event, Kind, State
from .quantity import STATE


class Sample(NamedTuple):
    """A value of a prim.

    Attributes:
        place: Prim path.
        quantity: Name of the quantity ("state", "temperature", ...), or of the attribute that gets the value
            ("inputs:intensity", "color.x").
        value: SI units (temperature in degC); for "state" a `State`; text for texts; None: no longer known.
        time: When it was so, Unix time, s.
        good: Whether its source calls it good.
        told: Whether `time` is the source's own; else it is that of the arrival.
        fresh: False: within the dead-band of the value before; it proves that the source is alive, no more.
        stale_after: Silence after which it is no longer known, s.
    """

    place: str
    quantity: str
    value: float | State | str | None
    time: float
    good: bool = True
    told: bool = True
    fresh: bool = True
    stale_after: float = 10.0


def to_event(sample: Sample) -> Event | None:
    """Return a sample as an event at its Unix time.

    None for what is no event: texts, values that are not good (the message itself stays in the recorder's journal), values
    within the dead-band, and the end of what was known; but a state that is no longer known is the event "unknown".
    """
    place, name, value, time, good, _, fresh, _ = sample
    if name == STATE:
        if isinstance(value, State) and fresh:
            return Event(time, Kind.STATE, place, "", 0, value if good else State.UNKNOWN)
        return Event(time, Kind.STATE, place, "", 0, State.UNKNOWN) if value is None else None
    if value is None or not good or not fresh or isinstance(value, str):
        return None
    return Event(time, Kind.VALUE, place, name, -1, State.UNKNOWN, value)
