# SPDX-License-Identifier: Apache-2.0
"""Write a stage by the names of our schemas: prims, applied schemas, values by the last word of their property's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from factory_twin_schema.table import Property, properties
from pxr import Gf, Sdf, Tf, Usd, UsdGeom, Vt

ROOT = "/Factory"
_ARRAYS = {"double[]": Vt.DoubleArray, "int[]": Vt.IntArray, "string[]": Vt.StringArray}


class Author:
    """A stage in memory that is being written; z is up, the unit is the metre.

    Attributes:
        layer: The layer it is written to.
    """

    def __init__(self) -> None:
        self.layer = Sdf.Layer.CreateAnonymous(".usda")
        stage = Usd.Stage.Open(self.layer)
        UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
        UsdGeom.SetStageMetersPerUnit(stage, 1.0)
        self.define(ROOT)
        self.layer.defaultPrim = ROOT[1:]
        self._stage = stage
        self._taken: set[str] = set()
        self._folders: dict[str, str] = {}

    @property
    def stage(self) -> Usd.Stage:
        """The stage."""
        return self._stage

    def name(self, folder: str, word: str) -> str:
        """Return a path below a folder (empty: the root) that nobody has, made from a word; the folder is made when needed."""
        if folder and folder not in self._folders:
            self._folders[folder] = self.name("", folder)
            self.define(self._folders[folder], "Scope")
        stem = f"{self._folders[folder] if folder else ROOT}/{Tf.MakeValidIdentifier(word)}"
        path, n = stem, 1
        while path in self._taken:
            n += 1
            path = f"{stem}_{n}"
        self._taken.add(path)
        return path

    def define(self, path: str, kind: str = "Xform") -> None:
        """Define a prim; its parent must be there."""
        spec = Sdf.CreatePrimInLayer(self.layer, path)
        spec.specifier, spec.typeName = Sdf.SpecifierDef, kind

    def show(self, path: str, word: str) -> None:
        """Set the name shown to people, where it is not the prim's own."""
        if path.rpartition("/")[2] != word:
            self.layer.GetPrimAtPath(path).SetInfo("displayName", word)

    def apply(self, path: str, schema: str, instance: str = "", **values: Any) -> None:
        """Apply a schema and set values that differ from its defaults.

        Args:
            path: Prim path.
            schema: Word of the schema, such as "Station".
            instance: Of a multiple-apply schema.
            values: By the last word of the property's name; paths for a relationship.
        """
        spec = self.layer.GetPrimAtPath(path)
        whole = f"FactoryTwin{schema}API"
        names = spec.GetInfo("apiSchemas").GetAddedOrExplicitItems()
        applied = f"{whole}:{instance}" if instance else whole
        spec.SetInfo("apiSchemas", Sdf.TokenListOp.Create(prependedItems=[*names, applied]))
        for word, value in values.items():
            name, prop = _words(whole, instance)[word]
            if prop.is_relationship:
                self._target(spec, name, value)
            elif value != prop.default and not (isinstance(value, Sequence) and not value and not prop.default):
                self._attribute(spec, name, prop, value)

    def _target(self, spec: Any, name: str, targets: Sequence[str]) -> None:
        if targets:
            made = Sdf.RelationshipSpec(spec, name, False, Sdf.VariabilityUniform)
            made.targetPathList.explicitItems = [Sdf.Path(t) for t in targets]

    def _attribute(self, spec: Any, name: str, prop: Property, value: Any) -> None:
        variability = Sdf.VariabilityUniform if prop.uniform else Sdf.VariabilityVarying
        made = Sdf.AttributeSpec(spec, name, Sdf.ValueTypeNames.Find(prop.type), variability)
        if prop.type == "double2[]":
            made.default = Vt.Vec2dArray([Gf.Vec2d(*pair) for pair in value])
        else:
            made.default = _ARRAYS[prop.type](list(value)) if prop.type in _ARRAYS else value

    def place(self, path: str, x: float, y: float) -> None:
        """Put a prim at a point of the floor, m."""
        UsdGeom.XformCommonAPI(self._stage.GetPrimAtPath(path)).SetTranslate(Gf.Vec3d(x, y, 0.0))

    def curve(self, path: str, points: Sequence[tuple[float, float]]) -> None:
        """Define a line along points of the floor, m."""
        curves = UsdGeom.BasisCurves.Define(self._stage, path)
        curves.CreateTypeAttr(UsdGeom.Tokens.linear)
        curves.CreateCurveVertexCountsAttr([len(points)])
        curves.CreatePointsAttr([Gf.Vec3f(x, y, 0.0) for x, y in points])
        curves.CreateWidthsAttr([0.1])
        curves.SetWidthsInterpolation(UsdGeom.Tokens.constant)


@cache
def _words(schema: str, instance: str) -> Mapping[str, tuple[str, Property]]:
    return {name.rpartition(":")[2]: (name, prop) for name, prop in properties(schema, instance).items()}
