# SPDX-License-Identifier: Apache-2.0
"""Name tags over the stations in the 3D view, with the state's colour and letter. One that a nearer one covers is left out."""

from __future__ import annotations

from typing import Any

import numpy as np
import omni.ui as ui
from factory_twin.event import State
from pxr import Usd

from .. import style
from ..states import read_states
from ..tag import Tag
from .camera import Camera

_HEIGHT, _LETTER = 18, 5.9
MOST = 60
"""Tags shown at once."""


class Labels:
    """Draws the tags in a frame over the view."""

    def __init__(self) -> None:
        self.tags: list[Tag] = []
        self._nodes: dict[str, tuple[ui.Placer, ui.Frame]] = {}  # of the tags that were in sight
        self._seen: set[str] = set()
        self._layer = ui.ZStack()

    def show(self, tags: list[Tag]) -> None:
        """Show other tags."""
        self.tags = tags
        self._nodes, self._seen = {}, set()
        self._layer.clear()

    def read_states(self, stage: Usd.Stage, time: Usd.TimeCode) -> bool:
        """Take over the states that the stations show at a time code; return whether one changed."""
        changed = read_states(self.tags, stage, time)
        for tag in changed:
            if tag.path in self._nodes:
                self._nodes[tag.path][1].rebuild()
        return bool(changed)

    def place(self, camera: Camera, wide: float, high: float) -> None:
        """Put the tags where their stations appear in a view of that size, pixels."""
        spots = visible(self.tags, camera, wide, high)
        for path in self._seen - spots.keys():
            self._nodes[path][0].visible = False
        new = [t for t in self.tags if t.path in spots and t.path not in self._nodes]
        with self._layer:
            for tag in new:
                with ui.Placer(visible=False) as placer:
                    frame = ui.Frame(width=0, height=0, build_fn=lambda tag=tag: _build(tag))
                self._nodes[tag.path] = (placer, frame)
        for path, (x, y) in spots.items():
            placer = self._nodes[path][0]
            placer.visible, placer.offset_x, placer.offset_y = True, x, y
        self._seen = set(spots)


def visible(tags: list[Tag], camera: Camera, wide: float, high: float, *, most: int = MOST) -> dict[str, tuple[float, float]]:
    """Return the upper left corner of each tag that is in the view and not hidden by a nearer one, pixels.

    Args:
        tags: All tags.
        camera: The camera.
        wide: Width of the view, pixels.
        high: Height of the view, pixels.
        most: Of more tags the nearest are taken.
    """
    if not tags:
        return {}
    matrix = camera.projection() @ camera.view()
    points = np.column_stack([[t.point for t in tags], np.ones(len(tags))]) @ matrix.T
    widths = np.array([width(t) for t in tags])
    w = np.where(points[:, 3] > 0, points[:, 3], np.nan)
    x = (points[:, 0] / w + 1) / 2 * wide - widths / 2
    y = (1 - points[:, 1] / w) / 2 * high - _HEIGHT - 4
    inside = np.flatnonzero((x >= 0) & (x + widths <= wide) & (y >= 0) & (y <= high - _HEIGHT))
    rows: dict[int, list[tuple[float, float, float]]] = {}  # what is taken, by height
    found: dict[str, tuple[float, float]] = {}
    for k in inside[np.argsort(w[inside], kind="stable")].tolist():
        left, top, right = float(x[k]), float(y[k]), float(x[k] + widths[k])
        row = int(top // (_HEIGHT + 1))
        near = (spot for r in (row - 1, row, row + 1) for spot in rows.get(r, ()))
        if all(abs(top - b) > _HEIGHT + 1 or right < a or left > c for a, b, c in near):
            rows.setdefault(row, []).append((left, top, right))
            found[tags[k].path] = (left, top)
            if len(found) == most:
                break
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
