# SPDX-License-Identifier: Apache-2.0
"""Reads PUBLISH packets off the front of received bytes, many at once; all other packets are left to paho.

paho takes about 40 us for a message, mostly for one `recv` per field and for locks; this takes a few, for the same messages.
"""

from __future__ import annotations

from ..message import Message

PUBLISH = 0x30
TOPICS = 20_000
"""Topics remembered as text; a rogue sender of ever new ones costs time, not memory."""


class Malformed(Exception):
    """The bytes are no MQTT; the connection has to end."""


class Reader:
    """Reads the packets of one connection.

    Args:
        properties: Whether packets have properties (MQTT 5). They are skipped by their length; a topic alias can't come
            because we offer none.
    """

    def __init__(self, properties: bool) -> None:
        self._properties = properties
        self._topics: dict[bytes, str] = {}

    def publishes(self, data: bytes, at: int, arrival: float, wall: float, out: list[Message]) -> int:
        """Append the messages of all whole PUBLISH packets of QoS 0 and 1 from `at` on; stop before any other packet.

        Args:
            data: Received bytes.
            at: Where a packet begins.
            arrival: Monotonic time to give them, s.
            wall: Unix time to give them, s.
            out: Where the messages go.

        Returns:
            Where the first packet begins that was not taken.

        Raises:
            Malformed: A packet contradicts itself; what came before it is in `out`.
        """
        end, topics, properties = len(data), self._topics, self._properties
        while end - at >= 2:
            head = data[at]
            qos = head >> 1 & 3
            if head & 0xF0 != PUBLISH or qos > 1:
                break
            size, start = data[at + 1], at + 2
            if size > 127:
                found = length(data, at + 1, end)
                if found is None:
                    break
                size, start = found
            stop = start + size
            if stop > end:
                break
            if size < 2:
                raise Malformed("A PUBLISH packet is too short.")
            body = start + 2 + (data[start] << 8 | data[start + 1])
            raw = data[start + 2 : body]
            mid = 0
            if qos:
                body += 2
                if body > stop:
                    raise Malformed("A topic is longer than its packet.")
                mid = data[body - 2] << 8 | data[body - 1]
            if properties:
                if body >= stop:
                    raise Malformed("A packet ends before its properties.")
                skip = data[body]
                body += 1
                if skip:
                    if skip > 127:
                        found = length(data, body - 1, stop)
                        if found is None:
                            raise Malformed("A packet ends before its properties.")
                        skip, body = found
                    body += skip
            elif not raw:
                raise Malformed("A topic is empty.")
            if body > stop:
                raise Malformed("A packet is shorter than what it holds.")
            topic = topics.get(raw)
            if topic is None:
                topic = self._text(raw)
            out.append(Message(topic, data[body:stop], arrival, wall, head & 1 == 1, qos, head & 8 == 8, mid))
            at = stop
        return at

    def _text(self, raw: bytes) -> str:
        """Return a topic as text, empty when it is no UTF-8."""
        try:
            topic = raw.decode()
        except UnicodeDecodeError:
            topic = ""
        if len(self._topics) >= TOPICS:
            self._topics.clear()
        self._topics[raw] = topic
        return topic


def length(data: bytes, at: int, end: int) -> tuple[int, int] | None:
    """Return (number, where it ends) of MQTT's numbers of one to four bytes; None when its end is not there yet.

    Raises:
        Malformed: It has more than four bytes.
    """
    number = shift = 0
    while at < end:
        digit = data[at]
        at += 1
        number |= (digit & 127) << shift
        if digit < 128:
            return number, at
        shift += 7
        if shift > 21:
            raise Malformed("A length has more than four bytes.")
    return None


def whole(data: bytes, at: int) -> int:
    """Return the size of the packet at `at` with its header, in bytes; 0 when that can't be known yet.

    Raises:
        Malformed: Its length has more than four bytes.
    """
    found = length(data, at + 1, len(data))
    return 0 if found is None else found[1] - at + found[0]


def identifier(data: bytes) -> int | None:
    """Return the packet identifier of the PUBLISH that begins here, 0 at QoS 0; None when it is not there yet."""
    found = length(data, 1, len(data))
    if found is None or len(data) < found[1] + 2:
        return None
    at = found[1] + 2 + (data[found[1]] << 8 | data[found[1] + 1])
    if not data[0] >> 1 & 3:
        return 0
    return None if len(data) < at + 2 else data[at] << 8 | data[at + 1]


def acknowledgements(mids: list[int]) -> bytes:
    """Return the PUBACK packets of messages, in one piece."""
    return b"".join([b"\x40\x02" + mid.to_bytes(2, "big") for mid in mids])
