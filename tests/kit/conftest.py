# SPDX-License-Identifier: Apache-2.0
"""Tests on Kit's stand-ins draw with the real omni.ui, too."""

from tests.ui.fixtures import ui_backend

__all__ = ["ui_backend"]
