# SPDX-License-Identifier: Apache-2.0
"""Open the desktop application, with a window or into a picture."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from factory_twin.errors import FactoryTwinError, StageError

from . import command
from .desk import backend
from .desk.host import DeskHost

TITLE = "Factory Twin"
_SETTLE = 6  # frames until a layout stands still


def main(argv: Sequence[str] | None = None) -> int:
    """Run `factory-twin app`.

    Returns:
        0, or 2 when the app can't start.
    """
    parser = argparse.ArgumentParser(prog="factory-twin app", description="Open the desktop app on a stage.")
    command.add_arguments(parser)
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        return open_app(arguments)
    except FactoryTwinError as error:
        sys.stderr.write(f"factory-twin app: {error}\n")
        return 2


def open_app(arguments: argparse.Namespace) -> int:
    """Open the application and stay until it is closed.

    Returns:
        0.

    Raises:
        DeskError: It can't start on this machine.
        StageError: The stage can't be opened.
    """
    stage = _stage(arguments.stage)
    picture = Path(arguments.screenshot).absolute() if arguments.screenshot else None
    headless = picture is not None
    backend.start(TITLE, arguments.size, headless=headless, max_fps=None if headless else arguments.fps)
    host = DeskHost(None if headless else Path.home() / ".factory_twin" / "settings.json")
    if stage is not None:
        host.open(stage)
    from .desk.window import DeskWindow

    window = DeskWindow(host, _panels(arguments.panel), backend.frame)
    if arguments.run:
        _run(host, window)
    try:
        if picture is not None:
            _settle(host)
            backend.screenshot(picture)
        else:
            _loop(host, window, arguments.fps)
            window.keep_layout()
    finally:
        window.close()
        for path in host.rescue():
            sys.stderr.write(f"Changes that were not saved are in {path}\n")
        host.detach()
    return 0


def _stage(text: str | None) -> Path | None:
    """The stage asked for, else the sample of the checkout, else none."""
    if text is not None:
        path = Path(text).absolute()
        if not path.is_file():
            raise StageError("There is no such file.", where=str(path), hint="Give a .usd, .usda, .usdc or .usdz file.")
        return path
    sample = Path(__file__).resolve().parents[3] / "data" / "plants" / "bike_line.usda"
    return sample if sample.is_file() else None


def _panels(which: str) -> list[tuple[str, Any, str]]:
    """Titles, makers and docks of the panels that are installed and wanted."""
    from importlib import import_module

    known = {
        "layout": ("factory_twin_layout.panel", "LayoutPanel", "right"),
        "run": ("factory_twin_runner.panel", "RunPanel", "bottom"),
        "live": ("factory_twin_bridge.panel", "LivePanel", "bottom"),
    }
    found = []
    for name, (module, panel, where) in known.items():
        if which in (name, "all"):
            maker = getattr(import_module(module), panel)
            found.append((maker.TITLE, maker, where))
    return found


def _settle(host: DeskHost, *, frames: int = _SETTLE) -> None:
    for _ in range(frames):
        host.frame(0.0)
        backend.frame()


def _run(host: DeskHost, window: Any) -> None:
    """Press Run and wait for the result; then show the motion at mid-shift."""
    panel = window.panels.get("Factory Run")
    if panel is None:
        return
    _settle(host)
    panel.panel.run()
    until(lambda: not panel.panel.running, lambda: _settle(host, frames=1), seconds=600)
    for text in panel.panel.model.warnings():
        sys.stderr.write(f"warning: {text}\n")
    panel.panel.show_motion()
    host.select((panel.panel.model.result.bottleneck,) if panel.panel.model.result is not None else ())
    _settle(host)
    host.set_time((host.clock.begin + host.clock.end) / 2)


def until(reached: Callable[[], bool], step: Callable[[], None], *, seconds: float) -> None:
    """Step until something is reached.

    Raises:
        FactoryTwinError: It was not reached in time.
    """
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            raise FactoryTwinError(f"Not finished after {seconds:g} s.", hint="Use a shorter horizon or fewer replications.")
        step()


def _loop(host: DeskHost, window: Any, fps: float) -> None:
    """Draw frames until the window is closed."""
    last = time.perf_counter()
    while backend.frame() and not window.quit:
        now = time.perf_counter()
        host.frame(min(now - last, 0.25))
        last = now
        time.sleep(max(0.0, 1 / fps - (time.perf_counter() - now)))
