# SPDX-License-Identifier: Apache-2.0
"""Name tags of the stations as an omni.ui.scene overlay: a dot in the state's colour, its letter and the name."""

from __future__ import annotations

import omni.ui as ui
from factory_twin.bounds import Bounds
from factory_twin.event import State
from omni.ui import scene as sc
from pxr import Usd

from . import style
from .change import Change
from .host import Host
from .signal import Handles
from .states import read_states
from .tag import Tag, stations, tags

MOST = 300  # stations; beyond that tags only cover one another
_SIZE, _DOT = 14, 9


class SceneTags:
    """Draws the tags inside the present scene of a SceneView, and follows the host's stage and time.

    Args:
        host: The application around.

    Attributes:
        tags: What is shown.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self.tags: list[Tag] = []
        self._drawn: dict[str, tuple[sc.Label, sc.Points]] = {}
        self._root = sc.Transform()
        self._stale = True
        self._bounds: Bounds | None = None
        self._handles = Handles(
            host.on_stage(self._forget), host.on_change(self._change), host.on_time(self._states), host.on_frame(self._frame)
        )

    @property
    def visible(self) -> bool:
        """Whether the tags are drawn."""
        return bool(self._root.visible)

    @visible.setter
    def visible(self, shown: bool) -> None:
        self._root.visible = shown

    def _forget(self) -> None:
        self._stale, self._bounds = True, None

    def _change(self, change: Change) -> None:
        self._stale = self._stale or change.touches_model
        if self._bounds is not None:
            self._bounds.change(change.resynced, change.values)
        if change.touches_state:
            self._states()

    def _frame(self, dt: float) -> None:
        if self._stale:
            self._stale = False
            self._build()

    def _build(self) -> None:
        stage = self._host.stage
        self.tags = self._read(stage) if stage is not None else []
        self._root.clear()
        self._drawn = {}
        with self._root:
            for tag in self.tags:
                with sc.Transform(transform=sc.Matrix44.get_translation_matrix(*tag.point.tolist())):
                    dot = sc.Points([[0.0, 0.0, 0.0]], sizes=[_DOT], colors=[ui.color("#FFFFFF")], visible=False)
                    label = sc.Label(tag.name, size=_SIZE, color=ui.color("#F2F3F4"), alignment=ui.Alignment.CENTER_BOTTOM)
                self._drawn[tag.path] = label, dot
        self._states()
        for tag in self.tags:
            self._paint(tag)

    def _read(self, stage: Usd.Stage) -> list[Tag]:
        paths = stations(stage)
        if len(paths) > MOST:
            return []
        if self._bounds is None or self._bounds.paths != paths:
            self._bounds = Bounds(stage, paths)
        return tags(stage, self._bounds)

    def _states(self) -> None:
        stage = self._host.stage
        if stage is None or self._stale:
            return
        for tag in read_states(self.tags, stage, Usd.TimeCode(self._host.time * stage.GetTimeCodesPerSecond())):
            self._paint(tag)

    def _paint(self, tag: Tag) -> None:
        label, dot = self._drawn[tag.path]
        known = tag.state is not State.UNKNOWN
        label.text = f"{tag.name} [{style.state_letter(tag.state)}]" if known else tag.name
        dot.visible = known
        dot.colors = [ui.color(style.state_color(tag.state))]

    def close(self) -> None:
        """End all connections and draw nothing any more."""
        self._handles.close()
        self._root.clear()
        self.__dict__.clear()
