# SPDX-License-Identifier: Apache-2.0
"""A broker that does what a test tells it, byte by byte: for what no real broker would send."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable

PUBLISH, PUBACK, PINGRESP, DISCONNECT = 0x30, 0x40, 0xD0, 0xE0


def number(value: int) -> bytes:
    """MQTT's number of one to four bytes."""
    out = b""
    while True:
        value, digit = divmod(value, 128)
        out += bytes([digit | (128 if value else 0)])
        if not value:
            return out


def packet(head: int, body: bytes = b"") -> bytes:
    return bytes([head]) + number(len(body)) + body


def text(value: bytes) -> bytes:
    return struct.pack("!H", len(value)) + value


def publish(topic: bytes, payload: bytes, *, qos: int = 1, mid: int = 1, dup: bool = False, retain: bool = False,
            properties: bytes | None = b"") -> bytes:  # fmt: skip
    """A PUBLISH packet; `properties` None: MQTT 3.1.1."""
    head = PUBLISH | dup << 3 | qos << 1 | retain
    middle = struct.pack("!H", mid) if qos else b""
    if properties is not None:
        middle += number(len(properties)) + properties
    return packet(head, text(topic) + middle + payload)


class Peer:
    """One client, as the script sees it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._buffer = b""
        self.version = 0

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def packet(self) -> tuple[int, bytes]:
        """The next packet: first byte and body; (0, b"") at the end."""
        while True:
            if len(self._buffer) >= 2:
                size, shift, at = 0, 0, 1
                while at < len(self._buffer):
                    size |= (self._buffer[at] & 127) << shift
                    shift, at = shift + 7, at + 1
                    if self._buffer[at - 1] < 128:
                        if len(self._buffer) >= at + size:
                            head, body = self._buffer[0], self._buffer[at : at + size]
                            self._buffer = self._buffer[at + size :]
                            return head, body
                        break
            try:
                data = self.sock.recv(65536)
            except OSError:
                data = b""
            if not data:
                return 0, b""
            self._buffer += data

    def greet(self, *, properties: bytes = b"", session: int = 0) -> None:
        """Answer CONNECT and, when one comes, SUBSCRIBE."""
        head, body = self.packet()
        assert head == 0x10
        self.version = body[6]
        five = self.version == 5
        self.send(packet(0x20, bytes([session, 0]) + (number(len(properties)) + properties if five else b"")))

    def subscribed(self) -> None:
        head, body = self.packet()
        assert head == 0x82
        self.send(packet(0x90, body[:2] + (b"\0" if self.version == 5 else b"") + b"\1"))


class Scripted:
    """Runs a script for each client, one after the other, until closed."""

    def __init__(self, *scripts: Callable[[Peer], None]) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.url = f"mqtt://127.0.0.1:{self.port}"
        self.clients = 0
        self.errors: list[BaseException] = []
        self._scripts = scripts
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.append(sock)
            script = self._scripts[min(self.clients, len(self._scripts) - 1)]
            self.clients += 1
            with sock:
                try:
                    script(Peer(sock))
                except OSError:
                    pass
                except BaseException as error:
                    self.errors.append(error)

    def __enter__(self) -> Scripted:
        return self

    def __exit__(self, *args: object) -> None:
        with contextlib.suppress(OSError):  # wakes the waiting accept
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        assert not self.errors, self.errors
