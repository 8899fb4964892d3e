# SPDX-License-Identifier: Apache-2.0
"""Names of prims: any text to an identifier that every version of USD takes."""

from __future__ import annotations

import re

_OTHER = re.compile(r"[^A-Za-z0-9_]")
_LONGEST = 100


def identifier(text: str, default: str = "Part") -> str:
    """Return an identifier for a text."""
    name = _OTHER.sub("_", text[:_LONGEST])
    if not name.strip("_"):
        name = default
    return f"_{name}" if name[0].isdigit() else name


class Names:
    """Identifiers of siblings, each given once.

    Args:
        taken: Those that are given already.
    """

    def __init__(self, *taken: str) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def free(self, text: str) -> str:
        """Return an identifier for a text, with a number when it is taken."""
        base = name = identifier(text)
        k = self._next.get(base, 2)
        while name in self._taken:
            name = f"{base}_{k}"
            k += 1
        self._next[base] = k
        self._taken.add(name)
        return name
