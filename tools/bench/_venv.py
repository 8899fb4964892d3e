# SPDX-License-Identifier: Apache-2.0
"""Virtual environments of the peers below `_out/bench/`; they are made once and never touch the product's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "_out" / "bench"
PATIENCE = 600


class NoVenv(Exception):
    """The environment could not be made; the text says why."""


def python(name: str, pin: str) -> Path:
    """Return the interpreter of the environment that holds `pin` ("name==version"); make it when it isn't there.

    Raises:
        NoVenv: It could not be made or pip could not install the package.
    """
    folder = FOLDER / name
    interpreter = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "installed.txt"
    if interpreter.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == pin:
        return interpreter
    shutil.rmtree(folder, ignore_errors=True)
    print(f"Installing {pin} into {folder}", file=sys.stderr, flush=True)
    _call([sys.executable, "-m", "venv", str(folder)])
    _call([str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", pin])
    stamp.write_text(pin, encoding="utf-8")
    return interpreter


def _call(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoVenv(str(error)) from error
    if done.returncode:
        lines = [text for text in done.stderr.splitlines() if text.startswith("ERROR")] or done.stderr.splitlines()
        raise NoVenv(lines[-1] if lines else f"{command[2]} ended with code {done.returncode}")
