# SPDX-License-Identifier: Apache-2.0
"""A layer of time samples that plays in any USD viewer: parts from a pool, vehicles on their paths, stations in their states.

One time code is one simulated second; `timeCodesPerSecond` is the playback speed-up. The user's files are not touched.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, Vt

from ..errors import StageError
from ..event import State
from ..log import Log
from ..palette import LAMP, linear
from ..plant import Plant
from .columns import part_tracks
from .fleet import Rides
from .frame import Frame
from .places import station_states
from .pool import assign
from .samples import EDGE, part_samples, turns
from .shape import author_shape, product_model, scales, stage_root
from .text import part_text
from .track import Key
from .tracks import Tracks
from .vehicle import poses

SCOPE = "FactoryTwinMotion"
EXTENSIONS = (".usdc", ".usda", ".usd")


def write_motion(
    log: Log, plant: Plant, *, stage: Usd.Stage, target: str | os.PathLike[str], speed: float = 60.0, base: str = ""
) -> Path:
    """Write the motion of a shift to a file of its own, whole or not at all.

    Args:
        log: The shift.
        plant: What `read_plant(stage)` gave.
        stage: The stage, for frames and vehicles; it is only read.
        target: `.usdc`, `.usda` or `.usd` file.
        speed: Simulated seconds per second of playback.
        base: Root layer of the user's stage; when given the file sublayers it and can be opened by itself.

    Raises:
        StageError: The file can't be written.
    """
    path = Path(target)
    if path.suffix.lower() not in EXTENSIONS:
        raise StageError(
            f"{path.suffix or 'No extension'} is no USD file.", where=str(path), hint=f"Name it {', '.join(EXTENSIONS)}."
        )
    if not path.parent.is_dir():
        raise StageError("The folder does not exist.", where=str(path.parent), hint="Make it, or choose another one.")
    if base and Path(base).resolve() == path.resolve():
        raise StageError("This is the stage itself.", where=str(path), hint="Give the motion a file of its own.")
    layer = Sdf.Layer.CreateAnonymous(path.suffix)
    author_motion(layer, log, plant, stage=stage, speed=speed)
    if base:
        layer.subLayerPaths = [_relative(base, path)]
    _export(layer, path)
    return path


def _export(layer: Sdf.Layer, path: Path) -> None:
    """Write into a folder beside the target, then put it in its place."""
    hint = "Is the disk full, the folder read-only, or the file open in a viewer?"
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            draft = Path(folder) / path.name
            if not layer.Export(str(draft)):
                raise StageError("The motion can't be written.", where=str(path), hint=hint)
            os.replace(draft, path)
    except OSError as error:
        raise StageError(f"The motion can't be written: {error.strerror}.", where=str(path), hint=hint) from error


def _relative(base: str, path: Path) -> str:
    try:
        text = os.path.relpath(Path(base).resolve(), path.resolve().parent).replace(os.sep, "/")
    except ValueError:  # another drive on Windows
        return Path(base).resolve().as_posix()
    return text if text.startswith(".") else f"./{text}"


def author_motion(layer: Sdf.Layer, log: Log, plant: Plant, *, stage: Usd.Stage, speed: float = 60.0) -> None:
    """Write the motion of a shift into `layer`, which is emptied before."""
    scribe = _Scribe(layer, plant, stage, stage_root(stage, plant))
    rides = Rides(log, plant)
    tracks, trips = part_tracks(log, plant, rides)
    scribe.parts(tracks)
    with Sdf.ChangeBlock():
        scribe.head(log.end, speed)
        scribe.vehicles(poses(trips, plant) | rides.keys)
        scribe.states(log)


class _Scribe:
    def __init__(self, layer: Sdf.Layer, plant: Plant, stage: Usd.Stage, root: Usd.Prim) -> None:
        self.layer, self.plant, self.stage, self.root = layer, plant, stage, root
        self._turn = f"xformOp:rotate{plant.up_axis}"
        self._cache = UsdGeom.XformCache()

    def head(self, end: float, speed: float) -> None:
        layer = self.layer
        layer.startTimeCode, layer.endTimeCode = 0.0, end
        layer.timeCodesPerSecond = speed
        layer.framesPerSecond = min(60.0, max(1.0, speed))
        layer.defaultPrim = self.root.GetName()
        layer.pseudoRoot.SetInfo("metersPerUnit", self.plant.meters_per_unit)
        layer.pseudoRoot.SetInfo("upAxis", self.plant.up_axis)

    def parts(self, tracks: Tracks) -> None:
        """Write the slots of the parts into the layer, and nothing else."""
        frame = Frame(self._cache.GetLocalToWorldTransform(self.root), self.plant)
        samples = part_samples(tracks, assign(tracks.begin, tracks.end), frame)
        shape = Sdf.Layer.CreateAnonymous(".usda")
        author_shape(shape, product_model(self.stage), self.plant)
        text = part_text(samples, self.root.GetPath().AppendChild(SCOPE), self._turn, shape.ExportToString().partition("\n")[2])
        if not self.layer.ImportFromString(text):
            raise AssertionError("USD does not read what was written")

    def vehicles(self, tracks: dict[str, list[Key]]) -> None:
        """Write the vehicles, over what the stage says about them."""
        for path, track in tracks.items():
            prim = self.stage.GetPrimAtPath(path)
            frame = Frame(self._cache.GetParentToWorldTransform(prim), self.plant)
            move, turn = "xformOp:translate:factoryTwinMotion", f"{self._turn}:factoryTwinMotion"
            order = Vt.TokenArray([move, turn, *scales(prim)])
            spec = self._over(path)
            Sdf.AttributeSpec(spec, "xformOpOrder", Sdf.ValueTypeNames.TokenArray, Sdf.VariabilityUniform).default = order
            spot = Sdf.AttributeSpec(spec, move, Sdf.ValueTypeNames.Double3)
            angle = Sdf.AttributeSpec(spec, turn, Sdf.ValueTypeNames.Double)
            keys = Tracks.of([track])
            for time, place in zip(keys.time.tolist(), frame.places(keys.place).tolist()):
                self.layer.SetTimeSample(spot.path, time, Gf.Vec3d(*place))
            one = np.zeros(len(keys.time), np.int64)
            _, times, degrees = turns(keys.time, frame.degrees(keys.way), keys.first[:1], one)
            for time, value in zip(times.tolist(), degrees.tolist()):
                self.layer.SetTimeSample(angle.path, time, value)

    def states(self, log: Log) -> None:
        for path, changes in station_states(log).items():
            if not self.stage.GetPrimAtPath(path):
                continue
            spec = self._over(path)
            spec.SetInfo("apiSchemas", Sdf.TokenListOp.Create(prependedItems=["FactoryTwinStateAPI"]))
            status = Sdf.AttributeSpec(spec, "factoryTwin:state:status", Sdf.ValueTypeNames.Token)
            for time, state in changes:
                self.layer.SetTimeSample(status.path, time, state.token)
            lamp = Sdf.Path(path).AppendChild(LAMP)
            if self.stage.GetPrimAtPath(lamp):
                self._lamp(str(lamp), changes)

    def _lamp(self, path: str, changes: list[tuple[float, State]]) -> None:
        colour = Sdf.AttributeSpec(self._over(path), "primvars:displayColor", Sdf.ValueTypeNames.Color3fArray)
        before: State | None = None
        for time, state in changes:
            if before is not None:
                self.layer.SetTimeSample(colour.path, time - EDGE, Vt.Vec3fArray([linear(before)]))
            self.layer.SetTimeSample(colour.path, time, Vt.Vec3fArray([linear(state)]))
            before = state

    def _over(self, path: str) -> Sdf.PrimSpec:
        return self.layer.GetPrimAtPath(path) or Sdf.CreatePrimInLayer(self.layer, path)
