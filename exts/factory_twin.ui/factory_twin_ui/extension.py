# SPDX-License-Identifier: Apache-2.0
"""Kit's way in: keeps the host that the panels share while the extension is enabled."""

from __future__ import annotations

import omni.ext

from . import kit


class UiExtension(omni.ext.IExt):
    """Starts the host."""

    def on_startup(self, ext_id: str) -> None:
        """Start the host."""
        self._host = kit.hold()

    def on_shutdown(self) -> None:
        """Let the host go."""
        self._host.close()
        self._host = None
