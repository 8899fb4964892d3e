# SPDX-License-Identifier: Apache-2.0
"""Show the whole product on the sample factory in a few minutes: check, simulate, animate, connect over MQTT, take pictures.

Everything it makes lies in _out/demo/ (or --out FOLDER). It only calls the product's commands; none is special to the demo.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from bootstrap import ROOT, enter

STAGE = Path(ROOT, "data", "plants", "bike_line.usda")
COMMAND = [sys.executable, "-m", "factory_twin"]
APP = [sys.executable, str(Path(ROOT, "tools", "app.py"))]  # `factory-twin app` even where nothing is installed
PROBE = """
import sys
from factory_twin_ui.desk import backend
try:
    backend.start("probe", (64, 64), headless=True)
except backend.DeskError as error:
    print(error)
    sys.exit(1)
"""
FIRST = "/BikeFactory/Hall/AssemblyLine/AttachHandlebars:state"
Step = Callable[[Path, argparse.Namespace], str]


def main() -> int:
    """Run the steps in order, even after one has failed.

    Returns:
        Number of steps that failed.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--out", type=Path, default=Path(ROOT, "_out", "demo"), help="folder for the results (default: _out/demo)"
    )
    parser.add_argument("--replications", type=int, default=10, help="shifts to simulate (default: 10)")
    parser.add_argument("--live", type=float, default=15, metavar="SECONDS", help="seconds of live telemetry (default: 15)")
    args = parser.parse_args()
    started = time.monotonic()
    enter()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # keeps the order with what the commands print
    args.out.mkdir(parents=True, exist_ok=True)
    steps: list[tuple[str, Step]] = [
        ("Set up", set_up),
        ("Check the bike line", check),
        ("Simulate one shift", simulate),
        ("Write the motion layer", motion),
        ("Stream a virtual plant into a live stage", live),
        ("Cut the network, reconnect, look back", incident),
        ("Take pictures of the app", pictures),
    ]
    words = [_step(f"[{i}/{len(steps)}] {title}", step, args) for i, (title, step) in enumerate(steps, 1)]
    print(f"\nDone in {time.monotonic() - started:.0f} s. What was made lies in {args.out}:")
    for path in sorted(p for p in args.out.iterdir() if p.is_file()):
        print(f"  {path.name:<28} {path.stat().st_size / 1024:>8.0f} kB  {ABOUT.get(path.name, '')}")
    print("Next: `python tools/app.py` opens the desktop app on the bike line.")
    return sum(word.startswith("FAILED") for word in words)


ABOUT = {
    "shift.npz": "log of the shift: every move and state",
    "kpis.json": "key figures as data",
    "bike_line_motion.usda": "open it in usdview or USD Composer and press play",
    "plant.txt": "what the virtual plant said",
    "live.json": "what the bridge received",
    "live.usda": "the live values as the stage's session layer held them",
    "live_1_colours.png": "the virtual plant in the live panel",
    "live_2_network_cut.png": "the broker is gone: nothing is sure any more",
    "live_3_back_again.png": "the broker is back, and all that waited",
    "live_4_looked_back.png": "a second within the cut, from the record",
    "app.png": "the desktop app",
}


def _step(title: str, step: Step, args: argparse.Namespace) -> str:
    from factory_twin.errors import FactoryTwinError

    print(f"\n{title} ...")
    started = time.monotonic()
    try:
        word = step(args.out, args)
    except (OSError, subprocess.SubprocessError, FactoryTwinError, Failed) as error:
        word = f"FAILED: {error}"
    print(f"{title} ... {word} ({time.monotonic() - started:.1f} s)")
    return word


class Failed(Exception):
    """A step did not do what it should."""


def set_up(out: Path, args: argparse.Namespace) -> str:
    """Say what is used; `enter()` has made `.venv` by now."""
    from importlib.metadata import version

    names = ["usd-core", "numpy", "simpy", "paho-mqtt"]
    print(f"Python {sys.version.split()[0]}, " + ", ".join(f"{name} {version(name)}" for name in names))
    return "ok"


def check(out: Path, args: argparse.Namespace) -> str:
    """Run `factory-twin check`."""
    _call("check", STAGE)
    return "ok"


def simulate(out: Path, args: argparse.Namespace) -> str:
    """Run `factory-twin run` for its table, and keep the log and the key figures."""
    _call("run", STAGE, "--replications", args.replications, "--log", out / "shift.npz")
    text = _call("run", STAGE, "--replications", args.replications, "--json", read=True)
    (out / "kpis.json").write_text(text, encoding="utf-8")
    return "ok"


def motion(out: Path, args: argparse.Namespace) -> str:
    """Write the parts' motion as time samples in a layer of its own, over the untouched sample stage."""
    from factory_twin import motion as module
    from factory_twin.log import Log
    from factory_twin.read import open_stage, read_plant

    stage = open_stage(STAGE)
    target = module.write_motion(
        Log.load(out / "shift.npz"), read_plant(stage), stage=stage, target=out / "bike_line_motion.usda", base=str(STAGE)
    )
    print(f"{target}: one second of it shows one minute of the shift")
    return "ok"


def live(out: Path, args: argparse.Namespace) -> str:
    """Let `factory-twin plant` publish to a real broker and `factory-twin bridge` bring it into the stage."""
    from factory_twin.mqtt.broker import EmbeddedBroker

    with EmbeddedBroker() as broker, (out / "plant.txt").open("wb") as words:
        print(f"broker: {broker.url}")
        plant = _start("plant", STAGE, "--broker", broker.url, "--speed", 120, "--duration", args.live + 2, words=words)
        try:
            text = _call("bridge", STAGE, "--broker", broker.url, "--duration", args.live, "--json",
                         "--save-live", out / "live.usda", read=True)  # fmt: skip
            code = plant.wait(30)
        finally:
            plant.kill()
    if code:
        raise Failed(f"factory-twin plant ended with code {code}; its words are in {out / 'plant.txt'}")
    (out / "live.json").write_text(text, encoding="utf-8")
    received = json.loads(text)["received"]
    if received == 0:
        raise Failed("The bridge received nothing.")
    return f"ok, {received} messages arrived"


def incident(out: Path, args: argparse.Namespace) -> str:
    """Go through a network cut in the app's live panel, recorded; then show a second of it again."""
    lacking = _lacking()
    if lacking:
        return f"skipped: {lacking}"
    shutil.rmtree(out / "record", ignore_errors=True)
    run = subprocess.run([sys.executable, str(Path(ROOT, "tools", "incident.py")), "--out", str(out)],
                         stdin=subprocess.DEVNULL, capture_output=True)  # fmt: skip
    for line in run.stdout.decode("utf-8", "replace").splitlines():
        if line.startswith("live_"):  # the rest is of the graphics driver
            print(line)
    if run.returncode:
        raise Failed(run.stderr.decode("utf-8", "replace").strip().splitlines()[-1])
    _call("history", out / "record", "--tag", FIRST)
    return "ok"


def pictures(out: Path, args: argparse.Namespace) -> str:
    """Render the app headless after a run; say what is missing where that can't be done."""
    lacking = _lacking()
    if lacking:
        return f"skipped: {lacking}"
    _call("app", STAGE, "--screenshot", out / "app.png", "--run", read=True)
    return "ok"


def _lacking() -> str:
    """Return why the app can't draw here; empty when it can."""
    probe = subprocess.run([sys.executable, "-c", PROBE], stdin=subprocess.DEVNULL, capture_output=True)
    words = [line for line in (probe.stdout + probe.stderr).decode("utf-8", "replace").splitlines() if line.strip()]
    return (words[-1] if words else "the app can not draw here") if probe.returncode else ""


def _start(*args: object, words: BinaryIO) -> subprocess.Popen[bytes]:
    """Start one command of the product beside this one; what it says goes into the file `words`."""
    print(_shown(args, "&"))
    return subprocess.Popen([*COMMAND, *map(str, args)], stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT)


def _call(*args: object, read: bool = False) -> str:
    """Run one command of the product; return its stdout when `read`.

    Raises:
        Failed: It ended with another code than 0.
    """
    print(_shown(args))
    command = APP if args[0] == "app" else [*COMMAND, str(args[0])]
    out = subprocess.PIPE if read else None
    run = subprocess.run([*command, *map(str, args[1:])], stdin=subprocess.DEVNULL, stdout=out, check=False)
    if run.returncode:
        raise Failed(f"factory-twin {args[0]} ended with code {run.returncode}")
    return run.stdout.decode("utf-8") if read else ""


def _shown(args: tuple[object, ...], tail: str = "") -> str:
    words = [os.path.relpath(a, ROOT) if isinstance(a, Path) and a.is_relative_to(ROOT) else str(a) for a in args]
    return " ".join(["$ factory-twin", *words, tail]).rstrip()


if __name__ == "__main__":
    raise SystemExit(main())
