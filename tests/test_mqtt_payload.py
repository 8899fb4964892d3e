# SPDX-License-Identifier: Apache-2.0
"""Messages become Events; all else is counted with a reason, never raised, and names no place outside the plant."""

from __future__ import annotations

import json
import math
import time

import pytest
from factory_twin.distribution import constant
from factory_twin.errors import LinkError
from factory_twin.event import Kind, State
from factory_twin.mqtt import Decoder, Message
from factory_twin.mqtt.payload import SIZE, encode
from factory_twin.mqtt.topics import places_by_name, topic
from factory_twin.plant import Buffer, Plant, Station
from hypothesis import given
from hypothesis import strategies as st

PRESS = Station(path="/World/Press", id="P-1", process_time=constant(60))
PLANT = Plant(nodes=(PRESS, Buffer(path="/World/Rack", id="R"), Buffer(path="/World/Twin", id="R")))


def decoder() -> Decoder:
    return Decoder(places_by_name(PLANT))


def message(signal: str, payload: bytes, place: str = "/World/Press") -> Message:
    return Message(topic("factorytwin", place, signal), payload, wall=1000.0)


def test_the_default_scheme_gives_events() -> None:
    d = decoder()
    busy = d.decode(message("state", b'{"value":"busy","time":1700000000.5}'))
    assert busy is not None
    assert (busy.kind, busy.place, busy.state, busy.time) == (Kind.STATE, "/World/Press", State.BUSY, 1700000000.5)
    parts = d.decode(message("parts", b'{"value":42,"time":5}'))
    assert parts is not None
    assert (parts.kind, parts.other, parts.value) == (Kind.VALUE, "parts", 42)
    assert (d.accepted, d.rejected, d.unknown) == (2, 0, 0)


BARE = [(b"61.5", "temperature", 61.5), (b"7", "wip", 7), (b" busy ", "state", 6), (b'"down"', "state", 7)]


@pytest.mark.parametrize(("payload", "signal", "value"), [*BARE, (b'{"value":1e2}', "temperature", 100)])
def test_bare_values_are_taken_at_their_arrival_time(payload: bytes, signal: str, value: float) -> None:
    event = decoder().decode(message(signal, payload))
    assert event is not None
    assert event.time == 1000.0
    assert (event.state if signal == "state" else event.value) == value


@pytest.mark.parametrize(("unit", "value", "degrees"), [("degC", 20, 20), ("K", 293.15, 20), ("degF", 68, 20), ("°C", 20, 20)])
def test_units_of_temperature_become_degc(unit: str, value: float, degrees: float) -> None:
    event = decoder().decode(message("temperature", json.dumps({"value": value, "unit": unit}).encode()))
    assert event is not None
    assert math.isclose(event.value, degrees)


def test_a_unique_id_names_a_place_and_an_ambiguous_one_does_not() -> None:
    d = decoder()
    event = d.decode(Message("factorytwin/P-1/parts", b"3"))
    assert event is not None
    assert event.place == "/World/Press"
    assert d.decode(Message("factorytwin/R/wip", b"3")) is None
    assert d.unknown == 1


POISON = {
    "deep": (b"[" * 40_000 + b"]" * 20_000, "deeper"),
    "deep closed": (b'{"value":' + b"[" * 20 + b"]" * 20 + b"}", "deeper"),
    "NaN": (b'{"value": NaN}', "NaN"),
    "infinity": (b'{"value": -Infinity}', "Infinity"),
    "overflow": (b'{"value": 1e999}', "finite"),
    "million digits": (b'{"value": ' + b"9" * 60_000 + b"}", "digits"),
    "forty digits": (b'{"value": ' + b"9" * 40 + b"}", "digits"),
    "too large": (b" " * (SIZE + 1), "bytes"),
    "key twice": (b'{"value": 1, "value": 2}', "twice"),
    "no value": (b'{"val": 1}', '"value"'),
    "empty": (b"", "JSON"),
    "half": (b'{"value": 1', "JSON"),
    "null": (b"null", "NoneType"),
    "true": (b'{"value": true}', "bool"),
    "list": (b"[1]", "list"),
    "bad UTF-8": (b'{"value": "\xff"}', "UTF-8"),
    "BOM": (b"\xef\xbb\xbf1", "JSON"),
    "text for a number": (b'{"value": "12"}', "number"),
    "time as text": (b'{"value": 1, "time": "now"}', "time"),
    "time in milliseconds": (b'{"value": 1, "time": 1700000000000}', "seconds"),
    "time before 1970": (b'{"value": 1, "time": -5}', "seconds"),
    "unit no text": (b'{"value": 1, "unit": {"a": 1}}', "unit"),
    "unit unknown": (b'{"value": 1, "unit": "furlong"}', "furlong"),
    "colder than cold": (b'{"value": -300}', "temperature"),
}


@pytest.mark.parametrize("name", POISON)
def test_poison_is_counted_with_its_reason_and_fast(name: str) -> None:
    payload, word = POISON[name]
    d = decoder()
    began = time.perf_counter()
    assert d.decode(message("temperature", payload)) is None
    assert time.perf_counter() - began < 0.5  # a bomb would take many seconds
    assert (d.accepted, d.rejected) == (0, 1)
    assert word in d.rejects[0].reason
    assert len(d.rejects[0].reason) < 250


@pytest.mark.parametrize("payload", [b"1.5", b"-1", b"2147483648", b"1e300"])
def test_counts_are_whole_and_fit_a_usd_int(payload: bytes) -> None:
    d = decoder()
    assert d.decode(message("parts", payload)) is None
    assert "count" in d.rejects[0].reason


@pytest.mark.parametrize("payload", [b'{"value":"dancing"}', b"6", b'{"value":""}'])
def test_only_known_words_are_states(payload: bytes) -> None:
    d = decoder()
    assert d.decode(message("state", payload)) is None
    assert "state" in d.rejects[0].reason


BAD_TOPICS = ["", "factorytwin/+/state", "factorytwin/#", "factorytwin/a\0b/state", "factorytwin/" + "x/" * 100 + "state",
              "factorytwin/" + "x" * 3000 + "/state", "factorytwin/\ud800/state"]  # fmt: skip
FOREIGN = ["other/World/Press/state", "factorytwin/state", "factorytwin//state", "factorytwin/World/Press", "factorytwin",
           "factorytwin/World/Press/", "factorytwin/World/Press/speed", "factorytwin/World/../World/Press/state",
           "factorytwin//World/Press/state", "factorytwin/World/Press.factoryTwin:id/state", "factorytwin/World/press/state",
           "factorytwin/</World/Press>/state", "FactoryTwin/World/Press/state",
           "factorytwin/World/\u0420ress/state"]  # fmt: skip


@pytest.mark.parametrize("text", BAD_TOPICS)
def test_bad_topics_are_rejected(text: str) -> None:
    d = decoder()
    assert d.decode(Message(text, b"busy")) is None
    assert (d.rejected, d.unknown) == (1, 0)
    assert len(d.rejects[0].topic) < 250


@pytest.mark.parametrize("text", FOREIGN)
def test_topics_of_no_known_place_are_unknown(text: str) -> None:
    d = decoder()
    assert d.decode(Message(text, b"busy")) is None
    assert (d.rejected, d.unknown) == (0, 1)


def test_only_the_last_twenty_rejects_are_kept_and_caches_stay_small() -> None:
    d = decoder()
    for i in range(1000):
        d.decode(Message(f"factorytwin/x{i}/state", b"busy"))
    assert d.unknown == 1000
    assert [r.topic for r in d.rejects] == [f"factorytwin/x{i}/state" for i in range(980, 1000)]
    assert len(d._routes) == 0


@pytest.mark.parametrize("prefix", ["", "a/#", "a//b", "/a", "a/", "$SYS"])
def test_a_bad_prefix_is_refused(prefix: str) -> None:
    with pytest.raises(LinkError):
        Decoder({}, prefix)


@given(st.binary(max_size=200))
def test_any_bytes_give_an_event_or_a_reason(payload: bytes) -> None:
    d = decoder()
    for signal in ("state", "parts", "wip", "temperature"):
        event = d.decode(message(signal, payload))
        assert event is None or event.kind is Kind.STATE or math.isfinite(event.value)
    assert d.accepted + d.rejected == 4


KEYS = st.sampled_from(["value", "time", "unit", "x"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


@given(json_values)
def test_any_json_gives_an_event_or_a_reason(body: object) -> None:
    d = decoder()
    for signal in ("state", "parts", "wip", "temperature"):
        event = d.decode(message(signal, json.dumps(body).encode()))
        assert event is None or (math.isfinite(event.time) and (event.kind is Kind.STATE or math.isfinite(event.value)))


@given(st.text(max_size=60))
def test_any_topic_leads_to_a_known_place_or_nowhere(text: str) -> None:
    event = decoder().decode(Message(f"factorytwin/{text}/wip", b"1"))
    assert event is None or event.place in ("/World/Press", "/World/Rack", "/World/Twin")


@given(st.sampled_from(list(State)), st.floats(0, 1e10))
def test_what_is_encoded_decodes_to_the_same(state: State, when: float) -> None:
    event = decoder().decode(message("state", encode(state.token, time=when)))
    assert event is not None
    assert event.state is state
    assert abs(event.time - when) < 1e-2
