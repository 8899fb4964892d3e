# SPDX-License-Identifier: Apache-2.0
"""How the windows are arranged, from one session to the next: the shares of the docks, which are closed, which float."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEY = "arrangement"
_LEAST, _MOST = 0.1, 0.8


class Arrangement:
    """What is kept of it.

    Args:
        kept: What `kept` gave in an earlier session; what is not sound in it counts as missing.

    Attributes:
        shares: Share of the window that a dock takes, by "right" and "bottom".
        closed: Titles of windows that are not shown.
        floating: Title -> x, y, width, height of windows that are not docked, pixels.
    """

    def __init__(self, kept: Mapping[str, Any] | None = None) -> None:
        found = kept or {}
        shares, closed, floating = (found.get(k) for k in ("shares", "closed", "floating"))
        self.shares: dict[str, float] = {}
        if isinstance(shares, dict):
            self.shares = {k: float(v) for k, v in shares.items() if k in ("right", "bottom") and _is_share(v)}
        self.closed = [t for t in closed if isinstance(t, str)] if isinstance(closed, list) else []
        self.floating: dict[str, list[float]] = {}
        if isinstance(floating, dict):
            self.floating = {k: [float(x) for x in v] for k, v in floating.items() if _is_box(v)}

    def take(self, windows: Mapping[str, Any], docks: Mapping[str, str], size: tuple[float, float]) -> None:
        """Take down how windows are now.

        Args:
            windows: By title; each with `visible`, `docked`, `position_x`, `position_y`, `width`, `height`.
            docks: Title -> "right" or "bottom".
            size: Of the application's window, pixels.
        """
        self.closed = [t for t, w in windows.items() if not w.visible]
        self.floating = {
            t: [w.position_x, w.position_y, w.width, w.height] for t, w in windows.items() if w.visible and not w.docked
        }
        for title, where in docks.items():
            window = windows[title]
            if window.visible and window.docked:
                share = window.width / max(size[0], 1) if where == "right" else window.height / max(size[1], 1)
                if _is_share(share):
                    self.shares[where] = round(share, 4)

    @property
    def kept(self) -> dict[str, Any]:
        """What to keep for the next session."""
        return {"shares": self.shares, "closed": self.closed, "floating": self.floating}


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and _LEAST <= value <= _MOST


def _is_box(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) == 4 and all(isinstance(x, int | float) and -5000 < x < 20000 for x in value)
        and min(value[2:]) >= 50
    )  # fmt: skip
