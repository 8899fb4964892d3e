# SPDX-License-Identifier: Apache-2.0
"""Every way a connection can fail has a text of its own and a hint, and never shows a secret."""

from __future__ import annotations

import errno
import logging
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from certificates import Authority, alone, authority, needs_openssl
from factory_twin.mqtt import Finding, Link, LinkState, Probe, probe, reasons
from factory_twin.mqtt.address import Address
from factory_twin.mqtt.broker import find_mosquitto, free_port, listens
from mosquitto import Mosquitto, mosquitto, needs_mosquitto, wait
from scripted import Peer, Scripted, packet

__all__ = ["mosquitto"]
pytestmark = [
    pytest.mark.broker,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # paho leaves sockets of failed handshakes
]
Serve = Callable[..., Mosquitto]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that the tests trust."""
    return authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts a mosquitto with TLS: serve(certificate, key, *lines)."""
    brokers: list[Mosquitto] = []

    def start(pair: tuple[Path, Path], *lines: str) -> Mosquitto:
        tls = (f"certfile {pair[0]}", f"keyfile {pair[1]}")
        brokers.append(Mosquitto(tmp_path, *(lines or ("allow_anonymous true",)), *tls))
        return brokers[-1].start()

    yield start
    for broker in brokers:
        broker.kill()


def secret(broker: Mosquitto) -> str:
    return broker.url.replace("mqtt:", "mqtts:")


def bad(finding: Finding, *words: str) -> None:
    assert not finding.ok
    assert finding.hint
    assert all(word in finding.text for word in words), finding


@needs_mosquitto
@needs_openssl
def test_a_good_certificate_is_found_good(serve: Serve, ours: Authority) -> None:
    broker = serve(ours.issue("good"))
    found = probe(secret(broker), authority=str(ours.file))
    assert found == Finding(True, f"Connected to 127.0.0.1:{broker.port} with MQTT 5, encrypted with TLSv1.3.")


@needs_mosquitto
@needs_openssl
def test_a_certificate_for_another_name(serve: Serve, ours: Authority) -> None:
    broker = serve(ours.issue("other", host="DNS:plant.local"))
    found = probe(secret(broker), authority=str(ours.file))
    bad(found)
    assert found.text == "The server answered but its certificate is for another name (plant.local), not 127.0.0.1."


@needs_mosquitto
@needs_openssl
def test_an_expired_certificate_and_one_of_tomorrow(serve: Serve, ours: Authority) -> None:
    old = serve(ours.issue("old", end="20210101000000Z"))
    bad(probe(secret(old), authority=str(ours.file)), "has expired")
    early = serve(ours.issue("early", start="20500101000000Z"))
    bad(probe(secret(early), authority=str(ours.file)), "not valid yet")


@needs_mosquitto
@needs_openssl
def test_an_unknown_authority_and_a_certificate_signed_by_itself(serve: Serve, ours: Authority, tmp_path: Path) -> None:
    stranger = serve(authority(tmp_path / "theirs", "Theirs").issue("good"))
    bad(probe(secret(stranger), authority=str(ours.file)), "authority unknown to the given file")
    bad(probe(secret(stranger)), "authority unknown to this computer")
    single = serve(alone(tmp_path))
    bad(probe(secret(single), authority=str(ours.file)), "signed by itself")


@needs_mosquitto
@needs_openssl
def test_a_demanded_client_certificate(serve: Serve, ours: Authority, tmp_path: Path) -> None:
    broker = serve(ours.issue("good"), "allow_anonymous true", f"cafile {ours.file}", "require_certificate true")
    bad(probe(secret(broker), authority=str(ours.file)), "demands a client certificate")
    mine, key = ours.issue("twin")
    assert probe(secret(broker), authority=str(ours.file), certificate=str(mine), key=str(key)).ok
    theirs, their_key = authority(tmp_path / "theirs", "Theirs").issue("twin")
    bad(probe(secret(broker), authority=str(ours.file), certificate=str(theirs), key=str(their_key)), "not trust our client")
    bad(probe(secret(broker), authority=str(ours.file), certificate=str(mine), key=str(their_key)), "does not belong")
    bad(probe(secret(broker), authority=str(ours.file), certificate=str(tmp_path / "no.pem")), "no.pem, is missing")
    locked = tmp_path / "locked.key"
    subprocess.run(["openssl", "rsa", "-aes256", "-passout", "pass:x", "-in", str(key), "-out", str(locked)], check=True,
                   capture_output=True)  # fmt: skip
    bad(probe(secret(broker), authority=str(ours.file), certificate=str(mine), key=str(locked)), "is encrypted")
    with Link(secret(broker), ("f/#",), authority=str(ours.file), certificate=str(mine), key=str(key)) as link:
        wait(lambda: link.status.connected, f"{link.status}")
        link.publish("f/a", b"1")
        wait(lambda: len(link.inbox), "a message comes")


@needs_mosquitto
@needs_openssl
def test_plain_on_a_tls_port_and_tls_on_a_plain_port(serve: Serve, ours: Authority, mosquitto: Mosquitto) -> None:
    broker = serve(ours.issue("good"))
    bad(probe(broker.url), "speaks TLS, and we did not")
    bad(probe(secret(mosquitto), authority=str(ours.file)), "does not speak TLS")
    with Link(broker.url) as link:
        wait(lambda: link.status.state is LinkState.WAITING, f"it is told: {link.status}")
        assert "mqtts://" in link.status.hint


@needs_mosquitto
@needs_openssl
def test_an_authority_file_without_a_certificate(serve: Serve, ours: Authority, tmp_path: Path) -> None:
    broker = serve(ours.issue("good"))
    (tmp_path / "junk.pem").write_text("junk")
    bad(probe(secret(broker), authority=str(tmp_path / "junk.pem")), "holds no certificate")
    bad(probe(secret(broker), authority=str(tmp_path / "none.pem")), "none.pem, is missing")


def test_a_refused_port_an_unknown_name_and_no_address() -> None:
    bad(probe(f"mqtt://127.0.0.1:{free_port()}"), "Nothing listens at 127.0.0.1:")
    bad(probe("mqtt://no-such-host.invalid"), "host name no-such-host.invalid is unknown")
    bad(probe("http://plant"), "no broker's address")


def test_no_route_and_time_out_have_texts_of_their_own() -> None:
    where = Address("10.0.0.9", 1883)
    told = {
        reasons.of_error(error, where).text
        for error in (
            OSError(errno.EHOSTUNREACH, "x"),
            TimeoutError(),
            ConnectionRefusedError(),
            socket.gaierror(),
            OSError(5, "x"),
        )
    }
    assert len(told) == 5


def test_a_server_that_says_nothing_or_something_else() -> None:
    def silent(peer: Peer) -> None:
        while peer.packet()[0]:
            pass

    def web(peer: Peer) -> None:
        peer.packet()
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    def shut(peer: Peer) -> None:
        peer.packet()

    texts = set()
    for script, word in ((silent, "does not answer"), (web, "not in MQTT"), (shut, "closed the connection before")):
        with Scripted(script) as server:
            began = time.monotonic()
            found = probe(server.url)
            assert time.monotonic() - began < 6
            bad(found, word)
            texts.add(found.text)
    assert len(texts) == 3


@pytest.mark.parametrize(
    ("code", "old", "words"),
    [
        (0x86, 4, "refused user name or password"),
        (0x87, 5, "not authorised"),
        (0x85, 2, "client id"),
        (0x88, 3, "not available"),
        (0x89, None, "busy"),
        (0x8A, None, "banned"),
        (0x97, None, "quota"),
        (0x84, 1, "does not speak this version"),
    ],
)
def test_each_refusal_has_its_own_text(code: int, old: int | None, words: str) -> None:
    def refuse(peer: Peer) -> None:
        _, body = peer.packet()
        five = body[6] == 5
        peer.send(packet(0x20, bytes([0, code, 0]) if five else bytes([0, old or 5])))
        peer.packet()

    with Scripted(refuse) as server:
        bad(probe(server.url), words)


def test_a_wrong_password_is_told_and_never_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    passwd = shutil.which("mosquitto_passwd")
    if passwd is None or find_mosquitto() is None:
        pytest.skip("mosquitto_passwd is not installed")
    caplog.set_level(logging.DEBUG)
    users = tmp_path / "users"
    subprocess.run([passwd, "-b", "-c", str(users), "twin", "open-sesame"], check=True, capture_output=True)
    broker = Mosquitto(tmp_path, "allow_anonymous false", f"password_file {users}").start()
    try:
        monkeypatch.setenv("PLANT_USER", "twin")
        monkeypatch.setenv("PLANT_PASSWORD", "guess-wrong")
        wrong = probe(broker.url, credentials="env:PLANT")
        bad(wrong, "refused us: not authorised")
        monkeypatch.setenv("PLANT_PASSWORD", "open-sesame")
        right = Probe(broker.url, credentials="env:PLANT")
        right.start()
        wait(lambda: right.done, "it is done")
        assert right.result is not None and right.result.ok
        shown = f"{caplog.text} {wrong} {right.result} {vars(right)}"
        assert "open-sesame" not in shown
        assert "guess-wrong" not in shown
    finally:
        broker.kill()


def test_a_refused_subscription_is_found(mosquitto: Mosquitto) -> None:
    def refuse(peer: Peer) -> None:
        peer.greet()
        _, body = peer.packet()
        peer.send(packet(0x90, body[:2] + b"\0\x87"))
        peer.packet()

    with Scripted(refuse) as server:
        bad(probe(server.url, ("secret/#",)), "refused the subscription to secret/#")
    assert probe(mosquitto.url, ("f/#",)).ok


def test_a_probe_does_not_keep_the_caller_waiting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes connections, says nothing
        url = f"mqtts://127.0.0.1:{server.getsockname()[1]}"
        told: list[Finding] = []
        began = time.perf_counter()
        test = Probe(url, limit=1.0, then=told.append).start()
        assert not test.done
        assert test.result is None
        assert time.perf_counter() - began < 0.1
        wait(lambda: test.done, "the time is up", 3)
        assert time.perf_counter() - began < 1.5
        assert test.result is not None
        bad(test.result, "does not answer")
    wait(lambda: told == [test.result], "it is told once, too", 12)
    assert not any(t.name == "factory-twin-probe" and t.is_alive() for t in threading.enumerate()) or told


@needs_mosquitto
def test_web_sockets_carry_messages_and_a_wrong_port_is_told(tmp_path: Path, mosquitto: Mosquitto) -> None:
    port = free_port()  # beside a plain listener: mosquitto 2.0.11 does not start with a WebSocket's alone
    broker = Mosquitto(tmp_path, "allow_anonymous true", f"listener {port} 127.0.0.1", "protocol websockets").start()
    try:
        url = f"ws://127.0.0.1:{port}"
        wait(lambda: listens(port), "the WebSocket listens")
        assert probe(url).ok
        with Link(f"{url}/mqtt", ("f/#",)) as link:
            wait(lambda: link.status.connected, f"{link.status}")
            for i in range(200):
                link.publish("f/a", b"x" * (i * 20))
            got: list[int] = []
            wait(lambda: got.extend(len(m.payload) for m in link.inbox.drain()) or len(got) == 200, f"all come: {len(got)}")
            assert got == [i * 20 for i in range(200)]
            wait(lambda: link.status.unsent == 0, "all are acknowledged")
    finally:
        broker.kill()
    bad(probe(mosquitto.url.replace("mqtt:", "ws:")), "not as a WebSocket")
