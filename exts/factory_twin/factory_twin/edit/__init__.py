# SPDX-License-Identifier: Apache-2.0
"""Undoable changes to a stage. Undoing one leaves every layer byte for byte as it was.

An edit is checked before it writes, writes to the stage's edit target, and reads as one line (`label`).
"""

from __future__ import annotations

from .asset import AddAsset, free_path
from .attribute import Rename, SetAttribute, SetTargets
from .base import Edit, Group
from .flow import Connect, Disconnect
from .history import History
from .schema import ApplySchema, RemoveSchema
from .transform import Move, Rotate, heading, position

__all__ = [
    "AddAsset", "ApplySchema", "Connect", "Disconnect", "Edit", "Group", "History", "Move", "RemoveSchema", "Rename", "Rotate",
    "SetAttribute", "SetTargets", "free_path", "heading", "position",
]  # fmt: skip
