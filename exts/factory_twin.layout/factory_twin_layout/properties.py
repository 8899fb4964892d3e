# SPDX-License-Identifier: Apache-2.0
"""The fields of a selected prim, made from the table of the schemas, and the edits that their texts mean. No UI."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from factory_twin.edit import Edit, Group, Move, Rename, SetAttribute, position
from factory_twin.edit.flow import SUCCESSORS
from factory_twin.errors import FactoryTwinError
from factory_twin.plant import Plant, Station
from factory_twin.survey.walk import ours
from factory_twin.units import metres
from factory_twin_schema.table import Property, properties, schemas
from pxr import Usd, UsdGeom

from .shown import MAIN, NODE, heading_of, shown
from .texts import YES_NO, how_to_write, text_of, value_of

NAME, AXES = "name", ("position:x", "position:y", "position:z")


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
        schema: Schema it belongs to, without instance; empty when none.
        section: Heading it stands below among the fields below "More"; empty: none.
        more: Whether it is shown only when it has a value of its own, or when "More" is open.
        authored: Whether the stage gives it a value.
        fixed: Whether it can only be read here.
    """

    group: str
    attribute: str
    label: str
    text: str
    unit: str = ""
    tooltip: str = ""
    options: tuple[str, ...] = ()
    note: str = ""
    schema: str = ""
    section: str = ""
    more: bool = False
    authored: bool = False
    fixed: bool = False


def fields(stage: Usd.Stage, path: str, plant: Plant) -> list[FieldSpec]:
    """Return all fields of a prim, in the order shown; none when there is no such prim."""
    prim = stage.GetPrimAtPath(path)
    if not prim:
        return []
    found = [FieldSpec("Place", NAME, "Name", prim.GetDisplayName() or prim.GetName(), tooltip="Name shown to people.")]
    known = [whole for whole in ours(prim) if whole.partition(":")[0] in MAIN]
    for whole in known:
        schema, _, instance = whole.partition(":")
        if schema != NODE and schemas()[schema].multiple == bool(instance):
            found += _schema_fields(prim, schema, instance)
    found = [_with_note(f, path, plant) for f in found]
    if any(w == NODE or NODE in schemas()[w.partition(":")[0]].builtin for w in known):
        found += _schema_fields(prim, NODE, "")
    return found + _position(stage, prim)


def visible(specs: Sequence[FieldSpec], opened: Collection[str]) -> list[FieldSpec]:
    """Return the fields that a form shows.

    Args:
        specs: All fields.
        opened: Schemas whose "More" is open: all their fields are shown; of the others those below "More" that have a value.
    """
    return [s for s in specs if not s.more or s.authored or s.schema in opened]


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
    prop = _property(stage.GetPrimAtPath(path), spec.attribute)
    change = SetAttribute(path, spec.attribute, value_of(prop, text))
    if not prop.type.endswith("[]"):
        return change
    name, where = spec.attribute.rpartition(":")[2], path.rpartition("/")[2]
    return Group(f"Set {name} of {where} to {text_of(prop, change.value) or 'nothing'}", (change,))


def _schema_fields(prim: Usd.Prim, schema: str, instance: str) -> list[FieldSpec]:
    group, found = heading_of(schema, instance), []
    for name, prop, section, more in shown(schema, instance, branches=len(_targets(prim, SUCCESSORS)) > 1):
        spec = _reading(prim, name, prop) if prop.is_relationship else _field(prim, name, prop)
        if spec is not None:
            found.append(replace(spec, group=group, schema=schema, section=section, more=more))
    return found


def _field(prim: Usd.Prim, name: str, prop: Property) -> FieldSpec:
    attribute = prim.GetAttribute(name)
    authored = bool(attribute) and attribute.HasAuthoredValue()
    text = text_of(prop, attribute.Get() if authored else prop.default)
    unit = "" if prop.is_distribution or prop.type.endswith("[]") else prop.unit
    options = YES_NO if prop.type == "bool" else tuple(prop.tokens)
    tip = f"{prop.doc} {how_to_write(prop)}".strip()
    return FieldSpec("", name, prop.display_name, text, unit, tip, options, authored=authored)


def _reading(prim: Usd.Prim, name: str, prop: Property) -> FieldSpec | None:
    """Return the names of a relationship's targets; None when it has none."""
    targets = _targets(prim, name)
    if not targets:
        return None
    prims = [prim.GetStage().GetPrimAtPath(t) for t in targets]
    names = (p.GetDisplayName() or p.GetName() if p else f"{t} (missing)" for p, t in zip(prims, targets))
    tip = "\n".join((prop.doc, *targets))
    label = "Goes to" if name == SUCCESSORS else prop.display_name
    return FieldSpec("", name, label, ", ".join(names), tooltip=tip, authored=True, fixed=True)


def _targets(prim: Usd.Prim, name: str) -> tuple[str, ...]:
    relationship = prim.GetRelationship(name)
    return tuple(str(t) for t in relationship.GetTargets()) if relationship else ()


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
