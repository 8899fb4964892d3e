# SPDX-License-Identifier: Apache-2.0
"""MQTT: link to a broker, bounded inbox, topics and payloads, embedded broker, virtual plant. Gives and takes Events."""

from __future__ import annotations

from ..message import Message
from .broker import EmbeddedBroker
from .decoder import Decoder, Reject
from .inbox import Inbox
from .link import Link
from .shift import shift
from .status import LinkState, LinkStatus
from .virtual import VirtualPlant

__all__ = [
    "Decoder",
    "EmbeddedBroker",
    "Inbox",
    "Link",
    "LinkState",
    "LinkStatus",
    "Message",
    "Reject",
    "VirtualPlant",
    "shift",
]
