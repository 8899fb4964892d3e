# SPDX-License-Identifier: Apache-2.0
"""What all tests share: the checkout, the sample factory, `--all` for slow tests, a header that says what is lacking here."""

from __future__ import annotations

import ctypes.util
import importlib
import importlib.util
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest
from factory_twin_schema import register

REPO = Path(__file__).resolve().parents[1]

register()  # before anything makes Usd.SchemaRegistry

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run the tests marked slow, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--all"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]


def pytest_report_header(config: pytest.Config) -> list[str]:
    have = {
        "mosquitto": shutil.which("mosquitto") or Path("/usr/sbin/mosquitto").exists(),
        "omni.ui (ovui)": importlib.util.find_spec("omni") and importlib.util.find_spec("omni.ui"),
        "Vulkan": ctypes.util.find_library("vulkan") or ctypes.util.find_library("vulkan-1"),
        "cascadio (STEP, IGES)": importlib.util.find_spec("cascadio"),
        "asset validator": importlib.util.find_spec("usd_validation_nvidia"),
    }
    lacks = [name for name, found in have.items() if not found]
    slow = "included" if config.getoption("--all") else "left out (add --all)"
    return [f"slow tests: {slow}", f"not on this machine: {', '.join(lacks) or 'nothing is lacking'}"]


@pytest.fixture(scope="session")
def repo() -> Path:
    """The root of the checkout."""
    return REPO


@pytest.fixture(scope="session")
def bike_line() -> Path:
    """The sample factory's entry stage."""
    return REPO / "data" / "plants" / "bike_line.usda"


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Load a file of tools/ as the module it is when its tool runs."""
    tools = REPO / "tools"
    monkeypatch.syspath_prepend(str(tools))

    def load(name: str) -> ModuleType:
        module = importlib.import_module(name)
        assert Path(module.__file__ or "").parent == tools
        return importlib.reload(module)

    return load
