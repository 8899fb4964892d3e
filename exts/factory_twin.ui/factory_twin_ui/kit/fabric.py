# SPDX-License-Identifier: Apache-2.0
"""Vehicles moved in Fabric, which Kit's renderer reads: quicker than USD, and never saved. Panels and USD don't see it."""

from __future__ import annotations

from typing import Any

import carb.settings
import omni.usd
from pxr import Gf

DELEGATE = "/app/useFabricSceneDelegate"
"""Setting that says whether Kit draws what Fabric holds (on by itself from Kit 109)."""


def mover() -> Fabric | None:
    """Return a mover for the open stage; None where Kit does not draw from Fabric, or has none."""
    if not carb.settings.get_settings().get(DELEGATE):
        return None
    try:
        import usdrt.hierarchy
        import usdrt.Usd
    except ImportError:
        return None
    stage = usdrt.Usd.Stage.Attach(omni.usd.get_context().get_stage_id())
    hierarchy = usdrt.hierarchy.IFabricHierarchy().get_fabric_hierarchy(stage.GetFabricId(), stage.GetStageIdAsStageId())
    return Fabric(hierarchy)


class Fabric:
    """Fulfils `factory_twin.live.Mover`.

    Args:
        hierarchy: Fabric's transforms of the stage.
    """

    def __init__(self, hierarchy: Any) -> None:
        self._hierarchy = hierarchy
        self._before: dict[str, Any] = {}
        self._moved = False

    def move(self, path: str, local: Gf.Matrix4d) -> None:
        """See `Mover`."""
        import usdrt.Gf
        import usdrt.Sdf

        there = usdrt.Sdf.Path(path)
        if path not in self._before:
            self._before[path] = self._hierarchy.get_local_xform(there)
        self._hierarchy.set_local_xform(there, usdrt.Gf.Matrix4d(*(v for row in local for v in row)))
        self._moved = True

    def flush(self) -> None:
        """See `Mover`."""
        if self._moved:
            self._moved = False
            self._hierarchy.update_world_xforms()

    def clear(self) -> None:
        """See `Mover`."""
        import usdrt.Sdf

        for path, matrix in self._before.items():
            self._hierarchy.set_local_xform(usdrt.Sdf.Path(path), matrix)
        if self._before:
            self._hierarchy.update_world_xforms()
        self._before.clear()
