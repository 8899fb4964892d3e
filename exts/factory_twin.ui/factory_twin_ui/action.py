# SPDX-License-Identifier: Apache-2.0
"""What can be done with the prims selected: lines of a context menu, whatever application shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .host import Host

Paths = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """A line of a context menu.

    Attributes:
        name: Words.
        applies: Whether it makes sense for prims, given the host and their paths.
        act: Does it, given the host and the paths of the prims. A refusal is told as a notice by the caller.
    """

    name: str
    applies: Callable[[Host, Paths], bool]
    act: Callable[[Host, Paths], None]


Actions = Sequence[Action]
