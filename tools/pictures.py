# SPDX-License-Identifier: Apache-2.0
"""Take the pictures of the documentation: each panel by itself, on the bike line, drawn without a window.

`python tools/pictures.py [--out FOLDER]`; look at them before you commit them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bootstrap import ROOT, enter

STAGE = Path(ROOT, "data", "plants", "bike_line.usda")
IMAGES = Path(ROOT, "exts", "factory_twin", "docs", "images")
MACHINE = "/BikeFactory/Hall/AssemblyLine/InstallBrakes"
SCREEN, SIZE, NARROW = (1280, 720), (1000, 600), (460, 600)
LIVE = 25.0
"""Seconds of live values before the pictures: long enough for a trend."""


def main() -> int:
    """Take them all.

    Returns:
        0; 1 when the panels can't be drawn here.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder (default: the documentation's)")
    args = parser.parse_args()
    enter()
    from factory_twin.errors import FactoryTwinError

    out = args.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    try:
        take(out)
    except FactoryTwinError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def take(out: Path) -> None:
    """Take the pictures of all panels.

    Raises:
        FactoryTwinError: Something that is shown did not come about.
    """
    from factory_twin_ui.desk import backend
    from factory_twin_ui.desk.host import DeskHost

    backend.start("Factory Twin", SCREEN, headless=True)
    host = DeskHost(None)
    host.open(STAGE)
    from factory_twin_layout.panel import LayoutPanel
    from factory_twin_runner.panel import RunPanel

    studio = Studio(host, out)
    studio.panel(LayoutPanel, lambda panel: _equip(studio, panel), "layout", NARROW)
    host.select(())
    studio.panel(RunPanel, lambda panel: _run(studio, panel), "run", SIZE)
    with tempfile.TemporaryDirectory(prefix="factory_twin_") as folder:
        _live(studio, Path(folder))
    host.detach()
    with tempfile.TemporaryDirectory(prefix="factory_twin_") as folder:
        _hall(out, Path(folder, "hall.usda"))


LINE = ("GoodsReceipt", "Mill", "Rack", "Lathe", "RobotCell", "Inspection", "GoodsIssue")


def _hall(out: Path, file: Path) -> None:
    """Build a line in an empty hall from the catalogue, connect and run it, and take a picture of the app."""
    from factory_twin.catalogue import FOLDER, read_catalogue
    from factory_twin_layout.actions import actions
    from factory_twin_ui.app import _panels
    from factory_twin_ui.desk import backend
    from factory_twin_ui.desk.host import DeskHost
    from factory_twin_ui.desk.window import DeskWindow
    from pxr import Usd, UsdGeom

    stage = Usd.Stage.CreateNew(str(file))
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetTimeCodesPerSecond(60)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/Hall").GetPrim())
    stage.Save()
    del stage
    host = DeskHost(None)
    host.open(file)
    window = DeskWindow(host, _panels("all"), backend.frame)
    studio, catalogue = Studio(host, out), read_catalogue(FOLDER)
    panel = window.panels["Factory Layout"].panel
    for name in LINE:
        panel.place(catalogue.find(name))
        studio.frames(6)
    places = tuple(f"/Hall/{name}" for name in LINE)
    next(a for a in actions() if a.name == "Connect in this order").act(host, places)
    window.viewport.frame_all()
    _run(studio, window.panels["Factory Run"].panel, "/Hall/Lathe")
    studio.shoot("hall", SCREEN)
    window.close()
    host.detach()


def _equip(studio: Studio, panel: Any) -> None:
    """Open the catalogue and select a machine."""
    panel.equipment.toggle()
    studio.frames(10)
    studio.host.select((MACHINE,))


def _run(studio: Studio, panel: Any, selected: str = MACHINE) -> None:
    """Simulate a shift and stop in its middle."""
    panel.run()
    while panel.running:
        studio.frames(1)
    panel.show_motion()
    studio.host.set_time(sum(studio.host.range) / 2)
    studio.host.select((selected,))


def _live(studio: Studio, folder: Path) -> None:
    """Take each view of the live panel while a virtual plant sends, one of its machines broken."""
    from factory_twin.mqtt import EmbeddedBroker
    from factory_twin_bridge.panel import TABS, LivePanel
    from incident import Scene

    broker = EmbeddedBroker().start()
    studio.host.set_setting("live.broker", broker.url)
    studio.host.set_setting("live.folder", str(folder))
    window = studio.window(LivePanel, SIZE)
    try:
        panel = window.panel
        scene = Scene(studio.host, panel, folder)
        panel.toggle_virtual()
        scene.until(lambda: panel.model.status is not None and panel.model.status.link.connected, "the connection")
        panel.toggle_record()
        scene.until(lambda: panel.model.history is not None and panel.model.status.link.connected, "the recorder")
        studio.host.select((MACHINE,))
        scene.run(LIVE)
        panel.break_("Overheating", MACHINE)
        scene.until(lambda: len(panel.model.feed.health.alarms) > 0, "an alarm", 120.0)
        scene.run(5.0)
        for tab in TABS:
            panel.tabs.show(tab)
            scene.run(3.0)
            studio.shoot(f"live_{tab.lower()}", SIZE)
    finally:
        window.close()
        broker.stop()


class Studio:
    """Puts panels on the screen and takes their pictures.

    Args:
        host: The application.
        out: Folder for the pictures.
    """

    def __init__(self, host: Any, out: Path) -> None:
        self.host, self.out = host, out

    def window(self, make: Any, size: tuple[int, int]) -> Any:
        """Show a panel alone at the upper left."""
        from factory_twin_ui.panel import PanelWindow

        window = PanelWindow(make.TITLE, make, self.host, size=size)
        window.window.position_x = window.window.position_y = 0
        self.frames(10)
        return window

    def panel(self, make: Any, prepare: Callable[[Any], None], name: str, size: tuple[int, int]) -> None:
        """Take a picture of a panel."""
        window = self.window(make, size)
        prepare(window.panel)
        self.shoot(name, size)
        window.close()

    def frames(self, count: int) -> None:
        """Draw some frames."""
        from factory_twin_ui.desk import backend

        for _ in range(count):
            self.host.frame(1 / 30)
            backend.frame()

    def shoot(self, name: str, size: tuple[int, int]) -> None:
        """Take a picture of the upper left part of the screen."""
        from factory_twin_ui.desk import backend
        from PIL import Image

        self.frames(10)
        path = self.out / f"{name}.png"
        backend.screenshot(path)
        if size != SCREEN:
            with Image.open(path) as whole:
                whole.crop((0, 0, *size)).save(path, optimize=True)
        print(path, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
