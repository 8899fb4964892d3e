# SPDX-License-Identifier: Apache-2.0
"""Bindings are read from any prim, and readings find their prim, quantity, unit and time, or a reason why not."""

from __future__ import annotations

import math
import random
import time
import tracemalloc
from pathlib import Path

import pytest
from factory_twin.binding import Binding, Filters, Router, Sample, read_bindings, to_event
from factory_twin.binding.router import FREE, MISSES
from factory_twin.distribution import constant
from factory_twin.errors import LinkError
from factory_twin.event import Kind, State
from factory_twin.formats.format import Reading, Refused, Unknown
from factory_twin.plant import Buffer, Plant, Station, Vehicle
from factory_twin.read import open_stage, read_plant
from factory_twin.topic import FilterTree, filter_fault
from hypothesis import given, settings
from hypothesis import strategies as st
from pxr import Sdf

HERE = Path(__file__).parent
NOW = 1.75e9
PRESS = Station(path="/World/Hall/Press", id="P-1", process_time=constant(60))
PLANT = Plant(
    nodes=(PRESS, Buffer(path="/World/Hall/Rack", id="R"), Buffer(path="/World/Yard/Rack", id="R")),
    vehicles=(Vehicle(path="/World/AGV_01"),),
)


def router(*bindings: Binding, prefix: str = "factorytwin") -> Router:
    return Router(PLANT, bindings, prefix)


def bound(**fields: object) -> Binding:
    return Binding(**{"path": "/World/Hall/Press", "name": "b", "topic": "site/press", **fields})  # type: ignore[arg-type]


def one(to: Router, source: str, name: str, value: object, *, at: float | None = None, unit: str = "", good: bool = True,
        wall: float = NOW) -> Sample:  # fmt: skip
    (sample,) = to.route(Reading(source, name, value, at, unit, good), wall)  # type: ignore[arg-type]
    return sample


# ---- reading them from a stage


def test_bindings_are_read_from_any_prim_with_their_placeholders_filled_in() -> None:
    stage = open_stage(HERE / "good" / "telemetry.usda")
    found, issues = read_bindings(stage, read_plant(stage))
    assert issues == []
    by = {(b.path, b.target): b for b in found}
    assert len(by) == 8
    assert by["/Line/Lamp", "inputs:intensity"].topic == "building/Lamp/brightness"
    assert (by["/Line/Lamp", "inputs:color.x"].topic, by["/Line/Lamp", "inputs:color.x"].component) == (
        "building/Line/Lamp/red",
        0,
    )
    assert by["/Line/Mill", "diameter"].topic == "quality/M-1"
    state = by["/Line/Mill", "state"]
    assert state.states == (("RUN", State.BUSY), ("3", State.DOWN), ("IDLE", State.IDLE))
    assert state.event and by["/Line/Mill", "diameter"].event and not by["/Line/Mill", "temperature"].event
    assert by["/Line/Mill", "power"].stale_after == 30.0


def test_a_flawed_binding_is_left_out_and_the_others_work_on() -> None:
    stage = open_stage(HERE / "good" / "telemetry.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    stage.GetAttributeAtPath("/Line/Mill.factoryTwin:telemetry:power:unit").Set("bar")
    stage.GetAttributeAtPath("/Line/Mill.factoryTwin:telemetry:temperature:staleAfter").Set(-1.0)
    found, issues = read_bindings(stage)
    assert sorted(i.code for i in issues) == ["telemetry.stale_after.invalid", "telemetry.unit.invalid"]
    assert len(found) == 6
    assert "kW" in next(i.hint for i in issues if i.code == "telemetry.unit.invalid")


def test_live_values_without_their_schema_are_told() -> None:
    stage = open_stage(HERE / "good" / "telemetry.usda")
    stage.SetEditTarget(stage.GetSessionLayer())
    mill = stage.GetPrimAtPath("/Line/Mill")
    mill.CreateAttribute("factoryTwin:state:diameter", Sdf.ValueTypeNames.Double).Set(1.0)
    from factory_twin.check import check

    assert [i.code for i in check(stage)] == ["attribute.unknown"]
    mill.AddAppliedSchema("FactoryTwinStateAPI")
    assert check(stage) == []


# ---- the default scheme

PLACES = [
    ("factorytwin/World/Hall/Press/temperature", "", "/World/Hall/Press", "temperature"),
    ("factorytwin/P-1/temperature", "", "/World/Hall/Press", "temperature"),
    ("factorytwin/Press/temperature", "", "/World/Hall/Press", "temperature"),
    ("factorytwin/acme/berlin/hall2/Press/temperature", "", "/World/Hall/Press", "temperature"),
    ("factorytwin/acme/Yard/Rack/wip", "", "/World/Yard/Rack", "wip"),
    ("factorytwin/World/Hall/Press", "/temperature", "/World/Hall/Press", "temperature"),
    ("factorytwin/P-1", "/spindle/vibration", "/World/Hall/Press", "vibration"),
    ("factorytwin/acme/P-1", "/power", "/World/Hall/Press", "power"),
    ("spBv1.0/Plant/Line/Press", "Spindle/Temperature", "/World/Hall/Press", "temperature"),
    ("vda5050/v3/ACME/AGV-01", "x", "/World/AGV_01", "x"),
    ("vda5050/v3/ACME/AGV-01", "theta", "/World/AGV_01", "heading"),
]


@pytest.mark.parametrize(("source", "name", "place", "target"), PLACES)
def test_a_topic_names_its_place_without_a_binding(source: str, name: str, place: str, target: str) -> None:
    sample = one(router(), source, name, 3.0)
    assert (sample.place, sample.quantity, sample.value, sample.time) == (place, target, 3.0, NOW)


NOWHERE = [
    ("factorytwin/Rack/wip", "", "Several places"),
    ("factorytwin/R/wip", "", "Several places"),
    ("factorytwin/Nowhere/wip", "", "no such place"),
    ("factorytwin/Press/", "", "empty level"),
    ("factorytwin//Press/wip", "", "empty level"),
    ("factorytwin/Press/Juice-1", "", "'Juice-1'"),
    ("factorytwin/press/wip", "", "no such place"),
    ("factorytwin/\u0420ress/wip", "", "no such place"),
    ("factorytwin/World/Hall/Press.factoryTwin:id/wip", "", "no such place"),
    ("other/World/Hall/Press/wip", "", "below factorytwin/"),
    ("factorytwin", "/wip", "below factorytwin/"),
    ("vda5050/v3/ACME/AGV-02", "x", "no such place"),
]


@pytest.mark.parametrize(("source", "name", "words"), NOWHERE)
def test_a_topic_of_no_place_is_unknown_with_the_reason(source: str, name: str, words: str) -> None:
    to = router()
    for _ in range(2):  # learnt, and remembered
        with pytest.raises(Unknown, match=words):
            to.route(Reading(source, name, 1.0), NOW)


@pytest.mark.parametrize(
    "source", ["", "factorytwin/+/wip", "factorytwin/#", "a\0b", "x/" * 100, "x" * 3000, "factorytwin/\ud800/wip"]
)
def test_an_impossible_topic_is_refused(source: str) -> None:
    with pytest.raises(Refused) as caught:
        router().route(Reading(source, "", 1.0), NOW)
    assert not isinstance(caught.value, Unknown)


@given(st.text(max_size=60), st.text(max_size=20), st.one_of(st.none(), st.floats(), st.booleans(), st.text(max_size=10)))
def test_any_reading_leads_to_a_known_prim_or_to_a_reason(topic: str, name: str, value: float | str | bool | None) -> None:
    to = router(bound(topic="site/+/#", quantity="temperature"))
    try:
        samples = to.route(Reading(f"factorytwin/{topic}", name, value), NOW) + to.route(
            Reading(f"site/{topic}", name, value), NOW
        )
    except Refused:
        return
    for sample in samples:
        assert sample.place in to.prims
        assert isinstance(sample.value, State | str | None) or math.isfinite(sample.value)


@pytest.mark.parametrize("prefix", ["", "a/#", "a//b", "/a", "a/", "$SYS"])
def test_a_bad_prefix_is_refused(prefix: str) -> None:
    with pytest.raises(LinkError):
        Router(PLANT, (), prefix)


# ---- bound ones


def test_a_binding_converts_unit_scale_and_offset() -> None:
    to = router(bound(pointer="/t", quantity="temperature", unit="degF", scale=0.1, offset=32.0))
    assert math.isclose(one(to, "site/press", "/t", 1800.0).value, 100.0)  # 180 + 32 degF
    assert math.isclose(one(to, "site/press", "/t", 100.0, unit="K").value, 42 - 273.15)  # the message's own unit
    assert math.isclose(one(to, "site/press", "/t", 1800.0).value, 100.0)
    with pytest.raises(Refused, match=r"pressure.*degF"):
        one(to, "site/press", "/t", 1.0, unit="bar")
    with pytest.raises(Unknown):
        one(to, "site/press", "/other", 1.0)


def test_a_bound_quantity_no_longer_comes_from_its_default_topic() -> None:
    to = router(bound(quantity="power"))
    assert one(to, "site/press", "", 5.0).quantity == "power"
    with pytest.raises(Unknown, match="bound to a topic"):
        one(to, "factorytwin/P-1/power", "", 5.0)
    assert one(to, "factorytwin/P-1/temperature", "", 5.0).quantity == "temperature"


def test_a_binding_without_a_topic_takes_the_default_ones() -> None:
    to = router(
        bound(topic="", quantity="power", unit="kW"),
        bound(name="v", topic="", pointer="/vib/rms", quantity="vibration", unit="mm/s"),
    )
    assert one(to, "factorytwin/P-1/power", "", 5.0).value == 5000.0
    assert one(to, "factorytwin/acme/P-1/power", "", 5.0).value == 5000.0
    assert one(to, "factorytwin/World/Hall/Press", "/vib/rms", 5.0).value == 0.005


def test_wildcards_and_several_bindings_of_one_value() -> None:
    to = router(bound(topic="site/+/temp", quantity="temperature"),
                Binding(path="/Light", name="i", topic="site/#", attribute="inputs:intensity", kind="number"))  # fmt: skip
    samples = to.route(Reading("site/press/temp", "", 20.0), NOW)
    assert {(s.place, s.quantity) for s in samples} == {("/World/Hall/Press", "temperature"), ("/Light", "inputs:intensity")}
    assert {s.place for s in to.route(Reading("site", "", 1.0), NOW)} == {"/Light"}
    assert {s.place for s in to.route(Reading("site/press/temp", "", -300.0), NOW)} == {"/Light"}  # too cold for one of them
    assert to.refused == 1


def test_states_by_word_and_number() -> None:
    to = router(bound(quantity="state", states=(("RUN", State.BUSY), ("3", State.DOWN), ("true", State.IDLE))))
    got = [one(to, "site/press", "", v).value for v in ("RUN", " run ", 3.0, "3", True, "setup")]
    assert got == [State.BUSY, State.BUSY, State.DOWN, State.DOWN, State.IDLE, State.SETUP]
    for value in ("dancing", 4.0, False):
        with pytest.raises(Refused, match="state"):
            one(to, "site/press", "", value)


def test_numbers_by_word() -> None:
    to = router(bound(quantity="door", states=(("OPEN", 1.0), ("SHUT", 0.0))))
    assert [one(to, "site/press", "", v).value for v in ("OPEN", "shut", 0.5, "12.5")] == [1.0, 0.0, 0.5, 12.5]
    for value in ("ajar", True, "1e999999", "nan"):
        with pytest.raises(Refused):
            one(to, "site/press", "", value)


@pytest.mark.parametrize(
    ("quantity", "value"),
    [("parts", 1.5), ("parts", -1.0), ("parts", 1e300), ("temperature", -300.0), ("power", "much"), ("power", True),
     ("state", 6.0), ("health", "fine"), ("alarm", "x" * 5000), ("alarm", "a\0b"), ("alarm", "\ud800")],
)  # fmt: skip
def test_values_that_cannot_be_are_refused(quantity: str, value: float | str) -> None:
    for to, source in ((router(), f"factorytwin/P-1/{quantity}"), (router(bound(quantity=quantity)), "site/press")):
        with pytest.raises(Refused) as caught:
            one(to, source, "", value)
        assert len(str(caught.value)) < 500


def test_attributes_get_the_kind_they_hold() -> None:
    def read(kind: str, value: object, **more: object) -> object:
        to = router(Binding(path="/L", name="a", topic="t", attribute="inputs:a", kind=kind, **more))  # type: ignore[arg-type]
        return one(to, "t", "", value).value

    assert read("number", 2.5, unit="%") == 0.025
    assert read("whole", -3.0) == -3.0
    assert read("bool", True) == 1.0 and read("bool", "OFF") == 0.0
    assert read("text", "hello") == "hello" and read("text", 2.5) == "2.5"
    for kind, value in (("number", 1e39), ("whole", 2.5), ("whole", 1e10), ("bool", 7.0), ("number", "x")):
        with pytest.raises(Refused):
            read(kind, value)


def test_a_bad_value_comes_without_its_number_when_that_makes_no_sense() -> None:
    sample = one(router(), "factorytwin/P-1/temperature", "", -9999.0, good=False)
    assert (sample.value, sample.good) == (None, False)
    assert to_event(sample) is None
    assert one(router(), "factorytwin/P-1/temperature", "", 20.0, good=False).value == 20.0


def test_a_dead_band_holds_back_small_changes_but_no_life() -> None:
    to = router(bound(quantity="temperature", dead_band=0.5))
    got = [one(to, "site/press", "", v) for v in (20.0, 20.4, 20.49, 20.5, 20.1, 21.0)]
    assert [s.fresh for s in got] == [True, False, False, True, False, True]
    assert [to_event(s) is not None for s in got] == [s.fresh for s in got]
    assert [
        s.fresh for s in (one(router(bound(quantity="parts", dead_band=5.0)), "site/press", "", v) for v in (1.0, 2.0))
    ] == [True, True]


# ---- the end of a source


def test_when_a_source_dies_all_that_it_and_those_below_it_told_last_is_unknown() -> None:
    to = router(bound(topic="spBv1.0/G/E/D1", pointer="T", quantity="temperature"),
                bound(name="p", topic="spBv1.0/G/E/D2", pointer="P", quantity="power"),
                bound(name="s", topic="spBv1.0/G/E", pointer="State", quantity="state"),
                bound(name="w", topic="spBv1.0/G/Extra", pointer="W", quantity="wear"))  # fmt: skip
    for source, name, value in (("spBv1.0/G/E/D1", "T", 20.0), ("spBv1.0/G/E/D2", "P", 5.0), ("spBv1.0/G/E", "State", "busy"),
                                ("spBv1.0/G/Extra", "W", 0.5)):  # fmt: skip
        one(to, source, name, value)
    gone = to.route(Reading("spBv1.0/G/E/D1", "", None, NOW), NOW)
    assert [(s.quantity, s.value) for s in gone] == [("temperature", None)]
    gone = to.route(Reading("spBv1.0/G/E", "", None, NOW), NOW)
    assert {s.quantity for s in gone} == {"power", "state"}
    ended = [e for s in gone if (e := to_event(s))]
    assert [(e.kind, e.state) for e in ended] == [(Kind.STATE, State.UNKNOWN)]
    assert to.route(Reading("spBv1.0/G/E", "", None, NOW), NOW) == ()
    assert to.route(Reading("never/heard", "", None, NOW), NOW) == ()


def test_a_value_that_another_source_told_later_survives() -> None:
    to = router()
    one(to, "factorytwin/P-1/power", "", 5.0)
    one(to, "factorytwin/Press/power", "", 6.0)
    assert to.route(Reading("factorytwin/P-1/power", "", None), NOW) == ()
    assert len(to.route(Reading("factorytwin/Press", "", None), NOW)) == 1


def test_one_value_that_its_source_does_not_know() -> None:
    to = router(bound(pointer="/t", quantity="temperature"))
    sample = one(to, "site/press", "/t", None)
    assert (sample.value, sample.good) == (None, True)


# ---- clocks


def test_a_clock_that_is_ahead_or_was_never_set_does_not_count() -> None:
    for off, told in ((3600.0, True), (6.0, True), (-NOW, False), (100.0 - NOW, False)):
        to = router()
        sample = one(to, "factorytwin/P-1/power", "", 1.0, at=NOW + off)
        assert (sample.time, sample.told) == (NOW, told)
        (clock,) = to.clocks()
        assert clock.skewed and math.isclose(clock.offset, off)
    sample = one(router(), "factorytwin/P-1/power", "", 1.0, at=NOW + 4.0)
    assert (sample.time, sample.told) == (NOW + 4.0, True)


def test_a_clock_that_is_behind_is_found_out_after_a_while() -> None:
    to = router()
    times = [one(to, "factorytwin/P-1/power", "", float(i), at=NOW + i - 3600.0, wall=NOW + i).time - NOW for i in range(12)]
    assert times == [-3600.0, -3599.0, -3598.0, -3597.0, -3596.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]
    assert to.clocks()[0].skewed and math.isclose(to.clocks()[0].offset, -3600.0)
    again = router()
    again.load(to.save())
    assert again.save() == to.save() and to.save() is to.save()
    assert one(again, "factorytwin/P-1/power", "", 1.0, at=NOW - 3588.0, wall=NOW + 12.5).time == NOW + 12.0
    assert one(to, "factorytwin/P-1/power", "", 1.0, at=NOW + 13.0, wall=NOW + 13.0).time == NOW + 13.0  # somebody set it
    assert not to.clocks() or not to.clocks()[0].skewed
    assert to.save() == b""
    again.load(b'["factorytwin/P-1/power"]')  # as records of before had it


def test_a_clock_that_drifts_or_is_set_back_is_followed() -> None:
    to = router()
    for i in range(2000):  # it loses a second in 100, from an hour ahead on
        sample = one(to, "factorytwin/P-1/power", "", 1.0, at=NOW + 3600 + 0.99 * i, wall=NOW + i)
        assert 0 <= NOW + i - sample.time <= 3.5
    for i in range(2000, 2100):  # two hours slow
        sample = one(to, "factorytwin/P-1/power", "", 1.0, at=NOW - 7200 + i, wall=NOW + i)
        assert i < 2005 or sample.time == NOW + i
    for i in range(2100, 2200):  # and another hour
        sample = one(to, "factorytwin/P-1/power", "", 1.0, at=NOW - 10800 + i, wall=NOW + i)
        assert i < 2106 or sample.time == NOW + i
    for i in range(2200, 2300):  # right, then 8 s ahead
        assert one(to, "factorytwin/P-1/power", "", 1.0, at=NOW + i, wall=NOW + i).time == NOW + i
    for i in range(2300, 2400):
        assert one(to, "factorytwin/P-1/power", "", 1.0, at=NOW + i + 8.0, wall=NOW + i).time == NOW + i
    for i in range(2400, 2500):  # and right again
        sample = one(to, "factorytwin/P-1/power", "", 1.0, at=NOW + i, wall=NOW + i)
        assert sample.time == (NOW + i if i >= 2405 else NOW + i - 8)


@settings(max_examples=200)
@given(st.sampled_from([0.0, 3.0, 8.0, 600.0, -20.0, -70.0, -4000.0]), st.integers(0, 2**32))
def test_what_a_source_sends_again_has_the_time_it_had_before(off: float, seed: int) -> None:
    """Readings wait in a queue behind a connection that comes and goes; what was not acknowledged comes once more."""
    draw, to = random.Random(seed), router()
    stamps: dict[float, float] = {}
    wall, sent = NOW, 0
    for _ in range(40):
        wall += draw.choice((0.2, 1.0, 5.0, 30.0))  # no connection
        again = draw.randint(0, min(sent, 20))
        for k in [*range(sent - again, sent), *range(sent, sent + draw.randint(0, 400))]:
            at = NOW + 0.1 * k + off
            wall = max(wall + draw.choice((0.001, 0.01, 0.05)), NOW + 0.1 * k)
            stamp = one(to, "factorytwin/P-1/power", "", 1.0, at=at, wall=wall).time
            assert stamps.setdefault(at, stamp) == stamp
            sent = max(sent, k + 1)
    assert len(stamps) == sent


def test_messages_that_waited_at_the_broker_keep_their_time() -> None:
    to = router()
    for i in range(6000):  # ten minutes of readings come in a minute
        at = NOW - 600.0 + i / 10
        sample = one(to, "factorytwin/P-1/power", "", 1.0, at=at, wall=NOW + i / 100)
        assert (sample.time, sample.told) == (at, True)
    assert not any(c.skewed for c in to.clocks())


def test_a_kept_message_says_nothing_of_its_sources_clock() -> None:
    to = router()
    (sample,) = to.route(Reading("factorytwin/P-1/power", "", 1.0, NOW - 9e6), NOW, retained=True)
    assert (sample.time, sample.told) == (NOW - 9e6, True)
    (sample,) = to.route(Reading("factorytwin/P-1/power", "", 1.0, NOW + 9e6), NOW, retained=True)
    assert (sample.time, sample.told) == (NOW, False)
    assert to.clocks() == []


# ---- bounds


def test_invented_topics_do_not_fill_the_memory_or_push_out_what_is_known() -> None:
    to = router(bound(pointer="/t", quantity="temperature"))
    one(to, "site/press", "/t", 1.0)
    tracemalloc.start()
    for i in range(100_000):
        with pytest.raises(Unknown):
            to.route(Reading(f"factorytwin/nobody{i}/power", "", 1.0), NOW)
    for i in range(50_000):  # each leads to a place by its end
        to.route(Reading(f"factorytwin/{i}/P-1/power", "", 1.0, NOW - 1.0), NOW)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert used < 20e6
    assert to.learnt < MISSES + to._most + 1
    assert len(to._sources) <= to._most + 2 and len(to._below) <= 3 * to._most
    assert one(to, "site/press", "/t", 2.0).value == 2.0
    assert len(to.route(Reading("factorytwin/49999/P-1/power", "", None), NOW)) == 1


def test_many_filters_do_not_make_a_look_up_slow() -> None:
    tree: FilterTree[int] = FilterTree()
    for i in range(20_000):
        tree.add(f"site/line{i}/+/temp", i)
    began = time.perf_counter()
    for i in range(1000):
        assert list(tree.find(f"site/line{i}/x/temp")) == [i]
    assert time.perf_counter() - began < 0.5


MATCHES = [
    ("a/b", "a/b", True), ("a/b", "a/c", False), ("a/+", "a/b", True), ("a/+", "a", False), ("a/+", "a/b/c", False),
    ("a/#", "a", True),
    ("a/#", "a/b/c", True), ("#", "a/b", True), ("#", "$SYS/x", False), ("+/x", "$SYS/x", False), ("$SYS/#", "$SYS/x", True),
    ("+/+", "/x", True), ("+", "", True), ("a/+/c", "a//c", True), ("a/b/#", "a", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "topic", "matches"), MATCHES)
def test_filters_match_as_the_standard_says(text: str, topic: str, matches: bool) -> None:
    tree: FilterTree[str] = FilterTree()
    tree.add(text, text)
    assert list(tree.find(topic)) == ([text] if matches else [])


@pytest.mark.parametrize("text", ["", "a/#/b", "a#", "a+", "+a/b", "x" * 2000, "a\0"])
def test_bad_filters_are_told(text: str) -> None:
    assert filter_fault(text)


def test_what_counts_each_and_where_the_time_is() -> None:
    filters = Filters([bound(topic="site/+/measured", quantity="temperature", time_pointer="/ts", format="json"),
                       bound(topic="quality/#", quantity="diameter", event=True)])  # fmt: skip
    assert (filters.time_pointer("site/a/measured"), filters.format_of("site/a/measured")) == ("/ts", "json")
    assert filters.time_pointer("site/a") == ""
    events = {"quality/x", "factorytwin/P-1/state", "factorytwin/P-1/parts", "factorytwin/P-1", "factorytwin/P-1/alarm"}
    others = {"site/a/measured", "factorytwin/P-1/temperature", "factorytwin/P-1/wip", "elsewhere/state"}
    assert {t for t in events | others if filters.is_event(t)} == events


def test_the_topics_to_subscribe_to() -> None:
    to = router(bound(topic="site/+/x", quantity="power"), bound(name="c", topic="spBv1.0/G/E/D", pointer="T", quantity="wear"))
    assert to.filters() == ("factorytwin/#", "site/+/x")


def test_a_name_of_its_own_below_the_prefix_is_a_measure_but_no_text_and_not_without_end() -> None:
    to = router()
    sample = one(to, "factorytwin/Press/diameter", "", 12.0, unit="mm")
    assert (sample.place, sample.quantity, sample.value) == ("/World/Hall/Press", "diameter", 0.012)
    for value in ("O1234", True):
        with pytest.raises(Unknown, match="no known quantity"):
            to.route(Reading("factorytwin/Press/program", "", value), NOW)
    for k in range(FREE - 2):
        to.route(Reading(f"factorytwin/Press/free_{k}", "", 1.0), NOW)
    with pytest.raises(Unknown, match=f"{FREE} quantities"):
        to.route(Reading("factorytwin/Press/one_more", "", 1.0), NOW)
    with pytest.raises(Unknown):
        to.route(Reading("vda5050/v3/ACME/AGV_01", "one_more", 1.0), NOW)
    assert one(to, "spBv1.0/G/N/AGV_01", "Spindle/Wobble", 1.0).quantity == "wobble"
