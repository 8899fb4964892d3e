# SPDX-License-Identifier: Apache-2.0
"""The stations' names and states in every viewport of Kit, also in those opened later."""

from __future__ import annotations

from typing import Any

from omni.kit.viewport.registry import RegisterScene

from ..preference import Preference
from ..scene_tags import SceneTags
from ..signal import Handle
from .host import KitHost


def join(host: KitHost, shown: Preference) -> Handle:
    """Draw the tags until the handle is closed; the preference switches them on and off."""
    layers: list[Layer] = []

    def make(desc: dict[str, Any]) -> Layer:
        layers.append(Layer(host, shown))
        return layers[-1]

    held = [RegisterScene(make, "factory_twin.tags")]

    def leave() -> None:
        held.pop().destroy()
        for layer in layers:
            layer.destroy()
        layers.clear()

    return Handle(leave)


class Layer:
    """What Kit's viewport asks of a layer: `name`, `visible`, `destroy`; made inside the viewport's own scene."""

    def __init__(self, host: KitHost, shown: Preference) -> None:
        self._tags: SceneTags | None = SceneTags(host)
        self._show(host, shown)
        self._handle = host.on_setting(shown.key, lambda: self._show(host, shown))

    def _show(self, host: KitHost, shown: Preference) -> None:
        self.visible = bool(host.setting(shown.key, shown.default))

    @property
    def name(self) -> str:
        """What Kit's "Show By Type" menu calls it."""
        return "Factory Twin names"

    @property
    def visible(self) -> bool:
        """Whether it is drawn."""
        return self._tags is not None and self._tags.visible

    @visible.setter
    def visible(self, shown: bool) -> None:
        if self._tags is not None:
            self._tags.visible = shown

    def destroy(self) -> None:
        """Draw nothing any more; a second call does nothing."""
        tags, self._tags = self._tags, None
        self._handle.close()
        if tags is not None:
            tags.close()
