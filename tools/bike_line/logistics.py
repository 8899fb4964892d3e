# SPDX-License-Identifier: Apache-2.0
"""Layer `logistics.usda`: where material comes in and goes out, conveyor, vehicle path, aisle and supply shelves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from pxr import Usd

from .asset import Asset
from .layer import HALL, LOGISTICS, Token, author, group, hint, new_layer, place, save, scenery, unit
from .layout import write_footprint
from .marks import draw_way
from .plan import AISLE, BELT_HEIGHT, CONVEYOR, NORTH, SHIPPING, SOUTH, SUPPLY, VEHICLE, VEHICLE_PATH, VEHICLE_WAY, WORKS, turn

BELT_START, BELT_BEND, BELT_RADIUS = 13.0, 15.4, 1.2
"""Where the conveyor begins, where it bends (x) and how wide (m)."""

SHELVES = {"InstallFrontWheel": "WheelRack", "InstallRearWheel": "WheelRack"}
"""What stands behind a station; elsewhere a parts shelf."""


def write_logistics(target: Path, assets: Mapping[str, Asset]) -> Path:
    """Write the layer with everything that brings and carries material."""
    stage = new_layer(target, "Material supply, conveyor, vehicle path, aisle and dock.")
    group(stage, HALL)
    group(stage, LOGISTICS, "Logistics")
    _ends(stage, assets)
    _conveyor(stage)
    _vehicle(stage)
    draw_way(stage, AISLE, "Main Aisle", [(-18.6, 0.0, 0.0), (14.6, 0.0, 0.0)])
    author(stage.GetPrimAtPath(AISLE), "FactoryTwinPathAPI", {
        "path:type": Token("aisle"), "path:width": 2.4, "path:bidirectional": True,
    })  # fmt: skip
    _shelves(stage, assets)
    return save(stage)


def _ends(stage: Usd.Stage, assets: Mapping[str, Asset]) -> None:
    for path, asset, title, x, y in (
        (SUPPLY, "FrameRack", "Frame Supply", -13.4, SOUTH), (SHIPPING, "ShippingDock", "Shipping", -17.2, NORTH),
    ):  # fmt: skip
        prim = unit(stage, path, asset, title=title)
        place(prim, (x, y, 0.0))
        write_footprint(prim, assets[asset])
        hint(prim)


def bend(center: tuple[float, float], radius: float, *, begin: float, end: float, steps: int = 6) -> list[tuple[float, float]]:
    """Return points on an arc from `begin` to `end` degrees, both included."""
    angles = [math.radians(begin + (end - begin) * i / steps) for i in range(steps + 1)]
    return [(round(center[0] + radius * math.cos(a), 4), round(center[1] + radius * math.sin(a), 4)) for a in angles]


def conveyor_points() -> list[tuple[float, float]]:
    """Return the belt's centre line from the south leg to the north leg, m."""
    low, high = SOUTH + BELT_RADIUS, NORTH - BELT_RADIUS
    return [(BELT_START, SOUTH), *bend((BELT_BEND, low), BELT_RADIUS, begin=-90, end=0),
            *bend((BELT_BEND, high), BELT_RADIUS, begin=0, end=90), (BELT_START, NORTH)]  # fmt: skip


def _conveyor(stage: Usd.Stage) -> None:
    draw_way(stage, CONVEYOR, "Transfer Conveyor", [(x, y, BELT_HEIGHT) for x, y in conveyor_points()])
    belts = f"{LOGISTICS}/Belts"
    group(stage, belts, "Belts")
    side = BELT_BEND + BELT_RADIUS
    straights = [(14.2, SOUTH, 0), *((side, -3.6 + 2.4 * i, 90) for i in range(4)), (14.2, NORTH, 180)]
    for number, (x, y, heading) in enumerate(straights, 1):
        place(scenery(stage, f"{belts}/Straight{number}", "ConveyorStraight"), (x, y, 0.0), heading)
    for number, (y, heading) in enumerate(((SOUTH + BELT_RADIUS, 0), (NORTH - BELT_RADIUS, 90)), 1):
        place(scenery(stage, f"{belts}/Corner{number}", "ConveyorCorner"), (BELT_BEND, y, 0.0), heading)


def _vehicle(stage: Usd.Stage) -> None:
    draw_way(stage, VEHICLE_PATH, "Way to Shipping", [(x, y, 0.0) for x, y in VEHICLE_WAY])
    vehicle = unit(stage, VEHICLE, "Agv", title="AGV 1")
    place(vehicle, (*VEHICLE_WAY[0], 0.0), -90.0)
    hint(vehicle)


def _shelves(stage: Usd.Stage, assets: Mapping[str, Asset]) -> None:
    group(stage, f"{LOGISTICS}/Shelves", "Parts Shelves")
    for work in WORKS:
        asset = SHELVES.get(work.name, "PartsShelf")
        path = f"{LOGISTICS}/Shelves/{work.name}Parts"
        prim = scenery(stage, path, asset, title=f"Parts for {work.title}")
        place(prim, (work.x, work.y + (3.3 if work.y > 0 else -3.3), 0.0), turn(work.y))
        write_footprint(prim, assets[asset])
