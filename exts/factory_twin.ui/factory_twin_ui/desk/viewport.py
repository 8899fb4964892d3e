# SPDX-License-Identifier: Apache-2.0
"""The desk's 3D view: the stage flat shaded in omni.ui.scene; orbit, pan, zoom, framing, picking, highlighted selection."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import omni.ui as ui
from factory_twin.bounds import Bounds
from numpy.typing import NDArray
from omni.ui import scene as sc
from pxr import Sdf, Usd

from ..change import Change
from ..host import Host
from ..signal import Handles
from ..style import ACCENT, rgba
from ..tag import Tag, stations, tags
from .camera import Camera
from .drawing import Drawing
from .labels import Labels
from .layers import split
from .meshes import Meshes
from .places import Places, thing_of
from .scenery import Scenery
from .view import View

Array = NDArray[np.float64]
_MOUSE = "Left: select   Right drag: orbit   Middle drag: pan   Wheel: zoom   Double click: frame"
_REST = 0.15  # s without a move of the camera until the full picture comes back
_NOTHING = "This stage has no geometry to draw; the panels work all the same."


class Viewport:
    """Draws the host's stage.

    Args:
        host: Where stage, selection and time come from.

    Attributes:
        camera: The camera.
        drawing: What is to be drawn; None without a stage.
        scenery: How it is drawn, but for floors and marks on them; None before the first time.
        labels_shown: Whether stations have name tags.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self.camera = Camera()
        self.drawing: Drawing | None = None
        self._bounds: Bounds | None = None  # of the stations
        self._models = sc.CameraModel(sc.Matrix44(), sc.Matrix44())
        self.scenery: Scenery | None = None
        self._layers: list[Meshes | Scenery] = []
        self._coarse, self._rested = False, 0.0
        self._outlined: list[tuple[Array, Array]] = []
        self._drawn = -1
        self._sized = False
        self.labels_shown = True
        self._follow = True  # frame the plant until the user takes the camera
        self._handles = Handles(
            host.on_stage(self._open), host.on_change(self._change), host.on_time(self._time),
            host.on_selection(self._select), host.on_frame(self._frame),
        )  # fmt: skip

    def build(self) -> None:
        """Build the widgets inside the present frame."""
        with ui.ZStack():
            ui.Rectangle(style={"background_color": ui.color("#1d2023")})
            self._views = [sc.SceneView(self._models) for _ in range(4)]
            with self._views[3].scene:
                self._overlay = sc.Transform()
                sc.Screen(gestures=self._gestures())
            self._labels = Labels()
            with ui.VStack():
                ui.Spacer()
                with ui.HStack(height=22):
                    ui.Spacer(width=10)
                    hint = {"color": ui.color("#7b838a"), "font_size": 13}
                    self._hint = ui.Label("", style=hint, identifier="hint")
        self._open()

    def _gestures(self) -> list[sc.AbstractGesture]:
        return [
            sc.ClickGesture(self._click, mouse_button=0),
            sc.DoubleClickGesture(lambda shape: self.frame_selection(), mouse_button=0),
            self._dragging(1, lambda x, y: self.camera.orbit(x, y)),
            self._dragging(2, lambda x, y: self.camera.pan(x, y)),
            self._scroll(),
        ]

    def _dragging(self, button: int, move: Callable[[float, float], None]) -> sc.DragGesture:
        def changed(shape: sc.AbstractShape) -> None:
            x, y = shape.gesture_payload.mouse_moved[:2]
            self.move(lambda: move(x, y))

        return sc.DragGesture(mouse_button=button, on_changed_fn=changed, on_ended_fn=lambda shape: self._come_to_rest())

    def _scroll(self) -> sc.ScrollGesture:
        gesture = sc.ScrollGesture()

        def ended(shape: sc.AbstractShape) -> None:
            self.move(lambda: self.camera.zoom(gesture.scroll[1]))

        gesture.set_on_ended_fn(ended)
        return gesture

    # ---- mouse

    def _click(self, shape: sc.AbstractShape) -> None:
        x, y = shape.gesture_payload.mouse[0], shape.gesture_payload.mouse[1]
        self.click(x, y)

    def click(self, x: float, y: float) -> None:
        """Select what is at a point of the picture, x and y in -1..1, y up."""
        if self.drawing is None:
            return
        floor = [i for layer in self._layers[:2] for i in layer.items]
        path = self.drawing.pick(*self.camera.ray(x, y), skip=floor)
        place = thing_of(self.drawing.stage, path) if path is not None else ""
        self.host.select((place,) if place else ())

    def move(self, how: Callable[[], None]) -> None:
        """Let the user move the camera: a coarser picture will do until it rests."""
        self._follow, self._coarse, self._rested = False, True, 0.0
        how()
        self._look()

    def _come_to_rest(self) -> None:
        if self._coarse:
            self._coarse = False
            self._look()

    # ---- following the host

    def _open(self) -> None:
        stage = self.host.stage
        self._layers, self._drawn, self._follow, self._sized = [], -1, True, False
        self.drawing = None if stage is None else Drawing(stage, self._code(stage))
        self._bounds = None
        if self.drawing is not None:
            self.camera = Camera(up=self.drawing.up, aspect=self.camera.aspect)
        self._draw()
        self._tag()

    def _code(self, stage: Usd.Stage) -> Usd.TimeCode:
        return Usd.TimeCode(self.host.time * stage.GetTimeCodesPerSecond())

    def _change(self, change: Change) -> None:
        if self.drawing is not None:
            self.drawing.apply(change)
            if self._bounds is not None:
                self._bounds.change(change.resynced, change.values)
            if change.touches_model:
                self._tag()
            elif change.touches_state:
                self._read_states()

    def _tag(self) -> None:
        """Hang a name tag on each station."""
        tags = self._tags() if self.labels_shown else []
        if [(t.path, t.name, t.point.tolist()) for t in tags] != [
            (t.path, t.name, t.point.tolist()) for t in self._labels.tags
        ]:
            self._labels.show(tags)
        if self.drawing is not None:
            self._read_states()
        self._place_labels()

    def _tags(self) -> list[Tag]:
        if self.drawing is None:
            return []
        paths = stations(self.drawing.stage)
        if self._bounds is None or self._bounds.paths != paths:
            self._bounds = Bounds(self.drawing.stage, paths)
        return tags(self.drawing.stage, self._bounds)

    def _read_states(self) -> None:
        """Let the tags show the states of the present time; a tag with a state is wider."""
        if self.drawing is not None and self._labels.read_states(self.drawing.stage, self.drawing.time):
            self._place_labels()

    def _place_labels(self) -> None:
        view = self._views[2]
        self._labels.place(self.camera, view.computed_width, view.computed_height)

    def show_labels(self, shown: bool) -> None:
        """Show the stations' name tags, or not."""
        self.labels_shown = shown
        self._tag()

    def _time(self) -> None:
        if self.drawing is not None and self.host.stage is not None:
            self.drawing.set_time(self._code(self.host.stage))
            self._read_states()

    def _frame(self, dt: float) -> None:
        self._fit()
        if self.drawing is None:
            return
        self._rested += dt
        if self._rested > _REST:
            self._come_to_rest()
        if self.drawing.version != self._drawn:
            self._draw()
        else:
            moved = [layer.refresh() for layer in self._layers]
            if any(moved):
                self._cull()
                self._select()

    def _fit(self) -> None:
        """Follow the widget's size; frame everything once the size is known."""
        view = self._views[2]
        if view.computed_height < 2:
            return
        aspect = view.computed_width / view.computed_height
        if abs(aspect - self.camera.aspect) > 1e-3 or not self._sized:
            self.camera.aspect, self._sized = aspect, True
            if self._follow:
                self.frame_all()
            self._look()

    def _draw(self) -> None:
        for view in self._views[:3]:
            view.scene.clear()
        self._layers = []
        items = self.drawing.items if self.drawing is not None else []
        up = 1 if self.drawing is not None and self.drawing.up == "Y" else 2
        floor, marks, things = split(items, up)
        for view, some in zip(self._views, (floor, marks)):
            self._layers.append(Meshes(view.scene, some, up, ordered=True))
        self.scenery = Scenery(self._views[2].scene, things, up)
        self._layers.append(self.scenery)
        for item in items:
            item.fresh.clear()
        self._drawn = self.drawing.version if self.drawing is not None else -1
        self._hint.text = _MOUSE if items else "" if self.drawing is None else _NOTHING
        self._look()
        self._select()

    # ---- camera

    def _look(self) -> None:
        self._models.view = sc.Matrix44(*self.camera.view().T.ravel().tolist())
        self._models.projection = sc.Matrix44(*self.camera.projection().T.ravel().tolist())
        self._cull()
        self._place_labels()

    def _cull(self) -> None:
        view = View.of(self.camera, max(self._views[2].computed_height, 1.0))
        for layer in self._layers:
            layer.cull(view, coarse=self._coarse)

    def frame_all(self) -> None:
        """Show the whole plant."""
        self._frame_box(self._things())

    def frame_selection(self) -> None:
        """Show what is selected, or the whole plant when nothing is."""
        boxes = [b for p in self.host.selection if self.drawing and (b := self.drawing.box(Sdf.Path(p)))]
        if not boxes:
            self.frame_all()
            return
        self._follow = False
        low, high = np.min([b[0] for b in boxes], axis=0), np.max([b[1] for b in boxes], axis=0)
        self._frame_box((low - (high - low), high + (high - low)))

    def _things(self) -> tuple[Array, Array] | None:
        """Box around the plant's places, or around everything when there are none."""
        if self.drawing is None:
            return None
        stage = self.drawing.stage
        places = Places(stage)
        boxes = [i.box() for i in self.drawing.items if i.visible and not i.moves and places.of(i.path)]
        metre = 1 / self.drawing.unit
        boxes = boxes or [(t.point - metre, t.point + metre) for t in self._labels.tags]
        if not boxes:
            return self.drawing.box()
        return np.min([b[0] for b in boxes], axis=0), np.max([b[1] for b in boxes], axis=0)

    def _frame_box(self, box: tuple[Array, Array] | None) -> None:
        if box is not None:
            self.camera.frame(*box)
            self._look()

    # ---- selection

    def _select(self) -> None:
        chosen = self.host.selection if self.drawing is not None else ()
        boxes = [b for p in chosen if self.drawing and (b := self.drawing.box(Sdf.Path(p))) is not None]
        if [np.concatenate(b).tolist() for b in boxes] == [np.concatenate(b).tolist() for b in self._outlined]:
            return
        self._outlined = boxes
        self._overlay.clear()
        with self._overlay:
            for box in boxes:
                _outline(*box)

    def close(self) -> None:
        """End all connections and drop what was drawn."""
        self._handles.close()
        for view in getattr(self, "_views", []):
            view.scene.clear()
        self.__dict__.clear()


def _outline(low: Array, high: Array) -> None:
    """Draw the edges of a box."""
    corner = [[(low, high)[k >> a & 1][a] for a in range(3)] for k in range(8)]
    for a in range(8):
        for axis in range(3):
            b = a | 1 << axis
            if b != a:
                sc.Line(corner[a], corner[b], color=rgba(ACCENT), thickness=2)
