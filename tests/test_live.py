# SPDX-License-Identifier: Apache-2.0
"""Live values show on the stage in the session layer alone and can be taken back without a trace; silence turns stale."""

from __future__ import annotations

from pathlib import Path

import pytest
from factory_twin import event
from factory_twin.event import State
from factory_twin.live import LiveLayer, LiveState, Quality
from factory_twin.palette import HEX, LETTER, linear
from factory_twin.sample import Sample
from pxr import Gf, Sdf, Tf, Usd, UsdGeom

PLACES = ("/Line/Press", "/Line/Rack", "/Line/Gone")


@pytest.fixture
def stage(tmp_path: Path) -> Usd.Stage:
    """A line with a sublayer, a press with a lamp, and a rack without one."""
    sub = Sdf.Layer.CreateNew(str(tmp_path / "sub.usda"))
    made = Usd.Stage.CreateNew(str(tmp_path / "line.usda"))
    made.GetRootLayer().subLayerPaths.append("sub.usda")
    for path in ("/Line", "/Line/Press", "/Line/Rack"):
        UsdGeom.Xform.Define(made, path)
    lamp = UsdGeom.Sphere.Define(made, "/Line/Press/Andon")
    lamp.CreateDisplayColorAttr([Gf.Vec3f(0.5)])
    with Usd.EditContext(made, sub):
        made.OverridePrim("/Line/Rack").SetDocumentation("from the sublayer")
    sub.Save()
    made.Save()
    return made


@pytest.fixture
def live() -> LiveState:
    return LiveState(PLACES)


def value(stage: Usd.Stage, place: str, name: str) -> object:
    return stage.GetAttributeAtPath(f"{place}.factoryTwin:state:{name}").Get()


def lamp_color(stage: Usd.Stage) -> Gf.Vec3f:
    return UsdGeom.Sphere.Get(stage, "/Line/Press/Andon").GetDisplayColorAttr().Get()[0]


def texts(stage: Usd.Stage, *, session: bool) -> list[str]:
    layers = [x for x in stage.GetUsedLayers() if session or x != stage.GetSessionLayer()]
    return sorted(x.ExportToString() for x in layers)


def test_values_and_lamp_show_on_the_stage(stage: Usd.Stage, live: LiveState) -> None:
    layer = LiveLayer(stage, live)
    live.feed(event.state(1700.0, "/Line/Press", State.DOWN), 0.0)
    live.feed(event.value(1701.0, "/Line/Press", "parts", 7), 0.1)
    live.feed(event.value(1702.0, "/Line/Press", "temperature", 61.5), 0.2)
    live.feed(event.value(1700.0, "/Line/Rack", "wip", 3), 0.2)
    assert layer.flush(0.3) == layer.writes > 0
    got = {n: value(stage, "/Line/Press", n) for n in ("status", "parts", "temperature", "timestamp", "quality")}
    assert got == {"status": "down", "parts": 7, "temperature": 61.5, "timestamp": 1702.0, "quality": "good"}
    assert value(stage, "/Line/Rack", "wip") == 3
    assert Gf.IsClose(lamp_color(stage), Gf.Vec3f(*linear(State.DOWN)), 1e-6)


def test_only_changed_values_are_written_and_in_one_notice(stage: Usd.Stage, live: LiveState) -> None:
    layer = LiveLayer(stage, live)
    live.feed(event.state(1.0, "/Line/Press", State.BUSY), 0.0)
    live.feed(event.value(1.0, "/Line/Rack", "wip", 3), 0.0)
    notices: list[list[Sdf.Path]] = []
    key = Tf.Notice.Register(Usd.Notice.ObjectsChanged, lambda n, s: notices.append(n.GetChangedInfoOnlyPaths()), stage)
    layer.flush(0.1)
    assert len(notices) == 1
    live.feed(event.state(1.0, "/Line/Press", State.BUSY), 0.2)
    assert layer.flush(0.3) == 0
    live.feed(event.state(1.0, "/Line/Press", State.IDLE), 0.4)
    assert layer.flush(0.5) == 2  # status and lamp
    assert len(notices) == 2
    assert layer.flush(0.6) == 0
    key.Revoke()


def test_no_other_layer_is_touched_and_clear_leaves_no_trace(stage: Usd.Stage, live: LiveState) -> None:
    before_session, before = stage.GetSessionLayer().ExportToString(), texts(stage, session=False)
    layer = LiveLayer(stage, live)
    for number, state in enumerate(State):
        live.feed(event.state(float(number), "/Line/Press", state), float(number))
        live.feed(event.value(0.0, "/Line/Rack", "parts", number), float(number))
        layer.flush(float(number))
    assert texts(stage, session=False) == before
    assert stage.GetSessionLayer().ExportToString() != before_session
    layer.clear()
    assert stage.GetSessionLayer().ExportToString() == before_session
    assert texts(stage, session=False) == before
    assert not any(x.dirty for x in stage.GetUsedLayers() if x != stage.GetSessionLayer())
    assert lamp_color(stage) == Gf.Vec3f(0.5)


def test_clear_gives_back_what_the_user_had_in_the_session_layer(stage: Usd.Stage, live: LiveState) -> None:
    with Usd.EditContext(stage, stage.GetSessionLayer()):
        stage.GetPrimAtPath("/Line/Press/Andon").GetAttribute("primvars:displayColor").Set([Gf.Vec3f(0.25)])
        stage.GetPrimAtPath("/Line/Press").CreateAttribute("factoryTwin:state:parts", Sdf.ValueTypeNames.Int)
        stage.OverridePrim("/Line/Rack").SetDocumentation("mine")
    before = stage.GetSessionLayer().ExportToString()
    layer = LiveLayer(stage, live)
    live.feed(event.state(0.0, "/Line/Press", State.BUSY), 0.0)
    live.feed(event.value(0.0, "/Line/Press", "parts", 3), 0.0)
    live.feed(event.value(0.0, "/Line/Rack", "wip", 3), 0.0)
    layer.flush(0.0)
    assert stage.GetSessionLayer().ExportToString() != before
    layer.clear()
    assert stage.GetSessionLayer().ExportToString() == before


def test_clear_keeps_what_others_wrote_meanwhile(stage: Usd.Stage, live: LiveState) -> None:
    layer = LiveLayer(stage, live)
    live.feed(event.state(0.0, "/Line/Press", State.BUSY), 0.0)
    layer.flush(0.0)
    with Usd.EditContext(stage, stage.GetSessionLayer()):
        UsdGeom.Imageable.Get(stage, "/Line/Press").MakeInvisible()
    layer.clear()
    press = stage.GetSessionLayer().GetPrimAtPath("/Line/Press")
    assert [p.name for p in press.properties] == ["visibility"]


def test_after_someone_emptied_the_session_layer_all_values_are_written_again(stage: Usd.Stage, live: LiveState) -> None:
    layer = LiveLayer(stage, live)
    live.feed(event.value(0.0, "/Line/Rack", "wip", 3), 0.0)
    live.feed(event.state(0.0, "/Line/Press", State.BUSY), 0.0)
    layer.flush(0.0)
    stage.GetSessionLayer().Clear()
    live.feed(event.state(0.0, "/Line/Press", State.DOWN), 1.0)
    layer.flush(1.0)
    assert value(stage, "/Line/Press", "status") == "down"
    assert value(stage, "/Line/Rack", "wip") == 3
    layer.clear()
    assert not stage.GetSessionLayer().rootPrims


def test_silence_turns_a_state_stale_and_unknown(stage: Usd.Stage, live: LiveState) -> None:
    layer = LiveLayer(stage, live)
    live.feed(event.state(0.0, "/Line/Press", State.BUSY), 100.0)
    live.feed(event.value(0.0, "/Line/Press", "temperature", 20.0), 108.0)  # a live thermometer does not keep a state alive
    layer.flush(110.0)
    assert value(stage, "/Line/Press", "status") == "busy"
    assert layer.flush(110.1) > 0
    assert (value(stage, "/Line/Press", "status"), value(stage, "/Line/Press", "quality")) == ("unknown", "stale")
    assert Gf.IsClose(lamp_color(stage), Gf.Vec3f(*linear(State.UNKNOWN)), 1e-6)
    row = live.row("/Line/Press", 110.1)
    assert (row.state, row.quality, row.temperature) == (State.UNKNOWN, Quality.STALE, 20.0)
    live.feed(event.state(0.0, "/Line/Press", State.BUSY), 111.0)
    layer.flush(111.0)
    assert (value(stage, "/Line/Press", "status"), value(stage, "/Line/Press", "quality")) == ("busy", "good")


@pytest.mark.parametrize("clock", [0.0, 1e9 - 3600, 1e9 + 3600, 4e9])
def test_a_source_clock_is_shown_but_does_not_decide_staleness(live: LiveState, clock: float) -> None:
    live.feed(event.state(clock, "/Line/Press", State.BUSY), 50.0)
    row = live.row("/Line/Press", 55.0)
    assert (row.quality, row.time, row.age) == (Quality.GOOD, clock, 5.0)
    assert live.row("/Line/Press", 61.0).quality is Quality.STALE


def test_a_kept_old_value_is_uncertain_and_never_replaces_a_live_one(live: LiveState) -> None:
    assert live.feed(event.state(0.0, "/Line/Press", State.BUSY), 0.0, retained=True)
    assert live.row("/Line/Press", 1.0).quality is Quality.UNCERTAIN
    live.feed(event.state(0.0, "/Line/Press", State.DOWN), 2.0)
    assert not live.feed(event.state(0.0, "/Line/Press", State.BUSY), 3.0, retained=True)
    row = live.row("/Line/Press", 3.0)
    assert (row.state, row.quality) == (State.DOWN, Quality.GOOD)


def test_unknown_places_are_counted_and_listed_and_written_nowhere(stage: Usd.Stage, live: LiveState) -> None:
    layer = LiveLayer(stage, live)
    assert layer.missing == ("/Line/Gone",)
    for i in range(1000):
        assert not live.feed(event.state(0.0, f"/Other{i}", State.BUSY), 0.0)
    live.feed(event.state(0.0, "/Line/Gone", State.BUSY), 0.0)
    assert live.unknown_events == 1000
    assert len(live.unknown) == 100
    assert layer.flush(0.0) == 0
    assert not stage.GetSessionLayer().rootPrims


def test_moves_are_not_readings(live: LiveState) -> None:
    assert not live.feed(event.move(0.0, "/Line/Press", "/Line/Rack", 1), 0.0)
    assert live.row("/Line/Press", 0.0).quality is Quality.UNKNOWN


def test_a_place_inside_an_instance_is_left_out(stage: Usd.Stage) -> None:
    UsdGeom.Xform.Define(stage, "/Proto/Inner")
    shown = stage.DefinePrim("/Shown")
    shown.GetReferences().AddInternalReference("/Proto")
    shown.SetInstanceable(True)
    layer = LiveLayer(stage, LiveState(["/Shown", "/Shown/Inner"]))
    assert layer.missing == ("/Shown/Inner",)


def test_every_state_has_its_own_colour_and_letter() -> None:
    assert len({*HEX.values()}) == len({*LETTER.values()}) == len(State) == len(HEX) == len(LETTER)
    assert all(0 <= c <= 1 for s in State for c in linear(s))


def test_where_values_come_with_every_flush_the_time_is_told_once_a_second_and_at_the_end(
    stage: Usd.Stage, live: LiveState
) -> None:
    layer = LiveLayer(stage, live)
    told = []
    for k in range(25):
        live.feed(event.value(1700.0 + k / 10, "/Line/Press", "temperature", 20.0 + k), k / 10)
        live.feed(event.value(1700.0, "/Line/Rack", "wip", k), k / 10)
        layer.flush(k / 10)
        told.append(value(stage, "/Line/Press", "timestamp"))
        assert value(stage, "/Line/Press", "temperature") == 20.0 + k
        assert 0.0 <= 1700.0 + k / 10 - told[-1] < 1.0
    assert sorted(set(told)) == [1700.0, 1701.0, 1702.0]
    assert layer.flush(2.5) == 1 and value(stage, "/Line/Press", "timestamp") == 1702.4
    assert layer.flush(2.6) == 0
    live.feed(event.value(1702.5, "/Line/Press", "temperature", 7.0), 2.5)
    layer.flush(2.6)
    layer.clear()
    assert layer.flush(2.7) > 0 and value(stage, "/Line/Press", "timestamp") == 1702.5  # all is told anew


def test_what_an_attribute_cant_hold_is_told_and_the_others_go_on(stage: Usd.Stage, live: LiveState) -> None:
    layer = LiveLayer(stage, live)
    for k, temperature in enumerate((61.5, "hot", 62.5)):
        live.feed(Sample("/Line/Press", "temperature", temperature, 1700.0 + k, stale_after=10.0), 0.1 * k)
        live.feed(event.value(1700.0 + k, "/Line/Press", "parts", k), 0.1 * k)
        layer.flush(0.1 * k)
        assert value(stage, "/Line/Press", "parts") == k
    assert list(layer.faults) == ["/Line/Press.factoryTwin:state:temperature"] and "hot" in layer.faults.popitem()[1]
    assert value(stage, "/Line/Press", "temperature") == 61.5
