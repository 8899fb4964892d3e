# SPDX-License-Identifier: Apache-2.0
"""Bake the benchmark's shift in a process of its own: `python _bake.py WAY TARGET.usdc`, prints the seconds from log to file.

WAY is `ours` or `peer`: the way one does it first, a prim for each part, every sample with `Attribute.Set` on an open stage.
Where the parts are is worked out alike.
"""

from __future__ import annotations

import itertools
import math
import sys
import time
from pathlib import Path

import _shift
from factory_twin.log import Log
from factory_twin.motion import station_states, write_motion
from factory_twin.motion.columns import part_tracks
from factory_twin.motion.fleet import Rides
from factory_twin.palette import linear
from factory_twin.plant import Plant
from pxr import Gf, Usd, UsdGeom

_EDGE = 1e-3  # s


def peer(log: Log, plant: Plant, target: str) -> None:
    """Write the same samples as ours: place, turn, when it is seen; states and lamps."""
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetTimeCodesPerSecond(60)
    stage.SetEndTimeCode(log.end)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, _shift.ROOT).GetPrim())
    tracks, _ = part_tracks(log, plant, Rides(log, plant))
    for number, (first, last) in enumerate(itertools.pairwise(tracks.first.tolist())):
        track = list(zip(*(column[first:last].tolist() for column in (tracks.time, tracks.place, tracks.way))))
        form = UsdGeom.Xform.Define(stage, f"{_shift.ROOT}/Parts/Part_{number:05d}")
        UsdGeom.Cube.Define(stage, form.GetPath().AppendChild("Model")).GetSizeAttr().Set(0.4)
        move, turn = form.AddTranslateOp(), form.AddRotateZOp(UsdGeom.XformOp.PrecisionDouble)
        last = None
        for at, place, (x, y, _) in track:
            move.Set(Gf.Vec3d(*place), at)
            if (x, y) != last:
                turn.Set(math.degrees(math.atan2(y, x)), at)
                last = x, y
        seen = form.CreateVisibilityAttr("invisible")
        for at, word in ((-1.0, "invisible"), (track[0][0], "inherited"), (track[-1][0] + _EDGE, "invisible")):
            seen.Set(word, at)
    for path, changes in station_states(log).items():
        lamp = UsdGeom.Gprim(stage.OverridePrim(f"{path}/Andon")).CreateDisplayColorAttr()
        for at, state in changes:
            lamp.Set([linear(state)], at)
    stage.Export(target, addSourceFileComment=False)


def main() -> None:
    """Bake and tell the time."""
    way, target = sys.argv[1:3]
    plant = _shift.plant()
    stage, log = _shift.stage(plant), _shift.log(plant)
    begun = time.perf_counter()
    if way == "ours":
        write_motion(log, plant, stage=stage, target=target)
    else:
        peer(log, plant, target)
    print(time.perf_counter() - begun, Path(target).stat().st_size, len(log.moves))


if __name__ == "__main__":
    main()
