# SPDX-License-Identifier: Apache-2.0
"""Rules of failure recomputed from machine data: AI4I 2020 (S. Matzka, UCI Machine Learning Repository, CC BY 4.0)."""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..case import Case
from ..fields import CaseError, Fields, NotBuilt

SHIPPED = Path(__file__).parents[1] / "ai4i2020.tsv.gz"
_LARGEST = 50_000_000  # bytes
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_FORMS = {
    "HDF": rf"process - air temperature < {_NUMBER} K and speed < {_NUMBER} rpm",
    "PWF": rf"torque x speed \(rad/s\) below {_NUMBER} W or above {_NUMBER} W",
    "OSF": rf"tool wear x torque > {_NUMBER} \(L\) / {_NUMBER} \(M\) / {_NUMBER} \(H\) minNm",
}
_LABELS = ("TWF", "HDF", "PWF", "OSF", "RNF")
_COLUMNS = {
    "Type": "type",
    "Air temperature [K]": "air",
    "Process temperature [K]": "process",
    "Rotational speed [rpm]": "speed",
    "Torque [Nm]": "torque",
    "Tool wear [min]": "wear",
    "Machine failure": "failure",
}

Row = dict[str, Any]


def dataset_rules(case: Case) -> dict[str, Any]:
    """Return how many rows meet each rule, how many are labelled, and how many there are.

    Raises:
        CaseError: A key is missing or wrong, or the data can't be read.
        NotBuilt: The data, a rule or a key is not known.
    """
    f = Fields(case.model, f"{case.id}: model")
    rows = _rows(f.text("data"), case)
    rules = f.fields("rules")
    tests = {name: _rule(name, rules.text(name), rules.at(name)) for name in rules.data}
    f.done()
    values: dict[str, Any] = {name: float(sum(map(test, rows))) for name, test in tests.items()}
    values |= {f"{name}_label": float(sum(row[name] for row in rows)) for name in _LABELS}
    return values | {"machine_failure_label": float(sum(row["failure"] for row in rows)), "rows": float(len(rows))}


def _rule(name: str, words: str, where: str) -> Callable[[Row], bool]:
    match = re.fullmatch(_FORMS.get(name, "(?!)"), " ".join(words.split()))
    if match is None:
        forms = "; ".join(f"{k}: {v.replace(_NUMBER, '...')}" for k, v in _FORMS.items()).replace("\\", "")
        raise NotBuilt(f"The rule {name} in these words is not known.", where=where, hint=f"Known: {forms}.")
    limits = [float(x) for x in match.groups()]
    if name == "HDF":  # compared as it was when the labels were made, so 310.9 - 302.3 counts as less than 8.6
        return lambda r: r["process"] - r["air"] < limits[0] and r["speed"] < limits[1]
    if name == "PWF":
        return lambda r: not limits[0] <= r["torque"] * r["speed"] * 2 * math.pi / 60 <= limits[1]
    most = dict(zip("LMH", limits))
    return lambda r: bool(r["wear"] * r["torque"] > most[r["type"]])


def _rows(data: str, case: Case) -> list[Row]:
    """Return the rows of the shipped data, or of a file beside the cases."""
    if "AI4I 2020" in data:
        text = gzip.decompress(SHIPPED.read_bytes()).decode("utf-8")
        return _parse(text, "\t", str(SHIPPED))
    path = case.folder / data
    if path.suffix not in (".tsv", ".csv") or not path.is_file():
        raise NotBuilt("These data are not known.", where=f"{case.id}: model.data", hint="AI4I 2020, or a .tsv or .csv file.")
    try:
        if path.stat().st_size > _LARGEST:
            raise CaseError("This file is too large.", where=str(path), hint=f"At most {_LARGEST} bytes.")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"The data can't be read: {error}.", where=str(path), hint="Check the file.") from error
    return _parse(text, "\t" if path.suffix == ".tsv" else ",", str(path))


def _parse(text: str, separator: str, where: str) -> list[Row]:
    head, *lines = [line.split(separator) for line in text.splitlines() if line.strip()]
    names = {**_COLUMNS, **{label: label for label in _LABELS}}
    missing = [name for name in names if name not in head]
    if missing:
        raise CaseError(f"The column {missing[0]!r} is missing.", where=where, hint=f"Columns: {', '.join(names)}.")
    places = {key: head.index(name) for name, key in names.items()}
    try:
        return [{k: line[i] if k == "type" else float(line[i]) for k, i in places.items()} for line in lines]
    except (ValueError, IndexError) as error:
        raise CaseError(f"A row is damaged: {error}.", where=where, hint="Get an undamaged copy.") from error
