# SPDX-License-Identifier: Apache-2.0
"""`factory-twin app` in a process of its own: it renders pictures, and says in words why it can't start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.ui


def app(*arguments: str, prelude: str = "") -> subprocess.CompletedProcess[str]:
    script = f"import sys\n{prelude}\nfrom factory_twin_ui.app import main\nsys.exit(main(sys.argv[1:]))"
    paths = f"sys.path[:0] = {[p for p in sys.path if p]!r}"
    return subprocess.run(
        [sys.executable, "-c", f"import sys; {paths}\n{script}", *arguments], capture_output=True, text=True, timeout=120,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_it_renders_the_plant_after_a_run(line: Path, tmp_path: Path) -> None:
    picture = tmp_path / "app.png"
    done = app(str(line), "--screenshot", str(picture), "--size", "900x600", "--run")
    assert done.returncode == 0, done.stderr
    image = Image.open(picture)
    assert image.size == (900, 600) and len(image.convert("RGB").getcolors(1 << 20)) > 100
    assert not [f for f in line.parent.iterdir() if f.name not in ("line.usda", "app.png")]  # no imgui.ini, no temporary file
    assert "[omni.ui] [error]" not in done.stderr and "Traceback" not in done.stderr


def test_warnings_of_the_run_are_told_on_stderr_too(line: Path, tmp_path: Path) -> None:
    line.write_text(line.read_text(encoding="utf-8").replace('processTime = "60"', 'processTime = "9 h"'), encoding="utf-8")
    done = app(str(line), "--screenshot", str(tmp_path / "app.png"), "--size", "900x600", "--run")
    assert done.returncode == 0 and "warning: No part was worked on at /World/Lathe." in done.stderr


def test_a_stage_that_is_not_there_is_told() -> None:
    done = app("nowhere.usda", "--screenshot", "x.png")
    assert done.returncode == 2 and "There is no such file" in done.stderr and "Traceback" not in done.stderr


def test_without_ovui_it_says_what_to_install(line: Path) -> None:
    hide = "import importlib.util as u\nf = u.find_spec\nu.find_spec = lambda n, *a: None if n.startswith('omni') else f(n, *a)"
    done = app(str(line), "--screenshot", "x.png", prelude=hide)
    assert done.returncode == 2 and 'pip install "ovui==0.3.0"' in done.stderr and "Traceback" not in done.stderr
    old = f"{hide}\nsys.version_info = type('V', (tuple,), {{'major': 3, 'minor': 11}})((3, 11, 0))"
    done = app(str(line), "--screenshot", "x.png", prelude=old)
    assert done.returncode == 2 and "needs CPython 3.12; this is 3.11" in done.stderr


def test_a_size_that_is_none_is_refused() -> None:
    done = app("--size", "large")
    assert done.returncode == 2 and "is no size such as 1600x900" in done.stderr
