# SPDX-License-Identifier: Apache-2.0
"""The line that opens and closes the fields which few people need, and the small headings among them."""

from __future__ import annotations

from collections.abc import Callable

import omni.ui as ui
from factory_twin_ui import style

_ROW = 20


def more_line(schema: str, *, count: int, is_open: bool, clicked: Callable[[], None]) -> None:
    """Build the line "More (3)".

    Args:
        schema: Schema whose fields it opens.
        count: Fields that are hidden now.
        is_open: Whether they are shown.
        clicked: Opens or closes.
    """
    tip = "Hide the fields without a value." if is_open else f"Show {count} more field{'s' if count != 1 else ''}."
    with ui.HStack(
        height=_ROW, spacing=6, tooltip=tip, identifier=f"more_{schema}",
        mouse_pressed_fn=lambda x, y, button, modifiers: clicked(),
    ):  # fmt: skip
        with ui.VStack(width=8):
            ui.Spacer()
            side = ui.Alignment.CENTER_BOTTOM if is_open else ui.Alignment.RIGHT_CENTER
            ui.Triangle(width=8, height=8, alignment=side, style={"background_color": ui.color(style.DIM)})
            ui.Spacer()
        ui.Label("More" if is_open else f"More ({count})", name="dim")


def section_line(title: str) -> None:
    """Build a small heading; nothing when the title is empty."""
    if title:
        ui.Label(title, name="small", height=18, alignment=ui.Alignment.LEFT_BOTTOM)
