# SPDX-License-Identifier: Apache-2.0
"""Live through an incident in the desktop app, without a window, and take pictures of it.

A virtual plant starts and its machines take colour; the broker is cut off and the values go stale; it comes back and so do
they; then the stage shows a second within the cut again, from the record. `python tools/incident.py [--out FOLDER]`
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bootstrap import ROOT, enter

STAGE = Path(ROOT, "data", "plants", "bike_line.usda")
TITLE = "Factory Live"
LIVE, CUT, FRAMES = 12.0, 16.0, 8
"""Seconds of live values before the cut, and of the cut (values are stale after 10 s); frames until a picture stands still."""
SIZE = (1500, 900)


def main() -> int:
    """Run it.

    Returns:
        0; 1 when something did not come about.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", nargs="?", type=Path, default=STAGE, help="USD file (default: the bike line)")
    parser.add_argument("--out", type=Path, default=Path(ROOT, "_out", "demo"), help="folder for pictures and record")
    args = parser.parse_args()
    enter()
    from factory_twin.errors import FactoryTwinError

    args.out.mkdir(parents=True, exist_ok=True)
    try:
        tell(args.stage.absolute(), args.out.absolute())
    except FactoryTwinError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def tell(stage: Path, out: Path) -> None:
    """Go through the incident.

    Args:
        stage: USD file.
        out: Folder for the pictures and the record.

    Raises:
        FactoryTwinError: The app, the broker or the record does not work here, or something did not come about in time.
    """
    from factory_twin.mqtt import EmbeddedBroker
    from factory_twin_ui.desk import backend
    from factory_twin_ui.desk.host import DeskHost

    backend.start("Factory Twin", SIZE, headless=True)
    from factory_twin_ui.desk.window import DeskWindow

    host = DeskHost(None)
    broker = EmbeddedBroker().start()
    port = int(broker.url.rpartition(":")[2])
    host.set_setting("live.broker", broker.url)
    host.set_setting("live.folder", str(out / "record"))
    host.open(stage)
    window = DeskWindow(host, _panel(), backend.frame)
    try:
        scene = Scene(host, window.panels[TITLE].panel, out)
        scene.live()
        began = time.time()
        broker.stop()
        scene.cut()
        broker = EmbeddedBroker(port=port).start()
        scene.back()
        scene.past(began + CUT / 2)
    finally:
        window.close()
        host.detach()
        broker.stop()


def _panel() -> list[tuple[str, Any, str]]:
    from factory_twin_bridge.panel import LivePanel

    return [(TITLE, LivePanel, "bottom")]


class Scene:
    """The app with its live panel; each step ends with a picture.

    Args:
        host: The application.
        panel: Its live panel.
        out: Folder for the pictures.
    """

    def __init__(self, host: Any, panel: Any, out: Path) -> None:
        self.host, self.panel, self.out = host, panel, out
        self.pictures: list[Path] = []

    def live(self) -> None:
        """Start the plant and the recorder; let the machines take colour."""
        self.frames(FRAMES)
        self.panel.toggle_virtual()
        self.until(lambda: self.panel.model.status is not None and self.panel.model.status.link.connected, "the connection")
        self.panel.toggle_record()
        self.until(lambda: self.panel.model.history is not None and self.panel.model.status.link.connected, "the recorder")
        self.run(LIVE)
        self.until(lambda: self.states()["unknown"] == 0, "a state of every machine")
        self.shoot("live_1_colours")

    def cut(self) -> None:
        """Wait until all that was known is stale."""
        self.run(CUT)
        self.until(lambda: set(self.states()) == {"unknown"}, "stale values")
        self.shoot("live_2_network_cut")

    def back(self) -> None:
        """Wait until the machines have their states again."""
        self.until(lambda: self.panel.model.status.link.connected, "the connection after the cut")
        self.until(lambda: self.states()["unknown"] == 0, "the states after the cut")
        self.run(3.0)
        self.shoot("live_3_back_again")

    def past(self, moment: float) -> None:
        """Show a second within the cut."""
        self.panel.tabs.show("Past")
        self.frames(FRAMES)
        self.panel.view.go(moment)
        self.until(lambda: self.panel.model.past is not None, "the past")
        self.frames(FRAMES)
        self.shoot("live_4_looked_back")

    # ---- the app
    def states(self) -> Counter[str]:
        """Return how many stations show which state on the stage."""
        from factory_twin.plant import Station

        found: Counter[str] = Counter()
        for place in self.panel.model.plant.of(Station):
            told = self.host.stage.GetAttributeAtPath(f"{place.path}.factoryTwin:state:status")
            found[str(told.Get()) if told and told.HasValue() else "unknown"] += 1
        return found

    def frames(self, count: int) -> None:
        """Draw some frames."""
        from factory_twin_ui.desk import backend

        for _ in range(count):
            self.host.frame(1 / 30)
            backend.frame()

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.frames(1)
            time.sleep(0.02)

    def until(self, reached: Callable[[], bool], what: str, seconds: float = 40.0) -> None:
        """Let time pass until something has come about.

        Raises:
            FactoryTwinError: It did not in time.
        """
        from factory_twin.errors import FactoryTwinError

        end = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > end:
                wrong = " ".join(self.panel.model.wrong([]))
                raise FactoryTwinError(f"Waited {seconds:g} s for {what}. {wrong}", where="incident")
            self.run(0.1)

    def shoot(self, name: str) -> None:
        """Take a picture."""
        from factory_twin_ui.desk import backend

        self.frames(FRAMES)
        path = self.out / f"{name}.png"
        backend.screenshot(path)
        states = ", ".join(f"{n} {state}" for state, n in self.states().most_common())
        print(f"{path.name}: {states}", flush=True)
        self.pictures.append(path)


if __name__ == "__main__":
    raise SystemExit(main())
