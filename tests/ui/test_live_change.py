# SPDX-License-Identifier: Apache-2.0
"""What moves live is no change of the plant: else the plant would be read again each frame."""

from __future__ import annotations

import pytest
from factory_twin_ui.change import Watch
from pxr import Sdf, Usd, UsdGeom


@pytest.mark.parametrize(("name", "counts"), [("factoryTwinLive", False), ("other", True)])
def test_a_vehicle_that_moves_live_does_not_touch_the_model(name: str, counts: bool) -> None:
    stage = Usd.Stage.CreateInMemory()
    prim = UsdGeom.Xform.Define(stage, "/Agv").GetPrim()
    attribute = prim.CreateAttribute(f"xformOp:translate:{name}", Sdf.ValueTypeNames.Double3)
    attribute.Set((0, 0, 0))
    watch = Watch(stage)
    attribute.Set((1, 2, 3))
    change = watch.take()
    assert change is not None and change.touches_model is counts
    watch.close()
