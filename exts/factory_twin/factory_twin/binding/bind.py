# SPDX-License-Identifier: Apache-2.0
"""Edits that bind a value to a prim and take a binding away; undoable like all others."""

from __future__ import annotations

import re
from typing import Any

from pxr import Usd

from ..edit import ApplySchema, Edit, Group, RemoveSchema, SetAttribute
from ..edit.base import prim_at
from ..errors import FactoryTwinError
from ..quantity import QUANTITIES
from ..survey.names import TELEMETRY
from ..survey.walk import applied
from ..topic import filter_fault
from ..ucum import unit as unit_of

NAMESPACE = "factoryTwin:telemetry"
_NO_WORD = re.compile(r"\W", re.ASCII)


def bind(stage: Usd.Stage, path: str, source: str, name: str = "", target: str = "", *, unit: str = "",
         states: tuple[str, ...] = (), **more: Any) -> Edit:  # fmt: skip
    """Return the edit that binds a value to a prim; a binding of the same target is changed.

    Args:
        stage: The stage.
        path: Prim path.
        source: Topic (filter) or device.
        name: JSON pointer or metric name; empty: the whole payload.
        target: Quantity or attribute; empty: the last word of the name or topic.
        unit: Of the value, where the message names none.
        states: What words or numbers sent mean: "RUN=busy".
        more: Further attributes of the schema, such as scale, deadBand, staleAfter.

    Raises:
        FactoryTwinError: There is no such prim, or the topic or unit is none.
    """
    prim = prim_at(stage, path)
    wrong = filter_fault(source)
    if wrong:
        raise FactoryTwinError(wrong, where=source[:100], hint="Give the topic of the message.")
    if unit:
        unit_of(unit)
    target = target or _NO_WORD.sub("_", (name or source).rpartition("/")[2])
    old = _instance(prim, target)
    instance = old or _free(prim, target)
    values: dict[str, Any] = {"topic": source, "pointer": name, "unit": unit, "states": states, **more}
    if target != instance or old:
        values["target"] = "" if target == instance else target
    edits: list[Edit] = [] if old else [ApplySchema(path, TELEMETRY, instance)]
    for word, value in values.items():
        attribute = f"{NAMESPACE}:{instance}:{word}"
        if value not in ("", ()) or (old and prim.GetAttribute(attribute).Get()):
            edits.append(SetAttribute(path, attribute, value))
    return Group(f"Bind {target} of {prim.GetName()} to {source}{name if name.startswith('/') else ' ' + name}".rstrip(),
                 tuple(edits))  # fmt: skip


def unbind(path: str, instance: str) -> Edit:
    """Return the edit that takes a binding away."""
    return RemoveSchema(path, TELEMETRY, instance)


def instances(prim: Usd.Prim) -> tuple[str, ...]:
    """Return the names of a prim's bindings."""
    return tuple(name.partition(":")[2] for name in applied(prim) if name.startswith(f"{TELEMETRY}:"))


def _instance(prim: Usd.Prim, target: str) -> str:
    """Return the binding of that target; empty when there is none."""
    for instance in instances(prim):
        attribute = prim.GetAttribute(f"{NAMESPACE}:{instance}:target")
        if ((attribute.Get() if attribute else "") or instance) == target:
            return instance
    return ""


def _free(prim: Usd.Prim, target: str) -> str:
    """Return a name for a new binding: the quantity's, or the last word of the attribute's."""
    word = target if target in QUANTITIES else _NO_WORD.sub("_", target.rpartition(":")[2]) or "value"
    word = f"_{word}" if word[0].isdigit() else word
    taken = set(instances(prim))
    return next(n for i in range(1, len(taken) + 2) if (n := word if i == 1 else f"{word}{i}") not in taken)
