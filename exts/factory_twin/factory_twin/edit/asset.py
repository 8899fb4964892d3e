# SPDX-License-Identifier: Apache-2.0
"""The edit that brings a USD file in as a prim that refers to it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from pxr import Gf, Sdf, Tf, Usd, UsdGeom

from ..errors import FactoryTwinError
from ..plant import Point
from .base import Edit, parent_at
from .trace import Trace
from .transform import Move

SUFFIXES = (".usd", ".usda", ".usdc", ".usdz")
_AXIS, _UNITS = "xformOp:rotateX:factoryTwinAxis", "xformOp:scale:factoryTwinUnits"
_HINT = "Set its default prim and save it."


@dataclass(frozen=True)
class AddAsset(Edit):
    """Bring a USD file in: a new prim that refers to it, turned and scaled to the stage's up axis and unit.

    Attributes:
        path: Prim path of the new prim; its parent is there already.
        asset: File or URL.
        at: Where its origin goes, world, m.
    """

    path: str
    asset: str
    at: Point = (0.0, 0.0, 0.0)

    @property
    def label(self) -> str:
        """What comes in."""
        return f"Add {self.path.rpartition('/')[2]}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Write the prim, its reference and its operations."""
        if not Sdf.Path.IsValidPathString(self.path) or not _is_prim(Sdf.Path(self.path)):
            raise FactoryTwinError("This is no path of a prim.", where=self.path, hint="For example /World/Press.")
        path = Sdf.Path(self.path)
        if stage.GetPrimAtPath(path):
            raise FactoryTwinError("There is a prim of this name already.", where=self.path, hint="Choose another name.")
        if not stage.GetPrimAtPath(path.GetParentPath()):
            raise FactoryTwinError("There is no such parent.", where=str(path.GetParentPath()), hint="Make it first.")
        parent_at(stage, str(path.GetParentPath()))
        layer = open_layer(self.asset)
        if layer in stage.GetLayerStack():
            raise FactoryTwinError("This file is a layer of the stage itself.", where=self.asset, hint="Choose another file.")
        spec = trace.prim(path)
        spec.specifier, spec.typeName = Sdf.SpecifierDef, "Xform"
        spec.referenceList.prependedItems = [Sdf.Reference(asset_from(trace.layer, self.asset))]
        _fit(stage, path, layer, trace)
        Move(self.path, self.at).write(stage, trace)


def free_path(stage: Usd.Stage, parent: str, asset: str) -> str:
    """Return a path below `parent` for the prim of a file: its name, with a number when there is one of that name."""
    stem = Path(unquote(asset.replace("\\", "/"))).stem
    name = Tf.MakeValidIdentifier(f"_{stem}" if stem[:1].isdigit() else stem)
    base = Sdf.Path(parent)
    names = (name if k == 0 else f"{name}_{k + 1}" for k in range(10_000))
    return str(next(base.AppendChild(n) for n in names if not stage.GetPrimAtPath(base.AppendChild(n))))


def _is_prim(path: Sdf.Path) -> bool:
    return bool(path.IsAbsolutePath() and path.IsPrimPath())


def open_layer(asset: str) -> Sdf.Layer:
    """Return the layer of a file that can be brought in.

    Raises:
        FactoryTwinError: It is none, can't be read, or has no default prim.
    """
    try:
        layer = Sdf.Layer.FindOrOpen(asset)
    except Tf.ErrorException as error:
        words = str(error).rpartition("Error in ")[2].partition(" : ")[2].strip("' \t\n")
        raise FactoryTwinError(f"This is no USD file: {words}", where=asset, hint="Open it in usdview to see more.") from error
    if layer is None:
        raise FactoryTwinError("This file can't be read.", where=asset, hint="Is it there, and is it a USD file?")
    if not layer.defaultPrim:
        raise FactoryTwinError("The file does not say which of its prims is meant.", where=asset, hint=_HINT)
    if not layer.GetPrimAtPath(_default(layer)) and not layer.subLayerPaths:
        raise FactoryTwinError(f"The file has no prim {layer.defaultPrim}, its default.", where=asset, hint=_HINT)
    return layer


def _default(layer: Sdf.Layer) -> Sdf.Path:
    """Return the path of its default prim; OpenUSD before 24.08 (Kit 107) has no call for that."""
    return Sdf.Path.absoluteRootPath.AppendPath(Sdf.Path(layer.defaultPrim.removeprefix("/")))


def asset_from(layer: Sdf.Layer, asset: str) -> str:
    """Return how the layer calls the file: relative to itself where that can be, so that both can move together."""
    if not os.path.isfile(asset):
        return asset  # a URL
    whole = Path(asset).resolve()
    try:
        text = os.path.relpath(whole, Path(layer.realPath).resolve().parent) if layer.realPath else str(whole)
    except ValueError:  # another drive on Windows
        text = str(whole)
    text = text.replace(os.sep, "/")
    return text if os.path.isabs(text) or text.startswith("../") else f"./{text}"


def _fit(stage: Usd.Stage, path: Sdf.Path, layer: Sdf.Layer, trace: Trace) -> None:
    """Turn and scale the new prim when the file has another up axis or another unit than the stage."""
    made = Usd.Stage.OpenMasked(layer, Usd.StagePopulationMask([_default(layer)]), Usd.Stage.LoadNone)
    ours, theirs = UsdGeom.GetStageUpAxis(stage), UsdGeom.GetStageUpAxis(made)
    factor = UsdGeom.GetStageMetersPerUnit(made) / UsdGeom.GetStageMetersPerUnit(stage)
    order = list(stage.GetPrimAtPath(path).GetAttribute("xformOpOrder").Get() or ())
    more = []
    if ours != theirs:
        angle = 90.0 if theirs == UsdGeom.Tokens.y else -90.0
        trace.attribute(path.AppendProperty(_AXIS), Sdf.ValueTypeNames.Double, uniform=False).default = angle
        more.append(_AXIS)
    if abs(factor - 1.0) > 1e-9:
        kind = Sdf.ValueTypeNames.Double3
        trace.attribute(path.AppendProperty(_UNITS), kind, uniform=False).default = Gf.Vec3d(factor)
        more.append(_UNITS)
    if more:
        spec = trace.attribute(path.AppendProperty("xformOpOrder"), Sdf.ValueTypeNames.TokenArray, uniform=True)
        spec.default = [*more, *order]
