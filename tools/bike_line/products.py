# SPDX-License-Identifier: Apache-2.0
"""Layer `products.usda`: the bicycle, its process plan and the model that motion draws."""

from __future__ import annotations

from pathlib import Path

from pxr import Kind, Usd, UsdGeom

from .layer import ROOT, Token, author, group, new_layer, save, scenery
from .plan import WORKS

PRODUCTS = f"{ROOT}/Products"


def write_products(target: Path) -> Path:
    """Write the layer with the product and its nine operations.

    The scope is invisible, so the model is not drawn at the origin; a copy or reference of the model elsewhere is visible.
    """
    stage = new_layer(target, "The product and its process plan.")
    UsdGeom.Imageable(group(stage, PRODUCTS, "Products")).MakeInvisible()
    bike = group(stage, f"{PRODUCTS}/Bike", "Bicycle")
    model = scenery(stage, f"{PRODUCTS}/Bike/Model", "Bicycle")
    Usd.ModelAPI(model).SetKind(Kind.Tokens.component)
    author(bike, "FactoryTwinProductAPI", {
        "product:sku": "BK-28-CITY", "product:mass": 14.5, "product:model": [str(model.GetPath())],
        "product:process": [f"{PRODUCTS}/Bike/Process"],
    })  # fmt: skip
    UsdGeom.Scope.Define(stage, f"{PRODUCTS}/Bike/Process")
    _operations(stage)
    return save(stage)


def _operations(stage: Usd.Stage) -> None:
    before: list[str] = []
    for number, work in enumerate(WORKS, 1):
        path = f"{PRODUCTS}/Bike/Process/{work.name}"
        prim = UsdGeom.Scope.Define(stage, path).GetPrim()
        author(prim, "FactoryTwinOperationAPI", {
            "operation:name": work.title, "operation:type": Token(work.kind), "operation:sequence": 10 * number,
            "operation:stations": [work.path], **({"operation:predecessors": before} if before else {}),
        })  # fmt: skip
        before = [path]
