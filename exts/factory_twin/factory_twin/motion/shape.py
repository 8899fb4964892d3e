# SPDX-License-Identifier: Apache-2.0
"""What a part looks like, and where on a stage motion belongs."""

from __future__ import annotations

from pxr import Sdf, Usd, UsdGeom, Vt

from ..errors import StageError
from ..plant import Plant

SCOPE = "FactoryTwinMotion"  # name of the prim that parts are below
_HALF = 0.2  # m, of the box that stands for a part without a model
_COLOUR = (0.55, 0.35, 0.15)


def stage_root(stage: Usd.Stage, plant: Plant) -> Usd.Prim:
    """Return the prim that parts are put below.

    Raises:
        StageError: The stage is empty.
    """
    root = stage.GetDefaultPrim() or next(iter(stage.GetPseudoRoot().GetChildren()), None)
    if not root:
        raise StageError("The stage is empty.", where=plant.file, hint="Open a stage with a factory on it.")
    return root


def product_model(stage: Usd.Stage) -> Sdf.Path | None:
    """Return the prim that shows the product, None when the stage names none."""
    for prim in stage.Traverse():
        relation = prim.GetRelationship("factoryTwin:product:model")
        targets = relation.GetForwardedTargets() if relation else []
        if targets and stage.GetPrimAtPath(targets[0]):
            return targets[0]
    return None


def author_shape(parent: Sdf.PrimSpec, model: Sdf.Path | None, plant: Plant) -> None:
    """Give a slot a prim below it that shows its shape: a reference to the product's model, or a box."""
    shape = Sdf.PrimSpec(parent, "Model", Sdf.SpecifierDef, "Xform" if model else "Cube")
    if model is not None:
        shape.kind = "subcomponent"
        shape.referenceList.prependedItems = [Sdf.Reference(primPath=model)]
        Sdf.AttributeSpec(shape, "visibility", Sdf.ValueTypeNames.Token).default = "inherited"
        return
    _box(shape, plant)


def author_slot(layer: Sdf.Layer, model: Sdf.Path | None, plant: Plant) -> Sdf.PrimSpec:
    """Make a root prim that is all of a slot but its motion; a box has no prim of its own: half as many prims to open."""
    slot = Sdf.PrimSpec(layer, "Part", Sdf.SpecifierDef, "Xform" if model else "Cube")
    slot.kind = "component"
    if model is None:
        _box(slot, plant)
    else:
        author_shape(slot, model, plant)
    return slot


def _box(prim: Sdf.PrimSpec, plant: Plant) -> None:
    half = _HALF / plant.meters_per_unit
    Sdf.AttributeSpec(prim, "size", Sdf.ValueTypeNames.Double).default = 2 * half
    Sdf.AttributeSpec(prim, "extent", Sdf.ValueTypeNames.Float3Array).default = Vt.Vec3fArray([[-half] * 3, [half] * 3])
    colour = Sdf.AttributeSpec(prim, "primvars:displayColor", Sdf.ValueTypeNames.Color3fArray)
    colour.default = Vt.Vec3fArray([_COLOUR])


def scales(prim: Usd.Prim) -> list[str]:
    """Return the scaling operations of a prim, which stay when motion says where it is."""
    return [op.GetOpName() for op in UsdGeom.Xformable(prim).GetOrderedXformOps() if "scale" in op.GetOpName()]
