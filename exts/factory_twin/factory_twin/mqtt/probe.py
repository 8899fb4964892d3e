# SPDX-License-Identifier: Apache-2.0
"""Tries a broker once and says in plain words how that went: for a Test button, without waiting in the UI."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from ..errors import LinkError
from . import address as addresses
from . import reasons
from .address import Address
from .connection import V5, V311, Connection, Settings
from .inbox import Inbox
from .status import Counts

LIMIT = 5.0


class Finding(NamedTuple):
    """What a test of a broker found.

    Attributes:
        ok: Whether we can connect and subscribe.
        text: In words for people; never holds a password.
        hint: What to do; empty when nothing is to be done.
    """

    ok: bool
    text: str
    hint: str = ""


class Probe:
    """One test of a broker, in a thread of its own: `start`, then ask `done` once per frame, then `result`.

    Args:
        url: As for `Link`.
        topics: Filters to subscribe to for the test; none: only connect.
        user: As for `Link`; so are the next.
        password: Never logged or shown.
        authority: File of a certificate authority.
        certificate: File with our own certificate.
        key: File with its key.
        credentials: Where user and password are kept.
        limit: Time it may take, s.
        then: Called with the finding, on the test's thread.
    """

    def __init__(self, url: str, topics: tuple[str, ...] = (), *, user: str | None = None, password: str | None = None,
                 authority: str | None = None, certificate: str = "", key: str = "", credentials: str = "",
                 limit: float = LIMIT, then: Callable[[Finding], None] | None = None) -> None:  # fmt: skip
        self._limit, self._topics, self._then = limit, tuple(topics), then
        self._found: Finding | None = None
        self._ended = 0.0
        self._where: Address | None = None
        self._lock = threading.Lock()
        try:
            self._where = addresses.parse(url, user=user, password=password, authority=authority, certificate=certificate,
                                          key=key, credentials=credentials)  # fmt: skip
        except LinkError as error:
            self._found = Finding(False, f"{error.where}: {error.what}" if error.where else error.what, error.hint)

    def start(self) -> Probe:
        """Begin; returns at once."""
        self._ended = time.monotonic() + self._limit
        threading.Thread(target=self._run, name="factory-twin-probe", daemon=True).start()
        return self

    @property
    def done(self) -> bool:
        """Whether there is a result; at the latest when the time is up."""
        late = self._ended and time.monotonic() > self._ended
        if late and self._where is not None:
            self._find(Finding(False, f"{self._where.place} does not answer.",
                               "Check the address; a firewall may drop what we send."))  # fmt: skip
        return self._found is not None

    @property
    def result(self) -> Finding | None:
        """The finding; None before `done`."""
        return self._found if self.done else None

    def _find(self, finding: Finding) -> None:
        """Note the finding, but not in place of an earlier one."""
        with self._lock:
            if self._found is None:
                self._found = finding

    def _run(self) -> None:
        if self._where is not None:
            try:
                finding = self._try(self._where)
            except Exception as error:  # the border of the thread
                finding = Finding(False, f"The test failed unexpectedly ({type(error).__name__}).")
            self._find(finding)
        if self._then is not None and self._found is not None:
            self._then(self._found)

    def _try(self, where: Address) -> Finding:
        settings = Settings(where, self._topics, f"factory-twin-test-{secrets.token_hex(4)}", False, 10, clean=True)
        connection = None
        for protocol in (V5, V311):
            connection = Connection(settings, protocol, inbox=Inbox(), outbox=Inbox(), counts=Counts(), unacknowledged=[],
                                    tell=lambda reason: None)  # fmt: skip
            self._connect(connection)
            if connection.ready:
                return self._of_ready(connection, where)
            older = reasons.of_code("Unsupported protocol version")
            if not connection.reached or connection.refused not in (None, older):
                break
        assert connection is not None
        return Finding(False, *connection.reason())

    def _connect(self, connection: Connection) -> None:
        near, far = socket.socketpair()
        far.setblocking(False)
        with near, far:
            try:
                connection.run(lambda: connection.ready or time.monotonic() > self._ended, far)
            finally:
                connection.close()

    def _of_ready(self, connection: Connection, where: Address) -> Finding:
        if connection.denied is not None:
            return Finding(False, *connection.denied)
        version = "MQTT 5" if connection.protocol is V5 else "MQTT 3.1.1"
        secured = f", encrypted with {connection.security}" if connection.security else ""
        return Finding(True, f"Connected to {where.place} with {version}{secured}.")


def probe(url: str, topics: tuple[str, ...] = (), **options: str | float | None) -> Finding:
    """Try a broker once, here and now, and return what was found; takes no longer than `limit` (5 s).

    Args:
        url: As for `Link`.
        topics: Filters to subscribe to for the test.
        options: As for `Probe`.
    """
    test = Probe(url, topics, **options).start()  # type: ignore[arg-type]
    while not test.done:
        time.sleep(0.01)
    found = test.result
    assert found is not None
    return found
