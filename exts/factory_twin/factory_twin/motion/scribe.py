# SPDX-License-Identifier: Apache-2.0
"""What a layer of motion holds, worked out once, then written as text or as a binary file."""

from __future__ import annotations

import os

from pxr import Sdf, Usd, UsdGeom

from ..log import Log
from ..plant import Plant
from .binary import part_file, verify
from .columns import part_tracks
from .fleet import Rides
from .frame import Frame
from .overs import author_states, author_vehicles
from .pool import assign
from .samples import part_samples
from .shape import SCOPE, author_slot, product_model, stage_root
from .text import part_text
from .vehicle import poses


class Scribe:
    """The motion of a shift, to be written.

    Args:
        log: The shift.
        plant: What `read_plant(stage)` gave.
        stage: The stage, for frames and vehicles; it is only read.
        speed: Simulated seconds per second of playback.
        above: Layers that what is written sublayers.

    Raises:
        StageError: The stage is empty.
    """

    def __init__(self, log: Log, plant: Plant, stage: Usd.Stage, *, speed: float, above: tuple[str, ...] = ()) -> None:
        self._log, self._plant, self._stage, self._speed, self._above = log, plant, stage, speed, above
        self._root = stage_root(stage, plant)
        rides = Rides(log, plant)
        tracks, trips = part_tracks(log, plant, rides)
        self._vehicles = poses(trips, plant) | rides.keys
        frame = Frame(UsdGeom.XformCache().GetLocalToWorldTransform(self._root), plant)
        self._home, self._turn = self._root.GetPath().AppendChild(SCOPE), f"xformOp:rotate{plant.up_axis}"
        self._samples = part_samples(tracks, assign(tracks.begin, tracks.end), frame)
        self._example = Sdf.Layer.CreateAnonymous(".usda")
        self._slot = author_slot(self._example, product_model(stage), plant)

    def author(self, layer: Sdf.Layer) -> None:
        """Write all into a layer, which is emptied before."""
        if not layer.ImportFromString(part_text(self._samples, self._home, self._turn, self._slot)):
            raise AssertionError("USD does not read what was written")
        with Sdf.ChangeBlock():
            self._rest(layer)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write all into a binary file, the parts with our own writer, the rest with OpenUSD, and look at some of it.

        Raises:
            OSError: The file can't be written.
            ValueError: OpenUSD does not read what was written.
        """
        part_file(path, self._samples, self._home, self._turn, self._slot.typeName)
        layer = Sdf.Layer.FindOrOpen(str(path))
        shape = [spec.path for spec in (*self._slot.attributes, *self._slot.nameChildren)]
        with Sdf.ChangeBlock():
            for part in layer.GetPrimAtPath(self._home).nameChildren.values():
                for path_of in shape:
                    Sdf.CopySpec(self._example, path_of, layer, path_of.ReplacePrefix(self._slot.path, part.path))
            self._rest(layer)
        if not layer.Save():
            raise ValueError("OpenUSD does not save the file.")
        verify(Sdf.Layer.OpenAsAnonymous(str(path)), self._samples, self._home, self._turn)

    def _rest(self, layer: Sdf.Layer) -> None:
        layer.startTimeCode, layer.endTimeCode = 0.0, self._log.end
        layer.timeCodesPerSecond = self._speed
        layer.framesPerSecond = min(60.0, max(1.0, self._speed))
        path = self._root.GetPath()
        layer.defaultPrim = path.name if path.IsRootPrimPath() else str(path)
        layer.pseudoRoot.SetInfo("metersPerUnit", self._plant.meters_per_unit)
        layer.pseudoRoot.SetInfo("upAxis", self._plant.up_axis)
        layer.subLayerPaths = list(self._above)
        author_vehicles(layer, self._vehicles, self._plant, self._stage)
        author_states(layer, self._log, self._stage)
