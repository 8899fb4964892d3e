# SPDX-License-Identifier: Apache-2.0
"""Kept boxes are those of a fresh BBoxCache after any edit, and only what was touched is measured anew."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factory_twin.bounds import Bounds
from factory_twin.read import open_stage
from factory_twin.survey.walk import find
from pxr import Gf, Tf, Usd, UsdGeom

PURPOSES = ["default", "proxy", "render"]


class Followed:
    """A stage whose edits its bounds are told of."""

    def __init__(self, stage: Usd.Stage, paths: list[str]) -> None:
        self.stage, self.bounds = stage, Bounds(stage, paths)
        self._key = Tf.Notice.Register(Usd.Notice.ObjectsChanged, self._note, stage)

    def _note(self, notice: Any, _: Any) -> None:
        values = [p for p in notice.GetChangedInfoOnlyPaths() if p.IsPropertyPath()]
        self.bounds.change(notice.GetResyncedPaths(), values)

    def close(self) -> None:
        self._key.Revoke()

    def check(self) -> None:
        low, high = self.bounds.boxes()
        cache = UsdGeom.BBoxCache(Usd.TimeCode.EarliestTime(), PURPOSES)
        for k, path in enumerate(self.bounds.paths):
            prim = self.stage.GetPrimAtPath(path)
            span = cache.ComputeWorldBound(prim).ComputeAlignedRange() if prim else Gf.Range3d()
            if span.IsEmpty():
                assert np.isnan(low[k]).all() and np.isnan(high[k]).all(), path
            else:
                assert np.allclose(low[k], span.GetMin(), rtol=0, atol=1e-5), path
                assert np.allclose(high[k], span.GetMax(), rtol=0, atol=1e-5), path


@pytest.fixture
def halls() -> Iterator[Followed]:
    """Two halls of four machines; a machine has a bed and a turned arm, and in the first one stands another machine."""
    stage = Usd.Stage.CreateInMemory()
    paths = []
    for h in range(2):
        UsdGeom.Xform.Define(stage, f"/Hall{h}").AddTranslateOp().Set((100.0 * h, 0, 0))
        for m in range(4):
            paths.append(f"/Hall{h}/M{m}")
            machine = UsdGeom.Xform.Define(stage, paths[-1])
            machine.AddTranslateOp().Set((5.0 * m, 0, 0))
            machine.AddRotateZOp().Set(20.0 * m)
            UsdGeom.Cube.Define(stage, f"{paths[-1]}/Bed").GetSizeAttr().Set(1.5)
            arm = UsdGeom.Cube.Define(stage, f"{paths[-1]}/Arm")
            arm.AddTranslateOp().Set((0, 0.4, 1.0))
            arm.AddRotateXYZOp().Set((30, 10, 0))
    UsdGeom.Sphere.Define(stage, "/Hall0/M0/Inner/Ball").AddTranslateOp().Set((0, 0, 3))
    UsdGeom.Xform.Define(stage, "/Hall0/M10")
    made = Followed(stage, [*paths, "/Hall0/M0/Inner", "/Hall0/M10", "/Nowhere"])
    yield made
    made.close()


def test_any_edit_is_followed(halls: Followed) -> None:
    stage, chance = halls.stage, random.Random(4)
    halls.check()
    prims = [p for p in stage.Traverse() if p.IsA(UsdGeom.Xformable)]

    def move(prim: Usd.Prim) -> None:
        UsdGeom.XformCommonAPI(prim).SetTranslate(tuple(chance.uniform(-9, 9) for _ in range(3)))

    def turn(prim: Usd.Prim) -> None:
        name = "xformOp:rotateZ"
        if prim.GetAttribute(name):
            prim.GetAttribute(name).Set(chance.uniform(-180, 180))

    def hide(prim: Usd.Prim) -> None:
        UsdGeom.Imageable(prim).GetVisibilityAttr().Set(chance.choice(["invisible", "inherited"]))

    def grow(prim: Usd.Prim) -> None:
        if prim.GetAttribute("size"):
            prim.GetAttribute("size").Set(chance.uniform(0.1, 4))

    def guide(prim: Usd.Prim) -> None:
        UsdGeom.Imageable(prim).GetPurposeAttr().Set(chance.choice(["guide", "default", "proxy"]))

    def switch(prim: Usd.Prim) -> None:
        prim.SetActive(not prim.IsActive())

    for _ in range(150):
        chance.choice((move, turn, hide, grow, guide, switch))(chance.choice([p for p in prims if p.IsValid()]))
        halls.check()


def test_prims_that_come_and_go(halls: Followed) -> None:
    halls.check()
    UsdGeom.Cube.Define(halls.stage, "/Nowhere").GetSizeAttr().Set(3.0)
    halls.check()
    assert halls.bounds.boxes()[1][-1].tolist() == [1.5] * 3
    halls.stage.RemovePrim("/Hall0/M0")
    halls.check()
    UsdGeom.Cube.Define(halls.stage, "/Hall0/M0/Inner/Box")
    halls.check()
    halls.stage.GetRootLayer().Clear()
    halls.check()


def test_only_what_moved_is_measured_anew(halls: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = halls.bounds
    bounds.boxes()
    measured: list[str] = []
    measure = Bounds._measure
    monkeypatch.setattr(Bounds, "_measure", lambda self, k, cache: measured.append(self.paths[k]) or measure(self, k, cache))
    machine = halls.stage.GetPrimAtPath("/Hall0/M1")
    machine.GetAttribute("xformOp:translate").Set((1, 2, 3))
    assert bounds._places == {1} and not bounds._shapes
    bounds.boxes()
    halls.stage.GetPrimAtPath("/Hall0").GetAttribute("xformOp:translate").Set((1, 2, 3))
    assert len(bounds._places) == 6 and not bounds._shapes
    bounds.boxes()
    assert measured == []
    halls.stage.GetPrimAtPath("/Hall0/M0/Inner/Ball").GetAttribute("xformOp:translate").Set((1, 2, 3))
    bounds.boxes()
    assert sorted(measured) == ["/Hall0/M0", "/Hall0/M0/Inner"]
    before = len(measured)
    UsdGeom.Cube.Get(halls.stage, "/Hall0/M1/Bed").GetDisplayColorAttr().Set([(1, 0, 0)])
    bounds.boxes()
    machine.SetCustomDataByKey("note", 1)
    bounds.boxes()
    assert len(measured) <= before + 1
    halls.check()


def test_the_stations_of_the_bike_line(bike_line: Path) -> None:
    stage = open_stage(str(bike_line))
    made = Followed(stage, [str(p.GetPath()) for p in find(stage)])
    made.check()
    assert np.isfinite(made.bounds.boxes()[0]).all(axis=1).sum() > 10
    made.close()
