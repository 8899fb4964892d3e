# SPDX-License-Identifier: Apache-2.0
"""The desktop application with 500 and 2,000 assembly stations in its 3D view: opening, a still frame, a frame of an orbit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

NAME = "desk"
ABOUT = "CPU time of the desk's 3D view at 1280x720 on the software renderer, of what it may take"
GOALS = {
    500: {"opening": 4.0, "still frame": 0.025, "orbit": 0.050},
    2000: {"opening": 8.0, "still frame": 0.050, "orbit": 0.150},
}
"""Stations: seconds of CPU time, of all threads, that each may take."""


def run() -> list[dict[str, Any]]:
    """Return how often what was measured fits into its goal; each size in a process of its own."""
    return [row for stations in GOALS for row in _rows(stations)]


def _rows(stations: int) -> list[dict[str, Any]]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, str(Path(__file__).with_name("_desk.py")), str(stations)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    if "lacking" in told:
        return [{"name": f"{stations:,} stations", "ratio": None, "goal": 1.0, "unit": "x", "detail": told["lacking"]}]
    rows = []
    for name, goal in GOALS[stations].items():
        cpu, wall, count = told[name]
        detail = f"{_text(cpu)} CPU, {_text(wall)} on the clock, of {_text(goal)}; median of {count}; {told['drawn']}"
        rows.append({"name": f"{stations:,} stations, {name}", "ratio": goal / cpu, "goal": 1.0, "unit": "x", "detail": detail})
    return rows


def _text(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1e3 * seconds:.0f} ms"
