# SPDX-License-Identifier: Apache-2.0
"""Undoable changes to a stage. Undoing one leaves every layer byte for byte as it was.

An edit is checked before it writes, writes to the stage's edit target, and reads as one line (`label`).
"""

from __future__ import annotations

from .align import EDGES, Align
from .array import Array
from .asset import AddAsset, free_path
from .attribute import Rename, SetAttribute, SetTargets
from .base import Edit, Group
from .distribute import Distribute
from .duplicate import Duplicate
from .flow import Connect, Disconnect
from .history import History
from .mirror import Mirror
from .remove import Remove
from .reparent import Reparent
from .schema import ApplySchema, RemoveSchema
from .snap import Snap
from .transform import Move, Rotate, heading, position

__all__ = [
    "EDGES", "AddAsset", "Align", "ApplySchema", "Array", "Connect", "Disconnect", "Distribute", "Duplicate", "Edit", "Group",
    "History", "Mirror", "Move", "Remove", "RemoveSchema", "Rename", "Reparent", "Rotate", "SetAttribute", "SetTargets", "Snap",
    "free_path", "heading", "position",
]  # fmt: skip
