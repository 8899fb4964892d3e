# SPDX-License-Identifier: Apache-2.0
"""Name tags over the stations in the 3D view, with the state's colour and letter. One that a nearer one covers is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import omni.ui as ui
from factory_twin.bounds import Bounds
from factory_twin.event import State
from factory_twin.survey.walk import find, ours
from numpy.typing import NDArray
from pxr import Usd

from .. import style
from .camera import Camera
from .drawing import Drawing

_HEIGHT, _LETTER = 18, 5.9
_STATUS = "factoryTwin:state:status"


@dataclass(eq=False)
class Tag:
    """A name tag.

    Attributes:
        path: Prim path of the station.
        name: Text.
        point: Where it points to, world.
        state: Shown by its chip; UNKNOWN: no chip.
    """

    path: str
    name: str
    point: NDArray[np.float64]
    state: State = State.UNKNOWN

    @property
    def width(self) -> float:
        """Estimated width, pixels."""
        return _LETTER * len(self.name) + 12 + (20 if self.state is not State.UNKNOWN else 0)


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
        changed = False
        for tag in self.tags:
            attribute = stage.GetPrimAtPath(tag.path).GetAttribute(_STATUS)
            state = State.from_token(str(attribute.Get(time) or "")) if attribute else State.UNKNOWN
            if state is not tag.state:
                tag.state = state
                self._nodes[tag.path][1].rebuild()
                changed = True
        return changed

    def place(self, camera: Camera, width: float, height: float) -> None:
        """Put the tags where their stations appear in a view of that size, pixels."""
        spots = visible(self.tags, camera, width, height)
        for tag in self.tags:
            placer, _ = self._nodes[tag.path]
            spot = spots.get(tag.path)
            placer.visible = spot is not None
            if spot is not None:
                placer.offset_x, placer.offset_y = spot


def visible(tags: list[Tag], camera: Camera, width: float, height: float) -> dict[str, tuple[float, float]]:
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
        x = float((points[k, 0] / w + 1) / 2 * width - tag.width / 2)
        y = float((1 - points[k, 1] / w) / 2 * height - _HEIGHT - 4)
        inside = 0 <= x and x + tag.width <= width and 0 <= y <= height - _HEIGHT
        free = all(abs(y - b) > _HEIGHT + 1 or x + tag.width < a or x > a + c for a, b, c in taken)
        if inside and free:
            taken.append((x, y, tag.width))
            found[tag.path] = (x, y)
    return found


def _build(tag: Tag) -> None:
    with ui.ZStack(width=tag.width, height=_HEIGHT):
        ui.Rectangle(style={"background_color": ui.color(0.08, 0.09, 0.1, 0.78), "border_radius": 3})
        with ui.HStack():
            ui.Spacer(width=3)
            if tag.state is not State.UNKNOWN:
                style.state_chip(tag.state, size=14)
            text: Any = {"color": ui.color("#F2F3F4"), "font_size": 13}
            ui.Label(tag.name, alignment=ui.Alignment.CENTER, style=text)
            ui.Spacer(width=3)


def stations(stage: Usd.Stage) -> tuple[str, ...]:
    """Return the paths of all stations."""
    return tuple(str(p.GetPath()) for p in find(stage) if "FactoryTwinStationAPI" in ours(p))


def station_tags(drawing: Drawing, bounds: Bounds) -> list[Tag]:
    """Return a tag for each prim of the bounds, above its middle, or at its origin when nothing of it is drawn."""
    up, tags = (1 if drawing.up == "Y" else 2), []
    low, high = bounds.boxes()
    points = (low + high) / 2
    points[:, up] = high[:, up]
    for path, point in zip(bounds.paths, points):
        prim = drawing.stage.GetPrimAtPath(path)
        spot = drawing.origin(prim) if np.isnan(point).any() else point
        tags.append(Tag(path, prim.GetDisplayName() or prim.GetName(), spot))
    return tags
