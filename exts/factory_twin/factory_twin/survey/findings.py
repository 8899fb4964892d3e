# SPDX-License-Identifier: Apache-2.0
"""The list of issues that a survey grows, each with the file that holds the opinion."""

from __future__ import annotations

from pxr import Sdf, Usd

from ..errors import Issue, Severity


class Findings:
    """Collects issues."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def error(self, code: str, prim: Usd.Prim | None, message: str, *, hint: str, attribute: str = "", file: str = "") -> None:
        """Add an error; the file is looked up from the prim and attribute when none is given."""
        self._add(Severity.ERROR, code, prim, (message, hint, attribute, file))

    def warning(
        self, code: str, prim: Usd.Prim | None, message: str, *, hint: str, attribute: str = "", file: str = ""
    ) -> None:
        """Add a warning; the file is looked up from the prim and attribute when none is given."""
        self._add(Severity.WARNING, code, prim, (message, hint, attribute, file))

    def errors(self, *prefixes: str) -> list[Issue]:
        """Return the errors whose code starts with one of the prefixes."""
        return [i for i in self.issues if i.severity is Severity.ERROR and i.code.startswith(prefixes)]

    def _add(self, severity: Severity, code: str, prim: Usd.Prim | None, words: tuple[str, str, str, str]) -> None:
        message, hint, attribute, file = words
        path = str(prim.GetPath()) if prim else ""
        if prim and not file:
            file = opinion_file(prim, attribute)
        self.issues.append(Issue(code, severity, path, message, hint, attribute, file))


def opinion_file(prim: Usd.Prim, name: str = "") -> str:
    """Return the file with the strongest opinion on a property, or on the prim's schemas when it has none."""
    specs = prim.GetProperty(name).GetPropertyStack(Usd.TimeCode.Default()) if name and prim.GetProperty(name) else []
    if not specs:
        stack = prim.GetPrimStack()
        specs = [spec for spec in stack if spec.HasInfo("apiSchemas")] or stack
    return layer_file(specs[0].layer) if specs else ""


def layer_file(layer: Sdf.Layer) -> str:
    """Return a layer's file; its identifier when it has none."""
    return str(layer.realPath or layer.identifier)
