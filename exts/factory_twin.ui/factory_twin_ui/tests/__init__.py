# SPDX-License-Identifier: Apache-2.0
"""Tests for Kit's own runner (omni.kit.test)."""

from .test_kit_host import TestKitHost
from .test_kit_time import TestKitTime
from .test_kit_windows import TestKitWindows

__all__ = ["TestKitHost", "TestKitTime", "TestKitWindows"]
