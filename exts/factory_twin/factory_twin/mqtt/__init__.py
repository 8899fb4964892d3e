# SPDX-License-Identifier: Apache-2.0
"""MQTT: link to a broker, bounded inbox, topics, embedded broker. Bytes only."""

from __future__ import annotations

from ..message import Message
from .broker import EmbeddedBroker
from .inbox import Inbox
from .link import Link
from .probe import Finding, Probe, probe
from .status import LinkState, LinkStatus

__all__ = [
    "EmbeddedBroker",
    "Finding",
    "Inbox",
    "Link",
    "LinkState",
    "LinkStatus",
    "Message",
    "Probe",
    "probe",
]
