# SPDX-License-Identifier: Apache-2.0
"""One table of all schemas: type, default, range, unit and words of every attribute, read once from generatedSchema.usda.

It never asks USD's schema registry, so it is the same whether the schemas were registered in time or not.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from . import FOLDER

INSTANCE = "__INSTANCE_NAME__"
_RANGE = re.compile(r"Range: (?:(>=?) ([-\d.]+)(?: or ([-\d.]+))?|([-\d.]+)\.\.([-\d.]+))\.(?:\s|$)")
_UNIT = re.compile(r"Units: ([^.]+)\.(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers that an attribute may hold: from `low` (left out when `open`) to `high`, and the one number `other`."""

    low: float
    high: float = math.inf
    open: bool = False
    other: float = math.nan

    def __contains__(self, number: float) -> bool:
        above = number > self.low if self.open else number >= self.low
        return number == self.other or (math.isfinite(number) and above and number <= self.high)

    def __str__(self) -> str:
        if self.high < math.inf:
            return f"{self.low:g} to {self.high:g}"
        other = "" if math.isnan(self.other) else f" or {self.other:g}"
        return f"{'>' if self.open else '>='} {self.low:g}{other}"


@dataclass(frozen=True, slots=True)
class Property:
    """An attribute or relationship of a schema.

    Attributes:
        name: Full name; `__INSTANCE_NAME__` stands for the instance of a multiple-apply schema.
        type: Sdf type name such as `double`, `point3f`; empty for a relationship.
        default: Value when nothing is authored; None for a relationship.
        tokens: Allowed tokens; empty when any.
        range: Allowed numbers; None when any finite one.
        unit: Unit named in the words, such as `s`; empty when none.
        doc: Words for people.
        display_name: Label for people.
        uniform: False when it may change over time.
    """

    name: str
    type: str
    default: Any
    tokens: tuple[str, ...]
    range: Range | None
    unit: str
    doc: str
    display_name: str
    uniform: bool

    @property
    def is_relationship(self) -> bool:
        """True for a relationship, False for an attribute."""
        return not self.type

    @property
    def is_distribution(self) -> bool:
        """True for text that holds a distribution: what has a unit, is a quantity."""
        return self.type == "string" and bool(self.unit)


@dataclass(frozen=True, slots=True)
class Schema:
    """An applied API schema.

    Attributes:
        name: Identifier, as in apiSchemas.
        multiple: True when it is applied by instance name.
        builtin: Schemas that come with it.
        only_on: Prim types it may be applied to; empty when any.
        doc: Words for people.
        properties: By full name, those of the built-in schemas included.
    """

    name: str
    multiple: bool
    builtin: tuple[str, ...]
    only_on: tuple[str, ...]
    doc: str
    properties: Mapping[str, Property]


@cache
def schemas() -> Mapping[str, Schema]:
    """Return all schemas by name.

    Raises:
        ImportError: There is no USD here.
    """
    from pxr import Sdf

    text = (FOLDER / "generatedSchema.usda").read_text(encoding="utf-8")
    layer = Sdf.Layer.CreateAnonymous(".usda")
    layer.ImportFromString(text)
    types = json.loads((FOLDER / "plugInfo.json").read_text(encoding="utf-8"))["Plugins"][0]["Info"]["Types"]
    kinds = {t["schemaIdentifier"]: t for t in types.values()}
    specs = {spec.name: spec for spec in layer.rootPrims if spec.name in kinds}
    return MappingProxyType({name: _schema(name, specs, kinds[name]) for name in specs})


@cache
def properties(schema: str, instance: str = "") -> Mapping[str, Property]:
    """Return the properties of a schema by full name, those of built-in schemas included.

    Args:
        schema: Schema name without instance.
        instance: Instance name of a multiple-apply schema.

    Raises:
        KeyError: There is no such schema.
    """
    own = schemas()[schema].properties
    return MappingProxyType({name.replace(INSTANCE, instance): p for name, p in own.items()})


def _schema(name: str, specs: Mapping[str, Any], info: Mapping[str, Any]) -> Schema:
    builtin = tuple(specs[name].GetInfo("apiSchemas").GetAddedOrExplicitItems())
    return Schema(
        name=name,
        multiple=info["schemaKind"] == "multipleApplyAPI",
        builtin=builtin,
        only_on=tuple(info.get("apiSchemaCanOnlyApplyTo", ())),
        doc=str(specs[name].documentation),
        properties=MappingProxyType({p.name: p for n in (name, *builtin) for p in map(_property, specs[n].properties)}),
    )


def _property(spec: Any) -> Property:
    doc = str(spec.documentation)
    is_attribute = hasattr(spec, "typeName")
    unit = _UNIT.search(doc)
    return Property(
        name=spec.name,
        type=str(spec.typeName) if is_attribute else "",
        default=spec.default if is_attribute else None,
        tokens=tuple(spec.allowedTokens or ()) if is_attribute else (),
        range=_range(doc),
        unit=unit[1] if unit else "",
        doc=doc,
        display_name=str(spec.displayName),
        uniform="Uniform" in str(spec.variability),
    )


def _range(doc: str) -> Range | None:
    match = _RANGE.search(doc)
    if match is None:
        return None
    if match[4]:
        return Range(float(match[4]), float(match[5]))
    return Range(float(match[2]), open=match[1] == ">", other=float(match[3]) if match[3] else math.nan)
