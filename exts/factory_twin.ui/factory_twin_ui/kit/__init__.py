# SPDX-License-Identifier: Apache-2.0
"""Kit's side of the panels: the one package that names omni.usd, omni.timeline, omni.kit and carb (beside `extension.py`).

One host serves all panels; it lives from the first offer or `hold` to the last `close`. What is on offer already (two
extensions that bring the same) is not added again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..action import Actions
from ..panel import Maker
from ..preference import Preference
from ..section import SectionMaker
from ..signal import Handle, Handles
from .host import FABRIC, SETTINGS, KitHost
from .optional import while_enabled

MENU = "Factory Twin"
__all__ = [
    "FABRIC", "hold", "offer_actions", "offer_preferences", "offer_section", "offer_tags", "open_window", "shared",
]  # fmt: skip
_shared: KitHost | None = None
_holders = 0


def hold() -> Handle:
    """Keep the shared host alive until the handle is closed."""
    global _shared, _holders
    if _shared is None:
        _shared = KitHost()
    _holders += 1
    return Handle(_let_go)


def _let_go() -> None:
    global _shared, _holders
    _holders -= 1
    if _holders == 0 and _shared is not None:
        host, _shared = _shared, None
        host.close()


def shared() -> KitHost:
    """Return the host that the panels share; somebody must hold it."""
    assert _shared is not None, "hold() it first"
    return _shared


def open_window(title: str, make: Maker, *, dock: str) -> Handles:
    """Offer a panel as a window in the menu and to layouts, until the handle is closed.

    Args:
        title: Window title.
        make: Makes the panel.
        dock: Window it is docked with.
    """
    held = hold()
    return Handles(held, shared().windows.offer(title, make, dock))


def offer_section(title: str, make: SectionMaker) -> Handles:
    """Offer a section of the Property window, where Kit has one, until the handle is closed."""

    def join() -> Handle:
        from . import section

        made = make(shared())
        joined = section.join(made)

        def leave() -> None:
            joined.close()
            made.close()

        return Handle(leave)

    return _offer(f"section {title}", "omni.kit.window.property", join)


def offer_actions(actions: Actions) -> Handles:
    """Offer lines in the context menus of the Stage window and the viewport, until the handle is closed."""

    def join() -> Handle:
        from . import menus

        return menus.join(MENU, actions, shared())

    return _offer(f"actions {[a.name for a in actions]}", "omni.kit.context_menu", join)


def offer_preferences(title: str, groups: dict[str, Sequence[Preference]]) -> Handles:
    """Offer a page of the Preferences window (heading -> lines), until the handle is closed."""

    def join() -> Handle:
        from . import preferences

        return preferences.join(title, groups, SETTINGS)

    return _offer(f"preferences {title}", "omni.kit.window.preferences", join)


def offer_tags(shown: Preference) -> Handles:
    """Show the names and states of the stations in all viewports, as long as a preference says so and the handle is open."""

    def join() -> Handle:
        from . import overlay

        return overlay.join(shared(), shown)

    return _offer("tags", "omni.kit.viewport.registry", join)


def _offer(what: str, extension: str, join: Callable[[], Handle]) -> Handles:
    held = hold()
    offered = shared().offered
    if what in offered:
        return Handles(held)
    offered.add(what)
    return Handles(held, Handle(lambda: offered.discard(what)), while_enabled(extension, join))
