# SPDX-License-Identifier: Apache-2.0
"""Edits of attributes, relationships and names, held against the table of the schemas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from factory_twin_schema.table import Property, properties, schemas
from pxr import Gf, Sdf, Usd, Vt

from ..distribution import Reader
from ..errors import FactoryTwinError
from ..survey.fields import check_value
from ..survey.findings import layer_file
from ..survey.samples import reader
from ..survey.walk import ours
from .base import Edit, prim_at
from .trace import Trace


@dataclass(frozen=True)
class SetAttribute(Edit):
    """Set an attribute of an applied schema; None takes the layer's own value away.

    Attributes:
        path: Prim path.
        attribute: Full name, such as `factoryTwin:station:processTime`.
        value: Python value; a distribution as text or as a number of s.
    """

    path: str
    attribute: str
    value: Any

    @property
    def label(self) -> str:
        """Set or reset, what, where and to what."""
        name = self.attribute.rpartition(":")[2]
        where = self.path.rpartition("/")[2]
        return f"Reset {name} of {where}" if self.value is None else f"Set {name} of {where} to {self.value}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Write the value."""
        prim = prim_at(stage, self.path)
        where = f"{self.path}.{self.attribute}"
        prop = property_of(prim, self.attribute)
        if prop.is_relationship:
            raise FactoryTwinError("This is a relationship.", where=where, hint="Use SetTargets or Connect.")
        path = prim.GetPath().AppendProperty(self.attribute)
        if self.value is None:
            if trace.find(path):
                trace.remove(path)
            return
        value = sdf_value(prop, self.value, where=where, read=reader(trace.layer))
        _check_strength(prim.GetProperty(self.attribute), trace, where=where)
        spec = trace.attribute(path, Sdf.ValueTypeNames.Find(prop.type), uniform=prop.uniform)
        if str(spec.typeName) != prop.type:
            trace.remove(path)
            spec = trace.attribute(path, Sdf.ValueTypeNames.Find(prop.type), uniform=prop.uniform)
        spec.default = value


@dataclass(frozen=True)
class SetTargets(Edit):
    """Set all targets of a relationship of an applied schema.

    Attributes:
        path: Prim path.
        relationship: Full name, such as `factoryTwin:transporter:paths`.
        targets: Prim paths.
    """

    path: str
    relationship: str
    targets: tuple[str, ...]

    @property
    def label(self) -> str:
        """What is pointed where."""
        names = ", ".join(t.rpartition("/")[2] for t in self.targets) or "nothing"
        return f"Point {self.relationship.rpartition(':')[2]} of {self.path.rpartition('/')[2]} to {names}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Write the list as a whole."""
        prim = prim_at(stage, self.path)
        where = f"{self.path}.{self.relationship}"
        if not property_of(prim, self.relationship).is_relationship:
            raise FactoryTwinError("This is no relationship.", where=where, hint="Use SetAttribute.")
        for target in self.targets:
            if not Sdf.Path.IsValidPathString(target) or not stage.GetPrimAtPath(target):
                raise FactoryTwinError(f"There is no prim {target}.", where=where, hint="Point to a prim on the stage.")
        write_targets(prim, self.relationship, self.targets, trace=trace)


@dataclass(frozen=True)
class Rename(Edit):
    """Set the name shown to people; the prim's path stays.

    Attributes:
        path: Prim path.
        name: Display name; empty takes the layer's own away.
    """

    path: str
    name: str

    @property
    def label(self) -> str:
        """Old prim name and new display name."""
        return f"Rename {self.path.rpartition('/')[2]} to {self.name or 'its prim name'}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Write the display name."""
        spec = trace.field(prim_at(stage, self.path).GetPath(), "displayName")
        spec.SetInfo("displayName", self.name) if self.name else spec.ClearInfo("displayName")


def write_targets(prim: Usd.Prim, name: str, targets: tuple[str, ...], *, trace: Trace) -> None:
    """Write the targets of a relationship as one explicit list, whether or not they are there."""
    _check_strength(prim.GetProperty(name), trace, where=f"{prim.GetPath()}.{name}")
    spec = trace.relationship(prim.GetPath().AppendProperty(name))
    spec.targetPathList.ClearEditsAndMakeExplicit()
    spec.targetPathList.explicitItems = [trace.map(Sdf.Path(t)) for t in targets]


def property_of(prim: Usd.Prim, name: str) -> Property:
    """Return the table's entry for a property of one of the prim's applied schemas.

    Raises:
        FactoryTwinError: No applied schema has it.
    """
    for whole in ours(prim):
        schema, _, instance = whole.partition(":")
        if schema in schemas() and name in properties(schema, instance):
            return properties(schema, instance)[name]
    where = f"{prim.GetPath()}.{name}"
    raise FactoryTwinError("No applied schema of this prim has this property.", where=where, hint="Apply its schema first.")


def sdf_value(prop: Property, value: Any, *, where: str, read: Reader | None = None) -> Any:
    """Return the value as USD stores it.

    Args:
        prop: The property's entry in the table.
        value: Python value.
        where: Prim path and attribute, for errors.
        read: Reads the file that a distribution names; None: it may not name one.

    Raises:
        FactoryTwinError: Wrong kind of value, out of range, no distribution.
    """
    try:
        plain = _plain(prop, value)
        check_value(prop, plain, read=read)
    except FactoryTwinError as error:
        raise FactoryTwinError(error.what, where=where, hint=error.hint) from error
    except (TypeError, ValueError, OverflowError) as error:
        raise FactoryTwinError(f"{value!r} is no {prop.type}.", where=where, hint=prop.doc) from error
    if prop.type.endswith("[]"):
        return _ARRAYS[prop.type](plain)
    return Gf.Vec3f(*plain) if isinstance(plain, tuple) else plain


_ARRAYS: dict[str, Callable[[Any], Any]] = {
    "double[]": lambda items: Vt.DoubleArray([float(x) for x in items]),
    "int[]": lambda items: Vt.IntArray([int(x) for x in items]),
    "string[]": lambda items: Vt.StringArray(list(items)),
    "float2[]": lambda items: Vt.Vec2fArray([Gf.Vec2f(*pair) for pair in items]),
    "double2[]": lambda items: Vt.Vec2dArray([Gf.Vec2d(*pair) for pair in items]),
}


def _plain(prop: Property, value: Any) -> Any:
    if prop.is_distribution and isinstance(value, float | int) and not isinstance(value, bool):
        return repr(value)
    if prop.type.endswith("2[]"):
        return tuple((float(x), float(y)) for x, y in value)
    if not prop.type.endswith("[]"):
        return _one(prop.type, value)
    if isinstance(value, str):
        raise TypeError
    return tuple(_one(prop.type.removesuffix("[]"), item) for item in value)


def _one(kind: str, value: Any) -> Any:
    if kind in ("string", "token"):
        if not isinstance(value, str):
            raise TypeError
        return value
    if isinstance(value, str) or (isinstance(value, bool) != (kind == "bool")):
        raise TypeError
    if kind == "int":
        if int(value) != value or abs(value) >= 1 << 31:
            raise ValueError
        return int(value)
    if kind in ("double", "float"):
        return float(value)
    if kind == "bool":
        return value
    items = tuple(value)
    if len(items) != 3:
        raise ValueError
    return items


def _check_strength(prop: Usd.Property, trace: Trace, *, where: str) -> None:
    """Refuse to write where a stronger layer of the stage would hide it."""
    if not prop:
        return
    order = {layer.identifier: i for i, layer in enumerate(prop.GetStage().GetLayerStack())}
    here = order.get(trace.layer.identifier)
    for spec in prop.GetPropertyStack(Usd.TimeCode.Default()):
        there = order.get(spec.layer.identifier)
        if here is not None and there is not None and there < here:
            hint = "Make that layer the edit target, or remove its value."
            raise FactoryTwinError(f"A stronger value in {layer_file(spec.layer)} would hide it.", where=where, hint=hint)
