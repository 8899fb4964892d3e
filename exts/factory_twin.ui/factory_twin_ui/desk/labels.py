# SPDX-License-Identifier: Apache-2.0
"""Name tags over the stations in the 3D view, with the state's colour and letter. One that a nearer one covers is left out."""

from __future__ import annotations

from typing import Any

import numpy as np
import omni.ui as ui
from factory_twin.event import State
from pxr import Usd

from .. import style
from ..tag import Point, Tag, read_states, tags
from .camera import Camera
from .drawing import Drawing

_HEIGHT, _LETTER = 18, 5.9


class Labels:
    """Draws the tags in a frame over the view."""

    def __init__(self) -> None:
        self.tags: list[Tag] = []
        self._nodes: dict[str, tuple[ui.Placer, ui.Frame]] = {}
        self._layer = ui.ZStack()

    def show(self, tags: list[Tag]) -> None:
        """Show other tags."""
        self.tags = tags
        self._nodes = {}
        self._layer.clear()
        with self._layer:
            for tag in tags:
                with ui.Placer(visible=False) as placer:
                    frame = ui.Frame(width=0, height=0, build_fn=lambda tag=tag: _build(tag))
                self._nodes[tag.path] = (placer, frame)

    def read_states(self, stage: Usd.Stage, time: Usd.TimeCode) -> bool:
        """Take over the states that the stations show at a time code; return whether one changed."""
        changed = read_states(self.tags, stage, time)
        for tag in changed:
            self._nodes[tag.path][1].rebuild()
        return bool(changed)

    def place(self, camera: Camera, wide: float, high: float) -> None:
        """Put the tags where their stations appear in a view of that size, pixels."""
        spots = visible(self.tags, camera, wide, high)
        for tag in self.tags:
            placer, _ = self._nodes[tag.path]
            spot = spots.get(tag.path)
            placer.visible = spot is not None
            if spot is not None:
                placer.offset_x, placer.offset_y = spot


def visible(tags: list[Tag], camera: Camera, wide: float, high: float) -> dict[str, tuple[float, float]]:
    """Return the upper left corner of each tag that is in the view and not hidden by a nearer one, pixels."""
    if not tags:
        return {}
    matrix = camera.projection() @ camera.view()
    points = np.column_stack([[t.point for t in tags], np.ones(len(tags))]) @ matrix.T
    taken: list[tuple[float, float, float]] = []
    found = {}
    for k in np.argsort(points[:, 3]):
        w = points[k, 3]
        if w <= 0:
            continue
        tag = tags[k]
        x = float((points[k, 0] / w + 1) / 2 * wide - width(tag) / 2)
        y = float((1 - points[k, 1] / w) / 2 * high - _HEIGHT - 4)
        inside = 0 <= x and x + width(tag) <= wide and 0 <= y <= high - _HEIGHT
        free = all(abs(y - b) > _HEIGHT + 1 or x + width(tag) < a or x > a + c for a, b, c in taken)
        if inside and free:
            taken.append((x, y, width(tag)))
            found[tag.path] = (x, y)
    return found


def _build(tag: Tag) -> None:
    with ui.ZStack(width=width(tag), height=_HEIGHT):
        ui.Rectangle(style={"background_color": ui.color(0.08, 0.09, 0.1, 0.78), "border_radius": 3})
        with ui.HStack():
            ui.Spacer(width=3)
            if tag.state is not State.UNKNOWN:
                style.state_chip(tag.state, size=14)
            text: Any = {"color": ui.color("#F2F3F4"), "font_size": 13}
            ui.Label(tag.name, alignment=ui.Alignment.CENTER, style=text)
            ui.Spacer(width=3)


def width(tag: Tag) -> float:
    """Estimated width, pixels."""
    return _LETTER * len(tag.name) + 12 + (20 if tag.state is not State.UNKNOWN else 0)


def station_tags(drawing: Drawing) -> list[Tag]:
    """Return a tag for each station, above its middle, or at its origin when nothing of it is drawn."""
    up = 1 if drawing.up == "Y" else 2

    def top(prim: Usd.Prim) -> Point:
        box = drawing.box(prim.GetPath(), still=True)
        point = (box[0] + box[1]) / 2 if box is not None else drawing.origin(prim)
        point[up] = box[1][up] if box is not None else point[up]
        return point

    return tags(drawing.stage, top)
