# SPDX-License-Identifier: Apache-2.0
"""What we write over the session layer, remembered so that exactly that can be taken away again."""

from __future__ import annotations

from typing import Any

from pxr import Sdf, Usd

from ..survey.names import LIVE
from ..survey.walk import applied


class Overlay:
    """Makes specs in the session layer of a stage.

    Args:
        stage: The stage; only its session layer is written.

    Attributes:
        layer: The session layer.
    """

    def __init__(self, stage: Usd.Stage) -> None:
        self.layer: Sdf.Layer = stage.GetSessionLayer()
        self._stage = stage
        self._before: dict[Sdf.Path, tuple[bool, Any]] = {}
        self._made: list[Sdf.Path] = []
        self._worn: set[Sdf.Path] = set()

    def attribute(self, path: str, name: str, kind: Sdf.ValueTypeName, *, uniform: bool = False) -> Sdf.AttributeSpec:
        """Return the spec of an attribute, made when there is none; the caller is going to set its default."""
        prim = self._prim(Sdf.Path(path))
        whole = prim.path.AppendProperty(name)
        spec = self.layer.GetAttributeAtPath(whole)
        if whole not in self._before:
            self._before[whole] = (bool(spec), spec.default if spec else None)
        variability = Sdf.VariabilityUniform if uniform else Sdf.VariabilityVarying
        return spec or Sdf.AttributeSpec(prim, name, kind, variability)

    def wear(self, prim: Usd.Prim) -> None:
        """Apply FactoryTwinStateAPI to a prim, unless it is."""
        if LIVE in applied(prim):
            return
        spec = self._prim(prim.GetPath())
        schemas = spec.GetInfo("apiSchemas") if spec.HasInfo("apiSchemas") else Sdf.TokenListOp()
        if schemas.isExplicit:
            schemas.explicitItems = [*schemas.explicitItems, LIVE]
        else:
            schemas.prependedItems = [*schemas.prependedItems, LIVE]
        spec.SetInfo("apiSchemas", schemas)
        self._worn.add(prim.GetPath())

    def clear(self) -> None:
        """Take away what was written; what others wrote meanwhile stays."""
        with Sdf.ChangeBlock():
            for path, (existed, value) in self._before.items():
                spec = self.layer.GetAttributeAtPath(path)
                if not spec:
                    continue
                if not existed:
                    spec.owner.RemoveProperty(spec)
                elif value is None:
                    spec.ClearDefaultValue()
                else:
                    spec.default = value
            for path in self._worn:
                self._bare(self.layer.GetPrimAtPath(path))
            for path in reversed(self._made):
                prim = self.layer.GetPrimAtPath(path)
                if prim and prim.isInert:
                    del self.layer.GetPrimAtPath(path.GetParentPath()).nameChildren[path.name]
        self.forget()

    def forget(self) -> None:
        """Forget what was written, because it is there no more."""
        self._before.clear()
        self._made.clear()
        self._worn.clear()

    def _prim(self, path: Sdf.Path) -> Sdf.PrimSpec:
        prim = self.layer.GetPrimAtPath(path)
        if not prim:
            self._made += [p for p in path.GetPrefixes() if not self.layer.GetPrimAtPath(p)]
            prim = Sdf.CreatePrimInLayer(self.layer, path)
        return prim

    @staticmethod
    def _bare(prim: Any) -> None:
        if not prim or not prim.HasInfo("apiSchemas"):
            return
        schemas = prim.GetInfo("apiSchemas")
        if schemas.isExplicit:
            schemas.explicitItems = [s for s in schemas.explicitItems if s != LIVE]
        else:
            schemas.prependedItems = [s for s in schemas.prependedItems if s != LIVE]
        if schemas == Sdf.TokenListOp():
            prim.ClearInfo("apiSchemas")
        else:
            prim.SetInfo("apiSchemas", schemas)
