# SPDX-License-Identifier: Apache-2.0
"""One `Event` for simulator and shop floor, and the states a place can be in. Makers write events, readers read them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple


class State(IntEnum):
    """What one server of a place is doing (names after ISO 22400 usage; see docs/SIMULATION.md).

    WAITING: a part is there, but the worker or crew it needs is not.
    """

    UNKNOWN = 0
    OFF = 1
    IDLE = 2
    STARVED = 3
    BLOCKED = 4
    SETUP = 5
    BUSY = 6
    DOWN = 7
    MAINTENANCE = 8
    WAITING = 9

    @property
    def token(self) -> str:
        """Lower-case name, as in the USD token and in messages."""
        return self.name.lower()

    @classmethod
    def from_token(cls, token: str) -> State:
        """Return the state of that name; an unknown word gives UNKNOWN."""
        return cls.__members__.get(token.strip().upper(), cls.UNKNOWN)


_SHOWN = (
    State.DOWN,
    State.MAINTENANCE,
    State.SETUP,
    State.BUSY,
    State.BLOCKED,
    State.WAITING,
    State.IDLE,
    State.STARVED,
    State.OFF,
)


def together(servers: Iterable[State]) -> State:
    """Return the one state that stands for several servers: the most urgent, else the most active, that any of them is in."""
    present = set(servers)
    return next((s for s in _SHOWN if s in present), State.UNKNOWN)


class Kind(IntEnum):
    """What an event says."""

    MOVE = 0  # part `number` leaves `place` and enters place `other`
    STATE = 1  # server `number` of `place` enters `state`
    VALUE = 2  # measured or counted quantity `other` of `place` is `value`


class Event(NamedTuple):
    """Something that happened at an instant.

    Attributes:
        time: Seconds since the log's origin.
        kind: MOVE, STATE or VALUE.
        place: Prim path of the place.
        other: MOVE: prim path entered. VALUE: name of the quantity ("temperature", "parts", ...).
        number: MOVE: part number. STATE: server index.
        state: STATE: the new state.
        value: VALUE: the number, SI units (temperature in degC).
    """

    time: float
    kind: Kind
    place: str
    other: str = ""
    number: int = -1
    state: State = State.UNKNOWN
    value: float = float("nan")


def move(time: float, place: str, to: str, part: int) -> Event:
    """Return the event "part leaves `place` and enters `to`"."""
    return Event(time, Kind.MOVE, place, to, part)


def state(time: float, place: str, new: State, server: int = 0) -> Event:
    """Return the event "`place` enters state `new`"."""
    return Event(time, Kind.STATE, place, "", server, new)


def value(time: float, place: str, name: str, number: float) -> Event:
    """Return the event "`name` of `place` is `number`"."""
    return Event(time, Kind.VALUE, place, name, -1, State.UNKNOWN, number)
