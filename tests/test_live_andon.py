# SPDX-License-Identifier: Apache-2.0
"""The andon board shows the states and gauges of many stations as arrays, stands above them, and leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from factory_twin import event
from factory_twin.distribution import constant
from factory_twin.event import State
from factory_twin.feed import feed as module
from factory_twin.feed.feed import Feed
from factory_twin.live import AndonBoard, LiveLayer, LiveState
from factory_twin.live.andon import BOARD, GAP, HEIGHT, LEAST, WIDTH
from factory_twin.palette import linear
from factory_twin.plant import Plant, Station
from pxr import Gf, Tf, Usd, UsdGeom

PLACES = tuple(f"/Line/M{k}" for k in range(4))


@pytest.fixture(params=["Y", "Z"])
def stage(request: pytest.FixtureRequest) -> Usd.Stage:
    """Three machines of 2 m, in centimetres, the last one without a shape."""
    made = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(made, request.param)
    UsdGeom.SetStageMetersPerUnit(made, 0.01)
    made.SetDefaultPrim(UsdGeom.Xform.Define(made, "/Line").GetPrim())
    for k, path in enumerate(PLACES[:3]):
        machine = UsdGeom.Xform.Define(made, path)
        machine.AddTranslateOp().Set((1000.0 * k, 0, 0))
        if k < 2:
            UsdGeom.Cube.Define(made, f"{path}/Body").GetSizeAttr().Set(200.0)
    return made


@pytest.fixture
def live() -> LiveState:
    return LiveState(PLACES)


def shown(stage: Usd.Stage) -> tuple[Any, Any, Any]:
    """Colours, feet of the columns in metres, and their sizes in metres, up last."""
    board = UsdGeom.PointInstancer(stage.GetPrimAtPath(BOARD))
    up = 1 if UsdGeom.GetStageUpAxis(stage) == "Y" else 2
    order = [a for a in range(3) if a != up] + [up]
    world = UsdGeom.Xformable(board).ComputeLocalToWorldTransform(0)
    matrices = [m * world for m in board.ComputeInstanceTransformsAtTime(0, 0)]
    feet = np.array([m.ExtractTranslation() for m in matrices])[:, order] / 100
    colours = UsdGeom.PrimvarsAPI(board).GetPrimvar("displayColor")
    assert colours.GetInterpolation() == "varying" and len(colours.Get()) == len(matrices)
    return np.array(colours.Get()), feet, np.array(board.GetScalesAttr().Get())[:, order] / 100


def tell(live: LiveState, k: int, state: State, power: float, now: float = 0.0) -> None:
    live.feed(event.state(1700.0 + now, PLACES[k], state), now)
    live.feed(event.value(1700.0 + now, PLACES[k], "power", power), now)


def test_columns_stand_above_the_stations_in_colour_and_height(stage: Usd.Stage, live: LiveState) -> None:
    board = AndonBoard(stage, live, PLACES, full=200.0)
    assert board.places == PLACES[:3]
    tell(live, 0, State.DOWN, 50.0)
    tell(live, 2, State.BUSY, 900.0)
    board.flush(0.1)
    colours, feet, sizes = shown(stage)
    assert np.allclose(colours, [linear(s) for s in (State.DOWN, State.UNKNOWN, State.BUSY)])
    assert np.allclose(feet, [(0, 0, 1 + GAP), (10, 0, 1 + GAP), (20, 0, GAP)], atol=1e-5)
    assert np.allclose(sizes, [(WIDTH, WIDTH, HEIGHT * share) for share in (0.25, LEAST, 1.0)])
    box = UsdGeom.BBoxCache(0, ["default"]).ComputeWorldBound(stage.GetPrimAtPath(BOARD)).ComputeAlignedRange()
    up = 1 if UsdGeom.GetStageUpAxis(stage) == "Y" else 2
    assert np.isclose(box.GetMin()[up] / 100, GAP) and np.isclose(box.GetMax()[up] / 100, GAP + HEIGHT)


def test_without_a_full_value_the_largest_seen_is_full(stage: Usd.Stage, live: LiveState) -> None:
    board = AndonBoard(stage, live, PLACES)
    for power, share in ((10.0, 1.0), (5.0, 0.5), (20.0, 1.0), (10.0, 0.5)):
        tell(live, 0, State.BUSY, power)
        board.flush(0.1)
        assert np.isclose(shown(stage)[2][0, 2], share * HEIGHT)


def test_silence_takes_colour_and_height(stage: Usd.Stage, live: LiveState) -> None:
    board = AndonBoard(stage, live, PLACES)
    tell(live, 1, State.SETUP, 10.0)
    board.flush(9.9)
    assert np.allclose(shown(stage)[0][1], linear(State.SETUP))
    board.flush(10.1)
    colours, _, sizes = shown(stage)
    assert np.allclose(colours[1], linear(State.UNKNOWN)) and np.isclose(sizes[1, 2], LEAST * HEIGHT)


def test_only_arrays_that_differ_are_written_in_one_notice(stage: Usd.Stage, live: LiveState) -> None:
    board = AndonBoard(stage, live, PLACES, full=100.0)
    tell(live, 0, State.BUSY, 10.0)
    assert board.flush(0.0) == 3
    notes: list[set[str]] = []
    key = Tf.Notice.Register(
        Usd.Notice.ObjectsChanged, lambda n, _: notes.append({p.name for p in n.GetChangedInfoOnlyPaths()}), stage
    )
    assert board.flush(0.1) == 0 and not notes
    tell(live, 0, State.BUSY, 20.0, 0.2)
    assert board.flush(0.2) == 1 and notes == [{"scales"}]
    tell(live, 0, State.DOWN, 20.0, 0.3)
    assert board.flush(0.3) == 1 and notes[1:] == [{"primvars:displayColor"}]
    key.Revoke()


def test_many_stations_are_looked_at_in_turn(stage: Usd.Stage, live: LiveState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factory_twin.live.andon._SLICE", 2)
    board = AndonBoard(stage, live, PLACES)
    for k in range(3):
        tell(live, k, State.DOWN, 1.0)
    for seen in (2, 3, 3):
        board.flush(0.1)
        assert int(np.isclose(shown(stage)[0], linear(State.DOWN)).all(axis=1).sum()) == seen


@pytest.fixture
def layer(stage: Usd.Stage, live: LiveState) -> Iterator[LiveLayer]:
    made = LiveLayer(stage, live, board=PLACES)
    key = Tf.Notice.Register(
        Usd.Notice.ObjectsChanged,
        lambda n, _: made.change(n.GetResyncedPaths(), [p for p in n.GetChangedInfoOnlyPaths() if p.IsPropertyPath()]),
        stage,
    )
    yield made
    key.Revoke()


def test_columns_follow_their_stations(stage: Usd.Stage, live: LiveState, layer: LiveLayer) -> None:
    tell(live, 0, State.BUSY, 1.0)
    layer.flush(0.0)
    stage.GetPrimAtPath(PLACES[1]).GetAttribute("xformOp:translate").Set(Gf.Vec3d(5e8, 0, 0))
    layer.flush(0.1)
    assert np.allclose(shown(stage)[1][1], (5e6, 0, 1 + GAP))
    stage.RemovePrim(PLACES[1])
    layer.flush(0.2)
    assert len(shown(stage)[1]) == 3


def test_the_layer_takes_the_board_away_and_makes_it_anew(stage: Usd.Stage, live: LiveState, layer: LiveLayer) -> None:
    before = stage.GetSessionLayer().ExportToString(), stage.GetRootLayer().ExportToString()
    tell(live, 0, State.BUSY, 1.0)
    assert layer.flush(0.0) > 3
    first = [a.tolist() for a in shown(stage)]
    layer.clear()
    assert (stage.GetSessionLayer().ExportToString(), stage.GetRootLayer().ExportToString()) == before
    layer.flush(0.1)
    assert [a.tolist() for a in shown(stage)] == first
    stage.GetSessionLayer().Clear()
    layer.flush(0.2)
    assert [a.tolist() for a in shown(stage)] == first
    layer.clear()
    layer.clear()
    assert not stage.GetPrimAtPath(BOARD)


def test_a_feed_has_a_board_only_where_there_are_many_stations(stage: Usd.Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    plant = Plant(nodes=tuple(Station(path=p, process_time=constant(1)) for p in PLACES[:3]))
    assert Feed(stage, plant, "mqtt://localhost:1", health=False).layer.board is None
    monkeypatch.setattr(module, "MANY", 2)
    board = Feed(stage, plant, "mqtt://localhost:1", health=False).layer.board
    assert board is not None and board.places == PLACES[:3]
