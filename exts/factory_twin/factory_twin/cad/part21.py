# SPDX-License-Identifier: Apache-2.0
"""The text of STEP files (ISO 10303-21): header and instances, read without geometry kernel; linear in the size of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from ..errors import CadError
from .limits import Watch

Value = str | list["Value"]
"""An argument: text in quotes, a list, or any other word as it stands (`#12`, `1.5`, `.MILLI.`, `$`)."""

_INSTANCE = re.compile(rb"#(\d{1,18}+)\s*+=\s*+((?>[^';]++|'[^']*+')*+);")
_STRING = re.compile(rb"'[^']*+'")
_COMMENT = re.compile(rb"('[^']*+')|/\*.*?\*/", re.DOTALL)
_REFERENCE = re.compile(rb"#(\d{1,18}+)")
_RECORD = re.compile(r"([A-Z][A-Z0-9_]*)\s*\(")
_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([(),])|([^\s(),']+))")
_NUMBER = rb"[-+]?(?:\d++\.?\d*+|\.\d++)(?:[eE](?:-\d{1,3}+|\+?0*+\d{1,2}+))?+(?![\d.eE])"
_POINT = re.compile(rb",\s*+\(\s*+" + _NUMBER + rb"(?:\s*+,\s*+" + _NUMBER + rb"){0,2}\s*+\)\s*+\)\s*+$")
_DEEPEST = 50
_HINT = "Export it again, or get an undamaged copy."


@dataclass(slots=True)
class Text:
    """The instances of a file that are asked for.

    Attributes:
        header: Arguments of FILE_DESCRIPTION, FILE_NAME and FILE_SCHEMA.
        records: Entity type to {instance: arguments}.
        counts: Entity type to number of instances, of all that were counted.
        dangling: How many instances are named but not there.
    """

    header: dict[str, list[Value]] = field(default_factory=dict)
    records: dict[str, dict[int, list[Value]]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    dangling: int = 0

    def of(self, *names: str) -> dict[int, list[Value]]:
        """Return the instances of some entity types."""
        found: dict[int, list[Value]] = {}
        for name in names:
            found.update(self.records.get(name, {}))
        return found


def read_text(data: bytes, wanted: frozenset[str], counted: frozenset[str], watch: Watch) -> Text:
    """Read a STEP file.

    Args:
        data: The file.
        wanted: Entity types whose arguments are kept.
        counted: Entity types whose instances are counted.
        watch: Bounds.

    Raises:
        CadError: It is no STEP file, truncated, or a point is malformed, which OpenCASCADE would take for the origin.
    """
    _check(data, watch.where)
    if b"/*" in data:
        data = _COMMENT.sub(lambda m: m[1] or b" ", data)
    text = Text()
    start = data.find(b"DATA;")
    head = data[: start if start >= 0 else len(data)]
    for name in ("FILE_DESCRIPTION", "FILE_NAME", "FILE_SCHEMA"):
        at = head.find(name.encode())
        if at >= 0:
            text.header[name] = _arguments(head[at + len(name) :].decode("latin-1"))
    known: set[int] = set()
    named: set[int] = set()
    for k, match in enumerate(_INSTANCE.finditer(data, max(start, 0))):
        if k % 4096 == 0:
            watch.step()
        known.add(int(match[1]))
        body = match[2]
        named.update(map(int, _REFERENCE.findall(_STRING.sub(b"", body) if b"'" in body else body)))
        if body.startswith(b"CARTESIAN_POINT") and not _POINT.search(body):
            raise CadError(f"Point #{int(match[1])} has no valid coordinates.", where=watch.where, hint=_HINT)
        _take(text, int(match[1]), body, wanted, counted)
    if not known:
        raise CadError("The STEP file holds no data.", where=watch.where, hint=_HINT)
    text.dangling = len(named - known)
    return text


def _check(data: bytes, where: str) -> None:
    if b"ISO-10303-21" not in data[:2000]:
        raise CadError("This is no STEP file: it does not begin with ISO-10303-21.", where=where,
                       hint="Export it as STEP (AP203, AP214 or AP242).")  # fmt: skip
    if b"END-ISO-10303-21" not in data[-2000:]:
        raise CadError("The STEP file is truncated: its end is missing.", where=where, hint=_HINT)


def _take(text: Text, number: int, body: bytes, wanted: frozenset[str], counted: frozenset[str]) -> None:
    stripped = body.lstrip()
    if stripped[:1] != b"(":
        name = stripped.partition(b"(")[0].strip().decode("latin-1")
        if name in counted:
            text.counts[name] = text.counts.get(name, 0) + 1
        if name in wanted:
            text.records.setdefault(name, {})[number] = _arguments(stripped[stripped.find(b"(") :].decode("latin-1"))
        return
    words = stripped.decode("latin-1")
    for name in {m[1] for m in _RECORD.finditer(words)}:
        if name in counted:
            text.counts[name] = text.counts.get(name, 0) + 1
        if name in wanted:
            found = re.search(rf"\b{name}\s*\(", words)
            text.records.setdefault(name, {})[number] = _arguments(words[found.end() - 1 :] if found else "")


def _arguments(words: str) -> list[Value]:
    """Return the arguments of the first pair of brackets; [] when they are malformed."""
    stack: list[list[Value]] = []
    for word in _tokens(words):
        if word == "(":
            stack.append([])
            if len(stack) > _DEEPEST:
                return []
        elif word == ")" and stack:
            done = stack.pop()
            if not stack:
                return done
            stack[-1].append(done)
        elif word != "," and stack:
            stack[-1].append(word)
    return []


def _tokens(words: str) -> Iterator[str]:
    for match in _TOKEN.finditer(words):
        yield decoded(match[1][1:-1]) if match[1] else match[2] or match[3]


_CODE = re.compile(r"''|\\X\\([0-9A-F]{2})|\\S\\(.)|\\X2\\([0-9A-F]*)\\X0\\|\\X4\\([0-9A-F]*)\\X0\\|\\P[A-I]\\|\\\\", re.DOTALL)


def decoded(words: str) -> str:
    """Return text of a STEP file (its bytes as Latin-1) as people write it.

    Names in UTF-8, which the standard does not allow but programs write, are understood as well.
    """
    with suppress(UnicodeError):
        words = words.encode("latin-1").decode("utf-8")
    return _CODE.sub(_plain, words)


def _plain(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    if match[2]:
        return chr(min(ord(match[2]) + 128, 0x10FFFF))
    for words, code in ((match[3], "utf-16-be"), (match[4], "utf-32-be")):
        if words is not None:
            return bytes.fromhex(words[: len(words) // 4 * 4]).decode(code, "replace")
    return {"''": "'", "\\\\": "\\"}.get(match[0], "")
