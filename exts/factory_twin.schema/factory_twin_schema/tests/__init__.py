# SPDX-License-Identifier: Apache-2.0
"""Tests for Kit's own runner (omni.kit.test)."""

from .test_registration import TestRegistration

__all__ = ["TestRegistration"]
