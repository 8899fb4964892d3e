# SPDX-License-Identifier: Apache-2.0
"""Load the real omni.ui before tests that import it are collected; where that can't be, skip them and say why."""

from __future__ import annotations

from pathlib import Path

import pytest
from factory_twin_ui.desk import backend

try:
    backend.load(headless=True)
except backend.DeskError as error:
    REASON = str(error)
else:
    REASON = ""
WITHOUT_UI = ("test_models.py", "test_layout_fields.py", "test_fakes.py")  # they need no omni.ui


class Lacking(pytest.Module):
    """A test file that can't be imported here."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip(REASON, allow_module_level=True)


def make_module(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """For `pytest_pycollect_makemodule`."""
    if REASON and module_path.name not in WITHOUT_UI:
        return Lacking.from_parent(parent, path=module_path)
    return None
