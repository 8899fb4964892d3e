# SPDX-License-Identifier: Apache-2.0
"""The fields of a selected place, made from the table of the schemas, and the edits that their texts mean. No UI."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from factory_twin.edit import Edit, Move, Rename, SetAttribute, position
from factory_twin.errors import FactoryTwinError
from factory_twin.plant import Plant, Station
from factory_twin.survey.walk import ours
from factory_twin.units import metres, seconds
from factory_twin_schema.table import Property, properties, schemas
from pxr import Usd, UsdGeom

NAME, AXES = "name", ("position:x", "position:y", "position:z")
SUCCESSORS = "factoryTwin:successors"
_SHOWN = {  # what the simulator reads; the rest of a schema is left to the property panel
    "FactoryTwinTopologyAPI": ("topology:type", "topology:planningState", "topology:code"),
    "FactoryTwinSourceAPI": ("source:interarrival", "source:limit"),
    "FactoryTwinStationAPI": (
        "station:processTime",
        "station:servers",
        "station:scrapRate",
        "station:powerBusy",
        "station:powerIdle",
    ),
    "FactoryTwinFailureAPI": ("clock", "timeToFailure", "timeToRepair"),
    "FactoryTwinBufferAPI": ("buffer:capacity", "buffer:discipline", "buffer:minimumTime"),
    "FactoryTwinWorkerPoolAPI": ("pool:size",),
    "FactoryTwinPathAPI": ("path:type", "path:speed", "path:gap", "path:width"),
    "FactoryTwinTransporterAPI": ("transporter:type", "transporter:loadTime", "transporter:unloadTime"),
    "FactoryTwinScenarioAPI": ("scenario:horizon", "scenario:warmup", "scenario:replications", "scenario:seed"),
}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field.

    Attributes:
        group: Heading it stands below.
        attribute: Full attribute name, or one of `NAME`, `AXES`.
        label: Words for people.
        text: Present value.
        unit: Of the number; empty when none.
        tooltip: Words and range.
        options: Allowed words; empty when it is free text.
        note: More about the value, below the field.
    """

    group: str
    attribute: str
    label: str
    text: str
    unit: str = ""
    tooltip: str = ""
    options: tuple[str, ...] = ()
    note: str = ""


def fields(stage: Usd.Stage, path: str, plant: Plant) -> list[FieldSpec]:
    """Return the fields of a prim, in the order shown; none when there is no such prim."""
    prim = stage.GetPrimAtPath(path)
    if not prim:
        return []
    found = [FieldSpec("Place", NAME, "Name", prim.GetDisplayName() or prim.GetName(), tooltip="Name shown to people.")]
    for whole in ours(prim):
        schema, _, instance = whole.partition(":")
        if schema in _SHOWN and schema in schemas():
            found += _schema_fields(prim, schema, instance)
    found = [_with_note(f, path, plant) for f in found]
    return found + _position(stage, prim)


def successors(prim: Usd.Prim) -> tuple[str, ...]:
    """Return the prim paths that material goes to next."""
    relationship = prim.GetRelationship(SUCCESSORS)
    return tuple(str(t) for t in relationship.GetTargets()) if relationship else ()


def edit(stage: Usd.Stage, path: str, spec: FieldSpec, text: str) -> Edit:
    """Return the edit that a new text means.

    Raises:
        FactoryTwinError: The text is no value of this kind; says what is expected.
    """
    if spec.attribute == NAME:
        return Rename(path, text.strip())
    if spec.attribute in AXES:
        here = list(position(stage, path))
        here[AXES.index(spec.attribute)] = metres(text)
        return Move(path, (here[0], here[1], here[2]))
    return SetAttribute(path, spec.attribute, _value(_property(stage.GetPrimAtPath(path), spec.attribute), text))


def _schema_fields(prim: Usd.Prim, schema: str, instance: str) -> list[FieldSpec]:
    word = schema.removeprefix("FactoryTwin").removesuffix("API")
    group = f"{word} {instance}".strip()
    table = properties(schema, instance)
    prefix = f"factoryTwin:failure:{instance}:" if instance else "factoryTwin:"
    return [_field(prim, group, prefix + name, table[prefix + name]) for name in _SHOWN[schema] if prefix + name in table]


def _field(prim: Usd.Prim, group: str, name: str, prop: Property) -> FieldSpec:
    attribute = prim.GetAttribute(name)
    value = attribute.Get() if attribute and attribute.HasAuthoredValue() else prop.default
    unit = "" if prop.is_distribution else prop.unit
    return FieldSpec(group, name, prop.display_name, as_text(value), unit, prop.doc, tuple(prop.tokens))


def as_text(value: Any) -> str:
    """Return a value as a field shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _with_note(spec: FieldSpec, path: str, plant: Plant) -> FieldSpec:
    if not spec.attribute.endswith("station:processTime"):
        return spec
    node = next((n for n in plant.nodes if n.path == path), None)
    if not isinstance(node, Station):
        return spec
    note = f"Mean {node.process_time.mean:.4g} s" + ("" if spec.text else f", from the operation: {node.process_time}")
    return replace(spec, note=note)


def _position(stage: Usd.Stage, prim: Usd.Prim) -> list[FieldSpec]:
    if not prim.IsA(UsdGeom.Xformable):
        return []
    here = position(stage, str(prim.GetPath())) if not prim.IsInstanceProxy() else None
    if here is None:
        return []
    tip = "Where the prim's origin is in the world. Units: m."
    return [FieldSpec("Position", a, a[-1].upper(), f"{v + 0.0:.4g}", "m", tip) for a, v in zip(AXES, here)]


def _property(prim: Usd.Prim, name: str) -> Property:
    for whole in ours(prim):
        schema, _, instance = whole.partition(":")
        if schema in schemas() and name in properties(schema, instance):
            return properties(schema, instance)[name]
    raise FactoryTwinError("No applied schema of this prim has this attribute.", where=f"{prim.GetPath()}.{name}")


def _value(prop: Property, text: str) -> Any:
    text = text.strip()
    if prop.type in ("string", "token"):
        return text
    if prop.type == "bool":
        if text.lower() not in ("yes", "no", "true", "false"):
            raise FactoryTwinError(f"{text!r} is neither yes nor no.", hint="Write yes or no.")
        return text.lower() in ("yes", "true")
    if prop.type == "int":
        return _whole(text)
    if prop.unit == "s":
        return seconds(text)
    return metres(text) if prop.unit == "m" else _number(text)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise FactoryTwinError(f"{text!r} is no whole number.", hint="Write a number such as 3.") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise FactoryTwinError(f"{text!r} is no number.", hint="Write a number such as 1.5.") from None
