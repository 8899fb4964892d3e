# SPDX-License-Identifier: Apache-2.0
"""A message as it came over the wire: bytes only, nothing decoded. The link makes them, recorder and formats read them."""

from __future__ import annotations

from typing import NamedTuple


class Message(NamedTuple):
    """A message as it came.

    Attributes:
        topic: Empty when it was no valid UTF-8.
        payload: Raw bytes.
        arrival: When it arrived, s on the monotonic clock: decides staleness.
        wall: When it arrived, Unix time, s.
        retained: An old value the broker kept, not one that happened now.
        qos: Quality of service it came with.
        again: Whether the broker says that it may have sent this before (MQTT's DUP).
        mid: Packet identifier; 0 at QoS 0.
        position: Running number in the recorder's journal; -1: not recorded.
    """

    topic: str
    payload: bytes
    arrival: float = 0.0
    wall: float = 0.0
    retained: bool = False
    qos: int = 0
    again: bool = False
    mid: int = 0
    position: int = -1


class Outgoing(NamedTuple):
    """A message to send.

    Attributes:
        topic: Without wildcards.
        payload: Bytes.
        qos: 0 or 1.
        retain: Whether the broker keeps it for later subscribers.
    """

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False
