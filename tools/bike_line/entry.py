# SPDX-License-Identifier: Apache-2.0
"""The entry stage `bike_line.usda`, the base it refers to, and the scenarios.

The disciplines are sublayers of the base, and the entry brings the base in by reference: so a scenario's variant beats them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pxr import Usd, UsdGeom

from .asset import Asset
from .layer import LINE, ROOT, author, new_stage, save
from .layout import write_work
from .plan import SECOND_BRAKES, flow
from .products import PRODUCTS
from .simulation import write_station

DISCIPLINES = ("simulation", "products", "logistics", "layout", "building")
"""Layers of the base, strong to weak."""

SECOND = "second_brake_station"


def write_base(target: Path) -> Path:
    """Write the layer that stacks the disciplines."""
    stage = new_stage(target, "The factory as built: its disciplines, strong to weak.")
    stage.SetDefaultPrim(stage.OverridePrim(ROOT))
    stage.GetRootLayer().subLayerPaths = [f"./{name}.usda" for name in DISCIPLINES]
    return save(stage)


def write_entry(target: Path, assets: Mapping[str, Asset]) -> Path:
    """Write the entry stage: a reference to the base and the variant set `scenario`."""
    stage = new_stage(target, "Bicycle assembly: nine operations in a U-shaped line. Open this file.")
    root = UsdGeom.Xform.Define(stage, ROOT).GetPrim()
    root.SetMetadata("kind", "assembly")
    stage.SetDefaultPrim(root)
    root.GetReferences().AddReference("./bike_line/base.usda")
    stage.GetRootLayer().customLayerData = {"cameraSettings": {"boundCamera": f"{ROOT}/Cameras/Overview"}}
    scenarios = root.GetVariantSets().AddVariantSet("scenario")
    for name in ("base", SECOND):
        scenarios.AddVariant(name)
    scenarios.SetVariantSelection(SECOND)
    with scenarios.GetVariantEditContext():
        _second_brakes(stage, assets)
    scenarios.SetVariantSelection("base")
    return save(stage)


def _second_brakes(stage: Usd.Stage, assets: Mapping[str, Asset]) -> None:
    author(stage.GetPrimAtPath(ROOT), "FactoryTwinScenarioAPI", {
        "scenario:description": "A second brake station stands on the reserved place and shares the work.",
    })  # fmt: skip
    after = flow()[f"{LINE}/InstallBrakes"]
    write_station(write_work(stage, SECOND_BRAKES, assets, library="../assets"), SECOND_BRAKES, next_places=[after])
    both = [f"{LINE}/InstallBrakes", SECOND_BRAKES.path]
    author(stage.OverridePrim(f"{LINE}/BrakeBuffer"), "FactoryTwinBufferAPI", {"successors": both})
    operation = stage.OverridePrim(f"{PRODUCTS}/Bike/Process/InstallBrakes")
    author(operation, "FactoryTwinOperationAPI", {"operation:stations": both})
