# SPDX-License-Identifier: Apache-2.0
"""Layer `building.usda`: the hall, its light and the cameras."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pxr import Gf, Kind, Usd, UsdGeom, UsdLux

from .asset import Asset
from .layer import HALL, ROOT, Token, author, group, new_layer, place, save, scenery
from .layout import write_footprint

BUILDING = f"{HALL}/Building"


def write_building(target: Path, assets: Mapping[str, Asset]) -> Path:
    """Write the layer with floor, walls, columns, lights and cameras."""
    stage = new_layer(target, "The hall: 40 m x 24 m.")
    root = stage.GetPrimAtPath(ROOT)
    Usd.ModelAPI(root).SetKind(Kind.Tokens.assembly)
    root.SetDisplayName("Bicycle Factory")
    author(group(stage, HALL, "Hall 1"), "FactoryTwinTopologyAPI", {
        "topology:type": Token("building"), "topology:planningState": Token("observed"), "topology:code": "H1",
    })  # fmt: skip
    group(stage, BUILDING, "Building")
    for name, title in (("HallFloor", "Floor"), ("HallWalls", "Walls")):
        scenery(stage, f"{BUILDING}/{title}", name, title=title)
    _columns(stage, assets)
    _fences(stage)
    _trucks(stage)
    _lights(stage)
    _cameras(stage)
    return save(stage)


def _columns(stage: Usd.Stage, assets: Mapping[str, Asset]) -> None:
    group(stage, f"{BUILDING}/Columns", "Columns")
    spots = [(x, y) for y in (-11.5, 11.5) for x in (-19.5, -9.75, 0.0, 9.75, 19.5)]
    for number, (x, y) in enumerate(spots, 1):
        prim = scenery(stage, f"{BUILDING}/Columns/Column{number}", "Column")
        place(prim, (x, y, 0.0))
        write_footprint(prim, assets["Column"], movable=False)


def _fences(stage: Usd.Stage) -> None:
    group(stage, f"{BUILDING}/Fences", "Safety Fences")
    for number, y in enumerate((-3.0, 0.0, 3.0), 1):
        place(scenery(stage, f"{BUILDING}/Fences/Fence{number}", "Fence"), (15.6, y, 0.0), 90.0)


def _trucks(stage: Usd.Stage) -> None:
    for name, title, y in (("TruckIn", "Truck with Frames", -6.0), ("TruckOut", "Truck for Bicycles", 6.0)):
        place(scenery(stage, f"{BUILDING}/{name}", "Truck", title=title), (-20.3, y, 0.0))


def _lights(stage: Usd.Stage) -> None:
    UsdGeom.Scope.Define(stage, f"{ROOT}/Lights")
    dome = UsdLux.DomeLight.Define(stage, f"{ROOT}/Lights/Sky")
    dome.CreateIntensityAttr(450.0)
    dome.CreateColorAttr(Gf.Vec3f(0.92, 0.96, 1.0))
    sun = UsdLux.DistantLight.Define(stage, f"{ROOT}/Lights/Sun")
    sun.CreateIntensityAttr(1800.0)
    sun.CreateAngleAttr(1.0)
    sun.CreateColorAttr(Gf.Vec3f(1.0, 0.96, 0.9))
    UsdGeom.XformCommonAPI(sun).SetRotate(Gf.Vec3f(38.0, 18.0, 0.0))


def _cameras(stage: Usd.Stage) -> None:
    UsdGeom.Scope.Define(stage, f"{ROOT}/Cameras")
    for name, eye, target in (
        ("Overview", (11.5, -27.5, 20.5), (-1.4, -0.6, 0.0)), ("Brakes", (2.0, -1.5, 3.4), (6.0, 6.0, 0.9)),
        ("Dock", (-8.5, -0.5, 4.2), (-15.5, 5.5, 0.6)), ("Plan", (0.0, -0.01, 46.0), (0.0, 0.0, 0.0)),
    ):  # fmt: skip
        camera = UsdGeom.Camera.Define(stage, f"{ROOT}/Cameras/{name}")
        camera.CreateFocalLengthAttr(24.0)
        camera.CreateHorizontalApertureAttr(32.0)
        camera.CreateVerticalApertureAttr(18.0)
        camera.CreateClippingRangeAttr(Gf.Vec2f(0.1, 500.0))
        view = Gf.Matrix4d().SetLookAt(Gf.Vec3d(*eye), Gf.Vec3d(*target), Gf.Vec3d(0, 0, 1))
        camera.AddTransformOp().Set(view.GetInverse())
