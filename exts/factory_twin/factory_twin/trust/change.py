# SPDX-License-Identifier: Apache-2.0
"""Change a model's JSON as the prefix of a metric says."""

from __future__ import annotations

import copy
import re
from typing import Any

from .fields import CaseError, Fields, NotBuilt
from .metric import Change
from .parse import ORDERS

_BEHIND_FIRST = re.compile(r"B[1-9]\d*")


def changed(model: dict[str, Any], change: Change, *, where: str, variants: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON of the model after the change.

    Args:
        model: JSON.
        change: What to change.
        where: Name of the case.
        variants: Name -> keys that differ from the model.

    Raises:
        CaseError: A value makes no sense.
        NotBuilt: The variant is described in words only.
    """
    new = copy.deepcopy(model)
    if change.variant:
        if not isinstance(variants.get(change.variant), dict):
            raise NotBuilt(f"What {change.variant} changes is not given as data.", where=where)
        patch = variants[change.variant]
        merge(new, patch.get("model", patch))
    nodes = Fields(new, where).fields("nodes").data
    buffers = {name: node for name, node in nodes.items() if isinstance(node, dict) and node.get("type") == "buffer"}
    if change.rule:
        if change.rule not in ORDERS:
            raise NotBuilt(f"There is no order {change.rule!r}.", where=where)
        for node in buffers.values():
            node["order"] = change.rule
    if change.capacity:
        capacity = _capacity(change.capacity, where)
        for name in [b for b in buffers if _BEHIND_FIRST.fullmatch(b)] or _behind(nodes, buffers):
            buffers[name]["capacity"] = capacity
    return new


def _capacity(text: str, where: str) -> int | None:
    if text == "inf":
        return None
    if not text.isdecimal():
        raise CaseError(f"{text!r} is no capacity.", where=where, hint="Write caps:2: or caps:inf:.")
    return int(text)


def _behind(nodes: dict[str, Any], buffers: dict[str, Any]) -> list[str]:
    """Return the buffers that no source feeds."""
    fed = [n.get("to") for n in nodes.values() if isinstance(n, dict) and n.get("type") == "source"]
    return [name for name in buffers if name not in fed]


def merge(data: dict[str, Any], patch: dict[str, Any]) -> None:
    """Put the values of a patch into nested objects."""
    for key, value in patch.items():
        if isinstance(value, dict) and isinstance(data.get(key), dict):
            merge(data[key], value)
        else:
            data[key] = copy.deepcopy(value)
