# SPDX-License-Identifier: Apache-2.0
"""Telemetry bindings of any prim. A binding with a fault is left out with a warning: the others, and the plant, work on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from pxr import Sdf, Usd

from ..errors import FactoryTwinError
from ..event import State
from ..plant import Binding
from ..quantity import QUANTITIES, Quantity, Sort, conversion, quantity, state_of
from ..topic import filter_fault
from .applied import Applied, Index
from .names import TELEMETRY

_WORDS = ("topic", "pointer", "target", "scale", "offset", "unit", "deadBand", "states", "timePointer", "format", "event",
          "staleAfter")  # fmt: skip
_POINTER = re.compile(r"(?:/(?:[^/~]|~[01])*)*")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LONGEST = 512
_SUFFIX = re.compile(r"(.+)\.([xyzwrgba])")
_COMPONENTS = {**dict(zip("xyzw", range(4))), **dict(zip("rgba", range(4)))}
_KINDS = {
    "double": "number", "float": "number", "int": "whole", "int64": "whole", "bool": "bool", "token": "text", "string": "text",
}  # fmt: skip
_VECTOR = re.compile(r"(?:double|float|point|vector|normal|color|texCoord)([234])[df]?")


def bindings(index: Index) -> tuple[Binding, ...]:
    """Return the sound bindings of a stage, in stage order; what is wrong with the others goes to the findings."""
    flawed = {(i.path, i.attribute) for i in index.findings.errors("telemetry.")}
    sound = [o for o in index.of(TELEMETRY) if not any((o.path, o.attribute(word)) in flawed for word in _WORDS)]
    made = [binding for one in sound if (binding := _binding(one)) is not None]
    owners: dict[tuple[str, str], Binding] = {}
    for binding in made:
        first = owners.setdefault((binding.path, binding.target), binding)
        if first is not binding:
            one = next(a for a in index.all(binding.path, TELEMETRY) if a.instance == binding.name)
            message = f"The binding {first.name} gives {binding.target} already; this one is ignored."
            one.warning("target", "twice", message, hint="Name another target, or remove one of them.")
    return tuple(owners.values())


def _binding(one: Applied) -> Binding | None:
    """Return a binding; None when it can't be used."""
    where = _target(one)
    if where is None or not _is_readable(one):
        return None
    topic = _topic(one)
    states = _states(one, where)
    if topic is None or states is None or not _unit_fits(one, where) or not _is_number(one, where):
        return None
    return Binding(
        path=one.path, name=one.instance, topic=topic, pointer=one["pointer"], **where, unit=one["unit"], scale=one["scale"],
        offset=one["offset"], dead_band=one["deadBand"], states=states, time_pointer=one["timePointer"], format=one["format"],
        event=one["event"] or QUANTITIES.get(where["quantity"], _FREE).is_event, stale_after=one["staleAfter"],
    )  # fmt: skip


_FREE = Quantity("free", Sort.MEASURE, "Free")


def _target(one: Applied) -> dict[str, Any] | None:
    """Return quantity, attribute, component and kind that a binding goes to."""
    name = one["target"] or one.instance
    none: dict[str, Any] = {"quantity": "", "attribute": "", "component": -1, "kind": ""}
    found, component = _attribute(one.prim, name)
    if name in QUANTITIES or (not found and ":" not in name and "." not in name):
        try:
            known = quantity(name)
        except FactoryTwinError as error:
            one.warning("target", "invalid", f"{error.what} The binding is ignored.", hint=error.hint)
            return None
        near = difflib.get_close_matches(name, QUANTITIES, 1, 0.8) if name not in QUANTITIES else []
        if near:
            message = f"{name} is taken as a quantity of your own."
            one.warning("target", "misspelt", message, hint=f"Did you mean {near[0]}?")
        return none | {"quantity": known.name}
    if not found:
        hint = f"Name an attribute of the prim, or a quantity: {', '.join(QUANTITIES)}."
        one.warning("target", "missing", f"The prim has no attribute {name}; the binding is ignored.", hint=hint)
        return None
    kind = str(found.GetTypeName())
    vector = _VECTOR.fullmatch(kind)
    if component >= 0 and vector and component < int(vector[1]):
        return none | {"attribute": found.GetName(), "component": component, "kind": "number"}
    if component >= 0 or kind not in _KINDS or found.GetName().startswith("factoryTwin:"):
        hint = "It can be a number, a bool, a token or a string, or a component such as size.x; none of factoryTwin's own."
        one.warning("target", "type", f"The attribute {name} ({kind}) can't be bound; it is ignored.", hint=hint)
        return None
    return none | {"attribute": found.GetName(), "kind": _KINDS[kind]}


def _attribute(prim: Usd.Prim, name: str) -> tuple[Usd.Attribute | None, int]:
    """Return the attribute of that name and the number of the component, -1 for the whole."""
    if Sdf.Path.IsValidNamespacedIdentifier(name) and prim.GetAttribute(name):
        return prim.GetAttribute(name), -1
    match = _SUFFIX.fullmatch(name)
    if match and Sdf.Path.IsValidNamespacedIdentifier(match[1]) and prim.GetAttribute(match[1]):
        return prim.GetAttribute(match[1]), _COMPONENTS[match[2]]
    return None, -1


def _topic(one: Applied) -> str | None:
    text: str = one["topic"]
    words = {"prim": one.path.lstrip("/"), "name": str(one.prim.GetName()), "id": _id(one.prim)}
    unknown = [w for w in _PLACEHOLDER.findall(text) if w not in words]
    filled = _PLACEHOLDER.sub(lambda m: words.get(m[1], m[0]), text)
    wrong = f"The placeholder {{{unknown[0]}}} is unknown." if unknown else filter_fault(filled) if filled else ""
    if wrong:
        hint = "Write levels between slashes; + stands for one level, # for the rest, {prim}, {name} and {id} for the prim's."
        one.warning("topic", "invalid", f"{wrong} The binding is ignored.", hint=hint)
        return None
    return filled


def _id(prim: Usd.Prim) -> str:
    attribute = prim.GetAttribute("factoryTwin:id")
    return str((attribute.Get() if attribute else "") or prim.GetName())


def _is_readable(one: Applied) -> bool:
    """Return whether the pointers are pointers, after adding what is wrong with them."""
    named = one["format"] not in ("", "json") or one["topic"].startswith(("spBv1.0/", "vda5050/", "uagv/"))
    for word in ("pointer", "timePointer"):
        text = one[word]
        free = named and word == "pointer"
        if len(text) <= _LONGEST and (_POINTER.fullmatch(text) or (free and "\0" not in text)):
            continue
        near = "/" + text.replace(".", "/") if len(text) <= 60 and not text.startswith("/") else ""
        hint = f"Write {near}." if near else "Write /spindle/rpm; ~1 stands for a slash in a key, ~0 for a ~."
        one.warning(word, "invalid", f"{text[:60]!r} is no JSON pointer; the binding is ignored.", hint=hint)
        return False
    return True


def _states(one: Applied, where: Mapping[str, Any]) -> tuple[tuple[str, State | float | str], ...] | None:
    made: dict[str, State | float | str] = {}
    for entry in one["states"]:
        word, equals, meaning = (part.strip() for part in entry.partition("="))
        found = _meaning(meaning, where)
        if not word or not equals or found is None or word in made:
            fits = ", ".join(s.token for s in State) if where["quantity"] == "state" else _example(where)
            wrong = f"{entry[:60]!r} says nothing" if not equals or not word else f"{meaning[:60]!r} is no {_noun(where)}"
            if found is not None and word in made:
                wrong = f"{word[:60]!r} is there twice"
            hint = f"Write what is sent = what it means, such as RUN=busy; it can mean {fits}."
            one.warning("states", "invalid", f"{wrong}; the binding is ignored.", hint=hint)
            return None
        made[word] = found
    return tuple(made.items())


def _meaning(text: str, where: Mapping[str, Any]) -> State | float | str | None:
    known = quantity(where["quantity"]) if where["quantity"] else None
    if known is not None and known.sort is Sort.STATE:
        return state_of(text) if text else None
    if (known is not None and known.sort is Sort.TEXT) or where["kind"] == "text":
        return text if text and (known is None or not known.words or text in known.words) else None
    try:
        value = float({"true": "1", "false": "0"}.get(text.lower(), text))
    except ValueError:
        return None
    if known is not None:
        return None if known.fault(value) else value
    return value if abs(value) < float("inf") else None


def _noun(where: Mapping[str, Any]) -> str:
    return str(where["quantity"]) if where["quantity"] else f"value of {where['attribute']}"


def _example(where: Mapping[str, Any]) -> str:
    words = QUANTITIES.get(where["quantity"], _FREE).words
    return ", ".join(words) if words else "a text" if where["kind"] == "text" else "a number"


def _unit_fits(one: Applied, where: Mapping[str, Any]) -> bool:
    if not one["unit"]:
        return True
    numeric = where["kind"] in ("number", "whole")
    known = quantity(where["quantity"]) if where["quantity"] else Quantity(where["attribute"], _sort(numeric), "The attribute")
    try:
        conversion(one["unit"], known)
    except FactoryTwinError as error:
        one.warning("unit", "invalid", f"{error.what} The binding is ignored.", hint=error.hint)
        return False
    return True


def _sort(numeric: bool) -> Sort:
    return Sort.MEASURE if numeric else Sort.TEXT


def _is_number(one: Applied, where: Mapping[str, Any]) -> bool:
    """Return whether scale and dead-band make sense, after adding what is wrong with them."""
    if one["scale"] == 0:
        hint = "Give a factor such as 0.1, or leave it out."
        one.warning("scale", "invalid", "A scale of 0 makes every value the same; the binding is ignored.", hint=hint)
        return False
    known = QUANTITIES.get(where["quantity"], _FREE)
    if one["deadBand"] > 0 and (known.sort is not Sort.MEASURE or where["kind"] in ("text", "bool", "whole")):
        hint = "Leave it out: every one of its changes counts."
        one.warning("deadBand", "unused", f"A dead-band is not for {_noun(where)}; it is ignored.", hint=hint)
    return True
