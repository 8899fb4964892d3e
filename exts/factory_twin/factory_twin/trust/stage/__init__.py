# SPDX-License-Identifier: Apache-2.0
"""A factory of the neutral format as a USD stage: every node a prim that wears our schemas."""

from __future__ import annotations

from .build import Built, build

__all__ = ["Built", "build"]
