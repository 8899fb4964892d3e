# SPDX-License-Identifier: Apache-2.0
"""Layers with the same head everywhere (m, Z up, 60 time codes a second), and few-word authoring of schema attributes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from pxr import Gf, Kind, Sdf, Usd, UsdGeom, Vt

ROOT = "/BikeFactory"
HALL = f"{ROOT}/Hall"
LINE = f"{HALL}/AssemblyLine"
LOGISTICS = f"{HALL}/Logistics"
TIME_CODES_PER_SECOND = 60.0
_WORK = ("work-", ".usda")
"""Before and after the name of a file while it is made: text beside its target, so that relative paths resolve."""

LIBRARY = "../../assets"
"""The assets' folder seen from a discipline's layer."""


class Token(str):
    """A word that is written as a token, not as a string."""

    __slots__ = ()


class Single(float):
    """A number that is written in single precision."""

    __slots__ = ()


_TYPES: dict[type, Sdf.ValueTypeName] = {
    bool: Sdf.ValueTypeNames.Bool,
    int: Sdf.ValueTypeNames.Int,
    float: Sdf.ValueTypeNames.Double,
    str: Sdf.ValueTypeNames.String,
    Token: Sdf.ValueTypeNames.Token,
    Single: Sdf.ValueTypeNames.Float,
}


def new_stage(target: Path, comment: str = "") -> Usd.Stage:
    """Return an empty stage that `save` will put at `target`, with units, axis and time rate set."""
    target.parent.mkdir(parents=True, exist_ok=True)
    stage = Usd.Stage.CreateNew(str(target.with_name(target.name.join(_WORK))))
    UsdGeom.SetStageMetersPerUnit(stage, UsdGeom.LinearUnits.meters)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    stage.SetTimeCodesPerSecond(TIME_CODES_PER_SECOND)
    stage.SetFramesPerSecond(TIME_CODES_PER_SECOND)
    stage.GetRootLayer().comment = comment
    return stage


def new_layer(target: Path, comment: str) -> Usd.Stage:
    """Return a stage for one discipline's layer, with the factory as its default prim."""
    stage = new_stage(target, comment)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, ROOT).GetPrim())
    return stage


def save(stage: Usd.Stage) -> Path:
    """Write the stage and put it at its target, whole or not at all. Return the target."""
    working = Path(stage.GetRootLayer().realPath)
    target = working.with_name(working.name.removeprefix(_WORK[0]).removesuffix(_WORK[1]))
    written = target.with_name(f"written-{target.name}")
    if not stage.GetRootLayer().Export(str(written)):
        raise OSError(f"{target} can't be written.")
    os.replace(written, target)
    working.unlink()
    return target


def author(prim: Usd.Prim, schema: str, values: Mapping[str, object] | None = None) -> None:
    """Apply a schema by name, registered or not, and write `factoryTwin:` properties.

    Args:
        prim: Prim to write on.
        schema: Schema name, with its instance when it is multiple-apply.
        values: Name after `factoryTwin:` to value; a list of paths makes a relationship.
    """
    prim.AddAppliedSchema(schema)
    for name, value in (values or {}).items():
        write(prim, f"factoryTwin:{name}", value)


def write(prim: Usd.Prim, name: str, value: object) -> None:
    """Write a property by its full name, whatever schemas the prim wears; a list of paths makes a relationship."""
    if isinstance(value, list):
        prim.CreateRelationship(name, custom=False).SetTargets([Sdf.Path(p) for p in value])
        return
    if isinstance(value, tuple):
        kind = Sdf.ValueTypeNames.Point3f if name.endswith("Position") else Sdf.ValueTypeNames.Vector3f
        value = Gf.Vec3f(*value)
    elif isinstance(value, Vt.Vec2fArray):
        kind = Sdf.ValueTypeNames.Float2Array
    else:
        kind = _TYPES[type(value)]
    prim.CreateAttribute(name, kind, custom=False, variability=Sdf.VariabilityUniform).Set(value)


def group(stage: Usd.Stage, path: str, title: str = "") -> Usd.Prim:
    """Define an Xform of kind group."""
    prim = UsdGeom.Xform.Define(stage, path).GetPrim()
    Usd.ModelAPI(prim).SetKind(Kind.Tokens.group)
    if title:
        prim.SetDisplayName(title)
    return prim


def place(prim: Usd.Prim, position: Sequence[float], turn: float = 0.0) -> None:
    """Give the prim a translation (m) and a turn about z (degrees)."""
    common = UsdGeom.XformCommonAPI(prim)
    common.SetTranslate(Gf.Vec3d(*position))
    if turn:
        common.SetRotate(Gf.Vec3f(0, 0, turn))


def unit(stage: Usd.Stage, path: str, asset: str, *, title: str = "", library: str = LIBRARY) -> Usd.Prim:
    """Define a component whose `Model` child is an instance of an asset in the folder `library`."""
    prim = UsdGeom.Xform.Define(stage, path).GetPrim()
    Usd.ModelAPI(prim).SetKind(Kind.Tokens.component)
    if title:
        prim.SetDisplayName(title)
    model = UsdGeom.Xform.Define(stage, f"{path}/Model").GetPrim()
    model.GetReferences().AddReference(f"{library}/{asset}/{asset}.usda")
    model.SetInstanceable(True)
    Usd.ModelAPI(model).SetKind(Kind.Tokens.subcomponent)
    return prim


def hint(prim: Usd.Prim) -> None:
    """Write the extent of everything below the prim on the prim, for viewers that have not loaded its geometry."""
    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), [UsdGeom.Tokens.default_])
    model = UsdGeom.ModelAPI.Apply(prim)
    model.SetExtentsHint(model.ComputeExtentsHint(cache))


def scenery(stage: Usd.Stage, path: str, asset: str, *, title: str = "", library: str = LIBRARY) -> Usd.Prim:
    """Define a direct instance of an asset in the folder `library`."""
    prim = UsdGeom.Xform.Define(stage, path).GetPrim()
    prim.GetReferences().AddReference(f"{library}/{asset}/{asset}.usda")
    prim.SetInstanceable(True)
    if title:
        prim.SetDisplayName(title)
    return prim
