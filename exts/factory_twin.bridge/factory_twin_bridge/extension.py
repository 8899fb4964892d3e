# SPDX-License-Identifier: Apache-2.0
"""Kit's way in: offers the panel as a window while the extension is enabled."""

from __future__ import annotations

import omni.ext
from factory_twin_ui import kit

from .panel import LivePanel


class LiveExtension(omni.ext.IExt):
    """Offers the Factory Live window."""

    def on_startup(self, ext_id: str) -> None:
        """Offer the window."""
        self._window = kit.open_window(LivePanel.TITLE, LivePanel, dock="Content")

    def on_shutdown(self) -> None:
        """Close the window and leave nothing behind."""
        self._window.close()
        self._window = None
