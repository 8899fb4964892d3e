# SPDX-License-Identifier: Apache-2.0
"""Tests for Kit's own runner (omni.kit.test)."""

from .test_circle import TestCircle
from .test_layers import TestLayers

__all__ = ["TestCircle", "TestLayers"]
