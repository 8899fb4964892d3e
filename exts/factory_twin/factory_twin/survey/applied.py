# SPDX-License-Identifier: Apache-2.0
"""One of our schemas on a prim, with its values, and the index of them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from factory_twin_schema.table import Property, properties
from pxr import Sdf, Usd

from ..distribution import Distribution, constant
from .fields import Fields, code_of
from .findings import Findings


class Applied:
    """One of our schemas as applied to a prim.

    Args:
        prim: The prim.
        whole: Schema with instance, as in apiSchemas.
        fields: Its values, by the last word of the property's name.
        index: All of them.
    """

    __slots__ = ("_fields", "_index", "instance", "path", "prim", "schema")

    def __init__(self, prim: Usd.Prim, whole: str, fields: Fields, index: Index) -> None:
        self.prim, self._fields, self._index = prim, fields, index
        self.schema, _, self.instance = whole.partition(":")
        self.path = str(prim.GetPath())

    def __getitem__(self, word: str) -> Any:
        return self._fields[word]

    @property
    def name(self) -> str:
        """Display name, or the prim's name."""
        return str(self.prim.GetDisplayName() or self.prim.GetName())

    def attribute(self, word: str) -> str:
        """Return the full name of the property that ends with a word."""
        return self._property(word)[0]

    def code(self, word: str, what: str) -> str:
        """Return the issue code, `station.process_time.missing` for example."""
        return code_of(self._property(word)[1], what)

    def error(self, word: str, what: str, message: str, *, hint: str) -> None:
        """Add an error of a property."""
        self._index.findings.error(self.code(word, what), self.prim, message, hint=hint, attribute=self.attribute(word))

    def warning(self, word: str, what: str, message: str, *, hint: str) -> None:
        """Add a warning of a property."""
        self._index.findings.warning(self.code(word, what), self.prim, message, hint=hint, attribute=self.attribute(word))

    def unsupported(self, word: str, what: str) -> None:
        """Warn that the simulator ignores a property."""
        message = f"The {what} is ignored: the simulator does not know it yet."
        hint = "Don't count on it in results."
        self._index.findings.warning("unsupported", self.prim, message, hint=hint, attribute=self.attribute(word))

    def is_flawed(self, word: str) -> bool:
        """Return whether an error of the property has been found already, so that none need follow."""
        name = self.attribute(word)
        return any(i.path == self.path and i.attribute == name for i in self._index.findings.errors(""))

    def time(self, word: str, what: str = "time", *, example: str = "exponential(mean=100 min)") -> Distribution:
        """Return a distribution that must be there; a stand-in after an error."""
        found: Distribution | None = self[word]
        if found is None:
            self.error(word, "missing", f"The {what} is missing.", hint=f"Set it, for example to {example}.")
        return found or constant(1.0)

    def targets(self, word: str, schemas: Iterable[str], noun: str, *, hint: str = "") -> tuple[str, ...]:
        """Return the targets of a relationship that wear one of the schemas; each other one is an error.

        Args:
            word: Last word of the relationship's name.
            schemas: Names of schemas, without instance.
            noun: What a target must be.
            hint: What to do otherwise; empty: point to a prim with one of the schemas.
        """
        good = []
        for target in self[word]:
            if self._index.wears(target, *schemas):
                good.append(target)
            else:
                way = hint or f"Point it to a prim with {' or '.join(schemas)}."
                self.error(word, "invalid", f"{target} is no {noun}.", hint=way)
        return tuple(good)

    def target(self, word: str, schemas: Iterable[str], noun: str, *, hint: str = "") -> str:
        """Return the target of a relationship that should have one at most; empty when there is none."""
        if len(self[word]) > 1:
            self.warning(word, "several", f"Only the first {noun} counts.", hint=f"Name one {noun}.")
        good = self.targets(word, schemas, noun, hint=hint)
        return good[0] if good else ""

    def _property(self, word: str) -> tuple[str, Property]:
        table = properties(self.schema, self.instance)
        return next((name, p) for name, p in table.items() if name.rpartition(":")[2] == word)


class Index:
    """Everything of ours on a stage, in stage order.

    Args:
        stage: The stage.
        found: Prims with the values of each applied schema, instance names included.
        findings: Gets what is wrong.
    """

    def __init__(self, stage: Usd.Stage, found: list[tuple[Usd.Prim, dict[str, Fields]]], findings: Findings) -> None:
        self.stage, self.findings = stage, findings
        self._of: dict[str, list[Applied]] = {}
        self._at: dict[tuple[str, str], list[Applied]] = {}
        self.prims = {str(prim.GetPath()): prim for prim, _ in found}
        for prim, schemas in found:
            for whole, fields in schemas.items():
                one = Applied(prim, whole, fields, self)
                self._of.setdefault(one.schema, []).append(one)
                self._at.setdefault((one.path, one.schema), []).append(one)

    def of(self, *schemas: str) -> list[Applied]:
        """Return all that are applied of some schemas, in stage order for each."""
        return [one for schema in schemas for one in self._of.get(schema, ())]

    def all(self, path: str, schema: str) -> list[Applied]:
        """Return the instances of a schema on a prim, in the order they are applied."""
        return self._at.get((path, schema), [])

    def at(self, path: str, schema: str) -> Applied | None:
        """Return the schema on a prim; None when it is not applied."""
        return next(iter(self.all(path, schema)), None)

    def wears(self, path: str, *schemas: str) -> bool:
        """Return whether one of the schemas is applied to the prim."""
        return any((path, schema) in self._at for schema in schemas)

    def below(self, path: str, schema: str) -> list[Applied]:
        """Return all of a schema on the prims below one, in stage order."""
        return [one for one in self._of.get(schema, ()) if one.path.startswith(f"{path.rstrip('/')}/")]

    def is_there(self, path: str) -> bool:
        """Return whether a prim is on the stage, active and defined."""
        prim = self.stage.GetPrimAtPath(Sdf.Path(path).GetPrimPath())
        return bool(prim) and prim.IsActive() and prim.IsDefined()
