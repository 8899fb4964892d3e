# SPDX-License-Identifier: Apache-2.0
"""Tests on the real omni.ui: fixtures, and coroutine tests without a plugin."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from typing import Any

import pytest

from tests.ui.fixtures import bench, host, line, ui_backend
from tests.ui.lacking import make_module

__all__ = ["bench", "host", "line", "ui_backend"]


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return make_module(module_path, parent)


def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    asyncio.run(pyfuncitem.obj(**arguments))
    return True
