# SPDX-License-Identifier: Apache-2.0
"""A row of tabs over a frame that shows one of several views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import omni.ui as ui
from factory_twin_ui import style

HEIGHT = 24
_MANY = 3  # in a row where there is little room


class View(Protocol):
    """What a tab shows; made inside the present frame."""

    def refresh(self) -> None:
        """Show what is known now; called some times per second."""
        ...

    def select(self, paths: Sequence[str]) -> None:
        """Take it that these prims are selected."""
        ...

    def close(self) -> None:
        """Give up what outlives the widgets."""
        ...


class Tabs:
    """Builds the row and the frame inside the present frame.

    Args:
        names: Of the tabs, in order.
        shown: The one shown first.
        build: Builds the view of a tab inside the present frame.
        changed: Called with the name when another one is shown.
        narrow: Whether there is little room.
    """

    def __init__(self, names: Sequence[str], shown: str, build: Callable[[str], None], changed: Callable[[str], None], *,
                 narrow: bool) -> None:  # fmt: skip
        self.shown = shown if shown in names else names[0]
        self._build, self._changed = build, changed
        self._buttons: dict[str, ui.Button] = {}
        per_row = _MANY if narrow else len(names)
        with ui.VStack(spacing=2):
            for first in range(0, len(names), per_row):
                with ui.HStack(height=HEIGHT, spacing=2):
                    for name in names[first : first + per_row]:
                        self._buttons[name] = ui.Button(name, identifier=f"tab_{name}", clicked_fn=lambda n=name: self.show(n))
            self._paint()
            ui.Rectangle(name="line", height=1)
            self.frame = ui.Frame(build_fn=lambda: self._build(self.shown))

    def show(self, name: str) -> None:
        """Show another tab."""
        if name != self.shown and name in self._buttons:
            self.shown = name
            self._paint()
            self.frame.rebuild()
            self._changed(name)

    def label(self, name: str, text: str) -> None:
        """Write on a tab, such as its name and a count."""
        button = self._buttons.get(name)
        if button is not None and button.text != text:
            button.text = text

    def close(self) -> None:
        """Let go of the widgets and of whoever listens to them."""
        self.__dict__.clear()

    def _paint(self) -> None:
        for name, button in self._buttons.items():
            on = name == self.shown
            fill, ink = (style.LINE, style.TEXT) if on else (style.PANEL, style.DIM)
            button.set_style({"Button": {"background_color": ui.color(fill), "border_radius": 3, "padding": 2, "margin": 0},
                              "Button:hovered": {"background_color": ui.color("#555D66")},
                              "Button.Label": {"color": ui.color(ink), "font_size": 14}})  # fmt: skip
