# SPDX-License-Identifier: Apache-2.0
"""Open a stage of so many assembly stations on the desk and print what that and its frames take, as JSON."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pxr import Gf, Sdf, Usd, UsdGeom

ASSET = Path(__file__).parents[2] / "data" / "assets" / "AssemblyStation" / "AssemblyStation.usda"
COLUMNS, WIDE, DEEP = 25, 8.0, 6.0  # m from station to station
FRAMES, STEP = 40, 0.01  # of the picture's width that the mouse moves per frame


def main(stations: int) -> dict[str, Any]:
    """Measure (CPU s, s on the clock, number of measurements) of opening, a still frame, a frame of an orbit."""
    from factory_twin_ui.desk import backend

    try:
        backend.start("bench", (1280, 720), headless=True, max_fps=None)
    except backend.DeskError as error:
        return {"lacking": str(error)}
    from factory_twin_ui.desk.host import DeskHost
    from factory_twin_ui.desk.window import DeskWindow

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hall.usda")
        write(path, stations)
        host = DeskHost(None)
        window = DeskWindow(host, [], backend.frame)

        def frame() -> None:
            host.frame(1 / 30)
            backend.frame()

        def turn() -> None:
            view.move(lambda: view.camera.orbit(STEP, 0.0))
            frame()

        def opening() -> None:
            host.open(path)
            for _ in range(5):
                frame()

        view = window.viewport
        found: dict[str, Any] = {"opening": _measure(opening, 1)}
        found["still frame"] = _measure(frame, FRAMES)
        found["orbit"] = _measure(turn, FRAMES)
        for _ in range(10):
            frame()
        scenery = view.scenery
        pictures = scenery.pictures.count if scenery is not None and scenery.pictures is not None else 0
        found["drawn"] = f"{len(view.drawing.items) if view.drawing else 0:,} prims, {pictures:,} pictures"
        window.close()
        host.detach()
    return found


def _measure(work: Callable[[], None], count: int) -> tuple[float, float, int]:
    spent = []
    for _ in range(count):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        spent.append((time.process_time() - cpu, time.perf_counter() - wall))
    return statistics.median(s[0] for s in spent), statistics.median(s[1] for s in spent), count


def write(path: Path, stations: int) -> None:
    """Write a hall with a source, stations and a sink, each an instance of the same asset, and a floor."""
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/World").GetPrim())
    kinds = ["Source", *["Station"] * stations, "Sink"]
    wide, deep = COLUMNS * WIDE, (len(kinds) // COLUMNS + 1) * DEEP
    floor = UsdGeom.Cube.Define(stage, "/World/Floor")
    floor.CreateSizeAttr(1.0)
    floor.AddTranslateOp().Set(Gf.Vec3d((wide - WIDE) / 2, (deep - DEEP) / 2, -0.05))
    floor.AddScaleOp().Set(Gf.Vec3f(wide + 20, deep + 20, 0.1))
    for k, kind in enumerate(kinds):
        place = UsdGeom.Xform.Define(stage, f"/World/P{k}")
        place.AddTranslateOp().Set(Gf.Vec3d(WIDE * (k % COLUMNS), DEEP * (k // COLUMNS), 0.0))
        prim = place.GetPrim()
        prim.AddAppliedSchema(f"FactoryTwin{kind}API")
        model = stage.DefinePrim(f"/World/P{k}/Model", "Xform")
        model.GetReferences().AddReference(str(ASSET))
        model.SetInstanceable(True)
        if kind == "Station":
            time_ = prim.CreateAttribute("factoryTwin:station:processTime", Sdf.ValueTypeNames.String, False)
            time_.Set("60")
        if kind != "Sink":
            prim.CreateRelationship("factoryTwin:successors", False).SetTargets([f"/World/P{k + 1}"])
    stage.Save()


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
