# SPDX-License-Identifier: Apache-2.0
"""One alarm and its states, after ISA-18.2."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from math import nan
from typing import NamedTuple


class Priority(IntEnum):
    """How soon someone must act."""

    LOW = 1  # look when there is time
    MEDIUM = 2  # this shift
    HIGH = 3  # now


class Condition(str, Enum):
    """Where an alarm is in its life."""

    RAISED = "raised"  # active, nobody has acknowledged it
    ACKNOWLEDGED = "acknowledged"  # active
    RETURNED = "returned"  # no longer active, nobody has acknowledged it
    CLEARED = "cleared"  # no longer active


class Key(NamedTuple):
    """What an alarm is about; there is one alarm for each.

    Attributes:
        place: Prim path.
        quantity: Its quantity; empty: the whole place.
        detector: Who found it.
    """

    place: str
    quantity: str
    detector: str


@dataclass(slots=True)
class Alarm:
    """An alarm.

    Attributes:
        id: Running number.
        key: What it is about.
        priority: How soon someone must act.
        text: In plain words.
        condition: Where it is in its life.
        since: Unix time it was raised, s.
        returned: Unix time it was no longer active, s; nan: it is.
        count: How often it was raised before it was cleared.
        who: Who acknowledged it; empty: nobody.
        shelved: Unix time until which nobody wants to see it, s; 0: not shelved.
        chattering: Whether it comes and goes so often that it is kept active until it has been quiet for a while.
    """

    id: int
    key: Key
    priority: Priority
    text: str
    condition: Condition = Condition.RAISED
    since: float = 0.0
    returned: float = nan
    count: int = 1
    who: str = ""
    shelved: float = 0.0
    chattering: bool = False

    @property
    def active(self) -> bool:
        """Whether what it is about is so now."""
        return self.condition in (Condition.RAISED, Condition.ACKNOWLEDGED)

    @property
    def level(self) -> int:
        """1 for a warning, 2 for an alarm."""
        return 2 if self.priority is Priority.HIGH else 1
