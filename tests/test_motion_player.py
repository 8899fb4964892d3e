# SPDX-License-Identifier: Apache-2.0
"""The player shows any moment of a log as the baked layer does, writes only what changed, and leaves nothing behind.

All of it for both ways to show parts: as prims, and as a crowd on one point instancer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factory_twin.distribution import constant
from factory_twin.errors import StageError
from factory_twin.log import Log
from factory_twin.motion import Player, write_motion
from factory_twin.motion.slots import Slots
from factory_twin.plant import Plant, Station
from factory_twin.read import open_stage, read_plant
from factory_twin.sim import Simulation
from pxr import Gf, Sdf, Tf, Usd, UsdGeom

HOUR = 3600.0
PRIMS, CROWD = 1000, 0  # limits
AGV, SCOPE = "/BikeFactory/Hall/Logistics/Agv1", "/BikeFactory/FactoryTwinMotion"


@pytest.fixture(params=[PRIMS, CROWD], ids=["prims", "crowd"])
def limit(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def shift(bike_line: Path) -> tuple[Plant, Log]:
    plant = read_plant(open_stage(str(bike_line)))
    log = Log()
    Simulation(plant, log=log).run(HOUR)
    return plant, log


def texts(stage: Usd.Stage) -> dict[str, str]:
    return {layer.identifier: layer.ExportToString() for layer in stage.GetLayerStack()}


def seen(stage: Usd.Stage, time: float) -> np.ndarray[Any, Any]:
    """World places of the parts in sight, sorted."""
    cache = UsdGeom.XformCache(time)
    found: list[tuple[float, ...]] = []
    for part in stage.GetPrimAtPath(SCOPE).GetChildren():
        if UsdGeom.Imageable(part).ComputeVisibility(time) == "invisible":
            continue
        world = cache.GetLocalToWorldTransform(part)
        crowd = UsdGeom.PointInstancer(part)
        locals_ = crowd.ComputeInstanceTransformsAtTime(time, time) if crowd else [Gf.Matrix4d(1)]
        found += [tuple((m * world).ExtractTranslation()) for m in locals_]
    return np.array(sorted(found, key=lambda p: tuple(round(x, 2) for x in p))).reshape(-1, 3)


def apart(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> float:
    """Return how far the farthest point of one set is from the nearest of the other, stage units."""
    if len(a) != len(b):
        return float("inf")
    far = np.linalg.norm(a[:, None] - b[None], axis=2)
    return float(max(far.min(axis=0).max(), far.min(axis=1).max())) if len(a) else 0.0


def test_it_shows_what_the_baked_layer_shows_at_any_time(
    shift: tuple[Plant, Log], bike_line: Path, tmp_path: Path, limit: int
) -> None:
    plant, log = shift
    stage = open_stage(str(bike_line))
    baked = Usd.Stage.Open(str(write_motion(log, plant, stage=stage, target=tmp_path / "m.usdc", base=str(bike_line))))
    player = Player(stage, log, plant, limit=limit)
    millimetre = 1e-3 / plant.meters_per_unit
    status = "/BikeFactory/Hall/AssemblyLine/InstallRearWheel.factoryTwin:state:status"
    states, parts = set(), set()
    agv = UsdGeom.Xformable(stage.GetPrimAtPath(AGV)), UsdGeom.Xformable(baked.GetPrimAtPath(AGV))
    for time in np.random.default_rng(1).uniform(0.0, HOUR, 1000).tolist():  # forward, backward, near and far
        player.show(time)
        mine, theirs = seen(stage, 0.0), seen(baked, time)
        assert apart(mine, theirs) < millimetre, time
        one, other = agv[0].ComputeLocalToWorldTransform(0.0), agv[1].ComputeLocalToWorldTransform(time)
        assert (one.ExtractTranslation() - other.ExtractTranslation()).GetLength() < millimetre, time
        states.add(stage.GetAttributeAtPath(status).Get())
        assert stage.GetAttributeAtPath(status).Get() == baked.GetAttributeAtPath(status).Get(time), time
        parts.add(len(mine))
    assert len(parts) > 5 and len(states) > 2
    player.detach()


def test_lamps_and_turns_follow(shift: tuple[Plant, Log], bike_line: Path, tmp_path: Path) -> None:
    plant, log = shift
    stage = open_stage(str(bike_line))
    baked = Usd.Stage.Open(str(write_motion(log, plant, stage=stage, target=tmp_path / "m.usdc", base=str(bike_line))))
    player = Player(stage, log, plant)
    lamp = "/BikeFactory/Hall/AssemblyLine/InstallRearWheel/Andon.primvars:displayColor"
    agv = UsdGeom.Xformable(stage.GetPrimAtPath(AGV)), UsdGeom.Xformable(baked.GetPrimAtPath(AGV))
    for time in (3333.3, 5.0, 1800.1, 700.7):
        player.show(time)
        assert stage.GetAttributeAtPath(lamp).Get() == baked.GetAttributeAtPath(lamp).Get(time)
        one, other = agv[0].ComputeLocalToWorldTransform(0.0), agv[1].ComputeLocalToWorldTransform(time)
        assert np.allclose(np.array(one), np.array(other), atol=1e-6)
    player.detach()


def test_only_what_changed_is_written(shift: tuple[Plant, Log], bike_line: Path, limit: int) -> None:
    plant, log = shift
    stage = open_stage(str(bike_line))
    player = Player(stage, log, plant, limit=limit)
    notes: list[set[str]] = []

    def note(notice: Any, _: Any) -> None:
        assert not notice.GetResyncedPaths()
        notes.append({str(p) for p in notice.GetChangedInfoOnlyPaths()})

    key = Tf.Notice.Register(Usd.Notice.ObjectsChanged, note, stage)
    moves = log.moves.array()[:, 0]
    time = float(moves[moves > 2000.0][0]) + 0.2  # a part walks
    for jump in (time, -1.0, time, HOUR):
        written = player.show(jump)
        assert [len(n) for n in notes] == [written] and written > 0
        notes.clear()
    player.show(time)
    notes.clear()
    assert player.show(time) == 0 and not notes
    written = player.show(time + 0.02)
    assert [len(n) for n in notes] == [written] and 0 < written < len(player.parts)
    if limit == CROWD:
        assert f"{SCOPE}/Parts.positions" in notes[0] and f"{SCOPE}/Parts.invisibleIds" not in notes[0]
    key.Revoke()
    player.detach()


def test_detaching_gives_the_stage_back(shift: tuple[Plant, Log], bike_line: Path, limit: int) -> None:
    plant, log = shift
    stage = open_stage(str(bike_line))
    before = texts(stage)
    player = Player(stage, log, plant, limit=limit)
    player.show(2000.0)
    now = texts(stage)
    assert {k: now[k] for k in before if k != stage.GetSessionLayer().identifier}.items() <= before.items()
    player.detach()
    assert texts(stage) == before and not stage.GetPrimAtPath(SCOPE)
    assert player.show(100.0) == 0
    player.detach()


def test_a_session_layer_locked_meanwhile_is_cleaned_and_stays_locked(
    shift: tuple[Plant, Log], bike_line: Path, limit: int
) -> None:
    plant, log = shift
    stage = open_stage(str(bike_line))
    before = texts(stage)
    player = Player(stage, log, plant, limit=limit)
    for layer in (stage.GetSessionLayer(), stage.GetRootLayer()):
        layer.SetPermissionToEdit(False)
    assert player.show(1500.0) > 0
    player.detach()
    assert not stage.GetPrimAtPath(SCOPE) and texts(stage) == before
    assert not stage.GetSessionLayer().permissionToEdit
    with pytest.raises(StageError, match="may not be edited"):
        Player(stage, log, plant, limit=limit)
    assert texts(stage) == before


def test_our_layer_locked_or_emptied_by_someone(shift: tuple[Plant, Log], bike_line: Path, limit: int) -> None:
    plant, log = shift
    stage = open_stage(str(bike_line))
    player = Player(stage, log, plant, limit=limit)
    layer = Sdf.Layer.Find(stage.GetSessionLayer().subLayerPaths[0])
    layer.SetPermissionToEdit(False)
    assert player.show(1500.0) == 0
    layer.SetPermissionToEdit(True)
    layer.Clear()
    assert player.show(1500.0) > 0
    assert len(seen(stage, 0.0)) == len(player.parts) > 0
    stage.GetSessionLayer().Clear()  # takes the sublayer away, too
    player.show(1600.0)
    player.detach()
    assert not stage.GetPrimAtPath(SCOPE)


def test_it_names_the_part_that_a_prim_shows(shift: tuple[Plant, Log], bike_line: Path) -> None:
    plant, log = shift
    stage = open_stage(str(bike_line))
    player = Player(stage, log, plant)
    player.show(1234.5)
    shown = [p for p in stage.GetPrimAtPath(SCOPE).GetChildren() if UsdGeom.Imageable(p).ComputeVisibility() != "invisible"]
    numbers = {player.part(str(p.GetPath())) for p in shown}
    assert len(numbers) == len(shown) and -1 not in numbers
    assert player.part(f"{shown[0].GetPath()}/Model") == player.part(str(shown[0].GetPath()))
    for other in (SCOPE, f"{SCOPE}/Part_", f"{SCOPE}/Part_x", f"{SCOPE}/Part_999999", AGV, "", "Part_000"):
        assert player.part(other) == -1
    player.detach()


def test_a_crowd_turns_as_prims_do_and_stands_where_they_stand_far_from_the_origin(
    shift: tuple[Plant, Log], bike_line: Path
) -> None:
    plant, log = shift
    found = []
    for limit in (PRIMS, CROWD):
        stage = open_stage(str(bike_line))
        stage.SetEditTarget(stage.GetSessionLayer())
        UsdGeom.Xformable(stage.GetPrimAtPath("/BikeFactory/Hall")).AddTranslateOp(opSuffix="far").Set(Gf.Vec3d(4e5, -6e5, 0))
        player = Player(stage, log, read_plant(stage), limit=limit)
        player.show(2100.3)
        if limit == CROWD:
            crowd = UsdGeom.PointInstancer(stage.GetPrimAtPath(f"{SCOPE}/Parts"))
            world = UsdGeom.XformCache().GetLocalToWorldTransform(crowd.GetPrim())
            poses = [m * world for m in crowd.ComputeInstanceTransformsAtTime(0, 0)]
            assert [str(p) for p in crowd.GetPrototypesRel().GetTargets()] == [f"{SCOPE}/Parts/Part"]
            assert stage.GetPrimAtPath(f"{SCOPE}/Parts/Part/Model").GetFilteredChildren(Usd.TraverseInstanceProxies())
        else:
            shown = [
                p for p in stage.GetPrimAtPath(SCOPE).GetChildren() if UsdGeom.Imageable(p).ComputeVisibility() != "invisible"
            ]
            poses = [UsdGeom.Xformable(p).ComputeLocalToWorldTransform(0) for p in shown]
        found.append(np.array([[*p.ExtractTranslation(), *p.TransformDir(Gf.Vec3d(1, 0, 0))] for p in poses]))
        player.detach()
    prims, crowd = (a[np.lexsort(np.round(a[:, :3], 0).T)] for a in found)
    assert len(prims) == len(crowd) > 3 and len(np.unique(np.round(prims[:, 3:], 1), axis=0)) > 1
    assert np.abs(prims[:, :3] - crowd[:, :3]).max() < 1e-3 / plant.meters_per_unit
    assert np.abs(prims[:, 3:] - crowd[:, 3:]).max() < 2e-3


def test_no_prim_is_a_part_of_a_crowd(shift: tuple[Plant, Log], bike_line: Path) -> None:
    plant, log = shift
    player = Player(open_stage(str(bike_line)), log, plant, limit=CROWD)
    player.show(1234.5)
    assert len(player.parts) and all(player.part(f"{SCOPE}/{n}") == -1 for n in ("Parts", "Parts/Part", "Part_000"))
    player.detach()


def test_an_empty_log_and_an_empty_stage() -> None:
    plant = Plant(nodes=(Station(path="/A", process_time=constant(1)),))
    with pytest.raises(StageError, match="empty"):
        Player(Usd.Stage.CreateInMemory(), Log(), plant)
    stage = Usd.Stage.CreateInMemory()
    stage.DefinePrim("/A", "Xform")
    player = Player(stage, Log(), plant)
    assert player.show(0.0) == player.show(1e9) == 0
    player.detach()


def test_who_stands_still_is_not_written_again_whoever_it_is() -> None:
    slots = Slots(3, 10)
    spots, turn = np.array([(0.0, 0, 0), (1, 0, 0), (2, 0, 0)]), np.zeros(3)
    slots.take(np.array([0, 1, 2]), spots, turn)
    taken = slots.take(np.array([7, 8, 9]), spots[::-1], turn)
    assert not any(len(k) for k in (taken.moved, taken.turned, taken.shown, taken.hidden))
    assert sorted(slots.track.tolist()) == [7, 8, 9]
    taken = slots.take(np.array([8, 9]), np.array([(1.5, 0, 0), (0, 0, 0)]), turn[:2])
    assert [len(k) for k in (taken.moved, taken.turned, taken.shown, taken.hidden)] == [1, 0, 0, 1]
    taken = slots.take(np.array([2, 3, 4]), np.zeros((3, 3)), turn)  # three at one spot
    assert len(set(slots.track.tolist())) == 3 and (slots.place == 0).all()


def test_slots_show_any_set_of_tracks_at_any_place() -> None:
    random = np.random.default_rng(3)
    slots = Slots(12, 40)
    grid = random.integers(0, 4, (40, 3)).astype(float)
    shown = np.zeros(12, bool)
    place, turn = np.zeros((12, 3)), np.zeros(12)
    for _ in range(2000):
        who = np.sort(random.choice(40, int(random.integers(0, 13)), replace=False))
        where = grid[random.permutation(40)[: len(who)]]
        angle = random.integers(0, 2, len(who)).astype(float) * 90
        taken = slots.take(who, where, angle)
        shown[taken.shown], shown[taken.hidden] = True, False
        place[taken.moved], turn[taken.turned] = slots.place[taken.moved], slots.turn[taken.turned]
        assert (shown == (slots.track >= 0)).all() and sorted(slots.track[shown].tolist()) == who.tolist()
        order = [who.tolist().index(t) for t in slots.track[shown].tolist()]
        assert (place[shown] == where[order]).all() and (turn[shown] == angle[order]).all()
