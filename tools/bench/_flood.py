# SPDX-License-Identifier: Apache-2.0
"""A publisher in a process of its own that is no bottleneck: blocks of packets made beforehand, MQTT 3.1.1 on a bare socket.

`python _flood.py PORT QOS COUNT [sparkplug]`: waits for a line on standard input, sends, ends when the broker has acknowledged
everything.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading

BLOCK = 500
WINDOW = 4000
"""Messages that may wait for their acknowledgement: so the broker is kept busy, and its memory small."""
TOPICS = 100


def packet(head: int, body: bytes) -> bytes:
    """Return an MQTT packet."""
    size, length = len(body), b""
    while True:
        size, digit = divmod(size, 128)
        length += bytes([digit | (128 if size else 0)])
        if not size:
            return bytes([head]) + length + body


def text(value: bytes) -> bytes:
    """Return a text with its length before it."""
    return struct.pack("!H", len(value)) + value


def publish(number: int, qos: int) -> bytes:
    """Return the PUBLISH of a message: a JSON reading of one of many machines."""
    topic = f"factorytwin/Hall/Line{number % TOPICS // 10}/Press{number % TOPICS}/temperature".encode()
    reading = {"value": round(20 + number % 400 / 10, 1), "time": 1767225600 + number / 1000, "unit": "degC"}
    payload = json.dumps(reading).encode()
    mid = struct.pack("!H", number % 60_000 + 1) if qos else b""
    return packet(0x30 | qos << 1, text(topic) + mid + payload)


def sparkplug(count: int, qos: int) -> list[bytes]:
    """Return the PUBLISHes of one edge node: births of its devices, then one metric by alias in each message."""
    from factory_twin.formats.sparkplug import EdgeNode

    node = EdgeNode("Hall", "Line", {f"Press{i}": {"temperature": 20.0, "power": 1.0} for i in range(TOPICS)})
    now = 1767225600.0
    node.connect(now)
    messages = node.births(now)
    while len(messages) < count:
        number = len(messages)
        messages += node.data(f"Press{number % TOPICS}", {"temperature": 20 + number % 401 / 10}, now + number / 1000)
    packets = []
    for number, m in enumerate(messages[:count]):
        mid = struct.pack("!H", number % 60_000 + 1) if qos else b""
        packets.append(packet(0x30 | qos << 1, text(m.topic.encode()) + mid + m.payload))
    return packets


def main() -> None:
    """Connect, wait for the word, send."""
    port, qos, count = (int(a) for a in sys.argv[1:4])
    messages = sparkplug(count, qos) if "sparkplug" in sys.argv else [publish(i, qos) for i in range(count)]
    blocks = [b"".join(messages[i : i + BLOCK]) for i in range(0, count, BLOCK)]
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(packet(0x10, text(b"MQTT") + bytes([4, 2, 0, 0]) + text(b"flood")))
        assert sock.recv(4)[:1] == b"\x20"
        room = threading.Semaphore(WINDOW // BLOCK)

        def read() -> None:
            got = 0
            while got < 4 * count:
                data = sock.recv(1 << 16)
                before, got = got // (4 * BLOCK), got + len(data)
                for _ in range(got // (4 * BLOCK) - before):
                    room.release()
                if not data:
                    return

        reader = threading.Thread(target=read, daemon=True)
        print("ready", flush=True)
        sys.stdin.readline()
        if qos:
            reader.start()
        for block in blocks:
            if qos:
                room.acquire()
            sock.sendall(block)
        if qos:
            reader.join()
        else:
            sock.sendall(packet(0xC0, b""))
            sock.recv(2)
        print("sent", flush=True)
        sock.sendall(packet(0xE0, b""))


if __name__ == "__main__":
    main()
