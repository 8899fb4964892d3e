# SPDX-License-Identifier: Apache-2.0
"""Take the catalogue's previews: each asset by itself, as the desk draws it, 256 x 256; look at them before you commit them.

`python tools/previews.py [NAME ...] [--assets FOLDER]`; without names all of the folder.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bootstrap import ROOT, enter

ASSETS = Path(ROOT, "data", "assets")
SIDE, FINE = 256, 4
"""Pixels of a preview, and how many times larger it is drawn: that smooths its edges."""

GROUND = "#C9D1D8"
PIECES = 64
"""The faces are cut into pieces of the thing's size by this."""

COLORS, EDGE = 96, 0.06
"""Colours of a preview, and the free edge around the thing by its size."""
YAW, PITCH = -58.0, 26.0
ELSEWHERE = {
    "Forklift": (-40.0, 22.0),
    "ConveyorCurve": (150.0, 38.0),
    "ConveyorCorner": (150.0, 38.0),
    "Agv": (-40.0, 26.0),
    "Truck": (-140.0, 20.0),
    **dict.fromkeys(("HallFloor", "HallWalls"), (-58.0, 55.0)),
    "Operator": (40.0, 12.0),
    **dict.fromkeys(("FramePrepStation", "AssemblyStation", "WheelStation", "BrakeStation"), (52.0, 26.0)),
    "Pallet": (-58.0, 34.0),
    "ConveyorStraight": (-22.0, 34.0),
}
"""Degrees about the up axis and above the floor where an asset shows itself best from another side."""


def main() -> int:
    """Take them.

    Returns:
        0; 1 when nothing can be drawn here.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="assets (default: all)")
    parser.add_argument("--assets", type=Path, default=ASSETS, help="their folder (default: data/assets)")
    args = parser.parse_args()
    folder = args.assets.absolute()
    enter()
    from factory_twin.errors import FactoryTwinError

    try:
        studio = Studio()
        for name in args.names or sorted(p.parent.name for p in folder.glob("*/*.usda") if p.stem == p.parent.name):
            print(studio.take(folder / name / f"{name}.usda"), flush=True)
    except FactoryTwinError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


class Studio:
    """Draws one asset at a time.

    Raises:
        FactoryTwinError: There is no usable graphics device.
    """

    def __init__(self) -> None:
        from factory_twin_ui.desk import backend

        ui = backend.start("Preview", (SIDE * FINE, SIDE * FINE), headless=True)
        from omni.ui import scene as sc

        size = SIDE * FINE
        flags = ui.WINDOW_FLAGS_NO_TITLE_BAR | ui.WINDOW_FLAGS_NO_SCROLLBAR | ui.WINDOW_FLAGS_NO_RESIZE
        self._window = ui.Window(
            "Preview", width=size, height=size, position_x=0, position_y=0, flags=flags, padding_x=0, padding_y=0
        )
        self._window.frame.set_style({"background_color": ui.color(GROUND)})
        self._models = sc.CameraModel(sc.Matrix44(), sc.Matrix44())
        with self._window.frame, ui.ZStack():
            ui.Rectangle(style={"background_color": ui.color(GROUND)})
            self._view = sc.SceneView(self._models)

    def take(self, file: Path) -> Path:
        """Take the preview of an asset and return its path, beside the asset's file."""
        from factory_twin_ui.desk import backend
        from factory_twin_ui.desk.camera import Camera
        from factory_twin_ui.desk.drawing import Drawing
        from factory_twin_ui.desk.scenery import Scenery
        from factory_twin_ui.desk.view import View
        from omni.ui import scene as sc
        from pxr import Usd

        drawing = Drawing(Usd.Stage.Open(str(file)), Usd.TimeCode.Default())
        yaw, pitch = ELSEWHERE.get(file.stem, (YAW, PITCH))
        camera = Camera(up=drawing.up, aspect=1.0, yaw=yaw, pitch=pitch, fov=28.0)
        box: Any = drawing.box()
        camera.frame(*box, margin=1.12)
        self._models.view = sc.Matrix44(*camera.view().T.ravel().tolist())
        self._models.projection = sc.Matrix44(*camera.projection().T.ravel().tolist())
        self._view.scene.clear()
        for item in drawing.items:
            item.shape = cut(item.shape, float((box[1] - box[0]).max()) / PIECES)
        scenery = Scenery(self._view.scene, drawing.items, 1 if drawing.up == "Y" else 2, full=10**9)
        scenery.cull(View.of(camera, SIDE * FINE))
        for _ in range(4):
            backend.frame()
        return _shoot(file.with_suffix(".png"))


def cut(shape: Any, size: float) -> Any:
    """Return the shape in triangles of `size` at most: drawn from far to near, none hides a nearer one."""
    import numpy as np
    from factory_twin_ui.desk.shape import Shape

    fans = [(f[0], *pair) for f in shape.faces for pair in zip(f[1:], f[2:])]
    left, done = shape.points[np.array(fans)], []
    while len(left):
        lengths = np.linalg.norm(np.roll(left, -1, axis=1) - left, axis=2)
        small = lengths.max(axis=1) <= size
        done.append(left[small])
        longest = lengths[~small].argmax(axis=1)
        a, b, c = np.moveaxis(left[~small][np.arange(len(longest))[:, None], (longest[:, None] + np.arange(3)) % 3], 1, 0)
        left = np.concatenate([np.stack([a, (a + b) / 2, c], axis=1), np.stack([(a + b) / 2, b, c], axis=1)])
    points = np.concatenate(done).reshape(-1, 3)
    return Shape(points, tuple(zip(*np.arange(len(points)).reshape(-1, 3).T.tolist())))


def _shoot(target: Path) -> Path:
    from factory_twin_ui.desk import backend
    from PIL import Image, ImageChops

    backend.screenshot(target)
    with Image.open(target) as whole:
        picture = whole.convert("RGB")
    ground = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    left, top, right, bottom = ImageChops.difference(picture, ground).getbbox()
    half = max(right - left, bottom - top) * (0.5 + EDGE)
    x, y = (left + right) / 2, (top + bottom) / 2
    square = (round(x - half), round(y - half), round(x + half), round(y + half))
    small = picture.transform((SIDE * FINE, SIDE * FINE), Image.Transform.EXTENT, square, fillcolor=GROUND)
    small = small.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    small.quantize(COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(target, optimize=True)
    return target


if __name__ == "__main__":
    raise SystemExit(main())
