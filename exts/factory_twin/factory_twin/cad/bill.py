# SPDX-License-Identifier: Apache-2.0
"""The bill of materials of an imported file: products and their lines by our schema, in a layer of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pxr import Kind, Sdf, Usd, UsdGeom

from .identifier import Names
from .payload import Payload, new_stage
from .product import Product, Tree
from .structure import Structure


@dataclass(slots=True)
class Article:
    """A line of the parts list: a part or assembly, whatever its looks.

    Attributes:
        product: The first of its looks; None when nothing of it was read.
        name: As in the file.
        number: Article number; empty when the file has none.
        count: How often it occurs in the whole.
        holds: Article key to how many of it one contains directly.
    """

    product: Product | None
    name: str
    number: str
    count: int = 0
    holds: dict[str, int] = field(default_factory=dict)


def articles(tree: Tree, numbers: dict[str, str]) -> dict[str, Article]:
    """Return the articles of a tree by key, the whole first.

    Args:
        tree: Products and occurrences.
        numbers: Key of a product in the file's structure to its id.
    """
    found: dict[str, Article] = {}
    waiting = [tree.root]
    for product in waiting:  # grows: level by level, in the order of the file
        if product.article not in found:
            found[product.article] = Article(product, product.name, numbers.get(product.article, ""))
            waiting += [child.product for child in product.children]
    for line in found.values():
        for child in line.product.children if line.product else ():
            line.holds[child.product.article] = line.holds.get(child.product.article, 0) + 1
    for product in tree.products:
        found[product.article].count += product.count
    return found


def complete(lines: dict[str, Article], found: Structure) -> None:
    """Make the articles those of the file's own product structure, also where nothing of them was read."""
    counts = found.occurrences()
    for key in reversed(found.order()):
        line = lines.setdefault(key, Article(None, found.names[key], found.numbers[key]))
        line.count = counts.get(key, 0)
        line.holds = {}
        for use in found.uses.get(key, ()):
            line.holds[use.product] = line.holds.get(use.product, 0) + 1


def write_bill(file: Path, asset: str, up: str, lines: dict[str, Article], payload: Payload, tree: Tree) -> None:
    """Write the layer: below its default prim one product for each article, a line for each article it holds.

    The layer is Z up, as plants are; models with another up axis are turned.
    """
    stage = new_stage(file, "Z", "Bill of materials. Refer to it from a plant, and its products can be planned with.")
    root = UsdGeom.Xform.Define(stage, "/Products")
    stage.SetDefaultPrim(root.GetPrim())
    Usd.ModelAPI(root.GetPrim()).SetKind(Kind.Tokens.group)
    root.CreateVisibilityAttr(UsdGeom.Tokens.invisible)
    names = Names()
    paths = {key: root.GetPath().AppendChild(names.free(line.name)) for key, line in lines.items()}
    for key, line in lines.items():
        prim = UsdGeom.Xform.Define(stage, paths[key]).GetPrim()
        prim.AddAppliedSchema("FactoryTwinProductAPI")
        prim.SetDisplayName(line.name)
        Usd.ModelAPI(prim).SetKind(Kind.Tokens.group)
        _attribute(prim, "product:sku", Sdf.ValueTypeNames.String, line.number or line.name)
        _lines(stage, paths, key, line, lines)
        if line.product is None:
            continue
        shown = UsdGeom.Xform.Define(stage, paths[key].AppendChild("Model"))
        if up == "Y":
            shown.AddRotateXOp().Set(90.0)
        model = shown.GetPrim()
        Usd.ModelAPI(model).SetKind(Kind.Tokens.component)
        model.SetInstanceable(True)
        if line.product is tree.root:
            model.GetReferences().AddReference(f"./{asset}.usda")
        else:
            model.GetReferences().AddReference("./payload.usdc", payload.paths[id(line.product)])
        prim.CreateRelationship("factoryTwin:product:model", custom=False).SetTargets([model.GetPath()])
    stage.Save()


def _lines(stage: Usd.Stage, paths: dict[str, Sdf.Path], key: str, line: Article, lines: dict[str, Article]) -> None:
    names = Names("Model")
    for below, quantity in line.holds.items():
        item = UsdGeom.Scope.Define(stage, paths[key].AppendChild(names.free(lines[below].name))).GetPrim()
        item.AddAppliedSchema("FactoryTwinBomItemAPI")
        item.SetDisplayName(lines[below].name)
        item.CreateRelationship("factoryTwin:bom:part", custom=False).SetTargets([paths[below]])
        _attribute(item, "bom:quantity", Sdf.ValueTypeNames.Int, quantity)


def _attribute(prim: Usd.Prim, name: str, kind: Sdf.ValueTypeName, value: object) -> None:
    prim.CreateAttribute(f"factoryTwin:{name}", kind, custom=False, variability=Sdf.VariabilityUniform).Set(value)
