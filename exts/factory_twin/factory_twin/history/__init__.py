# SPDX-License-Identifier: Apache-2.0
"""The recorder: a journal of messages as they came, and the values read from them. Nothing acknowledged is lost or doubled."""

from __future__ import annotations

from .history import History
from .replay import Replay
from .tag import HistoryStatus, Last, Tag

__all__ = ["History", "HistoryStatus", "Last", "Replay", "Tag"]
