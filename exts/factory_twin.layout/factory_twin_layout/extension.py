# SPDX-License-Identifier: Apache-2.0
"""Kit's way in: offers the panel, the section of the Property window and the context menu while the extension is enabled."""

from __future__ import annotations

import omni.ext
from factory_twin_ui import kit
from factory_twin_ui.signal import Handles

from .actions import actions
from .panel import LayoutPanel
from .section import PlaceSection


class LayoutExtension(omni.ext.IExt):
    """Offers the Factory Layout window and its parts elsewhere."""

    def on_startup(self, ext_id: str) -> None:
        """Offer all."""
        self._held = Handles(
            kit.open_window(LayoutPanel.TITLE, LayoutPanel, dock="Property"),
            kit.offer_section(PlaceSection.TITLE, PlaceSection),
            kit.offer_actions(actions()),
        )

    def on_shutdown(self) -> None:
        """Take all back and leave nothing behind."""
        self._held.close()
        self._held = None
