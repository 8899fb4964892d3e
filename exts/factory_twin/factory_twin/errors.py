# SPDX-License-Identifier: Apache-2.0
"""Errors and issues: what is wrong, where, and how to mend it.

A bad plant gives a list of `Issue`s (all of them at once). A broken promise raises a `FactoryTwinError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """How much an issue matters: an error stops a run, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding about a stage.

    Attributes:
        code: Stable dotted code, for example `station.process_time.missing`.
        severity: Error or warning.
        path: Prim path, empty when the whole stage is meant.
        message: What is wrong, in words a planner understands.
        hint: How to mend it.
        attribute: Attribute or relationship name, empty when none is meant.
        file: Layer file that holds the opinion, empty when unknown.
    """

    code: str
    severity: Severity
    path: str
    message: str
    hint: str
    attribute: str = ""
    file: str = ""

    def __str__(self) -> str:
        place = self.path or self.file or "stage"
        name = f".{self.attribute}" if self.attribute else ""
        return f"{self.severity.value} [{self.code}] {place}{name}: {self.message} Hint: {self.hint}"


class FactoryTwinError(Exception):
    """Something could not be done.

    Args:
        what: What went wrong.
        where: File, prim path, attribute, topic or setting concerned; empty when none.
        hint: How to mend it.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.hint = what, where, hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} Hint: {self.hint}" if self.hint else text


class StageError(FactoryTwinError):
    """A stage or file could not be opened, read or written."""


class PlantError(FactoryTwinError):
    """The plant has errors, so it can't be run.

    Attributes:
        issues: All issues found, errors first.
    """

    def __init__(self, issues: list[Issue], *, where: str = "") -> None:
        errors = [i for i in issues if i.severity is Severity.ERROR]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(f"{errors[0]}{more}" if errors else "no issue", where=where)
        self.issues = sorted(issues, key=lambda i: i.severity is not Severity.ERROR)


class SimulationError(FactoryTwinError):
    """A model can't go on: a loop in zero time, an endless source, a deadlock."""


class SnapshotError(FactoryTwinError):
    """A model can't be snapshot or restored."""


class LinkError(FactoryTwinError):
    """The message broker can't be reached or refused us."""


class HistoryError(FactoryTwinError):
    """The recorder can't be opened, read or written."""


class CadError(FactoryTwinError):
    """A CAD file can't be read, converted or written."""


class CadCancelled(CadError):
    """An import was stopped by whoever asked for it."""
