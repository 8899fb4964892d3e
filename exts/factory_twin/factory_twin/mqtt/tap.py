# SPDX-License-Identifier: Apache-2.0
"""A socket between paho and the network. It reads in large pieces; paho gets whole packets from it, and only those it is fed.

paho takes any object that an SSL context's `wrap_socket` returns, which is its public way to bring a socket of one's own. So no
private part of paho is touched, paho never sees half a packet, and packets taken by us can't be seen by it.
"""

from __future__ import annotations

import socket
import ssl
from typing import Any

PIECE = 1 << 18


class Tap:
    """What paho takes for its socket.

    Args:
        sock: Connected socket, plain or TLS.

    Attributes:
        error: What the network said when it failed; None while it has not.
        ended: Whether the other side has closed, or it failed.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._fed = b""
        self._at = 0
        self._late = b""
        self.error: OSError | None = None
        self.ended = False
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # ---- for us
    def read(self) -> bytes:
        """Return what has come; empty when nothing has, or at the end (see `ended`)."""
        try:
            data = self._sock.recv(PIECE)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return b""
        except OSError as error:
            self.error, self.ended = error, True
            return b""
        self.ended = not data
        return data

    def feed(self, packets: bytes) -> None:
        """Let paho have whole packets."""
        self._fed, self._at = self._fed[self._at :] + packets, 0

    @property
    def fed(self) -> int:
        """Bytes that paho has not yet taken."""
        return len(self._fed) - self._at

    @property
    def security(self) -> str:
        """Version of TLS; empty: none."""
        return (self._sock.version() or "") if isinstance(self._sock, ssl.SSLSocket) else ""

    def push(self, data: bytes) -> None:
        """Send, now or with the next `push`; not while paho has half a packet to write (`want_write`)."""
        self._late += data
        if self._late:
            self._late = self._late[self._send(self._late) :]

    @property
    def waiting(self) -> bool:
        """Whether `push` could not send everything."""
        return bool(self._late)

    def _send(self, data: bytes | bytearray) -> int:
        try:
            return self._sock.send(data)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return 0
        except OSError as error:
            self.error = self.error or error
            raise

    # ---- for paho
    def recv(self, size: int) -> bytes:
        """Return bytes that were fed."""
        if self._at >= len(self._fed):
            if self.ended:
                return b""
            raise BlockingIOError
        piece = self._fed[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def send(self, data: bytes | bytearray) -> int:
        """Send after what waits."""
        self.push(b"")
        sent = 0 if self._late else self._send(data)
        if data and not sent:
            raise BlockingIOError
        return sent

    def pending(self) -> int:
        """Return how many bytes were read from the network that a selector does not know of."""
        return self._sock.pending() if isinstance(self._sock, ssl.SSLSocket) else 0

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:
        """Set whether calls wait."""
        self._sock.setblocking(flag)

    def settimeout(self, seconds: float | None) -> None:
        """Set how long calls wait, s."""
        self._sock.settimeout(seconds)

    def do_handshake(self) -> None:
        """Agree on TLS; nothing on a plain socket."""
        if isinstance(self._sock, ssl.SSLSocket):
            try:
                self._sock.do_handshake()
            except BaseException:
                self._sock.close()
                raise

    def close(self) -> None:
        """Close."""
        self._sock.close()


class Tapping(ssl.SSLContext):
    """A context whose sockets are taps. TLS or not is decided by the address alone; see `over`."""

    _tls: ssl.SSLContext | None = None

    @classmethod
    def over(cls, tls: ssl.SSLContext | None) -> Tapping:
        """Return one that taps the TLS of a (verifying) context, or with None a plain socket."""
        made = cls(ssl.PROTOCOL_TLS_CLIENT)
        made._tls = tls
        return made

    def wrap_socket(self, sock: socket.socket, *args: Any, **options: Any) -> Any:
        """Return a tap on the socket."""
        return Tap(sock if self._tls is None else self._tls.wrap_socket(sock, *args, **options))
