# SPDX-License-Identifier: Apache-2.0
"""Where the plant publishes: a link, or anything that takes messages; one connection for each channel that needs its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..message import Message, Outgoing


class Wire(Protocol):
    """What takes messages; `mqtt.Link` is one."""

    def publish(self, topic: str, payload: bytes, retain: bool = False, qos: int = 1) -> bool:
        """Send in the background; False when it was given up."""


class Channel:
    """A connection that a part of the plant needs for itself, because an MQTT connection has one will.

    Args:
        name: Who speaks on it; unique in the plant, made for a client's id.
        will: What the broker shall say when the connection is lost.
        topics: Filters it listens to.
        clean: Whether it begins anew at each connection, and nothing may be left out, as Sparkplug demands.
    """

    def __init__(self, name: str, will: Outgoing | None = None, topics: tuple[str, ...] = (), *, clean: bool = False) -> None:
        self.name, self.will, self.topics, self.clean = name, will, topics, clean


Opener = Callable[[Channel], Wire]


class Line:
    """An open channel: publishes, and says when the connection came and what came over it.

    Args:
        wire: What takes the messages.
        count: Called with every message handed on.
    """

    def __init__(self, wire: Wire, count: Callable[[bool], None]) -> None:
        self.wire = wire
        self._count = count

    def send(self, message: Outgoing) -> None:
        """Hand a message to the wire."""
        if message.qos == 1:
            self._count(self.wire.publish(message.topic, message.payload, message.retain))
        else:
            self._count(self.wire.publish(message.topic, message.payload, message.retain, qos=message.qos))

    @property
    def connected(self) -> bool:
        """Whether a broker has accepted us; always, for a wire that does not know."""
        status = getattr(self.wire, "status", None)
        return status is None or bool(status.connected)

    @property
    def reconnects(self) -> int:
        """Connections after the first."""
        return int(getattr(getattr(self.wire, "status", None), "reconnects", 0))

    def received(self) -> list[Message]:
        """Return what came since the last call."""
        inbox = getattr(self.wire, "inbox", None)
        return [] if inbox is None else list(inbox.drain(100))

    def close(self) -> None:
        """Stop a wire that can be stopped."""
        stop = getattr(self.wire, "stop", None)
        if stop is not None:
            stop()
