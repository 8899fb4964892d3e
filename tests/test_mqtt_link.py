# SPDX-License-Identifier: Apache-2.0
"""The link holds on to a real mosquitto: loses nothing below its bounds, reconnects, stops fast, says how it is."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from factory_twin.errors import LinkError
from factory_twin.mqtt import EmbeddedBroker, Inbox, Link, LinkState
from factory_twin.mqtt import connection as wire
from factory_twin.mqtt.broker import find_mosquitto, free_port
from factory_twin.mqtt.topics import EVENTS
from mosquitto import Mosquitto, mosquitto, needs_mosquitto, wait


def is_event(topic: str) -> bool:
    return topic.rpartition("/")[2] in EVENTS


__all__ = ["mosquitto"]
pytestmark = pytest.mark.broker


@pytest.fixture
def links() -> Iterator[list[Link]]:
    """Links put in here are stopped at the end."""
    made: list[Link] = []
    yield made
    for link in made:
        link.stop()


def up(links: list[Link], url: str, *topics: str, inbox: Inbox | None = None, **options: Any) -> Link:
    """Return a started link that is connected."""
    link = Link(url, topics, inbox, **options)
    links.append(link)
    link.start()
    wait(lambda: link.status.connected, f"{url} accepts: {link.status}")
    return link


def pair(links: list[Link], url: str, inbox: Inbox | None = None) -> tuple[Link, Link]:
    """Return a link that listens to f/# and one that publishes, both connected."""
    listener, sender = Link(url, ("f/#",), inbox), Link(url)
    for link in (listener, sender):
        links.append(link)
        link.start()
    wait(lambda: listener.status.connected and sender.status.connected, f"{url} accepts: {listener.status}")
    return listener, sender


def test_five_thousand_quick_messages_arrive_once_and_in_order(mosquitto: Mosquitto, links: list[Link]) -> None:
    listener, sender = pair(links, mosquitto.url)
    sent = 0
    while sent < 5000:  # the outbox holds 1000: keep below it
        if sender.status.unsent < 900:
            sent += sender.publish(f"f/{sent % 7}", str(sent))
        else:
            time.sleep(0.005)
    assert sender.flush(20)
    wait(lambda: len(listener.inbox) >= 5000, "all arrive")
    assert [int(m.payload) for m in listener.inbox.drain()] == list(range(5000))
    assert listener.status.dropped == sender.status.dropped == 0
    assert listener.status.protocol == "MQTT 5"


def test_a_full_inbox_makes_the_broker_wait_and_loses_no_event(mosquitto: Mosquitto, links: list[Link]) -> None:
    inbox = Inbox(50, events=is_event)
    listener, sender = pair(links, mosquitto.url, inbox)
    for i in range(900):
        assert sender.publish("f/m/parts", str(i))
    assert sender.flush(10)
    wait(lambda: len(inbox) == 50, "the inbox is full")
    time.sleep(0.3)
    assert len(inbox) == 50
    got: list[int] = []
    wait(lambda: got.extend(int(m.payload) for m in inbox.drain(limit=20)) or len(got) == 900, f"all arrive: {len(got)}")
    assert got == list(range(900))
    assert (inbox.coalesced, listener.status.dropped) == (0, 0)


def test_a_flood_of_last_values_keeps_the_newest_and_counts_the_rest(mosquitto: Mosquitto, links: list[Link]) -> None:
    inbox = Inbox(10, events=is_event)
    listener, sender = pair(links, mosquitto.url, inbox)
    for i in range(500):
        sender.publish("f/m/temperature", str(i))
    assert sender.flush(10)
    wait(lambda: inbox.coalesced == 490, f"all but ten are coalesced: {inbox.coalesced}")
    assert [int(m.payload) for m in inbox.drain()][-1] == 499
    assert listener.status.dropped == 0


def test_a_killed_broker_is_reported_and_found_again(mosquitto: Mosquitto, links: list[Link]) -> None:
    listener, sender = pair(links, mosquitto.url)
    mosquitto.kill()
    wait(lambda: listener.status.state is LinkState.WAITING, "the loss is noticed")
    wait(lambda: "Nothing listens" in listener.status.reason, f"the reason is told: {listener.status.reason}")
    sender.publish("f/kept", b"while away")
    mosquitto.start()
    wait(lambda: listener.status.connected and sender.status.connected, "both are back")
    assert listener.status.reconnects == 1
    assert listener.status.gaps == 1  # this broker keeps nothing, so the session was lost, and we say so
    assert "messages may be missing" in listener.status.reason
    assert sender.flush()
    sender.publish("f/after", b"")
    wait(lambda: "f/after" in [m.topic for m in listener.inbox.drain()], "messages flow again")


def test_what_was_sent_but_not_acknowledged_is_sent_again(mosquitto: Mosquitto, links: list[Link]) -> None:
    sender = up(links, mosquitto.url)
    mosquitto.freeze()
    for i in range(100):
        sender.publish("f/parts", str(i))
    wait(lambda: sender.status.unsent == 100, "nothing is acknowledged")
    time.sleep(0.2)
    mosquitto.kill()
    mosquitto.start()
    assert up(links, mosquitto.url).status.connected
    assert sender.flush(10)
    assert sender.status.published == 100


def test_a_named_session_gets_what_came_while_it_was_away(mosquitto: Mosquitto, links: list[Link]) -> None:
    first = up(links, mosquitto.url, "f/#", client_id="twin-7")
    sender = up(links, mosquitto.url)
    first.stop()
    for i in range(10):
        sender.publish("f/m/parts", str(i))
    assert sender.flush()
    second = up(links, mosquitto.url, "f/#", client_id="twin-7")
    wait(lambda: len(second.inbox) == 10, "all ten come")
    assert [m.payload for m in second.inbox.drain()] == [str(i).encode() for i in range(10)]


def test_retained_messages_are_marked(mosquitto: Mosquitto, links: list[Link]) -> None:
    sender = up(links, mosquitto.url)
    sender.publish("f/m/state", b"busy", retain=True)
    assert sender.flush()
    listener = up(links, mosquitto.url, "f/#")
    wait(lambda: len(listener.inbox), "the kept value comes")
    sender.publish("f/m/state", b"down", retain=True)
    wait(lambda: len(listener.inbox) == 2, "the live value comes")
    assert [(m.payload, m.retained) for m in listener.inbox.drain()] == [(b"busy", True), (b"down", False)]


def test_an_absent_broker_is_told_and_stop_is_quick(links: list[Link]) -> None:
    link = Link(f"mqtt://127.0.0.1:{free_port()}", ("f/#",))
    links.append(link)
    began = time.perf_counter()
    link.start()
    assert time.perf_counter() - began < 1
    wait(lambda: link.status.state is LinkState.WAITING, "it waits")
    assert link.status.reason.startswith("Nothing listens at 127.0.0.1:")
    began = time.perf_counter()
    link.stop()
    assert time.perf_counter() - began < 2
    assert (link.status.state, link.status.reason) == (LinkState.OFF, "Stopped.")


def test_a_wrong_host_name_is_told(links: list[Link]) -> None:
    link = Link("mqtt://no-such-host.invalid")
    links.append(link)
    link.start()
    wait(lambda: link.status.state is LinkState.WAITING, "it waits")
    assert "no-such-host.invalid" in link.status.reason


def test_a_port_that_speaks_no_mqtt_is_told(links: list[Link]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            while True:
                try:
                    other, _ = server.accept()
                except OSError:
                    return
                with other:
                    other.recv(100)
                    other.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        link = Link(f"mqtt://127.0.0.1:{port}")
        links.append(link)
        link.start()
        wait(lambda: link.status.state is LinkState.WAITING, "it waits")
        assert "not in MQTT" in link.status.reason
        assert "MQTT port" in link.status.hint
        link.stop()
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.skipif(os.name == "nt", reason="SIGSTOP is POSIX")
def test_stop_is_quick_while_the_broker_is_frozen(mosquitto: Mosquitto, links: list[Link]) -> None:
    listener, sender = pair(links, mosquitto.url)
    mosquitto.freeze()
    for _ in range(20):
        sender.publish("f/big", b"x" * 800_000)  # more than the system takes off us
    time.sleep(0.3)
    for link in (listener, sender):
        thread, began = link._thread, time.perf_counter()
        link.stop()
        assert time.perf_counter() - began < 3  # a blocking stop waits for the keepalive, 15 s or more
        assert thread is not None
        assert not thread.is_alive()
        assert link.status.state is LinkState.OFF
    late = Link(mosquitto.url)
    late.start()
    time.sleep(0.2)
    began = time.perf_counter()
    late.stop()
    assert time.perf_counter() - began < 4
    mosquitto.thaw()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # paho leaves a failed handshake's socket open
def test_stop_is_quick_while_the_network_call_hangs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes connections, says nothing
        link = Link(f"mqtts://127.0.0.1:{server.getsockname()[1]}")
        link.start()
        thread = link._thread
        assert thread is not None
        time.sleep(0.2)
        began = time.perf_counter()
        link.stop()
        assert time.perf_counter() - began < 4
        assert thread.is_alive()
    thread.join(10)
    assert not thread.is_alive()
    assert link.status.state is LinkState.OFF


@pytest.mark.skipif(os.name == "nt", reason="SIGSTOP is POSIX")
def test_a_frozen_broker_is_noticed_and_recovered_from(mosquitto: Mosquitto, links: list[Link]) -> None:
    link = up(links, mosquitto.url, "f/#", keepalive=1)
    mosquitto.freeze()
    began = time.monotonic()
    wait(lambda: not link.status.connected, "the silence is noticed")
    assert time.monotonic() - began < 8
    assert "does not answer" in link.status.reason
    mosquitto.thaw()
    wait(lambda: link.status.connected, "it is back")


def test_a_poison_message_does_not_end_the_thread(mosquitto: Mosquitto, links: list[Link]) -> None:
    def fussy(topic: str) -> bool:
        raise RuntimeError("bad")

    listener, sender = pair(links, mosquitto.url, Inbox(1, events=fussy))
    sender.publish("f/m/state", b"poison")
    sender.publish("f/m/state", b"busy")
    got: list[bytes] = []
    wait(lambda: got.extend(m.payload for m in listener.inbox.drain()) or b"busy" in got, "the good message comes")
    assert got == [b"poison", b"busy"]  # who can't say what counts gets all
    assert listener.status.connected
    assert listener.status.reconnects == 0


def test_a_topic_that_is_no_utf8_goes_on_as_an_empty_one() -> None:
    settings = wire.Settings(wire.Address("127.0.0.1", 1), (), "x", False, 10)
    connection = wire.Connection(settings, wire.V5, inbox=Inbox(), outbox=Inbox(), counts=wire.Counts(), unacknowledged=[],
                                 tell=lambda reason: None)  # fmt: skip

    class Raw(SimpleNamespace):
        @property
        def topic(self) -> str:
            return b"\xff".decode()

    connection._on_message(connection._client, None, Raw(payload=b"1", mid=1, qos=0, retain=False, dup=False))
    assert [m.topic for m in connection._held] == [""]


def test_wrong_passwords_are_refused_and_right_ones_never_shown(tmp_path: Path, links: list[Link],
                                                                caplog: pytest.LogCaptureFixture) -> None:  # fmt: skip
    passwd = shutil.which("mosquitto_passwd")
    if passwd is None or find_mosquitto() is None:
        pytest.skip("mosquitto_passwd is not installed")
    caplog.set_level(logging.DEBUG)
    users = tmp_path / "users"
    subprocess.run([passwd, "-b", "-c", str(users), "twin", "open-sesame"], check=True, capture_output=True)
    broker = Mosquitto(tmp_path, "allow_anonymous false", f"password_file {users}").start()
    try:
        wrong = Link(broker.url, user="twin", password="guess-wrong")
        links.append(wrong)
        wrong.start()
        wait(lambda: wrong.status.state is LinkState.WAITING, "it is refused")
        assert "refused" in wrong.status.reason
        assert wrong.status.protocol == ""
        right = up(links, broker.url.replace("//", "//twin:open-sesame@"))
        shown = f"{right.status} {wrong.status} {caplog.text} {right._settings}"
        assert "open-sesame" not in shown
        assert "guess-wrong" not in shown
    finally:
        broker.kill()


def certificates(folder: Path) -> None:
    """Make a certificate authority (ca.pem) and a server's key and certificate for 127.0.0.1."""
    (folder / "san").write_text("subjectAltName=IP:127.0.0.1")
    for line in (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Test -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout server.key -out server.csr",
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out server.pem",
    ):
        subprocess.run(["openssl", *line.split()], check=True, capture_output=True, cwd=folder)


@needs_mosquitto
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # paho leaves a failed handshake's socket open
def test_tls_is_verified(tmp_path: Path, links: list[Link]) -> None:
    certificates(tmp_path)
    keys = (f"certfile {tmp_path}/server.pem", f"keyfile {tmp_path}/server.key")
    broker = Mosquitto(tmp_path, "allow_anonymous true", *keys).start()
    try:
        url = broker.url.replace("mqtt:", "mqtts:")
        listener = up(links, url, "f/#", authority=str(tmp_path / "ca.pem"))
        listener.publish("f/big", b"x" * 100_000)
        wait(lambda: len(listener.inbox), "an encrypted message comes")
        for wrong, word in ((Link(url), "authority unknown"), (Link(broker.url), "speaks TLS, and we did not"),
                            (Link(url.replace("127.0.0.1", "localhost"), authority=str(tmp_path / "ca.pem")), "another name"),
                            (Link(url, authority=str(tmp_path / "none.pem")), "missing")):  # fmt: skip
            links.append(wrong)
            wrong.start()
            wait(lambda link=wrong: link.status.state is LinkState.WAITING, "it is refused")
            assert word in wrong.status.reason
    finally:
        broker.kill()


def test_a_link_starts_again_after_stop(mosquitto: Mosquitto, links: list[Link]) -> None:
    link = up(links, mosquitto.url)
    link.stop()
    link.stop()
    assert link.publish("f/later", b"1")
    link.start()
    assert link.flush(5)
    assert link.status.published == 1


def test_a_bad_topic_to_publish_is_refused_at_once() -> None:
    with pytest.raises(LinkError, match="wildcard"):
        Link("mqtt://127.0.0.1").publish("f/#", b"1")


def test_a_broker_that_is_away_costs_old_values_not_new_ones() -> None:
    link = Link("mqtt://127.0.0.1")
    for i in range(1500):
        assert link.publish(f"f/{i % 10}", str(i))
    waiting = [int(m.payload) for m in link._outbox.drain()]
    assert len(waiting) == 1000
    assert sorted(waiting)[-10:] == list(range(1490, 1500))


@pytest.mark.parametrize("kind", ["mosquitto", "amqtt"])
def test_the_embedded_broker_carries_messages_and_ends(kind: str, links: list[Link]) -> None:
    pytest.importorskip("amqtt") if kind == "amqtt" else None
    if kind == "mosquitto" and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    with EmbeddedBroker(kind) as broker:
        assert broker.kind == kind
        assert broker.url.startswith("mqtt://127.0.0.1:")
        listener, sender = pair(links, broker.url)
        for i in range(200):
            sender.publish("f/m/parts", str(i))
        wait(lambda: len(listener.inbox) >= 200, "all come")
        assert [int(m.payload) for m in listener.inbox.drain()] == list(range(200))
        assert listener.status.protocol == ("MQTT 5" if kind == "mosquitto" else "MQTT 3.1.1")
        for link in links:
            link.stop()
        pid = broker.pid
        assert pid is not None
    with pytest.raises(OSError):
        os.kill(pid, 0)


def test_a_missing_broker_says_what_to_install() -> None:
    with pytest.raises(LinkError, match="Install mosquitto"), EmbeddedBroker("other"):
        pass
