# SPDX-License-Identifier: Apache-2.0
"""Layer `layout.usda`: stations and buffers on the floor, each with its model, footprint and lamp."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pxr import Gf, Usd, Vt

from .asset import Asset
from .layer import HALL, LIBRARY, LINE, Single, Token, author, group, hint, new_layer, place, save, scenery, unit
from .marks import draw_lamp
from .plan import STORES, WORKS, Store, Work, turn

LAMP_RADIUS, LAMP_HEIGHT = 0.18, 0.4

LAMP = {
    "AssemblyStation": (1.2, -1.5, 2.36), "FramePrepStation": (1.2, -1.5, 2.36), "WheelStation": (1.2, -1.5, 2.36),
    "BrakeStation": (1.2, -1.5, 2.6), "CheckStation": (0.0, -1.75, 2.73),
}  # fmt: skip
"""Where the lamp stands on each kind of station, local, m."""

OPERATOR = {"CheckStation": (1.05, 0.0, 90.0), "WheelStation": (-0.35, -0.66, 0.0)}
"""Where the operator stands and looks: local x and y in m, turn in degrees; elsewhere (0, -0.66, 0)."""


def write_layout(target: Path, assets: Mapping[str, Asset]) -> Path:
    """Write the layer that places the line's equipment."""
    stage = new_layer(target, "Where stations and buffers stand.")
    group(stage, HALL)
    author(group(stage, LINE, "Assembly Line"), "FactoryTwinTopologyAPI", {
        "topology:type": Token("line"), "topology:planningState": Token("planned"), "topology:code": "H1-L1",
    })  # fmt: skip
    for work in WORKS:
        write_work(stage, work, assets)
    for store in STORES:
        _store(stage, store, assets)
    return save(stage)


def write_work(stage: Usd.Stage, work: Work, assets: Mapping[str, Asset], *, library: str = LIBRARY) -> Usd.Prim:
    """Define a station with its model, operator and lamp. `library` is the assets' folder seen from the layer."""
    prim = unit(stage, work.path, work.asset, title=work.title, library=library)
    place(prim, (work.x, work.y, 0.0), turn(work.y))
    operator = scenery(stage, f"{work.path}/Operator", "Operator", library=library)
    Usd.ModelAPI(operator).SetKind("subcomponent")
    x, y, heading = OPERATOR.get(work.asset, (0.0, -0.66, 0.0))
    place(operator, (x, y, 0.0), heading)
    draw_lamp(stage, f"{work.path}/Andon", LAMP[work.asset], radius=LAMP_RADIUS, height=LAMP_HEIGHT)
    write_footprint(prim, assets[work.asset])
    hint(prim)
    return prim


def _store(stage: Usd.Stage, store: Store, assets: Mapping[str, Asset]) -> None:
    prim = unit(stage, store.path, store.asset, title=store.title)
    place(prim, (store.x, store.y, 0.0), turn(store.y))
    write_footprint(prim, assets[store.asset])
    hint(prim)


def write_footprint(prim: Usd.Prim, asset: Asset, *, margin: float = 0.0, movable: bool = True) -> None:
    """Write the floor area of an asset on the prim that shows it. `margin` in m."""
    low, high = asset.bounds()
    outline = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]
    values: dict[str, object] = {"footprint:polygon": Vt.Vec2fArray([Gf.Vec2f(*p) for p in outline])}
    if margin:
        values["footprint:safetyMargin"] = Single(margin)
    if not movable:
        values["footprint:movable"] = False
    author(prim, "FactoryTwinFootprintAPI", values)
