# SPDX-License-Identifier: Apache-2.0
"""What points at prims: relationships, connections of attributes, references inside the stage."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from pxr import Pcp, Sdf, Usd

from ..errors import FactoryTwinError
from ..survey.walk import find
from .attribute import write_targets
from .flow import SUCCESSORS, Disconnect
from .trace import Trace

_ALL = Usd.PrimIsActive & ~Usd.PrimIsAbstract
_CLASSES = (Pcp.ArcTypeReference, Pcp.ArcTypePayload, Pcp.ArcTypeInherit, Pcp.ArcTypeSpecialize)
Map = Callable[[Sdf.Path], Sdf.Path | None]


def lies_in(path: Sdf.Path, roots: Collection[Sdf.Path]) -> Sdf.Path | None:
    """Return which of the roots a path is, or is below; None when it is elsewhere."""
    return next((p for p in path.GetPrimPath().GetPrefixes() if p in roots), None)


def forget(stage: Usd.Stage, roots: Collection[Sdf.Path], trace: Trace) -> None:
    """Let our relationships point no longer at prims that go, or at what is below them; weights stay in step.

    Raises:
        FactoryTwinError: A stronger layer than the edit target points there.
    """
    for prim in [p for p in find(stage) if not p.IsInstanceProxy() and not lies_in(p.GetPath(), roots)]:
        for relationship in prim.GetAuthoredRelationships():
            name = relationship.GetName()
            targets = relationship.GetTargets() if name.startswith("factoryTwin:") else []
            gone = [t for t in targets if lies_in(t, roots)]
            if gone and name == SUCCESSORS:
                for target in gone:
                    Disconnect(str(prim.GetPath()), str(target)).write(stage, trace)
            elif gone:
                write_targets(prim, name, tuple(str(t) for t in targets if t not in gone), trace=trace)


def follow(stage: Usd.Stage, moved: dict[Sdf.Path, Sdf.Path], trace: Trace) -> None:
    """Let all relationships and connections outside the moved prims point at their new places.

    Args:
        stage: Where the prims are.
        moved: Old to new paths.
        trace: Writes.

    Raises:
        FactoryTwinError: A stronger layer than the edit target points at the old place.
    """
    both = {*moved, *moved.values()}
    outside = [p for p in _prims(stage) if not lies_in(p.GetPath(), both)]
    for prim in outside:
        for relationship in prim.GetAuthoredRelationships():
            targets = relationship.GetTargets()
            after = [follows(t, moved) for t in targets]
            if after != targets:
                write_targets(prim, relationship.GetName(), tuple(str(t) for t in after), trace=trace)
    if not any(lies_in(t, moved) for t in stage.GetPseudoRoot().FindAllAttributeConnectionPaths()):
        return
    for prim in outside:
        for attribute in prim.GetAuthoredAttributes():
            sources = attribute.GetConnections() if attribute.HasAuthoredConnections() else []
            after = [follows(t, moved) for t in sources]
            if after != sources:
                uniform = attribute.GetVariability() == Sdf.VariabilityUniform
                spec = trace.attribute(attribute.GetPath(), attribute.GetTypeName(), uniform=uniform)
                spec.connectionPathList.ClearEditsAndMakeExplicit()
                spec.connectionPathList.explicitItems = [trace.map(t) for t in after]


def follows(path: Sdf.Path, moved: dict[Sdf.Path, Sdf.Path]) -> Sdf.Path:
    """Return where a path is after the move."""
    root = lies_in(path, moved)
    return path if root is None else path.ReplacePrefix(root, moved[root])


def refuse_parts(stage: Usd.Stage, roots: Collection[Sdf.Path]) -> None:
    """Refuse to take away what other prims are made from.

    Raises:
        FactoryTwinError: The default prim is among them, or what a prim elsewhere refers to or inherits from.
    """
    first = stage.GetDefaultPrim()
    if first and lies_in(first.GetPath(), roots):
        raise FactoryTwinError(
            "This is the default prim of the stage.", where=str(first.GetPath()), hint="Make another one the default first."
        )
    for prim in _prims(stage):
        if not (prim.HasAuthoredReferences() or prim.HasAuthoredInherits() or prim.HasAuthoredSpecializes()):
            continue
        if lies_in(prim.GetPath(), roots):
            continue
        root = prim.GetPrimIndex().rootNode
        for node in _below(root):
            origin = lies_in(node.path.StripAllVariantSelections(), roots) if node.arcType in _CLASSES else None
            if origin and node.layerStack.identifier == root.layerStack.identifier:
                raise FactoryTwinError(
                    f"{prim.GetPath()} is made from this prim.", where=str(origin), hint="Remove its reference first."
                )


def rewrite(layer: Sdf.Layer, root: Sdf.Path, change: Map) -> None:
    """Change the targets of all relationships and connections of a layer's prim and those below; None takes one out."""

    def visit(path: Sdf.Path) -> None:
        spec = layer.GetObjectAtPath(path) if path.IsPropertyPath() else None
        if isinstance(spec, Sdf.RelationshipSpec):
            spec.targetPathList.ModifyItemEdits(change)
        elif isinstance(spec, Sdf.AttributeSpec) and spec.HasInfo("connectionPaths"):
            spec.connectionPathList.ModifyItemEdits(change)

    layer.Traverse(root, visit)


def _prims(stage: Usd.Stage) -> Iterator[Usd.Prim]:
    return iter(Usd.PrimRange(stage.GetPseudoRoot(), _ALL))


def _below(node: Any) -> Iterator[Any]:
    for child in node.children:
        yield child
        yield from _below(child)
