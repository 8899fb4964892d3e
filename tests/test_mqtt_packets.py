# SPDX-License-Identifier: Apache-2.0
"""Our reader of PUBLISH packets gives what paho gives for the same bytes, however they are cut."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from collections.abc import Iterator
from typing import Any

import paho.mqtt.client as paho
import pytest
from factory_twin.message import Message
from factory_twin.mqtt import Inbox, Link
from factory_twin.mqtt.packets import Malformed, Reader, acknowledgements, identifier, whole
from factory_twin.mqtt.tap import Tap, Tapping
from hypothesis import given, settings
from hypothesis import strategies as st
from mosquitto import wait
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from scripted import PINGRESP, PUBACK, Peer, Scripted, packet, publish

Seen = tuple[str, bytes, bool, int, bool, int]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A port that takes connections and is silent."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    server.accept()[0].close()

        thread = threading.Thread(target=take)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def by_paho(data: bytes, five: bool, port: int) -> tuple[list[Seen], bool]:
    """What paho itself makes of the bytes: its messages, and whether it refused them."""
    client = paho.Client(CallbackAPIVersion.VERSION2, manual_ack=True,
                         protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311)  # fmt: skip
    seen: list[Seen] = []

    def on_message(client: Any, userdata: Any, m: Any) -> None:
        try:
            topic = m.topic
        except UnicodeDecodeError:
            topic = ""
        seen.append((topic, bytes(m.payload), bool(m.retain), m.qos, bool(m.dup), m.mid))

    client.on_message = on_message
    client.tls_set_context(Tapping.over(None))
    client.connect("127.0.0.1", port)
    tap: Any = client.socket()
    assert isinstance(tap, Tap)
    tap.feed(data)
    while tap.fed and client.socket() is not None:
        client.loop_read()
    refused = client.socket() is None
    tap.close()
    return seen, refused


def by_us(data: bytes, five: bool) -> tuple[list[Seen], str, int]:
    """What our reader makes of them: messages, why it refused (empty: it did not), where it stopped."""
    out: list[Message] = []
    try:
        at = Reader(five).publishes(data, 0, 0.0, 0.0, out)
    except Malformed as error:
        return [seen(m) for m in out], str(error), len(data)
    return [seen(m) for m in out], "", at


def seen(m: Message) -> Seen:
    return (m.topic, m.payload, m.retained, m.qos, m.again, m.mid)


def properties(rng: random.Random) -> bytes:
    """Real properties, packed by paho."""
    made = Properties(PacketTypes.PUBLISH)
    if rng.random() < 0.5:
        made.MessageExpiryInterval = rng.randrange(1 << 32)
    if rng.random() < 0.5:
        made.UserProperty = [("k" * rng.randrange(90), "v" * rng.randrange(90)) for _ in range(rng.randrange(1, 4))]
    if rng.random() < 0.3:
        made.ContentType = "application/json"
    data = made.pack()
    at = 1 + (data[0] > 127)
    return data[at:]


def one(rng: random.Random, five: bool) -> bytes:
    topic = rng.choice([b"a", b"f/m/state", b"f/" + b"x" * rng.randrange(300), "f/ü/☃".encode(), b"\xff\xfe", b"a\0b", b"+/#"])
    payload = rng.randbytes(rng.choice([0, 1, 5, 60, 120, 127, 128, 200, 20_000]))
    extra = properties(rng) if five and rng.random() < 0.5 else b""
    return publish(topic, payload, qos=rng.choice([0, 1]), mid=rng.randrange(65536), dup=rng.random() < 0.2,
                   retain=rng.random() < 0.2, properties=extra if five else None)  # fmt: skip


def check(data: bytes, five: bool, port: int) -> None:
    """Same messages, refused where paho refuses. But for properties: we don't look into them, and paho takes too long ones."""
    ours, why, at = by_us(data, five)
    theirs, paho_refuses = by_paho(data[:at], five, port)
    if why and not paho_refuses:
        assert five
        assert why == "A packet is shorter than what it holds."
        assert theirs[: len(ours)] == ours
    elif paho_refuses and not why:
        assert five
        assert ours[: len(theirs)] == theirs
    elif why:
        both = min(len(ours), len(theirs)) if five else None  # either may have refused a message earlier than the other
        assert ours[:both] == theirs[:both]
    else:
        assert ours == theirs


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=150)
def test_the_same_bytes_give_the_same_messages(port: int, seed: int, five: bool) -> None:
    rng = random.Random(seed)
    sent = [one(rng, five) for _ in range(rng.randrange(1, 8))]
    data = b"".join(sent)
    ours, refused, at = by_us(data, five)
    assert (len(ours), refused, at) == (len(sent), "", len(data))
    check(data, five, port)
    check(data[: rng.randrange(len(data))], five, port)


def mutated(seed: int, five: bool) -> bytes:
    rng = random.Random(seed)
    data = bytearray(b"".join(one(rng, five) for _ in range(rng.randrange(1, 4))))
    for _ in range(rng.randrange(1, 5)):
        what = rng.randrange(3)
        at = min(int(rng.expovariate(0.05)), len(data) - 1)  # headers are what matters
        if what == 0:
            data[at] = rng.choice([0, 1, 2, 127, 128, 255, rng.randrange(256)])
        elif what == 1:
            del data[at : at + rng.randrange(1, 6)]
        else:
            data[at:at] = rng.randbytes(rng.randrange(1, 4))
        if not data:
            data = bytearray(b"\x30")
    return bytes(data)


@pytest.mark.parametrize("five", [False, True])
def test_bad_bytes_are_refused_as_paho_refuses_them(port: int, five: bool) -> None:
    refused = 0
    for seed in range(1500):
        data = mutated(seed, five)
        check(data, five, port)
        refused += by_us(data, five)[1] != ""
    assert refused > 20  # else the test tries nothing


@pytest.mark.slow
@pytest.mark.parametrize("five", [False, True])
def test_very_many_bad_bytes_are_refused_as_paho_refuses_them(port: int, five: bool) -> None:
    for seed in range(10_000, 40_000):
        check(mutated(seed, five), five, port)


@given(st.binary(max_size=60), st.booleans())
@settings(max_examples=300)
def test_any_bytes_end_in_messages_or_in_a_refusal(data: bytes, five: bool) -> None:
    for head in (b"\x30", b"\x32", b"\x3a"):
        by_us(head + data, five)
        for look in (identifier, lambda d: whole(d, 0)):
            with contextlib.suppress(Malformed):
                look(head + data)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("five", [False, True])
def test_cut_anywhere_between_other_packets_all_arrives_in_order(seed: int, five: bool) -> None:
    rng = random.Random(seed)
    sent: list[bytes] = []
    stream = b""
    for _ in range(400):
        stream += rng.choice([b"", b"", packet(PINGRESP), packet(PUBACK, b"\x12\x34")])
        sent.append(one(rng, five))
        stream += sent[-1]
    expected = by_us(b"".join(sent), five)[0]

    def script(peer: Peer) -> None:
        peer.greet()
        if (peer.version == 5) != five:
            return  # as a broker that knows no MQTT 5
        peer.subscribed()
        at = 0
        while at < len(stream):
            size = rng.choice([1, 2, 3, 50, 1000, 30_000, 200_000])
            peer.send(stream[at : at + size])
            at += size
        while peer.packet()[0]:
            pass

    def only_old(peer: Peer) -> None:
        peer.packet()

    with Scripted(*(() if five else (only_old,)), script) as broker:
        with Link(broker.url, ("#",), Inbox(size=1 << 30)) as link:
            got: list[Seen] = []
            wait(lambda: got.extend(map(seen, link.inbox.drain())) or len(got) >= len(sent), f"all come: {link.status}", 20)
            assert got == expected
            assert link.status.reconnects == 0


def test_acknowledgements_are_packets_in_a_row() -> None:
    assert acknowledgements([1, 0xABCD]) == b"\x40\x02\x00\x01\x40\x02\xab\xcd"
    assert acknowledgements([]) == b""
