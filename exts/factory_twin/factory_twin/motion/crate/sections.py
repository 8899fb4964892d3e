# SPDX-License-Identifier: Apache-2.0
"""The sections of a crate file: tokens, fields, sets of fields, paths and specs."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence

from .integers import integers, literal, sized
from .prim import Attribute, Prim
from .values import Values

_ATTRIBUTE, _PRIM, _ROOT = 1, 6, 7  # kinds of specs
_END = -1  # behind each set of fields
_LEAF, _CHILD, _SIBLING = -2, -1, 0  # what comes behind a path: nothing, a child alone, a sibling alone


class Specs:
    """All specs below `roots`, in the order of their paths."""

    def __init__(self, roots: Sequence[Prim], values: Values) -> None:
        self._values = values
        self._fields: dict[tuple[int, int], int] = {}
        self._sets: dict[tuple[int, ...], int] = {}
        self._set_rows: list[int] = []
        self._names: list[int] = [0]
        self._jumps: list[int] = [_CHILD if roots else _LEAF]
        self._specs: list[tuple[int, int]] = [(self._set([("primChildren", self._children(roots))]), _ROOT)]
        self._put(roots)

    def sections(self) -> dict[str, bytes]:
        """Return the bytes of each section."""
        count = len(self._specs)
        paths = list(range(count))
        sets, kinds = zip(*self._specs)
        tokens, words = zip(*self._fields)
        fields = struct.pack(f"<{len(words)}Q", *words)
        text = b"".join(token.encode() + b"\0" for token in self._values.tokens)
        return {
            "TOKENS": struct.pack("<QQ", len(self._values.tokens), len(text)) + sized(literal(text)),
            "STRINGS": _long(0),
            "FIELDS": _long(len(words)) + integers(tokens) + sized(literal(fields)),
            "FIELDSETS": _long(len(self._set_rows)) + integers(self._set_rows),
            "PATHS": _long(count) + _long(count) + integers(paths) + integers(self._names) + integers(self._jumps),
            "SPECS": _long(count) + integers(paths) + integers(sets) + integers(kinds),
        }

    def _put(self, prims: Sequence[Prim]) -> None:
        for number, prim in enumerate(prims):
            at = self._add(self._values.number(prim.name), self._set(self._of_prim(prim)), _PRIM)
            for attribute in prim.attributes:
                self._add(-self._values.number(attribute.name), self._set(self._of_attribute(attribute)), _ATTRIBUTE)
                self._jumps[-1] = _SIBLING
            if prim.attributes and not prim.children:
                self._jumps[-1] = _LEAF
            self._put(prim.children)
            below, last = len(self._specs) > at + 1, number + 1 == len(prims)
            self._jumps[at] = (_CHILD if last else len(self._specs) - at) if below else (_LEAF if last else _SIBLING)

    def _add(self, name: int, fields: int, kind: int) -> int:
        self._names.append(name)
        self._jumps.append(_LEAF)
        self._specs.append((fields, kind))
        return len(self._specs) - 1

    def _set(self, fields: Iterable[tuple[str, int]]) -> int:
        """Return where the set of fields begins that have a value."""
        some = ((self._values.number(name), word) for name, word in fields if word)
        members = tuple(self._fields.setdefault(field, len(self._fields)) for field in some)
        if members not in self._sets:
            self._sets[members] = len(self._set_rows)
            self._set_rows += [*members, _END]
        return self._sets[members]

    def _children(self, prims: Sequence[Prim]) -> int:
        return self._values.names(tuple(prim.name for prim in prims)) if prims else 0

    def _of_prim(self, prim: Prim) -> Iterator[tuple[str, int]]:
        yield "specifier", self._values.specifier(prim.specifier)
        yield "typeName", self._values.token(prim.type_name) if prim.type_name else 0
        yield "kind", self._values.token(prim.kind) if prim.kind else 0
        yield "properties", self._values.names(tuple(a.name for a in prim.attributes)) if prim.attributes else 0
        yield "primChildren", self._children(prim.children)

    def _of_attribute(self, attribute: Attribute) -> Iterator[tuple[str, int]]:
        yield "custom", self._values.bool(False)
        yield "typeName", self._values.token(attribute.type_name)
        yield "variability", self._values.variability(uniform=attribute.uniform)
        yield "default", attribute.default
        yield "timeSamples", attribute.samples


def _long(number: int) -> bytes:
    return struct.pack("<Q", number)
