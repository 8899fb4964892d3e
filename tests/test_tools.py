# SPDX-License-Identifier: Apache-2.0
"""The tools explain themselves; the set-up finds a fitting Python, notices a broken `.venv`, lets one tool work at a time."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TOOLS = Path(__file__).resolve().parents[1] / "tools"
SCRIPTS = sorted(p.name for p in TOOLS.glob("*.py") if "\nfrom bootstrap import" in p.read_text(encoding="utf-8"))
posix = pytest.mark.skipif(os.name == "nt", reason="the fake interpreters are shell scripts")


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(TOOLS))

    def load(name: str) -> ModuleType:
        module = importlib.import_module(name)
        assert Path(module.__file__ or "").parent == TOOLS
        return importlib.reload(module)

    return load


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


@pytest.mark.parametrize("script", ["bootstrap.py", "interpreters.py", *(s for s in SCRIPTS if not s.startswith("make_"))])
def test_tools_compile_on_python_3_8(script: str) -> None:
    ast.parse((TOOLS / script).read_text(encoding="utf-8"), feature_version=(3, 8))


def fake_python(path: Path, version: str, **facts: Any) -> Path:
    """A script that answers like a Python of that version."""
    answer = {"path": str(path), "version": [int(n) for n in version.split(".")], "kind": "CPython", "wide": True}
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho '{json.dumps({**answer, 'free': False, 'missing': [], **facts})}'\n")
    path.chmod(0o755)
    return path


def environ(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": str(home / "nothing")}


@posix
def test_pythons_of_pyenv_and_uv_are_found_newest_first(tool: Any, tmp_path: Path) -> None:
    fake_python(tmp_path / ".pyenv/versions/3.12.9/bin/python3", "3.12.9")
    newest = fake_python(tmp_path / ".pyenv/versions/3.12.10/bin/python3", "3.12.10")
    fake_python(tmp_path / ".local/share/uv/python/cpython-3.12.11-linux/bin/python3", "3.12.11")
    commands = [c[0] for c in tool("interpreters").candidates((3, 12), environ(tmp_path))]
    ours = [c for c in commands if c.startswith(str(tmp_path))]
    assert ours[0] == str(newest)
    assert len(ours) == 3


@posix
def test_3_12_wins_over_a_running_python_of_another_version(tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interpreters = tool("interpreters")
    monkeypatch.setattr(interpreters.sys, "version_info", (3, 10, 0))
    fake_python(tmp_path / ".pyenv/versions/3.13.1/bin/python3", "3.13.1")
    fake_python(tmp_path / ".pyenv/versions/3.11.4/bin/python3", "3.11.4")
    wanted = fake_python(tmp_path / ".pyenv/versions/3.12.3/bin/python3", "3.12.3")
    found, notes = interpreters.find(environ(tmp_path))
    assert (found.path, found.version, notes) == (str(wanted), (3, 12, 3), [])


@posix
@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"kind": "PyPy"}, "PyPy"),
        ({"wide": False}, "32-bit"),
        ({"free": True}, "free-threaded"),
        ({"missing": ["ensurepip"]}, "python3.12-venv"),
    ],
)
def test_an_unfit_python_is_passed_over_with_the_reason(
    tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, facts: dict[str, Any], word: str
) -> None:
    interpreters = tool("interpreters")
    monkeypatch.setattr(interpreters.sys, "version_info", (3, 10, 0))
    fake_python(tmp_path / ".pyenv/versions/3.12.3/bin/python3", "3.12.3", **facts)
    fake_python(tmp_path / ".pyenv/versions/3.11.4/bin/python3", "3.11.4")
    found, notes = interpreters.find(environ(tmp_path))
    assert found.version == (3, 11, 4)
    assert word in notes[0]


@posix
def test_without_a_fitting_python_the_set_up_says_what_to_install(
    tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    bootstrap = tool("bootstrap")
    monkeypatch.setattr(bootstrap.interpreters, "find", lambda: (None, ["3.12.3 (x): it is PyPy, not CPython"]))
    with pytest.raises(SystemExit) as stop:
        bootstrap._make()
    text = capfd.readouterr().err
    assert stop.value.code == 3
    assert "needs CPython 3.12" in text and "PyPy" in text and "pyenv install 3.12" in text


@pytest.fixture
def venv(tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bootstrap module on a checkout in tmp_path whose `.venv` is ready."""
    bootstrap = tool("bootstrap")
    folder = tmp_path / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    site = folder / ("Lib/site-packages" if os.name == "nt" else "lib/python3.12/site-packages")
    (site / "numpy-2.0.dist-info").mkdir(parents=True)
    python.parent.mkdir(parents=True)
    python.write_text("")
    (tmp_path / "python.exe").write_text("")
    (folder / "pyvenv.cfg").write_text(f"home = {tmp_path}\nversion = 3.12.1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    for name, value in {"ROOT": tmp_path, "VENV": folder, "PYTHON": python, "STAMP": folder / "factory_twin.json"}.items():
        monkeypatch.setattr(bootstrap, name, str(value))
    stamp = {"root": str(tmp_path), "asked": bootstrap._asked(), "packages": ["numpy-2.0.dist-info"]}
    (folder / "factory_twin.json").write_text(json.dumps(stamp))
    return bootstrap


def test_a_complete_venv_is_ready(venv: Any) -> None:
    assert venv.state() == "ready"


def test_a_changed_pyproject_asks_for_an_installation(venv: Any) -> None:
    Path(venv.ROOT, "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert venv.state() == "stale"


def test_a_missing_package_or_stamp_asks_for_an_installation(venv: Any) -> None:
    Path(venv._site(), "numpy-2.0.dist-info").rmdir()
    assert venv.state() == "stale"
    Path(venv.STAMP).write_text("{")
    assert venv.state() == "stale"


def test_a_moved_venv_is_made_again(venv: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(venv, "ROOT", str(tmp_path / ".venv" / ".."))
    assert venv.state() == "broken"


def test_a_venv_without_its_python_or_of_an_old_one_is_made_again(venv: Any) -> None:
    config = Path(venv.VENV, "pyvenv.cfg")
    config.write_text(config.read_text().replace("3.12.1", "3.9.2"))
    assert venv.state() == "broken"
    config.write_text(config.read_text().replace("3.9.2", "3.12.1"))
    assert venv.state() == "ready"
    Path(venv.PYTHON).unlink()
    assert venv.state() == "broken"


def test_one_tool_sets_up_at_a_time(venv: Any) -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(TOOLS)!r}); import bootstrap\n"
        f"bootstrap.ROOT = {venv.ROOT!r}\n"
        "with bootstrap._lock():\n    print('in', flush=True); sys.stdin.read()\n"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", script], **pipes) as first:
        assert first.stdout.readline() == "in\n"
        with subprocess.Popen([sys.executable, "-c", script], **pipes) as second:
            assert "waiting" in second.stderr.readline()
            first.stdin.close()
            assert second.stdout.readline() == "in\n"
            second.stdin.close()


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
