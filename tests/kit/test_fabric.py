# SPDX-License-Identifier: Apache-2.0
"""Vehicles in Fabric: the same places as in the session layer, nothing in USD, back where they were afterwards."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from factory_twin.event import value
from factory_twin.live import LiveLayer, LiveState
from pxr import Gf, Usd, UsdGeom

from tests.kit import fake_fabric
from tests.kit.test_host import host, kit, world

__all__ = ["host", "kit", "world"]
pytestmark = pytest.mark.ui
CART = "/World/Hall/Cart"


def hall(up: str = "Z") -> Usd.Stage:
    """A hall that stands askew, with a cart that is scaled and turned."""
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, up)
    UsdGeom.SetStageMetersPerUnit(stage, 0.01)
    world = UsdGeom.Xform.Define(stage, "/World/Hall")
    world.AddTranslateOp().Set((100.0, 50.0, 20.0))
    (world.AddRotateZOp() if up == "Z" else world.AddRotateYOp()).Set(30.0)
    cart = UsdGeom.Xform.Define(stage, CART)
    cart.AddTranslateOp().Set((5.0, 6.0, 7.0))
    cart.AddRotateXYZOp().Set((10.0, 20.0, 40.0))
    cart.AddScaleOp().Set((2.0, 2.0, 2.0))
    return stage


@pytest.fixture
def drawn_from_fabric(world: Any) -> Iterator[Any]:
    world.settings.set("/app/useFabricSceneDelegate", True)
    world.settings.set("/persistent/exts/factory_twin/live/fabric", True)
    yield world


def told(live: LiveState, x: float, y: float, heading: float) -> None:
    for name, number in (("x", x), ("y", y), ("heading", heading)):
        live.feed(value(1.0, CART, name, number), 1.0)


def local(stage: Usd.Stage) -> Gf.Matrix4d:
    return UsdGeom.XformCache(0).GetLocalTransformation(stage.GetPrimAtPath(CART))[0]


@pytest.mark.parametrize("up", ["Z", "Y"])
def test_a_vehicle_is_where_the_session_layer_would_have_it(drawn_from_fabric: Any, host: Any, up: str) -> None:
    stage = hall(up)
    asyncio.run(drawn_from_fabric.context.attach_stage_async(stage))
    before, session = local(stage), stage.GetSessionLayer().ExportToString()
    live = LiveState([CART])
    layer = LiveLayer(stage, live)
    layer.mover = host.mover()
    assert layer.mover is not None
    for x, y, heading in ((1.0, 2.0, 0.5), (-3.0, 4.0, 2.0)):
        told(live, x, y, heading)
        layer.flush(2.0)
        other = hall(up)
        again = LiveState([CART])
        told(again, x, y, heading)
        LiveLayer(other, again).flush(2.0)
        assert fake_fabric.LOCAL[CART] == pytest.approx([v for row in local(other) for v in row], abs=1e-9)
        assert local(stage) == before
    assert len(fake_fabric.UPDATES) == 2
    layer.clear()
    assert fake_fabric.LOCAL[CART] == pytest.approx([v for row in before for v in row])
    assert stage.GetSessionLayer().ExportToString() == session


def test_without_news_nothing_is_updated(drawn_from_fabric: Any, host: Any) -> None:
    stage = hall()
    asyncio.run(drawn_from_fabric.context.attach_stage_async(stage))
    live = LiveState([CART])
    layer = LiveLayer(stage, live)
    layer.mover = host.mover()
    told(live, 1.0, 2.0, 0.0)
    for _ in range(3):
        layer.flush(2.0)
    assert len(fake_fabric.UPDATES) == 1


@pytest.mark.parametrize("missing", ["setting", "preference", "usdrt", "stage"])
def test_else_the_session_layer_moves_it(drawn_from_fabric: Any, host: Any, missing: str, monkeypatch: Any) -> None:
    if missing != "stage":
        asyncio.run(drawn_from_fabric.context.attach_stage_async(hall()))
    if missing == "setting":
        drawn_from_fabric.settings.set("/app/useFabricSceneDelegate", False)
    elif missing == "preference":
        drawn_from_fabric.settings.set("/persistent/exts/factory_twin/live/fabric", False)
    elif missing == "usdrt":
        monkeypatch.setitem(sys.modules, "usdrt.hierarchy", None)
    assert host.mover() is None
