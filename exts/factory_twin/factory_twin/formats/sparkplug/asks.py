# SPDX-License-Identifier: Apache-2.0
"""Who is to be asked for births, and when: no edge node too often, all together not too many, however many call for it."""

from __future__ import annotations

from typing import Final

FIRST, LONGEST, ANSWERED = 10.0, 300.0, 5.0
"""Time from a request to the next to the same edge node, s; it doubles while they are in vain, and is less once it answers."""
RATE, BURST = 20.0, 50.0
"""Requests per second to all edge nodes, and at once."""
MOST: Final = 2_000

Key = tuple[str, str]
"""Group and edge node."""


class Asks:
    """Which edge nodes are to be asked.

    Attributes:
        sent: Requests made.
        passed: Edge nodes not taken down, for there are too many.
    """

    __slots__ = ("_asked", "_room", "_time", "_wanted", "passed", "sent")

    def __init__(self) -> None:
        self._wanted: dict[Key, None] = {}
        self._asked: dict[Key, tuple[float, float]] = {}  # when it was asked last, and how long to wait then
        self._room, self._time = BURST, 0.0
        self.sent = self.passed = 0

    def want(self, key: Key) -> None:
        """Take note that an edge node has to tell everything anew."""
        if len(self._wanted) < MOST:
            self._wanted[key] = None
        else:
            self.passed += key not in self._wanted

    def settle(self, key: Key) -> None:
        """Take note that it did, or that it is gone."""
        self._wanted.pop(key, None)
        if key in self._asked:
            self._asked[key] = self._asked[key][0], ANSWERED

    def due(self, now: float) -> list[Key]:
        """Return who is to be asked at `now` (monotonic, s)."""
        if not self._wanted:
            return []
        self._room = min(BURST, self._room + RATE * max(0.0, now - self._time)) if self._time else BURST
        self._time = now
        found = []
        for key in self._wanted:
            if self._room < 1.0:
                break
            asked, wait = self._asked.get(key, (now, 0.0))
            if asked + wait <= now:
                found.append(key)
                self._room -= 1.0
                self._asked.pop(key, None)
                self._asked[key] = now, min(2 * wait, LONGEST) if wait >= FIRST else FIRST
        for key in found:
            del self._wanted[key]
        while len(self._asked) > MOST:
            del self._asked[next(iter(self._asked))]
        self.sent += len(found)
        return found
