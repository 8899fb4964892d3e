# SPDX-License-Identifier: Apache-2.0
"""Attributes in the session layer, and which live value goes to which of them."""

from __future__ import annotations

from typing import Any

from pxr import Sdf, Usd

from ..quantity import QUANTITIES, Quantity, Sort, quantity

_TYPE = Sdf.ValueTypeNames
_TYPES = {Sort.STATE: _TYPE.Token, Sort.COUNT: _TYPE.Int, Sort.COUNTER: _TYPE.Int, Sort.MEASURE: _TYPE.Double,
          Sort.TEXT: _TYPE.String}  # fmt: skip
_POSE = frozenset({"x", "y", "z", "heading"})
_COMPONENTS = {**dict(zip("xyzw", range(4))), **dict(zip("rgba", range(4)))}
_CONVERT: dict[str, Any] = {"bool": bool, "int": int, "int64": int, "token": str, "string": str, "float": float,
                            "double": float}  # fmt: skip


class Cell:
    """One attribute in the session layer.

    Attributes:
        spec: Where it is written, kept; None: not made yet.
        value: What was written last.
    """

    __slots__ = ("kind", "name", "path", "spec", "uniform", "value")

    def __init__(self, path: str, name: str, kind: Sdf.ValueTypeName, uniform: bool = False) -> None:
        self.path, self.name, self.kind, self.uniform = path, name, kind, uniform
        self.spec: Any = None
        self.value: Any = None


class Target:
    """What attribute of a prim a live value is for, and how the value becomes what USD stores.

    Attributes:
        name: Of the attribute; empty: none takes it.
        kind: Type of the attribute.
        uniform: Its variability.
        convert: What makes the value what USD stores; None: nothing needs to.
        component: Number of the component that the value is; -1: the whole.
        whole: The value that the component belongs to.
        moves: Whether it says where the prim is.
    """

    __slots__ = ("component", "convert", "kind", "moves", "name", "uniform", "whole")

    def __init__(self, prim: Usd.Prim, name: str) -> None:
        self.name, self.kind, self.uniform, self.moves = "", _TYPE.Double, False, False
        self.convert: Any = None
        self.component, self.whole = -1, None
        known = QUANTITIES.get(name)
        found = None if known is not None else _attribute(prim, name)
        if found is None:
            known = known or _free(name)
            if known is not None:
                self.name, self.kind = known.attribute, _TYPE.Token if known.words else _TYPES[known.sort]
                self.convert, self.moves = int if known.is_whole else None, name in _POSE
            return
        attribute, self.component = found
        self.name, self.kind = attribute.GetName(), attribute.GetTypeName()
        self.uniform = attribute.GetVariability() == Sdf.VariabilityUniform
        if self.component >= 0:
            whole = attribute.Get()
            self.whole = self.kind.type.pythonClass() if whole is None else whole
        else:
            self.convert = _CONVERT.get(str(self.kind))


def _attribute(prim: Usd.Prim, name: str) -> tuple[Usd.Attribute, int] | None:
    """Return the attribute of a prim that a value is for, and the number of the component, -1 for the whole."""
    if Sdf.Path.IsValidNamespacedIdentifier(name) and prim.GetAttribute(name):
        return prim.GetAttribute(name), -1
    head, _, tail = name.rpartition(".")
    if tail in _COMPONENTS and Sdf.Path.IsValidNamespacedIdentifier(head) and prim.GetAttribute(head):
        return prim.GetAttribute(head), _COMPONENTS[tail]
    return None


def _free(name: str) -> Quantity | None:
    return quantity(name) if name.isidentifier() and name.isascii() and len(name) <= 64 else None
