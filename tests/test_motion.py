# SPDX-License-Identifier: Apache-2.0
"""Motion: parts are where the log says, the layer plays by itself, and without it the user's stage is what it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from factory_twin.check import check
from factory_twin.distribution import constant
from factory_twin.errors import StageError
from factory_twin.log import Log
from factory_twin.motion import Motion, station_states, write_motion
from factory_twin.motion.pool import assign, most_at_once
from factory_twin.motion.track import Key, keys, visits
from factory_twin.palette import linear
from factory_twin.plant import Buffer, Conveyor, Plant, Sink, Source, Station
from factory_twin.read import open_stage, read_plant
from factory_twin.sim import Simulation
from pxr import Gf, Usd, UsdGeom
from validator import findings

HOUR = 3600.0


@pytest.fixture(scope="module")
def shift(bike_line: Path) -> tuple[Usd.Stage, Plant, Log]:
    stage = open_stage(str(bike_line))
    plant = read_plant(stage)
    log = Log()
    Simulation(plant, log=log).run(HOUR)
    return stage, plant, log


def visible(stage: Usd.Stage, time: float) -> list[Usd.Prim]:
    parts = [p for p in stage.Traverse() if p.GetName().startswith("Part_")]
    return [p for p in parts if UsdGeom.Imageable(p).ComputeVisibility(time) != "invisible"]


def test_the_file_plays_by_itself_and_shows_as_many_parts_as_are_in_the_plant(
    shift: tuple[Usd.Stage, Plant, Log], bike_line: Path, tmp_path: Path
) -> None:
    stage, plant, log = shift
    before = {p: p.read_bytes() for p in bike_line.parent.rglob("*.usda")}
    target = write_motion(log, plant, stage=stage, target=tmp_path / "motion.usdc", base=str(bike_line))
    opened = Usd.Stage.Open(str(target))
    assert opened.GetTimeCodesPerSecond() == 60 and opened.GetEndTimeCode() == HOUR
    assert opened.GetDefaultPrim() == opened.GetPrimAtPath("/BikeFactory")
    for time in (10.5, 900.0, 2000.25, 3599.0):
        inside = log.moves.array()
        inside = inside[inside[:, 0] <= time]
        kinds = [plant.nodes[i].kind for i in range(len(plant.nodes))]
        born = sum(kinds[int(a)] == "source" for a in inside[:, 1])
        gone = sum(kinds[int(b)] == "sink" for b in inside[:, 2])
        walking_out = sum(kinds[int(b)] == "sink" and t > time - 30 for t, b in inside[:, [0, 2]])
        assert born - gone <= len(visible(opened, time)) <= born - gone + walking_out
    assert {p: p.read_bytes() for p in bike_line.parent.rglob("*.usda")} == before


def test_the_asset_validator_finds_nothing(
    shift: tuple[Usd.Stage, Plant, Log], bike_line: Path, repo: Path, tmp_path: Path
) -> None:
    stage, plant, log = shift
    with_model = write_motion(log, plant, stage=stage, target=tmp_path / "bikes.usdc", base=str(bike_line))
    line = str(repo / "tests" / "good" / "three_machines.usda")
    boxes = open_stage(line)
    simple = read_plant(boxes)
    box_log = Log()
    Simulation(simple, log=box_log).run(HOUR)
    with_boxes = write_motion(box_log, simple, stage=boxes, target=tmp_path / "boxes.usdc", base=line)
    for target in (with_model, with_boxes):
        assert findings(str(target)) == []


def test_a_part_stands_at_its_station_in_the_middle_of_the_work(shift: tuple[Usd.Stage, Plant, Log]) -> None:
    _, plant, log = shift
    checked = 0
    for stays in visits(log, plant):
        track = keys(stays, plant)
        for visit in stays:
            node = plant.nodes[visit.place]
            if isinstance(node, Station) and visit.leave - visit.enter > 20 and visit.leave < HOUR:
                late = visit.leave - 0.5
                after = next(k for k in track if k[0] >= late)
                spot = tuple(p + visit.slot * s for p, s in zip(node.position, node.spacing))
                assert after[1] == pytest.approx(spot)
                checked += 1
    assert checked > 100


def test_keys_go_forward_in_time_and_parts_do_not_jump(shift: tuple[Usd.Stage, Plant, Log]) -> None:
    _, plant, log = shift
    for stays in visits(log, plant):
        track = keys(stays, plant)
        times = [t for t, _, _ in track]
        assert times == sorted(times)
        for (t0, a, _), (t1, b, _) in zip(track, track[1:]):
            gap = sum((x - y) ** 2 for x, y in zip(a, b)) ** 0.5
            assert gap < 1e-6 or (t1 > t0 and gap / (t1 - t0) < 100), (t0, a, b)


def test_a_belt_carries_at_its_speed_and_parts_queue_at_its_end() -> None:
    belt = Conveyor(path="/Belt", successors=("/M",), length=10, speed=0.5, capacity=5, points=((0, 0, 1), (10, 0, 1)))
    plant = Plant(nodes=(
        Source(path="/S", successors=("/Belt",), interarrival=constant(6), limit=3), belt,
        Station(path="/M", successors=("/K",), process_time=constant(100), position=(11, 0, 1)), Sink(path="/K"),
    ))  # fmt: skip
    log = Log()
    Simulation(plant, log=log).run(200)
    second, third = (keys(v, plant) for v in visits(log, plant)[1:])
    assert _x(second, 22) == pytest.approx(5.0)  # entered at 12, ten seconds at 0.5 m/s
    assert _x(second, 60) == pytest.approx(10.0)  # waits at the end: the station is busy until 126
    assert _x(third, 60) == pytest.approx(8.0)  # one gap of 2 m behind
    assert _x(third, 140) == pytest.approx(10.0)  # moved up


def test_parts_queue_in_a_buffer_and_move_up() -> None:
    rack = Buffer(path="/Q", successors=("/M",), capacity=5, position=(0, 0, 0), spacing=(1, 0, 0))
    plant = Plant(nodes=(
        Source(path="/S", successors=("/Q",), interarrival=constant(6), limit=4), rack,
        Station(path="/M", successors=("/K",), process_time=constant(100), position=(-1, 0, 0)), Sink(path="/K"),
    ))  # fmt: skip
    log = Log()
    Simulation(plant, log=log).run(400)
    fourth = keys(visits(log, plant)[3], plant)
    assert (_x(fourth, 60), _x(fourth, 150), _x(fourth, 250)) == (2.0, 1.0, 0.0)  # one leaves at 106, one at 206


def _x(track: list[Key], time: float) -> float:
    for (t0, a, _), (t1, b, _) in zip(track, track[1:]):
        if t0 <= time <= t1:
            return a[0] + (b[0] - a[0]) * ((time - t0) / (t1 - t0) if t1 > t0 else 0)
    raise AssertionError(time)


def test_slots_are_reused_and_never_shared() -> None:
    begin, end = np.array([(0, 10), (5, 15), (12, 20), (17, 30), (40, 50)], float).T
    slots = assign(begin, end)
    assert len(slots) == most_at_once(begin, end) == 2
    assert sorted(np.concatenate(slots).tolist()) == [0, 1, 2, 3, 4]
    for slot in slots:
        assert (end[slot][:-1] + 1 <= begin[slot][1:]).all()
    assert most_at_once(np.array([0.0, 10.0]), np.array([10.0, 12.0])) == 2 and most_at_once(np.zeros(0), np.zeros(0)) == 0


def test_states_show_on_the_prim_and_on_its_lamp(shift: tuple[Usd.Stage, Plant, Log], bike_line: Path) -> None:
    _, plant, log = shift
    stage = open_stage(str(bike_line))
    motion = Motion(stage, log, plant)
    assert check(stage) == []
    path = "/BikeFactory/Hall/AssemblyLine/InstallRearWheel"
    changes = station_states(log)[path]
    assert len({s for _, s in changes}) >= 3
    for (t0, state), (t1, _) in zip(changes, changes[1:]):
        middle = (t0 + t1) / 2
        assert stage.GetPrimAtPath(path).GetAttribute("factoryTwin:state:status").Get(middle) == state.token
        colour = stage.GetPrimAtPath(f"{path}/Andon").GetAttribute("primvars:displayColor").Get(middle)[0]
        if t1 - t0 > 0.1:
            assert tuple(colour) == pytest.approx(linear(state), abs=1e-5)
    motion.detach()


def test_detaching_gives_the_stage_back(shift: tuple[Usd.Stage, Plant, Log], bike_line: Path) -> None:
    _, plant, log = shift
    stage = open_stage(str(bike_line))
    text = {layer.identifier: layer.ExportToString() for layer in stage.GetLayerStack()}
    motion = Motion(stage, log, plant)
    assert visible(stage, 1800.0)
    motion.detach()
    assert {layer.identifier: layer.ExportToString() for layer in stage.GetLayerStack()} == text
    motion.detach()


def test_the_vehicle_goes_to_and_fro(shift: tuple[Usd.Stage, Plant, Log], bike_line: Path) -> None:
    _, plant, log = shift
    stage = open_stage(str(bike_line))
    motion = Motion(stage, log, plant)
    agv = UsdGeom.Xformable(stage.GetPrimAtPath("/BikeFactory/Hall/Logistics/Agv1"))
    places = [agv.ComputeLocalToWorldTransform(float(t)).ExtractTranslation() for t in range(1200, 3600, 5)]
    spread = max((a - b).GetLength() for a in places[:50] for b in places)
    assert spread > 5
    motion.detach()


def test_a_bicycle_faces_as_its_station_does(shift: tuple[Usd.Stage, Plant, Log], bike_line: Path) -> None:
    _, plant, log = shift
    stage = open_stage(str(bike_line))
    motion = Motion(stage, log, plant)
    faces = set()
    for part in visible(stage, 3000.5):
        matrix = UsdGeom.Xformable(part).ComputeLocalToWorldTransform(3000.5)
        way, spot = matrix.TransformDir(Gf.Vec3d(1, 0, 0)), matrix.ExtractTranslation()
        for node in plant.of(Station):
            if sum((a - b) ** 2 for a, b in zip(node.position, spot)) < 1e-6:
                assert tuple(way) == pytest.approx(node.heading, abs=1e-6)
                faces.add(round(node.heading[0]))
    assert faces == {1, -1}  # the line goes out and comes back
    motion.detach()


def test_bad_targets_are_refused_and_nothing_is_left_behind(
    shift: tuple[Usd.Stage, Plant, Log], tmp_path: Path, bike_line: Path
) -> None:
    stage, plant, log = shift
    for target, word in ((tmp_path / "m.txt", "no USD file"), (tmp_path / "none" / "m.usdc", "does not exist")):
        with pytest.raises(StageError, match=word):
            write_motion(log, plant, stage=stage, target=target)
    (tmp_path / "taken.usdc").mkdir()
    with pytest.raises(StageError, match="can't be written"):
        write_motion(log, plant, stage=stage, target=tmp_path / "taken.usdc")
    assert [p.name for p in tmp_path.iterdir()] == ["taken.usdc"]
    (tmp_path / "taken.usdc").rmdir()
    with pytest.raises(StageError, match="the stage itself"):
        write_motion(log, plant, stage=stage, target=bike_line, base=str(bike_line))
    assert not list(tmp_path.iterdir())
