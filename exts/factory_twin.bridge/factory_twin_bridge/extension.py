# SPDX-License-Identifier: Apache-2.0
"""Kit's way in: offers the panel as a window, and its settings as preferences, while the extension is enabled."""

from __future__ import annotations

import omni.ext
from factory_twin_ui import kit
from factory_twin_ui.signal import Handles

from .broker import preferences
from .panel import LivePanel


class LiveExtension(omni.ext.IExt):
    """Offers the Factory Live window."""

    def on_startup(self, ext_id: str) -> None:
        """Offer all."""
        self._held = Handles(
            kit.open_window(LivePanel.TITLE, LivePanel, dock="Content"),
            kit.offer_preferences("Factory Twin Live", {"Broker": preferences()}),
        )

    def on_shutdown(self) -> None:
        """Take all back and leave nothing behind."""
        self._held.close()
        self._held = None
