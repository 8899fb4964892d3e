# SPDX-License-Identifier: Apache-2.0
"""Another way than the session layer to move prims live, where the application has one (Fabric in Kit)."""

from __future__ import annotations

from typing import Protocol

from pxr import Gf


class Mover(Protocol):
    """Moves prims; nothing of it is written to USD."""

    def move(self, path: str, local: Gf.Matrix4d) -> None:
        """Put a prim where `local` says, in its parent's frame, at the next `flush`."""
        ...

    def flush(self) -> None:
        """Let all that was moved be seen."""
        ...

    def clear(self) -> None:
        """Put everything back where USD has it."""
        ...
