# SPDX-License-Identifier: Apache-2.0
"""What moves live is no change of the plant: else the plant would be read again each frame."""

from __future__ import annotations

import pytest
from factory_twin_ui.change import Watch
from pxr import Sdf, Usd, UsdGeom, Vt


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


@pytest.mark.parametrize(("name", "counts"), [("positions", False), ("orientations", False), ("invisibleIds", False),
                                              ("protoIndices", True)])  # fmt: skip
def test_a_crowd_that_moves_does_not_touch_the_model(name: str, counts: bool) -> None:
    stage = Usd.Stage.CreateInMemory()
    crowd = UsdGeom.PointInstancer.Define(stage, "/Parts").GetPrim()
    value = {"positions": [(1, 2, 3)], "orientations": Vt.QuathArray(1), "invisibleIds": [0], "protoIndices": [0]}[name]
    crowd.GetAttribute(name).Set(type(value)())
    watch = Watch(stage)
    crowd.GetAttribute(name).Set(value)
    change = watch.take()
    assert change is not None and change.touches_model is counts
    watch.close()
