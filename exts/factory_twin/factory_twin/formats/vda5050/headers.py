# SPDX-License-Identifier: Apache-2.0
"""headerId: which messages of a topic are new, which come again or too late, and when a vehicle started to count anew."""

from __future__ import annotations

from collections import OrderedDict

from .topic import TOPICS

_WRAP = 1 << 32
_JUMP = 100_000  # a larger step is no gap
_IN_A_ROW = 30
"""Messages that count on from a lower number, though older by their clock: then the vehicle was restarted and its clock went
back. More than a broker has in flight, so what it sends again is never taken for that."""


class _Last:
    __slots__ = ("number", "row", "seen", "time")

    def __init__(self, number: int, time: float) -> None:
        self.number, self.time = number, time
        self.seen, self.row = -1, 0  # newest of the numbers that were dropped, and how many of them followed each other


class Headers:
    """The newest headerId of each topic.

    Args:
        capacity: Topics remembered; the one unused for longest goes first.

    Attributes:
        repeated: Messages that had come before.
        older: Messages that came after a newer one.
        restarts: Times that a vehicle began to count anew.
        missed: Numbers never seen.
    """

    def __init__(self, capacity: int = 4000) -> None:
        self.capacity = capacity
        self.repeated = self.older = self.restarts = self.missed = 0
        self._last: OrderedDict[str, _Last] = OrderedDict()

    def take(self, topic: str, number: int, time: float) -> bool:
        """Return whether a message is new; else it is to be dropped. `time`: as the vehicle says, s."""
        last = self._last.get(topic)
        if last is None:
            if len(self._last) >= self.capacity:
                self._last.popitem(last=False)
            self._last[topic] = _Last(number, time)
            return True
        self._last.move_to_end(topic)
        ahead = (number - last.number) % _WRAP
        if 0 < ahead < _JUMP:
            self.missed += ahead - 1
        elif (time > last.time and ahead) or self._counts_on(last, number):  # news under another number
            self.restarts += 1
        else:
            self.repeated += ahead == 0
            self.older += ahead != 0
            return False
        last.number, last.time, last.row, last.seen = number, time, 0, -1
        return True

    def forget(self, source: str) -> None:
        """Take any next number of a vehicle's topics: it has just come online."""
        for name in TOPICS:
            self._last.pop(f"{source}/{name}", None)

    def _counts_on(self, last: _Last, number: int) -> bool:
        last.row = last.row + 1 if number == last.seen + 1 else 1
        last.seen = number
        return last.row >= _IN_A_ROW
