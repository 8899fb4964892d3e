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
from collections.abc import Callable
from types import TracebackType

from paho.mqtt.enums import MQTTProtocolVersion

from ..errors import LinkError
from ..message import Message, Outgoing
from . import address as addresses
from . import reasons
from . import topics as topic_rules
from .connection import V5, V311, Connection, Keep, Settings
from .inbox import Inbox
from .reasons import Reason
from .status import Counts, LinkState, LinkStatus

_log = logging.getLogger(__name__)
SHORTEST, LONGEST = 0.2, 30.0
"""Pauses between two attempts, s."""
STEADY, UNSTEADY = 5.0, 2.0
"""A connection that lasted so long begins with the shortest pause again; after a shorter one the pause is at most this, s."""
OUTBOX = 1000
OUTBOX_SIZE = 64 << 20


class Link:
    """A lasting connection to a broker: MQTT 5, or 3.1.1 where the broker knows no better; QoS 1 both ways.

    A message is acknowledged when the recorder has it or, without a recorder, when it is in the inbox. While there is no room
    the broker is left waiting. What `publish` takes goes out in order.

    Args:
        url: `mqtt://host:port`, `mqtts://host:port` (TLS, verified), `ws://host:port/path` or `wss://host:port/path`.
        topics: Filters to subscribe to; none: the link only publishes.
        inbox: Where messages go; None: a new one.
        user: User name; None: from the URL or the environment (see `address.parse`).
        password: Likewise; never logged or shown.
        authority: File of a certificate authority to trust instead of the system's.
        certificate: File with our own certificate, for brokers that demand one.
        key: File with its key; empty: it is in the same file.
        credentials: Where user and password are kept: "env:NAME", "keyring:SERVICE" or "file:PATH".
        keep: The recorder: gets each batch of messages on the link's thread, stores them for good, and returns those that are
            new, with their positions; these go on to the inbox. Messages are acknowledged only after it returned. When it
            raises, that is told in `status`, and the same messages are given to it again after a pause.
        will: What the broker sends for us when we vanish; a callable is asked at each connection.
        client_id: Name at the broker. Given: our session outlives the program, and the next start gets what came
            meanwhile. Empty: a random name; the session lasts from `start` to `stop`.
        clean: Begin and end each connection without a session, as Sparkplug demands; what comes meanwhile is not for us.
        keepalive: s; a silent broker is noticed after about twice that.
        outbox: Messages to publish that may wait while the broker is away.
        conflate: When the outbox is full, keep the newest message of each topic; else `publish` refuses what is too much.

    Attributes:
        inbox: Messages received.

    Raises:
        LinkError: The URL is no broker's address.
    """

    def __init__(self, url: str, topics: tuple[str, ...] = (), inbox: Inbox | None = None, *, user: str | None = None,
                 password: str | None = None, authority: str | None = None, certificate: str = "", key: str = "",
                 credentials: str = "", keep: Keep | None = None, will: Outgoing | Callable[[], Outgoing] | None = None,
                 client_id: str = "", clean: bool = False, keepalive: int = 10, outbox: int = OUTBOX,
                 conflate: bool = True) -> None:  # fmt: skip
        where = addresses.parse(url, user=user, password=password, authority=authority, certificate=certificate, key=key,
                                credentials=credentials)  # fmt: skip
        name = client_id or f"factory-twin-{secrets.token_hex(6)}"
        last_will = (lambda: will) if isinstance(will, Outgoing) else will
        self._settings = Settings(where, tuple(topics), name, bool(client_id) and not clean, keepalive, clean, last_will, keep)
        self.inbox = Inbox() if inbox is None else inbox
        self._outbox = Inbox(outbox, size=OUTBOX_SIZE, events=None if conflate else lambda topic: True)
        self._counts = Counts()
        self._state = (LinkState.OFF, Reason("Not started."), time.time())
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
        self._tell(self._stop, LinkState.CONNECTING, Reason(f"Connecting to {self._settings.address}."))
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
        self._tell(self._stop, LinkState.OFF, reasons.STOPPED)
        if self._wake is not None:
            self._wake.close()

    def publish(self, topic: str, payload: bytes | str, retain: bool = False, qos: int = 1) -> bool:
        """Send a message in the background; return False when it was given up because too many wait.

        Raises:
            LinkError: The topic is not valid, or the quality of service is neither 0 nor 1.
        """
        wrong = topic_rules.fault(topic) or ("" if qos in (0, 1) else "Messages are sent with QoS 0 or 1.")
        if wrong:
            raise LinkError(wrong, where=topic[:200])
        body = payload.encode() if isinstance(payload, str) else payload
        taken = self._outbox.put(Message(topic, body, retained=retain, qos=qos))
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
            state=state, reason=reason.text, hint=reason.hint, since=since,
            address=str(self._settings.address), protocol=self._protocol,
            received=c.received, dropped=c.dropped + c.refused + self._outbox.dropped, published=c.published,
            unsent=self._unsent(), reconnects=max(0, c.connections - 1), gaps=c.gaps,
            held=c.held, stalled=c.stalled,
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
                if older and connection.refused in (None, reasons.of_code("Unsupported protocol version")):
                    protocol = V311
                    continue
                protocol = V5
                if connection.accepted:
                    pause = SHORTEST if time.monotonic() - began > STEADY else min(pause, UNSTEADY)
                self._tell(stop, LinkState.WAITING, self._why(connection))
                stop.wait(pause * random.uniform(0.5, 1.0))
                pause = min(2 * pause, LONGEST)

    def _serve(self, protocol: MQTTProtocolVersion, stop: threading.Event, far: socket.socket) -> Connection:
        """Make one connection and serve it until it ends."""

        def tell(reason: Reason) -> None:
            self._protocol = "MQTT 5" if protocol is V5 else "MQTT 3.1.1"
            self._tell(stop, LinkState.CONNECTED, reason)

        connection = Connection(self._settings, protocol, inbox=self.inbox, outbox=self._outbox, counts=self._counts,
                                unacknowledged=self._unacknowledged, tell=tell)  # fmt: skip
        try:
            connection.run(stop.is_set, far)
        except Exception as error:  # the border of the thread: it must live
            _log.exception("The connection to %s failed unexpectedly.", self._settings.address)
            connection.fail(Reason(f"The connection failed unexpectedly ({type(error).__name__}).", "The log tells more."))
        connection.close()
        self._unacknowledged = connection.unacknowledged
        return connection

    def _why(self, connection: Connection) -> Reason:
        try:
            return connection.reason()
        except Exception:  # the border of the thread, too
            _log.exception("The reason could not be found.")
            return reasons.LOST

    def _tell(self, stop: threading.Event, state: LinkState, reason: Reason) -> None:
        """Note the state, but not of a thread that was told to stop."""
        if stop is not self._stop or (stop.is_set() and state is not LinkState.OFF):
            return
        if (state, reason) != self._state[:2]:
            _log.info("%s: %s %s", self._settings.address, state.value, reason.text)
            self._state = (state, reason, time.time())
