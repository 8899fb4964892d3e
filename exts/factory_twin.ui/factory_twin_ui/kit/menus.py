# SPDX-License-Identifier: Apache-2.0
"""Our lines in the context menus of Kit's Stage window and viewport."""

from __future__ import annotations

from typing import Any

import omni.kit.context_menu

from ..action import Action, Actions, Paths
from ..host import Host
from ..menu import run
from ..signal import Handle


def join(title: str, actions: Actions, host: Host) -> Handle:
    """Add a sub menu with one line for each action, shown when one applies, until the handle is closed."""
    entries = [_entry(action, host) for action in actions]
    menu = {
        "name": {title: entries},
        "show_fn": lambda objects: any(action.applies(host, _paths(objects, host)) for action in actions),
    }
    held = [omni.kit.context_menu.add_menu(menu, "MENU", "")]  # the menu is there as long as the subscription
    return Handle(held.clear)


def _entry(action: Action, host: Host) -> dict[str, Any]:
    return {
        "name": action.name,
        "show_fn": lambda objects: action.applies(host, _paths(objects, host)),
        "onclick_fn": lambda objects: run(action, host, _paths(objects, host)),
    }


def _paths(objects: dict[str, Any], host: Host) -> Paths:
    """The prims that a menu was opened for, else those selected."""
    prims = objects.get("prim_list") or []
    return tuple(str(prim.GetPath()) for prim in prims if prim) or host.selection
