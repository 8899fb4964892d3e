# SPDX-License-Identifier: Apache-2.0
"""The link to a broker: one thread that connects, tries again after growing pauses, and only moves bytes between queues."""

from __future__ import annotations

import contextlib
import logging
import random
import secrets
import socket
import threading
import time
from types import TracebackType

from paho.mqtt.enums import MQTTProtocolVersion

from ..errors import LinkError
from ..message import Message
from . import address as addresses
from . import reasons
from . import topics as topic_rules
from .connection import V5, V311, Connection, Settings
from .inbox import Inbox
from .status import Counts, LinkState, LinkStatus

_log = logging.getLogger(__name__)
SHORTEST, LONGEST = 0.2, 30.0
STEADY = 5.0
OUTBOX = 1000


class Link:
    """A lasting connection to a broker: MQTT 5, or 3.1.1 where the broker knows no better; QoS 1 both ways.

    A message is acknowledged when it is in the inbox. While the inbox is full the broker is left waiting. What `publish` takes
    goes out in order; when the broker is away and more than 1000 messages wait, the newest of each topic is kept.

    Args:
        url: `mqtt://host:port` or `mqtts://host:port` (TLS, verified).
        topics: Filters to subscribe to; none: the link only publishes.
        inbox: Where messages go; None: a new one.
        user: User name; None: from the URL or the environment (see `address.parse`).
        password: Likewise; never logged or shown.
        authority: File of a certificate authority to trust instead of the system's.
        client_id: Name at the broker. Given: our session outlives the program, and the next start gets what came
            meanwhile. Empty: a random name; the session lasts from `start` to `stop`.
        keepalive: s; a silent broker is noticed after about twice that.

    Attributes:
        inbox: Messages received.

    Raises:
        LinkError: The URL is no broker's address.
    """

    def __init__(self, url: str, topics: tuple[str, ...] = (), inbox: Inbox | None = None, *, user: str | None = None,
                 password: str | None = None, authority: str | None = None, client_id: str = "",
                 keepalive: int = 10) -> None:  # fmt: skip
        where = addresses.parse(url, user=user, password=password, authority=authority)
        name = client_id or f"factory-twin-{secrets.token_hex(6)}"
        self._settings = Settings(where, tuple(topics), name, bool(client_id), keepalive)
        self.inbox = Inbox() if inbox is None else inbox
        self._outbox = Inbox(OUTBOX)
        self._counts = Counts()
        self._state = (LinkState.OFF, "Not started.", time.time())
        self._protocol = ""
        self._unacknowledged: list[Message] = []
        self._stop = threading.Event()
        self._wake: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Connect in the background and stay connected; returns at once. Does nothing when started already."""
        if self._thread is not None:
            return
        self._stop = threading.Event()
        far, self._wake = socket.socketpair()
        far.setblocking(False)
        self._wake.setblocking(False)
        self._tell(self._stop, LinkState.CONNECTING, f"Connecting to {self._settings.address}.")
        self._thread = threading.Thread(target=self._run, args=(self._stop, far), name="factory-twin-mqtt", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 1.0) -> None:
        """Disconnect, within `timeout` s even when the broker is frozen (the thread then ends by itself)."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stop.set()
        self._nudge()
        thread.join(timeout)
        if thread.is_alive():
            _log.warning("The link to %s is still waiting for the network; it ends by itself.", self._settings.address)
        self._tell(self._stop, LinkState.OFF, "Stopped.")
        if self._wake is not None:
            self._wake.close()

    def publish(self, topic: str, payload: bytes | str, retain: bool = False) -> bool:
        """Send a message in the background; return False when it was given up because too many topics wait.

        Raises:
            LinkError: The topic is not valid.
        """
        wrong = topic_rules.fault(topic)
        if wrong:
            raise LinkError(wrong, where=topic[:200])
        body = payload.encode() if isinstance(payload, str) else payload
        taken = self._outbox.put(Message(topic, body, retained=retain))
        if not taken:
            self._outbox.give_up()
        self._nudge()
        return taken

    def flush(self, timeout: float = 2.0) -> bool:
        """Wait until the broker has acknowledged all that was published, for `timeout` s at most; return whether it has."""
        deadline = time.monotonic() + timeout
        while self._unsent():
            if time.monotonic() >= deadline or self._thread is None:
                return False
            time.sleep(0.005)
        return True

    @property
    def status(self) -> LinkStatus:
        """How the link is doing now."""
        c = self._counts
        state, reason, since = self._state
        if reason == reasons.QUIET and c.received:
            reason = reasons.CONNECTED
        return LinkStatus(
            state=state, reason=reason, since=since, address=str(self._settings.address), protocol=self._protocol,
            received=c.received, dropped=c.dropped + c.refused + self._outbox.dropped, published=c.published,
            unsent=self._unsent(), reconnects=max(0, c.connections - 1), gaps=c.gaps,
        )  # fmt: skip

    def __enter__(self) -> Link:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _unsent(self) -> int:
        return self._outbox.taken - self._counts.published - self._counts.refused

    def _nudge(self) -> None:
        """Wake the thread."""
        if self._wake is not None:
            with contextlib.suppress(OSError):  # full: it is awake; closed: it has ended
                self._wake.send(b"\0")

    # ---- on the link's own thread
    def _run(self, stop: threading.Event, far: socket.socket) -> None:
        protocol, pause = V5, SHORTEST
        with far:
            while not stop.is_set():
                began = time.monotonic()
                connection = self._serve(protocol, stop, far)
                if stop.is_set():
                    return
                older = protocol is V5 and connection.reached and not connection.accepted
                if older and connection.refused in ("", reasons.of_code("Unsupported protocol version")):
                    protocol = V311
                    continue
                protocol = V5
                if connection.accepted and time.monotonic() - began > STEADY:
                    pause = SHORTEST
                self._tell(stop, LinkState.WAITING, connection.reason)
                stop.wait(pause * random.uniform(0.5, 1.0))
                pause = min(2 * pause, LONGEST)

    def _serve(self, protocol: MQTTProtocolVersion, stop: threading.Event, far: socket.socket) -> Connection:
        """Make one connection and serve it until it ends."""

        def tell(reason: str) -> None:
            self._protocol = "MQTT 5" if protocol is V5 else "MQTT 3.1.1"
            self._tell(stop, LinkState.CONNECTED, reason)

        connection = Connection(self._settings, protocol, inbox=self.inbox, outbox=self._outbox, counts=self._counts,
                                unacknowledged=self._unacknowledged, tell=tell)  # fmt: skip
        try:
            connection.run(stop.is_set, far)
        except Exception as error:  # the border of the thread: it must live
            _log.exception("The connection to %s failed unexpectedly.", self._settings.address)
            connection.reason = f"The connection failed unexpectedly ({type(error).__name__}: {error})."
        connection.close()
        self._unacknowledged = connection.unacknowledged
        return connection

    def _tell(self, stop: threading.Event, state: LinkState, reason: str) -> None:
        """Note the state, but not of a thread that was told to stop."""
        if stop is not self._stop or (stop.is_set() and state is not LinkState.OFF):
            return
        if (state, reason) != self._state[:2]:
            _log.info("%s: %s %s", self._settings.address, state.value, reason)
            self._state = (state, reason, time.time())
