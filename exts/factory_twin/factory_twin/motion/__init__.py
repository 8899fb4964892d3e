# SPDX-License-Identifier: Apache-2.0
"""Motion: the parts, vehicles and states of a log as time samples in a layer of our own."""

from __future__ import annotations

from .attach import Motion
from .layer import author_motion, write_motion
from .places import station_states
from .player import Player

__all__ = ["Motion", "Player", "author_motion", "station_states", "write_motion"]
