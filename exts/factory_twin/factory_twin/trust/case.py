# SPDX-License-Identifier: Apache-2.0
"""Reference cases: files in the format neutral-factory-model/1, read with care."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import StageError
from .fields import CaseError, Fields

FORMAT = "neutral-factory-model/1"
SHIPPED = Path(__file__).with_name("cases.json")
_LARGEST = 50_000_000  # bytes
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Expected:
    """A metric and the value it has to have.

    Attributes:
        metric: Name, with its prefixes.
        value: Number, or what else JSON can hold.
        check: "exact" or "stat".
        rel: Tolerance as a share of the value; -1: none given.
        abs: Tolerance; -1: none given.
    """

    metric: str
    value: Any
    check: str = "exact"
    rel: float = -1.0
    abs: float = -1.0

    @property
    def tolerance(self) -> float:
        """Allowed distance of a number from the value."""
        size = abs(self.value) if isinstance(self.value, int | float) else 0.0
        if self.check == "stat":
            return max(self.rel * size, self.abs)
        return max(self.abs, 1e-9 * size)


@dataclass(frozen=True, slots=True)
class Case:
    """A model, what it is run with, and what has to come out.

    Attributes:
        id: Short name.
        kind: What sort of model; "des..." are factories to simulate.
        title: Words for people.
        model: JSON of the model.
        run: JSON of the run settings; empty for models that are not simulated.
        expected: Metrics.
        extra: Other keys of the case.
        folder: Where the file is.
    """

    id: str
    kind: str
    title: str
    model: dict[str, Any]
    run: dict[str, Any]
    expected: tuple[Expected, ...]
    extra: dict[str, Any]
    folder: Path


def load(path: str | os.PathLike[str] = SHIPPED, *, only: Sequence[str] = ()) -> list[Case]:
    """Return the cases of a file, or those with the ids `only`.

    Raises:
        StageError: The file can't be read.
        CaseError: It is no file of cases, a case is malformed, or an id is not there.
    """
    where = os.fspath(path)
    data = Fields(_json(where), where)
    if data.take("format", None) != FORMAT:
        raise CaseError(f"Its format is {data.take('format', None)!r}.", where=where, hint=f'Write "format": "{FORMAT}".')
    folder = Path(where).resolve().parent
    cases = [_case(raw, f"{where}: cases[{i}]", folder) for i, raw in enumerate(data.items("cases"))]
    by_id = {case.id: case for case in cases}
    if len(by_id) < len(cases):
        twice = next(c.id for i, c in enumerate(cases) if c.id in [d.id for d in cases[:i]])
        raise CaseError(f"Two cases have the id {twice!r}.", where=where, hint="Give each case an id of its own.")
    missing = [name for name in only if name not in by_id]
    if missing:
        hint = f"There are: {', '.join(list(by_id)[:50])}."
        raise CaseError(f"There is no case {', '.join(missing)}.", where=where, hint=hint)
    return [by_id[name] for name in only] if only else cases


def _json(where: str) -> Any:
    try:
        if os.path.getsize(where) > _LARGEST:
            raise CaseError("This file is too large for cases.", where=where, hint=f"At most {_LARGEST} bytes.")
        text = Path(where).read_text(encoding="utf-8")
    except OSError as error:
        raise StageError(f"The file can't be read: {error.strerror}.", where=where, hint="Check the path.") from error
    except UnicodeDecodeError as error:
        raise CaseError("This is no text in UTF-8.", where=where, hint="Give a file of cases (JSON).") from error
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}"
        raise CaseError(f"This is no JSON: {error.msg}.", where=place, hint="Mend it in a text editor.") from error
    except RecursionError as error:
        raise CaseError("This JSON is nested too deeply.", where=where, hint="Give a file of cases.") from error
    _check(data, where)
    return data


def _check(data: Any, where: str) -> None:
    """Raise when something is nested too deeply, or a number is not finite (JSON knows none, Python's reader does)."""
    level = [data]
    for _ in range(_DEEPEST):
        level = [x for d in level if isinstance(d, dict | list) for x in (d.values() if isinstance(d, dict) else d)]
        if any(isinstance(x, float) and not math.isfinite(x) for x in level):
            raise CaseError("A number is not finite.", where=where, hint="Write null or a finite number.")
    if level:
        raise CaseError("This JSON is nested too deeply.", where=where, hint=f"At most {_DEEPEST} levels.")


def _case(raw: Any, where: str, folder: Path) -> Case:
    f = Fields(raw, where)
    name = f.text("id")
    f.where = name
    model = f.take("model", None)
    model = f.take("input") if model is None else model
    run = f.take("run", None)
    expected = f.fields("expected")
    return Case(
        id=name,
        kind=f.text("kind"),
        title=str(f.take("title", name)),
        model=Fields(model, f"{name}: model").data,
        run={} if run is None else Fields(run, f"{name}: run").data,
        expected=tuple(_expected(metric, entry, f"{name}: expected.{metric}") for metric, entry in expected.data.items()),
        extra={k: v for k, v in f.data.items() if k not in ("id", "kind", "title", "model", "input", "run", "expected")},
        folder=folder,
    )


def _expected(metric: str, raw: Any, where: str) -> Expected:
    f = Fields(raw, where)
    value, check = f.take("value"), f.text("check", "exact")
    if check not in ("exact", "stat"):
        raise CaseError(f"{check!r} is no check.", where=f.at("check"), hint="Write exact or stat.")
    rel, most = (f.number(key, least=0.0) if key in f else -1.0 for key in ("rel", "abs"))
    if check == "stat" and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise CaseError("Only a number can be checked by statistics.", where=where, hint='Write "check": "exact".')
    if check == "stat" and max(rel, most) <= 0:
        raise CaseError("The tolerance is missing.", where=where, hint="Add rel or abs.")
    return Expected(metric, value, check, rel, most)
