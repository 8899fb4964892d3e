# SPDX-License-Identifier: Apache-2.0
"""`factory-twin import` as a user calls it, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cad_files import GEARBOX, stl
from factory_twin.cad import is_here

EXTS = Path(__file__).resolve().parents[1] / "exts"
COMMAND = [sys.executable, "-m", "factory_twin", "import"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(str(p) for p in sorted(EXTS.glob("factory_twin*"))),
               "PYTHONIOENCODING": "utf-8"}  # fmt: skip
needs_kernel = pytest.mark.skipif(not is_here(), reason="cascadio is not here")


def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", timeout=120,
                          env=ENVIRONMENT, stdin=subprocess.DEVNULL, check=False)  # fmt: skip


@needs_kernel
def test_a_step_file_becomes_an_asset_and_a_report_in_words(tmp_path: Path) -> None:
    done = call(GEARBOX, "--out", tmp_path / "assets")
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "assets" / "gearbox").iterdir()) == [
        "gearbox.usda", "payload.usdc", "products.usda", "report.json"]  # fmt: skip
    assert "Size 100 mm x 60 mm x 50 mm (up Z)" in done.stdout and "4 different parts, 10 in all" in done.stdout
    words = (
        "Reading the file",
        "Making meshes",
        "Reading the meshes",
        "Finding repeated parts",
        "Writing",
        "Putting it in place",
    )
    assert done.stderr.splitlines() == [f"{word} ..." for word in words]


@needs_kernel
def test_json_is_alone_on_stdout(tmp_path: Path) -> None:
    done = call(GEARBOX, "--out", tmp_path, "--name", "Gear", "--tolerance", "0.05mm", "--json")
    found = json.loads(done.stdout)
    assert found["is_right"] is True and found["source"]["tolerance_m"] == pytest.approx(5e-5)
    assert {p["name"]: p["count"] for p in found["parts"]}["Bolt"] == 4
    assert Path(found["asset"]) == tmp_path / "Gear" / "Gear.usda" and Path(found["bill"]).is_file()


@needs_kernel
def test_a_part_that_is_lost_is_exit_code_1(tmp_path: Path) -> None:
    file = tmp_path / "lost.step"
    file.write_text(GEARBOX.read_text().replace("MANIFOLD_SOLID_BREP('',#487)", "UNKNOWN_SOLID_BREP('',#487)"))
    done = call(file, "--out", tmp_path / "assets")
    assert done.returncode == 1 and "WRONG Parts in all: 9, expected 10" in done.stdout


def test_a_unit_may_be_said(tmp_path: Path) -> None:
    file = tmp_path / "cube.stl"
    file.write_bytes(stl())
    done = call(file, "--out", tmp_path, "--unit", "in", "--up", "Y")
    assert done.returncode == 0 and "Size 25.4 mm x 25.4 mm x 25.4 mm (up Y)" in done.stdout and "Assumed" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["none.step", "--out", "x"], "none.step: There is no such file. Hint:"),
     (["none.step", "--out", "x", "--tolerance", "5 parsec"], "unknown unit 'parsec'"),
     (["none.step", "--out", "x", "--max-size", "nan"], "--max-size: That size makes no sense."),
     (["none.step"], "--out")],
)  # fmt: skip
def test_what_can_not_be_done_is_exit_code_2(arguments: list[str], words: str) -> None:
    done = call(*arguments)
    assert done.returncode == 2 and words in done.stderr and done.stdout == "" and "Traceback" not in done.stderr


@needs_kernel
@pytest.mark.skipif(os.name == "nt" or not Path("/proc").is_dir(), reason="needs POSIX signals and /proc")
def test_ctrl_c_ends_both_processes_and_leaves_nothing(tmp_path: Path) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        pytest.skip("SIGINT is ignored here, so also by the process under test")
    slow = tmp_path / "slow.step"  # OpenCASCADE's reader takes minutes for this
    slow.write_text(GEARBOX.read_text().replace("DATA;", "DATA;\n#900001=PRODUCT(" + "#1=" * 400_000 + ");", 1))
    folder = tmp_path / "temporary"
    folder.mkdir()
    process = subprocess.Popen([*COMMAND, str(slow), "--out", str(tmp_path / "assets")], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env={**ENVIRONMENT, "TMPDIR": str(folder)})  # fmt: skip
    assert process.stderr is not None
    while "Making meshes" not in process.stderr.readline():
        assert process.poll() is None
    deadline = time.monotonic() + 30
    while not (children := _children(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(children) == 1
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130 and said.strip() == "Interrupted."
    assert not Path(f"/proc/{children[0]}").exists()
    assert list(folder.iterdir()) == []
    assert not (tmp_path / "assets").exists() or list((tmp_path / "assets").iterdir()) == []


@needs_kernel
@pytest.mark.skipif(os.name == "nt" or not Path("/proc").is_dir(), reason="needs POSIX signals and /proc")
def test_when_the_command_is_killed_its_process_ends_too(tmp_path: Path) -> None:
    slow = tmp_path / "slow.step"
    slow.write_text(GEARBOX.read_text().replace("DATA;", "DATA;\n#900001=PRODUCT(" + "#1=" * 400_000 + ");", 1))
    process = subprocess.Popen([*COMMAND, str(slow), "--out", str(tmp_path / "assets")], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env={**ENVIRONMENT, "TMPDIR": str(tmp_path)})  # fmt: skip
    deadline = time.monotonic() + 60
    while not (children := _children(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.0)  # it has begun to read
    process.kill()
    process.wait()
    while Path(f"/proc/{children[0]}").exists() and _state(children[0]) != "Z" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{children[0]}").exists() or _state(children[0]) == "Z"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def _children(pid: int) -> list[int]:
    """Processes that `pid` has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == pid:
                found.append(int(entry.name))
    return found
