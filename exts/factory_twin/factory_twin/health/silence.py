# SPDX-License-Identifier: Apache-2.0
"""How long nothing has come, held against how long that usually takes."""

from __future__ import annotations

LEARN = 300


class Silence:
    """Knows when something was last heard, and how long a silence is unusual.

    Args:
        least: Silence that is never unusual, s.
        factor: How many times the longest of the first silences is unusual.

    Attributes:
        last: When something was heard, Unix s; -inf: never.
        limit: Silence from which on it is unusual, s.
    """

    __slots__ = ("_factor", "_fed", "last", "limit")

    def __init__(self, least: float, factor: float) -> None:
        self._factor, self._fed = factor, 0
        self.last, self.limit = float("-inf"), least

    def feed(self, time: float, usual: bool = True) -> None:
        """Note that something was heard; `usual`: whether the wait for it says how long waits are."""
        if self._fed < LEARN:
            if self._fed and usual:
                self.limit = max(self.limit, min(self._factor * (time - self.last), 86400.0))
            self._fed += 1
        self.last = time

    @property
    def ready(self) -> bool:
        """Whether what is usual is known."""
        return self._fed >= LEARN
