# SPDX-License-Identifier: Apache-2.0
"""What panels and desk compute without a screen: signals, clock, camera, geometry, drawing, settings, texts."""

from __future__ import annotations

import gc
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factory_twin.edit import Move, SetAttribute
from factory_twin.errors import FactoryTwinError, StageError
from factory_twin.read import read_plant
from factory_twin_runner.model import RunModel, Settings, settings_from
from factory_twin_ui.change import Watch
from factory_twin_ui.desk import cuda
from factory_twin_ui.desk.camera import Camera
from factory_twin_ui.desk.clock import Clock
from factory_twin_ui.desk.drawing import Drawing
from factory_twin_ui.desk.geometry import shape
from factory_twin_ui.desk.host import DeskHost
from factory_twin_ui.host import Host, Level
from factory_twin_ui.signal import Signal
from pxr import Gf, Sdf, Usd, UsdGeom

MILL, TIME = "/World/Mill", "factoryTwin:station:processTime"


# ---- signals, clock


def test_a_connection_ends_with_its_handle() -> None:
    signal, seen = Signal(), []
    kept = signal.connect(seen.append)
    signal.connect(lambda value: seen.append("dropped at once"))
    gc.collect()
    signal.emit(1)
    kept.close()
    kept.close()
    signal.emit(2)
    assert seen == [1] and len(signal) == 0


def test_a_listener_may_end_another_while_it_is_told() -> None:
    signal, seen = Signal(), []
    handles: list[Any] = []
    handles.append(signal.connect(lambda: handles[1].close()))
    handles.append(signal.connect(lambda: seen.append("told all the same")))
    signal.emit()
    assert seen == []


def test_the_clock_halts_at_its_end_and_begins_again() -> None:
    clock = Clock()
    clock.play()
    assert not clock.playing  # nothing to play
    clock.set_range(0.0, 10.0)
    clock.set_speed(4.0)
    clock.play()
    clock.tick(2.0)
    assert clock.time == 8.0
    clock.tick(2.0)
    assert (clock.time, clock.playing) == (10.0, False)
    clock.play()
    assert (clock.time, clock.playing) == (0.0, True)


# ---- host


def test_the_desk_host_fulfils_the_protocol(host: DeskHost) -> None:
    assert isinstance(host, Host)


def test_an_edit_is_undone_byte_for_byte(host: DeskHost) -> None:
    before = host.stage.GetRootLayer().ExportToString()
    host.do(SetAttribute(MILL, TIME, "90"))
    assert host.undo_text == "Set processTime of Mill to 90"
    host.undo()
    assert host.stage.GetRootLayer().ExportToString() == before
    assert (host.undo_text, host.redo_text) == ("", "Set processTime of Mill to 90")
    host.redo()
    assert host.stage.GetPrimAtPath(MILL).GetAttribute(TIME).Get() == "90"


def test_a_stage_that_cannot_be_opened_leaves_the_present_one(host: DeskHost, tmp_path: Path) -> None:
    stage = host.stage
    with pytest.raises(StageError):
        host.open(tmp_path / "nothing.usda")
    assert host.stage is stage


def test_save_writes_the_edit_and_nothing_of_the_session(host: DeskHost, line: Path) -> None:
    host.do(SetAttribute(MILL, TIME, "90"))
    with Usd.EditContext(host.stage, host.stage.GetSessionLayer()):
        host.stage.GetPrimAtPath(MILL).CreateAttribute("factoryTwin:state:wip", Sdf.ValueTypeNames.Int).Set(7)
    host.save()
    text = line.read_text(encoding="utf-8")
    assert 'processTime = "90"' in text and "state:wip" not in text


def test_what_is_not_saved_is_rescued_beside_the_file(host: DeskHost, line: Path) -> None:
    before = line.read_bytes()
    host.do(SetAttribute("/World/Mill", "factoryTwin:station:servers", 4))
    (rescued,) = host.rescue()
    assert rescued.name == f"{line.stem}.unsaved.usda" and "servers = 4" in rescued.read_text(encoding="utf-8")
    assert line.read_bytes() == before
    host.discard()
    assert host.rescue() == [] and host.unsaved == ()


def test_a_failing_frame_callback_is_told_once(host: DeskHost) -> None:
    told: list[tuple[str, Level]] = []
    handles = host.notices.connect(lambda *a: told.append(a)), host.on_frame(lambda dt: 1 / 0)
    host.frame(0.0)
    host.frame(0.0)
    assert len(told) == 1 and "ZeroDivisionError" in told[0][0] and told[0][1] is Level.ERROR
    del handles


def test_settings_outlive_the_host_and_bad_ones_are_ignored(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "settings.json"
    DeskHost(file).set_setting("live.broker", "mqtt://a")
    assert DeskHost(file).setting("live.broker", "") == "mqtt://a"
    assert DeskHost(file).setting("live.broker", 5) == 5  # another type
    file.write_text("{no json", encoding="utf-8")
    assert DeskHost(file).setting("live.broker", "b") == "b"
    assert json.loads(json.dumps({})) == {}


def test_a_live_value_is_no_change_of_the_model_but_a_move_is(host: DeskHost) -> None:
    watch = Watch(host.stage)
    with Usd.EditContext(host.stage, host.stage.GetSessionLayer()):
        status = host.stage.GetPrimAtPath(MILL).CreateAttribute("factoryTwin:state:status", Sdf.ValueTypeNames.Token)
        watch.take()
        status.Set("busy")
    change = watch.take()
    assert change is not None and change.touches_state and not change.touches_model
    host.do(Move(MILL, (1.0, 0.0, 0.0)))
    change = watch.take()
    assert change is not None and change.touches_model
    assert watch.take() is None
    watch.close()


# ---- camera, geometry, drawing


@pytest.mark.parametrize("up", ["Y", "Z"])
def test_the_camera_frames_a_box_and_its_rays_meet_what_it_shows(up: str) -> None:
    camera = Camera(up=up, aspect=1.5)
    low, high = np.array([-3.0, 1.0, 2.0]), np.array([9.0, 4.0, 5.0])
    camera.frame(low, high)
    corners = np.array([[(low, high)[k >> a & 1][a] for a in range(3)] + [1.0] for k in range(8)])
    seen = corners @ (camera.projection() @ camera.view()).T
    seen = seen[:, :2] / seen[:, 3:]
    assert (abs(seen) <= 1.0).all() and abs(seen).max() > 0.75  # inside, and it fills the picture
    origin, direction = camera.ray(*seen[3])
    along = (corners[3, :3] - origin) @ direction
    assert np.linalg.norm(origin + along * direction - corners[3, :3]) < 1e-9 * along


def test_panning_takes_the_target_along_with_the_mouse() -> None:
    camera = Camera(up="Y", aspect=1.5, distance=12.0)
    before = np.append(camera.target, 1.0)
    camera.pan(0.2, -0.1)
    seen = camera.projection() @ camera.view() @ before
    assert np.allclose(seen[:2] / seen[3], [0.2, -0.1])


def test_the_up_axis_points_up_in_the_picture() -> None:
    for up, axis in (("Y", 1), ("Z", 2)):
        view = Camera(up=up).view()
        assert view[1, axis] > 0.5 and abs(view[0, axis]) < 1e-12


@pytest.mark.parametrize("kind", ["Cube", "Cylinder", "Cone", "Capsule", "Sphere"])
def test_faces_look_outward(kind: str) -> None:
    stage = Usd.Stage.CreateInMemory()
    found = shape(stage.DefinePrim("/It", kind))
    assert found is not None
    for face in found.faces:
        points = found.points[list(face)]
        normal = np.cross(points, np.roll(points, -1, axis=0)).sum(axis=0)
        if np.linalg.norm(normal) > 1e-6:
            assert normal @ points.mean(axis=0) > 0


def test_a_mesh_with_broken_topology_is_not_drawn() -> None:
    stage = Usd.Stage.CreateInMemory()
    mesh = UsdGeom.Mesh.Define(stage, "/It")
    mesh.GetPointsAttr().Set([(0, 0, 0), (1, 0, 0), (0, 1, 0)])
    mesh.GetFaceVertexCountsAttr().Set([3])
    mesh.GetFaceVertexIndicesAttr().Set([0, 1, 7])
    assert shape(mesh.GetPrim()) is None


def test_the_drawing_follows_edits_time_and_looks(host: DeskHost) -> None:
    stage = host.stage
    drawing = Drawing(stage, Usd.TimeCode(0))
    watch = Watch(stage)
    body = next(i for i in drawing.items if str(i.path) == f"{MILL}/Body")
    count, version = len(drawing.items), drawing.version
    host.do(Move(MILL, (4.0, 5.0, 0.0)))
    drawing.apply(watch.take())
    assert body.matrix[3, :3].tolist() == [4.0, 5.0, 0.7] and drawing.version == version
    UsdGeom.Cube(body.prim).GetDisplayColorAttr().Set([(1, 0, 0)])
    drawing.apply(watch.take())
    assert body.color == (1, 0, 0) and {"matrix", "color"} <= body.fresh
    stage.GetPrimAtPath(MILL).SetActive(False)
    drawing.apply(watch.take())
    assert len(drawing.items) == count - 1
    stage.GetPrimAtPath(MILL).SetActive(True)
    drawing.apply(watch.take())
    assert len(drawing.items) == count
    body = next(i for i in drawing.items if str(i.path) == f"{MILL}/Body")
    assert not body.moves
    spot = body.prim.GetAttribute("xformOp:translate")
    spot.Set(Gf.Vec3d(0, 0, 0), 0.0)
    spot.Set(Gf.Vec3d(10, 0, 0), 10.0)
    drawing = Drawing(stage, Usd.TimeCode(0))
    drawing.set_time(Usd.TimeCode(5))
    moved = next(i for i in drawing.items if str(i.path) == f"{MILL}/Body")
    assert moved.moves and moved.matrix[3, 0] == 4.0 + 5.0
    watch.close()


def test_instances_are_drawn_and_picked_by_their_own_path() -> None:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.Cube.Define(stage, "/Asset/Body").GetSizeAttr().Set(1.0)
    stage.GetPrimAtPath("/Asset").SetSpecifier(Sdf.SpecifierClass)
    for k in range(2):
        form = UsdGeom.Xform.Define(stage, f"/World/Machine_{k}")
        form.AddTranslateOp().Set((5.0 * k, 0, 0))
        form.GetPrim().GetReferences().AddInternalReference("/Asset")
        form.GetPrim().SetInstanceable(True)
    drawing = Drawing(stage, Usd.TimeCode(0))
    assert [str(i.path) for i in drawing.items] == ["/World/Machine_0/Body", "/World/Machine_1/Body"]
    down = np.array([0.0, 0.0, -1.0])
    assert drawing.pick(np.array([5.2, 0.0, 9.0]), down) == Sdf.Path("/World/Machine_1/Body")
    assert drawing.pick(np.array([2.5, 0.0, 9.0]), down) is None


def test_a_point_instancer_is_drawn_where_its_instances_are() -> None:
    stage = Usd.Stage.CreateInMemory()
    instancer = UsdGeom.PointInstancer.Define(stage, "/Parts")
    UsdGeom.Cube.Define(stage, "/Parts/Box").GetSizeAttr().Set(1.0)
    instancer.GetPrototypesRel().SetTargets(["/Parts/Box"])
    instancer.GetProtoIndicesAttr().Set([0, 0])
    instancer.GetPositionsAttr().Set([(1, 0, 0), (7, 0, 0)])
    drawing = Drawing(stage, Usd.TimeCode(0))
    assert [i.matrix[3, 0] for i in drawing.items] == [1.0, 7.0]


def test_instances_follow_the_arrays_without_a_new_drawing() -> None:
    stage = Usd.Stage.CreateInMemory()
    crowd = UsdGeom.PointInstancer.Define(stage, "/World/Parts")
    for number, paint in enumerate(((1, 0, 0), (1, 0, 0), (0, 0, 1), None)):
        box = UsdGeom.Cube.Define(stage, f"/World/Parts/Part/Box_{number}")
        if paint is not None:
            box.GetDisplayColorAttr().Set([paint])
    crowd.GetPrototypesRel().SetTargets(["/World/Parts/Part"])
    crowd.GetProtoIndicesAttr().Set([0, 0, 0])
    crowd.GetPositionsAttr().Set([(1, 0, 0), (7, 0, 0), (9, 0, 0)])
    crowd.GetInvisibleIdsAttr().Set([1])
    drawing, watch = Drawing(stage, Usd.TimeCode(0)), Watch(stage)
    assert len(drawing.items) == 3 * 3  # faces of one colour go together
    assert len(drawing.items[0].shape.points) == 2 * 8
    assert [i.instance for i in drawing.items if not i.visible] == [1, 1, 1]

    def follow() -> list[set[str]]:
        version = drawing.version
        for item in drawing.items:
            item.fresh.clear()
        drawing.apply(watch.take())
        assert drawing.version == version
        return [i.fresh for i in drawing.items]

    crowd.GetPositionsAttr().Set([(1, 0, 0), (7, 0, 0), (9, 5, 0)])
    assert follow() == [set()] * 6 + [{"matrix"}] * 3
    assert drawing.items[8].matrix[3, :3].tolist() == [9.0, 5.0, 0.0]
    crowd.GetInvisibleIdsAttr().Set([0])
    assert follow() == [{"visible"}] * 6 + [set()] * 3
    paints = UsdGeom.PrimvarsAPI(crowd).CreatePrimvar("displayColor", Sdf.ValueTypeNames.Color3fArray, UsdGeom.Tokens.varying)
    paints.Set([(0, 1, 0), (0, 0.5, 0), (0, 0.25, 0)])
    assert follow() == [set(), set(), {"color"}] * 3
    assert [i.color for i in drawing.items[2::3]] == [(0, 1, 0), (0, 0.5, 0), (0, 0.25, 0)]
    crowd.GetProtoIndicesAttr().Set([0, 0])
    crowd.GetPositionsAttr().Set([(1, 0, 0), (7, 0, 0)])
    drawing.apply(watch.take())
    assert len(drawing.items) == 2 * 3
    watch.close()


def test_a_hidden_branch_is_not_picked(host: DeskHost) -> None:
    drawing = Drawing(host.stage, Usd.TimeCode(0))
    above, down = np.array([4.0, 0.0, 9.0]), np.array([0.0, 0.0, -1.0])
    assert str(drawing.pick(above, down)).startswith(MILL)
    watch = Watch(host.stage)
    UsdGeom.Imageable(host.stage.GetPrimAtPath(MILL)).MakeInvisible()
    drawing.apply(watch.take())
    watch.close()
    assert not str(drawing.pick(above, down)).startswith(MILL)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_stand_in_for_the_driver_is_a_sound_library(machine: str) -> None:
    data = cuda.library(machine)
    assert data[:4] == b"\x7fELF" and b"libcuda.so.1\0" in data and b"cuInit\0" in data
    assert int.from_bytes(data[18:20], "little") == {"x86_64": 62, "aarch64": 183}[machine]


# ---- run


def test_a_run_in_slices_gives_cards_rows_and_curves(host: DeskHost) -> None:
    model = RunModel()
    plant = read_plant(host.stage)
    model.start(plant, Settings.of(plant.scenario))
    assert model.running and model.status().startswith("Replication 1 of 3")
    while not model.step(0.002):
        assert 0.0 <= model.progress <= 1.0
    assert not model.running and model.result is not None and len(model.result.kpis) == 3
    assert [c.title for c in model.cards()] == ["Throughput", "Work in process", "Lead time", "Bottleneck"]
    rows = model.stations()
    assert [r.name for r in rows] == ["Mill", "Lathe"] and [r.is_bottleneck for r in rows] == [False, True]
    values, span = model.curve("throughput")
    assert span == 28800.0 and math.isclose(sum(values) / len(values), 3600 / 70, rel_tol=0.05)


def test_cancel_keeps_what_was_finished(host: DeskHost) -> None:
    model = RunModel()
    model.start(read_plant(host.stage), Settings(28800.0, 0.0, 1, 1000))
    while not (model._experiment and model._experiment.kpis):
        model.step(0.005)
    model.cancel()
    assert not model.running and model.result is not None and 1 <= len(model.result.kpis) < 1000
    assert "kept" in model.status()


@pytest.mark.parametrize(
    "texts",
    [("soon", "0", "1", "1"), ("8 h", "0", "x", "1"), ("8 h", "0", "1", "1.5")],
    ids=["horizon", "seed", "replications"],
)
def test_settings_that_make_no_sense_are_refused(texts: tuple[str, str, str, str]) -> None:
    with pytest.raises(FactoryTwinError):
        settings_from(*texts)
