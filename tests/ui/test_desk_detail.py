# SPDX-License-Identifier: Apache-2.0
"""Level of detail in the desk's 3D view: shapes are shared, small things are pictures of them, the full picture comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factory_twin_ui.desk import labels, scenery, sheet
from factory_twin_ui.desk import viewport as viewport_module
from factory_twin_ui.desk.camera import Camera
from factory_twin_ui.desk.cuts import cut
from factory_twin_ui.desk.drawing import Drawing
from factory_twin_ui.desk.groups import groups
from factory_twin_ui.desk.item import Item
from factory_twin_ui.desk.labels import Tag, visible
from factory_twin_ui.desk.look import Look
from factory_twin_ui.desk.meshes import Meshes
from factory_twin_ui.desk.pictures import COARSE, LARGEST
from factory_twin_ui.desk.scenery import Scenery
from factory_twin_ui.desk.shape import Shape, cofactors
from factory_twin_ui.desk.view import View
from factory_twin_ui.desk.window import DeskWindow
from pxr import Gf, Sdf, Usd, UsdGeom

from tests.ui.test_viewport import pixel

pytestmark = pytest.mark.ui
ASSET = Path(__file__).parents[2] / "data" / "assets" / "AssemblyStation" / "AssemblyStation.usda"
HEIGHT = 600.0  # pixels
_kept: list[Usd.Stage] = []  # stages that the items of a test are of


def hall(count: int, *, instances: bool = True, up: str = "Z") -> Usd.Stage:
    """A row of stations, 10 m apart along x."""
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, up)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    for k in range(count):
        place = UsdGeom.Xform.Define(stage, f"/P{k}")
        place.AddTranslateOp().Set(Gf.Vec3d(10.0 * k, 0.0, 0.0))
        model = stage.DefinePrim(f"/P{k}/Model", "Xform")
        model.GetReferences().AddReference(str(ASSET))
        model.SetInstanceable(instances)
    return stage


def read(stage: Usd.Stage) -> list[Item]:
    _kept.append(stage)
    return Drawing(stage, Usd.TimeCode(0)).items


def view(eye: tuple[float, float, float], target: tuple[float, float, float], up: str = "Z") -> View:
    away = np.subtract(eye, target)
    distance = float(np.linalg.norm(away))
    x, y, z = np.array(away if up == "Z" else (away[0], -away[2], away[1])) / distance
    camera = Camera(np.array(target, float), distance, np.degrees(np.arctan2(y, x)), np.degrees(np.arcsin(z)), up)
    assert np.allclose(camera.eye, eye)
    return View.of(camera, HEIGHT)


def drawn(made: Scenery) -> set[int]:
    """Numbers of the items that are drawn as meshes."""
    return {k for k, (transform, _) in made.meshes.nodes.items() if transform.visible}


@pytest.fixture
def scene(ui_backend: Any) -> Iterator[Any]:
    import omni.ui as ui
    from omni.ui import scene as sc

    window = ui.Window("Detail", width=600, height=600)
    with window.frame:
        made = sc.SceneView()
    ui_backend.frame()
    yield made.scene
    ui_backend.frame()  # what was made can be drawn
    made.scene.clear()
    window.destroy()
    _kept.clear()


@pytest.mark.parametrize("instances", [True, False])
def test_what_looks_alike_shares_its_shape(instances: bool) -> None:
    few, many = (read(hall(n, instances=instances)) for n in (1, 30))
    assert len(many) == 30 * len(few) and len({id(i.shape) for i in many}) == len({id(i.shape) for i in few})


def test_an_edited_shape_is_read_anew_and_the_others_stay() -> None:
    from factory_twin_ui.change import Watch

    stage = hall(2, instances=False)
    drawing = Drawing(stage, Usd.TimeCode(0))
    watch = Watch(stage)
    mesh = UsdGeom.Mesh(stage.GetPrimAtPath("/P1/Model/Geometry/Top"))
    mesh.GetPointsAttr().Set([p * 2 for p in mesh.GetPointsAttr().Get()])
    drawing.apply(watch.take())
    first, second = (
        {i.path.name: i.shape for i in drawing.items if i.path.HasPrefix(p)} for p in (Sdf.Path("/P0"), Sdf.Path("/P1"))
    )
    assert np.allclose(second["Top"].high, 2 * first["Top"].high)
    assert all(first[n] is second[n] for n in first if n != "Top")
    assert len(drawing.below(Sdf.Path("/P1"))) == len(second) and drawing.below(Sdf.Path("/P1/Model/Geometry/Top")) != []
    stage.RemovePrim("/P1")
    drawing.apply(watch.take())
    assert drawing.below(Sdf.Path("/P1")) == [] and drawing.below(Sdf.Path.absoluteRootPath) == drawing.items


def test_a_mesh_of_lines_only_is_nothing_to_draw() -> None:
    stage = Usd.Stage.CreateInMemory()
    mesh = UsdGeom.Mesh.Define(stage, "/Wire")
    mesh.CreatePointsAttr([(0, 0, 0), (1, 0, 0), (1, 1, 0)])
    mesh.CreateFaceVertexCountsAttr([2, 2])
    mesh.CreateFaceVertexIndicesAttr([0, 1, 1, 2])
    assert read(stage) == []
    mesh.GetFaceVertexCountsAttr().Set([2, 3])
    mesh.GetFaceVertexIndicesAttr().Set([0, 1, 0, 1, 2])
    assert [i.shape.faces for i in read(stage)] == [((0, 1, 2),)]


def test_areas_and_centres_of_faces_of_any_size_also_turned_and_mirrored() -> None:
    points = np.random.default_rng(1).normal(size=(9, 3))
    shape = Shape(points, ((0, 1, 2), (3, 4, 5, 6), (2, 7, 8), (0, 2, 4, 6, 8)))
    for k, face in enumerate(shape.faces):
        p = points[list(face)]
        assert np.allclose(shape.areas[k], sum(np.cross(a, b) for a, b in zip(p, np.roll(p, -1, axis=0))) / 2)
        assert np.allclose(shape.centers[k], p.mean(axis=0))
    for mirror in (1.0, -1.0):
        linear = np.random.default_rng(2).normal(size=(1, 3, 3))
        linear[0, 0] *= mirror * np.sign(np.linalg.det(linear[0]))
        there = Shape(points @ linear[0], shape.faces)
        assert np.allclose(shape.areas @ cofactors(linear)[0], mirror * there.areas)


@pytest.mark.parametrize("up", ["Y", "Z"])
def test_a_view_sees_what_is_in_the_picture_and_not_what_is_beside_or_behind(up: str) -> None:
    camera = Camera(np.array([1.0, 2.0, 3.0]), 20.0, 40.0, 25.0, up, aspect=1.5)
    points = camera.eye + np.random.default_rng(3).normal(size=(2000, 3)) * 15
    clip = np.column_stack([points, np.ones(len(points))]) @ (camera.projection() @ camera.view()).T
    inside = (clip[:, 3] > 0) & (np.abs(clip[:, :2]) < clip[:, 3:]).all(axis=1)
    seen = View.of(camera, HEIGHT)
    assert (seen.sees(points, np.full(2000, 1e-9)) == inside).all() and 50 < inside.sum() < 1000
    assert seen.sees(points, np.full(2000, 1.0))[inside].all()
    behind = (camera.eye + 1.05 * camera.basis()[2])[None]
    assert not seen.sees(behind, np.ones(1))[0] and seen.sees(behind, np.full(1, 1.2))[0]
    at = camera.target[None]
    edge = np.array([camera.projection() @ camera.view() @ [*(at[0] + r * camera.basis()[1]), 1.0] for r in (-1.0, 1.0)])
    high = (edge[1, 1] / edge[1, 3] - edge[0, 1] / edge[0, 3]) / 2 * HEIGHT
    assert np.isclose(seen.width(at, np.ones(1))[0], high)


@pytest.mark.parametrize("up", ["Y", "Z"])
def test_a_painting_shows_each_side_where_and_in_which_colour_it_is(up: str) -> None:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, up)
    above = (0, 2, 0) if up == "Y" else (0, 0, 2)
    for name, at, color in (("Left", (-2, 0, 0), (1, 0, 0)), ("Right", (2, 0, 0), (0, 0, 1)), ("Top", above, (0, 1, 0))):
        cube = UsdGeom.Cube.Define(stage, f"/{name}")
        cube.GetSizeAttr().Set(1.0)
        cube.AddTranslateOp().Set(at)
        cube.GetDisplayColorAttr().Set([color])
    items = read(stage)
    look = Look(items, 1 if up == "Y" else 2)
    front = np.array([0.0, 0.0, 1.0] if up == "Y" else [0.0, -1.0, 0.0])
    painting = look.paint(front, 64.0)
    assert painting is not None
    left, right, low, top = painting.box
    scale = 64.0 / (2 * look.radius)
    middle = look.middle + items[0].matrix[3, :3]
    assert np.isclose(right - left, painting.pixels.shape[1] / scale)
    assert np.isclose(top - low, painting.pixels.shape[0] / scale)

    def at(x: float, y: float) -> list[int]:
        """The pixel where a point of the world is seen, x to the right, y upward."""
        column, row = (x - middle[0] - left) * scale, (top - (y - middle[1 if up == "Y" else 2])) * scale
        return painting.pixels[int(row), int(column)].tolist()

    for (x, y), channel in (((-2, 0), 0), ((2, 0), 2), ((0, 2), 1)):
        seen = at(x, y)
        assert seen[3] == 255 and seen[channel] > 90 and sum(seen[:3]) == seen[channel]
    assert at(0, 0)[3] == 0
    aside = look.paint(np.array([0.6, 0.0, 0.8] if up == "Y" else [0.6, -0.8, 0.0]), 37.0)
    assert aside is not None
    opacity, brightest = aside.pixels[..., 3], aside.pixels[..., :3].max(axis=2)
    rim = (opacity > 0) & (opacity < 255)
    inner = brightest[opacity == 255]
    assert rim.sum() > 10  # and is not mixed with the black around
    assert inner.min() - 3 <= brightest[rim].min() and brightest[rim].max() <= inner.max() + 3
    assert brightest[opacity == 0].min() > 30
    behind = look.paint(-front, 64.0)
    assert behind is not None and (behind.pixels[-8:, :8, 2] > 90).any() and not (behind.pixels[-8:, :8, 0] > 90).any()


def test_in_a_painting_what_is_nearer_covers_what_is_behind() -> None:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, "Z")
    for k, color in enumerate(((1, 0, 0), (0, 1, 0), (0, 0, 1))):
        cube = UsdGeom.Cube.Define(stage, f"/It{k}")
        cube.AddTranslateOp().Set(Gf.Vec3d(0.0, 5.0 * k, 0.0))
        cube.GetDisplayColorAttr().Set([color])
    look = Look(read(stage), 2)
    for y, channel in ((-1.0, 0), (1.0, 2)):
        painting = look.paint(np.array([0.0, y, 0.0]), 50.0)
        assert painting is not None
        high, wide = painting.pixels.shape[:2]
        assert painting.pixels[high // 2, wide // 2, :3].argmax() == channel


def test_a_thing_is_the_outermost_component_else_the_instance_else_the_prim_alone() -> None:
    stage = hall(2)
    cell = UsdGeom.Xform.Define(stage, "/Line/Cell").GetPrim()
    for name in ("Robot", "Robot/Tool", "Fence"):
        UsdGeom.Cube.Define(stage, f"/Line/Cell/{name}/Box")
    for path, kind in (("/Line", "group"), ("/Line/Cell", "component"), ("/Line/Cell/Robot", "component")):
        Usd.ModelAPI(stage.GetPrimAtPath(path)).SetKind(kind)
    UsdGeom.Cube.Define(stage, "/Line/Alone")
    UsdGeom.Cube.Define(stage, "/Line/Other")
    items = read(stage)
    found = {frozenset(str(items[k].path) for k in group) for group in groups(items)}
    each = frozenset(str(i.path) for i in items if str(i.path).startswith("/P0/"))
    inside = frozenset(f"{cell.GetPath()}/{n}/Box" for n in ("Robot", "Robot/Tool", "Fence"))
    assert found >= {each, inside, frozenset({"/Line/Alone"}), frozenset({"/Line/Other"})} and len(found) == 5


def test_a_small_plant_is_all_meshes(scene: Any) -> None:
    items = read(hall(3))
    made = Scenery(scene, items, 2)
    made.cull(view((10.0, -300.0, 100.0), (10.0, 0.0, 0.0)), coarse=True)
    assert made.pictures is None and drawn(made)


@pytest.mark.parametrize("up", ["Y", "Z"])
def test_far_stations_are_pictures_near_ones_meshes_and_none_is_both(scene: Any, up: str) -> None:
    items = read(hall(40, up=up))
    each = len(items) // 40
    made = Scenery(scene, items, 1 if up == "Y" else 2, full=0)
    seen = view((-6.0, 3.0, 4.0) if up == "Y" else (-6.0, -4.0, 3.0), (30.0, 0.0, 0.0), up)
    made.cull(seen)
    assert made.pictures is not None
    width = seen.width(made.meshes.ball, made.meshes.radius)
    inside = np.flatnonzero(seen.sees(made.meshes.ball, made.meshes.radius))
    near, far = {k for k in inside.tolist() if k < each}, set(range(20 * each, 40 * each))
    assert near and near <= drawn(made) and width[:each].max() > LARGEST > width[20 * each :].max()
    assert not far & drawn(made) and 40 > made.pictures.count >= 20
    assert len(drawn(made)) < each * (40 - made.pictures.count) + 1
    assert made.pictures.painted < made.pictures.count  # they look alike
    made.cull(seen, coarse=True)
    assert made.pictures.count > 20 and LARGEST < COARSE
    coarse = made.pictures.count
    made.cull(seen)
    assert made.pictures.count < coarse and near <= drawn(made)


@pytest.mark.parametrize("up", ["Y", "Z"])
def test_pictures_stand_where_the_things_are(scene: Any, up: str) -> None:
    items = read(hall(5, up=up))
    made = Scenery(scene, items, 1 if up == "Y" else 2, full=0)
    seen = view((20.0, 60.0, 200.0) if up == "Y" else (20.0, -200.0, 60.0), (20.0, 0.0, 0.0), up)
    made.cull(seen)
    assert made.pictures is not None and made.pictures.count == 5 and not drawn(made)
    corners = np.array(made.pictures._mesh.positions).reshape(5, 4, 3)

    def flat(points: np.ndarray) -> np.ndarray:
        local = (points - seen.eye) @ seen.basis.T
        return local[..., :2] / -local[..., 2:] * seen.scale

    for k in range(5):
        some = items[k * len(items) // 5 : (k + 1) * len(items) // 5]
        points = np.concatenate([i.shape.points @ i.matrix[:3, :3] + i.matrix[3, :3] for i in some])
        assert np.abs(flat(corners[k]).min(axis=0) - flat(points).min(axis=0)).max() < 2.5  # pixels
        assert np.abs(flat(corners[k]).max(axis=0) - flat(points).max(axis=0)).max() < 2.5


def test_a_picture_stands_behind_the_middle_and_is_as_large_as_if_it_did_not(scene: Any) -> None:
    made = Scenery(scene, read(hall(1)), 2, full=0)
    assert made.pictures is not None
    middle = made.pictures._at[0] + made.pictures._middle[0]
    seen = view(tuple(middle + np.array([0.0, -60.0, 20.0])), tuple(middle))
    made.cull(seen)
    corners = np.array(made.pictures._mesh.positions)
    away = np.linalg.norm(seen.eye - middle)
    left, right, low, top = made.pictures._boxes[0]
    assert (seen.depth(corners) > away + 0.5).all()
    assert np.isclose(np.ptp(corners @ seen.basis[0]) / seen.depth(corners)[0], (right - left) / away)
    assert np.isclose(np.ptp(corners @ seen.basis[1]) / seen.depth(corners)[0], (top - low) / away)


def test_what_changes_leaves_its_picture_for_good(scene: Any) -> None:
    items = read(hall(4))
    each = len(items) // 4
    made = Scenery(scene, items, 2, full=0)
    seen = view((15.0, -80.0, 30.0), (15.0, 0.0, 0.0))
    made.cull(seen)
    assert made.pictures is not None and made.pictures.count == 4 and not drawn(made)
    items[0].set("color", (1.0, 0.0, 0.0))
    assert made.refresh()
    made.cull(seen)
    assert drawn(made) == {0} and made.pictures.count == 4  # the rest of the station still is one
    for item in items[each : 2 * each]:
        item.matrix = item.matrix + np.array([[0.0] * 4] * 3 + [[0.0, 3.0, 0.0, 0.0]])
        item.fresh.add("matrix")
    assert made.refresh() and not made.refresh()
    made.cull(seen)
    assert drawn(made) == {0, *range(each, 2 * each)} and made.pictures.count == 3
    items[each].set("color", (0.0, 1.0, 0.0))
    assert not made.refresh()  # as a mesh it is painted at once


def test_what_moves_or_is_hidden_is_never_in_a_picture(scene: Any) -> None:
    stage = hall(3)
    op = stage.GetPrimAtPath("/P1").GetAttribute("xformOp:translate")
    op.Set(Gf.Vec3d(10, 0, 0), 0.0)
    op.Set(Gf.Vec3d(10, 5, 0), 9.0)
    UsdGeom.Imageable(stage.GetPrimAtPath("/P2")).MakeInvisible()
    items = read(stage)
    made = Scenery(scene, items, 2, full=0)
    made.cull(view((10.0, -80.0, 30.0), (10.0, 0.0, 0.0)))
    assert made.pictures is not None and made.pictures.count == 1
    assert drawn(made) and {str(items[k].path)[:3] for k in drawn(made)} == {"/P1"}


def test_while_coarse_few_pictures_are_painted_and_at_rest_all(scene: Any) -> None:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, "Z")
    for k in range(120):  # all look different
        cube = UsdGeom.Cube.Define(stage, f"/It{k}")
        cube.GetDisplayColorAttr().Set([(k / 120, 0.5, 0.5)])
        cube.AddTranslateOp().Set(Gf.Vec3d(4.0 * (k % 12), 4.0 * (k // 12), 0.0))
    made = Scenery(scene, read(stage), 2, full=0)
    pictures = made.pictures
    assert pictures is not None
    made.cull(view((22.0, -120.0, 60.0), (22.0, 18.0, 0.0)), coarse=True)
    assert pictures.count == pictures.painted == 120  # what had none gets one
    aside = view((82.0, -120.0, 60.0), (22.0, 18.0, 0.0))
    made.cull(aside, coarse=True)
    assert pictures.count == 120 and 120 < pictures.painted < 180
    made.cull(aside)
    assert pictures.count == 120 and pictures.painted == 240


def test_what_finds_no_room_for_a_picture_is_a_mesh(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "_SIZE", 96)
    items = read(hall(40))
    each = len(items) // 40
    made = Scenery(scene, items, 2, full=0)
    assert made.pictures is not None
    for eye in ((-40.0, -30.0, 10.0), (440.0, -30.0, 30.0), (200.0, -260.0, 60.0), (200.0, 260.0, 60.0)):
        seen = view(eye, (200.0, 0.0, 0.0))
        made.cull(seen)
        there = seen.sees(made.meshes.ball, made.meshes.radius).reshape(40, each).all(axis=1)
        meshes = {k // each for k in drawn(made)}
        assert made.pictures.count and there.sum() <= len(meshes) + made.pictures.count <= 40


def test_nothing_in_sight_is_drawn_without_an_error(scene: Any, ui_backend: Any) -> None:
    made = Scenery(scene, read(hall(4)), 2, full=0)
    at, away = view((15.0, -80.0, 30.0), (15.0, 0.0, 0.0)), view((15.0, -80.0, 30.0), (15.0, -200.0, 0.0))
    for seen in (away, at, away, at):
        made.cull(seen)
        ui_backend.frame()
        assert made.pictures is not None and made.pictures.count == (4 if seen is at else 0) and not drawn(made)


def test_a_face_that_reaches_behind_the_viewer_is_cut_off_before(scene: Any) -> None:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, "Z")
    floor = UsdGeom.Cube.Define(stage, "/Floor")
    floor.AddScaleOp().Set(Gf.Vec3f(200.0, 200.0, 0.1))
    floor.GetDisplayColorAttr().Set([(1.0, 1.0, 0.0)])
    items = read(stage)
    made = Meshes(scene, items, 2)
    inside, outside = view((0.0, 0.0, 5.0), (3.0, 0.0, 0.0)), view((0.0, -900.0, 300.0), (0.0, 0.0, 0.0))
    made.cull(inside)
    (top,) = made.cuts.faces
    assert len(top) == 4 and np.isclose(inside.depth(top).min(), inside.near) and np.allclose(top[:, 2], 0.1)
    assert inside.depth(top).max() > 100 and not any(made.nodes[0][1].vertex_counts)
    items[0].set("color", (0.0, 0.0, 1.0))
    assert made.refresh()
    made.cull(outside)
    assert made.cuts.faces == [] and len(made.nodes[0][1].vertex_counts) == 2
    assert not made.refresh()


def test_what_is_left_of_a_cut_face() -> None:
    square = np.array([[0.0, 0, 0], [2, 0, 0], [2, 2, 0], [0, 2, 0]])
    assert cut(square, square[:, 0] - 5).tolist() == []
    assert cut(square, square[:, 0] + 1).tolist() == square.tolist()
    left = cut(square, square[:, 0] - 0.5)
    assert sorted(left.tolist()) == [[0.5, 0, 0], [0.5, 2, 0], [2, 0, 0], [2, 2, 0]]
    one = cut(square, square.sum(axis=1) - 3.0)
    assert sorted(one.tolist()) == [[1, 2, 0], [2, 1, 0], [2, 2, 0]]


@pytest.fixture
def detailed(bench: Any, line: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskWindow]:
    """The small line, drawn as a large plant is."""
    monkeypatch.setattr(scenery, "FULL", 0)
    bench.host.open(line)
    made = DeskWindow(bench.host, [], bench.backend.frame)
    for _ in range(4):
        bench.host.frame(0.02)
        bench.backend.frame()
    yield made
    made.close()


async def test_a_picture_has_the_colour_that_the_mesh_had(bench: Any, detailed: DeskWindow) -> None:
    viewport, top = detailed.viewport, (4.0, 0.0, 1.2)
    viewport.show_labels(False)
    await bench.ui.wait_n_updates(2)
    assert viewport.scenery is not None and viewport.scenery.pictures is not None and viewport.scenery.pictures.count == 0
    mesh = pixel(bench, detailed, top)
    viewport.camera.distance *= 6
    viewport._look()
    await bench.ui.wait_n_updates(2)
    assert viewport.scenery.pictures.count > 0 and not drawn(viewport.scenery)
    assert abs(pixel(bench, detailed, top) - mesh).max() < 40


async def test_the_floor_is_still_there_when_the_viewer_stands_on_it(bench: Any, detailed: DeskWindow) -> None:
    viewport = detailed.viewport
    viewport.show_labels(False)
    spot = (10.0, -3.5, 0.0)
    viewport.camera.target = np.array(spot)
    viewport._look()
    await bench.ui.wait_n_updates(2)
    floor = pixel(bench, detailed, spot)
    assert floor.min() > 100
    viewport.camera.distance = 2.0
    viewport._look()
    await bench.ui.wait_n_updates(2)
    assert abs(pixel(bench, detailed, spot) - floor).max() <= 2


async def test_while_the_camera_moves_the_picture_is_coarser_and_the_full_one_comes_back(
    bench: Any, detailed: DeskWindow
) -> None:
    viewport, host = detailed.viewport, bench.host
    assert viewport.scenery is not None and viewport.scenery.pictures is not None
    pictures = viewport.scenery.pictures
    width = View.of(viewport.camera, viewport._views[2].computed_height).width
    mill = next(k for k, i in enumerate(viewport.scenery.items) if i.path.HasPrefix(Sdf.Path("/World/Mill")))
    meshes = viewport.scenery.meshes
    viewport.camera.distance *= float(width(meshes.ball[[mill]], meshes.radius[[mill]])[0]) / 110.0
    viewport._look()
    assert mill in drawn(viewport.scenery)
    viewport.move(lambda: viewport.camera.orbit(0.01, 0.0))
    host.frame(0.05)
    assert mill not in drawn(viewport.scenery) and pictures.count > 0
    viewport.move(lambda: viewport.camera.orbit(0.01, 0.0))
    host.frame(0.12)
    assert mill not in drawn(viewport.scenery)  # each move begins the wait anew
    host.frame(0.12)
    assert mill in drawn(viewport.scenery)


async def test_the_full_picture_is_back_when_the_mouse_button_is_let_go(
    bench: Any, detailed: DeskWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewport_module, "_REST", 1e9)
    viewport = detailed.viewport
    coarse: list[bool] = []
    look = viewport._look

    def noted() -> None:
        coarse.append(viewport._coarse)
        look()

    viewport._look = noted  # type: ignore[method-assign]
    yaw = viewport.camera.yaw
    await bench.ui.wait_n_updates(2)
    await bench.ui.emulate_mouse_drag_and_drop(bench.ui.Vec2(300, 200), bench.ui.Vec2(420, 160), right_click=True)
    await bench.ui.wait_n_updates(2)
    assert viewport.camera.yaw != yaw and coarse[0] and not coarse[-1]


def test_of_many_name_tags_the_nearest_are_shown_and_only_these_are_made(bench: Any, detailed: DeskWindow) -> None:
    camera = Camera(np.array([50.0, 50.0, 0.0]), 150.0, -60.0, 50.0)
    tags = [Tag(f"/S{k}", f"S{k}", np.array([7.0 * (k % 15), 7.0 * (k // 15), 0.0])) for k in range(225)]
    spots = visible(tags, camera, 1920, 1080)
    everything = visible(tags, camera, 1920, 1080, most=10_000)
    assert len(spots) == labels.MOST < len(everything)
    far = {t.path: np.linalg.norm(t.point - camera.eye) for t in tags}
    assert max(far[p] for p in spots) < np.median([far[p] for p in everything])
    shown = detailed.viewport._labels
    shown.show(tags)
    shown.place(camera, 1920, 1080)
    assert set(shown._nodes) == set(spots) and all(placer.visible for placer, _ in shown._nodes.values())
    camera.orbit(1.0, 0.0)
    shown.place(camera, 1920, 1080)
    assert {p for p, (placer, _) in shown._nodes.items() if placer.visible} == set(visible(tags, camera, 1920, 1080))


def test_without_pillow_all_is_drawn_face_by_face(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factory_twin_ui.desk.look.CAN_PAINT", False)
    assert Scenery(scene, read(hall(1)), 2, full=0).pictures is None
    monkeypatch.setattr("factory_twin_ui.desk.look.CAN_PAINT", True)
    assert Scenery(scene, read(hall(1)), 2, full=0).pictures is not None
