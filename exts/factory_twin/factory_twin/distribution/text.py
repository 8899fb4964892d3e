# SPDX-License-Identifier: Apache-2.0
"""Distributions from text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from ..errors import FactoryTwinError
from ..units import SECONDS
from .distribution import Distribution, Parameter
from .family import FAMILIES, OTHERS, Family, Other

Reader = Callable[[str], tuple[float, ...]]

LONGEST = 20_000  # characters
_SHOWN = 80  # characters of a text quoted in an error
# In these patterns no two parts that follow each other can match the same text: time grows with the length, not faster.
_NUMBER = r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?:\s*([A-Za-z]+))?"
_BARE = re.compile(rf"\s*{_NUMBER}\s*")
_CALL = re.compile(r"([A-Za-z]+)\s*(?:\((.*)\))?", re.S)
_ITEM = re.compile(rf"""\s*(?:([A-Za-z]\w*)\s*=\s*)?(?:{_NUMBER}|\[([^\[\]"']*)\]|"([^"]*)"|'([^']*)')\s*(?:,(?=.)|\Z)""", re.S)
_PURE = {"cv", "shape", "k", "alpha", "beta", "p"}  # parameters that are plain numbers, so no unit may follow
_LISTS = {"values", "p", "means"}  # parameters that are lists
_FILE = "file"  # stands for the values of an empirical distribution


def parse(text: str, *, read: Reader | None = None, longest: int = LONGEST) -> Distribution:
    """Return the distribution that the text names; a bare number or duration ("60", "2.5 min") is a constant.

    Args:
        text: See the module.
        read: Returns the values in a file that the text names; None: no file can be read here.
        longest: Longer texts are refused, characters.

    Raises:
        FactoryTwinError: Unknown family, wrong or missing parameter, value out of range, a file that can't be read.
    """
    if len(text) > longest:
        hint = f"Put long lists into a file, empirical(file=...), or write one of {usage()}."
        raise FactoryTwinError(f"A text of {len(text)} characters is no distribution.", hint=hint)
    bare = _BARE.fullmatch(text)
    if bare:
        return _checked("constant", {"value": _number(bare[1], bare[2], text)}, text)
    call = _CALL.fullmatch(text.strip())
    if call is None or call[1].lower() not in FAMILIES:
        raise FactoryTwinError(f"{_short(text)} is no distribution.", hint=f"Write one of {usage()}.")
    name = call[1].lower()
    values = _values(name, call[2] or "", text)
    if _FILE in values:
        values = {"values": _from_file(values, text, read)}
    return _checked(name, values, text)


def usage() -> str:
    """Return all forms, for hints and tooltips."""
    return ", ".join(form for name in FAMILIES for form in _forms(name))


def _forms(name: str) -> list[str]:
    every = [FAMILIES[name].names, *([OTHERS[name].names] if name in OTHERS else [])]
    return [f"{name}({', '.join(names)})" for names in every] + (["empirical(file)"] if name == "empirical" else [])


def _hint(name: str, form: Family | Other | None = None) -> str:
    form = form or FAMILIES[name]
    inside = ", ".join(f"{n}=[...]" if n in _LISTS else f"{n}=..." for n in form.names)
    return f"Write {name}({inside}) with {form.need}."


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


def _values(name: str, inside: str, text: str) -> dict[str, Any]:
    """Return the parameters between the brackets by name; a file's value is its name."""
    own = FAMILIES[name].names
    known = {*own, *(OTHERS[name].names if name in OTHERS else ()), *([_FILE] if name == "empirical" else ())}
    values: dict[str, Any] = {}
    place = 0
    inside = inside.strip()
    while place < len(inside):
        item = _ITEM.match(inside, place)
        if item is None or (item[1] is None and len(values) >= len(own)):
            raise FactoryTwinError(f"{_short(inside[place:].strip())} in {_short(text)} is no parameter.", hint=_hint(name))
        word = item[1] or own[len(values)]
        if word not in known or word in values:
            raise FactoryTwinError(f"{_short(text)} has an unexpected {word!r}.", hint=_hint(name))
        values[word] = _value(name, word, item, text)
        place = item.end()
    return values


def _value(name: str, word: str, item: re.Match[str], text: str) -> Any:
    number, unit, several, *quoted = item.groups()[1:]
    file = next((q for q in quoted if q is not None), None)
    if (word == _FILE) != (file is not None) or (word in _LISTS) != (several is not None):
        what = 'a name in quotes, "times.csv"' if word == _FILE else "a list, [1, 2]" if word in _LISTS else "one number"
        raise FactoryTwinError(f"{word} in {_short(text)} must be {what}.", hint=_hint(name))
    if file is not None:
        return file
    if several is None:
        return _plain(name, word, (number, unit), text)
    found = [_BARE.fullmatch(piece) for piece in several.split(",")] if several.strip() else []
    if None in found:
        raise FactoryTwinError(f"{word} in {_short(text)} is no list of numbers.", hint=_hint(name))
    return tuple(_plain(name, word, (m[1], m[2]), text) for m in found if m)


def _plain(name: str, word: str, number: tuple[str, str | None], text: str) -> float:
    if number[1] and word in _PURE:
        raise FactoryTwinError(f"{word} in {_short(text)} is a plain number, not a time.", hint=_hint(name))
    return _number(*number, text)


def _from_file(values: dict[str, Any], text: str, read: Reader | None) -> tuple[float, ...]:
    if len(values) > 1:
        raise FactoryTwinError(f"{_short(text)} has both a file and values.", hint=_hint("empirical"))
    if read is None:
        raise FactoryTwinError(f"{_short(text)}: no file can be read here.", hint="Give the values: empirical(values=[...]).")
    return read(values[_FILE])


def _checked(name: str, values: dict[str, Any], text: str) -> Distribution:
    family = FAMILIES[name]
    form = _form_meant(name, values)
    missing, extra = [n for n in form.names if n not in values], [n for n in values if n not in form.names]
    if missing or extra:
        what = f"lacks {', '.join(missing)}" if missing else f"has an unexpected {extra[0]!r}"
        raise FactoryTwinError(f"{_short(text)} {what}.", hint=_hint(name, form))
    numbers = tuple(values[n] for n in form.names)
    is_fine = all(map(_is_finite, numbers)) and form.rule(*numbers)
    own = form.own(*numbers) if is_fine and isinstance(form, Other) else numbers
    if not is_fine or not family.rule(*own) or not _has_mean(family, own):
        raise FactoryTwinError(f"{_short(text)} is out of range.", hint=_hint(name, form))
    return Distribution(name, own)


def _form_meant(name: str, values: dict[str, Any]) -> Family | Other:
    """Return the family, or its other form when all names are of that."""
    family, other = FAMILIES[name], OTHERS.get(name)
    is_other = other is not None and not set(values) <= set(family.names) and set(values) <= set(other.names)
    return other if other is not None and is_other else family


def _is_finite(value: Parameter) -> bool:
    return all(map(math.isfinite, value)) if isinstance(value, tuple) else math.isfinite(value)


def _has_mean(family: Family, numbers: tuple[Parameter, ...]) -> bool:
    """False for numbers so extreme that their mean is no finite number."""
    try:
        return math.isfinite(family.mean(*numbers))
    except (OverflowError, ZeroDivisionError):
        return False


def _number(number: str, unit: str | None, text: str) -> float:
    factor = SECONDS.get(unit.lower()) if unit else 1.0
    if factor is None:
        raise FactoryTwinError(f"{_short(text)} has an unknown unit {unit!r}.", hint=f"Known: {', '.join(SECONDS)}.")
    return float(number) * factor
