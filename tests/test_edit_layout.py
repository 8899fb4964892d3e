# SPDX-License-Identifier: Apache-2.0
"""Edits of many prims at once: copies, rows, mirror images, lines, spacing, grids, removal and other parents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from factory_twin import edit as e
from factory_twin.errors import FactoryTwinError
from factory_twin.read import open_stage, read_plant
from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
FLOW = "factoryTwin:successors"


def texts(stage: Usd.Stage) -> list[str]:
    return [layer.ExportToString() for layer in stage.GetLayerStack()]


def done(stage: Usd.Stage, edit: e.Edit) -> e.Edit:
    """Do an edit, having seen that it leaves nothing behind when undone, gives the same when redone, and stays in its layer."""
    before = texts(stage)
    edit.do(stage)
    after = texts(stage)
    target = stage.GetLayerStack().index(stage.GetEditTarget().GetLayer())
    assert [k for k, pair in enumerate(zip(before, after)) if pair[0] != pair[1]] == [target]
    edit.undo(stage)
    assert texts(stage) == before
    edit.do(stage)
    assert texts(stage) == after
    assert "\n" not in edit.label
    return edit


def refused(stage: Usd.Stage, edit: e.Edit, words: str) -> None:
    before = texts(stage)
    with pytest.raises(FactoryTwinError, match=words) as caught:
        edit.do(stage)
    assert caught.value.hint
    assert texts(stage) == before


def targets(stage: Usd.Stage, path: str, name: str = FLOW) -> list[str]:
    return [str(t) for t in stage.GetPrimAtPath(path).GetRelationship(name).GetTargets()]


def exists(stage: Usd.Stage, path: str) -> bool:
    prim = stage.GetPrimAtPath(path)
    return bool(prim) and prim.IsDefined()


def errors(stage: Usd.Stage) -> list[object]:
    """What is wrong with references and the like on the whole stage."""
    return [error for prim in stage.Traverse() for error in prim.GetPrimIndex().localErrors]


def pose(stage: Usd.Stage, path: str) -> np.ndarray:
    return np.array(UsdGeom.XformCache().GetLocalToWorldTransform(stage.GetPrimAtPath(path)))


def box(stage: Usd.Stage, path: str) -> Gf.Range3d:
    return (
        UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default"])
        .ComputeWorldBound(stage.GetPrimAtPath(path))
        .ComputeAlignedRange()
    )


LINE = """#usda 1.0
(
    defaultPrim = "Hall"
    metersPerUnit = 1
    upAxis = "Z"
)
def Xform "Hall"
{
    def Xform "In" (prepend apiSchemas = ["FactoryTwinSourceAPI"])
    {
        rel factoryTwin:successors = [</Hall/A>, </Hall/B>]
        uniform double[] factoryTwin:successorWeights = [3, 1]
    }
    def Xform "A" (prepend apiSchemas = ["FactoryTwinStationAPI", "MaterialBindingAPI"])
    {
        uniform string factoryTwin:id = "mill"
        uniform string factoryTwin:station:processTime = "60"
        rel factoryTwin:successors = [</Hall/B>, </Hall/Out>]
        uniform double[] factoryTwin:successorWeights = [2, 5]
        rel material:binding = </Hall/Steel>
        rel mine = [</Hall/A/Body>, </Hall/A.mine>]
        double3 xformOp:translate = (1, 2, 0)
        uniform token[] xformOpOrder = ["xformOp:translate"]
        def Cube "Body"
        {
            double size = 1
            rel up = </Hall/A>
        }
    }
    def Xform "B" (prepend apiSchemas = ["FactoryTwinStationAPI"])
    {
        uniform string factoryTwin:station:processTime = "60"
        rel factoryTwin:successors = </Hall/Out>
        double3 xformOp:translate = (5, 2.3, 0)
        double xformOp:rotateZ = 33
        uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:rotateZ"]
        def Cube "Body"
        {
            double size = 2
        }
    }
    def Xform "Out" (prepend apiSchemas = ["FactoryTwinSinkAPI"])
    {
        double3 xformOp:translate = (14, 2.9, 1.2)
        uniform token[] xformOpOrder = ["xformOp:translate"]
        def Cube "Body"
        {
            double size = 3
        }
    }
    def Xform "Turned"
    {
        double3 xformOp:translate = (3, -2, 0.5)
        double xformOp:rotateZ = 30
        uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:rotateZ"]
    }
    def Xform "Tilted"
    {
        float3 xformOp:rotateXYZ = (20, 30, 40)
        float3 xformOp:scale = (2, 3, 4)
        uniform token[] xformOpOrder = ["xformOp:rotateXYZ", "xformOp:scale"]
    }
    def Material "Steel"
    {
    }
}
"""


@pytest.fixture
def hall() -> Usd.Stage:
    layer = Sdf.Layer.CreateAnonymous("hall.usda")
    layer.ImportFromString(LINE.replace(" (prepend", " (\n prepend").replace("])\n", "]\n)\n"))
    return Usd.Stage.Open(layer)


def test_a_copy_has_all_that_its_original_has_and_points_at_itself(hall: Usd.Stage) -> None:
    edit = done(hall, e.Duplicate(("/Hall/A",), (0.0, 4.0, 0.0)))
    assert edit.label == "Duplicate A"
    assert e.position(hall, "/Hall/A_2") == pytest.approx((1, 6, 0))
    assert targets(hall, "/Hall/A_2", "mine") == ["/Hall/A_2/Body", "/Hall/A_2.mine"]
    assert targets(hall, "/Hall/A_2/Body", "up") == ["/Hall/A_2"]
    assert targets(hall, "/Hall/A_2") == ["/Hall/B", "/Hall/Out"]
    assert targets(hall, "/Hall/A_2", "material:binding") == ["/Hall/Steel"]
    assert targets(hall, "/Hall/In") == ["/Hall/A", "/Hall/B"]
    assert targets(hall, "/Hall/A", "mine") == ["/Hall/A/Body", "/Hall/A.mine"]
    plant = read_plant(hall)
    assert [plant.node(f"/Hall/{n}").id for n in ("A", "A_2")] == ["mill", "A_2"]


def test_copies_made_together_feed_each_other_and_outside_only_when_wished(hall: Usd.Stage) -> None:
    done(hall, e.Duplicate(("/Hall/A", "/Hall/B"), outside=False))
    assert targets(hall, "/Hall/A_2") == ["/Hall/B_2"]
    assert list(hall.GetPrimAtPath("/Hall/A_2").GetAttribute("factoryTwin:successorWeights").Get()) == [2.0]
    assert targets(hall, "/Hall/B_2") == []
    assert targets(hall, "/Hall/A_2", "material:binding") == ["/Hall/Steel"]
    done(hall, e.Duplicate(("/Hall/A_2", "/Hall/B_2")))
    assert targets(hall, "/Hall/A_3") == ["/Hall/B_3"]


def test_what_lies_below_another_one_comes_along_once(hall: Usd.Stage) -> None:
    done(hall, e.Duplicate(("/Hall/A/Body", "/Hall/A", "/Hall/A")))
    assert [c.GetName() for c in hall.GetPrimAtPath("/Hall/A").GetChildren()] == ["Body"]
    assert exists(hall, "/Hall/A_2/Body") and not exists(hall, "/Hall/A_3")


def test_a_copy_gathers_all_layers_and_files_are_named_from_its_own(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    below = Usd.Stage.CreateNew(str(tmp_path / "below" / "base.usda"))
    press = below.DefinePrim("/World/Press", "Xform")
    press.GetReferences().AddReference("./press.usda")
    press.CreateAttribute("picture", Sdf.ValueTypeNames.Asset).Set("./p.png")
    press.CreateAttribute("size", Sdf.ValueTypeNames.Double).Set(1.0)
    (tmp_path / "below" / "p.png").write_bytes(b"x")
    asset = Usd.Stage.CreateNew(str(tmp_path / "below" / "press.usda"))
    asset.SetDefaultPrim(asset.DefinePrim("/Press", "Xform"))
    asset.DefinePrim("/Press/Ram", "Cube")
    for stage in (below, asset):
        stage.Save()
    top = Usd.Stage.CreateNew(str(tmp_path / "top.usda"))
    top.GetRootLayer().subLayerPaths.append("./below/base.usda")
    top.GetPrimAtPath("/World/Press").GetAttribute("size").Set(2.0)
    with Usd.EditContext(top, top.GetSessionLayer()):
        top.GetPrimAtPath("/World/Press").GetAttribute("size").Set(3.0)
    done(top, e.Duplicate(("/World/Press",)))
    copy = top.GetPrimAtPath("/World/Press_2")
    assert copy.IsDefined() and exists(top, "/World/Press_2/Ram")
    assert copy.GetAttribute("size").Get() == 2.0  # what the session says is of the moment
    assert copy.GetAttribute("picture").Get().path == "./below/p.png"
    spec = top.GetRootLayer().GetPrimAtPath("/World/Press_2")
    assert [r.assetPath for r in spec.referenceList.prependedItems] == ["./below/press.usda"]


def test_what_an_ancestor_refers_to_is_copied_too_with_classes_and_inner_references(tmp_path: Path) -> None:
    base = Usd.Stage.CreateNew(str(tmp_path / "base.usda"))
    base.SetDefaultPrim(base.DefinePrim("/Base", "Xform"))
    base.CreateClassPrim("/_class_M").CreateAttribute("colour", Sdf.ValueTypeNames.String).Set("red")
    base.DefinePrim("/Parts/Arm", "Cube")
    base.DefinePrim("/Base/Out", "Xform")
    mill = base.DefinePrim("/Base/M", "Xform")
    mill.GetInherits().AddInherit("/_class_M")
    base.DefinePrim("/Base/M/Arm").GetReferences().AddInternalReference("/Parts/Arm")
    mill.CreateRelationship("to").SetTargets(["/Base/Out", "/Base/M/Arm", "/Parts/Arm"])
    base.Save()
    top = Usd.Stage.CreateNew(str(tmp_path / "top.usda"))
    top.DefinePrim("/World", "Xform").GetReferences().AddReference("./base.usda")
    done(top, e.Duplicate(("/World/M",)))
    copy = top.GetPrimAtPath("/World/M_2")
    assert copy.GetTypeName() == "Xform" and copy.GetAttribute("colour").Get() == "red"
    assert top.GetPrimAtPath("/World/M_2/Arm").GetTypeName() == "Cube"
    assert targets(top, "/World/M_2", "to") == ["/World/Out", "/World/M_2/Arm"]
    assert not errors(top)


def test_a_station_of_the_sample_plant_can_be_copied_moved_and_removed() -> None:
    stage = open_stage(DATA / "plants" / "bike_line.usda")
    old = "/BikeFactory/Hall/AssemblyLine/InstallBrakes"
    seen = box(stage, old).GetSize()
    done(stage, e.Duplicate((old,), (0, 3, 0)))
    assert box(stage, f"{old}_2").GetSize() == seen and not errors(stage)
    plant = read_plant(stage)
    assert plant.node(f"{old}_2").successors == plant.node(old).successors
    where = pose(stage, old)
    move = done(stage, e.Reparent((old,), "/BikeFactory/Hall"))
    assert move.label == "Move InstallBrakes below Hall (deactivated in the old place)"
    assert np.allclose(pose(stage, "/BikeFactory/Hall/InstallBrakes"), where, atol=1e-6)
    read_plant(stage)
    gone = e.Remove((f"{old}_2", "/BikeFactory/Hall/AssemblyLine/ReflectorBuffer"))
    done(stage, gone)
    assert gone.label == "Remove InstallBrakes_2, deactivate ReflectorBuffer (another layer defines it)"
    assert not exists(stage, f"{old}_2")
    assert not stage.GetPrimAtPath("/BikeFactory/Hall/AssemblyLine/ReflectorBuffer").IsActive()
    stage.Reload()


def test_a_copy_in_a_variant_stays_in_the_variant_and_can_be_removed_there() -> None:
    stage = Usd.Stage.CreateInMemory()
    stage.DefinePrim("/P", "Xform").GetVariantSets().AddVariantSet("v").AddVariant("a")
    variants = stage.GetPrimAtPath("/P").GetVariantSet("v")
    variants.SetVariantSelection("a")
    stage.SetEditTarget(variants.GetVariantEditTarget())
    stage.DefinePrim("/P/M", "Xform").CreateRelationship("to").SetTargets(["/P/M/X", "/P"])
    stage.DefinePrim("/P/M/X", "Xform")
    stage.DefinePrim("/P/N", "Xform")
    done(stage, e.Duplicate(("/P/M",)))
    assert targets(stage, "/P/M_2", "to") == ["/P/M_2/X", "/P"]
    assert stage.GetRootLayer().GetObjectAtPath("/P{v=a}M_2/X")
    done(stage, e.Remove(("/P/M",)))
    assert not stage.GetPrimAtPath("/P/M")


@pytest.mark.parametrize("up", ["Y", "Z"])
def test_an_array_fills_a_grid_on_the_floor(up: str) -> None:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, up)
    UsdGeom.SetStageMetersPerUnit(stage, 0.01)
    UsdGeom.Xform.Define(stage, "/A_7").AddTranslateOp().Set(Gf.Vec3d(100, 200, 300))
    edit = done(stage, e.Array(("/A_7",), (3, 2), (1.5, -2.0)))
    assert edit.label == "Array of 3 x 2 A_7"
    found = {tuple(round(v, 6) for v in e.position(stage, str(p.GetPath()))) for p in stage.GetPseudoRoot().GetChildren()}
    far = [
        (1.0 + 1.5 * i, 2.0 - 2.0 * j, 3.0) if up == "Z" else (1.0 + 1.5 * i, 2.0, 3.0 + 2.0 * j)
        for i in range(3)
        for j in (0, 1)
    ]
    assert found == set(far)


def test_an_array_of_a_line_has_flows_of_its_own(hall: Usd.Stage) -> None:
    done(hall, e.Array(("/Hall/A", "/Hall/B"), (1, 3), (0, 5)))
    assert [targets(hall, f"/Hall/A_{k}") for k in (2, 3)] == [["/Hall/B_2", "/Hall/Out"], ["/Hall/B_3", "/Hall/Out"]]
    assert e.position(hall, "/Hall/B_3") == pytest.approx((5, 12.3, 0))


@pytest.mark.parametrize("up", ["Y", "Z"])
def test_mirror_brings_origins_and_headings_to_the_other_side_and_back(up: str) -> None:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, up)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    xform = UsdGeom.Xform.Define(stage, "/A")
    xform.AddTranslateOp().Set(Gf.Vec3d(3, 1, 0.5) if up == "Z" else Gf.Vec3d(3, 0.5, -1))
    getattr(xform, f"AddRotate{up}Op")().Set(10.0)
    done(stage, e.Mirror(("/A",), (1.0, 0.0), 90.0))
    assert e.position(stage, "/A") == pytest.approx((-1, 1, 0.5) if up == "Z" else (-1, 0.5, -1))
    assert e.heading(stage, "/A") == pytest.approx(170.0)
    assert np.linalg.det(pose(stage, "/A")) == pytest.approx(1.0)
    done(stage, e.Mirror(("/A",), (0.0, 0.0), 45.0))
    assert e.position(stage, "/A") == pytest.approx((1, -1, 0.5) if up == "Z" else (1, 0.5, 1))
    assert e.heading(stage, "/A") == pytest.approx(-80.0)


@pytest.mark.parametrize(
    ("edge", "measure"),
    [
        ("left", lambda r: r.GetMin()[0]), ("right", lambda r: r.GetMax()[0]), ("centre", lambda r: r.GetMidpoint()[0]),
        ("front", lambda r: r.GetMin()[1]), ("back", lambda r: r.GetMax()[1]), ("middle", lambda r: r.GetMidpoint()[1]),
        ("bottom", lambda r: r.GetMin()[2]), ("top", lambda r: r.GetMax()[2]),
    ],
)  # fmt: skip
def test_align_brings_sides_to_the_outermost(hall: Usd.Stage, edge: str, measure: Callable[[Gf.Range3d], float]) -> None:
    paths = ("/Hall/A", "/Hall/B", "/Hall/Out")
    whole = Gf.Range3d()
    for path in paths:
        whole.UnionWith(box(hall, path))
    goal = measure(whole)
    done(hall, e.Align(paths, edge))
    assert [measure(box(hall, path)) for path in paths] == pytest.approx([goal] * 3)


def test_front_is_towards_larger_z_where_y_is_up() -> None:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, "Y")
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    for k, z in enumerate((0.0, 4.0)):
        UsdGeom.Cube.Define(stage, f"/C{k}").AddTranslateOp().Set(Gf.Vec3d(3 * k, 0, z))
    done(stage, e.Align(("/C0", "/C1"), "front"))
    assert e.position(stage, "/C0")[2] == pytest.approx(4.0)


def test_distribute_makes_gaps_or_pitches_equal_and_keeps_the_ends(hall: Usd.Stage) -> None:
    paths = ("/Hall/Out", "/Hall/A", "/Hall/B")
    ends = box(hall, "/Hall/A"), box(hall, "/Hall/Out")
    done(hall, e.Distribute(paths, "x", "gaps"))
    middle = box(hall, "/Hall/B")
    assert middle.GetMin()[0] - ends[0].GetMax()[0] == pytest.approx(ends[1].GetMin()[0] - middle.GetMax()[0])
    done(hall, e.Distribute(paths, "x", "pitch"))
    assert box(hall, "/Hall/B").GetMidpoint()[0] == pytest.approx((1 + 14) / 2)
    assert (box(hall, "/Hall/A"), box(hall, "/Hall/Out")) == ends
    assert box(hall, "/Hall/B").GetMidpoint()[1] == pytest.approx(2.3)


def test_snap_rounds_positions_on_the_floor_and_headings(hall: Usd.Stage) -> None:
    edit = done(hall, e.Snap(("/Hall/B", "/Hall/Out"), grid=0.5, turn=15.0))
    assert edit.label == "Snap B and Out to 0.5 m and 15 degrees"
    assert e.position(hall, "/Hall/B") == pytest.approx((5, 2.5, 0)) and e.heading(hall, "/Hall/B") == pytest.approx(30)
    assert e.position(hall, "/Hall/Out") == pytest.approx((14, 3, 1.2))


def test_several_at_once_reads_short(hall: Usd.Stage) -> None:
    assert e.Remove(("/A/B", "/C", "/D/E", "/F")).label == "Remove B, C and 2 more"
    assert e.Align(("/A", "/B", "/C"), "left").label == "Align A, B and C left"


@pytest.mark.parametrize(
    ("parent", "child"),
    [(p, c) for p in ("/Hall/Turned", "/Hall/Tilted", "/Hall/B", "/") for c in ("A", "B", "Out") if not p.endswith(c)],
)
def test_below_another_parent_the_pose_stays_and_what_points_there_follows(hall: Usd.Stage, parent: str, child: str) -> None:
    path, new = f"/Hall/{child}", f"{parent.rstrip('/')}/{child}"
    place, body = pose(hall, path), pose(hall, f"{path}/Body")
    pointing = [(p, targets(hall, p)) for p in ("/Hall/In", "/Hall/A", "/Hall/B") if p != path]
    done(hall, e.Reparent((path,), parent))
    assert not hall.GetPrimAtPath(path)
    assert np.allclose(pose(hall, new), place, atol=1e-6) and np.allclose(pose(hall, f"{new}/Body"), body, atol=1e-6)
    for other, before in pointing:
        assert targets(hall, other) == [new if t == path else t for t in before]
    e.Rotate(new, 25.0).do(hall)  # goes on about its own origin
    assert np.allclose(pose(hall, new)[3], place[3], atol=1e-6)


def test_prims_moved_together_still_point_at_each_other_and_names_stay_free(hall: Usd.Stage) -> None:
    UsdGeom.Xform.Define(hall, "/Hall/Turned/A")
    done(hall, e.Reparent(("/Hall/A", "/Hall/B", "/Hall/A/Body"), "/Hall/Turned"))
    assert targets(hall, "/Hall/Turned/A_2") == ["/Hall/Turned/B", "/Hall/Out"]
    assert targets(hall, "/Hall/Turned/A_2/Body", "up") == ["/Hall/Turned/A_2"]
    assert targets(hall, "/Hall/In") == ["/Hall/Turned/A_2", "/Hall/Turned/B"]


def test_connections_of_attributes_follow(hall: Usd.Stage) -> None:
    shader = UsdShade.Shader.Define(hall, "/Hall/Steel/Surface")
    shader.CreateOutput("out", Sdf.ValueTypeNames.Token)
    UsdShade.Material(hall.GetPrimAtPath("/Hall/Steel")).CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "out")
    done(hall, e.Reparent(("/Hall/Steel/Surface",), "/Hall"))
    sources = hall.GetPrimAtPath("/Hall/Steel").GetAttribute("outputs:surface").GetConnections()
    assert [str(s) for s in sources] == ["/Hall/Surface.outputs:out"]


def test_what_has_no_place_moves_only_where_nothing_changes(hall: Usd.Stage) -> None:
    hall.DefinePrim("/Hall/S", "Scope")
    hall.DefinePrim("/Hall/Plain", "Xform")
    refused(hall, e.Reparent(("/Hall/S",), "/Hall/Turned"), "can't be moved")
    done(hall, e.Reparent(("/Hall/S",), "/Hall/Plain"))


def test_removal_clears_what_points_there_with_weights_in_step(hall: Usd.Stage) -> None:
    edit = done(hall, e.Remove(("/Hall/B", "/Hall/A/Body")))
    assert edit.label == "Remove B and Body"
    assert not hall.GetPrimAtPath("/Hall/B") and not hall.GetPrimAtPath("/Hall/A/Body")
    assert targets(hall, "/Hall/A") == ["/Hall/Out"] and targets(hall, "/Hall/In") == ["/Hall/A"]
    assert list(hall.GetPrimAtPath("/Hall/A").GetAttribute("factoryTwin:successorWeights").Get()) == [5.0]


def test_removed_prims_come_back_in_their_place_among_the_others(hall: Usd.Stage) -> None:
    order = [str(p.GetPath()) for p in hall.Traverse()]
    history = e.History(hall)
    for path in ("/Hall/B", "/Hall/In", "/Hall/Steel", "/Hall/A"):
        history.do(e.Remove((path,)))
    while history.undo():
        pass
    assert [str(p.GetPath()) for p in hall.Traverse()] == order


def test_what_another_layer_defines_is_deactivated_wherever_that_layer_is(hall: Usd.Stage) -> None:
    hall.SetEditTarget(hall.GetSessionLayer())
    edit = done(hall, e.Remove(("/Hall/B",)))
    assert edit.label == "Deactivate B (another layer defines it)" and not hall.GetPrimAtPath("/Hall/B").IsActive()
    refused(hall, e.Remove(("/Hall/B",)), "inactive already")
    edit.undo(hall)
    hall.DefinePrim("/Hall/Ghost", "Xform").SetActive(True)
    hall.SetEditTarget(hall.GetRootLayer())
    refused(hall, e.Remove(("/Hall/Ghost",)), "keeps the prim active")


def test_a_mere_over_in_another_layer_does_not_keep_a_prim(hall: Usd.Stage) -> None:
    with Usd.EditContext(hall, hall.GetSessionLayer()):
        hall.GetPrimAtPath("/Hall/B").SetMetadata("comment", "live")
    edit = done(hall, e.Remove(("/Hall/B",)))
    assert edit.label == "Remove B" and not exists(hall, "/Hall/B")


def test_what_others_are_made_from_stays(hall: Usd.Stage) -> None:
    hall.DefinePrim("/Hall/Twin", "Xform").GetReferences().AddInternalReference("/Hall/A/Body")
    refused(hall, e.Remove(("/Hall/A",)), "/Hall/Twin is made from")
    refused(hall, e.Reparent(("/Hall/A",), "/Hall/B"), "/Hall/Twin is made from")
    done(hall, e.Remove(("/Hall/A", "/Hall/Twin")))


def test_nothing_inside_an_instance_and_nothing_into_one() -> None:
    layer = Sdf.Layer.CreateAnonymous("top.usda")
    layer.subLayerPaths.append(str(HERE / "good" / "instances.usda"))
    stage = Usd.Stage.Open(layer)
    inner = str(stage.GetPrimAtPath("/Shop/PressA").GetFilteredChildren(Usd.TraverseInstanceProxies())[0].GetPath())
    for edit in (e.Remove((inner,)), e.Duplicate((inner,)), e.Snap((inner,), grid=1.0), e.Reparent((inner,), "/Shop")):
        refused(stage, edit, "inside an instance")
    refused(stage, e.Reparent(("/Shop/Sink",), "/Shop/PressA"), "below an instance")
    done(stage, e.Duplicate(("/Shop/PressB",), (2, 0, 0)))
    copy = stage.GetPrimAtPath("/Shop/PressB_2")
    assert copy.IsInstance() and copy.GetAttribute("factoryTwin:station:processTime").Get() == "55"


NAN = float("nan")


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (e.Remove(()), "at least one"),
        (e.Remove(("/Hall",)), "default prim"),
        (e.Remove(("/Hall/Nothing",)), "no such prim"),
        (e.Remove(("/",)), "root of the stage"),
        (e.Rename("/", "x"), "root of the stage"),
        (e.Duplicate(("/Hall/A",), (0, NAN, 0)), "no offset"),
        (e.Duplicate(("/Hall/Steel",), (1, 0, 0)), "can't be moved"),
        (e.Array(("/Hall/A",), (1, 1), (1, 1)), "no array"),
        (e.Array(("/Hall/A",), (-2, -2), (1, 1)), "no array"),
        (e.Array(("/Hall/A",), (1000, 1000), (1, 1)), "no array"),
        (e.Array(("/Hall/A",), (2, 2), (1, NAN)), "no steps"),
        (e.Mirror(("/Hall/A",), (0, 0), NAN), "no line"),
        (e.Align(("/Hall/A",), "left"), "at least 2"),
        (e.Align(("/Hall/A", "/Hall/A/Body"), "left"), "at least 2"),
        (e.Align(("/Hall/A", "/Hall/B"), "up"), "no edge"),
        (e.Distribute(("/Hall/A", "/Hall/B")), "at least 3"),
        (e.Distribute(("/Hall/A", "/Hall/B", "/Hall/Out"), "z"), "no spacing"),
        (e.Snap(("/Hall/A",)), "no grid"),
        (e.Snap(("/Hall/A",), grid=-1.0), "no grid"),
        (e.Reparent(("/Hall/A",), "/Hall/A/Body"), "below itself"),
        (e.Reparent(("/Hall/A",), "/Hall"), "already"),
        (e.Reparent(("/Hall",), "/"), "already"),
    ],
    ids=lambda x: x.label if isinstance(x, e.Edit) else "",
)
def test_refused(hall: Usd.Stage, edit: e.Edit, words: str) -> None:
    refused(hall, edit, words)


def test_a_prim_that_moves_over_time_or_lies_on_its_side_is_refused(hall: Usd.Stage) -> None:
    UsdGeom.Xform.Define(hall, "/Hall/Moving").AddTranslateOp().Set(Gf.Vec3d(1, 0, 0), 5.0)
    refused(hall, e.Reparent(("/Hall/Moving",), "/Hall/Turned"), "over time")
    refused(hall, e.Reparent(("/Hall/Moving",), "/Hall/Tilted"), "over time")
    UsdGeom.Xform.Define(hall, "/Hall/Side").AddRotateYOp().Set(90.0)
    refused(hall, e.Mirror(("/Hall/Side",), (0, 0), 30.0), "can't be turned")


def test_a_stronger_layer_that_points_there_is_not_overruled(hall: Usd.Stage) -> None:
    with Usd.EditContext(hall, hall.GetSessionLayer()):
        hall.GetPrimAtPath("/Hall/B").GetRelationship(FLOW).SetTargets(["/Hall/A"])
    refused(hall, e.Remove(("/Hall/A",)), "stronger value")
    refused(hall, e.Reparent(("/Hall/A",), "/Hall/Turned"), "stronger value")


def test_a_locked_layer_is_refused(hall: Usd.Stage) -> None:
    hall.GetRootLayer().SetPermissionToEdit(False)
    for edit in (
        e.Remove(("/Hall/Out",)),
        e.Duplicate(("/Hall/A",)),
        e.Array(("/Hall/A",), (2, 1), (1, 1)),
        e.Reparent(("/Hall/Out",), "/Hall/Turned"),
        e.Align(("/Hall/A", "/Hall/B"), "left"),
        e.Snap(("/Hall/B",), turn=15.0),
    ):
        refused(hall, edit, "locked")


def test_edits_reach_into_a_referenced_file_when_that_is_the_edit_target(tmp_path: Path) -> None:
    base = Usd.Stage.CreateNew(str(tmp_path / "base.usda"))
    base.SetDefaultPrim(base.DefinePrim("/Base", "Xform"))
    for name, to in (("M", ["/Base/Out", "/Base/M"]), ("Out", ["/Base/M"]), ("T", [])):
        base.DefinePrim(f"/Base/{name}", "Xform").CreateRelationship("to").SetTargets(to)
    base.Save()
    top = Usd.Stage.CreateNew(str(tmp_path / "top.usda"))
    top.DefinePrim("/World", "Xform").GetReferences().AddReference("./base.usda")
    layers = base.GetRootLayer(), top.GetRootLayer()
    before = [layer.ExportToString() for layer in layers]
    top.SetEditTarget(Usd.EditTarget(layers[0], top.GetPrimAtPath("/World").GetPrimIndex().rootNode.children[0]))
    edits = (e.Duplicate(("/World/M",), (1, 0, 0)), e.Reparent(("/World/M",), "/World/T"), e.Remove(("/World/M_2",)))
    for edit in edits:
        edit.do(top)
    assert targets(top, "/World/T/M", "to") == ["/World/Out", "/World/T/M"] and targets(top, "/World/Out", "to") == [
        "/World/T/M"
    ]
    assert not top.GetPrimAtPath("/World/M") and not top.GetPrimAtPath("/World/M_2")
    assert layers[1].ExportToString() == before[1]
    for edit in reversed(edits):
        edit.undo(top)
    assert [layer.ExportToString() for layer in layers] == before
