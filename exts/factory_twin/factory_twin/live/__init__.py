# SPDX-License-Identifier: Apache-2.0
"""The last values of every place, and the session layer that shows them. Knows samples and events, not their maker."""

from __future__ import annotations

from .andon import AndonBoard
from .layer import LiveLayer
from .mover import Mover
from .state import LiveState, Quality, Row, Value, Verdict

__all__ = ["AndonBoard", "LiveLayer", "LiveState", "Mover", "Quality", "Row", "Value", "Verdict"]
