# SPDX-License-Identifier: Apache-2.0
"""What Kit starts: tell USD of the schemas before the first stage opens (extension order -100)."""

from __future__ import annotations

import omni.ext

from . import register


class SchemaExtension(omni.ext.IExt):  # type: ignore[misc,unused-ignore]
    """Registers the schemas. USD has no way back, so disabling does nothing."""

    def on_startup(self, ext_id: str) -> None:
        """Register the schemas with USD."""
        register()

    def on_shutdown(self) -> None:
        """Leave the schemas registered: USD can't forget them."""
