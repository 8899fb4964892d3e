# SPDX-License-Identifier: Apache-2.0
"""All bindings of a stage as a TOML file, one table each, and back. It never holds an address, user or password."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from factory_twin_schema.table import properties
from pxr import Sdf, Usd

from ..edit import ApplySchema, Edit, Group, RemoveSchema, SetAttribute
from ..errors import FactoryTwinError
from ..survey.fields import check_value
from ..survey.names import TELEMETRY
from ..survey.walk import find
from .bind import NAMESPACE, instances

VERSION = 1
_KEYS = {
    "topic": "topic", "pointer": "pointer", "target": "target", "unit": "unit", "scale": "scale", "offset": "offset",
    "dead_band": "deadBand", "states": "states", "time_pointer": "timePointer", "format": "format", "event": "event",
    "stale_after": "staleAfter",
}  # fmt: skip
_SECRETS = {"password", "user", "username", "url", "broker", "token", "key", "secret", "credentials"}
_HEAD = re.compile(r"\s*\[\[\s*binding\s*\]\]")
SIZE = 16 << 20


class Merge(str, Enum):
    """What happens to bindings that are on the stage already."""

    UPDATE = "update"  # those of the file win; others stay
    ADD = "add"  # those of the stage win
    EXACT = "exact"  # afterwards the stage has those of the file and no others


@dataclass(frozen=True, slots=True)
class Entry:
    """A binding as it is written: prim path, instance name, attributes that differ from their defaults; line in the file."""

    prim: str
    name: str
    values: dict[str, Any] = field(default_factory=dict)
    line: int = 0


def entries(stage: Usd.Stage) -> tuple[Entry, ...]:
    """Return all bindings of a stage as they are written, sound or not, in stage order."""
    return tuple(Entry(str(p.GetPath()), n, _values(p, n)) for p in find(stage) for n in instances(p))


def dump(rows: tuple[Entry, ...]) -> str:
    """Return bindings as TOML."""
    lines = [f"version = {VERSION}"]
    for row in rows:
        lines += ["", "[[binding]]", f"prim = {_text(row.prim)}", f"name = {_text(row.name)}"]
        lines += [f"{key} = {_value(row.values[word])}" for key, word in _KEYS.items() if word in row.values]
    return "\n".join(lines) + "\n"


def load(text: str, where: str = "") -> tuple[Entry, ...]:
    """Return the bindings in a TOML text.

    Args:
        text: The text.
        where: File name, for errors.

    Raises:
        FactoryTwinError: With the line, and the key where one is meant.
    """
    if len(text) > SIZE:
        raise FactoryTwinError("The file is too large.", where=where, hint=f"It may have {SIZE >> 20} MiB.")
    try:
        body = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FactoryTwinError(f"This is no TOML: {str(error)[:200]}.", where=where, hint="Mend that line.") from error
    found = _Lines(text, where)
    unknown = sorted(set(body) - {"version", "binding"})
    if unknown:
        raise found.error(_secret(unknown[0]) or f"{unknown[0]!r} is no key here.", 0, unknown[0], "Known: version, binding.")
    if body.get("version") != VERSION:
        raise found.error(f"The version is {body.get('version')!r}.", 0, "version", f"Write version = {VERSION}.")
    tables = body.get("binding", [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise found.error("binding is no list of tables.", 0, "binding", "Write [[binding]] above each.")
    rows: dict[tuple[str, str], Entry] = {}
    for i, table in enumerate(tables):
        row = _entry(table, i, found)
        first = rows.setdefault((row.prim, row.name), row)
        if first is not row:
            message = f"{row.prim} has a binding {row.name} in line {first.line} already."
            raise found.error(message, i, "name", "Give it another name.")
    return tuple(rows.values())


def merge(
    stage: Usd.Stage, rows: tuple[Entry, ...], how: Merge = Merge.UPDATE, *, where: str = ""
) -> tuple[Edit | None, list[str]]:
    """Return the edit that brings bindings onto a stage, and what it changes in words; None when nothing would change.

    Raises:
        FactoryTwinError: A prim is not there.
    """
    before = {(e.prim, e.name): e for e in entries(stage)}
    edits: list[Edit] = []
    told: list[str] = []
    for row in rows:
        old = before.get((row.prim, row.name))
        if not Sdf.Path.IsValidPathString(row.prim) or not stage.GetPrimAtPath(row.prim):
            place = f"{where}, line {row.line}" if row.line else where
            raise FactoryTwinError(
                f"There is no prim {row.prim}.", where=place, hint="Correct the key prim, or remove the table."
            )
        if old is None:
            edits.append(ApplySchema(row.prim, TELEMETRY, row.name))
            told.append(f"new: {row.prim} {row.name}")
        elif old.values == row.values:
            continue
        elif how is Merge.ADD:
            told.append(f"kept as on the stage: {row.prim} {row.name}")
            continue
        else:
            changed = sorted(k for k in {*old.values, *row.values} if old.values.get(k) != row.values.get(k))
            told.append(f"changed: {row.prim} {row.name} ({', '.join(changed)})")
        edits += _edits(row, old)
    if how is Merge.EXACT:
        kept = {(r.prim, r.name) for r in rows}
        for key in before:
            if key not in kept:
                edits.append(RemoveSchema(key[0], TELEMETRY, key[1]))
                told.append(f"removed: {key[0]} {key[1]}")
    return (Group(f"Import {len(rows)} bindings", tuple(edits)) if edits else None), told


def _edits(row: Entry, old: Entry | None) -> list[Edit]:
    had = {} if old is None else old.values
    edits: list[Edit] = []
    for word in _KEYS.values():
        if row.values.get(word) != had.get(word):
            default = properties(TELEMETRY, row.name)[f"{NAMESPACE}:{row.name}:{word}"].default
            value = row.values.get(word, tuple(default) if word == "states" else default)
            edits.append(SetAttribute(row.prim, f"{NAMESPACE}:{row.name}:{word}", value))
    return edits


def _values(prim: Usd.Prim, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for whole, prop in properties(TELEMETRY, name).items():
        attribute = prim.GetAttribute(whole)
        value = attribute.Get() if attribute and attribute.HasAuthoredValue() else None
        if value is None:
            continue
        value = tuple(str(v) for v in value) if prop.type.endswith("[]") else value
        if value != (tuple(prop.default) if prop.type.endswith("[]") else prop.default):
            found[whole.rpartition(":")[2]] = value
    return found


def _entry(table: dict[str, Any], index: int, found: _Lines) -> Entry:
    for key in ("prim", "name"):
        if not isinstance(table.get(key), str) or not table[key]:
            raise found.error(f"The key {key} is missing or no text.", index, key, f'Write {key} = "...".')
    path, name = table["prim"], table["name"]
    if not path.startswith("/") or not Sdf.Path.IsValidPathString(path):
        raise found.error(f"{path[:100]!r} is no prim path.", index, "prim", 'Write it like "/Line/Mill".')
    if not Sdf.Path.IsValidIdentifier(name):
        raise found.error(f"{name[:100]!r} is no name.", index, "name", "Use letters, digits and _.")
    table_of = properties(TELEMETRY, name)
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key in ("prim", "name"):
            continue
        word = _KEYS.get(key)
        if word is None:
            hint = f"Known: prim, name, {', '.join(_KEYS)}."
            raise found.error(_secret(key) or f"{key[:60]!r} is no key of a binding.", index, key, hint)
        prop = table_of[f"{NAMESPACE}:{name}:{word}"]
        if not _fits(prop.type, value):
            raise found.error(f"The value is no {_NOUNS[prop.type]}.", index, key, prop.doc)
        try:
            plain = check_value(prop, value)
        except FactoryTwinError as error:
            raise found.error(error.what, index, key, error.hint) from error
        if plain != (tuple(prop.default) if word == "states" else prop.default):
            values[word] = plain
    return Entry(path, name, values, found.line(index))


_NOUNS = {"string": "text", "double": "number", "bool": "true or false", "string[]": "list of texts"}


def _fits(kind: str, value: Any) -> bool:
    if kind == "string[]":
        return isinstance(value, list) and all(isinstance(v, str) for v in value)
    if kind == "double":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, bool) if kind == "bool" else isinstance(value, str)


def _secret(key: str) -> str:
    if key.lower() in _SECRETS:
        return f"{key[:60]!r} has no place in this file: addresses, users and passwords are never kept with bindings."
    return ""


class _Lines:
    """Finds the line of a key, for errors; the format is flat, so a look at the text does."""

    def __init__(self, text: str, where: str) -> None:
        self._where = where
        self._lines = text.splitlines()
        self._heads = [i for i, line in enumerate(self._lines) if _HEAD.match(line)]

    def line(self, index: int, key: str = "") -> int:
        """Return the number of the line of a table, or of a key in it, from 1; 0 when it can't be told."""
        if index >= len(self._heads):
            return 0
        begin = self._heads[index]
        end = self._heads[index + 1] if index + 1 < len(self._heads) else len(self._lines)
        return next((i + 1 for i in range(begin, end) if key and self._is(i, key)), begin + 1)

    def error(self, message: str, index: int, key: str, hint: str) -> FactoryTwinError:
        """Return the error with file, line and key."""
        line = self.line(index, key)
        top = next((i + 1 for i in range(self._heads[0] if self._heads else len(self._lines)) if self._is(i, key)), 0)
        line = top if top and index == 0 else line
        place = ", ".join(filter(None, (self._where, f"line {line}" if line else "", f"key {key[:60]}")))
        return FactoryTwinError(message, where=place, hint=hint)

    def _is(self, number: int, key: str) -> bool:
        return bool(re.match(rf"""\s*["']?{re.escape(key)}["']?\s*[.=]""", self._lines[number]))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_text(v) for v in value)}]"
    return repr(float(value))


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
