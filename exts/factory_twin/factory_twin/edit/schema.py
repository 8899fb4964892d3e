# SPDX-License-Identifier: Apache-2.0
"""Edits that make a prim a station, a buffer, ... and take that away again."""

from __future__ import annotations

from dataclasses import dataclass

from factory_twin_schema.table import Schema, properties, schemas
from pxr import Sdf, Usd, UsdGeom

from ..errors import FactoryTwinError
from ..survey.names import PLACES
from ..survey.walk import applied, ours
from .base import Edit, prim_at
from .trace import Trace

_TYPES = {"Xformable": UsdGeom.Xformable, "BasisCurves": UsdGeom.BasisCurves}


@dataclass(frozen=True)
class ApplySchema(Edit):
    """Apply one of our schemas to a prim.

    Attributes:
        path: Prim path.
        schema: Schema name, such as `FactoryTwinStationAPI`.
        instance: Instance name of a multiple-apply schema.
    """

    path: str
    schema: str
    instance: str = ""

    @property
    def label(self) -> str:
        """What the prim becomes."""
        word = self.schema.removeprefix("FactoryTwin").removesuffix("API")
        name = self.path.rpartition("/")[2]
        return f"Add {word} {self.instance} to {name}" if self.instance else f"Make {name} a {word}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Write apiSchemas."""
        prim = prim_at(stage, self.path)
        schema, whole = _schema(self.path, self.schema, self.instance)
        if whole in applied(prim):
            raise FactoryTwinError(f"{whole} is applied already.", where=self.path, hint="Set its attributes.")
        if schema.only_on and not any(prim.IsA(_TYPES[name]) for name in schema.only_on):
            hint = f"It goes on prims of type {' or '.join(schema.only_on)}."
            raise FactoryTwinError(
                f"{whole} does not go on a {prim.GetTypeName() or 'prim without type'}.", where=self.path, hint=hint
            )
        other = [name for name in ours(prim) if name in PLACES]
        if self.schema in PLACES and other:
            raise FactoryTwinError(
                f"The prim is a place already ({other[0]}).", where=self.path, hint=f"Remove {other[0]} first."
            )
        trace.field(prim.GetPath(), "apiSchemas")
        prim.AddAppliedSchema(whole)


@dataclass(frozen=True)
class RemoveSchema(Edit):
    """Take one of our schemas away, with the values that the layer itself holds for it.

    Attributes:
        path: Prim path.
        schema: Schema name.
        instance: Instance name of a multiple-apply schema.
    """

    path: str
    schema: str
    instance: str = ""

    @property
    def label(self) -> str:
        """What the prim is no longer."""
        word = self.schema.removeprefix("FactoryTwin").removesuffix("API")
        return f"Remove {' '.join(filter(None, (word, self.instance)))} from {self.path.rpartition('/')[2]}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Write apiSchemas and remove the values that no other applied schema has."""
        prim = prim_at(stage, self.path)
        _, whole = _schema(self.path, self.schema, self.instance)
        if whole not in applied(prim):
            raise FactoryTwinError(f"{whole} is not applied.", where=self.path, hint="Choose one that is.")
        trace.field(prim.GetPath(), "apiSchemas")
        prim.RemoveAppliedSchema(whole)
        if whole in applied(prim):
            hint = "Make the layer that applies it the edit target."
            raise FactoryTwinError(f"A stronger layer applies {whole}.", where=self.path, hint=hint)
        kept = {name for other in ours(prim) for name in _names(other)}
        for name in sorted(set(properties(self.schema, self.instance)) - kept):
            path = prim.GetPath().AppendProperty(name)
            if trace.find(path):
                trace.remove(path)


def _schema(path: str, name: str, instance: str) -> tuple[Schema, str]:
    schema = schemas().get(name)
    if schema is None:
        raise FactoryTwinError(f"There is no schema {name}.", where=path, hint=f"Known: {', '.join(schemas())}.")
    if schema.multiple != bool(instance) or (instance and not Sdf.Path.IsValidNamespacedIdentifier(instance)):
        need = "needs an instance name of letters and digits" if schema.multiple else "takes no instance name"
        raise FactoryTwinError(f"{name} {need}.", where=path, hint=f"{instance!r} was given.")
    return schema, f"{name}:{instance}" if instance else name


def _names(whole: str) -> set[str]:
    schema, _, instance = whole.partition(":")
    return set(properties(schema, instance)) if schema in schemas() else set()
