# SPDX-License-Identifier: Apache-2.0
"""An edit changes what it says, refuses what makes no sense, and undoing it leaves every layer byte for byte as it was."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from factory_twin import edit as e
from factory_twin.check import check
from factory_twin.errors import FactoryTwinError
from factory_twin.plant import Station
from factory_twin.read import applied, open_stage, read_plant
from hypothesis import given, settings
from hypothesis import strategies as st
from pxr import Gf, Sdf, Usd, UsdGeom

HERE = Path(__file__).parent
TIME = "factoryTwin:station:processTime"


def texts(stage: Usd.Stage) -> dict[str, str]:
    return {layer.identifier: layer.ExportToString() for layer in stage.GetLayerStack()}


def line() -> Usd.Stage:
    """The three machines below an empty root layer in memory, so that edits of tests stay apart."""
    return over("three_machines.usda")


def over(name: str) -> Usd.Stage:
    kept = open_stage(HERE / "good" / name)
    below, root = Sdf.Layer.CreateAnonymous("below.usda"), Sdf.Layer.CreateAnonymous("root.usda")
    below.TransferContent(kept.GetRootLayer())
    root.subLayerPaths.append(below.identifier)
    root.pseudoRoot.SetInfo("metersPerUnit", UsdGeom.GetStageMetersPerUnit(kept))
    root.pseudoRoot.SetInfo("upAxis", UsdGeom.GetStageUpAxis(kept))
    root.defaultPrim = below.defaultPrim
    stage = Usd.Stage.Open(root)
    KEEP.append(below)
    return stage


KEEP: list[Sdf.Layer] = []


def station(stage: Usd.Stage, path: str) -> Station:
    node = read_plant(stage).node(path)
    assert isinstance(node, Station)
    return node


def test_set_attribute_and_undo_in_an_upper_layer() -> None:
    stage = line()
    before = texts(stage)
    edit = e.SetAttribute("/Line/M1", TIME, "2 min")
    edit.do(stage)
    assert station(stage, "/Line/M1").process_time.mean == 120.0
    assert edit.label == "Set processTime of M1 to 2 min"
    spec = stage.GetRootLayer().GetAttributeAtPath(f"/Line/M1.{TIME}")
    assert (str(spec.typeName), spec.variability, spec.custom) == ("string", Sdf.VariabilityUniform, False)
    edit.undo(stage)
    assert texts(stage) == before


def test_setting_where_a_value_is_keeps_its_place_and_undo_brings_the_old_one() -> None:
    stage = line()
    stage.SetEditTarget(stage.GetLayerStack()[2])
    before = texts(stage)
    edit = e.SetAttribute("/Line/M2", TIME, 45)
    edit.do(stage)
    after = texts(stage)
    assert after != before and station(stage, "/Line/M2").process_time.mean == 45.0
    edit.undo(stage)
    assert texts(stage) == before
    edit.do(stage)
    assert texts(stage) == after


def test_reset_takes_the_own_value_away_and_undo_puts_it_where_it_was() -> None:
    stage = line()
    stage.SetEditTarget(stage.GetLayerStack()[2])
    before = texts(stage)
    edit = e.SetAttribute("/Line/M1", "factoryTwin:failure:breakdown:timeToFailure", None)
    edit.do(stage)
    assert [i.code for i in check(stage)] == ["failure.time_to_failure.missing"]
    edit.undo(stage)
    assert texts(stage) == before


@pytest.mark.parametrize(
    ("path", "attribute", "value", "words"),
    [
        ("/Line/M1", TIME, "triangular(low=5)", "lacks mode, high"),
        ("/Line/M1", TIME, -1, "out of range"),
        ("/Line/M1", TIME, True, "no string"),
        ("/Line/M1", "factoryTwin:station:servers", 0, "out of range"),
        ("/Line/M1", "factoryTwin:station:servers", 1.5, "no int"),
        ("/Line/M1", "factoryTwin:station:servers", "2", "no int"),
        ("/Line/M1", "factoryTwin:station:servers", 1 << 40, "no int"),
        ("/Line/M1", "factoryTwin:station:powerBusy", float("nan"), "not finite"),
        ("/Line/M1", "factoryTwin:partPosition", (1, 2), "no point3f"),
        ("/Line/M1", "factoryTwin:successorWeights", [-1], "out of range"),
        ("/Line/M1", "factoryTwin:buffer:capacity", 3, "No applied schema"),
        ("/Line/M1", "factoryTwin:failure:breakdown:clock", "lunar", "Allowed: operating, calendar"),
        ("/Line/M1", "factoryTwin:successors", "x", "relationship"),
        ("/Line/M9", TIME, "60", "no such prim"),
        ("not a path", TIME, "60", "no such prim"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(path: str, attribute: str, value: object, words: str) -> None:
    stage = line()
    before = texts(stage)
    with pytest.raises(FactoryTwinError, match=words) as caught:
        e.SetAttribute(path, attribute, value).do(stage)
    assert path in caught.value.where and caught.value.hint
    assert texts(stage) == before


def test_a_value_that_a_stronger_layer_would_hide_is_refused() -> None:
    stage = line()
    stage.SetEditTarget(stage.GetRootLayer())
    e.SetAttribute("/Line/M1", TIME, "70").do(stage)
    stage.SetEditTarget(stage.GetLayerStack()[2])
    with pytest.raises(FactoryTwinError, match="stronger value"):
        e.SetAttribute("/Line/M1", TIME, "80").do(stage)


def test_a_locked_layer_is_refused() -> None:
    stage = line()
    stage.GetRootLayer().SetPermissionToEdit(False)
    with pytest.raises(FactoryTwinError, match="locked"):
        e.SetAttribute("/Line/M1", TIME, "70").do(stage)


def test_inside_an_instance_nothing_can_be_edited() -> None:
    stage = open_stage(HERE / "good" / "cells.usda")
    with pytest.raises(FactoryTwinError, match="inside an instance"):
        e.SetAttribute("/Hall/Cell1/Load", TIME, "60").do(stage)


def test_on_the_instance_itself_it_can() -> None:
    stage = open_stage(HERE / "good" / "instances.usda")
    before = texts(stage)
    stage.SetEditTarget(stage.GetSessionLayer())
    edit = e.SetAttribute("/Shop/PressA", TIME, "50")
    edit.do(stage)
    assert station(stage, "/Shop/PressA").process_time.mean == 50.0
    edit.undo(stage)
    assert texts(stage) == before


def test_an_edit_in_a_variant_stays_in_the_variant() -> None:
    stage = over("scenarios.usda")
    layer = stage.GetLayerStack()[2]
    variants = stage.GetPrimAtPath("/Plant").GetVariantSet("scenario")
    before = texts(stage)
    stage.SetEditTarget(variants.GetVariantEditTarget(layer))
    edit = e.SetAttribute("/Plant/Welder", "factoryTwin:station:servers", 4)
    edit.do(stage)
    assert station(stage, "/Plant/Welder").servers == 4
    assert layer.GetObjectAtPath("/Plant{scenario=asBuilt}Welder.factoryTwin:station:servers")
    edit.undo(stage)
    assert texts(stage) == before


def test_apply_and_remove_schemas() -> None:
    stage = line()
    stage.DefinePrim("/Line/New", "Xform")
    before = texts(stage)
    history = e.History(stage)
    history.do(e.ApplySchema("/Line/New", "FactoryTwinStationAPI"))
    history.do(e.ApplySchema("/Line/New", "FactoryTwinFailureAPI", "jam"))
    history.do(e.SetAttribute("/Line/New", "factoryTwin:failure:jam:timeToRepair", "5 min"))
    assert applied(stage.GetPrimAtPath("/Line/New")) == ("FactoryTwinStationAPI", "FactoryTwinFailureAPI:jam")
    assert history.undo_label == "Set timeToRepair of New to 5 min"
    full = texts(stage)
    history.do(e.RemoveSchema("/Line/New", "FactoryTwinFailureAPI", "jam"))
    assert applied(stage.GetPrimAtPath("/Line/New")) == ("FactoryTwinStationAPI",)
    assert "timeToRepair" not in stage.GetRootLayer().ExportToString()
    history.undo()
    assert texts(stage) == full
    while history.can_undo:
        history.undo()
    assert texts(stage) == before


def test_removing_from_the_middle_is_undone_in_place() -> None:
    stage = line()
    stage.SetEditTarget(stage.GetLayerStack()[2])
    before = texts(stage)
    spec = stage.GetEditTarget().GetLayer().GetPrimAtPath("/Line/M1")
    names = [p.name for p in spec.properties]  # text is written in order of names, crate files as it stands
    edit = e.RemoveSchema("/Line/M1", "FactoryTwinStationAPI")
    edit.do(stage)
    assert applied(stage.GetPrimAtPath("/Line/M1")) == ("FactoryTwinFailureAPI:breakdown",)
    edit.undo(stage)
    assert texts(stage) == before
    assert [p.name for p in spec.properties] == names


def test_removing_a_schema_keeps_the_values_that_another_one_has_too() -> None:
    stage = line()
    stage.SetEditTarget(stage.GetLayerStack()[2])
    stage.GetPrimAtPath("/Line/M1").AddAppliedSchema("FactoryTwinNodeAPI")
    e.RemoveSchema("/Line/M1", "FactoryTwinStationAPI").do(stage)
    names = [p.GetName() for p in stage.GetPrimAtPath("/Line/M1").GetAuthoredPropertiesInNamespace("factoryTwin")]
    assert "factoryTwin:successors" in names and TIME not in names


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (e.ApplySchema("/Line/M1", "FactoryTwinStationAPI"), "applied already"),
        (e.ApplySchema("/Line/M1", "FactoryTwinBufferAPI"), "a place already"),
        (e.ApplySchema("/Line/M1", "FactoryTwinNonsenseAPI"), "no schema"),
        (e.ApplySchema("/Line/M1", "FactoryTwinFailureAPI"), "instance name"),
        (e.ApplySchema("/Line/M1", "FactoryTwinFailureAPI", "two words"), "instance name"),
        (e.ApplySchema("/Line", "FactoryTwinPathAPI"), "does not go on a Xform"),
        (e.RemoveSchema("/Line/M1", "FactoryTwinBufferAPI"), "not applied"),
        (e.RemoveSchema("/Line/M1", "FactoryTwinFailureAPI", "other"), "not applied"),
        (e.Connect("/Line/M1", "/Line/B1"), "already"),
        (e.Connect("/Line/M1", "/Line/M1"), "itself"),
        (e.Connect("/Line/M1", "/Line/Source"), "no place that parts can enter"),
        (e.Connect("/Line/M1", "/Line/Nowhere"), "no place that parts can enter"),
        (e.Connect("/Line", "/Line/M1"), "No applied schema"),
        (e.Disconnect("/Line/M1", "/Line/B2"), "does not feed"),
        (e.SetTargets("/Line/M1", "factoryTwin:successors", ("/Line/Nowhere",)), "no prim"),
        (e.SetTargets("/Line/M1", TIME, ()), "no relationship"),
        (e.Move("/Line/M1", (0, float("inf"), 0)), "no position"),
        (e.Rotate("/Line/M1", float("nan")), "no angle"),
        (e.Rename("/Line/M9", "x"), "no such prim"),
    ],
    ids=lambda x: x.label if isinstance(x, e.Edit) else "",
)
def test_refused(edit: e.Edit, words: str) -> None:
    stage = line()
    before = texts(stage)
    with pytest.raises(FactoryTwinError, match=words):
        edit.do(stage)
    assert texts(stage) == before


def test_connect_and_disconnect_keep_weights_in_step() -> None:
    stage = line()
    before = texts(stage)
    history = e.History(stage)
    history.do(e.Connect("/Line/M1", "/Line/B2"))
    history.do(e.SetAttribute("/Line/M1", "factoryTwin:successorWeights", [3, 1]))
    history.do(e.Connect("/Line/M1", "/Line/Sink", weight=2.0))
    assert station(stage, "/Line/M1").successors == ("/Line/B1", "/Line/B2", "/Line/Sink")
    assert station(stage, "/Line/M1").weights == (3.0, 1.0, 2.0)
    history.do(e.Disconnect("/Line/M1", "/Line/B1"))
    assert station(stage, "/Line/M1").successors == ("/Line/B2", "/Line/Sink")
    assert station(stage, "/Line/M1").weights == (1.0, 2.0)
    while history.can_undo:
        history.undo()
    assert texts(stage) == before


@pytest.mark.parametrize("path", ["/Factory/Press", "/Factory/In", "/Factory"])
def test_move_brings_the_origin_to_metres_in_the_world(path: str) -> None:
    stage = over("y_up_centimetres.usda")
    before = texts(stage)
    edit = e.Move(path, (7.5, 0.25, -3.0))
    edit.do(stage)
    assert e.position(stage, path) == pytest.approx((7.5, 0.25, -3.0))
    edit.undo(stage)
    assert texts(stage) == before


def test_move_reaches_the_goal_through_turned_and_scaled_parents_and_odd_operations() -> None:
    stage = Usd.Stage.CreateInMemory()
    parent = UsdGeom.Xform.Define(stage, "/A")
    parent.AddRotateXYZOp().Set(Gf.Vec3f(20, 30, 40))
    parent.AddScaleOp().Set(Gf.Vec3f(2, 3, 4))
    child = UsdGeom.Xform.Define(stage, "/A/B")
    child.AddRotateZOp().Set(33.0)
    child.AddTranslateOp(UsdGeom.XformOp.PrecisionFloat).Set(Gf.Vec3f(1, 2, 3))
    child.AddTranslateOp(UsdGeom.XformOp.PrecisionDouble, "pivot").Set(Gf.Vec3d(1, 1, 1))
    e.Move("/A/B", (1.0, 2.0, 3.0)).do(stage)
    assert e.position(stage, "/A/B") == pytest.approx((1.0, 2.0, 3.0), abs=1e-6)
    assert str(stage.GetPrimAtPath("/A/B").GetAttribute("xformOp:translate").GetTypeName()) == "float3"


def test_move_respects_a_reset_transform_stack() -> None:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.Xform.Define(stage, "/A").AddTranslateOp().Set(Gf.Vec3d(500, 0, 0))
    UsdGeom.Xform.Define(stage, "/A/B").SetResetXformStack(True)
    e.Move("/A/B", (1.0, 2.0, 3.0)).do(stage)
    assert e.position(stage, "/A/B") == pytest.approx((1.0, 2.0, 3.0))


def test_what_moves_over_time_is_not_moved() -> None:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.Xform.Define(stage, "/A").AddTranslateOp().Set(Gf.Vec3d(1, 0, 0), 5.0)
    with pytest.raises(FactoryTwinError, match="over time"):
        e.Move("/A", (0, 0, 0)).do(stage)


@pytest.mark.parametrize("axis", ["Y", "Z"])
@pytest.mark.parametrize("op", ["", "RotateY", "RotateZ", "RotateXYZ", "RotateZYX", "Transform", "Scale"])
def test_rotate_turns_about_the_up_axis_through_the_origin(axis: str, op: str) -> None:
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, axis)
    xform = UsdGeom.Xform.Define(stage, "/A")
    xform.AddTranslateOp().Set(Gf.Vec3d(5, 6, 7))
    if op == "Transform":
        xform.AddTransformOp().Set(Gf.Matrix4d().SetRotate(Gf.Rotation(Gf.Vec3d(0, 1, 1), 25)))
    elif op:
        add = getattr(xform, f"Add{op}Op")
        add().Set(Gf.Vec3f(1, 2, 3) if op == "Scale" else Gf.Vec3f(0, 0, 15) if len(op) == 9 else 20.0)
    before, where = texts(stage), e.position(stage, "/A")
    old = UsdGeom.Xformable(xform).GetLocalTransformation()
    edit = e.Rotate("/A", 30.0)
    edit.do(stage)
    up = Gf.Vec3d(0, 1, 0) if axis == "Y" else Gf.Vec3d(0, 0, 1)
    turn = Gf.Matrix4d().SetRotate(Gf.Rotation(up, 30.0))
    new = UsdGeom.Xformable(xform).GetLocalTransformation()
    assert e.position(stage, "/A") == pytest.approx(where)
    assert Gf.IsClose(new, old.SetTranslateOnly(Gf.Vec3d(0)) * turn * Gf.Matrix4d().SetTranslate(Gf.Vec3d(5, 6, 7)), 1e-6)
    edit.undo(stage)
    assert texts(stage) == before


def test_heading_follows_rotate() -> None:
    for name, path in (("y_up_centimetres.usda", "/Factory/In"), ("three_machines.usda", "/Line/M1")):
        stage = over(name)
        assert e.heading(stage, path) == pytest.approx(0.0)
        e.Rotate(path, 90.0).do(stage)
        e.Rotate(path, -30.0).do(stage)
        assert e.heading(stage, path) == pytest.approx(60.0)


def test_rename_sets_the_display_name() -> None:
    stage = line()
    before = texts(stage)
    edit = e.Rename("/Line/M1", "Mill 1")
    edit.do(stage)
    assert read_plant(stage).node("/Line/M1").name == "Mill 1"
    edit.undo(stage)
    assert texts(stage) == before


def test_a_group_is_one_step_and_fails_as_a_whole() -> None:
    stage = line()
    before = texts(stage)
    good = e.SetAttribute("/Line/M1", TIME, "70"), e.Move("/Line/M1", (1, 1, 0))
    history = e.History(stage)
    history.do(e.Group("Two things", good))
    assert station(stage, "/Line/M1").process_time.mean == 70 and e.position(stage, "/Line/M1") == pytest.approx((1, 1, 0))
    history.undo()
    assert texts(stage) == before
    with pytest.raises(FactoryTwinError):
        history.do(e.Group("Bad", (*good, e.SetAttribute("/Line/M1", TIME, "never"))))
    assert texts(stage) == before and not history.can_undo and history.can_redo


def test_history_goes_back_and_forth_and_tells() -> None:
    stage = line()
    told: list[str] = []
    history = e.History(stage, limit=2)
    end = history.on_change(lambda: told.append(history.undo_label))
    assert history.undo() is None and history.redo() is None and not told
    for seconds in (61, 62, 63):
        history.do(e.SetAttribute("/Line/M1", TIME, seconds))
    assert [bool(history.undo()) for _ in range(3)] == [True, True, False]
    assert station(stage, "/Line/M1").process_time.mean == 61
    assert history.redo_label == "Set processTime of M1 to 62" and history.redo()
    assert station(stage, "/Line/M1").process_time.mean == 62
    assert len(told) == 6
    end()
    history.do(e.SetAttribute("/Line/M1", TIME, 64))
    assert not history.can_redo and len(told) == 6


def test_redo_writes_to_the_layer_it_wrote_to_at_first() -> None:
    stage = line()
    history = e.History(stage)
    history.do(e.SetAttribute("/Line/M1", TIME, 61))
    after = texts(stage)
    history.undo()
    stage.SetEditTarget(stage.GetSessionLayer())
    history.redo()
    assert texts(stage) == after
    assert stage.GetEditTarget().GetLayer() == stage.GetSessionLayer()


def test_undo_before_do_is_refused() -> None:
    with pytest.raises(FactoryTwinError, match="not done"):
        e.Rename("/Line/M1", "x").undo(line())


def test_files_are_the_same_whether_the_schemas_are_registered_or_not(repo: Path, tmp_path: Path) -> None:
    script = f"""
import sys
sys.path[:0] = {[str(repo / "exts" / x) for x in ("factory_twin", "factory_twin.schema")]!r}
if sys.argv[1] == "early":
    from factory_twin_schema import register
    register()
from factory_twin import edit as e
from factory_twin.read import open_stage
stage = open_stage(sys.argv[2])
stage.DefinePrim("/Line/New", "Xform")
for edit in (
    e.ApplySchema("/Line/New", "FactoryTwinStationAPI"),
    e.SetAttribute("/Line/New", "{TIME}", 60),
    e.SetAttribute("/Line/New", "factoryTwin:partPosition", (0, 0, 1)),
    e.SetAttribute("/Line/M1", "factoryTwin:station:servers", 2),
    e.Connect("/Line/New", "/Line/Sink"),
    e.RemoveSchema("/Line/M2", "FactoryTwinFailureAPI", "breakdown"),
    e.Move("/Line/New", (1, 2, 3)),
):
    edit.do(stage)
stage.Save()
"""
    results = []
    for when in ("early", "never"):
        file = tmp_path / f"{when}.usda"
        shutil.copy(HERE / "good" / "three_machines.usda", file)
        run = subprocess.run([sys.executable, "-c", script, when, str(file)], capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stderr
        results.append(file.read_bytes())
    assert results[0] == results[1]


PATHS = st.sampled_from(
    ["/Factory", "/Factory/In", "/Factory/Belt", "/Factory/Press", "/Factory/Way", "/Factory/Agv", "/Factory/Out"]
)
SIZES = st.floats(-50, 50, width=32)
KINDS = ("Station", "Buffer", "Source", "Sink", "Path", "Transporter", "Footprint", "Failure", "Telemetry")
EDITS = st.one_of(
    st.builds(e.SetAttribute, PATHS, st.just(TIME), st.sampled_from(["60", "2 min", "", "gamma(2, 3)", "bad", None])),
    st.builds(e.SetAttribute, PATHS, st.just("factoryTwin:station:servers"), st.integers(-1, 4)),
    st.builds(e.SetAttribute, PATHS, st.just("factoryTwin:id"), st.one_of(st.none(), st.text('abä"\\\n ', max_size=5))),
    st.builds(e.SetAttribute, PATHS, st.just("factoryTwin:partPosition"), st.one_of(st.none(), st.tuples(SIZES, SIZES, SIZES))),
    st.builds(e.SetAttribute, PATHS, st.just("factoryTwin:successorWeights"), st.lists(st.floats(0, 9), max_size=3)),
    st.builds(e.ApplySchema, PATHS, st.sampled_from([f"FactoryTwin{k}API" for k in KINDS]), st.sampled_from(["", "one"])),
    st.builds(e.RemoveSchema, PATHS, st.sampled_from([f"FactoryTwin{k}API" for k in KINDS]), st.sampled_from(["", "one"])),
    st.builds(e.Connect, PATHS, PATHS),
    st.builds(e.Disconnect, PATHS, PATHS),
    st.builds(e.Rename, PATHS, st.text("ab ", max_size=3)),
    st.builds(e.Move, PATHS, st.tuples(SIZES, SIZES, SIZES)),
    st.builds(e.Rotate, PATHS, st.floats(-360, 360)),
)
BELOW = st.sampled_from([  # what the lowest layer holds can be taken away from the middle of it
    e.RemoveSchema("/Factory/Press", "FactoryTwinStationAPI"),
    e.RemoveSchema("/Factory/Belt", "FactoryTwinPathAPI"),
    e.SetAttribute("/Factory/Press", TIME, None),
    e.SetAttribute("/Factory/Press", "factoryTwin:id", None),
    e.Disconnect("/Factory/Press", "/Factory/Way"),
])  # fmt: skip


@settings(max_examples=120)
@given(steps=st.lists(st.tuples(st.integers(0, 2), EDITS) | st.tuples(st.just(2), BELOW), max_size=8))
def test_any_edits_undone_leave_all_layers_as_they_were_and_redone_as_they_became(steps: list[tuple[int, e.Edit]]) -> None:
    stage = over("y_up_centimetres.usda")
    history = e.History(stage)
    states = [texts(stage)]
    for target, edit in steps:
        stage.SetEditTarget(stage.GetLayerStack()[target])
        try:
            history.do(edit)
        except FactoryTwinError:
            assert texts(stage) == states[-1]
        else:
            states.append(texts(stage))
    for state in reversed(states[:-1]):
        history.undo()
        assert texts(stage) == state
    for state in states[1:]:
        history.redo()
        assert texts(stage) == state
    check(stage)
    KEEP.clear()


@pytest.mark.parametrize(
    ("file", "path", "attribute", "value", "stored"),
    [
        ("workshop.usda", "/Shop/Fitters", "factoryTwin:pool:skills", ("weld", "saw"), ["weld", "saw"]),
        ("workshop.usda", "/Shop/Apart", "factoryTwin:disassembly:quantities", [3, 4.0], [3, 4]),
        ("workshop.usda", "/Shop/Cycle", "factoryTwin:calendar:windows", ((0, 5), (7, 9)), [(0, 5), (7, 9)]),
        ("workshop.usda", "/Shop/TwoShifts", "factoryTwin:calendar:breaks", ["10:00-10:15"], ["10:00-10:15"]),
        ("workshop.usda", "/Shop/Saw", "factoryTwin:maintenance:oil:every", 400, "400"),
        ("workshop.usda", "/Shop/Saw", "factoryTwin:wear:perPart", "0.1", "0.1"),
    ],
)
def test_values_of_every_kind_are_set_and_undone(file: str, path: str, attribute: str, value: object, stored: object) -> None:
    stage = over(file)
    before = texts(stage)
    edit = e.SetAttribute(path, attribute, value)
    edit.do(stage)
    found = stage.GetPrimAtPath(path).GetAttribute(attribute).Get()
    assert (found if isinstance(found, str) else [tuple(x) if isinstance(x, Gf.Vec2d) else x for x in found]) == stored
    assert check(stage) == []
    edit.undo(stage)
    assert texts(stage) == before


@pytest.mark.parametrize(
    ("path", "attribute", "value"),
    [
        ("/Shop/Fitters", "factoryTwin:pool:skills", "weld"),
        ("/Shop/Fitters", "factoryTwin:pool:skills", [1]),
        ("/Shop/Apart", "factoryTwin:disassembly:quantities", [0]),
        ("/Shop/Apart", "factoryTwin:disassembly:quantities", [1.5]),
        ("/Shop/Apart", "factoryTwin:disassembly:quantities", [math.inf]),
        ("/Shop/Cycle", "factoryTwin:calendar:windows", [1, 2]),
        ("/Shop/Cycle", "factoryTwin:calendar:windows", [(1, 2, 3)]),
        ("/Shop/Cycle", "factoryTwin:calendar:windows", [(0, math.nan)]),
    ],
)
def test_values_of_the_wrong_kind_are_refused(path: str, attribute: str, value: object) -> None:
    stage = over("workshop.usda")
    before = texts(stage)
    with pytest.raises(FactoryTwinError) as caught:
        e.SetAttribute(path, attribute, value).do(stage)
    assert caught.value.where == f"{path}.{attribute}" and caught.value.hint
    assert texts(stage) == before


def test_parts_can_be_led_to_a_transport() -> None:
    stage = over("transport.usda")
    e.Disconnect("/Shop/Rack", "/Shop/ToMill").do(stage)
    assert [i.code for i in check(stage)] == ["flow.no_successor"]
    e.Connect("/Shop/Rack", "/Shop/ToMill").do(stage)
    assert check(stage) == []


def test_a_prim_is_made_a_transport_but_is_no_second_kind_of_place() -> None:
    stage = over("transport.usda")
    e.ApplySchema("/Shop/Yard", "FactoryTwinTransportAPI").do(stage)
    assert "transport.vehicles.missing" in [i.code for i in check(stage)]
    with pytest.raises(FactoryTwinError, match="place already"):
        e.ApplySchema("/Shop/Mill", "FactoryTwinTransportAPI").do(stage)


def test_a_file_with_values_must_be_there_when_it_is_named(tmp_path: Path) -> None:
    shutil.copy(HERE / "good" / "measured.usda", tmp_path / "line.usda")
    (tmp_path / "t.csv").write_text("5\n7\n")
    stage = open_stage(tmp_path / "line.usda")
    edit = e.SetAttribute("/Shop/Mill", TIME, "empirical(file='t.csv')")
    edit.do(stage)
    assert station(stage, "/Shop/Mill").process_time.mean == 6.0
    with pytest.raises(FactoryTwinError, match="There is no file"):
        e.SetAttribute("/Shop/Mill", TIME, "empirical(file='u.csv')").do(stage)
