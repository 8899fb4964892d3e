# SPDX-License-Identifier: Apache-2.0
"""Tests for Kit's own runner (omni.kit.test)."""

from .test_circle import TestCircle

__all__ = ["TestCircle"]
