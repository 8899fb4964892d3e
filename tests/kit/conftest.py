# SPDX-License-Identifier: Apache-2.0
"""Tests on Kit's stand-ins draw with the real omni.ui, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.fixtures import ui_backend
from tests.ui.lacking import make_module

__all__ = ["ui_backend"]


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return make_module(module_path, parent)
