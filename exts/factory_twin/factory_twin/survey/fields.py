# SPDX-License-Identifier: Apache-2.0
"""Read what is authored for our schemas on a prim, held against the table: type, tokens, range, distributions, spelling."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator
from typing import Any

from factory_twin_schema.table import INSTANCE, Property, properties, schemas
from pxr import Sdf, Usd

from ..distribution import Reader, constant, parse
from ..errors import FactoryTwinError
from .findings import Findings
from .names import LIVE
from .samples import reader
from .walk import ours

Fields = dict[str, Any]  # last word of the property's name -> value

STATE = "factoryTwin:state:"
_WHOLE = {"int", "uint", "int64", "uint64", "uchar"}
_REAL = {"double", "float", "half"} | _WHOLE
_TEXT = {"string", "token"}
_VECTOR = re.compile(r"(?:point|vector|normal|double|float|half|color|texCoord)([23])[dfh]?")
_NAMES = {"successor_weights": "flow.weights"}


def read_fields(prim: Usd.Prim, findings: Findings) -> dict[str, Fields]:
    """Return applied schema (with instance) -> its values; a bad value is an issue and its default stands in."""
    authored = {p.GetName(): p for p in prim.GetAuthoredPropertiesInNamespace("factoryTwin")}
    known: set[str] = set()
    result: dict[str, Fields] = {}
    for whole in ours(prim):
        schema, _, instance = whole.partition(":")
        if _is_sound(schema, instance, prim, findings):
            table = properties(schema, instance)
            result[whole] = {n.rpartition(":")[2]: _value(prim, authored.get(n), p, findings) for n, p in table.items()}
            known |= set(table)
    live = LIVE in result  # it has quantities with names of the user's own, too
    for name in sorted(n for n in set(authored) - known if not (live and n.startswith(STATE))):
        near = difflib.get_close_matches(name, known, 1)
        hint = f"Did you mean {near[0]}?" if near else "Apply the schema it belongs to, or remove it."
        findings.warning(
            "attribute.unknown", prim, "No applied schema has this property; it is ignored.", hint=hint, attribute=name
        )
    return result


def _is_sound(schema: str, instance: str, prim: Usd.Prim, findings: Findings) -> bool:
    if schema not in schemas():
        near = difflib.get_close_matches(schema, schemas(), 1)
        hint = f"Did you mean {near[0]}?" if near else "Remove it from apiSchemas."
        findings.error("schema.unknown", prim, f"There is no schema {schema}.", hint=hint, attribute="apiSchemas")
        return False
    if schemas()[schema].multiple != bool(instance):
        need = "needs an instance name" if not instance else "takes no instance name"
        hint = f"Write {schema}:name." if not instance else f"Write {schema}."
        findings.error("schema.instance", prim, f"{schema} {need}.", hint=hint, attribute="apiSchemas")
        return False
    return True


def _value(prim: Usd.Prim, found: Usd.Property | None, prop: Property, findings: Findings) -> Any:
    specs = found.GetPropertyStack(Usd.TimeCode.Default()) if found else []
    if not found or not specs:
        return _convert(prop, prop.default)
    name = found.GetName()
    wrong = type_mismatch(prop, specs)
    if wrong:
        hint = f"Author it as {_declaration(prop)} {name}."
        findings.error(code_of(prop, "type"), prim, wrong, hint=hint, attribute=name)
        return _stand_in(prop)
    if prop.is_relationship:
        return tuple(str(target) for target in prim.GetRelationship(name).GetTargets())
    authored = prim.GetAttribute(name).Get()
    layer = next((spec.layer for spec in specs if spec.HasInfo("default")), specs[0].layer)
    try:
        return check_value(prop, prop.default if authored is None else authored, read=reader(layer))
    except FactoryTwinError as error:
        findings.error(code_of(prop, "invalid"), prim, error.what, hint=error.hint, attribute=name)
        return _stand_in(prop)


def _stand_in(prop: Property) -> Any:
    """Return what stands in for a bad value, so that it is not called missing, too."""
    return constant(1.0) if prop.is_distribution else _convert(prop, prop.default)


def check_value(prop: Property, value: Any, *, read: Reader | None = None) -> Any:
    """Return the value as plain Python (float, str, tuple, Distribution or None when the text is empty).

    Args:
        prop: The property's entry in the table.
        value: As authored.
        read: Reads the file that a distribution names; None: it may not name one.

    Raises:
        FactoryTwinError: Not an allowed token, out of range, no distribution, not finite.
    """
    converted = _convert(prop, value, read)
    if prop.tokens and converted not in prop.tokens:
        raise FactoryTwinError(f"{converted!r} is not allowed.", hint=f"Allowed: {', '.join(prop.tokens)}.")
    for number in _flat(converted):
        if isinstance(number, float | int) and not isinstance(number, bool):
            _check_number(prop, number)
    return converted


def _flat(value: Any) -> Iterator[Any]:
    """Yield the numbers in a value, in a tuple, or in a tuple of tuples."""
    if isinstance(value, tuple):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def _check_number(prop: Property, number: float) -> None:
    if not math.isfinite(number):
        raise FactoryTwinError(f"{number} is not finite.", hint="Give a finite number.")
    if prop.range is not None and number not in prop.range:
        unit = f" {prop.unit}" if prop.unit else ""
        raise FactoryTwinError(f"{number:g} is out of range.", hint=f"Give a number {prop.range}{unit}.")


def _convert(prop: Property, value: Any, read: Reader | None = None) -> Any:
    if prop.is_relationship:
        return ()
    if prop.is_distribution:
        return parse(str(value), read=read) if str(value).strip() else None
    if prop.type.endswith("2[]"):
        return tuple((float(x), float(y)) for x, y in value)
    if prop.type.endswith("[]"):
        return tuple(_plain(prop.type.removesuffix("[]"), x) for x in value)
    return _plain(prop.type, value)


def _plain(kind: str, value: Any) -> Any:
    """Return a value that is no array as plain Python."""
    if kind in _TEXT:
        return str(value)
    if kind == "bool":
        return bool(value)
    if kind in _WHOLE:
        return int(value)
    return float(value) if kind in _REAL else tuple(float(x) for x in value)


def type_mismatch(prop: Property, specs: list[Any]) -> str:
    """Return in words how the authored specs, strongest first, differ from the schema; empty when they fit."""
    for spec in specs:
        if isinstance(spec, Sdf.RelationshipSpec) != prop.is_relationship:
            return f"It is a{'n attribute' if prop.is_relationship else ' relationship'}, not {_declaration(prop)}."
    if prop.is_relationship:
        return ""
    (kind, *_) = [str(s.typeName) for s in specs if s.HasInfo("default")] or [str(specs[0].typeName)]
    if prop.uniform and any(spec.HasInfo("timeSamples") for spec in specs):
        return "It has values over time, but is one value for the whole run."
    return "" if fits(prop.type, kind) else f"Its type is {kind}, not {prop.type}."


def fits(wanted: str, kind: str) -> bool:
    """Return whether a value of the Sdf type `kind` can be read as one of the type `wanted`."""
    if wanted.endswith("[]"):
        return kind.endswith("[]") and fits(wanted[:-2], kind[:-2])
    for family, accepted in ((_TEXT, _TEXT), (_WHOLE, _WHOLE), (_REAL, _REAL)):
        if wanted in family:
            return kind in accepted
    one, other = _VECTOR.fullmatch(wanted), _VECTOR.fullmatch(kind)
    return kind == wanted or bool(one and other and one[1] == other[1])


def _declaration(prop: Property) -> str:
    if prop.is_relationship:
        return "rel"
    return f"uniform {prop.type}" if prop.uniform else prop.type


def code_of(prop: Property, what: str) -> str:
    """Return the issue code, `station.process_time.invalid` for example."""
    words = [w for w in prop.name.split(":")[1:] if w != INSTANCE]
    name = ".".join(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower() for word in words)
    return f"{_NAMES.get(name, name)}.{what}"
