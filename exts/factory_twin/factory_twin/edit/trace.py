# SPDX-License-Identifier: Apache-2.0
"""What stood in a layer before an edit, so that it can be put back exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pxr import Sdf, Usd

from ..errors import FactoryTwinError


class Trace:
    """Writes to one layer and remembers what stood there.

    Args:
        target: Where to write.
    """

    def __init__(self, target: Usd.EditTarget) -> None:
        self.layer: Sdf.Layer = target.GetLayer()
        self._target = target
        self._steps: list[Callable[[], None]] = []

    def restore(self) -> None:
        """Put back what stood there, last change first."""
        with Sdf.ChangeBlock():
            while self._steps:
                self._steps.pop()()

    def map(self, path: Sdf.Path) -> Sdf.Path:
        """Return a path of the stage as it is called in the layer, for use as a relationship target."""
        return self._target.MapToSpecPath(path).StripAllVariantSelections()

    def find(self, path: Sdf.Path) -> Any:
        """Return the layer's own spec of a prim or property of the stage; None when it has none."""
        return self.layer.GetObjectAtPath(self._target.MapToSpecPath(path))

    def prim(self, path: Sdf.Path) -> Sdf.PrimSpec:
        """Return the layer's prim spec for a path of the stage, as an over when it must be made."""
        there = self._target.MapToSpecPath(path)
        if there.isEmpty:
            raise FactoryTwinError(
                "The edit target does not reach this prim.", where=str(path), hint="Choose another edit target."
            )
        if not self.layer.permissionToEdit:
            raise FactoryTwinError("The layer is locked.", where=self.layer.identifier, hint="Choose another edit target.")
        missing = next((p for p in there.GetPrefixes() if not self.layer.GetObjectAtPath(p)), None)
        if missing is not None:
            self._keep_absence(missing)
        return Sdf.CreatePrimInLayer(self.layer, there)

    def field(self, path: Sdf.Path, name: str) -> Sdf.PrimSpec:
        """Return the prim spec, one of whose fields the caller is going to change."""
        spec = self.prim(path)
        had, value, where = spec.HasInfo(name), spec.GetInfo(name), spec.path

        def undo() -> None:
            prim = self.layer.GetPrimAtPath(where)
            prim.SetInfo(name, value) if had else prim.ClearInfo(name)

        self._steps.append(undo)
        return spec

    def attribute(self, path: Sdf.Path, kind: Sdf.ValueTypeName, *, uniform: bool) -> Sdf.AttributeSpec:
        """Return the layer's attribute spec, made when missing; the caller is going to set its default."""
        spec = self._property(path)
        variability = Sdf.VariabilityUniform if uniform else Sdf.VariabilityVarying
        return spec or Sdf.AttributeSpec(self.prim(path.GetPrimPath()), path.name, kind, variability, False)

    def relationship(self, path: Sdf.Path) -> Sdf.RelationshipSpec:
        """Return the layer's relationship spec, made when missing; the caller is going to set its targets."""
        spec = self._property(path)
        return spec or Sdf.RelationshipSpec(self.prim(path.GetPrimPath()), path.name, False, Sdf.VariabilityUniform)

    def remove(self, path: Sdf.Path) -> None:
        """Remove the layer's own spec of a property, when it has one."""
        spec = self._property(path)
        if spec:
            spec.owner.RemoveProperty(spec)

    def place(self, path: Sdf.Path, source: Sdf.Layer) -> None:
        """Copy the prim spec that `source` has at a path of the stage, with all below, in place of what the layer has there."""
        there = self._target.MapToSpecPath(path)
        self.drop(path)
        self.prim(path)
        Sdf.CopySpec(source, path, self.layer, there)

    def drop(self, path: Sdf.Path) -> None:
        """Remove the layer's own prim spec with all below it, when it has one."""
        spec = self.find(path)
        if not spec:
            return
        where = self.prim(path).path
        backup, index = Sdf.Layer.CreateAnonymous(".usda"), _siblings(spec).index(spec.name)
        Sdf.CreatePrimInLayer(backup, where)
        Sdf.CopySpec(self.layer, where, backup, where)

        def undo() -> None:
            Sdf.CreatePrimInLayer(self.layer, where)
            Sdf.CopySpec(backup, where, self.layer, where)
            self._bring_to(where, index)

        self._steps.append(undo)
        self._apply(Sdf.NamespaceEdit.Remove(where))

    def _bring_to(self, where: Sdf.Path, index: int) -> None:
        """Bring a prim spec to a place among its siblings; USD does that on the way to another name only."""
        names = _siblings(self.layer.GetPrimAtPath(where))
        if names.index(where.name) == index:
            return
        aside = where.ReplaceName(next(n for n in (f"aside{k}" for k in range(len(names) + 1)) if n not in names))
        self._apply(Sdf.NamespaceEdit.Rename(where, aside.name))
        self._apply(Sdf.NamespaceEdit.ReparentAndRename(aside, where.GetParentPath(), where.name, index))

    def _apply(self, edit: Sdf.NamespaceEdit) -> None:
        batch = Sdf.BatchNamespaceEdit()
        batch.Add(edit)
        if not self.layer.Apply(batch):
            raise FactoryTwinError(
                "USD refuses to move this prim.", where=f"{self.layer.identifier} {edit.currentPath}", hint="Reload the layer."
            )

    def _property(self, path: Sdf.Path) -> Any:
        """Return the property spec or None, having remembered which."""
        self.prim(path.GetPrimPath())
        where = self._target.MapToSpecPath(path)
        spec = self.layer.GetPropertyAtPath(where)
        self._keep(spec) if spec else self._keep_absence(where)
        return spec

    def _keep(self, spec: Any) -> None:
        where, backup = spec.path, Sdf.Layer.CreateAnonymous(".usda")
        names = [p.name for p in spec.owner.properties]
        after = names[names.index(spec.name) + 1 :]
        Sdf.CreatePrimInLayer(backup, where.GetPrimPath())
        Sdf.CopySpec(self.layer, where, backup, where)

        def undo() -> None:
            is_there = self.layer.GetPropertyAtPath(where) is not None
            Sdf.CopySpec(backup, where, self.layer, where)
            if not is_there:
                self._make_last(self.layer.GetPrimAtPath(where.GetPrimPath()), names=after)

        self._steps.append(undo)

    def _make_last(self, prim: Sdf.PrimSpec, *, names: list[str]) -> None:
        """Bring properties behind all others, in the order of the names: USD can't put one in the middle."""
        kept = Sdf.Layer.CreateAnonymous(".usda")
        Sdf.CreatePrimInLayer(kept, prim.path)
        for name in names:
            path = prim.path.AppendProperty(name)
            Sdf.CopySpec(self.layer, path, kept, path)
            prim.RemoveProperty(self.layer.GetPropertyAtPath(path))
            Sdf.CopySpec(kept, path, self.layer, path)

    def _keep_absence(self, where: Sdf.Path) -> None:
        if where.IsPrimVariantSelectionPath():
            content = Sdf.Layer.CreateAnonymous(".usda")
            content.TransferContent(self.layer)
            self._steps.append(lambda: self.layer.TransferContent(content))
            return

        def undo() -> None:
            if self.layer.GetObjectAtPath(where):
                self._apply(Sdf.NamespaceEdit.Remove(where))

        self._steps.append(undo)


def _siblings(spec: Sdf.PrimSpec) -> list[str]:
    """Return the names of a prim spec and those beside it, in order."""
    return list((spec.nameParent or spec.layer.pseudoRoot).nameChildren.keys())
