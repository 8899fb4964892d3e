# SPDX-License-Identifier: Apache-2.0
"""How bad it is: 0 good, 1 warning, 2 alarm; and words for it."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """How bad something is."""

    GOOD = 0
    WARNING = 1
    ALARM = 2

    @property
    def word(self) -> str:
        """As it stands on a prim."""
        return self.name.lower()
