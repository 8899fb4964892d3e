# SPDX-License-Identifier: Apache-2.0
"""Fixtures for tests that draw with the real omni.ui: one frame buffer per session, and a fresh screen per test.

A test fails when a callback raised: omni.ui only writes that to stderr.
"""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SIZE = (1000, 600)
_folder: list[str] = []  # where ovui writes its window layout, once it has started
_reason: list[str] = []  # why it could not


def start() -> Any:
    """Open the frame buffer once; skip the test where omni.ui can't draw."""
    from factory_twin_ui.desk import backend

    if _reason:
        pytest.skip(_reason[0])
    if not _folder:
        home = os.getcwd()
        try:
            backend.start("tests", SIZE, headless=True, max_fps=None)
        except backend.DeskError as error:
            _reason.append(str(error))
            os.chdir(home)
            pytest.skip(_reason[0])
        _folder.append(os.getcwd())
        os.chdir(home)
        atexit.register(os.chdir, _folder[0])  # at its end, too
    return backend


@pytest.fixture
def ui_backend(capfd: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """The backend; afterwards all windows are gone and no callback has raised."""
    backend = start()
    import omni.ui as ui
    from omni.ui import _ui

    home = os.getcwd()
    os.chdir(_folder[0])  # ovui writes its window layout into the working folder
    _ui._inject_mouse_move(float(SIZE[0] - 2), float(SIZE[1] - 2))
    yield backend
    for button in (0, 1, 2):
        _ui._inject_mouse_button(button, False)
    for window in ui.Workspace.get_windows():
        if isinstance(window, ui.Window):
            window.destroy()
    backend.frame()
    os.chdir(home)
    errors = [line for line in capfd.readouterr().err.splitlines() if "[omni.ui] [error]" in line or "Traceback" in line]
    assert not errors, errors


class Bench:
    """A desk host with panels in windows that fill the screen, and the means to click through them."""

    def __init__(self, backend: Any, host: Any) -> None:
        from tests.ui import uitest

        self.backend, self.host, self.ui = backend, host, uitest
        self.windows: list[Any] = []
        self._last = time.perf_counter()
        uitest.before_frame = self._frame

    def _frame(self) -> None:
        now = time.perf_counter()
        self.host.frame(now - self._last)
        self._last = now

    def show(self, panel: Any, *, size: tuple[int, int] = SIZE) -> Any:
        """Show a panel in a window of its own; returns the panel's window."""
        from factory_twin_ui.panel import PanelWindow

        window = PanelWindow(panel.TITLE, panel, self.host, size=size)
        window.window.position_x = window.window.position_y = 0
        self.windows.append(window)
        return window

    def close(self) -> None:
        for window in self.windows:
            window.close()
        self.host.detach()
        self.ui.before_frame = lambda: None


@pytest.fixture
def bench(ui_backend: Any) -> Iterator[Bench]:
    from factory_twin_ui.desk.host import DeskHost

    made = Bench(ui_backend, DeskHost())
    yield made
    made.close()


@pytest.fixture
def host(line: Path) -> Iterator[Any]:
    """A desk host with the small line open; nothing is drawn."""
    from factory_twin_ui.desk.host import DeskHost

    made = DeskHost()
    made.open(line)
    yield made
    made.detach()


@pytest.fixture
def line(tmp_path: Path) -> Path:
    """A small line in a file of its own: source, mill, buffer of 3, lathe, sink; with geometry."""
    return write_line(tmp_path / "line.usda")


def write_line(path: Path) -> Path:
    from pxr import Sdf, Usd, UsdGeom

    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetTimeCodesPerSecond(60)
    world = UsdGeom.Xform.Define(stage, "/World").GetPrim()
    stage.SetDefaultPrim(world)
    world.AddAppliedSchema("FactoryTwinScenarioAPI")
    _set(world, "scenario:replications", Sdf.ValueTypeNames.Int, 3)
    _box(stage, "/World/Floor", (8, 0, -0.05), (24, 8, 0.1), (0.3, 0.3, 0.3))
    for number, (name, kind, values, after) in enumerate(_PLACES):
        form = UsdGeom.Xform.Define(stage, f"/World/{name}")
        form.AddTranslateOp().Set((4.0 * number, 0.0, 0.0))
        form.GetPrim().AddAppliedSchema(f"FactoryTwin{kind}API")
        for key, value in values.items():
            _set(form.GetPrim(), key, Sdf.ValueTypeNames.String if isinstance(value, str) else Sdf.ValueTypeNames.Int, value)
        if after:
            form.GetPrim().CreateRelationship("factoryTwin:successors", False).SetTargets([f"/World/{after}"])
        _box(stage, f"/World/{name}/Body", (0, 0, 0.7), (1.4, 1.4, 1.4), (0.3, 0.4, 0.6))
    stage.Save()
    return path


_PLACES: list[tuple[str, str, dict[str, Any], str]] = [
    ("Start", "Source", {}, "Mill"),
    ("Mill", "Station", {"station:processTime": "60"}, "Rack"),
    ("Rack", "Buffer", {"buffer:capacity": 3}, "Lathe"),
    ("Lathe", "Station", {"station:processTime": "triangular(low=50, mode=70, high=90)"}, "End"),
    ("End", "Sink", {}, ""),
]


def _set(prim: Any, name: str, kind: Any, value: Any) -> None:
    from pxr import Sdf

    prim.CreateAttribute(f"factoryTwin:{name}", kind, False, Sdf.VariabilityUniform).Set(value)


def _box(stage: Any, path: str, where: Any, size: Any, color: Any) -> None:
    from pxr import UsdGeom

    cube = UsdGeom.Cube.Define(stage, path)
    cube.GetSizeAttr().Set(1.0)
    cube.AddTranslateOp().Set(tuple(map(float, where)))
    cube.AddScaleOp().Set(size)
    cube.GetDisplayColorAttr().Set([color])


def find(bench: Bench, title: str, identifier: str, kind: str = "*") -> Any:
    """Return the widget with that identifier."""
    return bench.ui.find(f"{title}//Frame/**/{kind}.identifier=='{identifier}'")
