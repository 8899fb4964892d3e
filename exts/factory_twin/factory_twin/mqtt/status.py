# SPDX-License-Identifier: Apache-2.0
"""How a link to a broker is doing, for people and panels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class LinkState(str, Enum):
    """What a link is doing now."""

    OFF = "off"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    WAITING = "waiting"  # lost or refused; tries again by itself


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """A snapshot of a link; read it as often as you like.

    Attributes:
        state: State word.
        reason: Why it is so, in words for people ("Nothing listens at 127.0.0.1:1883."). Never holds a password.
        since: Unix time of the last change of state, s.
        address: Broker, without user and password.
        protocol: "MQTT 5" or "MQTT 3.1.1"; empty before the first connection.
        received: Messages taken into the recorder or, without one, the inbox.
        dropped: Messages given up, in either direction, because a bound was reached or the broker refused them.
        published: Messages the broker acknowledged (of QoS 0: handed to the network).
        unsent: Messages that wait to be sent or acknowledged.
        reconnects: Connections made after the first.
        gaps: Reconnects where the broker had forgotten our session, so messages may be missing.
        hint: What to do about the reason; empty when nothing is to be done.
        held: Messages received that wait, unacknowledged, for room in the inbox or for the recorder.
        stalled: Whether the recorder can't store what comes.
    """

    state: LinkState = LinkState.OFF
    reason: str = ""
    since: float = 0.0
    address: str = ""
    protocol: str = ""
    received: int = 0
    dropped: int = 0
    published: int = 0
    unsent: int = 0
    reconnects: int = 0
    gaps: int = 0
    hint: str = ""
    held: int = 0
    stalled: bool = False

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted us and our subscriptions."""
        return self.state is LinkState.CONNECTED


@dataclass(slots=True)
class Counts:
    """Running totals, written by the link's thread alone."""

    received: int = 0
    dropped: int = 0  # incoming, no room
    published: int = 0
    refused: int = 0  # outgoing, by the broker
    connections: int = 0
    gaps: int = 0
    held: int = 0
    stalled: bool = False
