# SPDX-License-Identifier: Apache-2.0
"""The window that lists keys and mouse buttons."""

from __future__ import annotations

import omni.ui as ui

from .. import style
from .keys import KEYS, MOUSE

TITLE = "Keys and mouse"


class HelpWindow:
    """Lists what keys and mouse do; shown anew each time."""

    def __init__(self) -> None:
        self._window = ui.Window(TITLE, width=430, height=460, flags=ui.WINDOW_FLAGS_NO_COLLAPSE | ui.WINDOW_FLAGS_NO_DOCKING)
        self._window.frame.style = style.sheet()
        with self._window.frame:
            with ui.ScrollingFrame():
                with ui.VStack(height=0, spacing=4):
                    ui.Spacer(height=4)
                    for key in KEYS:
                        self._row(key.shown, f"{key.text} (in the 3D view)" if key.view else key.text)
                    ui.Spacer(height=8)
                    for what, text in MOUSE:
                        self._row(what, text)

    def _row(self, what: str, text: str) -> None:
        with ui.HStack(height=22, spacing=8):
            ui.Spacer(width=6)
            ui.Label(what, width=150)
            ui.Label(text, name="dim", elided_text=True, tooltip=text)

    def show(self) -> None:
        """Bring it to the front."""
        self._window.visible = True
        self._window.focus()

    def close(self) -> None:
        """Destroy the window."""
        self._window.visible = False
        self._window.frame.clear()
        self._window.destroy()
        self.__dict__.clear()
