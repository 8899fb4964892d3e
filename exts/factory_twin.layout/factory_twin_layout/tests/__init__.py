# SPDX-License-Identifier: Apache-2.0
"""Tests for Kit's own runner (omni.kit.test)."""

from .test_panel import TestLayoutPanel

__all__ = ["TestLayoutPanel"]
