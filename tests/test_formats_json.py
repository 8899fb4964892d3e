# SPDX-License-Identifier: Apache-2.0
"""JSON and plain values become readings, each named by its pointer; all else is refused with a reason, fast."""

from __future__ import annotations

import contextlib
import json
import math
import time
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
from factory_twin.event import State
from factory_twin.formats import Reading, Refused
from factory_twin.formats.json_format import JsonFormat, encode
from factory_twin.formats.json_text import LARGEST, SIZE, Bounds, parse
from factory_twin.formats.moment import iso, unix
from factory_twin.message import Message
from hypothesis import given
from hypothesis import strategies as st

TOPIC = "site/line/press"
ISO, UNIX = "2026-03-01T08:00:00Z", 1772352000.0


def read(payload: bytes | Any, **options: Any) -> list[Reading]:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return list(JsonFormat(**options).read(Message(TOPIC, body)))


def told(payload: bytes | Any, **options: Any) -> dict[str, Any]:
    """Values by name."""
    return {r.name: r.value for r in read(payload, **options)}


def one(payload: bytes | Any, **options: Any) -> Reading:
    (reading,) = read(payload, **options)
    return reading


def refusal(payload: bytes | Any, **options: Any) -> str:
    with pytest.raises(Refused) as info:
        read(payload, **options)
    assert len(str(info.value)) < 250
    return str(info.value)


# ---- plain values
@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b"61.5", 61.5), (b" 7\n", 7.0), (b"-1e2", -100.0), (b"busy", "busy"), (b" busy \r\n", "busy"), (b'"down"', "down"),
        (b"true", True), (b"false", False), (b"SN-0012", "SN-0012"), (b"in motion", "in motion"), (b'"\xc3\xa4"', "ä"),
    ],
)  # fmt: skip
def test_plain_values(payload: bytes, value: object) -> None:
    reading = one(payload)
    assert reading == Reading(TOPIC, "", value)
    assert type(reading.value) is type(value)


def test_a_value_with_time_unit_and_quality() -> None:
    full = {"value": 61.5, "time": UNIX, "unit": "degC", "quality": "GOOD"}
    assert one(full) == Reading(TOPIC, "", 61.5, UNIX, "degC", True)
    assert one({"value": "busy", "ts": UNIX * 1000, "q": 192}) == Reading(TOPIC, "", "busy", UNIX, "", True)
    assert one({"timestamp": ISO, "uom": "K", "status": "STALE", "value": 300}) == Reading(TOPIC, "", 300.0, UNIX, "K", False)


# ---- objects
def test_flat_and_nested_objects_give_a_reading_per_leaf_named_by_its_pointer() -> None:
    body = {"time": UNIX, "temperature": 61.5, "axes": {"x": {"position": 1.5}, "list": [True, "a"]}, "a/b~c": 2, "gone": None}
    assert told(body) == {
        "/temperature": 61.5, "/axes/x/position": 1.5, "/axes/list/0": True, "/axes/list/1": "a", "/a~1b~0c": 2.0,
        "/gone": None,
    }  # fmt: skip
    assert {r.time for r in read(body)} == {UNIX}


def test_time_unit_and_quality_hold_for_the_objects_below_that_have_none() -> None:
    body = {
        "a": {"value": 1, "unit": "mm", "time": 10.0, "extra": 5},
        "b": {"value": 2, "deep": {"value": 3, "quality": "GOOD"}},
        "time": UNIX, "unit": "m", "quality": "BAD",
    }  # fmt: skip
    assert read(body) == [
        Reading(TOPIC, "/a", 1.0, 10.0, "mm", False),
        Reading(TOPIC, "/a/extra", 5.0, 10.0, "mm", False),
        Reading(TOPIC, "/b", 2.0, UNIX, "m", False),
        Reading(TOPIC, "/b/deep", 3.0, UNIX, "m", True),
    ]


def test_a_value_that_is_itself_an_object_is_gone_into() -> None:
    assert told({"value": {"x": 1, "y": 2}, "time": UNIX}) == {"/value/x": 1.0, "/value/y": 2.0}
    assert told({"value": [1, 2]}) == {"/value/0": 1.0, "/value/1": 2.0}


def test_names_that_could_be_meta_are_values_when_they_cannot_be() -> None:
    """t may be a temperature, q a flow, status the machine's state, units a count, quality a grade."""
    assert told({"t": 61.5, "q": 3.5, "status": "running", "units": 12, "quality": "A"}) == {
        "/t": 61.5, "/q": 3.5, "/status": "running", "/units": 12.0, "/quality": "A",
    }  # fmt: skip
    assert told({"ts": "shift 1", "quality": 0.97, "uom": 5, "q": 0}) == {
        "/ts": "shift 1", "/quality": 0.97, "/uom": 5.0, "/q": 0.0,
    }  # fmt: skip
    assert told({"status": "GOOD"}) == {"/status": "GOOD"}
    assert one({"status": "GOOD"}).good
    assert one({"status": "BAD"}) == Reading(TOPIC, "/status", "BAD")


@pytest.mark.parametrize(
    ("quality", "good"),
    [
        ("GOOD", True), ("good", True), (192, True), (True, True), ("GoodClamped", True), (None, True),
        ("BAD", False), ("stale", False), ("UNCERTAIN", False), (False, False), (0, False), (0x80000000, False),
        ("Bad_CommFailure", False), ("UncertainLastUsableValue", False),
    ],
)  # fmt: skip
def test_quality(quality: object, good: bool) -> None:
    found = {r.name: r for r in read({"value": 1, "quality": quality})}
    assert found[""].good is good


# ---- arrays
def test_an_array_of_objects_with_times_is_a_list_of_samples() -> None:
    samples = [{"t": UNIX * 1000 + i, "value": float(i)} for i in range(3)]
    assert read({"samples": samples, "unit": "m"}) == [
        Reading(TOPIC, "/samples", float(i), (UNIX * 1000 + i) / 1000, "m") for i in range(3)
    ]
    assert [(r.name, r.value) for r in read(samples)] == [("", 0.0), ("", 1.0), ("", 2.0)]
    rows = [{"time": ISO, "x": 1, "y": 2}, {"time": ISO, "x": 3, "y": 4}]
    assert [(r.name, r.value) for r in read({"rows": rows})] == [
        ("/rows/x", 1.0), ("/rows/y", 2.0), ("/rows/x", 3.0), ("/rows/y", 4.0),
    ]  # fmt: skip


def test_other_arrays_have_indices() -> None:
    assert told([1, [2, 3], {"a": 4}]) == {"/0": 1.0, "/1/0": 2.0, "/1/1": 3.0, "/2/a": 4.0}
    assert told([{"time": UNIX, "value": 1}, {"value": 2}]) == {"/0": 1.0, "/1": 2.0}  # one of them has no time
    assert told([{"t": 20.5}, {"t": 21.5}]) == {"/0/t": 20.5, "/1/t": 21.5}  # temperatures


# ---- time
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (UNIX, UNIX), (UNIX * 1e3, UNIX), (UNIX * 1e6, UNIX), (int(UNIX * 1e9), UNIX), (1772352000125, UNIX + 0.125), (5, 5.0),
        (ISO, UNIX), ("2026-03-01T09:00:00+01:00", UNIX), ("2026-03-01 08:00:00.250Z", UNIX + 0.25),
        ("2026-03-01T08:00:00.123456789Z", UNIX + 0.123456), ("1970-01-01T00:00:00Z", 0.0),
    ],
)  # fmt: skip
def test_times(value: float | str, seconds: float) -> None:
    assert unix(value) == pytest.approx(seconds, abs=1e-6)
    assert one({"value": 1, "time": value}).time == unix(value)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("now", "ISO 8601"), ("", "ISO 8601"), ("2026-13-01T00:00:00Z", "ISO 8601"), ("20260301T080000Z", "ISO 8601"),
        ("2026-03-01T08:00:00", "no zone"), ("2026-03-01", "no zone"), ("1969-12-31T23:59:59Z", "1970"),
        ("9999-12-31T23:59:59-14:00", ""), ("0001-01-01T00:00:00+14:00", ""), ("2026-" + "0" * 100, "ISO 8601"),
        (-5, "seconds"), (1e20, "seconds"), (True, "neither"), ([1], "neither"), ({"a": 1}, "neither"), (10**40, "digits"),
    ],
)  # fmt: skip
def test_times_that_are_none_refuse_the_message(value: object, word: str) -> None:
    assert word in refusal({"value": 1, "time": value})


def test_a_time_without_zone_is_taken_in_the_zone_that_was_given() -> None:
    local = {"value": 1, "time": "2026-03-01T09:00:00"}
    assert "no zone" in refusal(local)
    assert one(local, zone=timezone(timedelta(hours=1))).time == UNIX
    assert one({"value": 1, "t": "2026-03-01T08:00:00"}, zone=UTC).time == UNIX


@given(st.floats(0, 4e9))
def test_iso_and_back(when: float) -> None:
    assert abs(unix(iso(when)) - when) < 1.01e-3


# ---- what is refused
POISON: dict[str, tuple[bytes, str]] = {
    "deep": (b"[" * 40_000 + b"]" * 20_000, "values"),
    "deep closed": (b'{"value":' + b"[" * 20 + b"]" * 20 + b"}", "deeper"),
    "deep in text": (b'{"a":' * 9 + b"1" + b"}" * 9, "deeper"),
    "quotes without end": (b'[[[[[[[[["' + b'\\"' * 32_000, "deeper"),
    "quotes and backslash at the end": (b'"' + b'\\"' * 32_000 + b"[" * 9 + b"\\", "JSON"),
    "NaN": (b'{"value": NaN}', "NaN"),
    "bare NaN": (b"NaN", "NaN"),
    "bare nan": (b"nan", "JSON"),
    "bare inf": (b"inf", "JSON"),
    "infinity": (b'{"value": -Infinity}', "Infinity"),
    "overflow": (b'{"value": 1e999}', "finite"),
    "million digits": (b'{"value": ' + b"9" * 60_000 + b"}", "digits"),
    "forty digits": (b'{"value": ' + b"9" * 40 + b"}", "digits"),
    "too large": (b" " * (SIZE + 1), "bytes"),
    "key twice": (b'{"value": 1, "value": 2}', "twice"),
    "key twice below": (b'{"a": {"b": 1, "b": 2}}', "twice"),
    "empty": (b"", "JSON"),
    "spaces": (b" \n ", "JSON"),
    "half": (b'{"value": 1', "JSON"),
    "two": (b'{"value": 1} {"value": 2}', "more follows"),
    "null": (b"null", "null"),
    "null value": (b'{"value": null}', "null"),
    "nothing in it": (b"{}", "no value"),
    "nothing in the array": (b"[]", "no value"),
    "time alone": (b'{"time": 5}', "no value"),
    "bad UTF-8": (b'{"value": "\xff"}', "UTF-8"),
    "surrogate in UTF-8": (b'{"value": "\xed\xa0\x80"}', "UTF-8"),
    "lone surrogate": (b'{"value": "\\ud800"}', "surrogate"),
    "lone surrogate as key": (b'{"\\uDFFF": 1}', "surrogate"),
    "BOM": (b"\xef\xbb\xbf1", "byte order mark"),
    "UTF-16": ('{"value": 1}'.encode("utf-16"), "UTF-8"),
    "control character": (b'{"a\x00": 1}', "JSON"),
    "time as text": (b'{"value": 1, "time": "now"}', "time"),
    "time before 1970": (b'{"value": 1, "time": -5}', "seconds"),
    "unit no text": (b'{"value": 1, "unit": {"a": 1}}', "unit"),
    "a thousand and one": (b"[" + b"1," * 1000 + b"1]", "1000 values"),
    "commas": (b"[" + b"," * 60_000, "values"),
    "empty lists": (b"[" + b"[]," * 20_000, "values"),
    "long name": (b'{"' + b"x" * 2000 + b'": 1}', "name"),
    "long name times many": (b'{"' + b"x" * 50_000 + b'": [' + b"1," * 900 + b"1]}", "name"),
}


@pytest.mark.parametrize("name", POISON)
def test_poison_is_refused_with_its_reason_and_fast(name: str) -> None:
    payload, word = POISON[name]
    began = time.perf_counter()
    reason = refusal(payload)
    assert time.perf_counter() - began < 0.2  # a bomb would take many seconds
    assert word in reason


@pytest.mark.parametrize("topic", ["", "a/+", "#", "a\0b", "a/\ud800"])
def test_topics_that_can_be_none_are_refused(topic: str) -> None:
    with pytest.raises(Refused, match="topic"):
        JsonFormat().read(Message(topic, b"1"))


def test_a_thousand_values_are_taken() -> None:
    assert len(read(b"[" + b"1," * 999 + b"1]")) == 1000
    full = [{"time": UNIX, "unit": "m", "quality": "GOOD", "value": i, "name": ",[{"} for i in range(500)]
    assert len(read(full)) == 1000


def test_half_characters_are_whole_ones_when_both_halves_come() -> None:
    assert one(b'"\\ud83d\\ude00"').value == "\U0001f600"


def test_bounds_can_be_set() -> None:
    assert one(b'"' + b"x" * (SIZE + 1) + b'"', bounds=Bounds(size=LARGEST)).value == "x" * (SIZE + 1)
    assert "more than 100" in refusal(b" " * 101, bounds=Bounds(size=100))
    assert "deeper than 1" in refusal(b"[[1]]", bounds=Bounds(depth=1))
    assert "2 values" in refusal(b"[1,2,3]", bounds=Bounds(values=2))
    for wrong in ({"size": LARGEST + 1}, {"size": 0}, {"depth": 0}, {"values": 0}):
        with pytest.raises(ValueError, match="Bounds"):
            Bounds(**wrong)


def test_the_largest_payload_is_looked_at_fast() -> None:
    """Nothing in it may cost more than its length: strings that don't end, digits, brackets in strings.

    The time is this thread's own: others may use the machine. What grew with the square would take minutes.
    """
    wide = Bounds(size=LARGEST)
    worst = [
        b'["' + b'\\"[,' * (LARGEST // 4 - 1), b"[" * LARGEST, b'"' * LARGEST, b"[" + b"9" * (LARGEST - 1), b"\\" * LARGEST,
        b"[" + b'"",' * (LARGEST // 3 - 1), b"[0." + b"9" * (LARGEST - 4) + b"]", b"[" + (b"9" * 4300 + b",") * 200,
    ]  # fmt: skip
    for payload in worst:
        began = time.thread_time()
        with contextlib.suppress(Refused):
            JsonFormat(bounds=wide).read(Message(TOPIC, payload))
        assert time.thread_time() - began < 1.0, payload[:20]


# ---- the format itself
def test_the_format_keeps_its_word() -> None:
    f = JsonFormat(("site/#",), lambda topic: topic.endswith("/state"))
    assert (f.name, f.filters(), f.claims("any/thing")) == ("json", ("site/#",), True)
    assert f.is_event("a/state") and not f.is_event("a/temperature") and not JsonFormat().is_event("a/state")
    assert (f.requests(0.0), f.save()) == ((), b"")
    f.load(b"x")


@given(st.binary(max_size=200))
def test_any_bytes_give_readings_or_a_reason(payload: bytes) -> None:
    try:
        found = JsonFormat().read(Message(TOPIC, payload))
    except Refused as error:
        assert str(error)
    else:
        assert found
        assert all(type(r.value) is not float or math.isfinite(r.value) for r in found)


KEYS = st.sampled_from(["value", "time", "t", "unit", "q", "status", "x", "a/b"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


@given(json_values)
def test_any_json_gives_readings_or_a_reason(body: object) -> None:
    try:
        found = JsonFormat().read(Message(TOPIC, json.dumps(body).encode()))
    except Refused as error:
        assert str(error)
        return
    assert found
    for r in found:
        assert r.value is None or isinstance(r.value, str | bool | float)
        assert r.time is None or (math.isfinite(r.time) and r.time >= 0)


FLAT = st.dictionaries(
    st.text(min_size=1, max_size=6).filter(lambda k: k not in NAMES), st.floats(allow_nan=False, allow_infinity=False)
)
NAMES = {"value", "time", "timestamp", "ts", "t", "unit", "units", "uom", "quality", "q", "status"}


@given(FLAT)
def test_every_leaf_is_told_under_its_pointer(body: dict[str, float]) -> None:
    """Follow the pointer by RFC 6901's own words and find the value."""
    if not body:
        return
    found = read({"deep": [body]})
    assert len(found) == len(body)
    for r in found:
        spot: Any = {"deep": [body]}
        for token in r.name.split("/")[1:]:
            token = token.replace("~1", "/").replace("~0", "~")
            spot = spot[int(token)] if isinstance(spot, list) else spot[token]
        assert spot == r.value


@given(st.sampled_from(list(State)), st.floats(0, 1e10))
def test_what_is_encoded_is_read_as_the_same(state: State, when: float) -> None:
    reading = one(encode(state.token, time=when, unit="degC"))
    assert (reading.value, reading.unit) == (state.token, "degC")
    assert reading.time is not None and abs(reading.time - when) < 1e-2


@given(st.binary(max_size=300).map(lambda b: b"[" + b))
def test_what_parse_takes_the_standard_library_takes(payload: bytes) -> None:
    try:
        body = parse(payload, Bounds())
    except Refused:
        return
    assert json.loads(payload) == body


def test_the_time_is_where_a_binding_says_it_is() -> None:
    reader = JsonFormat(time_pointer=lambda topic: "/m/when" if topic == "a/b" else "")
    payload = b'{"m": {"when": 1767225600}, "speed": 2, "own": {"value": 3, "time": 1767225601}}'
    times = {r.name: r.time for r in reader.read(Message("a/b", payload))}
    assert (times["/speed"], times["/own"]) == (1767225600.0, 1767225601.0)
    assert {r.time for r in reader.read(Message("a/c", b'{"speed": 2}'))} == {None}
    for bad in (b'{"speed": 2}', b'{"m": 5}', b'{"m": {"when": "soon"}}'):
        with pytest.raises(Refused, match="time"):
            reader.read(Message("a/b", bad))
