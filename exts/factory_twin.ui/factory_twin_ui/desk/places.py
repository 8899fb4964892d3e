# SPDX-License-Identifier: Apache-2.0
"""Which place a prim belongs to."""

from __future__ import annotations

from factory_twin.survey.walk import ours
from pxr import Kind, Sdf, Usd

PLACES = frozenset(
    f"FactoryTwin{word}API" for word in ("Source", "Station", "Buffer", "Path", "Sink", "Transporter")
)  # fmt: skip


def place_of(stage: Usd.Stage, path: Sdf.Path) -> str:
    """Return the path of the place that a prim is or belongs to; empty when it belongs to none."""
    for prefix in reversed(path.GetPrefixes()):
        if PLACES & set(ours(stage.GetPrimAtPath(prefix))):
            return str(prefix)
    return ""


class Places:
    """Looks up the place of many prims of a stage that stays as it is."""

    def __init__(self, stage: Usd.Stage) -> None:
        self._stage = stage
        self._known: dict[Sdf.Path, str] = {Sdf.Path.absoluteRootPath: ""}

    def of(self, path: Sdf.Path) -> str:
        """Return what `place_of` does."""
        if path not in self._known:
            own = PLACES & set(ours(self._stage.GetPrimAtPath(path)))
            self._known[path] = str(path) if own else self.of(path.GetParentPath())
        return self._known[path]


def thing_of(stage: Usd.Stage, path: Sdf.Path) -> str:
    """Return the place, else the component (a shelf, a column) that a clicked prim belongs to; empty when none."""
    place = place_of(stage, path)
    if place:
        return place
    kinds = (p for p in reversed(path.GetPrefixes()) if Usd.ModelAPI(stage.GetPrimAtPath(p)).IsKind(Kind.Tokens.component))
    return str(next(kinds, ""))
