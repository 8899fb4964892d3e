# SPDX-License-Identifier: Apache-2.0
"""Copies of prims: all they are made of, under names of their own, pointing at each other as the originals do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pxr import Sdf, Usd

from ..survey.walk import ours
from .attribute import property_of, write_targets
from .flow import SUCCESSORS, Disconnect
from .opinions import gather
from .selection import free
from .targets import follows, lies_in, rewrite
from .trace import Trace

ID = "factoryTwin:id"
_FLOWS = (SUCCESSORS, "factoryTwin:station:rework")  # and what ports are connected to


class Originals:
    """What is needed to copy prims any number of times, read once.

    Args:
        stage: Where they are.
        prims: None of them below another one.
        trace: Writes the copies.
    """

    def __init__(self, stage: Usd.Stage, prims: Sequence[Usd.Prim], trace: Trace) -> None:
        self._stage, self._trace = stage, trace
        self.paths = [prim.GetPath() for prim in prims]
        self._layers = [gather(stage, prim, trace.layer) for prim in prims]
        self._taken: set[Sdf.Path] = set()

    def names(self, parent: Sdf.Path | None = None) -> dict[Sdf.Path, Sdf.Path]:
        """Return a free path for a copy of each, beside it or below `parent`."""
        where = [p.GetParentPath() if parent is None else parent for p in self.paths]
        return {p: free(self._stage, w, p.name, self._taken) for p, w in zip(self.paths, where)}

    def write(self, places: Mapping[Sdf.Path, Sdf.Path]) -> None:
        """Write a copy of each to its place."""
        with Sdf.ChangeBlock():
            for path, layer in zip(self.paths, self._layers):
                self._trace.place(places[path], _renamed(layer, path, dict(places), self._trace))


def make_own(stage: Usd.Stage, copies: Mapping[Sdf.Path, Sdf.Path], trace: Trace, *, outside: bool) -> None:
    """Take from copies what only one prim can have: its id, and unless `outside` the flow to what is no copy.

    Args:
        stage: Where they are.
        copies: Paths of originals and copies.
        trace: Writes.
        outside: True: places go on feeding what their originals feed.
    """
    for root in copies.values():
        for prim in Usd.PrimRange(stage.GetPrimAtPath(root)):
            if not ours(prim):
                continue
            if prim.GetAttribute(ID) and prim.GetAttribute(ID).Get():
                spec = trace.attribute(prim.GetPath().AppendProperty(ID), Sdf.ValueTypeNames.String, uniform=True)
                spec.default = ""
            if not outside:
                _cut(stage, prim, set(copies.values()), trace)


def _renamed(layer: Sdf.Layer, path: Sdf.Path, places: dict[Sdf.Path, Sdf.Path], trace: Trace) -> Sdf.Layer:
    """Return the same below another name, with targets as the target layer calls them."""
    new = places[path]
    copy = Sdf.Layer.CreateAnonymous(".usda")
    Sdf.CreatePrimInLayer(copy, new)
    Sdf.CopySpec(layer, path, copy, new)

    def change(target: Sdf.Path) -> Sdf.Path | None:
        after = target if target.HasPrefix(new) else follows(target, places)
        return after if after.HasPrefix(new) else trace.map(after) or None

    rewrite(copy, new, change)
    return copy


def _cut(stage: Usd.Stage, prim: Usd.Prim, copies: set[Sdf.Path], trace: Trace) -> None:
    for relationship in prim.GetAuthoredRelationships():
        name = relationship.GetName()
        if name not in _FLOWS and not name.endswith(":connectedTo"):
            continue
        targets = relationship.GetTargets()
        gone = [t for t in targets if not lies_in(t, copies)]
        if gone and name == SUCCESSORS:
            for target in gone:
                Disconnect(str(prim.GetPath()), str(target)).write(stage, trace)
        elif gone:
            property_of(prim, name)
            write_targets(prim, name, tuple(str(t) for t in targets if t not in gone), trace=trace)
