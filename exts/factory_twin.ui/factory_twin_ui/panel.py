# SPDX-License-Identifier: Apache-2.0
"""A panel and the window that holds it: built when first shown, closed without a trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import omni.ui as ui

from . import style
from .host import Host


class Panel(Protocol):
    """What fills a window. A panel is made with its host; `TITLE` is stable, layouts refer to it."""

    TITLE: str

    def build(self) -> None:
        """Build the widgets inside the present frame."""
        ...

    def close(self) -> None:
        """End all connections."""
        ...


Maker = Callable[[Host], Panel]


class PanelWindow:
    """A window with a panel.

    Args:
        title: Window title, unique in the application.
        make: Makes the panel; called when the window is first drawn.
        host: Handed to the panel.
        size: Width and height while it is not docked, pixels.
        shown: Called with True or False when the window was shown or hidden.

    Attributes:
        window: The omni.ui window.
        panel: The panel, None until it was drawn.
    """

    def __init__(
        self,
        title: str,
        make: Maker,
        host: Host,
        *,
        size: tuple[int, int] = (420, 600),
        shown: Callable[[bool], None] | None = None,
    ) -> None:
        self.panel: Panel | None = None
        self._make, self._host = make, host
        self.window = ui.Window(title, width=size[0], height=size[1], dockPreference=ui.DockPreference.RIGHT_BOTTOM)
        self.window.frame.style = style.sheet()
        self.window.frame.set_build_fn(self._build)
        if shown is not None:
            self.window.set_visibility_changed_fn(shown)

    def _build(self) -> None:
        if self.panel is None:
            self.panel = self._make(self._host)
        with ui.ZStack():
            ui.Rectangle(name="panel")
            self.panel.build()

    def close(self) -> None:
        """Close the panel and destroy the window."""
        if self.panel is not None:
            self.panel.close()
        self.window.set_visibility_changed_fn(lambda visible: None)
        self.window.visible = False
        self.window.frame.clear()
        self.window.destroy()
        self.__dict__.clear()


def empty_state(text: str, hint: str, *buttons: tuple[str, str, Callable[[], None]]) -> None:
    """Say what is not there and what to do next.

    Args:
        text: What is not there.
        hint: What to do.
        buttons: (identifier, label, callback) of the next steps.
    """
    with ui.VStack(spacing=8):
        ui.Spacer()
        ui.Label(text, name="title", alignment=ui.Alignment.CENTER, height=22, word_wrap=True)
        ui.Label(hint, name="dim", alignment=ui.Alignment.CENTER, height=0, word_wrap=True)
        if buttons:
            with ui.HStack(height=28, spacing=8):
                ui.Spacer()
                for identifier, label, pressed in buttons:
                    ui.Button(label, identifier=identifier, clicked_fn=pressed, width=150)
                ui.Spacer()
        ui.Spacer()


def side_by_side(width: int, left: Callable[[], None], right: Callable[[], None]) -> ui.Frame:
    """Build a scrolling column at the left and, beyond a line, a frame that takes the rest.

    Args:
        width: Of the left column, pixels.
        left: Builds the left column, once.
        right: Builds the rest, whenever the frame is rebuilt.

    Returns:
        The frame at the right.
    """
    with ui.HStack():
        ui.Spacer(width=8)
        with ui.ScrollingFrame(width=width, horizontal_scrollbar_policy=ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF):
            left()
        ui.Spacer(width=10)
        ui.Rectangle(name="line", width=1)
        ui.Spacer(width=10)
        frame = ui.Frame(build_fn=right)
        ui.Spacer(width=8)
    return frame
