# SPDX-License-Identifier: Apache-2.0
"""One connection to the broker, from CONNECT to its end, driven by one thread with its own select loop on paho's client.

paho's own thread is not used: an exception in it stops it silently, it sends more than the broker's Receive Maximum after a
reconnect, and it can't be stopped while a broker is frozen. A new paho client per connection also means that an acknowledgement
can never reach the wrong connection. Messages are read past paho (`packets`, `tap`), but for WebSockets; all else is paho's.
"""

from __future__ import annotations

import logging
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from ..message import Message, Outgoing
from . import packets, reasons, security
from .address import Address
from .inbox import Inbox
from .reasons import Reason
from .status import Counts
from .tap import PIECE, Tap, Tapping

_log = logging.getLogger(__name__)
V5, V311 = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311
IN_FLIGHT = 20
RECEIVE_MAXIMUM = 2000
"""What the broker may have sent without our acknowledgement; MQTT 5 keeps to it."""
PACKET = 4 << 20
CONNACK, TOO_NEW = 0x20, b"\x20\x02\x00\x01"
ANSWER = {V5: 2.0, V311: 5.0}
"""How long to wait for the answer to CONNECT, s; some brokers that know no MQTT 5 never give one."""
BATCH = 1000
HELD, HELD_SIZE = 4000, 32 << 20
"""Messages and bytes held for want of room; beyond, the broker is left waiting."""
PATIENCE = 3.0
"""How long the broker is left waiting before what is held of QoS 0 is dropped and counted, s; it must hear from us again."""
AGAIN, LONGEST = 0.2, 5.0
"""Pauses before the recorder is tried again, s."""

Keep = Callable[[list[Message]], list[Message]]


@dataclass(frozen=True, slots=True)
class Settings:
    """What stays the same from connection to connection.

    Attributes:
        address: Broker.
        topics: Filters to subscribe to.
        client_id: Our name at the broker.
        lasting: Whether our session outlives the program (a client id was given).
        keepalive: s.
        clean: Whether each connection begins and ends without a session.
        will: What the broker sends when we vanish, asked for at each connection; None: nothing.
        keep: The recorder; None: there is none.
    """

    address: Address
    topics: tuple[str, ...]
    client_id: str
    lasting: bool
    keepalive: int
    clean: bool = False
    will: Callable[[], Outgoing] | None = None
    keep: Keep | None = None


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
        refused: The broker's refusal; None when it did not say no.
        denied: The broker's refusal of a subscription; None when it took all.
        security: Version of TLS; empty: none.
    """

    def __init__(self, settings: Settings, protocol: MQTTProtocolVersion, *, inbox: Inbox, outbox: Inbox, counts: Counts,
                 unacknowledged: list[Message], tell: Callable[[Reason], None]) -> None:  # fmt: skip
        self.settings, self.protocol = settings, protocol
        self.inbox, self.outbox, self.counts, self.tell = inbox, outbox, counts, tell
        self.reached = self.accepted = self.ready = False
        self.refused: Reason | None = None
        self.denied: Reason | None = None
        self.security = ""
        self._reason: Reason | None = None
        self._error: BaseException | None = None
        self._greeting = reasons.QUIET
        self._resend = deque(unacknowledged)
        self._sent: dict[int, Message] = {}
        self._held: list[Message] = []  # received, neither kept nor acknowledged; oldest first
        self._mids: list[int] = []  # to be acknowledged
        self._full = self._odd = False
        self._full_since = 0.0
        self._retry = 0.0
        self._pause = AGAIN
        self._in_flight, self._largest = IN_FLIGHT, 256 << 20
        self._tap: Tap | None = None
        self._reader = packets.Reader(protocol == V5)
        self._rest = b""
        self._skip = 0
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id=settings.client_id, protocol=protocol,
                                   manual_ack=True, reconnect_on_failure=False, clean_session=self._clean_session,
                                   transport="websockets" if settings.address.path else "tcp")  # fmt: skip

    @property
    def unacknowledged(self) -> list[Message]:
        """Messages sent, or to be sent first, that the broker has not acknowledged."""
        return [*self._sent.values(), *self._resend]

    def run(self, stopped: Callable[[], bool], wake: socket.socket) -> None:
        """Connect and serve the connection until it ends or `stopped()`; `wake` becomes readable when there is work."""
        try:
            self._connect()
        except (OSError, ValueError) as error:
            self._error = error.with_traceback(None)  # its frames would keep paho's socket open
            return
        self.reached = True
        opened = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(wake, selectors.EVENT_READ)
            while (sock := self._client.socket()) is not None:
                if stopped():
                    self._leave()
                    break
                if not self.ready and time.monotonic() - opened > ANSWER[self.protocol]:
                    self._reason = reasons.SILENT
                    break
                try:
                    self._turn(selector, sock, wake)
                except OSError as error:  # the network failed under our own hands
                    self._error = error
                    break
                except packets.Malformed as error:
                    _log.warning("%s: %s", self.settings.address, error)
                    self._odd = True
                    break

    def close(self) -> None:
        """Let go of the socket and count what can't be sent again; call it after `run`, however that ended."""
        sock = self._client.socket()
        if sock is not None:
            sock.close()
        self.counts.dropped += sum(m.qos == 0 or not self._session_lasts for m in self._held)
        self._held.clear()
        self.counts.held, self.counts.stalled = 0, False

    def fail(self, reason: Reason) -> None:
        """Note why it ended."""
        self._reason = reason

    def reason(self) -> Reason:
        """Return why it ended; may ask the server anew to find out, for some seconds at most."""
        if self._reason is not None:
            return self._reason
        said = self._tap.error if self._tap is not None else None
        error = self._error or said
        if not self.reached:
            return reasons.of_error(error or OSError(), self.settings.address)
        if not self.accepted:
            return reasons.of_silent_end(self.settings.address, error, odd=self._odd)
        return reasons.MALFORMED if self._odd else reasons.FULL if self._full else reasons.LOST

    # ---- the loop
    def _turn(self, selector: selectors.BaseSelector, sock: Any, wake: socket.socket) -> None:
        """Wait for something to do and do it."""
        waits = self._client.want_write() or (self._tap is not None and self._tap.waiting)
        events = (0 if self._full else selectors.EVENT_READ) | (selectors.EVENT_WRITE if waits else 0)
        if sock in selector.get_map():
            selector.unregister(sock) if not events else selector.modify(sock, events)
        elif events:
            selector.register(sock, events)
        pending = hasattr(sock, "pending") and sock.pending() and not self._full
        found = selector.select(0 if pending else 0.02 if self._held else 0.25)
        ready = {key.fileobj: mask for key, mask in found}
        if wake in ready:
            _empty(wake)
        if pending or ready.get(sock, 0) & selectors.EVENT_READ:
            self._receive()
        self._settle()
        self._acknowledge()
        self._send()
        if self._client.want_write():
            self._client.loop_write()
        self._client.loop_misc()

    def _receive(self) -> None:
        """Read packets until the socket runs dry, for a batch at most."""
        enough = len(self._held) + BATCH
        if self._tap is None:
            while len(self._held) < enough:
                count = len(self._held)
                if self._client.loop_read() or len(self._held) == count:
                    return
        while self._tap is not None and len(self._held) < enough:
            data = self._tap.read()
            if data:
                self._read(data)
            if self._tap.ended:
                self._client.loop_read()
            if len(data) < PIECE // 16:  # the next turn will tell
                return

    def _read(self, data: bytes) -> None:
        """Take the messages out of what was read, and give paho all other packets, in their order.

        Raises:
            Malformed: It is no MQTT.
        """
        if self._skip:
            self._skip, data = max(0, self._skip - len(data)), data[self._skip :]
        data, at = self._rest + data, 0
        if not self.accepted and not self.refused and data[0] != CONNACK:
            raise packets.Malformed("The first packet is no CONNACK.")
        arrival, wall = time.monotonic(), time.time()
        while True:
            at = self._reader.publishes(data, at, arrival, wall, self._held)
            size = packets.whole(data, at) if len(data) - at >= 2 else 0
            ours = at < len(data) and data[at] & 0xF4 == packets.PUBLISH
            if size == 0 or at + size > len(data):
                break
            if data[at : at + size] == TOO_NEW:  # paho keeps this one to itself
                self.refused = self._reason = reasons.of_code("Unsupported protocol version")
            self._feed(data[at : at + size])
            at += size
            if self._client.socket() is None:
                return
        self._rest = data[at:]
        if size > PACKET:
            self._pass_over(size, ours)

    def _feed(self, packet: bytes) -> None:
        """Let paho handle a packet."""
        tap = self._tap
        assert tap is not None
        tap.feed(packet)
        while tap.fed and self._client.socket() is not None and not self._client.loop_read():
            pass

    def _pass_over(self, size: int, ours: bool) -> None:
        """Acknowledge a message that is larger than we said we take, count it, and drop its bytes as they come."""
        if not ours:
            raise packets.Malformed(f"A packet of {size} bytes is too large.")
        rest = self._rest
        mid = packets.identifier(rest)
        if mid is None:  # its header is not there yet
            return
        if mid:
            self._mids.append(mid)
        self.counts.dropped += 1
        self._skip, self._rest = size - len(rest), b""

    def _settle(self) -> None:
        """Have what was received kept, put it into the inbox, and note it for acknowledgement."""
        if self._held and time.monotonic() >= self._retry:
            if self.settings.keep is None:
                left = self.inbox.take(self._held)
                self._done(self._held if not left else _without(self._held, left))
                self._held = left
            else:
                self._record(self.settings.keep)
        self._make_room()
        self.counts.held = len(self._held)

    def _record(self, keep: Keep) -> None:
        """Have the recorder keep a batch; when it fails, the batch waits and is tried again."""
        batch = self._held[: self.inbox.fit(self._held[: 2 * BATCH])]
        if not batch:
            return
        try:
            new = keep(batch)
        except Exception as error:  # the border to the recorder: disk full, folder gone
            self._retry = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, LONGEST)
            self.counts.stalled = True
            self.tell(reasons.of_recorder(error))
            return
        if self.counts.stalled:
            self.counts.stalled, self._pause = False, AGAIN
            self.tell(reasons.CONNECTED)
        self.inbox.pass_by(len(self.inbox.take(new)))
        self._done(batch)
        del self._held[: len(batch)]

    def _make_room(self) -> None:
        """Keep what waits within bounds: read nothing more, and give up what is of QoS 0 when that does not help."""
        was, self._full = self._full, _too_much(self._held)
        now = time.monotonic()
        if self._full and not was:
            self._full_since = now
        elif self._full and now - self._full_since > PATIENCE:
            left = [*self._held[:BATCH], *(m for m in self._held[BATCH:] if m.qos)]
            self.counts.dropped += len(self._held) - len(left)
            self._held, self._full = left, _too_much(left)

    def _done(self, messages: list[Message]) -> None:
        """Note that messages are to be acknowledged."""
        self.counts.received += len(messages)
        self._mids += [m.mid for m in messages if m.qos == 1]
        for message in messages:
            if message.qos == 2:
                self._client.ack(message.mid, 2)

    def _acknowledge(self) -> None:
        """Acknowledge, all at once; when paho has half a packet to write, after that."""
        if self._client.socket() is None:
            return
        if self._tap is None:
            for mid in self._mids:
                self._client.ack(mid, 1)
            self._mids.clear()
        elif not self._client.want_write():
            self._tap.push(packets.acknowledgements(self._mids))
            self._mids.clear()

    def _send(self) -> None:
        """Hand the client as much as the broker may have in flight."""
        for _ in range(BATCH):
            if not self.accepted or len(self._sent) >= self._in_flight or self._client.want_write():
                return
            message = self._resend.popleft() if self._resend else self.outbox.get()
            if message is None:
                return
            if len(message.payload) + len(message.topic.encode()) + 64 > self._largest:
                self.counts.refused += 1
                self.tell(Reason(f"The message to {message.topic[:200]} is larger than the broker takes "
                                 f"({self._largest} bytes).", "Raise the broker's limit, or send less at once."))  # fmt: skip
                continue
            info = self._client.publish(message.topic, message.payload, qos=message.qos, retain=message.retained)
            if message.qos:
                self._sent[info.mid] = message
            else:
                self.counts.published += 1

    # ---- paho's callbacks, on our thread
    def _on_message(self, client: paho.Client, userdata: Any, raw: paho.MQTTMessage) -> None:
        try:
            topic = raw.topic
        except UnicodeDecodeError:
            topic = ""
        self._held.append(Message(topic, bytes(raw.payload), time.monotonic(), time.time(), bool(raw.retain), raw.qos,
                                  bool(raw.dup), raw.mid))  # fmt: skip

    def _on_connect(self, client: paho.Client, userdata: Any, flags: Any, code: Any, properties: Any) -> None:
        if code.is_failure:
            self.refused = self._reason = reasons.of_code(code)
            return
        self._in_flight = min(IN_FLIGHT, getattr(properties, "ReceiveMaximum", IN_FLIGHT))
        self._largest = getattr(properties, "MaximumPacketSize", self._largest)
        again = self.counts.connections > 0
        self.counts.connections += 1
        self.accepted = True
        lost = again and bool(self.settings.topics) and not flags.session_present and not self.settings.clean
        self.counts.gaps += lost
        if not self.settings.topics:
            return self._be_ready(reasons.CONNECTED)
        self._greeting = reasons.FORGOTTEN if lost else reasons.QUIET
        client.subscribe([(t, self._options()) for t in self.settings.topics])

    def _be_ready(self, reason: Reason) -> None:
        self.ready = True
        self.tell(reason)

    def _options(self) -> Any:
        return SubscribeOptions(qos=1, retainHandling=1) if self.protocol == V5 else 1

    def _on_subscribe(self, client: paho.Client, userdata: Any, mid: int, codes: list[Any], properties: Any) -> None:
        bad = [f"{t} ({c})" for t, c in zip(self.settings.topics, codes) if c.is_failure]
        if bad:
            self.denied = Reason(f"The broker refused the subscription to {', '.join(bad)}.",
                                 "Ask who runs it for the right to read these topics.")  # fmt: skip
        self._be_ready(self.denied or self._greeting)

    def _on_publish(self, client: paho.Client, userdata: Any, mid: int, code: Any, properties: Any) -> None:
        message = self._sent.pop(mid, None)
        if message is None:
            return
        if code.is_failure:
            self.counts.refused += 1
            self.tell(Reason(f"The broker refused {message.topic}: {code}.", "Ask who runs it for the right to write there."))
        else:
            self.counts.published += 1

    def _on_disconnect(self, client: paho.Client, userdata: Any, flags: Any, code: Any, properties: Any) -> None:
        from_broker = flags.is_disconnect_packet_from_server
        if self._reason is None and (self.accepted or from_broker):
            reason = reasons.of_end(code, from_broker=from_broker)
            self._reason = reasons.FULL if reason is reasons.SILENT and self._full else reason

    # ---- making and ending
    @property
    def _session_lasts(self) -> bool:
        return not self.settings.clean and (self.protocol == V5 or self.settings.lasting)

    @property
    def _clean_session(self) -> bool | None:
        return None if self.protocol == V5 else self.settings.clean or not self.settings.lasting

    def _connect(self) -> None:
        address, client, settings = self.settings.address, self._client, self.settings
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_message, client.on_subscribe, client.on_publish = self._on_message, self._on_subscribe, self._on_publish
        client.connect_timeout = 5.0
        if address.user:
            client.username_pw_set(address.user, address.password or None)
        will = settings.will() if settings.will is not None else None
        if will is not None:
            client.will_set(will.topic, will.payload, will.qos, will.retain)
        tls = security.context(address) if address.tls else None
        if address.path:
            client.ws_set_options(address.path)
            if tls is not None:
                client.tls_set_context(tls)
        else:
            client.tls_set_context(Tapping.over(tls))
        if self.protocol != V5:
            client.connect(address.host, address.port, settings.keepalive)
        else:
            expiry = 0 if settings.clean else 3600
            properties = _properties(PacketTypes.CONNECT, SessionExpiryInterval=expiry, ReceiveMaximum=RECEIVE_MAXIMUM,
                                     MaximumPacketSize=PACKET)  # fmt: skip
            client.connect(address.host, address.port, settings.keepalive, clean_start=settings.clean, properties=properties)
        sock: Any = client.socket()
        self._tap = sock if isinstance(sock, Tap) else None
        self.security = self._tap.security if self._tap is not None else "TLS" if tls is not None else ""

    def _leave(self) -> None:
        """Say goodbye; a session under a random name ends with us."""
        properties = None
        if self.protocol == V5 and not self.settings.lasting:
            properties = _properties(PacketTypes.DISCONNECT, SessionExpiryInterval=0)
        self._reason = reasons.STOPPED
        self._client.disconnect(properties=properties)
        self._client.loop_write()


def _properties(kind: int, **values: int) -> Properties:
    properties = Properties(kind)
    for name, value in values.items():
        setattr(properties, name, value)
    return properties


def _without(messages: list[Message], left: list[Message]) -> list[Message]:
    """Return the messages but those left, which are in the same order."""
    others = {id(m) for m in left}
    return [m for m in messages if id(m) not in others]


def _too_much(messages: list[Message]) -> bool:
    """Return whether more messages or bytes are held than may be."""
    return len(messages) > HELD or (len(messages) > 8 and sum(len(m.payload) for m in messages) > HELD_SIZE)


def _empty(wake: socket.socket) -> None:
    try:
        while wake.recv(4096):
            pass
    except BlockingIOError:
        pass
