# SPDX-License-Identifier: Apache-2.0
"""All that a stage's own layers, and what its ancestors refer to, say about a prim, gathered into one layer.

What the prim itself refers to stays a reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pxr import Sdf, Usd, UsdUtils

from .asset import asset_from
from .targets import rewrite

_ARCS = ("inheritPathList", "specializesList")


def sites(prim: Usd.Prim) -> Iterator[tuple[Any, Sdf.Layer, Sdf.LayerOffset]]:
    """Yield (node of the prim's index, layer, time offset) wherever a spec of the prim can be, strongest first.

    What the prim's own references and variants bring is left out.
    """
    for node in _nodes(prim.GetPrimIndex().rootNode):
        stack = node.layerStack
        for tree in filter(None, (stack.sessionLayerTree, stack.layerTree)):
            for layer, offset in _layers(tree):
                if layer.GetPrimAtPath(node.path):
                    yield node, layer, node.mapToRoot.timeOffset * offset


def gather(stage: Usd.Stage, prim: Usd.Prim, target: Sdf.Layer) -> Sdf.Layer:
    """Return a layer in memory with the prim at its path on the stage, and nothing else but its ancestors.

    Args:
        stage: Stage of the prim.
        prim: Prim that lies inside no instance.
        target: Layer that the result goes to; file names are written as seen from there. The session layers count only
            when it is one of them.
    """
    own = stage.GetLayerStack(includeSessionLayers=False)
    session = {*stage.GetLayerStack()} - {*own}
    if target in session:
        session = set()
    found = [(node, layer, offset) for node, layer, offset in sites(prim) if layer not in session]
    parts = [_part(prim.GetPath(), node, layer, target) for node, layer, _ in found]
    offsets = [offset for _, _, offset in found]
    if len(parts) == 1 and offsets[0].IsIdentity():
        return parts[0]
    root = Sdf.Layer.CreateAnonymous(".usda")
    root.subLayerPaths[:] = [part.identifier for part in parts]
    for k, offset in enumerate(offsets):
        root.subLayerOffsets[k] = offset
    whole = Usd.Stage.OpenMasked(root, Usd.StagePopulationMask())
    return UsdUtils.FlattenLayerStack(whole, lambda _, path: path, "opinions.usda")


def _nodes(node: Any) -> Iterator[Any]:
    if node.CanContributeSpecs():
        yield node
    for child in node.children:
        if child.IsDueToAncestor():
            yield from _nodes(child)


def _layers(tree: Sdf.LayerTree) -> Iterator[tuple[Sdf.Layer, Sdf.LayerOffset]]:
    yield tree.layer, tree.offset
    for child in tree.childTrees:
        yield from _layers(child)


def _part(path: Sdf.Path, node: Any, layer: Sdf.Layer, target: Sdf.Layer) -> Sdf.Layer:
    """Return what one layer says, with paths as on the stage and files as seen from `target`."""
    part = Sdf.Layer.CreateAnonymous(".usda")
    Sdf.CreatePrimInLayer(part, path)
    Sdf.CopySpec(layer, node.path, part, path)  # which turns paths inside the prim, and no others
    if layer != target:
        UsdUtils.ModifyAssetPaths(part, lambda file: _seen(file, layer, target))
    if not node.IsRootNode():
        rewrite(part, path, lambda p: p if p.HasPrefix(path) else node.mapToRoot.MapSourceToTarget(p) or None)
        file = _seen(node.layerStack.identifier.rootLayer.identifier, layer, target)

        def visit(at: Sdf.Path) -> None:
            if at.IsPrimPath() or at.IsPrimVariantSelectionPath():
                _outward(part.GetPrimAtPath(at), path, node, file)

        part.Traverse(path, visit)
    return part


def _seen(file: str, layer: Sdf.Layer, target: Sdf.Layer) -> str:
    return asset_from(target, layer.ComputeAbsolutePath(file)) if file else ""


def _outward(spec: Sdf.PrimSpec, path: Sdf.Path, node: Any, file: str) -> None:
    """Let references inside a referenced file name that file, and classes that the stage can't see become references."""
    if node.layerStack.identifier == node.GetRootNode().layerStack.identifier:
        return

    def named(arc: Any) -> Any:
        if arc.assetPath or arc.primPath.HasPrefix(path):
            return arc
        return type(arc)(file, arc.primPath, arc.layerOffset)

    if spec.hasReferences:
        spec.referenceList.ModifyItemEdits(named)
    if spec.hasPayloads:
        spec.payloadList.ModifyItemEdits(named)
    for name in _ARCS:
        classes = getattr(spec, name)
        for item in [*classes.GetAddedOrExplicitItems()]:
            if not item.HasPrefix(path) and node.mapToRoot.MapSourceToTarget(item).isEmpty:
                classes.RemoveItemEdits(item)
                references = spec.referenceList
                (references.explicitItems if references.isExplicit else references.appendedItems).append(
                    Sdf.Reference(file, item)
                )
        classes.ModifyItemEdits(lambda p: p if p.HasPrefix(path) else node.mapToRoot.MapSourceToTarget(p) or None)
