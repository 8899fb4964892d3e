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


def thing_of(stage: Usd.Stage, path: Sdf.Path) -> str:
    """Return the place, else the component (a shelf, a column) that a clicked prim belongs to; empty when none."""
    place = place_of(stage, path)
    if place:
        return place
    kinds = (p for p in reversed(path.GetPrefixes()) if Usd.ModelAPI(stage.GetPrimAtPath(p)).IsKind(Kind.Tokens.component))
    return str(next(kinds, ""))
