# SPDX-License-Identifier: Apache-2.0
"""The payload of an imported asset: each product once below a class, occurrences that refer to it, meshes with their looks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pxr import Gf, Kind, Sdf, Usd, UsdGeom, UsdShade, Vt

from .identifier import Names
from .limits import Watch
from .mesh import Mesh
from .product import Product, Tree
from .scene import Color, Floats

GEOMETRY, PROTOTYPES, LOOKS = "Geometry", "Prototypes", "Looks"
RATE = 60.0
"""Time codes a second, as in all our assets."""


def new_stage(file: Path, up: str, comment: str = "") -> Usd.Stage:
    """Return an empty stage in a file, in metres."""
    stage = Usd.Stage.CreateNew(str(file))
    UsdGeom.SetStageMetersPerUnit(stage, UsdGeom.LinearUnits.meters)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y if up == "Y" else UsdGeom.Tokens.z)
    stage.SetTimeCodesPerSecond(RATE)
    stage.SetFramesPerSecond(RATE)
    stage.GetRootLayer().comment = comment
    return stage


class Payload:
    """Writes the payload.

    Args:
        name: Identifier of the asset.
        tree: What it holds.
        up: Up axis.
        watch: Asked now and then whether to go on.

    Attributes:
        paths: Prim of each product but the root, in the payload; for a file that is one part, that part as well.
    """

    def __init__(self, name: str, tree: Tree, up: str, watch: Watch) -> None:
        self._root, self._tree, self._up, self._watch = Sdf.Path(f"/{name}"), tree, up, watch
        names = Names()
        shelf = self._root.AppendChild(PROTOTYPES)
        self.paths = {id(p): shelf.AppendChild(names.free(p.name)) for p in tree.products if p is not tree.root}
        self.paths[id(tree.root)] = self._root

    def write(self, file: Path) -> None:
        """Write it to a new file."""
        stage = new_stage(file, self._up)
        stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, self._root).GetPrim())
        geometry = UsdGeom.Xform.Define(stage, self._root.AppendChild(GEOMETRY))
        if len(self._tree.products) > 1:
            stage.CreateClassPrim(self._root.AppendChild(PROTOTYPES))
        for product in self._tree.products:
            path = looks = self.paths[id(product)]
            if product is self._tree.root:
                path = geometry.GetPath()
            else:
                UsdGeom.Xform.Define(stage, path).GetPrim().SetDisplayName(product.name)
            if product.mesh is not None:
                self._watch.step()
                _mesh(stage, path.AppendChild(Names(LOOKS).free(product.name)), looks.AppendChild(LOOKS), product.mesh)
        layer = Sdf.Layer.FindOrOpen(stage.GetRootLayer().identifier)  # which keeps it; what a stage gives dies with it
        del stage, geometry  # no stage watches while occurrences are written: it would look at all siblings for each of them
        _place(layer.GetPrimAtPath(self._root.AppendChild(GEOMETRY)), self._tree.matrix)
        for product in self._tree.products:
            self._occurrences(layer, product)
        layer.Save()

    def _occurrences(self, layer: Sdf.Layer, product: Product) -> None:
        """Write what a product holds."""
        path = self.paths[id(product)]
        parent = layer.GetPrimAtPath(path.AppendChild(GEOMETRY) if product is self._tree.root else path)
        names = Names(LOOKS)
        if product.mesh is not None:
            names.free(product.name)
        for child in product.children:
            self._watch.step()
            spec = Sdf.PrimSpec(parent, names.free(child.name), Sdf.SpecifierDef, "Xform")
            spec.SetInfo("displayName", child.name)
            spec.referenceList.prependedItems = [Sdf.Reference("", self.paths[id(child.product)])]
            spec.kind = Kind.Tokens.subcomponent
            if child.product.count > 1:
                spec.instanceable = True
            _place(spec, child.matrix)


def _place(spec: Sdf.PrimSpec, matrix: Floats) -> None:
    if np.array_equal(matrix, np.eye(4)):
        return
    operation = Sdf.AttributeSpec(spec, "xformOp:transform", Sdf.ValueTypeNames.Matrix4d)
    operation.default = Gf.Matrix4d(*matrix.T.flatten().tolist())
    order = Sdf.AttributeSpec(spec, "xformOpOrder", Sdf.ValueTypeNames.TokenArray, Sdf.VariabilityUniform)
    order.default = Vt.TokenArray(["xformOp:transform"])


def _mesh(stage: Usd.Stage, path: Sdf.Path, looks: Sdf.Path, shape: Mesh) -> None:
    mesh = UsdGeom.Mesh.Define(stage, path)
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    points = Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(shape.points, np.float32))
    mesh.CreatePointsAttr(points)
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray(len(shape.triangles), 3))
    mesh.CreateFaceVertexIndicesAttr(_whole(shape.triangles))
    mesh.CreateExtentAttr(UsdGeom.PointBased.ComputeExtent(points))
    if shape.two_sided:
        mesh.CreateDoubleSidedAttr(True)
    api = UsdGeom.PrimvarsAPI(mesh)
    normals = api.CreatePrimvar("normals", Sdf.ValueTypeNames.Normal3fArray, UsdGeom.Tokens.faceVarying)
    normals.Set(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(shape.normals, np.float32)))
    normals.SetIndices(_whole(shape.normal_indices))
    _paint(stage, mesh, looks, shape)


def _whole(values: object) -> Vt.IntArray:
    return Vt.IntArray.FromNumpy(np.ascontiguousarray(np.asarray(values).reshape(-1), np.int32))


def _paint(stage: Usd.Stage, mesh: UsdGeom.Mesh, looks: Sdf.Path, shape: Mesh) -> None:
    """Write colours as primvars for viewers without materials, and as materials for renderers."""
    many = len(shape.colors) > 1
    how = UsdGeom.Tokens.uniform if many else UsdGeom.Tokens.constant
    color = mesh.CreateDisplayColorPrimvar(how)
    color.Set(Vt.Vec3fArray([Gf.Vec3f(*c[:3]) for c in shape.colors]))
    if many:
        color.SetIndices(_whole(shape.color_indices))
    if any(c[3] < 1 for c in shape.colors):
        opacity = mesh.CreateDisplayOpacityPrimvar(how)
        opacity.Set(Vt.FloatArray([c[3] for c in shape.colors]))
        if many:
            opacity.SetIndices(_whole(shape.color_indices))
    UsdGeom.Scope.Define(stage, looks)
    for k, one in enumerate(shape.colors):
        material = _material(stage, looks.AppendChild(f"Color_{k + 1}"), one)
        if not many:
            UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(material)
            continue
        faces = _whole(np.flatnonzero(shape.color_indices == k))
        api = UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim())
        subset = api.CreateMaterialBindSubset(f"color_{k + 1}", faces)
        UsdShade.MaterialBindingAPI.Apply(subset.GetPrim()).Bind(material)


def _material(stage: Usd.Stage, path: Sdf.Path, color: Color) -> UsdShade.Material:
    material = UsdShade.Material.Define(stage, path)
    shader = UsdShade.Shader.Define(stage, path.AppendChild("Surface"))
    shader.CreateIdAttr("UsdPreviewSurface")
    shader.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f).Set(Gf.Vec3f(*color[:3]))
    shader.CreateInput("roughness", Sdf.ValueTypeNames.Float).Set(0.5)
    if color[3] < 1:
        shader.CreateInput("opacity", Sdf.ValueTypeNames.Float).Set(color[3])
    material.CreateSurfaceOutput().ConnectToSource(shader.CreateOutput("surface", Sdf.ValueTypeNames.Token))
    return material
