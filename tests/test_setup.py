# SPDX-License-Identifier: Apache-2.0
"""The set-up finds a fitting Python, notices a broken environment, lets one tool work at a time, and can be like a Kit's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TOOLS = Path(__file__).resolve().parents[1] / "tools"
posix = pytest.mark.skipif(os.name == "nt", reason="the fake interpreters are shell scripts")


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
    environment = tool("environment")
    monkeypatch.setattr(environment.interpreters, "find", lambda wanted: (None, ["3.12.3 (x): it is PyPy, not CPython"]))
    with pytest.raises(SystemExit) as stop:
        environment.Environment(str(tmp_path)).make()
    text = capfd.readouterr().err
    assert stop.value.code == 3
    assert "needs CPython 3.12" in text and "PyPy" in text and "pyenv install 3.12" in text


@pytest.fixture
def venv(tool: Any, tmp_path: Path) -> Any:
    """The environment of a checkout in tmp_path, ready."""
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "python.exe").write_text("")
    return ready(tool("environment").Environment(str(tmp_path)), "3.12.1", "numpy-2.0.dist-info")


def ready(place: Any, version: str, package: str) -> Any:
    """Put the files of a complete environment there."""
    library = f"lib/python{version.rpartition('.')[0]}"
    site = Path(place.folder, "Lib" if os.name == "nt" else library, "site-packages")
    (site / package).mkdir(parents=True)
    Path(place.python).parent.mkdir(parents=True)
    Path(place.python).write_text("")
    Path(place.folder, "pyvenv.cfg").write_text(f"home = {place.root}\nversion = {version}\n")
    Path(place.stamp).write_text(json.dumps({"root": place.root, "asked": place.asked(), "packages": [package]}))
    return place


def test_a_complete_venv_is_ready(venv: Any) -> None:
    assert venv.state() == "ready"


def test_a_changed_pyproject_asks_for_an_installation(venv: Any) -> None:
    Path(venv.root, "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert venv.state() == "stale"


def test_a_missing_package_or_stamp_asks_for_an_installation(venv: Any) -> None:
    Path(venv.site(), "numpy-2.0.dist-info").rmdir()
    assert venv.state() == "stale"
    Path(venv.stamp).write_text("{")
    assert venv.state() == "stale"


def test_a_moved_venv_is_made_again(venv: Any, tmp_path: Path) -> None:
    venv.root = str(tmp_path / ".venv" / "..")
    assert venv.state() == "broken"


def test_a_venv_without_its_python_or_of_an_old_one_is_made_again(venv: Any) -> None:
    config = Path(venv.folder, "pyvenv.cfg")
    config.write_text(config.read_text().replace("3.12.1", "3.9.2"))
    assert venv.state() == "broken"
    config.write_text(config.read_text().replace("3.9.2", "3.12.1"))
    assert venv.state() == "ready"
    Path(venv.python).unlink()
    assert venv.state() == "broken"


def test_one_tool_sets_up_at_a_time(venv: Any) -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(TOOLS)!r}); import bootstrap\n"
        f"bootstrap.ROOT = {venv.root!r}\n"
        "with bootstrap._lock('.venv'):\n    print('in', flush=True); sys.stdin.read()\n"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", script], **pipes) as first:
        assert first.stdout.readline() == "in\n"
        with subprocess.Popen([sys.executable, "-c", script], **pipes) as second:
            assert "waiting" in second.stderr.readline()
            first.stdin.close()
            assert second.stdout.readline() == "in\n"
            second.stdin.close()


def test_an_environment_like_a_kit_stands_beside_venv_with_python_and_pins_of_its_own(tool: Any, venv: Any) -> None:
    likes = tool("likes").LIKES
    place = tool("environment").Environment(venv.root, likes["kit107"])
    assert place.state() == "broken" and place.name == ".venv-kit107" and Path(place.folder).parent == Path(venv.root)
    ready(place, "3.11.4", "numpy-1.26.4.dist-info")
    assert (place.state(), venv.state()) == ("ready", "ready")
    place.pins = (*place.pins[:1], "numpy==1.26.3")
    assert place.state() == "stale"
    config = Path(place.folder, "pyvenv.cfg")
    config.write_text(config.read_text().replace("3.11.4", "3.12.1"))
    assert place.state() == "broken"


def test_pip_gets_the_pins_of_the_kit(tool: Any, venv: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    environment, asked = tool("environment"), []
    monkeypatch.setattr(environment.subprocess, "call", lambda command, **_: asked.append(command) or 0)
    places = [environment.Environment(venv.root, like) for like in tool("likes").LIKES.values()]
    for place in (venv, *(ready(place, ".".join(map(str, (*place.wanted[0], 1))), "x-1.dist-info") for place in places)):
        place.install()
        assert asked[-1][0] == place.python and asked[-1][-len(place.pins) - 1 :] == [f".[{environment.EXTRAS}]", *place.pins]
    assert [pin for command in asked for pin in command if pin.startswith("usd-core==24.5")] == ["usd-core==24.5"]


@posix
def test_only_the_python_of_the_kit_will_do(
    tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    interpreters, environment = tool("interpreters"), tool("environment")
    monkeypatch.setattr(interpreters.sys, "version_info", (3, 10, 0))
    for name, value in environ(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    place = environment.Environment(str(tmp_path), tool("likes").LIKES["kit107"])
    fake_python(tmp_path / ".pyenv/versions/3.12.9/bin/python3", "3.12.9")
    with pytest.raises(SystemExit) as stop:
        place.find()
    text = capfd.readouterr().err
    assert stop.value.code == 3 and "--like kit107 needs CPython 3.11, and none was found" in text
    assert "pyenv install 3.11" in text
    wanted = fake_python(tmp_path / ".pyenv/versions/3.11.7/bin/python3", "3.11.7")
    assert place.find().path == str(wanted)


def test_like_and_all_are_taken_and_the_rest_goes_to_pytest(tool: Any) -> None:
    test, likes = tool("test"), tool("likes").LIKES
    assert test.arguments(["-q", "-k", "like", "tests/test_read.py"]) == (None, ["-q", "-k", "like", "tests/test_read.py"])
    assert test.arguments(["--like", "kit109", "-q", "--all"]) == (likes["kit109"], ["-q", "--all"])
    assert test.arguments(["x.py::test_y[a]", "--like=kit110"]) == (likes["kit110"], ["x.py::test_y[a]"])


@pytest.mark.parametrize("given", [["--like", "kit99"], ["--like=3.11"], ["--like"]])
def test_an_unknown_kit_is_refused_with_the_known_ones(tool: Any, capsys: pytest.CaptureFixture[str], given: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        tool("test").arguments(given)
    text = capsys.readouterr().err
    assert stop.value.code == 2 and "--like" in text
    assert given == ["--like"] or all(name in text for name in ("kit107", "kit109", "kit110"))


def test_help_of_the_tests_tells_the_versions_of_each_kit(
    tool: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "1000")
    with pytest.raises(SystemExit):
        tool("test").arguments(["--help"])
    text = capsys.readouterr().out
    for like in tool("likes").LIKES.values():
        assert f"{like.name}: Python {like.python[0]}.{like.python[1]}, " in text
        assert all(pin.replace("==", " ") in text for pin in like.pins)


def test_an_environment_and_a_running_python_as_it_is_exclude_each_other() -> None:
    run = subprocess.run(
        [sys.executable, TOOLS / "test.py", "--like", "kit107"],
        capture_output=True,
        text=True,
        env={**os.environ, "FACTORY_TWIN_NO_VENV": "1"},
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    assert run.returncode == 3 and "exclude each other" in run.stderr


def test_what_an_environment_lacks_is_told(tool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata as metadata

    test, like, found = tool("test"), tool("likes").LIKES["kit107"], metadata.distributions
    monkeypatch.setattr(metadata, "distributions", lambda **k: [] if k.get("name") == "ovui" else found(**k))
    monkeypatch.setattr(test.os.path, "isfile", lambda path: False)
    monkeypatch.setattr(test.os.path, "isdir", lambda path: False)
    text = test.describe(like)
    monkeypatch.undo()
    assert "Like kit107: Python 3." in text and f"numpy {metadata.version('numpy')}" in text
    assert (
        "Left out: ovui" in text and "tests/ui" in text and "Left out: usdGenSchema" in text and "rules about shaders" in text
    )
    monkeypatch.setattr(metadata, "distributions", lambda **k: found(**{**k, "name": "numpy"}) if k else found())
    monkeypatch.setattr(test.os.path, "isfile", lambda path: True)
    monkeypatch.setattr(test.os.path, "isdir", lambda path: True)
    assert "Left out" not in test.describe(like)
