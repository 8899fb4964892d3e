# SPDX-License-Identifier: Apache-2.0
"""A section of ours in Kit's Property window, for the prims that it knows something about."""

from __future__ import annotations

from typing import Any

import omni.kit.window.property
import omni.ui as ui
from omni.kit.window.property.templates import SimplePropertyWidget

from .. import style
from ..section import Section
from ..signal import Handle

_SCHEME = "prim"


def join(section: Section) -> Handle:
    """Show a section in the Property window until the handle is closed."""
    window = omni.kit.window.property.get_window()
    if window is None:  # a headless app has none
        return Handle(lambda: None)
    name = f"factory_twin_{section.TITLE.lower().replace(' ', '_')}"
    window.register_widget(_SCHEME, name, _Widget(section))
    return Handle(lambda: window.unregister_widget(_SCHEME, name))


class _Widget(SimplePropertyWidget):  # type: ignore[misc,unused-ignore]
    def __init__(self, section: Section) -> None:
        super().__init__(title=section.TITLE, collapsed=False)
        self._section = section

    def on_new_payload(self, payload: Any, **more: Any) -> bool:
        """Tell whether the section wants to show the prims selected."""
        return bool(super().on_new_payload(payload, **more)) and self._section.wants(tuple(str(p) for p in payload))

    def build_items(self) -> None:
        """Build the section below its heading."""
        with ui.VStack(height=0, style=style.sheet()):
            self._section.build()
