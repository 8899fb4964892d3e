# SPDX-License-Identifier: Apache-2.0
"""Interoperation with independent Sparkplug libraries, both ways, over a real broker; each in an environment of its own."""

from __future__ import annotations

import importlib.util
import json
import queue
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from factory_twin.formats import Reading, Refused
from factory_twin.formats.sparkplug import DataType, EdgeNode, SparkplugFormat, Typed
from factory_twin.formats.sparkplug.topic import split
from factory_twin.mqtt import Link
from mosquitto import Mosquitto, mosquitto, needs_mosquitto, wait

__all__ = ["mosquitto"]
pytestmark = [pytest.mark.slow, pytest.mark.broker, needs_mosquitto]
ROOT = Path(__file__).parents[1]
PINS = {"pysparkplug": "pysparkplug==0.6.1", "spb_wrapper": "mqtt-spb-wrapper==2.1.2"}


def interpreter(name: str) -> Path:
    spec = importlib.util.spec_from_file_location("peer_venv", ROOT / "tools" / "bench" / "_venv.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    try:
        found: Path = module.python(name, PINS[name])
    except module.NoVenv as error:
        pytest.skip(f"{PINS[name]} can't be installed: {error}")
    return found


class Peer:
    """A library in a process of its own."""

    def __init__(self, peers: list[Any], name: str, role: str, port: int) -> None:
        peers.append(self)
        script = ROOT / "tests" / "peers" / f"{name}_peer.py"
        self.process = subprocess.Popen([str(interpreter(name)), str(script), role, str(port)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
        self.said: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.until(lambda w: "ready" in w)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with suppress(ValueError, OSError):  # closed
            for line in self.process.stdout:
                if line.startswith("{"):
                    self.said.put(json.loads(line))

    def until(self, fits: Any, timeout: float = 15.0) -> dict[str, Any]:
        """Return the next word that fits."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                word = self.said.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                pytest.fail("The peer is silent.")
            if fits(word):
                return word

    def do(self, order: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()

    def kind(self, kind: str) -> dict[str, Any]:
        return self.until(lambda w: w.get("kind") == kind)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


class Host:
    """Our host application."""

    def __init__(self, url: str) -> None:
        self.format = SparkplugFormat(["Peers"])
        self.link = Link(url, self.format.filters(), clean=True)
        self.link.start()
        self.readings: list[Reading] = []
        self.kinds: list[str] = []
        self.refused: list[str] = []
        wait(lambda: self.link.status.connected, "the host is connected")

    def take(self) -> bool:
        for message in self.link.inbox.drain():
            self.kinds.append(split(message.topic).kind)
            try:
                self.readings += self.format.read(message)
            except Refused as error:
                self.refused.append(str(error))
        for sent in self.format.requests(time.monotonic()):
            self.link.publish(sent.topic, sent.payload, sent.retain, sent.qos)
        return False

    def wait(self, name: str, value: Any) -> None:
        wait(lambda: self.take() or any((r.name, r.value) == (name, value) for r in self.readings), f"{name} = {value}")

    def value(self, name: str) -> Any:
        return [r.value for r in self.readings if r.name == name][-1]


@pytest.fixture
def peers() -> Iterator[list[Any]]:
    made: list[Any] = []
    yield made
    for one in made:
        one.kill() if isinstance(one, Peer) else one.stop()


def test_pysparkplug_as_edge_node(mosquitto: Mosquitto, peers: list[Any]) -> None:
    host = Host(mosquitto.url)
    peers.append(host.link)
    peer = Peer(peers, "pysparkplug", "node", mosquitto.port)
    host.wait("temperature", 20.0)
    values = {r.name: r.value for r in host.readings}
    assert values == {"count": -7.0, "wide": float(-(2**40)), "name": "über", "on": True, "real": 1.5, "short": 0.25,
                      "byte": 200.0, "big": float(2**63), "temperature": 20.0}  # fmt: skip
    for k in range(300):  # more than the sequence has numbers
        peer.do(f"data {k}")
    host.wait("temperature", 299.0)
    peer.do("own -12345")
    host.wait("count", -12345.0)
    assert [r.value for r in host.readings if r.name == "temperature"] == [20.0, *map(float, range(300))]
    assert all(r.time is not None and abs(r.time - time.time()) < 60 for r in host.readings)
    assert not host.refused and not host.format.count and not host.format.asks.sent
    peer.do("gone")
    host.wait("", None)
    assert host.readings[-1].source == "spBv1.0/Peers/Py/Press"
    peer.do("back")
    host.wait("temperature", 299.0)
    other = Host(mosquitto.url)  # comes late and has to ask
    peers.append(other.link)
    peer.do("data 1")
    wait(lambda: other.take() or other.format.asks.sent, "it asks")
    asked = peer.until(lambda w: w.get("command") == "node")
    assert asked["metrics"][0]["name"] == "Node Control/Rebirth" and asked["metrics"][0]["value"] == "True"
    peer.kill()
    wait(lambda: host.take() or not host.format._nodes, "the will is taken")
    assert host.readings[-1] == Reading("spBv1.0/Peers/Py", "", None) and host.format.count["stale deaths"] == 0


def test_the_goodbye_of_pysparkplug_is_of_another_session(mosquitto: Mosquitto, peers: list[Any]) -> None:
    """It counts bdSeq up for its next will before it says goodbye; the standard has the host pass over such a death."""
    host = Host(mosquitto.url)
    peers.append(host.link)
    peer = Peer(peers, "pysparkplug", "node", mosquitto.port)
    host.wait("temperature", 20.0)
    peer.do("disconnect")
    wait(lambda: host.take() or "NDEATH" in host.kinds, "its death has come")
    assert host.format.count == {"stale deaths": 1} and len(host.format._nodes) == 1


def test_pysparkplug_as_host(mosquitto: Mosquitto, peers: list[Any]) -> None:
    peer = Peer(peers, "pysparkplug", "host", mosquitto.port)
    edge, link = our_node(mosquitto, peers)
    first, press = peer.kind("NBIRTH"), peer.kind("DBIRTH")
    named = {m["name"]: m for m in first["metrics"]}
    assert (named["bdSeq"]["value"], named["bdSeq"]["type"], first["seq"]) == ("0", 4, 0)
    assert named["Node Control/Rebirth"]["value"] == "False" and named["Node Control/Rebirth"]["alias"] is None
    assert named["speed"]["value"] == "1.5" and press["seq"] == 1 and press["device"] == "Press"
    told = {m["name"]: (m["value"], m["type"], m["null"]) for m in press["metrics"]}
    assert told == {"temperature": ("20.5", 9, False), "parts": ("-5", 4, False), "state": ("idle", 12, False),
                    "power": ("None", 10, True)}  # fmt: skip
    for k in range(300):
        send(link, edge.data("Press", {"temperature": k / 4, "parts": -k, "state": f"s{k}"}, time.time()))
    for k in range(300):
        data = peer.kind("DDATA")
        assert data["seq"] == (k + 2) % 256
        assert [(m["name"], m["value"]) for m in data["metrics"]] == [
            ("temperature", str(k / 4)),
            ("parts", str(-k)),
            ("state", f"s{k}"),
        ]
    send(link, edge.device_death("Press", time.time()))
    assert peer.kind("DDEATH")["device"] == "Press"
    send(link, edge.device_birth("Press", time.time()))
    assert {m["name"]: m["value"] for m in peer.kind("DBIRTH")["metrics"]}["parts"] == "-299"
    peer.do("rebirth Line")
    wait(lambda: answered(edge, link), "the command has come")
    assert peer.kind("NBIRTH")["seq"] == 0 and peer.kind("DBIRTH")["seq"] == 1
    peer.do("write Line Press temperature 77.5")
    written: list[Any] = []
    wait(lambda: (answered(edge, link), written.extend(edge.writes()), written)[2], "the write has come")
    assert written == [("Press", "temperature", 77.5)]
    send(link, edge.disconnect(time.time()))
    death = peer.kind("NDEATH")
    assert death["bdseq"] in (0, "0") or any(m["name"] == "bdSeq" and m["value"] == "0" for m in death["metrics"])


def test_mqtt_spb_wrapper_as_edge_node(mosquitto: Mosquitto, peers: list[Any]) -> None:
    host = Host(mosquitto.url)
    peers.append(host.link)
    peer = Peer(peers, "spb_wrapper", "node", mosquitto.port)
    wait(lambda: host.take() or any(r.name.endswith("temperature") for r in host.readings), "the birth is read")
    assert host.value(next(r.name for r in host.readings if r.name.endswith("temperature"))) == 20.5
    for k in range(300):
        peer.do(f"data {k + 0.5}")
    host.wait("temperature", 299.5)  # its births say "DATA/temperature", against the standard; its data does not
    assert [r.value for r in host.readings if r.name == "temperature"] == [k + 0.5 for k in range(300)]
    assert host.format.count == {"unborn": 300} and not host.refused
    peer.kill()
    wait(lambda: host.take() or "NDEATH" in host.kinds, "the will has come")
    assert host.format.count["stale deaths"] == 1  # its will and its birth have different bdSeq


def test_mqtt_spb_wrapper_as_host(mosquitto: Mosquitto, peers: list[Any]) -> None:
    peer = Peer(peers, "spb_wrapper", "host", mosquitto.port)
    edge, link = our_node(mosquitto, peers)
    assert {m["name"]: m["value"] for m in peer.kind("NBIRTH")["metrics"]}["speed"] == 1.5
    assert {m["name"]: m["value"] for m in peer.kind("DBIRTH")["metrics"]}["temperature"] == 20.5
    send(link, edge.data("Press", {"temperature": 30.5}, time.time()))
    (metric,) = peer.kind("DDATA")["metrics"]
    assert int(metric["alias"]) == 2  # it reads values only where a datatype is told, which the standard has in births
    peer.do("rebirth Line")
    wait(lambda: answered(edge, link), "the command has come")
    assert {m["name"]: m["value"] for m in peer.kind("DBIRTH")["metrics"]}["temperature"] == 30.5
    send(link, edge.disconnect(time.time()))
    assert peer.kind("NDEATH")


def our_node(broker: Mosquitto, peers: list[Any]) -> tuple[EdgeNode, Link]:
    metrics = {"temperature": Typed(20.5, DataType.FLOAT, "degC"), "parts": -5, "state": "idle", "power": None}
    edge = EdgeNode("Works", "Line", {"Press": metrics}, {"speed": 1.5})
    link = Link(broker.url, edge.filters(), will=edge.connect(time.time()), clean=True, conflate=False)
    link.start()
    peers.append(link)
    wait(lambda: link.status.connected, "our edge node is connected")
    send(link, edge.births(time.time()))
    return edge, link


def send(link: Link, messages: list[Any]) -> None:
    for m in messages:
        assert link.publish(m.topic, m.payload, m.retain, m.qos)


def answered(edge: EdgeNode, link: Link) -> bool:
    """Let our edge node take what came; return whether something did."""
    came = list(link.inbox.drain())
    for message in came:
        send(link, edge.handle(message, time.time()))
    return bool(came)
