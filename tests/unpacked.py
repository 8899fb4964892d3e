# SPDX-License-Identifier: Apache-2.0
"""`python -I -S unpacked.py LIBRARIES FOLDER... [--run STAGE]`: use unpacked extensions in a Python that has nothing else.

LIBRARIES holds usd-core, numpy and ovui only. Each FOLDER is an extension; what its manifest names goes onto sys.path, as in
Kit. All modules are imported that need no more of Kit than that. --run opens the desk app on a stage and clicks Run. At the end
every loaded module is shown to come from the standard library, LIBRARIES or a FOLDER. Prints facts as JSON.

Exit code 77: omni.ui can't draw on this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import importlib.util
import json
import os
import pkgutil
import struct
import sys
import sysconfig
import tempfile
import tomllib
from pathlib import Path
from typing import Any

UI_TEST = Path(__file__).resolve().parent / "ui" / "uitest.py"  # our means to click; it needs omni.ui alone
KIT = ("carb", "omni.ext", "omni.kit", "omni.timeline", "omni.usd")


def main() -> int:
    """Add the paths, import, run, and tell what came from where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("libraries", type=resolved)
    parser.add_argument("folder", type=resolved, nargs="+")
    parser.add_argument("--run", type=resolved)
    args = parser.parse_args()
    sys.path.append(str(args.libraries))
    packages = [name for folder in args.folder for name in enable(folder)]
    facts: dict[str, Any] = {"packages": packages, "no_ui": load_ui(packages)}
    facts["modules"], facts["kit"] = import_all(packages, () if facts["no_ui"] else KIT)
    facts["vendored"] = [str(m.__file__) for name in ("simpy", "paho.mqtt") if (m := sys.modules.get(name))]
    if args.run:
        facts["run"] = asyncio.run(click_run(args.run))
    facts["strangers"] = strangers([args.libraries, *args.folder, Path(__file__), UI_TEST])
    print(json.dumps(facts), flush=True)
    return 0


def resolved(path: str) -> Path:
    """The real path: modules tell theirs below it."""
    return Path(path).resolve()


def enable(folder: Path) -> list[str]:
    """Put the paths of a manifest onto sys.path and return the packages it names."""
    manifest = tomllib.loads((folder / "config" / "extension.toml").read_text(encoding="utf-8"))
    names = []
    for entry in manifest["python"]["module"]:
        path = folder / entry.get("path", ".")
        assert path.is_dir(), f"{path} is not there"
        if str(path) not in sys.path:
            sys.path.append(str(path))
        if name := entry.get("name"):
            names.append(name.removesuffix(".extension"))
    return list(dict.fromkeys(names))


def load_ui(packages: list[str]) -> str:
    """Load omni.ui for the packages that draw; return why that can't be."""
    if "factory_twin_ui" not in packages:
        return "nothing draws"
    from factory_twin_ui.desk import backend

    try:
        backend.load(headless=True)
    except backend.DeskError as error:
        return str(error)
    return ""


def import_all(packages: list[str], lacking: tuple[str, ...]) -> tuple[int, list[str]]:
    """Import the packages whole, without their tests; return the number of modules and those for which Kit is lacking."""
    count, kit = 0, []
    for package in packages:
        path = importlib.import_module(package).__path__
        names = [
            m.name
            for m in pkgutil.walk_packages(path, package + ".")
            if not m.name.endswith(".__main__") and ".tests" not in m.name
        ]
        for name in names:
            try:
                importlib.import_module(name)
                count += 1
            except ModuleNotFoundError as error:
                if not (error.name or "").startswith(lacking or ("omni", "carb")):
                    raise
                kit.append(name)
    return count, kit


async def click_run(stage: Path) -> dict[str, Any]:
    """Open the app's window on the stage, click Run, wait for the result, and look at the picture."""
    from factory_twin_ui.desk import backend

    try:
        backend.start("unpacked", (1280, 800), headless=True, max_fps=None)
    except backend.DeskError as error:
        sys.stderr.write(f"omni.ui can't draw here: {error}\n")
        raise SystemExit(77) from error
    from factory_twin_ui.app import _panels
    from factory_twin_ui.desk.host import DeskHost
    from factory_twin_ui.desk.window import DeskWindow

    host = DeskHost()
    host.open(stage)
    window = DeskWindow(host, _panels("all"), backend.frame)
    spec = importlib.util.spec_from_file_location("uitest", UI_TEST)
    assert spec is not None and spec.loader is not None
    test = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(test)
    test.before_frame = lambda: host.frame(0.02)
    await test.wait_n_updates(6)
    panel: Any = window.panels["Factory Run"].panel
    await test.find("Factory Run//Frame/**/Button[*].identifier=='run'").click()
    await test.wait_until(lambda: not panel.running and panel.model.result is not None, "a result", frames=20_000)
    await test.wait_n_updates(6)
    sentence = test.find("Factory Run//Frame/**/Label[*].identifier=='sentence'").widget.text
    facts = {"panels": sorted(window.panels), "sentence": sentence, "colors": colors()}
    window.close()
    host.detach()
    return facts


def colors() -> int:
    """Return how many colours the present picture has."""
    from factory_twin_ui.desk import backend
    from omni.ui import _ui

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frame.bmp"
        backend.frame()
        assert _ui._schedule_screenshot(str(path))
        backend.frame()
        assert _ui._poll_screenshot_done()
        data = path.read_bytes()
    (start,), (bits,) = struct.unpack_from("<I", data, 10), struct.unpack_from("<H", data, 28)
    step = bits // 8
    return len({data[i : i + step] for i in range(start, len(data) - step + 1, step)})


def strangers(known: list[Path]) -> list[str]:
    """Files of loaded modules that belong neither to Python nor to what is known."""
    python = {Path(os.__file__).parent, Path(sysconfig.get_config_var("DESTSHARED") or sys.base_exec_prefix)}
    roots = [*known, *python, *(p.resolve() for p in python)]
    files = {Path(f) for m in list(sys.modules.values()) if (f := getattr(m, "__file__", None))}
    return sorted(str(f) for f in files if "site-packages" in f.parts or not any(f.is_relative_to(root) for root in roots))


if __name__ == "__main__":
    raise SystemExit(main())
