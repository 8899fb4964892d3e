# SPDX-License-Identifier: Apache-2.0
"""The virtual plant speaks Sparkplug B: our own host application reads it without a complaint, over a real broker, too."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from factory_twin.binding import Router
from factory_twin.formats import Reading, Refused
from factory_twin.formats.sparkplug import SparkplugFormat
from factory_twin.formats.sparkplug.topic import split
from factory_twin.log import Log
from factory_twin.message import Message
from factory_twin.mqtt import Link
from factory_twin.read import open_stage, read_plant
from factory_twin.signals import Fault
from factory_twin.sim import Simulation
from factory_twin.virtual import Links, VirtualPlant, shift
from models import three_machines
from mosquitto import Mosquitto, mosquitto, needs_mosquitto, wait

__all__ = ["mosquitto"]
ROOT = Path(__file__).parents[1]


class Paper:
    def __init__(self) -> None:
        self.messages: list[Message] = []

    def publish(self, topic: str, payload: bytes, retain: bool = False, qos: int = 1) -> bool:
        self.messages.append(Message(topic, payload, retained=retain, qos=qos))
        return True


def spoken(plant: object, until: float, format: str = "sparkplug", **options: object) -> Paper:
    paper, log = Paper(), Log()
    events = shift(Simulation(plant, seed=5, log=log), log)  # type: ignore[arg-type]
    virtual = VirtualPlant(plant, events, paper, format=format, prefix="Works/Hall", seed=3, **options)  # type: ignore[arg-type]
    for k in range(int(until / 3) + 1):
        virtual.advance(k * 3.0, 1000.0 + k * 3.0 / 60.0)
    virtual.close()
    return paper


def test_all_is_read_in_sequence_and_leads_to_the_places() -> None:
    plant = read_plant(open_stage(ROOT / "data" / "examples" / "agv_network.usda"))
    paper, host, router = spoken(plant, 1800.0), SparkplugFormat(), Router(plant)
    told: dict[str, set[str]] = {}
    for message in paper.messages:
        assert (message.qos == 0 and not message.retained) or split(message.topic).kind == "NDEATH"
        for reading in host.read(message):
            try:
                for sample in router.route(reading, time.time()):
                    told.setdefault(sample.place, set()).add(sample.quantity)
            except Refused:
                assert reading.name in ("diameter", "acceleration", "crest", "kurtosis", "envelope")
    assert not host.count and not host.requests(1e6)
    assert told["/Factory/Mill"] >= {"state", "parts", "wip", "scrap", "temperature", "vibration", "power"}
    assert {split(m.topic)[1:3] for m in paper.messages} == {("Works.Hall", "Factory")}
    assert split(paper.messages[-1].topic).kind == "NDEATH"


def test_a_plant_without_a_line_above_its_machines() -> None:
    paper, host = spoken(three_machines(), 600.0), SparkplugFormat()
    found: list[Reading] = [r for m in paper.messages for r in host.read(m)]
    assert {r.source for r in found} >= {f"spBv1.0/Works.Hall/plant/M{k}" for k in (1, 2, 3)}
    units = {r.name: r.unit for r in found if r.name}
    assert units["temperature"] == "degC" and units["power"] == "W" and units["diameter"] == "m" and units["parts"] == ""
    assert found[-1] == Reading("spBv1.0/Works.Hall/plant", "", None)


def test_a_machine_cut_off_is_dead_and_comes_back() -> None:
    paper = spoken(three_machines(), 1200.0, faults=[Fault("network", "/M2", 300.0, 600.0)])
    kinds = [split(m.topic).kind for m in paper.messages if m.topic.endswith("/M2")]
    gone, back = kinds.index("DDEATH"), len(kinds) - 1 - kinds[::-1].index("DBIRTH")
    assert kinds[0] == "DBIRTH" and back == gone + 1 and kinds.count("DDEATH") == 1 and len(kinds) > back + 8
    host = SparkplugFormat()
    for message in paper.messages:
        host.read(message)
    assert not host.count


# ---- a real broker
@contextmanager
def running(url: str, format: str = "sparkplug") -> Iterator[VirtualPlant]:
    """A plant that lives on the wall clock on a thread of its own."""
    plant, log, over = three_machines(), Log(), threading.Event()
    events = shift(Simulation(plant, seed=5, log=log), log)
    with Links(url) as links:
        virtual = VirtualPlant(plant, events, links, format=format, prefix="Works", measure=0.2)
        thread = threading.Thread(target=virtual.run, args=(over,), kwargs={"period": 0.02})
        thread.start()
        try:
            yield virtual
        finally:
            over.set()
            thread.join(10)
            virtual.close()
            links.flush()


class Host:
    """Our host application on a link of its own."""

    def __init__(self, link: Link) -> None:
        self.link, self.format = link, SparkplugFormat()
        self.readings: list[Reading] = []
        self.kinds: list[str] = []
        self.refused: list[str] = []

    def take(self) -> None:
        for message in self.link.inbox.drain():
            self.kinds.append(split(message.topic).kind)
            try:
                self.readings += self.format.read(message)
            except Refused as error:
                self.refused.append(str(error))
        for sent in self.format.requests(time.monotonic()):
            self.link.publish(sent.topic, sent.payload, sent.retain, sent.qos)

    def wait(self, what: str, count: int = 1) -> None:
        """Return when so many readings of a metric have come since now."""
        begin = len(self.readings)

        def come() -> bool:
            self.take()
            return sum(r.name == what for r in self.readings[begin:]) >= count

        wait(come, f"{count} readings of {what!r}", 20)


@pytest.mark.broker
@needs_mosquitto
def test_a_host_that_comes_late_asks_and_a_broken_session_is_born_anew(mosquitto: Mosquitto) -> None:
    with running(mosquitto.url) as virtual:
        wait(lambda: virtual.sent > 30, "the plant speaks")
        with Link(mosquitto.url, SparkplugFormat().filters(), clean=True) as link:
            host = Host(link)
            host.wait("temperature", 20)
            assert host.format.asks.sent == 1 and "NBIRTH" in host.kinds and host.refused
            (session,) = host.format._nodes.values()
            assert session.bdseq == 0 and not host.format.count
            mosquitto.kill()
            mosquitto.start()

            def session_of_now() -> int:
                host.take()
                return max((n.bdseq or 0 for n in host.format._nodes.values()), default=-1)

            wait(lambda: session_of_now() >= 1, "a new session is born", 20)
            host.wait("temperature", 20)
            assert host.format.count["lost"] == 0 and session_of_now() >= 1
    with Link(mosquitto.url, SparkplugFormat().filters(), clean=True) as link:
        time.sleep(0.3)
        assert not [m for m in link.inbox.drain() if m.retained]


@pytest.mark.broker
@needs_mosquitto
def test_the_end_of_a_plant_is_the_death_of_its_lines(mosquitto: Mosquitto) -> None:
    with Link(mosquitto.url, SparkplugFormat().filters(), clean=True) as link:
        wait(lambda: link.status.connected, "the host is there")
        host = Host(link)
        with running(mosquitto.url):
            host.wait("temperature", 5)
            assert not host.refused
        host.wait("")
        assert host.readings[-1] == Reading("spBv1.0/Works/plant", "", None) and not host.format._nodes
