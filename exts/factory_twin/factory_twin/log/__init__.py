# SPDX-License-Identifier: Apache-2.0
"""The log: append-only tables of numbers with the names they point to, in memory or streamed to disk; one `.npz` file.

The only word between makers (simulator, bridge, recorder) and readers (KPIs, motion, live state, panels).
"""

from __future__ import annotations

from .log import Log
from .table import Table

__all__ = ["Log", "Table"]
