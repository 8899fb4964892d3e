# SPDX-License-Identifier: Apache-2.0
"""A layer of time samples that plays in any USD viewer: parts from a pool, vehicles on their paths, stations in their states.

One time code is one simulated second; `timeCodesPerSecond` is the playback speed-up. The user's files are not touched.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pxr import Gf, Sdf, Usd, UsdGeom, Vt

from ..errors import StageError
from ..event import State, together
from ..interval import state_intervals
from ..log import Log
from ..palette import LAMP, linear
from ..plant import Plant
from .fleet import Rides
from .pool import assign
from .track import Key, keys, visits
from .vehicle import poses

SCOPE = "FactoryTwinMotion"
EXTENSIONS = (".usdc", ".usda", ".usd")
_EDGE = 1e-3  # s, how long a colour takes to change (displayColor interpolates)


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
    root = stage.GetDefaultPrim() or next(iter(stage.GetPseudoRoot().GetChildren()), None)
    if not root:
        raise StageError("The stage is empty.", where=plant.file, hint="Open a stage with a factory on it.")
    scribe = _Scribe(layer, plant, stage, root)
    parts, rides = visits(log, plant), Rides(log, plant)
    with Sdf.ChangeBlock():
        layer.Clear()
        scribe.head(log.end, speed)
        scribe.parts([keys(p, plant, rides) for p in parts])
        scribe.vehicles(poses(parts, plant) | rides.keys)
        scribe.states(log)


class _Scribe:
    def __init__(self, layer: Sdf.Layer, plant: Plant, stage: Usd.Stage, root: Usd.Prim) -> None:
        self.layer, self.plant, self.stage, self.root = layer, plant, stage, root
        self._unit = 1.0 / plant.meters_per_unit
        self._cache = UsdGeom.XformCache()

    def head(self, end: float, speed: float) -> None:
        layer = self.layer
        layer.startTimeCode, layer.endTimeCode = 0.0, end
        layer.timeCodesPerSecond = speed
        layer.framesPerSecond = min(60.0, max(1.0, speed))
        layer.defaultPrim = self.root.GetName()
        layer.pseudoRoot.SetInfo("metersPerUnit", self.plant.meters_per_unit)
        layer.pseudoRoot.SetInfo("upAxis", self.plant.up_axis)

    def parts(self, tracks: list[list[Key]]) -> None:
        slots = assign(tracks)
        home = Sdf.CreatePrimInLayer(self.layer, self.root.GetPath().AppendChild(SCOPE))
        home.specifier, home.typeName, home.kind = Sdf.SpecifierDef, "Xform", "group"
        frame = self._cache.GetLocalToWorldTransform(self.root).GetInverse()
        model = self._model()
        for number, slot in enumerate(slots):
            prim = Sdf.PrimSpec(home, f"Part_{number:03d}", Sdf.SpecifierDef, "Xform")
            prim.kind = "component"
            self._shape(prim, model)
            self._place(prim, slot, frame)

    def _model(self) -> Sdf.Path | None:
        """Return the prim that shows the product, None when the stage names none."""
        for prim in self.stage.Traverse():
            relation = prim.GetRelationship("factoryTwin:product:model")
            targets = relation.GetForwardedTargets() if relation else []
            if targets and self.stage.GetPrimAtPath(targets[0]):
                return targets[0]
        return None

    def _shape(self, prim: Sdf.PrimSpec, model: Sdf.Path | None) -> None:
        shape = Sdf.PrimSpec(prim, "Model", Sdf.SpecifierDef, "Xform" if model else "Cube")
        if model is not None:
            shape.kind = "subcomponent"
            shape.referenceList.prependedItems = [Sdf.Reference(primPath=model)]
            Sdf.AttributeSpec(shape, "visibility", Sdf.ValueTypeNames.Token).default = "inherited"
            return
        half = 0.2 * self._unit
        Sdf.AttributeSpec(shape, "size", Sdf.ValueTypeNames.Double).default = 2 * half
        Sdf.AttributeSpec(shape, "extent", Sdf.ValueTypeNames.Float3Array).default = Vt.Vec3fArray([[-half] * 3, [half] * 3])
        colour = Sdf.AttributeSpec(shape, "primvars:displayColor", Sdf.ValueTypeNames.Color3fArray)
        colour.default = Vt.Vec3fArray([(0.55, 0.35, 0.15)])

    def _place(self, prim: Sdf.PrimSpec, slot: list[list[Key]], frame: Gf.Matrix4d) -> None:
        turn = f"xformOp:rotate{self.plant.up_axis}"
        spot, angle = self._pose(prim, "xformOp:translate", turn, ())
        seen = Sdf.AttributeSpec(prim, "visibility", Sdf.ValueTypeNames.Token)
        seen.default = "invisible"
        self.layer.SetTimeSample(seen.path, -1.0, "invisible")
        for track in slot:
            self._drive(track, frame, spot, angle)
            self.layer.SetTimeSample(seen.path, track[0][0], "inherited")
            self.layer.SetTimeSample(seen.path, track[-1][0] + _EDGE, "invisible")

    def vehicles(self, tracks: dict[str, list[Key]]) -> None:
        for path, track in tracks.items():
            prim = self.stage.GetPrimAtPath(path)
            frame = self._cache.GetParentToWorldTransform(prim).GetInverse()
            scales = [o.GetOpName() for o in UsdGeom.Xformable(prim).GetOrderedXformOps() if "scale" in o.GetOpName()]
            move, turn = "xformOp:translate:factoryTwinMotion", f"xformOp:rotate{self.plant.up_axis}:factoryTwinMotion"
            self._drive(track, frame, *self._pose(self._over(path), move, turn, scales))

    @staticmethod
    def _pose(prim: Sdf.PrimSpec, move: str, turn: str, more: Sequence[str]) -> tuple[Sdf.AttributeSpec, Sdf.AttributeSpec]:
        order = Sdf.AttributeSpec(prim, "xformOpOrder", Sdf.ValueTypeNames.TokenArray, Sdf.VariabilityUniform)
        order.default = Vt.TokenArray([move, turn, *more])
        spot = Sdf.AttributeSpec(prim, move, Sdf.ValueTypeNames.Double3)
        return spot, Sdf.AttributeSpec(prim, turn, Sdf.ValueTypeNames.Double)

    def _drive(self, track: list[Key], frame: Gf.Matrix4d, spot: Sdf.AttributeSpec, angle: Sdf.AttributeSpec) -> None:
        """Write places and headings; a turn happens on the spot, and the short way round."""
        last: float | None = None
        for time, place, heading in track:
            degrees = self._degrees(frame.TransformDir(Gf.Vec3d(*heading)))
            self.layer.SetTimeSample(spot.path, time, frame.Transform(Gf.Vec3d(*place) * self._unit))
            if last is None:
                self.layer.SetTimeSample(angle.path, time, degrees)
            elif abs((degrees - last + 180.0) % 360.0 - 180.0) > 1e-6:
                self.layer.SetTimeSample(angle.path, time - _EDGE, last)
                degrees = last + (degrees - last + 180.0) % 360.0 - 180.0
                self.layer.SetTimeSample(angle.path, time, degrees)
            else:
                continue
            last = degrees

    def _degrees(self, way: Gf.Vec3d) -> float:
        if self.plant.up_axis == "Y":
            return math.degrees(math.atan2(-way[2], way[0]))
        return math.degrees(math.atan2(way[1], way[0]))

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
                self.layer.SetTimeSample(colour.path, time - _EDGE, Vt.Vec3fArray([linear(before)]))
            self.layer.SetTimeSample(colour.path, time, Vt.Vec3fArray([linear(state)]))
            before = state

    def _over(self, path: str) -> Sdf.PrimSpec:
        return self.layer.GetPrimAtPath(path) or Sdf.CreatePrimInLayer(self.layer, path)


def station_states(log: Log) -> dict[str, list[tuple[float, State]]]:
    """Return the changes of state (time in s, state) by prim path; of several servers the worst or most active state shows."""
    span, place, server, state = state_intervals(log)
    out: dict[str, list[tuple[float, State]]] = {}
    for p in dict.fromkeys(place.tolist()):
        mine = place == p
        rows = sorted(zip(span[mine, 0].tolist(), server[mine].tolist(), state[mine].tolist()))
        now: dict[int, int] = {}
        changes: list[tuple[float, State]] = []
        for k, (time, who, what) in enumerate(rows):
            now[who] = what
            if k + 1 < len(rows) and rows[k + 1][0] == time:
                continue
            shown = together(State(s) for s in now.values())
            if not changes or changes[-1][1] is not shown:
                changes.append((time, shown))
        out[log.places[p]] = changes
    return out
