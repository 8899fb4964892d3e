# SPDX-License-Identifier: Apache-2.0
"""The panels' windows in Kit: made when first shown, ticked in the menu, known to layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import omni.kit.menu.utils
import omni.ui as ui

from ..panel import Maker, PanelWindow
from ..signal import Handle

if TYPE_CHECKING:
    from .host import KitHost

MENU, WINDOWS = "Window", "Factory Twin"


class Windows:
    """The panels' windows: made when first shown, ticked in the menu, known to layouts."""

    def __init__(self, host: KitHost) -> None:
        self._host = host
        self._offers: dict[str, tuple[Maker, str]] = {}
        self._open: dict[str, PanelWindow] = {}
        self._menu: list[Any] = []

    def offer(self, title: str, make: Maker, dock: str) -> Handle:
        """Offer a window until the handle is closed; nothing when the title is on offer already."""
        if title in self._offers:
            return Handle(lambda: None)
        self._offers[title] = (make, dock)
        ui.Workspace.set_show_window_fn(title, lambda shown: self.show(title, shown))
        self._rebuild_menu()
        known = f"windows.{title.replace(' ', '_').lower()}"
        if not self._host.setting(known, False):  # by itself only the first time ever
            self._host.set_setting(known, True)
            self.show(title, True)
        return Handle(lambda: self._withdraw(title))

    def show(self, title: str, shown: bool) -> None:
        """Show or hide a window."""
        if title not in self._open:
            if not shown or title not in self._offers:
                return
            make, dock = self._offers[title]
            window = PanelWindow(title, make, self._host, shown=lambda visible: self._tick())
            window.window.deferred_dock_in(dock, ui.DockPolicy.CURRENT_WINDOW_IS_ACTIVE)
            self._open[title] = window
        self._open[title].window.visible = shown
        self._tick()

    def is_shown(self, title: str) -> bool:
        """Whether a window is shown."""
        return title in self._open and bool(self._open[title].window.visible)

    def _withdraw(self, title: str) -> None:
        if self._offers.pop(title, None) is None:
            return
        ui.Workspace.set_show_window_fn(title, _ignore)
        window = self._open.pop(title, None)
        if window is not None:
            window.close()
        self._rebuild_menu()

    def _rebuild_menu(self) -> None:
        if self._menu:
            omni.kit.menu.utils.remove_menu_items(self._menu, MENU)
        entry = omni.kit.menu.utils.MenuItemDescription
        items = [
            entry(name=title, ticked=True, ticked_fn=lambda title=title: self.is_shown(title),
                  onclick_fn=lambda *_, title=title: self.show(title, not self.is_shown(title)))
            for title in self._offers
        ]  # fmt: skip
        self._menu = [entry(name=WINDOWS, sub_menu=items)] if items else []
        if self._menu:
            omni.kit.menu.utils.add_menu_items(self._menu, MENU)

    def _tick(self) -> None:
        omni.kit.menu.utils.refresh_menu_items(MENU)

    def close(self) -> None:
        """Withdraw all."""
        for title in list(self._offers):
            self._withdraw(title)
        self.__dict__.clear()


def _ignore(*_: Any) -> None:
    """What a window that is no longer on offer does when it should be shown."""
