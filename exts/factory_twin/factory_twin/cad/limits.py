# SPDX-License-Identifier: Apache-2.0
"""How much a CAD file may ask for, and the watch that stops an import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from ..errors import CadCancelled, CadError

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one import.

    Attributes:
        file: Size of the file and of each file it names, bytes.
        seconds: Time of the whole import, s.
        memory: Address space of the process that reads STEP or IGES, bytes; held on Linux and macOS.
        mesh: Size of the meshes that process may write, bytes.
        occurrences: Nodes of the tree, each use of a part counted.
        depth: Levels of the tree.
        triangles: Triangles of all different parts together.
    """

    file: int = 500 * MEGABYTE
    seconds: float = 600.0
    memory: int = 8000 * MEGABYTE
    mesh: int = 2000 * MEGABYTE
    occurrences: int = 200_000
    depth: int = 100
    triangles: int = 20_000_000


def _never() -> bool:
    return False


@dataclass(slots=True)
class Watch:
    """Tells whether an import may go on, and how far it is.

    Attributes:
        where: File that is imported, for messages.
        limits: Its bounds.
        stop: Asked often; true ends the import.
        say: Told what is being done; "" when it is over.
    """

    where: str
    limits: Limits = field(default_factory=Limits)
    stop: Callable[[], bool] = _never
    say: Callable[[str], None] = lambda word: None
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = monotonic() + self.limits.seconds

    def step(self, word: str = "") -> None:
        """Go on, or don't; a word tells that something new begins.

        Raises:
            CadCancelled: The import was stopped.
            CadError: It took too long.
        """
        if self.stop():
            raise CadCancelled("The import was cancelled; nothing was written.", where=self.where)
        if monotonic() > self._end:
            raise CadError(f"The import took more than {self.limits.seconds:g} s.", where=self.where,
                           hint="Choose a coarser tolerance, allow more time, or export a smaller assembly.")  # fmt: skip
        if word:
            self.say(word)

    def bound(self, what: str, number: float, limit: float, unit: str = "") -> None:
        """Refuse what is too much.

        Raises:
            CadError: `number` is above `limit`.
        """
        if number > limit:
            shown = f"{number:,.0f}{unit}" if number < 1e15 else "more than can be counted"
            words = f"{what}: {shown}, but at most {limit:,.0f}{unit} are read."
            raise CadError(words, where=self.where, hint="Export a smaller or simpler part of it, or raise the limit.")
