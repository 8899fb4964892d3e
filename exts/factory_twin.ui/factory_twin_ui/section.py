# SPDX-License-Identifier: Apache-2.0
"""What fills a section of a property window, whatever application has that window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from .host import Host


class Section(Protocol):
    """A section, made with its host; built anew whenever other prims are selected. `TITLE` is its heading."""

    TITLE: str

    def wants(self, paths: Sequence[str]) -> bool:
        """Return whether it has something to show about these prims."""
        ...

    def build(self) -> None:
        """Build the widgets inside the present stack."""
        ...

    def close(self) -> None:
        """End all connections."""
        ...


SectionMaker = Callable[[Host], Section]
