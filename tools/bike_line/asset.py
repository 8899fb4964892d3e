# SPDX-License-Identifier: Apache-2.0
"""Writes one equipment asset: a readable interface layer and a binary payload with meshes and materials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pxr import Gf, Kind, Sdf, Usd, UsdGeom, UsdShade, Vt

from .card import Card, lamp_box, write_card
from .layer import new_stage, save
from .palette import PAINTS
from .shape import Shape, joined


@dataclass(frozen=True, slots=True)
class Part:
    """One mesh of an asset: all shapes of one paint that belong together."""

    name: str
    paint: str
    shapes: Sequence[Shape]


@dataclass(frozen=True, slots=True)
class Asset:
    """A piece of equipment. Its origin stands on the floor, in the middle, x along the material flow."""

    name: str
    title: str
    parts: Sequence[Part]
    card: Card | None = None

    def bounds(self) -> tuple[Gf.Vec3f, Gf.Vec3f]:
        """Return the lower and upper corner, its lamp included, m."""
        points = np.concatenate([s.points for p in self.parts for s in p.shapes])
        if self.card is not None and (lamp := lamp_box(self.card)):
            points = np.concatenate([points, lamp])
        return Gf.Vec3f(*points.min(0).tolist()), Gf.Vec3f(*points.max(0).tolist())


def write_asset(asset: Asset, folder: Path) -> Path:
    """Write `<Name>/<Name>.usda` and `<Name>/payload.usdc` below `folder` and return the first."""
    target = folder / asset.name / f"{asset.name}.usda"
    _write_payload(asset, target.with_name("payload.usdc"))
    stage = new_stage(target, f"{asset.title}. Interface layer: the geometry is in payload.usdc.")
    root = UsdGeom.Xform.Define(stage, f"/{asset.name}").GetPrim()
    stage.SetDefaultPrim(root)
    Usd.ModelAPI(root).SetKind(Kind.Tokens.component)
    Usd.ModelAPI(root).SetAssetName(asset.name)
    Usd.ModelAPI(root).SetAssetIdentifier(Sdf.AssetPath(f"./{asset.name}.usda"))
    Usd.ModelAPI(root).SetAssetVersion("1.0")
    root.SetDisplayName(asset.title)
    root.GetPayloads().AddPayload("./payload.usdc")
    UsdGeom.ModelAPI.Apply(root).SetExtentsHint(Vt.Vec3fArray(asset.bounds()))
    if asset.card is not None:
        write_card(stage, root, asset.card, asset.bounds())
    return save(stage)


def _write_payload(asset: Asset, target: Path) -> None:
    stage = new_stage(target)
    root = UsdGeom.Xform.Define(stage, f"/{asset.name}")
    stage.SetDefaultPrim(root.GetPrim())
    UsdGeom.Xform.Define(stage, root.GetPath().AppendChild("Geometry"))
    looks = UsdGeom.Scope.Define(stage, root.GetPath().AppendChild("Looks")).GetPath()
    for part in asset.parts:
        mesh = _mesh(stage, root.GetPath().AppendPath(f"Geometry/{part.name}"), part)
        UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(_material(stage, looks, part.paint))
    save(stage)


def _mesh(stage: Usd.Stage, path: Sdf.Path, part: Part) -> UsdGeom.Mesh:
    shape = joined(part.shapes)
    points = Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(shape.points.round(5), np.float32))
    mesh = UsdGeom.Mesh.Define(stage, path)
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    mesh.CreatePointsAttr(points)
    mesh.CreateFaceVertexCountsAttr([len(f) for f in shape.faces])
    mesh.CreateFaceVertexIndicesAttr([i for f in shape.faces for i in f])
    mesh.CreateExtentAttr(UsdGeom.PointBased.ComputeExtent(points))
    mesh.CreateDisplayColorAttr([Gf.Vec3f(*PAINTS[part.paint].color)])
    normals, indices = np.unique(np.concatenate(shape.normals).round(5) + 0.0, axis=0, return_inverse=True)
    primvar = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar("normals", Sdf.ValueTypeNames.Normal3fArray, UsdGeom.Tokens.faceVarying)
    primvar.Set(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(normals, np.float32)))
    primvar.SetIndices(Vt.IntArray.FromNumpy(np.ascontiguousarray(indices.reshape(-1), np.int32)))
    return mesh


def _material(stage: Usd.Stage, looks: Sdf.Path, name: str) -> UsdShade.Material:
    path = looks.AppendChild(name)
    if stage.GetPrimAtPath(path):
        return UsdShade.Material(stage.GetPrimAtPath(path))
    paint = PAINTS[name]
    material = UsdShade.Material.Define(stage, path)
    shader = UsdShade.Shader.Define(stage, path.AppendChild("Surface"))
    shader.CreateIdAttr("UsdPreviewSurface")
    shader.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f).Set(Gf.Vec3f(*paint.color))
    shader.CreateInput("roughness", Sdf.ValueTypeNames.Float).Set(paint.roughness)
    shader.CreateInput("metallic", Sdf.ValueTypeNames.Float).Set(paint.metallic)
    output = shader.CreateOutput("surface", Sdf.ValueTypeNames.Token)
    material.CreateSurfaceOutput().ConnectToSource(output)
    return material
