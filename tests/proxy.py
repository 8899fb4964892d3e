# SPDX-License-Identifier: Apache-2.0
"""A cable that can be cut: a TCP proxy on the loopback. While it is cut nothing passes, neither data nor goodbyes."""

from __future__ import annotations

import selectors
import socket
import threading
from types import TracebackType

HOST = "127.0.0.1"


class Cable:
    """Passes bytes to a port and back until it is cut; new connections then hang, as behind a dead switch."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.cut = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Cable:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join(5)
        self._listener.close()

    def _run(self) -> None:
        pairs: dict[socket.socket, socket.socket] = {}
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            while not self._ended.is_set():
                if self.cut.wait(0):
                    self._ended.wait(0.02)
                    continue
                for key, _ in selector.select(0.05):
                    end = key.fileobj
                    assert isinstance(end, socket.socket)
                    if end is self._listener:
                        near, _ = end.accept()
                        try:
                            far = socket.create_connection((HOST, self._target), 2)
                        except OSError:
                            near.close()
                            continue
                        pairs[near], pairs[far] = far, near
                        for one in (near, far):
                            selector.register(one, selectors.EVENT_READ)
                    elif end in pairs:
                        self._pass(end, pairs, selector)
        for one in pairs:
            one.close()

    @staticmethod
    def _pass(end: socket.socket, pairs: dict[socket.socket, socket.socket], selector: selectors.BaseSelector) -> None:
        other = pairs[end]
        try:
            data = end.recv(65536)
            if data:
                other.sendall(data)
                return
        except OSError:
            pass
        for one in (end, other):
            selector.unregister(one)
            one.close()
            del pairs[one]
