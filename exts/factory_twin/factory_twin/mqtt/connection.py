# SPDX-License-Identifier: Apache-2.0
"""One connection to the broker, from CONNECT to its end, driven by one thread with its own select loop on paho's client.

paho's own thread is not used: an exception in it stops it silently, it sends more than the broker's Receive Maximum after a
reconnect, and it can't be stopped while a broker is frozen. A new paho client per connection also means that an acknowledgement
can never reach the wrong connection.
"""

from __future__ import annotations

import logging
import selectors
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from ..message import Message
from . import reasons
from .address import Address
from .inbox import Inbox
from .status import Counts

_log = logging.getLogger(__name__)
V5, V311 = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311
IN_FLIGHT = 20
RECEIVE_MAXIMUM = 500
PACKET = 1 << 20
ANSWER = {V5: 2.0, V311: 5.0}
"""How long to wait for the answer to CONNECT, s; some brokers that know no MQTT 5 never give one."""
BATCH = 200
HELD = 2000


@dataclass(frozen=True, slots=True)
class Settings:
    """What stays the same from connection to connection.

    Attributes:
        address: Broker.
        topics: Filters to subscribe to.
        client_id: Our name at the broker.
        lasting: Whether our session outlives the program (a client id was given).
        keepalive: s.
    """

    address: Address
    topics: tuple[str, ...]
    client_id: str
    lasting: bool
    keepalive: int


class Connection:
    """One connection.

    Args:
        settings: Of the link.
        protocol: V5 or V311.
        inbox: Where messages go.
        outbox: What to publish; unacknowledged messages of the connection before go first (`unacknowledged`).
        counts: Running totals of the link.
        tell: Called with a reason when the connection is ready or something is to be said about it.

    Attributes:
        reached: Whether something took our connection.
        accepted: Whether the broker has accepted us.
        ready: Whether our subscriptions stand, too.
        refused: The broker's refusal in words; empty when it did not say no.
        reason: Why it ended.
    """

    def __init__(self, settings: Settings, protocol: MQTTProtocolVersion, *, inbox: Inbox, outbox: Inbox, counts: Counts,
                 unacknowledged: list[Message], tell: Callable[[str], None]) -> None:  # fmt: skip
        self.settings, self.protocol = settings, protocol
        self.inbox, self.outbox, self.counts, self.tell = inbox, outbox, counts, tell
        self.reached = self.accepted = self.ready = False
        self.refused = self.reason = self._greeting = ""
        self._resend = deque(unacknowledged)
        self._sent: dict[int, Message] = {}
        self._held: deque[tuple[Message, int, int]] = deque()
        self._in_flight = IN_FLIGHT
        self._seen = 0
        self._client = self._make()

    @property
    def unacknowledged(self) -> list[Message]:
        """Messages sent, or to be sent first, that the broker has not acknowledged."""
        return [*self._sent.values(), *self._resend]

    def run(self, stopped: Callable[[], bool], wake: socket.socket) -> None:
        """Connect and serve the connection until it ends or `stopped()`; `wake` becomes readable when there is work."""
        try:
            self._connect()
        except (OSError, ValueError) as error:
            self.reason = reasons.of_error(error, self.settings.address)
            return
        self.reached = True
        cast(socket.socket, self._client.socket()).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(wake, selectors.EVENT_READ)
            while (sock := self._client.socket()) is not None:
                if stopped():
                    self._leave()
                    break
                if not self.ready and time.monotonic() - opened > ANSWER[self.protocol]:
                    self.reason = reasons.SILENT
                    break
                self._turn(selector, sock, wake)

    def close(self) -> None:
        """Let go of the socket and count what can't be sent again; call it after `run`, however that ended."""
        sock = self._client.socket()
        if sock is not None:
            sock.close()
        self.counts.dropped += sum(qos == 0 or not self._session_lasts for _, _, qos in self._held)
        self._held.clear()

    # ---- the loop
    def _turn(self, selector: selectors.BaseSelector, sock: Any, wake: socket.socket) -> None:
        """Wait for something to do and do it."""
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._client.want_write() else 0)
        if sock in selector.get_map():
            selector.modify(sock, events)
        else:
            selector.register(sock, events)
        pending = isinstance(sock, ssl.SSLSocket) and sock.pending()
        ready = {key.fileobj for key, _ in selector.select(0 if pending else 0.02 if self._held else 0.25)}
        if wake in ready:
            _empty(wake)
        if sock in ready or pending:
            self._receive()
        self._take_held()
        self._send()
        if self._client.want_write():
            self._client.loop_write()
        self._client.loop_misc()

    def _receive(self) -> None:
        """Read packets until the socket runs dry, for a batch at most."""
        for _ in range(BATCH):
            seen = self._seen
            if self._client.loop_read() or self._seen == seen:
                return

    def _send(self) -> None:
        """Hand the client as much as the broker may have in flight."""
        while self.accepted and len(self._sent) < self._in_flight:
            message = self._resend.popleft() if self._resend else self.outbox.get()
            if message is None:
                return
            info = self._client.publish(message.topic, message.payload, qos=1, retain=message.retained)
            self._sent[info.mid] = message

    def _take_held(self) -> None:
        while self._held and self.inbox.put(self._held[0][0]):
            self._acknowledge(*self._held.popleft())

    def _acknowledge(self, message: Message, mid: int, qos: int) -> None:
        self.counts.received += 1
        self._client.ack(mid, qos)

    # ---- paho's callbacks, on our thread
    def _on_message(self, client: paho.Client, userdata: Any, raw: paho.MQTTMessage) -> None:
        self._seen += 1
        try:
            self._take(raw)
        except Exception:  # one bad message must not end the connection
            _log.exception("A message could not be taken.")
            self.counts.dropped += 1
            client.ack(raw.mid, raw.qos)

    def _take(self, raw: paho.MQTTMessage) -> None:
        """Put a message into the inbox and acknowledge it, or hold it back unacknowledged while the inbox is full."""
        try:
            topic = raw.topic
        except UnicodeDecodeError:
            topic = ""
        message = Message(topic, bytes(raw.payload), time.monotonic(), time.time(), bool(raw.retain))
        if self.inbox.put(message, append=not self._held):
            self._acknowledge(message, raw.mid, raw.qos)
        elif len(self._held) < HELD and len(message.payload) <= PACKET:
            self._held.append((message, raw.mid, raw.qos))
        else:
            self.counts.dropped += 1
            self._client.ack(raw.mid, raw.qos)

    def _on_connect(self, client: paho.Client, userdata: Any, flags: Any, code: Any, properties: Any) -> None:
        if code.is_failure:
            self.refused = self.reason = reasons.of_code(code)
            return
        self._in_flight = min(IN_FLIGHT, getattr(properties, "ReceiveMaximum", IN_FLIGHT))
        again = self.counts.connections > 0
        self.counts.connections += 1
        self.accepted = True
        lost = again and bool(self.settings.topics) and not flags.session_present
        self.counts.gaps += lost
        if not self.settings.topics:
            return self._be_ready(reasons.CONNECTED)
        self._greeting = reasons.FORGOTTEN if lost else reasons.QUIET
        client.subscribe([(t, self._options()) for t in self.settings.topics])

    def _be_ready(self, reason: str) -> None:
        self.ready = True
        self.tell(reason)

    def _options(self) -> Any:
        return SubscribeOptions(qos=1, retainHandling=1) if self.protocol == V5 else 1

    def _on_subscribe(self, client: paho.Client, userdata: Any, mid: int, codes: list[Any], properties: Any) -> None:
        bad = [f"{t} ({c})" for t, c in zip(self.settings.topics, codes) if c.is_failure]
        self._be_ready(f"The broker refused the subscription to {', '.join(bad)}." if bad else self._greeting)

    def _on_publish(self, client: paho.Client, userdata: Any, mid: int, code: Any, properties: Any) -> None:
        message = self._sent.pop(mid, None)
        if message is None:
            return
        if code.is_failure:
            self.counts.refused += 1
            self.tell(f"The broker refused {message.topic}: {code}.")
        else:
            self.counts.published += 1

    def _on_disconnect(self, client: paho.Client, userdata: Any, flags: Any, code: Any, properties: Any) -> None:
        if not self.reason:
            self.reason = reasons.of_end(self.accepted, code, from_broker=flags.is_disconnect_packet_from_server)

    # ---- making and ending
    @property
    def _session_lasts(self) -> bool:
        return self.protocol == V5 or self.settings.lasting

    def _make(self) -> paho.Client:
        address = self.settings.address
        clean = None if self.protocol == V5 else not self.settings.lasting
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id=self.settings.client_id, protocol=self.protocol,
                             manual_ack=True, reconnect_on_failure=False, clean_session=clean)  # fmt: skip
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_message, client.on_subscribe, client.on_publish = self._on_message, self._on_subscribe, self._on_publish
        client.connect_timeout = 5.0
        if address.user:
            client.username_pw_set(address.user, address.password or None)
        return client

    def _connect(self) -> None:
        address, client = self.settings.address, self._client
        if address.tls:
            client.tls_set_context(ssl.create_default_context(cafile=address.authority or None))
        if self.protocol != V5:
            client.connect(address.host, address.port, self.settings.keepalive)
            return
        properties = _properties(PacketTypes.CONNECT, SessionExpiryInterval=3600, ReceiveMaximum=RECEIVE_MAXIMUM,
                                 MaximumPacketSize=PACKET)  # fmt: skip
        client.connect(address.host, address.port, self.settings.keepalive, clean_start=False, properties=properties)

    def _leave(self) -> None:
        """Say goodbye; a session under a random name ends with us."""
        properties = None
        if self.protocol == V5 and not self.settings.lasting:
            properties = _properties(PacketTypes.DISCONNECT, SessionExpiryInterval=0)
        self.reason = "Stopped."
        self._client.disconnect(properties=properties)
        self._client.loop_write()


def _properties(kind: int, **values: int) -> Properties:
    properties = Properties(kind)
    for name, value in values.items():
        setattr(properties, name, value)
    return properties


def _empty(wake: socket.socket) -> None:
    try:
        while wake.recv(4096):
            pass
    except BlockingIOError:
        pass
