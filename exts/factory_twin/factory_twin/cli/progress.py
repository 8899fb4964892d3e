# SPDX-License-Identifier: Apache-2.0
"""A progress line on stderr, with the time left; nothing where stderr is no terminal."""

from __future__ import annotations

import sys
from time import monotonic

from ..units import duration_text

_WIDTH = 28


class Progress:
    """One line that is written over and over.

    Args:
        word: What is being done.
    """

    def __init__(self, word: str) -> None:
        self._word, self._began, self._live = word, monotonic(), sys.stderr.isatty()

    def show(self, share: float) -> None:
        """Show that `share` (0..1) is done."""
        if not self._live:
            return
        past = monotonic() - self._began
        left = duration_text(past / share - past) if share > 0.02 else "..."
        bar = ("#" * int(share * _WIDTH)).ljust(_WIDTH, ".")
        print(f"\r{self._word} [{bar}] {share:4.0%}, {left} left   ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Clear the line."""
        if self._live:
            print("\r" + " " * 78 + "\r", end="", file=sys.stderr, flush=True)
