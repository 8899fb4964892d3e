# SPDX-License-Identifier: Apache-2.0
"""A context menu of actions, shown at the mouse."""

from __future__ import annotations

import omni.ui as ui
from factory_twin.errors import FactoryTwinError

from .action import Action, Actions, Paths
from .form import words
from .host import Host, Level


class ActionMenu:
    """Shows the actions that apply.

    Args:
        host: The application around.
        actions: All there are.
    """

    def __init__(self, host: Host, actions: Actions) -> None:
        self._host, self._actions = host, actions
        self.menu: ui.Menu | None = None

    def show(self, paths: Paths) -> None:
        """Show what can be done with these prims; nothing when that is nothing."""
        fitting = [a for a in self._actions if a.applies(self._host, paths)]
        if not fitting:
            return
        self.menu = ui.Menu("Factory Twin", tearable=False)
        with self.menu:
            for action in fitting:
                ui.MenuItem(action.name, triggered_fn=lambda action=action: run(action, self._host, paths))
        self.menu.show()


def run(action: Action, host: Host, paths: Paths) -> None:
    """Do it; a refusal is told as a notice."""
    try:
        action.act(host, paths)
    except FactoryTwinError as error:
        host.notify(words(error), Level.ERROR)
