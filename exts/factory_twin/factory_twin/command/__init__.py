# SPDX-License-Identifier: Apache-2.0
"""Commands to the shop floor: off by default, sent only while armed, each one journalled first. Never a safety function."""

from __future__ import annotations

from .arm import Arm, Armed
from .gate import Gate, Sender
from .journal import Entry, Journal
from .order import ACTIONS, Command, Reply

__all__ = ["ACTIONS", "Arm", "Armed", "Command", "Entry", "Gate", "Journal", "Reply", "Sender"]
