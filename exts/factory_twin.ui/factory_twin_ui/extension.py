# SPDX-License-Identifier: Apache-2.0
"""Kit's way in: keeps the host that the panels share, the names in the viewport and the preferences, while it is enabled."""

from __future__ import annotations

import omni.ext

from . import kit
from .preference import Preference
from .signal import Handles

TAGS = Preference("viewport.tags", "Names and states of stations in the viewport", True)
FABRIC = Preference(kit.FABRIC, "Move vehicles in Fabric (quicker; never tried in a running Kit)", False)


class UiExtension(omni.ext.IExt):
    """Starts the host and what belongs to no panel."""

    def on_startup(self, ext_id: str) -> None:
        """Start."""
        self._held = Handles(
            kit.hold(), kit.offer_preferences("Factory Twin", {"Viewport": [TAGS, FABRIC]}), kit.offer_tags(TAGS)
        )

    def on_shutdown(self) -> None:
        """Let all go."""
        self._held.close()
        self._held = None
