# SPDX-License-Identifier: Apache-2.0
"""Sparkplug B sessions: our host application listens to our edge node, with all that can go wrong on the way."""

from __future__ import annotations

import json
import math
import random
from contextlib import suppress
from typing import Any

import pytest
from factory_twin.formats import Reading, Refused, Unknown
from factory_twin.formats.sparkplug import DataType, EdgeNode, Limits, SparkplugFormat, Typed, host_birth, host_will, rebirth
from factory_twin.formats.sparkplug.asks import BURST, MOST, Asks
from factory_twin.formats.sparkplug.topic import split
from factory_twin.formats.sparkplug.wire import decode, encode
from factory_twin.message import Message, Outgoing

NOW = 1_772_352_000.0
LINE, PRESS, ROBOT = "spBv1.0/Plant1/Line4", "spBv1.0/Plant1/Line4/Press1", "spBv1.0/Plant1/Line4/Robot2"


def edge(**options: Any) -> EdgeNode:
    metrics = {"temperature": Typed(20.0, DataType.FLOAT, "degC"), "state": "idle", "parts": 0}
    return EdgeNode("Plant1", "Line4", {"Press1": metrics, "Robot2": {"power": Typed(None, DataType.DOUBLE, "W")}},
                    {"line/speed": 1.5}, **options)  # fmt: skip


def message(sent: Outgoing, arrival: float = 0.0) -> Message:
    return Message(sent.topic, sent.payload, arrival, NOW + arrival, sent.retain, sent.qos)


def hear(host: SparkplugFormat, sent: list[Outgoing], arrival: float = 0.0) -> list[Reading]:
    return [r for s in sent for r in host.read(message(s, arrival))]


def born(**options: Any) -> tuple[EdgeNode, SparkplugFormat]:
    node, host = edge(), SparkplugFormat(**{"clock": lambda: NOW, **options})
    node.connect(NOW)
    hear(host, node.births(NOW))
    return node, host


def temperature(node: EdgeNode, value: float, now: float = NOW) -> Outgoing:
    (sent,) = node.data("Press1", {"temperature": value}, now)
    return sent


def values(readings: list[Reading]) -> list[Any]:
    return [r.value for r in readings]


# ---- what is read
def test_births_tell_all_metrics_with_unit_and_time() -> None:
    node, host = edge(), SparkplugFormat()
    node.connect(NOW)
    found = hear(host, node.births(NOW + 1.25))
    assert found == [
        Reading(LINE, "line/speed", 1.5, NOW + 1.25),
        Reading(PRESS, "temperature", 20.0, NOW + 1.25, "degC"),
        Reading(PRESS, "state", "idle", NOW + 1.25),
        Reading(PRESS, "parts", 0.0, NOW + 1.25),
        Reading(ROBOT, "power", None, NOW + 1.25, "W"),
    ]


def test_data_by_alias_has_the_name_type_and_unit_of_the_birth() -> None:
    node, host = born()
    (sent,) = node.data("Press1", {"temperature": 61.5, "parts": 7, "state": "busy"}, NOW + 2)
    assert all("name" not in m and "datatype" not in m for m in decode(sent.payload)["metrics"])
    assert hear(host, [sent]) == [
        Reading(PRESS, "temperature", 61.5, NOW + 2, "degC"),
        Reading(PRESS, "parts", 7.0, NOW + 2),
        Reading(PRESS, "state", "busy", NOW + 2),
    ]
    assert values(hear(host, node.data("Press1", {"temperature": None}, NOW + 3))) == [None]
    assert hear(host, node.data(None, {"line/speed": -2.0}, NOW + 3)) == [Reading(LINE, "line/speed", -2.0, NOW + 3)]


def raw(
    host: SparkplugFormat, kind: str, payload: dict[str, Any], *, device: str = "Press1", arrival: float = 0.0
) -> list[Reading]:
    end = f"/{device}" if kind[0] == "D" else ""
    return list(host.read(Message(f"spBv1.0/Plant1/{kind}/Line4{end}", encode(payload), arrival, NOW + arrival)))


def own_birth(*metrics: dict[str, Any], seq: int = 0, bdseq: int = 0) -> dict[str, Any]:
    head = [{"name": "bdSeq", "datatype": 4, "long_value": bdseq}]
    return {"timestamp": int(NOW * 1000), "metrics": [*head, *metrics], "seq": seq}


def test_quality_and_units_are_properties() -> None:
    host = SparkplugFormat()
    unit = {"keys": ["engUnit", "Quality"], "values": [{"type": 12, "string_value": "bar"}, {"type": 3, "int_value": 500}]}
    found = raw(host, "NBIRTH", own_birth({"name": "p", "alias": 1, "datatype": 10, "double_value": 1.0, "properties": unit}))
    assert found == [Reading(LINE, "p", 1.0, NOW, "bar", False)]
    assert raw(host, "NDATA", {"seq": 1, "metrics": [{"alias": 1, "double_value": 2.0}]}) == [
        Reading(LINE, "p", 2.0, None, "bar", True)
    ]
    for code, good in ((0, False), (192, True), (500, False), (216, True)):
        told = {"keys": ["Quality"], "values": [{"type": 3, "int_value": code}]}
        host.read(
            Message(
                "spBv1.0/Plant1/NBIRTH/Line4", encode(own_birth({"name": "p", "alias": 1, "datatype": 10, "is_null": True}))
            )
        )
        (one,) = raw(host, "NDATA", {"seq": 1, "metrics": [{"alias": 1, "double_value": 2.0, "properties": told}]})
        assert one.good is good


def test_odd_values_and_times() -> None:
    host = SparkplugFormat()
    metrics = [
        {"name": "nan", "datatype": 10, "double_value": math.nan}, {"name": "inf", "datatype": 9, "float_value": math.inf},
        {"name": "null", "datatype": 10, "is_null": True}, {"name": "none", "datatype": 3},
        {"name": "minus", "datatype": 3, "int_value": 2**32 - 7}, {"name": "when", "datatype": 13, "long_value": 1_000_500},
        {"name": "late", "datatype": 10, "double_value": 1.0, "timestamp": 2**63},
        {"name": "never", "datatype": 10, "double_value": 1.0, "timestamp": 0},
        {"name": "own", "datatype": 10, "double_value": 1.0, "timestamp": 1500, "is_historical": True},
        {"name": "set", "datatype": 16, "dataset_value": {"num_of_columns": 1, "columns": ["a"], "types": [4]}},
        {"name": "template", "datatype": 19, "template_value": {"is_definition": True}},
        {"name": "bytes", "datatype": 17, "bytes_value": b"x"}, {"name": "array", "datatype": 22, "bytes_value": b"x"},
        {"name": "uuid", "datatype": 15, "string_value": "8c9"},
        {"name": "Node Control/Rebirth", "datatype": 11, "boolean_value": False},
    ]  # fmt: skip
    found = {r.name: (r.value, r.time) for r in raw(host, "NBIRTH", own_birth(*metrics))}
    assert found == {
        "nan": (None, NOW), "inf": (None, NOW), "null": (None, NOW), "none": (None, NOW), "minus": (-7.0, NOW),
        "when": (1000.5, NOW), "late": (1.0, None), "never": (1.0, NOW), "own": (1.0, 1.5), "uuid": ("8c9", NOW),
    }  # fmt: skip


def test_a_metric_that_tells_its_name_and_datatype_needs_no_birth() -> None:
    _, host = born()
    told = [{"name": "extra", "datatype": 9, "float_value": 0.5, "timestamp": 1500}, {"name": "set", "datatype": 16}]
    assert raw(host, "DDATA", {"seq": 3, "metrics": told}) == [Reading(PRESS, "extra", 0.5, 1.5)]
    assert host.count == {"unborn": 2} and not host.requests(1.0)
    with pytest.raises(Refused, match="datatype 9"):
        raw(host, "DDATA", {"seq": 4, "metrics": [{"name": "extra", "datatype": 9, "string_value": "x"}]})


# ---- births, deaths, sessions
def test_data_of_what_was_never_born_is_unknown_and_asked_for() -> None:
    node, host = edge(), SparkplugFormat(clock=lambda: NOW)
    node.connect(NOW)
    node.births(NOW)
    with pytest.raises(Unknown, match="No birth of the edge node 'Line4'"):
        host.read(message(temperature(node, 50.0)))
    (asked,) = host.requests(10.0)
    assert (asked.topic, asked.qos, asked.retain) == ("spBv1.0/Plant1/NCMD/Line4", 0, False)
    assert decode(asked.payload)["metrics"][0]["name"] == "Node Control/Rebirth"
    answer = node.handle(Message(asked.topic, asked.payload), NOW)
    assert [split(a.topic).kind for a in answer] == ["NBIRTH", "DBIRTH", "DBIRTH"]
    hear(host, answer)
    assert values(hear(host, [temperature(node, 51.0)])) == [51.0]
    assert not host.requests(1000.0)


def test_a_device_never_born_is_unknown_and_asked_for() -> None:
    host = SparkplugFormat()
    raw(host, "NBIRTH", own_birth())
    with pytest.raises(Unknown, match="the device 'Press1'"):
        raw(host, "DDATA", {"seq": 1, "metrics": [{"alias": 1, "int_value": 1}]})
    assert len(host.requests(1.0)) == 1


def test_metrics_no_birth_has_told_are_left_out_and_asked_for() -> None:
    _, host = born()
    told = [{"alias": 999, "int_value": 1}, {"name": "parts", "long_value": 4}]
    assert values(raw(host, "DDATA", {"seq": 3, "metrics": told})) == [4.0]
    assert host.count["lost"] == 1 and len(host.requests(1.0)) == 1
    with pytest.raises(Unknown, match="told of this metric"):
        raw(host, "DDATA", {"seq": 4, "metrics": [{"alias": 999, "int_value": 1}]})


def test_a_device_dies_and_comes_back() -> None:
    node, host = born()
    assert hear(host, node.device_death("Robot2", NOW + 5)) == [Reading(ROBOT, "", None, NOW + 5)]
    assert node.data("Robot2", {"power": 700.0}, NOW) == [] == node.device_death("Robot2", NOW)
    assert values(hear(host, [temperature(node, 42.0)])) == [42.0]
    assert [split(s.topic).device for s in node.births(NOW)] == ["", "Press1"]
    node, host = born()
    hear(host, node.device_death("Robot2", NOW + 5) + node.data("Robot2", {"power": 700.0}, NOW))
    assert hear(host, node.device_birth("Robot2", NOW + 6)) == [Reading(ROBOT, "power", 700.0, NOW + 6, "W")]


def test_an_edge_node_dies_with_all_it_has() -> None:
    node, host = edge(), SparkplugFormat()
    will = node.connect(NOW)
    hear(host, node.births(NOW))
    assert hear(host, [will], 5.0) == [Reading(LINE, "", None)]
    assert hear(host, [will], 5.0) == []
    with pytest.raises(Unknown):
        host.read(message(temperature(node, 1.0)))


def test_the_late_will_of_an_earlier_session_kills_nothing() -> None:
    node, host = edge(), SparkplugFormat()
    first = node.connect(NOW)
    hear(host, node.births(NOW))
    node.lost()
    second = node.connect(NOW + 1)
    hear(host, node.births(NOW + 1))
    assert hear(host, [first]) == [] and host.count["stale deaths"] == 1
    assert values(hear(host, [temperature(node, 3.0)])) == [3.0]
    assert hear(host, [second]) == [Reading(LINE, "", None)]


def test_a_device_the_new_births_leave_out_is_dead() -> None:
    node, host = born()
    answer = node.births(NOW + 1)
    assert not any(r.value is None and not r.name for r in hear(host, answer[:2]))
    late = encode({"seq": 2, "metrics": [{"name": "line/speed", "double_value": 9.0}]})
    found = list(host.read(Message("spBv1.0/Plant1/NDATA/Line4", late)))
    assert found == [Reading(ROBOT, "", None), Reading(LINE, "line/speed", 9.0)]


def test_new_births_replace_aliases() -> None:
    host = SparkplugFormat()
    a, b = ({"name": n, "alias": 1, "datatype": 10, "double_value": 0.0} for n in "ab")
    raw(host, "NBIRTH", own_birth(a))
    raw(host, "NBIRTH", own_birth(b))
    assert [r.name for r in raw(host, "NDATA", {"seq": 1, "metrics": [{"alias": 1, "double_value": 1.0}]})] == ["b"]


# ---- the sequence
def test_the_sequence_goes_round() -> None:
    node, host = born()
    for k in range(600):
        assert values(hear(host, [temperature(node, float(k))])) == [float(k)]
    assert not host.requests(1e6) and not host.count


def test_messages_out_of_order_are_put_in_order() -> None:
    node, host = born()
    sent = [temperature(node, float(k)) for k in range(4)]
    assert hear(host, [sent[2]], 1.0) == [] == hear(host, [sent[1]], 1.1)
    assert not host.requests(1.5)
    assert values(hear(host, [sent[0]], 1.6)) == [0.0, 1.0, 2.0]
    assert values(hear(host, [sent[3]], 1.7)) == [3.0]
    assert host.count["gaps"] == 0 and not host.requests(100.0)


def test_a_gap_that_stays_is_told_and_asked_for_and_nothing_that_came_is_lost() -> None:
    node, host = born()
    sent = [temperature(node, float(k)) for k in range(5)]
    hear(host, [sent[0]], 1.0)
    assert hear(host, sent[2:4], 1.1) == []
    assert host.requests(2.9) == []
    assert len(host.requests(3.2)) == 1
    assert values(hear(host, [sent[4]], 3.3)) == [2.0, 3.0, 4.0]
    assert host.count["gaps"] == 1
    assert values(hear(host, [sent[1]], 3.4)) == [1.0] and host.count["late"] == 1
    assert host.requests(3.5) == []  # asked a moment ago
    assert values(hear(host, [temperature(node, 5.0)], 3.6)) == [5.0]


def test_too_many_waiting_are_waited_for_no_longer() -> None:
    node, host = born(limits=Limits(held=5))
    sent = [temperature(node, float(k)) for k in range(8)]
    found = hear(host, sent[1:7], 1.0)
    assert values(found) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    node, host = born(limits=Limits(bytes=10))
    assert values(hear(host, [temperature(node, 1.0), temperature(node, 2.0)][1:])) == [2.0]


def test_what_comes_again_tells_nothing() -> None:
    node, host = born()
    sent = temperature(node, 1.0)
    assert values(hear(host, [sent, sent])) == [1.0]
    assert host.count["repeated"] == 1 and not host.requests(100.0)


def test_what_waited_is_read_before_new_births() -> None:
    node, host = born()
    sent = [temperature(node, float(k)) for k in range(3)]
    hear(host, sent[1:], 1.0)
    found = hear(host, node.births(NOW + 9)[:1], 1.5)
    assert values(found) == [1.0, 2.0, 1.5]


def test_data_that_overtook_its_birth_waits_for_it() -> None:
    node, host = born()
    hear(host, [temperature(node, 1.0)])
    first, press, _ = node.births(NOW + 9)
    assert hear(host, [press]) == []
    assert [r.source for r in hear(host, [first])] == [LINE, PRESS, PRESS, PRESS]


def test_every_order_of_a_few_messages_tells_the_same() -> None:
    dice = random.Random(3)
    for _ in range(50):
        node, host = born()
        sent = [temperature(node, float(k)) for k in range(10)]
        dice.shuffle(sent)
        assert values(hear(host, sent)) == [float(k) for k in range(10)]


# ---- requests
def test_an_edge_node_that_does_not_answer_is_asked_less_and_less() -> None:
    node, host = edge(), SparkplugFormat()
    node.connect(NOW)
    node.births(NOW)
    asked = []
    for second in range(1000):
        with pytest.raises(Unknown):
            host.read(message(temperature(node, 1.0), second))
        asked += [second] * len(host.requests(float(second)))
    assert asked == [0, 10, 30, 70, 150, 310, 610, 910]


def test_invented_edge_nodes_do_not_make_us_flood_the_broker() -> None:
    host = SparkplugFormat()
    data = encode({"seq": 1, "metrics": [{"alias": 1, "int_value": 1}]})
    asked = 0
    for k in range(20_000):
        with pytest.raises(Unknown):
            host.read(Message(f"spBv1.0/G/NDATA/N{k}", data))
        if k % 200 == 0:
            asked += len(host.requests(k / 200 * 0.1))
    assert asked <= BURST + 10 * 20 + 1
    assert len(host.asks._wanted) <= MOST and len(host.asks._asked) <= MOST + 1 and host.asks.passed > 10_000


def test_a_monitor_that_shall_not_ask_is_silent() -> None:
    node, host = born(ask=False)
    hear(host, [temperature(node, 1.0), temperature(node, 2.0)][1:])
    assert host.requests(100.0) == []


def test_asks_settle() -> None:
    asks = Asks()
    asks.want(("G", "N"))
    asks.settle(("G", "N"))
    assert asks.due(1.0) == []


def test_who_answers_is_asked_again_sooner() -> None:
    asks, key, asked = Asks(), ("G", "N"), []
    for second in range(100):
        asks.want(key)
        if asks.due(float(second)):
            asked.append(second)
            asks.settle(key)
    assert asked == list(range(0, 100, 5))


# ---- what is remembered
def test_aliases_outlive_the_process() -> None:
    node, host = born()
    saved = host.save()
    assert saved and host.save() is saved
    hear(host, [temperature(node, 1.0)])
    assert host.save() is saved
    other = SparkplugFormat()
    other.load(saved)
    assert other.save() is saved
    assert hear(other, [temperature(node, 2.0)]) == [Reading(PRESS, "temperature", 2.0, NOW, "degC")]
    assert len(other.requests(1.0)) == 1  # it may have been born anew while nobody listened
    assert hear(other, [node.connect(NOW)]) == []  # another session
    hear(host, node.device_death("Robot2", NOW) or node.births(NOW))
    assert host.save() is not saved


def test_deaths_are_forgotten() -> None:
    node, host = edge(), SparkplugFormat()
    will = node.connect(NOW)
    hear(host, [*node.births(NOW), will])
    assert host.save() == b"" and host._total == 0


@pytest.mark.parametrize("saved", [b"x", b"[]", b'["a","b",1,""]', b'["a","b",1,""]\n{}', b"[" * 5000, b"\xff",
                                   b'[1,2,3,4]\n[[1]]',
                                   b'["G","N",null,""]\n[["a","x","u",1]]'])  # fmt: skip
def test_what_can_not_be_loaded_is_passed_over(saved: bytes) -> None:
    host = SparkplugFormat()
    host.load(saved)
    assert isinstance(host.save(), bytes)
    node = edge()
    node.connect(NOW)
    assert hear(host, node.births(NOW))


def test_memory_is_bounded() -> None:
    host = SparkplugFormat(limits=Limits(nodes=3, devices=2, metrics=5, total=12))
    some = [{"name": f"m{k}", "alias": k, "datatype": 10, "double_value": 1.0} for k in range(9)]

    def birth(node: str, device: str, count: int, seq: int = 0) -> list[Reading]:
        kind = "DBIRTH" if device else "NBIRTH"
        topic = f"spBv1.0/G/{kind}/{node}" + (f"/{device}" if device else "")
        return list(host.read(Message(topic, encode({"seq": seq, "metrics": some[:count]}))))

    for k in range(3):
        birth(f"N{k}", "", 2)
    for wrong in (("N9", "", 1, 0), ("N0", "", 6, 0), ("N0", "d", 4, 1)):
        with pytest.raises(Refused, match="more than"):
            birth(*wrong)
    birth("N0", "", 2)
    assert host._total == 6
    birth("N0", "a", 1, 1)
    birth("N0", "b", 1, 2)
    with pytest.raises(Refused, match="2 devices"):
        birth("N0", "c", 1, 3)
    birth("N1", "", 5)
    with pytest.raises(Refused, match="12 metrics"):
        birth("N2", "", 5)
    assert host._total == 11 == sum(n.metrics for n in host._nodes.values())


def test_sums_hold_whatever_comes() -> None:
    dice = random.Random(7)
    nodes = [EdgeNode("G", f"N{k}", {"a": {"x": 1.0}, "b": {"y": 1, "z": "t"}}, {"v": True}) for k in range(3)]
    wills = [n.connect(NOW) for n in nodes]
    host = SparkplugFormat(limits=Limits(held=4))
    for step in range(4000):
        k = int(dice.random() * 3)
        node, roll = nodes[k], dice.random()
        sent = (
            node.births(NOW) if roll < 0.05
            else node.device_death("a", NOW) or node.device_birth("a", NOW) if roll < 0.15
            else [wills[k]] if roll < 0.2
            else node.data(dice.choice(["a", "b", None]), {dice.choice("xyzv"): None}, NOW) if roll < 0.3
            else node.data("b", {"y": step}, NOW)
        )  # fmt: skip
        dice.shuffle(sent)
        for one in sent[: 1 + int(dice.random() * 4)]:
            with suppress(Refused):
                host.read(message(one, step * 0.1))
        if dice.random() < 0.1:
            host.requests(step * 0.1)
        assert host._total == sum(n.metrics for n in host._nodes.values())
        assert host._waiting == sum(h.size for n in host._nodes.values() for h in n.held.values())
        assert all(len(n.held) <= 4 for n in host._nodes.values())


# ---- what is refused
@pytest.mark.parametrize(
    "topic", ["spBv1.0", "spBv1.0/G/NBIRTH", "spBv1.0/G/NBIRTH/N/D", "spBv1.0/G/DBIRTH/N", "spBv1.0/G/XDATA/N",
              "spBv1.0//NDATA/N",
              "spBv1.0/G/NDATA/+", "spBv1.0/G/NDATA/\ud800", "spBv1.0/G/NDATA/" + "x" * 2000, "spBv1.0/STATE"],
)  # fmt: skip
def test_topics_that_are_none(topic: str) -> None:
    with pytest.raises(Refused, match="none of Sparkplug B"):
        SparkplugFormat().read(Message(topic, b""))


@pytest.mark.parametrize(
    ("kind", "payload", "words"),
    [
        ("NBIRTH", {"metrics": []}, "sequence number"), ("NBIRTH", {"seq": 256}, "sequence number"),
        ("NBIRTH", {"seq": 0, "metrics": [{"alias": 1}]}, "no name"),
        ("NBIRTH", {"seq": 0, "metrics": [{"name": "x" * 600}]}, "longer"),
        ("NBIRTH", {"seq": 0, "metrics": [{"name": "a"}, {"name": "a"}]}, "twice"),
        ("NBIRTH", {"seq": 0, "metrics": [{"name": "a", "alias": 1}, {"name": "b", "alias": 1}]}, "alias 1 twice"),
        ("NBIRTH", {"seq": 0, "metrics": [{"name": "a", "datatype": 77}]}, "datatype 77"),
        ("NBIRTH", own_birth(bdseq=256), "bdSeq"), ("NDEATH", own_birth(bdseq=999), "bdSeq"),
        ("NBIRTH", {"seq": 0, "metrics": [{"name": "a", "datatype": 10, "string_value": "x"}]}, "datatype 10"),
        ("DDATA", {"seq": 3, "metrics": [{"name": "parts", "string_value": "x"}]}, "datatype 4"),
        ("DDATA", {"metrics": [{"name": "parts", "long_value": 1}]}, "sequence number"),
    ],
)  # fmt: skip
def test_what_breaks_the_standard_is_refused_and_changes_nothing(kind: str, payload: dict[str, Any], words: str) -> None:
    node, host = born()
    before = host.save(), host._total
    with pytest.raises(Refused, match=words):
        raw(host, kind, payload)
    assert (host.save(), host._total) == before
    if kind != "DDATA" or "seq" not in payload:
        assert values(hear(host, [temperature(node, 9.0)])) == [9.0]


def test_a_kept_message_is_refused_and_the_edge_node_asked() -> None:
    node, host = edge(), SparkplugFormat()
    node.connect(NOW)
    with pytest.raises(Refused, match="kept"):
        host.read(message(node.births(NOW)[0])._replace(retained=True))
    assert len(host.requests(1.0)) == 1


def test_commands_of_others_tell_nothing() -> None:
    host = SparkplugFormat()
    asked = rebirth("Plant1", "Line4", NOW)
    assert host.read(Message(asked.topic, asked.payload)) == () == host.read(Message("spBv1.0/G/DCMD/N/D", b"\xff"))


# ---- host application
def test_filters() -> None:
    assert set(SparkplugFormat().filters()) == {
        "spBv1.0/+/NBIRTH/+", "spBv1.0/+/NDATA/+", "spBv1.0/+/NDEATH/+", "spBv1.0/+/DBIRTH/+/+", "spBv1.0/+/DDATA/+/+",
        "spBv1.0/+/DDEATH/+/+", "spBv1.0/STATE/+",
    }  # fmt: skip
    assert "spBv1.0/Plant1/DDATA/+/+" in SparkplugFormat(["Plant1"]).filters()
    host = SparkplugFormat()
    assert host.claims("spBv1.0/G/NDATA/N") and not host.claims("spBv2.0/G/NDATA/N")
    assert host.is_event("spBv1.0/G/NDATA/N")


def test_host_state() -> None:
    will, birth = host_will("twin", NOW), host_birth("twin", NOW)
    assert will.topic == birth.topic == "spBv1.0/STATE/twin"
    assert (will.qos, will.retain, birth.qos, birth.retain) == (1, True, 1, True)
    assert json.loads(will.payload) == {"online": False, "timestamp": int(NOW * 1000)}
    assert json.loads(birth.payload) == {"online": True, "timestamp": int(NOW * 1000)}
    for wrong in ("", "a/b", "+", "x" * 300):
        with pytest.raises(ValueError):
            host_will(wrong, NOW)


def test_a_host_said_to_be_gone_says_that_it_is_there() -> None:
    host = SparkplugFormat(host="twin")
    will = host_will("twin", NOW)
    assert host.read(message(will)) == () and host.requests(1.0) == [host_birth("twin", NOW)] and not host.requests(2.0)
    assert host.read(message(host_will("other", NOW))) == () and not host.requests(3.0)
    for bad in (b"", b"ONLINE", b"[]", b'{"online":1,"timestamp":1}', b'{"online":true}', b"[" * 900, b"\xff", b'{"a":' * 5000):
        with pytest.raises(Refused, match="state of a host"):
            host.read(Message("spBv1.0/STATE/twin", bad))


# ---- edge node
def test_the_session_of_an_edge_node() -> None:
    node = edge()
    assert node.filters() == ("spBv1.0/Plant1/NCMD/Line4", "spBv1.0/Plant1/DCMD/Line4/+")
    assert node.data("Press1", {"temperature": 30.0}, NOW) == [] and not node.born
    will = node.connect(NOW)
    assert will.qos == 1 and not will.retain and "seq" not in decode(will.payload)
    assert [m["name"] for m in decode(will.payload)["metrics"]] == ["bdSeq"]
    births = node.births(NOW)
    assert [decode(b.payload)["seq"] for b in births] == [0, 1, 2] and {b.qos for b in births} == {0}
    first = {m["name"]: m for m in decode(births[0].payload)["metrics"]}
    assert first["bdSeq"]["long_value"] == 0 and first["Node Control/Rebirth"]["boolean_value"] is False
    assert "alias" not in first["Node Control/Rebirth"] and "alias" not in first["bdSeq"]
    aliases = [m["alias"] for b in births for m in decode(b.payload)["metrics"] if "alias" in m]
    assert len(set(aliases)) == len(aliases) == 5
    assert decode(births[1].payload)["metrics"][0]["float_value"] == 30.0
    (goodbye,) = node.disconnect(NOW)
    assert goodbye.topic == will.topic and decode(goodbye.payload) == decode(will.payload)
    assert node.disconnect(NOW) == [] and node.data("Press1", {"temperature": 1.0}, NOW) == []
    for k in range(1, 258):
        assert decode(node.connect(NOW).payload)["metrics"][0].get("long_value", 0) == k % 256


def test_new_metrics_are_born_before_they_are_told() -> None:
    node, host = born()
    found = hear(host, node.data("Press1", {"energy": 5.0}, NOW))
    assert Reading(PRESS, "energy", 5.0, NOW) in found and len(found) == 4
    assert Reading(LINE, "wip", 3.0, NOW) in hear(host, node.data(None, {"wip": 3}, NOW))
    assert values(hear(host, node.data("Press1", {"energy": 6.0}, NOW))) == [6.0] and not host.count


def test_values_that_do_not_fit_are_not_taken() -> None:
    node, host = born()
    for wrong in (
        {"parts": 1.5},
        {"temperature": "x"},
        {"parts": 2**70},
        {"temperature": 1e300},
        {"parts": 1, "temperature": True},
    ):
        with pytest.raises(ValueError):
            node.data("Press1", wrong, NOW)
    assert values(hear(host, node.data("Press1", {"parts": 2}, NOW))) == [2.0]
    with pytest.raises(KeyError):
        node.data("Nobody", {"x": 1}, NOW)
    for ids in (("a/b", "n"), ("g", "#"), ("STATE", "n"), ("", "n")):
        with pytest.raises(ValueError):
            EdgeNode(*ids)
    with pytest.raises(ValueError):
        EdgeNode("g", "n", metrics={"bdSeq": 1})


def test_commands_are_taken_once_and_only_for_what_is_there() -> None:
    node, _ = born()
    order = encode(
        {"timestamp": 1, "metrics": [{"name": "parts", "datatype": 4, "long_value": 5}, {"alias": 2, "double_value": 7.5}]}
    )
    assert node.handle(Message("spBv1.0/Plant1/DCMD/Line4/Press1", order), NOW) == []
    assert node.writes() == [("Press1", "parts", 5), ("Press1", "temperature", 7.5)] and node.writes() == []
    for topic, body in (("DCMD/Line4/Press1", {"metrics": [{"name": "nothing", "int_value": 1}]}),
                        ("DCMD/Line4/Nobody", {}), ("NCMD/Line4", {"metrics": [{"alias": 99}]}),
                        ("DCMD/Line4/Press1", {"metrics": [{"name": "parts", "string_value": "x"}]})):  # fmt: skip
        with pytest.raises(Refused):
            node.handle(Message(f"spBv1.0/Plant1/{topic}", encode(body)), NOW)
    assert node.writes() == []
    assert node.handle(Message("spBv1.0/Plant1/NCMD/Other", order), NOW) == []
    no = encode({"metrics": [{"name": "Node Control/Rebirth", "datatype": 11, "boolean_value": False}]})
    assert node.handle(Message("spBv1.0/Plant1/NCMD/Line4", no), NOW) == []


def test_with_a_primary_host_nothing_is_said_while_it_is_away() -> None:
    node = edge(primary_host="twin")
    assert "spBv1.0/STATE/twin" in node.filters()
    node.connect(NOW)
    assert node.births(NOW) == [] and not node.born
    assert node.handle(message(host_will("twin", NOW)), NOW) == []
    assert len(node.handle(message(host_birth("twin", NOW)), NOW)) == 3 and node.born
    assert node.handle(message(host_birth("twin", NOW)), NOW) == []
    assert node.handle(message(host_will("twin", NOW - 60)), NOW) == [] and node.born  # older than its birth
    (gone,) = node.handle(message(host_will("twin", NOW)), NOW)
    assert split(gone.topic).kind == "NDEATH" and node.ended and not node.born
    node.connect(NOW)
    assert not node.ended and node.births(NOW) == []
    assert node.handle(message(host_birth("other", NOW)), NOW) == []
    with pytest.raises(Refused):
        node.handle(Message("spBv1.0/STATE/twin", b"OFFLINE"), NOW)
