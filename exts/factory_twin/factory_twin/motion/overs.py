# SPDX-License-Identifier: Apache-2.0
"""What motion says over prims of the stage: vehicles on their paths, stations in their states."""

from __future__ import annotations

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, Vt

from ..event import State
from ..log import Log
from ..palette import LAMP, linear
from ..plant import Plant
from .frame import Frame
from .places import station_states
from .samples import EDGE, turns
from .shape import scales
from .track import Key
from .tracks import Tracks


def author_vehicles(layer: Sdf.Layer, tracks: dict[str, list[Key]], plant: Plant, stage: Usd.Stage) -> None:
    """Write the vehicles, by prim path, into a layer."""
    cache = UsdGeom.XformCache()
    for path, track in tracks.items():
        prim = stage.GetPrimAtPath(path)
        frame = Frame(cache.GetParentToWorldTransform(prim), plant)
        move, turn = "xformOp:translate:factoryTwinMotion", f"xformOp:rotate{plant.up_axis}:factoryTwinMotion"
        order = Vt.TokenArray([move, turn, *scales(prim)])
        spec = _over(layer, path)
        Sdf.AttributeSpec(spec, "xformOpOrder", Sdf.ValueTypeNames.TokenArray, Sdf.VariabilityUniform).default = order
        spot = Sdf.AttributeSpec(spec, move, Sdf.ValueTypeNames.Double3)
        angle = Sdf.AttributeSpec(spec, turn, Sdf.ValueTypeNames.Double)
        keys = Tracks.of([track])
        for time, place in zip(keys.time.tolist(), frame.places(keys.place).tolist()):
            layer.SetTimeSample(spot.path, time, Gf.Vec3d(*place))
        one = np.zeros(len(keys.time), np.int64)
        _, times, degrees = turns(keys.time, frame.degrees(keys.way), keys.first[:1], one)
        for time, value in zip(times.tolist(), degrees.tolist()):
            layer.SetTimeSample(angle.path, time, value)


def author_states(layer: Sdf.Layer, log: Log, stage: Usd.Stage) -> None:
    """Write the states of stations and the colours of their lamps into a layer."""
    for path, changes in station_states(log).items():
        if not stage.GetPrimAtPath(path):
            continue
        spec = _over(layer, path)
        spec.SetInfo("apiSchemas", Sdf.TokenListOp.Create(prependedItems=["FactoryTwinStateAPI"]))
        status = Sdf.AttributeSpec(spec, "factoryTwin:state:status", Sdf.ValueTypeNames.Token)
        for time, state in changes:
            layer.SetTimeSample(status.path, time, state.token)
        lamp = Sdf.Path(path).AppendChild(LAMP)
        if stage.GetPrimAtPath(lamp):
            _author_lamp(layer, str(lamp), changes)


def _author_lamp(layer: Sdf.Layer, path: str, changes: list[tuple[float, State]]) -> None:
    colour = Sdf.AttributeSpec(_over(layer, path), "primvars:displayColor", Sdf.ValueTypeNames.Color3fArray)
    colours = {state: Vt.Vec3fArray([linear(state)]) for state in State}
    before: State | None = None
    for time, state in changes:
        if before is not None:
            layer.SetTimeSample(colour.path, time - EDGE, colours[before])
        layer.SetTimeSample(colour.path, time, colours[state])
        before = state


def _over(layer: Sdf.Layer, path: str) -> Sdf.PrimSpec:
    return layer.GetPrimAtPath(path) or Sdf.CreatePrimInLayer(layer, path)
