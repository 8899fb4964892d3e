# SPDX-License-Identifier: Apache-2.0
"""Tests for Kit's own runner (omni.kit.test)."""

from .test_menu import TestMenu
from .test_panel import TestLayoutPanel
from .test_section import TestSection

__all__ = ["TestLayoutPanel", "TestMenu", "TestSection"]
