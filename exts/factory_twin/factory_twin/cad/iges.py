# SPDX-License-Identifier: Apache-2.0
"""What the global section of an IGES file says: unit, program, date."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import CadError

_UNITS = {"1": "in", "2": "mm", "4": "ft", "5": "mi", "6": "m", "7": "km", "8": "mil", "9": "um", "10": "cm", "11": "uin"}
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Heading:
    """Facts of an IGES file.

    Attributes:
        unit: Of length; empty when the file names none.
        tool: Program that wrote it.
        date: When, as in the file.
    """

    unit: str
    tool: str
    date: str


def heading(data: bytes, where: str) -> Heading:
    """Return the facts of an IGES file in lines of 80 columns.

    Raises:
        CadError: It is no IGES file, or truncated.
    """
    lines = data.splitlines()
    kinds = [line[72:73] for line in lines]
    if not lines or kinds[0] not in (b"S", b"F", b"C") or b"G" not in kinds or b"D" not in kinds:
        raise CadError(
            "This is no IGES file.", where=where, hint="Export it as IGES 5.3 in lines of 80 columns or, better, as STEP."
        )
    if b"T" not in kinds[-20:]:
        raise CadError("The IGES file is truncated: its end is missing.", where=where, hint="Export it again.")
    words = _words(b"".join(line[:72] for line, kind in zip(lines, kinds) if kind == b"G").decode("latin-1")[:_LONGEST])
    words += [""] * 18
    return Heading(_UNITS.get(words[13], words[14].lower()[:20]), words[5][:200], words[17][:100])


def _words(text: str) -> list[str]:
    """Return the parameters; texts are written as their length, H, and themselves."""
    comma, end = ",", ";"
    found: list[str] = []
    at = 0
    while at < len(text):
        stop = at
        while stop < len(text) and text[stop] not in (comma, end, "H"):
            stop += 1
        size = text[at:stop].strip()
        if stop < len(text) and text[stop] == "H" and size.isdigit() and len(size) < 7:
            found.append(text[stop + 1 : stop + 1 + int(size)])
            stop += 1 + int(size)
            stop += len(text[stop:]) - len(text[stop:].lstrip())
        else:
            while stop < len(text) and text[stop] not in (comma, end):
                stop += 1
            found.append(text[at:stop].strip())
        if len(found) == 1 and len(found[0]) == 1 and found[0] not in (" ", comma):
            comma = found[0]
        if stop >= len(text) or text[stop] == end:
            break
        at = stop + 1
    return found
