# SPDX-License-Identifier: Apache-2.0
"""Bent Sparkplug sessions: nothing but Refused comes out, memory and time are bounded, and a sound session works afterwards.

20,000 messages by default, 1,000,000 with --all.
"""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from collections import Counter
from contextlib import suppress

import pytest
from factory_twin.formats import Reading, Refused
from factory_twin.formats.sparkplug import EdgeNode, Limits, SparkplugFormat, Typed, rebirth
from factory_twin.formats.sparkplug.datatype import DataType
from factory_twin.formats.sparkplug.wire import encode
from factory_twin.message import Message, Outgoing
from hostile import NOW, field
from test_formats_hostile import resident, sound

FEW, MANY = 20_000, 1_000_000
LONGEST = 0.05


def session(dice: random.Random) -> list[Outgoing]:
    """Return sound messages of an edge node with odd metrics."""
    metrics = {"t": Typed(1.0, DataType.FLOAT, "degC"), "n": -5, "s": "busy", "b": True, "d": Typed(NOW, DataType.DATETIME)}
    node = EdgeNode("G", f"N{int(dice.random() * 5)}", {"A": metrics, "B": {"x": None}}, {"v": 1})
    will = node.connect(NOW)
    sent = node.births(NOW)
    for k in range(20):
        sent += node.data("A", {dice.choice("tn"): k}, NOW + k)
        sent += node.data(None, {"v": k}, NOW + k)
    return [*sent, *node.device_death("B", NOW), *node.device_birth("B", NOW), will]


def bent(dice: random.Random, data: bytes) -> bytes:
    body = bytearray(data)
    for _ in range(1 + int(dice.random() * 3)):
        at, what = int(dice.random() * (len(body) + 1)), dice.random()
        if what < 0.4 and body:
            body[min(at, len(body) - 1)] ^= 1 << int(dice.random() * 8)
        elif what < 0.55:
            del body[at : at + 1 + int(dice.random() * 6)]
        elif what < 0.7:
            body[at:at] = field(1 + int(dice.random() * 20), dice.getrandbits(64) if dice.random() < 0.5 else dice.randbytes(5))
        elif what < 0.8:
            body[at:at] = body[at : at + 40] * 3
        elif what < 0.9:
            body += field(3, int(dice.random() * 300))
        else:
            del body[at:]
    return bytes(body)


def flood(host: SparkplugFormat, count: int, seed: int) -> tuple[Counter[str], float]:
    dice, found, longest = random.Random(seed), Counter[str](), 0.0
    number = 0
    while number < count:
        for sent in session(dice):
            if dice.random() < 0.1:
                continue
            payload = bent(dice, sent.payload) if dice.random() < 0.4 else sent.payload
            topic = sent.topic.replace("/A", f"/D{int(dice.random() * 1e6)}") if dice.random() < 0.05 else sent.topic
            topic = topic.replace("/N", f"/M{int(dice.random() * 1e6)}-") if dice.random() < 0.05 else topic
            message = Message(topic, payload, number * 1e-3, NOW + number * 1e-3, dice.random() < 0.01)
            began = time.perf_counter()
            try:
                readings = host.read(message)
                found["read" if readings else "silent"] += 1
            except Refused as error:
                assert 10 < len(str(error)) < 300
                found["refused"] += 1
                readings = ()
            took = time.perf_counter() - began
            longest = max(longest, took if took < LONGEST else 0.0)
            found["slow"] += took >= LONGEST  # the machine may be busy
            for reading in readings:
                sound(reading)
            if number % 50 == 0:
                host.requests(number * 1e-3)
            number += 1
    return found, longest


def check(host: SparkplugFormat, found: Counter[str]) -> None:
    assert min(found["read"], found["refused"]) > sum(found.values()) / 20 and found["slow"] < 10
    assert host._total == sum(n.metrics for n in host._nodes.values())
    assert host._waiting == sum(h.size for n in host._nodes.values() for h in n.held.values())
    node = EdgeNode("G", "N1", {"A": {"t": 1.0}})
    node.connect(NOW)
    told = [
        r for s in (*node.births(NOW), *node.data("A", {"t": 2.0}, NOW)) for r in host.read(Message(s.topic, s.payload, 1e6))
    ]
    assert told[-1] == Reading("spBv1.0/G/N1/A", "t", 2.0, NOW)


def test_bent_sessions() -> None:
    host = SparkplugFormat(limits=Limits(nodes=500))
    found, _ = flood(host, FEW, 1)
    check(host, found)
    other = SparkplugFormat()
    other.load(host.save())
    assert other._total == host._total and {*other._nodes} == {*host._nodes}


@pytest.mark.slow
def test_a_million_messages_of_bent_sessions() -> None:
    host = SparkplugFormat(limits=Limits(nodes=500))
    flood(host, FEW * 5, 2)
    before, began = resident(), time.perf_counter()
    found, longest = flood(host, MANY, 3)
    grown = resident() - before
    print(f"{MANY} in {time.perf_counter() - began:.0f} s, longest {longest * 1e3:.1f} ms, {dict(found)}, {dict(host.count)}, "
          f"memory +{grown:.1f} MiB")  # fmt: skip
    check(host, found)
    assert grown < 32


def test_births_without_end_stop_at_the_bounds() -> None:
    """Ever new edge nodes, devices and metrics: what is too much is refused, and the memory held is bounded."""
    host, refused = SparkplugFormat(limits=Limits(nodes=40, devices=20, metrics=500, total=5_000)), 0
    metrics = [{"name": f"metric {i} " + "x" * 60, "alias": i, "datatype": 10, "double_value": 1.0} for i in range(50)]
    payloads = [encode({"timestamp": 1, "metrics": metrics, "seq": seq}) for seq in range(20)]
    gc.collect()
    tracemalloc.start()
    for k in range(1_500):
        kind, end = ("NBIRTH", "") if k % 20 == 0 else ("DBIRTH", f"/D{k}")
        try:
            host.read(Message(f"spBv1.0/G/{kind}/N{k // 20}{end}", payloads[k % 20], k * 1e-3))
        except Refused:
            refused += 1
        host.requests(k * 1e-3)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert refused > 1_000 and host._total <= 5_000
    assert kept < 5_000 * 700 + (2 << 20), kept


def test_numbers_out_of_order_without_end_stop_at_the_bounds() -> None:
    host = SparkplugFormat(limits=Limits(bytes=1 << 20))
    nodes = [EdgeNode("G", f"N{k}", metrics={"text": "x"}) for k in range(50)]
    for node in nodes:
        node.connect(NOW)
        for sent in node.births(NOW):
            host.read(Message(sent.topic, sent.payload))
    dice = random.Random(4)
    for k in range(20_000):
        payload = encode({"seq": int(dice.random() * 256), "metrics": [{"alias": 1, "string_value": str(k) * 2_000}]})
        host.read(Message(f"spBv1.0/G/NDATA/N{k % 50}", payload, k * 1e-4, NOW + k * 1e-4))
        assert host._waiting <= 1 << 20


def test_commands_that_are_bent_do_an_edge_node_no_harm() -> None:
    dice = random.Random(6)
    node = EdgeNode("G", "N", {"A": {"t": 1.0, "s": "x"}}, {"v": 1}, primary_host="H")
    node.connect(NOW)
    node.births(NOW)
    good = [rebirth("G", "N", NOW).payload, encode({"timestamp": 1, "metrics": [{"alias": 1, "double_value": 5.0}]}),
            b'{"online":true,"timestamp":1}']  # fmt: skip
    topics = ["spBv1.0/G/NCMD/N", "spBv1.0/G/DCMD/N/A", "spBv1.0/G/DCMD/N/B", "spBv1.0/STATE/H", "spBv1.0/G/NDATA/N", "x"]
    for _ in range(20_000):
        with suppress(Refused):
            node.handle(Message(dice.choice(topics), bent(dice, dice.choice(good))), NOW)
    assert len(node.writes()) <= 1_000
    node.connect(NOW)
    with pytest.raises(Refused):  # else no state of the host would ever be newer
        node.handle(Message("spBv1.0/STATE/H", b'{"online":true,"timestamp":99999999999999999999}'), NOW)
    node.handle(Message("spBv1.0/STATE/H", b'{"online":true,"timestamp":99999999999}'), NOW)
    assert node.births(NOW)
