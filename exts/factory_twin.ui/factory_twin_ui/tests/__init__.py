# SPDX-License-Identifier: Apache-2.0
"""Tests for Kit's own runner (omni.kit.test)."""

from .test_kit_host import TestKitHost

__all__ = ["TestKitHost"]
