# SPDX-License-Identifier: Apache-2.0
"""Edits of the material flow: which place feeds which."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pxr import Sdf, Usd

from ..errors import FactoryTwinError
from ..survey.fields import type_mismatch
from ..survey.names import ENTERED
from ..survey.walk import ours
from .attribute import SetAttribute, property_of, write_targets
from .base import Edit, prim_at
from .trace import Trace

SUCCESSORS = "factoryTwin:successors"
WEIGHTS = "factoryTwin:successorWeights"


@dataclass(frozen=True)
class Connect(Edit):
    """Let parts go on from one place to another.

    Attributes:
        path: Prim path of the place that feeds.
        successor: Prim path of the next place.
        weight: Share, used when the place has weights; None: their mean.
    """

    path: str
    successor: str
    weight: float | None = None

    @property
    def label(self) -> str:
        """From where to where."""
        return f"Connect {self.path.rpartition('/')[2]} to {self.successor.rpartition('/')[2]}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Append the place to the successors, and its weight to the weights."""
        targets, weights = _flow(stage, self.path)
        where = f"{self.path}.{SUCCESSORS}"
        if self.successor in targets:
            raise FactoryTwinError(f"It feeds {self.successor} already.", where=where, hint="Choose another place.")
        if self.successor == self.path:
            raise FactoryTwinError("A place can't feed itself.", where=where, hint="Choose another place.")
        if not _is_entered(stage, self.successor):
            hint = "Choose a station, buffer, conveyor, vehicle path, transport or sink."
            raise FactoryTwinError(f"{self.successor} is no place that parts can enter.", where=where, hint=hint)
        write_targets(prim_at(stage, self.path), SUCCESSORS, (*targets, self.successor), trace=trace)
        if weights:
            mean = math.fsum(weights) / len(weights)
            SetAttribute(self.path, WEIGHTS, (*weights, mean if self.weight is None else self.weight)).write(stage, trace)


@dataclass(frozen=True)
class Disconnect(Edit):
    """Stop parts from going on from one place to another.

    Attributes:
        path: Prim path of the place that feeds.
        successor: Prim path of the next place.
    """

    path: str
    successor: str

    @property
    def label(self) -> str:
        """From where to where."""
        return f"Disconnect {self.path.rpartition('/')[2]} from {self.successor.rpartition('/')[2]}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Take the place out of the successors, and its weight out of the weights."""
        targets, weights = _flow(stage, self.path)
        if self.successor not in targets:
            where = f"{self.path}.{SUCCESSORS}"
            raise FactoryTwinError(f"It does not feed {self.successor}.", where=where, hint="Choose one of its successors.")
        kept = [i for i, target in enumerate(targets) if target != self.successor]
        write_targets(prim_at(stage, self.path), SUCCESSORS, tuple(targets[i] for i in kept), trace=trace)
        if len(weights) == len(targets):
            SetAttribute(self.path, WEIGHTS, tuple(weights[i] for i in kept)).write(stage, trace)


def _flow(stage: Usd.Stage, path: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return successors and weights as composed; raise when the prim is no place or they are of a wrong type."""
    prim = prim_at(stage, path)
    result: list[tuple[Any, ...]] = []
    for name in (SUCCESSORS, WEIGHTS):
        prop = property_of(prim, name)
        found = prim.GetProperty(name)
        specs = found.GetPropertyStack(Usd.TimeCode.Default()) if found else []
        wrong = type_mismatch(prop, specs) if specs else ""
        if wrong:
            raise FactoryTwinError(wrong, where=f"{path}.{name}", hint="Mend it in a text editor.")
        value = (found.GetTargets() if prop.is_relationship else found.Get()) if specs else ()
        result.append(tuple(str(v) if prop.is_relationship else float(v) for v in value or ()))
    return result[0], result[1]


def _is_entered(stage: Usd.Stage, path: str) -> bool:
    prim = stage.GetPrimAtPath(path) if Sdf.Path.IsValidPathString(path) else None
    return bool(prim) and not set(ENTERED).isdisjoint(ours(prim))
