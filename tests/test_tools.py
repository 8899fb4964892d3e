# SPDX-License-Identifier: Apache-2.0
"""The tools explain themselves; Kit's tests, the zips and the benchmarks do what they say."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TOOLS = Path(__file__).resolve().parents[1] / "tools"
SCRIPTS = sorted(p.name for p in TOOLS.glob("*.py") if "\nfrom bootstrap import" in p.read_text(encoding="utf-8"))
SETUP = ("bootstrap.py", "environment.py", "interpreters.py", "likes.py")
posix = pytest.mark.skipif(os.name == "nt", reason="the fake interpreters are shell scripts")


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_tool_tells_how_to_use_it(script: str) -> None:
    environ = {**os.environ, "FACTORY_TWIN_NO_VENV": "1"}
    run = subprocess.run(
        [sys.executable, TOOLS / script, "--help"],
        capture_output=True,
        text=True,
        env=environ,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    assert run.returncode == 0, run.stderr
    assert len(run.stdout) > 40


@pytest.mark.parametrize("script", [*SETUP, *(s for s in SCRIPTS if not s.startswith("make_"))])
def test_tools_compile_on_python_3_8(script: str) -> None:
    ast.parse((TOOLS / script).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_kit_is_started_headless_on_our_folder(tool: Any) -> None:
    kit_test = tool("kit_test")
    line = kit_test.command("kit", "factory_twin")
    assert "--no-window" in line and "--/exts/omni.kit.test/testExts/0=factory_twin" in line
    assert line[line.index("--ext-folder") + 1] == str(kit_test.EXTS)


@posix
@pytest.mark.parametrize(("says", "code"), [("Ran 3 tests in 1 s", 0), ("Ran 0 tests in 0 s", 1), ("nothing", 1)])
def test_a_kit_that_runs_no_test_fails(
    tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, code: int
) -> None:
    kit_test = tool("kit_test")
    monkeypatch.setattr(kit_test, "OUT", tmp_path / "out")
    kit = tmp_path / "kit"
    kit.write_text(f"#!/bin/sh\necho '{says}'\n")
    kit.chmod(0o755)
    assert kit_test.in_kit(kit_test.executable(str(tmp_path)), ["factory_twin"], timeout=20) == code


@pytest.mark.ui
def test_the_extensions_own_tests_pass_on_the_stand_in() -> None:
    environ = {**os.environ, "FACTORY_TWIN_NO_VENV": "1"}
    run = subprocess.run([sys.executable, TOOLS / "kit_test.py"], capture_output=True, text=True, env=environ, timeout=300)
    if "The stand-in can't run here" in run.stderr:
        pytest.skip(run.stderr.strip().splitlines()[-1])
    assert run.returncode == 0, run.stdout + run.stderr
    count = re.search(r"(\d+) Kit tests ran on the stand-in .*, 0 failed", run.stdout)
    assert count and int(count[1]) >= 40


def test_zips_have_the_extension_at_their_root_and_are_repeatable(tool: Any, tmp_path: Path) -> None:
    import zipfile

    pack = tool("pack")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made = pack.pack(pack.HOME, tmp_path / name)
    assert {p.stem for p in made} == {"factory_twin_all", *(p.name for p in (pack.HOME / "exts").iterdir())}
    for path in made:
        assert path.read_bytes() == (tmp_path / "one" / path.name).read_bytes()
        names = zipfile.ZipFile(path).namelist()
        assert "config/extension.toml" in names and "LICENSE" in names
        assert not [n for n in names if "__pycache__" in n or n.endswith(".pyc")]


def test_only_pure_wheels_with_a_licence_are_vendored(tool: Any, tmp_path: Path) -> None:
    import zipfile

    pack = tool("pack")
    for name in ("x-1-cp312-cp312-linux_x86_64.whl", "x-1-py3-none-any.whl"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("x.py", "")
        with pytest.raises(SystemExit, match="pure-Python" if "linux" in name else "licence"):
            pack.unpack(tmp_path / name, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_benchmarks_are_listed(tool: Any) -> None:
    environ = {**os.environ, "FACTORY_TWIN_NO_VENV": "1"}
    command = [sys.executable, TOOLS / "bench.py", "--list"]
    run = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60)
    assert run.returncode == 0, run.stderr
    listed = [line.split()[0] for line in run.stdout.splitlines()]
    assert listed == sorted(p.stem for p in (TOOLS / "bench").glob("*.py") if not p.stem.startswith("_"))
    assert {"line", "line50", "jobshop", "scaling", "peers", "replications", "memory"} <= set(listed)


def test_a_peer_that_cannot_be_installed_is_skipped_with_the_reason(
    tool: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = tool("bench")
    peers = bench.discover()["peers"]
    refuse = [sys.executable, "-c", "import sys; sys.exit('noise\\nERROR: no network')"]
    monkeypatch.setattr(peers, "python", lambda name, pin: sys.modules[peers.NoVenv.__module__]._call(refuse))
    rows = bench._run("peers", peers)
    assert [row["detail"] for row in rows] == ["skipped: ERROR: no network"] * 4
    assert all(row["ratio"] is None and row["met"] for row in rows)
    bench._table(rows)
    assert "MISSED" not in capsys.readouterr().out


def test_peers_that_do_other_work_are_not_compared(tool: Any) -> None:
    peers = tool("bench").discover()["peers"]
    alike, same = peers.PEERS[0], peers.PEERS[1]
    peers._compare(alike, 1, {"parts": 99}, [1.0] * 100)
    peers._compare(same, 1, {"departures": [1.0, 2.0]}, [1.0, 2.0 + 4e-16])
    for peer, answer in (
        (alike, {"parts": 96}),
        (same, {"departures": [1.0] * 99}),
        (same, {"departures": [1.0] * 99 + [1.1]}),
    ):
        with pytest.raises(AssertionError, match="another line"):
            peers._compare(peer, 1, answer, [1.0] * 100)
