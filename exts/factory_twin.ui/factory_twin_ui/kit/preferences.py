# SPDX-License-Identifier: Apache-2.0
"""Our page in Kit's Preferences window."""

from __future__ import annotations

from collections.abc import Sequence

import carb.settings
import omni.kit.window.preferences
import omni.ui as ui
from omni.kit.window.preferences import PreferenceBuilder, SettingType

from ..preference import Preference
from ..signal import Handle

_TYPES = {bool: "BOOL", int: "INT", float: "FLOAT", str: "STRING"}


def join(title: str, groups: dict[str, Sequence[Preference]], settings: str) -> Handle:
    """Offer a page until the handle is closed.

    Args:
        title: Of the page.
        groups: Heading -> lines below it.
        settings: Path of our settings, with a slash at its end.
    """
    for line in (line for lines in groups.values() for line in lines):
        carb.settings.get_settings().set_default(path_of(line, settings), line.default)
    page = omni.kit.window.preferences.register_page(_Page(title, groups, settings))
    return Handle(lambda: omni.kit.window.preferences.unregister_page(page))


def path_of(line: Preference, settings: str) -> str:
    """Return the path of a setting."""
    return settings + line.key.replace(".", "/")


class _Page(PreferenceBuilder):  # type: ignore[misc,unused-ignore]
    def __init__(self, title: str, groups: dict[str, Sequence[Preference]], settings: str) -> None:
        super().__init__(title)
        self._groups, self._settings = groups, settings

    def build(self) -> None:
        """Build the page; Kit calls it when the page is shown."""
        with ui.VStack(height=0, spacing=4):
            for heading, lines in self._groups.items():
                with self.add_frame(heading), ui.VStack(height=0, spacing=4):
                    for line in lines:
                        kind = getattr(SettingType, _TYPES[type(line.default)])
                        self.create_setting_widget(line.label, path_of(line, self._settings), kind)
